//! Where a picture is busy: there errors hide, and dithering is wasted.

use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::{Kernel, Simd};

/// Half the window, 5x5 pixels.
const RADIUS: usize = 2;

/// Rows and columns of the window.
const SIDE: usize = 2 * RADIUS + 1;

/// Standard deviation of luma, in 8-bit steps, at which strength is down to 0.7: that of visible grain, so that skies
/// and skin are dithered and foliage is not.
const HALF: u32 = 8;

/// Walks down a picture and tells how smooth each pixel's surroundings are.
pub(crate) struct Activity<'a> {
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

impl<'a> Activity<'a> {
    /// Starts at a row.
    pub(crate) fn new(image: ImageRef<'a>, row: usize) -> Self {
        let width = image.width() as usize;
        let columns = |x: usize| (x.min(RADIUS) + 1 + (width - 1 - x).min(RADIUS)) as u32;
        Self {
            image,
            luma: vec![vec![0; width]; SIDE],
            sums: vec![0; width + 2 * RADIUS],
            squares: vec![0; width + 2 * RADIUS],
            columns: (0..width).map(columns).collect(),
            row,
            unread: row.saturating_sub(RADIUS),
        }
    }

    /// Fills in the next row: 1 for flat surroundings down to 0 for wild ones, `h / sqrt(variance + h²)`.
    #[inline(always)]
    pub(crate) fn next_row(&mut self, smoothness: &mut [f32]) {
        while self.unread <= self.row + RADIUS {
            self.read_row(self.unread);
            self.unread += 1;
        }
        let height = self.image.height() as usize;
        let rows = (self.row.min(RADIUS) + 1 + (height - 1 - self.row).min(RADIUS)) as u32;
        self.row += 1;
        let width = smoothness.len();
        let sums: [&[u32]; SIDE] = std::array::from_fn(|i| &self.sums[i..i + width]);
        let squares: [&[u32]; SIDE] = std::array::from_fn(|i| &self.squares[i..i + width]);
        for (x, (smooth, &columns)) in smoothness.iter_mut().zip(&self.columns).enumerate() {
            let sum = sums.iter().fold(0, |sum, column| sum + column[x]);
            let square = squares.iter().fold(0, |square, column| square + column[x]);
            // All times the number of pixels squared: whole numbers below 2²⁶, so nothing is rounded before the root.
            let count = rows * columns;
            let variance = count * square - sum * sum;
            let denominator = variance + HALF * HALF * count * count;
            *smooth = (HALF * count) as i32 as f32 / (denominator as i32 as f32).sqrt();
        }
    }

    /// Takes a row into the sums, and the one out that it replaces.
    #[inline(always)]
    fn read_row(&mut self, row: usize) {
        let width = self.columns.len();
        let lumas = &mut self.luma[row % SIDE];
        let sums = &mut self.sums[RADIUS..][..width];
        let squares = &mut self.squares[RADIUS..][..width];
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

/// How smooth the surroundings of every pixel are, as [`Activity::next_row`] tells it.
#[cfg_attr(not(test), expect(dead_code, reason = "for the histogram, which is to weigh pixels by it"))]
pub(crate) fn smoothness(image: ImageRef<'_>, simd: Simd) -> Vec<f32> {
    struct Rows<'a, 'b>(Activity<'a>, &'b mut [f32]);
    impl Kernel for Rows<'_, '_> {
        type Output = ();

        #[inline(always)]
        fn run<const LANES: usize>(mut self) {
            let width = self.0.columns.len();
            self.1.chunks_mut(width).for_each(|row| self.0.next_row(row));
        }
    }
    let width = image.width() as usize;
    let rows = super::rows_per_chunk(width);
    let mut smoothness = vec![0.0; image.pixels().len()];
    par::map_chunks_mut(&mut smoothness, rows * width, |number, chunk| {
        simd.run(Rows(Activity::new(image, number * rows), chunk));
    });
    smoothness
}

/// Rec. 601 luma over black, rounded.
#[inline(always)]
fn luma(pixel: Rgba8) -> u32 {
    // Shifts rather than bytes: a vector of pixels is then a vector of these.
    let word = u32::from_le_bytes(pixel);
    let luma = 77 * (word & 255) + 150 * (word >> 8 & 255) + 29 * (word >> 16 & 255);
    (luma * (word >> 24) + (1 << 15)) >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_sums_agree_with_the_window_itself() {
        for (width, height) in [(9_usize, 7_usize), (1, 1), (2, 3), (3, 1), (300, 230)] {
            let pixel = |i: usize| [(i * 37 % 256) as u8, (i * i % 251) as u8, 9, (255 - i % 3) as u8];
            let pixels: Vec<Rgba8> = (0..width * height).map(pixel).collect();
            let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
            let wanted: Vec<f32> = (0..width * height)
                .map(|i| {
                    let (x, y) = (i % width, i / width);
                    let rows = y.saturating_sub(RADIUS)..(y + RADIUS + 1).min(height);
                    let columns = x.saturating_sub(RADIUS)..(x + RADIUS + 1).min(width);
                    let window: Vec<f64> = rows
                        .flat_map(|y| columns.clone().map(move |x| y * width + x))
                        .map(|i| f64::from(luma(pixels[i])))
                        .collect();
                    let mean = window.iter().sum::<f64>() / window.len() as f64;
                    let variance =
                        window.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / window.len() as f64;
                    (f64::from(HALF) / (variance + f64::from(HALF * HALF)).sqrt()) as f32
                })
                .collect();
            let results: Vec<_> = Simd::available().map(|simd| smoothness(image, simd)).collect();
            assert!(results[0].iter().zip(&wanted).all(|(got, wanted)| (got - wanted).abs() < 1e-6));
            assert!(results.iter().all(|result| *result == results[0]));
        }
    }
}
