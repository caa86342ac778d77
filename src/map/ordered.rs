//! Ordered dithering for any palette (Thomas Knoll's method, US 6,606,166 of 1999, expired): each colour gets
//! a list of palette colours whose mean comes close to it, and a threshold matrix picks from the list.

use super::grid::Grid;
use super::targets::Targets;
use super::{Pool, rows_per_chunk};
use crate::color::Point;
use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::{Kernel, Simd, Vector};

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

/// What one thread remembers: the lists of colours, one slot for each hash, the newest wins.
struct Memory<'a> {
    targets: &'a Targets,
    grid: Grid<'a>,
    slots: Vec<Option<(Rgba8, List)>>,
}

pub(super) type List = [u8; LEVELS];

pub(super) fn map(image: ImageRef<'_>, targets: &Targets, strength: f32, simd: Simd) -> Vec<u8> {
    let width = image.width() as usize;
    let rows = rows_per_chunk(width);
    let mut indices = vec![0; image.pixels().len()];
    let memories = Pool::new();
    par::map_chunks_mut(&mut indices, rows * width, |number, indices| {
        let first = number * rows;
        let pixels = &image.pixels()[first * width..][..indices.len()];
        let make = || Memory::new(targets, simd);
        memories.with(make, |memory| simd.run(Chunk { memory, strength, width, first, pixels, indices }));
    });
    indices
}

/// Whole rows, from number `first` on.
struct Chunk<'a, 'b> {
    memory: &'a mut Memory<'b>,
    strength: f32,
    width: usize,
    first: usize,
    pixels: &'a [Rgba8],
    indices: &'a mut [u8],
}

impl Kernel for Chunk<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let rows = self.indices.chunks_mut(self.width).zip(self.pixels.chunks(self.width));
        for (row, (indices, pixels)) in rows.enumerate() {
            for (x, (index, &pixel)) in indices.iter_mut().zip(pixels).enumerate() {
                let list = self.memory.list(pixel, self.strength);
                *index = pick(&list, x, self.first + row);
            }
        }
    }
}

/// The colour of a list that has its turn at a place.
#[inline(always)]
pub(super) fn pick(list: &List, x: usize, y: usize) -> u8 {
    list[usize::from(BAYER[y % 8][x % 8]) * LEVELS / 64]
}

impl<'a> Memory<'a> {
    /// 8,192 slots fit the second cache level beside everything else, and hold what neighbouring rows share.
    const BITS: u32 = 13;

    fn new(targets: &'a Targets, simd: Simd) -> Self {
        Self { targets, grid: Grid::new(targets, simd), slots: vec![None; 1 << Self::BITS] }
    }

    #[inline(always)]
    fn list(&mut self, color: Rgba8, strength: f32) -> List {
        let hash = u32::from_be_bytes(color).wrapping_mul(0x9e37_79b1) >> (32 - Self::BITS);
        match self.slots[hash as usize] {
            Some((known, list)) if known == color => list,
            _ => {
                let list = self.make_list(color, strength);
                self.slots[hash as usize] = Some((color, list));
                list
            }
        }
    }

    #[inline(always)]
    fn make_list(&mut self, color: Rgba8, strength: f32) -> List {
        let Self { targets, grid, .. } = self;
        let holes = grid.holes(color[3] < 255);
        make_list(targets, color, strength, |point| {
            let [cell] = grid.cells(&[point]);
            grid.find(cell, &point, holes)
        })
    }
}

/// Colours whose mean approaches that of `color`, darkest first.
#[inline(always)]
pub(super) fn make_list(
    targets: &Targets,
    color: Rgba8,
    strength: f32,
    mut find: impl FnMut(Point) -> u8,
) -> List {
    if let Some(index) = targets.fixed(color) {
        return [index; LEVELS];
    }
    let wanted = targets.space.point(color);
    let mut error = [0.0; 4];
    let mut list = [0; LEVELS];
    for index in &mut list {
        *index = find(std::array::from_fn(|i| wanted[i] + strength * error[i]));
        let got = targets.points[usize::from(*index)];
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
