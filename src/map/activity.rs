//! Where a picture is busy: there errors hide, and dithering is wasted.

use crate::image::{ImageRef, Rgba8};

/// Half the window, 5x5 pixels.
const RADIUS: usize = 2;

/// Standard deviation of luma, in 8-bit steps, at which strength is down to 0.7: that of visible grain, so that skies
/// and skin are dithered and foliage is not.
const HALF: f32 = 8.0;

/// Walks down a picture and tells how smooth each pixel's surroundings are.
pub(super) struct Activity<'a> {
    image: ImageRef<'a>,
    /// Sums of luma and its square over the window's rows, a column each.
    columns: Vec<[f32; 2]>,
    /// The first row not yet in the columns.
    next: usize,
}

impl<'a> Activity<'a> {
    pub(super) fn new(image: ImageRef<'a>) -> Self {
        Self { image, columns: vec![[0.0; 2]; image.width() as usize], next: 0 }
    }

    /// Fills in 1 for flat surroundings down to 0 for wild ones: `h / sqrt(variance + h²)`.
    /// Rows must be asked for in order, from 0.
    pub(super) fn smoothness(&mut self, row: usize, smoothness: &mut [f32]) {
        let height = self.image.height() as usize;
        let last = (row + RADIUS).min(height - 1);
        while self.next <= last {
            self.add_row(self.next, 1.0);
            self.next += 1;
        }
        if row > RADIUS {
            self.add_row(row - RADIUS - 1, -1.0);
        }
        let rows = last + 1 - row.saturating_sub(RADIUS);
        let width = self.columns.len();
        for (x, smooth) in smoothness.iter_mut().enumerate() {
            let window = &self.columns[x.saturating_sub(RADIUS)..(x + RADIUS + 1).min(width)];
            let count = (rows * window.len()) as f32;
            let sum = window.iter().fold([0.0; 2], |sum: [f32; 2], c| [sum[0] + c[0], sum[1] + c[1]]);
            let mean = sum[0] / count;
            let variance = (sum[1] / count - mean * mean).max(0.0);
            *smooth = HALF / (variance + HALF * HALF).sqrt();
        }
    }

    fn add_row(&mut self, row: usize, sign: f32) {
        let width = self.columns.len();
        let pixels = &self.image.pixels()[row * width..][..width];
        for (column, &pixel) in self.columns.iter_mut().zip(pixels) {
            let luma = luma(pixel);
            column[0] += sign * luma;
            column[1] += sign * luma * luma;
        }
    }
}

/// Rec. 601 luma over black, rounded: sums of whole numbers below 2²⁴ are exact, so taking rows out again leaves
/// nothing behind.
fn luma([r, g, b, a]: Rgba8) -> f32 {
    let luma = 77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b);
    ((luma * u32::from(a) + (1 << 15)) >> 16) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_sums_agree_with_the_window_itself() {
        let (width, height) = (9_usize, 7_usize);
        let pixels: Vec<Rgba8> =
            (0..width * height).map(|i| [(i * 37 % 256) as u8, (i * i % 251) as u8, 9, 255]).collect();
        let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
        let mut activity = Activity::new(image);
        let mut got = vec![0.0; width];
        for y in 0..height {
            activity.smoothness(y, &mut got);
            for (x, &got) in got.iter().enumerate() {
                let near = |at: usize, i: usize| at.abs_diff(i) <= RADIUS;
                let window: Vec<f64> = (0..width * height)
                    .filter(|i| near(x, i % width) && near(y, i / width))
                    .map(|i| f64::from(luma(pixels[i])))
                    .collect();
                let mean = window.iter().sum::<f64>() / window.len() as f64;
                let variance = window.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / window.len() as f64;
                let wanted = f64::from(HALF) / (variance + f64::from(HALF * HALF)).sqrt();
                assert!((f64::from(got) - wanted).abs() < 1e-4, "{x},{y}");
            }
        }
    }
}
