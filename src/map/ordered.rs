//! Ordered dithering for any palette (Thomas Knoll's method, US 6,606,166 of 1999, expired): each colour gets
//! a list of palette colours whose mean comes close to it, and a threshold matrix picks from the list.

use super::{ColorCache, Targets, rows_per_chunk};
use crate::image::{ImageRef, Rgba8};
use crate::par;

/// Length of a colour's list: as many levels as the eye takes from a 4x4 block.
const LEVELS: usize = 16;

/// Bayer's 8x8 matrix (1973), in 64ths.
const BAYER: [[u8; 8]; 8] = {
    let mut matrix = [[0; 8]; 8];
    let mut y = 0;
    while y < 8 {
        let mut x = 0;
        while x < 8 {
            // Bits of x^y and y interleaved, the finest position carrying the highest weight.
            let (mixed, mut value, mut bit) = (x ^ y, 0, 0);
            while bit < 3 {
                value |= ((mixed >> bit) & 1) << (5 - 2 * bit) | ((y >> bit) & 1) << (4 - 2 * bit);
                bit += 1;
            }
            matrix[y][x] = value as u8;
            x += 1;
        }
        y += 1;
    }
    matrix
};

pub(super) fn map(image: ImageRef<'_>, targets: &Targets, strength: f32) -> Vec<u8> {
    let width = image.width() as usize;
    let rows = rows_per_chunk(width);
    let mut indices = vec![0; image.pixels().len()];
    par::map_chunks_mut(&mut indices, rows * width, |number, chunk| {
        let mut cache = ColorCache::new();
        let pixels = image.pixels()[number * rows * width..].chunks(width);
        for (row, (indices, pixels)) in chunk.chunks_mut(width).zip(pixels).enumerate() {
            let thresholds = &BAYER[(number * rows + row) % 8];
            for (x, (index, &pixel)) in indices.iter_mut().zip(pixels).enumerate() {
                *index = targets.fixed(pixel).unwrap_or_else(|| {
                    let list = cache.get(pixel, || candidates(pixel, targets, strength));
                    list[usize::from(thresholds[x % 8]) * LEVELS / 64]
                });
            }
        }
    });
    indices
}

/// Colours whose mean approaches that of `pixel`, darkest first.
fn candidates(pixel: Rgba8, targets: &Targets, strength: f32) -> [u8; LEVELS] {
    let wanted = targets.space.point(pixel);
    let mut error = [0.0; 4];
    let mut list = [0; LEVELS];
    for index in &mut list {
        *index = targets.index(pixel, std::array::from_fn(|i| wanted[i] + strength * error[i]));
        let got = targets.point_of(*index);
        error = std::array::from_fn(|i| error[i] + wanted[i] - got[i]);
    }
    list.sort_unstable_by_key(|&index| (luma(targets.colors[usize::from(index)]), index));
    list
}

/// Rec. 601 luma in 1000ths.
fn luma([r, g, b, _]: Rgba8) -> u32 {
    299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_bayers() {
        assert_eq!(BAYER[0], [0, 32, 8, 40, 2, 34, 10, 42]);
        assert_eq!(BAYER[1], [48, 16, 56, 24, 50, 18, 58, 26]);
        let mut all = BAYER.concat();
        all.sort_unstable();
        assert!(all.iter().enumerate().all(|(i, &value)| i == usize::from(value)));
    }
}
