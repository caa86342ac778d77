//! Error diffusion (Floyd, Steinberg, "An adaptive algorithm for spatial greyscale", 1976).
//!
//! Rows run from left to right, never back and forth: runs that repeat from row to row are what DEFLATE and LZW
//! live on.

use super::Targets;
use crate::color::Point;
use crate::image::ImageRef;

/// Maps row by row. `strengths_of` fills in which part of each pixel's error a row passes on; it is asked for
/// the rows in order.
pub(super) fn map(
    image: ImageRef<'_>,
    targets: &Targets,
    mut strengths_of: impl FnMut(usize, &mut [f32]),
) -> Vec<u8> {
    let width = image.width() as usize;
    let mut strengths = vec![0.0; width];
    // Errors from the row above and for the row below; a margin on either side takes what falls off the edge.
    let mut here = vec![[0.0; 4]; width + 2];
    let mut below = here.clone();
    let mut indices = Vec::with_capacity(image.pixels().len());
    for (row, pixels) in image.rows().enumerate() {
        strengths_of(row, &mut strengths);
        below.fill([0.0; 4]);
        let mut ahead: Point = [0.0; 4];
        for (x, &pixel) in pixels.iter().enumerate() {
            if let Some(index) = targets.fixed(pixel) {
                // Nothing is spread over what cannot be seen, or must stay.
                ahead = [0.0; 4];
                indices.push(index);
                continue;
            }
            let point = targets.space.point(pixel);
            let wanted: Point = std::array::from_fn(|i| point[i] + here[x + 1][i] + ahead[i]);
            let index = targets.index(pixel, wanted);
            let got = targets.point_of(index);
            let sixteenth: Point = std::array::from_fn(|i| (wanted[i] - got[i]) * (strengths[x] / 16.0));
            for i in 0..4 {
                ahead[i] = 7.0 * sixteenth[i];
                below[x][i] += 3.0 * sixteenth[i];
                below[x + 1][i] += 5.0 * sixteenth[i];
                below[x + 2][i] += sixteenth[i];
            }
            indices.push(index);
        }
        std::mem::swap(&mut here, &mut below);
    }
    indices
}
