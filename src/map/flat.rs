//! Every pixel to its nearest colour.
//!
//! A pixel's index depends on its colour alone, so what was found is remembered. A photograph of 400,000 pixels has
//! some 100,000 colours; the memory has room for 65,536 at a time.

use super::grid::Grid;
use super::targets::Targets;
use super::{CHUNK_PIXELS, Pool};
use crate::color::Point;
use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::{Kernel, Simd, Vector};

/// Pixels that are looked up before those that were not remembered are searched for, many at a time.
const BATCH: usize = 256;

/// Cells that are worked out at a time.
const PART: usize = 16;

/// What one thread remembers.
struct Memory<'a> {
    targets: &'a Targets,
    grid: Grid<'a>,
    slots: Vec<u32>,
}

pub(super) fn map(image: ImageRef<'_>, targets: &Targets, simd: Simd) -> Vec<u8> {
    let mut indices = vec![0; image.pixels().len()];
    let memories = Pool::new();
    par::map_chunks_mut(&mut indices, CHUNK_PIXELS, |number, indices| {
        let pixels = &image.pixels()[number * CHUNK_PIXELS..][..indices.len()];
        memories.with(|| Memory::new(targets, simd), |memory| simd.run(Chunk { memory, pixels, indices }));
    });
    indices
}

struct Chunk<'a, 'b> {
    memory: &'a mut Memory<'b>,
    pixels: &'a [Rgba8],
    indices: &'a mut [u8],
}

impl Kernel for Chunk<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for (pixels, indices) in self.pixels.chunks(BATCH).zip(self.indices.chunks_mut(BATCH)) {
            self.memory.map(pixels, indices);
        }
    }
}

impl<'a> Memory<'a> {
    /// 65,536 slots of four bytes fit the second cache level. On photographs, half of them are up to a tenth slower, and
    /// twice as many no faster.
    const BITS: u32 = 16;

    /// Set in slots that are filled.
    const FILLED: u32 = 1 << 31;

    fn new(targets: &'a Targets, simd: Simd) -> Self {
        Self { targets, grid: Grid::new(targets, simd), slots: vec![0; 1 << Self::BITS] }
    }

    /// Maps at most [`BATCH`] pixels.
    #[inline(always)]
    fn map(&mut self, pixels: &[Rgba8], indices: &mut [u8]) {
        let mut missed = [0_u8; BATCH];
        let mut count = 0;
        for (i, (&pixel, index)) in pixels.iter().zip(indices.iter_mut()).enumerate() {
            let (slot, tag) = Self::place(pixel);
            let found = self.slots[slot];
            *index = found as u8;
            missed[count & (BATCH - 1)] = i as u8;
            count += usize::from(found >> 8 != tag >> 8);
        }
        if count > 0 {
            self.search(pixels, &missed[..count], indices);
        }
    }

    /// Finds the indices of those that are not remembered.
    #[inline(always)]
    fn search(&mut self, pixels: &[Rgba8], missed: &[u8], indices: &mut [u8]) {
        let mut colors = [[0; 4]; BATCH];
        for (color, &i) in colors.iter_mut().zip(missed) {
            *color = pixels[usize::from(i)];
        }
        let mut points: [Point; BATCH] = [[0.0; 4]; BATCH];
        self.targets.space.points(&colors[..missed.len()], &mut points);
        for (part, points) in
            points.as_chunks::<PART>().0.iter().enumerate().take(missed.len().div_ceil(PART))
        {
            let cells = self.grid.cells(points);
            for (lane, &i) in missed[PART * part..].iter().take(PART).enumerate() {
                let color = colors[PART * part + lane];
                let index = match self.targets.fixed(color) {
                    Some(index) => index,
                    None => self.grid.find(cells[lane], &points[lane], self.grid.holes(color[3] < 255)),
                };
                let (slot, tag) = Self::place(color);
                self.slots[slot] = tag | u32::from(index);
                indices[usize::from(i)] = index;
            }
        }
    }

    /// The slot of a colour, and what stands in it above the index. Multiplying by an odd number takes no two colours
    /// to one, so the slot and the rest of the product tell them all apart.
    #[inline(always)]
    fn place(color: Rgba8) -> (usize, u32) {
        let hash = u32::from_le_bytes(color).wrapping_mul(0x9e37_79b1);
        ((hash >> (32 - Self::BITS)) as usize, hash << Self::BITS >> 1 | Self::FILLED)
    }
}
