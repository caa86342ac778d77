//! Where the cells of a [`Grid`](super::grid::Grid) lie.
//!
//! A cell's number has a field of bits for each axis. Cells are also leaves of a tree: every level halves the longest
//! sides of its boxes three times, until those of the last are the cells.

use crate::color::Point;
use crate::nearest::Bounds;

/// Halvings from one level to the next: eight children.
const HALVINGS: u32 = 3;

/// Most levels.
const MAX_LEVELS: usize = 6;

/// 2²³: the last bit of a float from here on counts ones, so adding it leaves the whole part in the low bits.
const WHOLE: f32 = 8_388_608.0;

/// No cell: all bits of a number are set.
const OUTSIDE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// `point * scale + offset` is 2²³ plus the place along an axis, in units of the last bit of its field.
    scale: Point,
    offset: Point,
    /// The bits of each field, where it starts, and where it ends.
    fields: [u32; 4],
    shifts: [u32; 4],
    ends: [u32; 4],
    /// By level: bits of each field that differ within a box.
    free: [[u32; 4]; MAX_LEVELS + 1],
    levels: usize,
}

impl Layout {
    /// A box around the colours in cells, at `levels` from the whole.
    pub(super) fn new(colors: &[Point], levels: usize) -> Self {
        let Bounds { low, high } = Bounds::of(colors.iter().copied());
        let longest = (0..4).fold(1.0, |longest: f32, i| longest.max(high[i] - low[i]));
        // An eighth on either side: palettes are means, pixels lie around them, and so do those with errors added.
        let margin = 0.125 * longest;
        // Where all is opaque, alpha is not divided.
        let axes = if high[3] == low[3] { 3 } else { 4 };
        let mut sides: Point = std::array::from_fn(|i| high[i] - low[i] + 2.0 * margin);
        let mut fixed = [[0_u32; 4]; MAX_LEVELS + 1];
        for level in 0..levels {
            fixed[level + 1] = fixed[level];
            for _ in 0..HALVINGS {
                let axis =
                    (0..axes).max_by(|&a, &b| sides[a].total_cmp(&sides[b])).expect("three axes or four");
                fixed[level + 1][axis] += 1;
                sides[axis] *= 0.5;
            }
        }
        let bits = fixed[levels];
        let mut layout = Self { levels, ..Self::endless() };
        layout.free = fixed.map(|fixed| std::array::from_fn(|i| bits[i].saturating_sub(fixed[i])));
        let mut shift = 0;
        for i in 0..4 {
            layout.scale[i] = (1 << shift) as f32 / sides[i];
            layout.offset[i] = WHOLE - ((low[i] - margin) * layout.scale[i]).round();
            layout.shifts[i] = shift;
            layout.fields[i] = ((1 << bits[i]) - 1) << shift;
            shift += bits[i];
            layout.ends[i] = 1 << shift;
        }
        layout
    }

    /// One cell that holds every point: with a scale of zero, all have the same place.
    pub(super) fn endless() -> Self {
        Self {
            scale: [0.0; 4],
            offset: [WHOLE; 4],
            fields: [0; 4],
            shifts: [0; 4],
            ends: [1; 4],
            free: [[0; 4]; MAX_LEVELS + 1],
            levels: 0,
        }
    }

    /// How many cells there are.
    pub(super) fn count(&self) -> usize {
        self.ends[3] as usize
    }

    /// The level on which boxes are cells; on level 0 is the whole.
    pub(super) fn levels(&self) -> usize {
        self.levels
    }

    /// The cells of points, and for those beyond all cells a number that none has.
    #[inline(always)]
    pub(super) fn cells<const N: usize>(&self, points: &[Point; N]) -> [u32; N] {
        let mut fields = [[0; 4]; N];
        for (fields, point) in fields.iter_mut().zip(points) {
            for i in 0..4 {
                let place =
                    (point[i] * self.scale[i] + self.offset[i]).to_bits().wrapping_sub(WHOLE.to_bits());
                let outside = if place < self.ends[i] { 0 } else { OUTSIDE };
                fields[i] = (place & self.fields[i]) | outside;
            }
        }
        // Through memory, for the compiler else takes the vectors apart before this, and not after.
        std::hint::black_box(fields).map(|fields| (fields[0] | fields[2]) | (fields[1] | fields[3]))
    }

