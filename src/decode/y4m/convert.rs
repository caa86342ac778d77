//! From planes of brightness and colour differences to RGB (ITU-R BT.601-7 and BT.709-6, H.273 clause 8.3).

use super::Matrix;
use super::header::{Layout, Range};
use crate::image::{Image, Rgba8};

/// Fractional bits of the factors.
const BITS: u32 = 16;

/// Fractional bits of what is computed: colour differences are mixed in sixteenths.
const SUM_BITS: u32 = BITS + 4;

/// Converts frames of one layout.
#[derive(Clone, Debug)]
pub(super) struct Converter {
    layout: Layout,
    /// Brightness of black.
    black: i32,
    brightness: i32,
    /// Red by the second colour difference, green by the first and the second, blue by the first.
    red: i32,
    green: [i32; 2],
    blue: i32,
}

impl Converter {
    pub(super) fn new(layout: Layout, range: Range, matrix: Matrix) -> Self {
        // The parts of red and blue in brightness.
        let (red_part, blue_part) = match matrix {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
        };
        let green_part: f64 = 1.0 - red_part - blue_part;
        let (black, brightness, difference) = match range {
            Range::Full => (0, 1.0, 1.0),
            Range::Video => (16, 255.0 / 219.0, 255.0 / 224.0),
        };
        let fixed = |factor: f64| (factor * f64::from(1 << BITS)).round() as i32;
        let red = 2.0 * (1.0 - red_part) * difference;
        let blue = 2.0 * (1.0 - blue_part) * difference;
        Self {
            layout,
            black,
            brightness: fixed(brightness),
            red: fixed(red),
            green: [fixed(-blue * blue_part / green_part), fixed(-red * red_part / green_part)],
            blue: fixed(blue),
        }
    }

    /// Converts the planes of a frame.
    pub(super) fn convert(&self, planes: &[u8], image: &mut Image) {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let (brightness, differences) = planes.split_at(width * height);
        let rows = brightness.chunks_exact(width).zip(image.pixels_mut().chunks_exact_mut(width));
        let Layout::Color { across, down } = self.layout else {
            for (brightness, row) in rows {
                for (pixel, &y) in row.iter_mut().zip(brightness) {
                    *pixel = self.pixel(y, [0, 0]);
                }
            }
            return;
        };
        let columns = across.samples(width as u32) as usize;
        let lines = down.samples(height as u32) as usize;
        let planes = differences.split_at(columns * lines);
        let mut mixed = [vec![0; columns], vec![0; columns]];
        for (y, (brightness, row)) in rows.enumerate() {
            for (mixed, plane) in mixed.iter_mut().zip([planes.0, planes.1]) {
                mix_lines(plane, down.around(y, lines), mixed);
            }
            for (x, (pixel, &y)) in row.iter_mut().zip(brightness).enumerate() {
                let (first, second, quarters) = across.around(x, columns);
                let mix = |line: &[i32]| (4 - quarters) * line[first] + quarters * line[second];
                *pixel = self.pixel(y, [mix(&mixed[0]), mix(&mixed[1])]);
            }
        }
    }

    /// A pixel of a brightness and of two colour differences in sixteenths, 0 for none.
    fn pixel(&self, brightness: u8, [first, second]: [i32; 2]) -> Rgba8 {
        let sum = (i32::from(brightness) - self.black) * 16 * self.brightness;
        let channel =
            |difference: i32| ((sum + difference + (1 << (SUM_BITS - 1))) >> SUM_BITS).clamp(0, 255) as u8;
        [
            channel(self.red * second),
            channel(self.green[0] * first + self.green[1] * second),
            channel(self.blue * first),
            255,
        ]
    }
}

/// Mixes two lines of a plane of colour differences, whose middle is 128, in quarters.
fn mix_lines(plane: &[u8], (first, second, quarters): (usize, usize, i32), out: &mut [i32]) {
    let columns = out.len();
    let line = |number: usize| &plane[number * columns..][..columns];
    for ((out, &first), &second) in out.iter_mut().zip(line(first)).zip(line(second)) {
        *out = (4 - quarters) * i32::from(first) + quarters * i32::from(second) - 4 * 128;
    }
}

#[cfg(test)]
mod tests {
    use super::super::header::Siting;
    use super::*;

    /// Every triple of every eighth sample, against the formula.
    #[test]
    fn every_colour_is_the_nearest_to_the_formula() {
        let layout = Layout::Color { across: Siting::Full, down: Siting::Full };
        for (matrix, kr, kb) in [(Matrix::Bt601, 0.299, 0.114), (Matrix::Bt709, 0.2126, 0.0722)] {
            for (range, black, luma, chroma) in
                [(Range::Full, 0.0, 255.0, 255.0), (Range::Video, 16.0, 219.0, 224.0)]
            {
                let converter = Converter::new(layout, range, matrix);
                let samples = || (0..=255u8).step_by(5);
                for (y, u, v) in
                    samples().flat_map(|y| samples().flat_map(move |u| samples().map(move |v| (y, u, v))))
                {
                    let [l, b, r] = [
                        (f64::from(y) - black) / luma,
                        (f64::from(u) - 128.0) / chroma,
                        (f64::from(v) - 128.0) / chroma,
                    ];
                    let (red, blue) = (l + 2.0 * (1.0 - kr) * r, l + 2.0 * (1.0 - kb) * b);
                    let green = (l - kr * red - kb * blue) / (1.0 - kr - kb);
                    let sixteenths = |sample: u8| 16 * (i32::from(sample) - 128);
                    let got = converter.pixel(y, [sixteenths(u), sixteenths(v)]);
                    for (got, wanted) in got.into_iter().zip([red, green, blue]) {
                        let wanted = (wanted * 255.0).clamp(0.0, 255.0);
                        assert!((f64::from(got) - wanted).abs() <= 0.51, "{y} {u} {v}: {got}, {wanted}");
                    }
                }
            }
        }
    }
}
