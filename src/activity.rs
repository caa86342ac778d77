//! Where a picture is busy: there errors hide.

use crate::image::{ImageRef, Rgba8, visible};
use crate::par;
use crate::simd::{Kernel, Simd, Vector};

/// Rows and columns of the window, an odd number, for what lies next to a pixel and for what lies around that.
pub(crate) const NARROW: usize = 5;
pub(crate) const WIDE: usize = 13;

/// Walks down a picture and tells how smooth each pixel's surroundings are, `SIDE` rows and columns of them, at most 13.
pub(crate) struct Activity<'a, const SIDE: usize> {
    image: ImageRef<'a>,
    /// Luma of the window's rows, row `y` in place `y % SIDE`; zero where there is none.
    luma: Vec<Vec<u8>>,
    /// Sums of luma and of its square over the window's rows, a column each, and nothing on either side.
    sums: Vec<u32>,
    squares: Vec<u32>,
    /// How many columns lie in the window around each.
    columns: Vec<u32>,
    /// The row that is told next, and the one that is not yet in the sums.
    row: usize,
    unread: usize,
}

impl<'a, const SIDE: usize> Activity<'a, SIDE> {
    /// Half the window.
    const RADIUS: usize = SIDE / 2;

    /// Starts at a row.
    pub(crate) fn new(image: ImageRef<'a>, row: usize) -> Self {
        let width = image.width() as usize;
        let columns = |x: usize| (x.min(Self::RADIUS) + 1 + (width - 1 - x).min(Self::RADIUS)) as u32;
        Self {
            image,
            luma: vec![vec![0; width]; SIDE],
            sums: vec![0; width + 2 * Self::RADIUS],
            squares: vec![0; width + 2 * Self::RADIUS],
            columns: (0..width).map(columns).collect(),
            row,
            unread: row.saturating_sub(Self::RADIUS),
        }
    }

    /// Fills in the next row: 1 for flat surroundings down to 0 for wild ones, `h / sqrt(variance + h²)`, with `half`,
    /// up to 64, the standard deviation of luma at which it is down to 0.7.
    #[inline(always)]
    pub(crate) fn next_row(&mut self, half: u32, smoothness: &mut [f32]) {
        while self.unread <= self.row + Self::RADIUS {
            self.read_row(self.unread);
            self.unread += 1;
        }
        let height = self.image.height() as usize;
        let rows = (self.row.min(Self::RADIUS) + 1 + (height - 1 - self.row).min(Self::RADIUS)) as u32;
        self.row += 1;
        let width = smoothness.len();
        let sums: [&[u32]; SIDE] = std::array::from_fn(|i| &self.sums[i..i + width]);
        let squares: [&[u32]; SIDE] = std::array::from_fn(|i| &self.squares[i..i + width]);
        for (x, (smooth, &columns)) in smoothness.iter_mut().zip(&self.columns).enumerate() {
            let sum = sums.iter().fold(0, |sum, column| sum + column[x]);
            let square = squares.iter().fold(0, |square, column| square + column[x]);
            // All times the number of pixels squared: whole numbers below 2³¹, so nothing is rounded before the root.
            let count = rows * columns;
            let variance = count * square - sum * sum;
            let denominator = variance + half * half * count * count;
            *smooth = (half * count) as i32 as f32 / (denominator as i32 as f32).sqrt();
        }
    }

    /// Takes a row into the sums, and the one out that it replaces.
    #[inline(always)]
    fn read_row(&mut self, row: usize) {
        let width = self.columns.len();
        let lumas = &mut self.luma[row % SIDE];
        let sums = &mut self.sums[Self::RADIUS..][..width];
        let squares = &mut self.squares[Self::RADIUS..][..width];
        let columns = lumas.iter_mut().zip(sums.iter_mut().zip(squares));
        let replace = |(old, (sum, square)): (&mut u8, (&mut u32, &mut u32)), new: u32| {
            let before = u32::from(*old);
            *old = new as u8;
            *sum = *sum + new - before;
            *square = *square + new * new - before * before;
        };
        if row < self.image.height() as usize {
            let pixels = &self.image.pixels()[row * width..][..width];
            columns.zip(pixels).for_each(|(column, &pixel)| replace(column, luma(pixel)));
        } else {
            columns.for_each(|column| replace(column, 0));
        }
    }
}

/// Standard deviation of luma, in 8-bit steps, at which a pixel weighs 0.84 of one in flat surroundings. With 2 and 8,
/// pictures looked a little worse.
const HALF_WEIGHT: u32 = 4;

/// Pixels that one thread weighs at a time.
const CHUNK: usize = 1 << 16;

/// How much an error of each pixel shows, 255 in flat surroundings down to 1 in wild ones: the root of its smoothness.
pub(crate) fn weights(image: ImageRef<'_>, simd: Simd) -> Vec<u8> {
    let width = image.width() as usize;
    let rows = (CHUNK / width).max(1);
    let mut weights = vec![0; image.pixels().len()];
    par::map_chunks_mut(&mut weights, rows * width, |number, chunk| {
        simd.run(Weigh { activity: Activity::<NARROW>::new(image, number * rows), weights: chunk });
    });
    weights
}

struct Weigh<'a> {
    activity: Activity<'a, NARROW>,
    weights: &'a mut [u8],
}

