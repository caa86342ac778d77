//! Cells of the space, each with the few colours that can be nearest to a point of it.
//!
//! A cell is looked into when the first point falls there, so that a picture pays for what it holds alone. What a
//! search finds is what comparing all colours finds, whatever was looked into before.

use super::targets::Targets;
use crate::color::Point;
use crate::image::Rgba8;
use crate::nearest::{Bounds, Candidates};

/// Candidates in a block: one vector of AVX2. Nearly all cells of a photograph have no more, so that most searches are
/// one block without a loop.
const WIDTH: usize = 8;

/// Stands for a colour that is not there, as in [`Candidates`].
const FAR: f32 = 1e15;

/// 2²³: the last bit of a number from here on counts ones, so adding it leaves the whole part in the low bits.
const WHOLE: f32 = 8_388_608.0;

/// Cells along each axis, as a power of two, that choose from one list.
const PARENT_BITS: u32 = 2;

/// A cell that no point has fallen into yet.
const UNKNOWN: u32 = u32::MAX;

/// A cell holds the number of its first block and, from this bit on, how many more follow.
const MORE_SHIFT: u32 = 24;

/// How cells lie in the space. The number of a cell has a field of bits for each axis.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// `point * scale + offset` is 2²³ plus the place along an axis, in units of the last bit of its field.
    scale: Point,
    offset: Point,
    shifts: [u32; 4],
    bits: [u32; 4],
    /// The bits of each field, and where it ends.
    fields: [u32; 4],
    ends: [u32; 4],
}

/// Colours side by side, with their indices.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Block {
    axes: [[f32; WIDTH]; 4],
    indices: [u32; WIDTH],
}

/// What one thread knows of the cells.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    targets: &'a Targets,
    layout: &'a Layout,
    cells: Vec<u32>,
    /// Lists that cells choose from, made when the first of them needs it.
    parents: Vec<Option<Box<Candidates>>>,
    blocks: Vec<Block>,
    kept: Box<Candidates>,
    /// Added to the number of a cell for pixels that may become transparent, if that makes a difference.
    holes: usize,
}

impl Layout {
    /// Cells around the colours, the more of them there are.
    pub(super) fn new(colors: &[Point]) -> Self {
        let cell_bits = match colors.len() {
            ..=WIDTH => return Self::endless(),
            ..=16 => 9,
            ..=64 => 12,
            _ => 15,
        };
        let Bounds { low, high } = Bounds::of(colors.iter().copied());
        let longest = (0..4).fold(1.0, |longest: f32, i| longest.max(high[i] - low[i]));
        // An eighth on either side: palettes are means, pixels lie around them, and so do those with errors added.
        let margin = 0.125 * longest;
        let mut bits = [0; 4];
        let mut sides: Point = std::array::from_fn(|i| high[i] - low[i] + 2.0 * margin);
        for _ in 0..cell_bits {
            // The longest side is halved. Alpha's is none where all is opaque.
            let axes = if high[3] == low[3] { 0..3 } else { 0..4 };
            let axis = axes.max_by(|&a, &b| sides[a].total_cmp(&sides[b])).expect("three axes or four");
            bits[axis] += 1;
            sides[axis] *= 0.5;
        }
        let mut layout = Self { bits, ..Self::endless() };
        let mut shift = 0;
        for i in 0..4 {
            let scale = (1 << shift) as f32 / sides[i];
            layout.scale[i] = scale;
            layout.offset[i] = WHOLE - ((low[i] - margin) * scale).round();
            layout.shifts[i] = shift;
            layout.fields[i] = ((1 << bits[i]) - 1) << shift;
            shift += bits[i];
            layout.ends[i] = 1 << shift;
        }
        layout
    }

    /// One cell that holds every point: with a scale of zero, all have the same place.
    fn endless() -> Self {
        Self {
            scale: [0.0; 4],
            offset: [WHOLE; 4],
            shifts: [0; 4],
            bits: [0; 4],
            fields: [0; 4],
            ends: [1; 4],
        }
    }

    fn count(&self) -> usize {
        1 << self.bits.iter().sum::<u32>()
    }

    /// The cell of a point, and whether the point lies within it and not beyond all cells.
    #[inline(always)]
    fn cell(&self, point: Point) -> (usize, bool) {
        let place =
            |i: usize| (point[i] * self.scale[i] + self.offset[i]).to_bits().wrapping_sub(WHOLE.to_bits());
        let places: [u32; 4] = std::array::from_fn(place);
        let inside = (0..4).fold(true, |inside, i| inside & (places[i] < self.ends[i]));
        let fields: [u32; 4] = std::array::from_fn(|i| places[i] & self.fields[i]);
        (((fields[0] | fields[2]) | (fields[1] | fields[3])) as usize, inside)
    }