    /// Which of the children of a cell's box on one level is its box on the next.
    #[inline(always)]
    pub(super) fn child(&self, cell: usize, level: usize) -> usize {
        (0..4).fold(0, |child, i| {
            let (free, still_free) = (self.free[level][i], self.free[level + 1][i]);
            let bits = (self.field(cell, i) >> still_free) & ((1 << (free - still_free)) - 1);
            child << (free - still_free) | bits as usize
        })
    }

    /// The box of a cell on a level.
    #[inline(always)]
    pub(super) fn bounds(&self, cell: usize, level: usize) -> Bounds {
        // A unit more on either side, for places are rounded to one, and more than what floats are rounded by.
        let bound = |i: usize, place: u32, slack: f32| {
            (place as f32 + slack + (WHOLE - self.offset[i])) / self.scale[i] + 1e-3 * slack
        };
        let place = |i: usize, boxes: u32| {
            let free = self.free[level][i];
            ((self.field(cell, i) >> free) + boxes) << (free + self.shifts[i])
        };
        Bounds {
            low: std::array::from_fn(|i| bound(i, place(i, 0), -1.0)),
            high: std::array::from_fn(|i| bound(i, place(i, 1), 1.0)),
        }
    }

    /// Does something to all cells in the box of a cell on a level, to rows of them that follow each other.
    #[inline(always)]
    pub(super) fn for_rows(&self, cell: usize, level: usize, mut work: impl FnMut(std::ops::Range<usize>)) {
        let free = self.free[level];
        let first =
            (0..4).fold(0, |first, i| first | (self.field(cell, i) >> free[i]) << (free[i] + self.shifts[i]));
        for d in 0..1_usize << free[3] {
            for c in 0..1_usize << free[2] {
                for b in 0..1_usize << free[1] {
                    let row = first as usize
                        + (d << self.shifts[3])
                        + (c << self.shifts[2])
                        + (b << self.shifts[1]);
                    work(row..row + (1 << free[0]));
                }
            }
        }
    }

    #[inline(always)]
    fn field(&self, cell: usize, axis: usize) -> u32 {
        (cell as u32 & self.fields[axis]) >> self.shifts[axis]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::ColorSpace;
    use crate::random::Random;

    #[test]
    fn points_lie_in_the_boxes_of_their_cells() {
        let mut random = Random::new(11);
        for (space, levels) in [(ColorSpace::Srgb, 6), (ColorSpace::Oklab, 5), (ColorSpace::Lab, 6)] {
            for opaque in [0, 255] {
                let mut pixel = || {
                    let [r, g, b, a] = (random.next() as u32).to_be_bytes();
                    [r / 2, g, b / 5, a | opaque]
                };
                let colors: Vec<Point> = (0..100).map(|_| space.point(pixel())).collect();
                let layout = Layout::new(&colors, levels);
                let mut seen = 0;
                for _ in 0..5_000 {
                    let point = space.point(pixel()).map(|c| 1.1 * c);
                    let [cell] = layout.cells(&[point]);
                    if cell == OUTSIDE {
                        continue;
                    }
                    let cell = cell as usize;
                    assert!(cell < layout.count());
                    for level in 0..=levels {
                        let Bounds { low, high } = layout.bounds(cell, level);
                        assert!((0..4).all(|i| low[i] < point[i] && point[i] < high[i]), "{point:?} {level}");
                        let mut rows = 0;
                        layout.for_rows(cell, level, |row| rows += usize::from(row.contains(&cell)));
                        assert_eq!(rows, 1);
                    }
                    seen += 1;
                }
                assert!(seen > 1_000);
            }
        }
    }
}