impl Kernel for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(mut self) {
        let width = self.activity.columns.len();
        let mut smoothness = vec![0.0_f32; width];
        for row in self.weights.chunks_mut(width) {
            self.activity.next_row(HALF_WEIGHT, &mut smoothness);
            for (weight, &smooth) in row.iter_mut().zip(&smoothness) {
                *weight = (255.0 * smooth.sqrt() + 0.5) as i32 as u8;
            }
        }
    }
}

/// Rec. 601 luma over black, rounded.
#[inline(always)]
fn luma(pixel: Rgba8) -> u32 {
    // Shifts rather than bytes: a vector of pixels is then a vector of these.
    let word = u32::from_le_bytes(pixel);
    let luma = 77 * (word & 255) + 150 * (word >> 8 & 255) + 29 * (word >> 16 & 255);
    (luma * (word >> 24) + (1 << 15)) >> 16
}

/// The most that a channel changes from a pixel to the next where that is gentle, of 255.
const GENTLE: u8 = 3;

/// Rows that one thread looks at.
const ROWS: usize = 64;

/// Which share of the steps along rows is gentle: some difference that is seen, and none above three. Near 1 in gradients, near
/// 0 in text and charts; 0 where nothing changes.
pub(crate) fn gentle_share(image: ImageRef<'_>) -> f64 {
    let width = image.width() as usize;
    let of_row = |row: &[Rgba8]| {
        let step = |pair: &[Rgba8]| {
            let (a, b) = (visible(pair[0]), visible(pair[1]));
            (0..4).fold(0, |most, i| a[i].abs_diff(b[i]).max(most))
        };
        row.windows(2).map(step).fold((0_u64, 0_u64), |(gentle, all), step| {
            (gentle + u64::from((1..=GENTLE).contains(&step)), all + u64::from(step > 0))
        })
    };
    let of_rows = |rows: &[Rgba8]| {
        rows.chunks_exact(width).map(of_row).fold((0, 0), |sum, of_row| (sum.0 + of_row.0, sum.1 + of_row.1))
    };
    let parts = par::map_chunks(image.pixels(), ROWS * width, of_rows);
    let (gentle, all) = parts.into_iter().fold((0, 0), |sum, of_rows| (sum.0 + of_rows.0, sum.1 + of_rows.1));
    gentle as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Image;

    /// How smooth the surroundings of each pixel are, in a window of so many rows and columns.
    fn smoothness(image: ImageRef<'_>, side: usize, half: u32) -> Vec<f64> {
        let (width, height, radius) = (image.width() as usize, image.height() as usize, side / 2);
        let of = |i: usize| {
            let (x, y) = (i % width, i / width);
            let rows = y.saturating_sub(radius)..(y + radius + 1).min(height);
            let columns = x.saturating_sub(radius)..(x + radius + 1).min(width);
            let window: Vec<f64> = rows
                .flat_map(|y| columns.clone().map(move |x| y * width + x))
                .map(|i| f64::from(luma(image.pixels()[i])))
                .collect();
            let mean = window.iter().sum::<f64>() / window.len() as f64;
            let variance = window.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / window.len() as f64;
            f64::from(half) / (variance + f64::from(half * half)).sqrt()
        };
        (0..width * height).map(of).collect()
    }

    #[test]
    fn gradients_are_gentle_and_edges_are_not() {
        let share = |color: fn(u32) -> Rgba8| {
            let image = Image::new(90, 130, (0..90 * 130).map(|i| color(i % 90)).collect()).unwrap();
            gentle_share(image.view())
        };
        assert!((share(|x| [2 * x as u8, 0, 0, 255]) - 1.0).abs() < 1e-12);
        assert!(share(|x| [x as u8 / 10 * 20, 0, 0, 255]).abs() < 1e-12);
        assert!(share(|_| [9, 9, 9, 255]).abs() < 1e-12);
        // Steps of 1 and of 9 by turns, and differences that nobody sees.
        assert!((share(|x| [(x / 2 * 10 + x % 2) as u8, 0, 0, 255]) - 45.0 / 89.0).abs() < 1e-12);
        assert!(share(|x| [x as u8, 0, 0, 0]).abs() < 1e-12);
    }

    #[test]
    fn the_running_sums_agree_with_the_window_itself() {
        for (width, height) in [(9_usize, 7_usize), (1, 1), (2, 3), (3, 1), (300, 230)] {
            let pixel = |i: usize| [(i * 37 % 256) as u8, (i * i % 251) as u8, 9, (255 - i % 3) as u8];
            let pixels: Vec<Rgba8> = (0..width * height).map(pixel).collect();
            let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
            let wanted = smoothness(image, NARROW, HALF_WEIGHT);
            let wanted: Vec<u8> = wanted.iter().map(|smooth| (255.0 * smooth.sqrt()).round() as u8).collect();
            for simd in Simd::available() {
                assert_eq!(weights(image, simd), wanted, "{simd:?}");
            }
            let (mut activity, mut row) = (Activity::<WIDE>::new(image, 0), vec![0.0; width]);
            for wanted in smoothness(image, WIDE, 2).chunks(width) {
                activity.next_row(2, &mut row);
                let is_near = |(got, wanted): (&f32, &f64)| (f64::from(*got) - wanted).abs() < 1e-6;
                assert!(row.iter().zip(wanted).all(is_near), "{width} {height}");
            }
        }
    }
}