    /// The box of a cell, or of the cells around it that share a parent.
    fn bounds(&self, cell: usize, ignored_bits: u32) -> Bounds {
        let mut bounds = Bounds { low: [f32::MIN; 4], high: [f32::MAX; 4] };
        for i in 0..4 {
            let ignored = ignored_bits.min(self.bits[i]);
            let field = (cell as u32 & self.fields[i]) >> (self.shifts[i] + ignored);
            let side = f64::from(1_u32 << (self.shifts[i] + ignored));
            // A unit more on either side, for sums are rounded to one, and more than floats are rounded by.
            let bound = |place: f64, slack: f64| {
                ((place + slack + f64::from(WHOLE) - f64::from(self.offset[i])) / f64::from(self.scale[i])
                    + 1e-3 * slack) as f32
            };
            bounds.low[i] = bound(f64::from(field) * side, -1.0);
            bounds.high[i] = bound(f64::from(field + 1) * side, 1.0);
        }
        bounds
    }

    /// The number of the parent of a cell.
    fn parent(&self, cell: usize) -> usize {
        (0..4).fold(0, |parent, i| {
            let field = (cell as u32 & self.fields[i]) >> self.shifts[i];
            let ignored = PARENT_BITS.min(self.bits[i]);
            (parent << (self.bits[i] - ignored)) | (field >> ignored) as usize
        })
    }

    fn parents(&self) -> usize {
        1 << self.bits.iter().map(|bits| bits.saturating_sub(PARENT_BITS)).sum::<u32>()
    }
}

impl<'a> Grid<'a> {
    pub(super) fn new(targets: &'a Targets) -> Self {
        let layout = &targets.layout;
        let halves = 1 + usize::from(targets.may_be_holes());
        Self {
            targets,
            layout,
            cells: vec![UNKNOWN; halves * layout.count()],
            parents: vec![None; halves * layout.parents()],
            blocks: Vec::new(),
            kept: Box::new(Candidates::empty()),
            holes: (halves - 1) * layout.count(),
        }
    }

    /// The index of the colour nearest to `point`, which is that of a pixel or one with errors added; of equally near
    /// ones the lowest. An opaque pixel gets none that is fully transparent, if there are others.
    #[inline(always)]
    pub(super) fn find<const LANES: usize>(&mut self, pixel: Rgba8, point: Point) -> u8 {
        let (cell, inside) = self.layout.cell(point);
        if !inside {
            let candidates = self.targets.candidates(pixel[3] < 255);
            return candidates.index(candidates.nearest::<LANES>(point).0) as u8;
        }
        let cell = cell + if pixel[3] < 255 { self.holes } else { 0 };
        let mut entry = self.cells[cell];
        if entry >> MORE_SHIFT == 0 {
            return self.blocks[entry as usize].nearest(point) as u8;
        }
        if entry == UNKNOWN {
            entry = self.look_into::<LANES>(cell);
        }
        let first = (entry & ((1 << MORE_SHIFT) - 1)) as usize;
        let mut nearest = i64::MAX;
        for block in &self.blocks[first..=first + (entry >> MORE_SHIFT) as usize] {
            nearest = nearest.min(block.nearest(point));
        }
        nearest as u8
    }

    /// Fills in a cell.
    #[inline(always)]
    fn look_into<const LANES: usize>(&mut self, cell: usize) -> u32 {
        let of_holes = self.holes > 0 && cell >= self.holes;
        let all = self.targets.candidates(of_holes);
        let candidates = if self.layout.count() == 1 {
            all
        } else {
            let layout = self.layout;
            let parent = layout.parent(cell % layout.count()) + usize::from(of_holes) * layout.parents();
            let parent = self.parents[parent].get_or_insert_with(|| {
                let mut kept = Box::new(Candidates::empty());
                all.filter::<LANES>(&layout.bounds(cell, PARENT_BITS), &mut kept);
                kept
            });
            parent.filter::<LANES>(&layout.bounds(cell, 0), &mut self.kept);
            &self.kept
        };
        let first = self.blocks.len();
        for from in (0..candidates.len()).step_by(WIDTH) {
            self.blocks.push(Block::new(candidates, from));
        }
        let more = self.blocks.len() - first - 1;
        self.cells[cell] = first as u32 | (more as u32) << MORE_SHIFT;
        self.cells[cell]
    }
}

impl Block {
    /// Candidates from number `from` on.
    fn new(candidates: &Candidates, from: usize) -> Self {
        let mut block = Self { axes: [[FAR; WIDTH]; 4], indices: [0; WIDTH] };
        for (lane, number) in (from..candidates.len()).take(WIDTH).enumerate() {
            block.indices[lane] = u32::from(candidates.index(number));
            for (axis, coordinate) in block.axes.iter_mut().zip(candidates.color(number)) {
                axis[lane] = coordinate;
            }
        }
        block
    }

    /// The squared distance to the nearest colour, as bits, above the lowest index of those that are so near. Bits of
    /// floats from zero up are in the order of what they stand for.
    #[inline(always)]
    fn nearest(&self, point: Point) -> i64 {
        let mut keys = [0; WIDTH];
        for (lane, key) in keys.iter_mut().enumerate() {
            let d: Point = std::array::from_fn(|i| point[i] - self.axes[i][lane]);
            let distance = (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3]);
            *key = i64::from(distance.to_bits()) << 32 | i64::from(self.indices[lane]);
        }
        keys.into_iter().fold(i64::MAX, i64::min)
    }
}
