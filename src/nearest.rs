//! Exact nearest-colour search, shared by fitting and mapping.
//!
//! Points that lie close together share a box, and a box leaves few candidates: those colours that are nearest to some
//! point of it (the filtering of Kanungo et al., "An efficient k-means clustering algorithm", 2002). Candidates are
//! then compared one by one, for many points at a time.

use crate::color::Point;

/// Most colours that can be searched among.
pub(crate) const MAX_CANDIDATES: usize = 256;

/// Candidates are compared in blocks of this many, whatever the width of a register.
pub(crate) const BLOCK: usize = 16;

/// Stands for a colour that is not there: further away than anything, and its square is still finite.
const FAR: f32 = 1e15;

/// Twenty times the rounding error of the distances involved, so that rounding never excludes what is nearest.
const SLACK: f32 = 4e-6;

/// An axis-aligned box of points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) low: Point,
    pub(crate) high: Point,
}

/// Colours with their indices, in the order of these, each axis apart, so that vectors can be loaded.
#[derive(Clone, Debug)]
pub(crate) struct Candidates {
    axes: [[f32; MAX_CANDIDATES]; 4],
    indices: [u16; MAX_CANDIDATES],
    count: usize,
}

impl Bounds {
    pub(crate) fn of(points: impl IntoIterator<Item = Point>) -> Self {
        let mut bounds = Self { low: [f32::INFINITY; 4], high: [f32::NEG_INFINITY; 4] };
        points.into_iter().for_each(|point| bounds = bounds.joined(Self { low: point, high: point }));
        bounds
    }

    /// The least box that holds both.
    #[inline(always)]
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            low: std::array::from_fn(|i| self.low[i].min(other.low[i])),
            high: std::array::from_fn(|i| self.high[i].max(other.high[i])),
        }
    }

    #[inline(always)]
    pub(crate) fn middle(&self) -> Point {
        std::array::from_fn(|i| 0.5 * (self.low[i] + self.high[i]))
    }

    fn diagonal_squared(&self) -> f32 {
        (0..4).map(|i| self.high[i] - self.low[i]).fold(0.0, |sum, side| sum + side * side)
    }

    /// How far rounding can take [`is_beyond`](Self::is_beyond) off, whatever the colours.
    pub(crate) fn slack(&self) -> f32 {
        SLACK * self.diagonal_squared() + 1e-6
    }

    /// Whether a colour is nearer than `center` to no point of the box: it is not if it is not nearer to the corner
    /// that lies furthest towards it.
    #[inline(always)]
    pub(crate) fn is_beyond(&self, color: Point, center: Point, slack: f32) -> bool {
        let mut own = 0.0;
        let mut other = 0.0;
        for i in 0..4 {
            let corner = if color[i] > center[i] { self.high[i] } else { self.low[i] };
            let (d, e) = (color[i] - corner, center[i] - corner);
            own += d * d;
            other += e * e;
        }
        own - other > slack + SLACK * (own + other)
    }
}

impl Candidates {
    /// None, with room for all.
    pub(crate) fn empty() -> Self {
        Self { axes: [[FAR; MAX_CANDIDATES]; 4], indices: [0; MAX_CANDIDATES], count: 0 }
    }

    /// At most 256 colours, each a candidate.
    pub(crate) fn of(colors: &[Point]) -> Self {
        let mut all = Self::empty();
        for (number, color) in colors.iter().enumerate() {
            for (axis, &coordinate) in all.axes.iter_mut().zip(color) {
                axis[number] = coordinate;
            }
            all.indices[number] = number as u16;
        }
        all.count = colors.len();
        all
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The index of candidate `number`.
    #[inline(always)]
    pub(crate) fn index(&self, number: usize) -> u16 {
        self.indices[number]
    }

    #[inline(always)]
    pub(crate) fn color(&self, number: usize) -> Point {
        std::array::from_fn(|i| self.axes[i][number])
    }

    /// Moves candidate `number`.
    #[inline(always)]
    pub(crate) fn set(&mut self, number: usize, color: Point) {
        for (axis, coordinate) in self.axes.iter_mut().zip(color) {
            axis[number] = coordinate;
        }
    }

    /// The number of the candidate nearest to a point, and its squared distance; of equally near ones the first.
    #[inline(always)]
    pub(crate) fn nearest<const LANES: usize>(&self, point: Point) -> (usize, f32) {
        let mut best = [f32::INFINITY; LANES];
        let mut best_from = [0_u32; LANES];
        let mut from = 0;
        while from < self.count {
            let axes: [&[f32; LANES]; 4] = std::array::from_fn(|i| lanes(&self.axes[i], from));
            for lane in 0..LANES {
                let d: Point = std::array::from_fn(|i| axes[i][lane] - point[i]);
                let distance = (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3]);
                let nearer = distance < best[lane];
                best[lane] = if nearer { distance } else { best[lane] };
                best_from[lane] = if nearer { from as u32 } else { best_from[lane] };
            }
            from += LANES;
        }
        let least = best.iter().fold(f32::INFINITY, |least, &distance| least.min(distance));
        let number = (0..LANES).fold(u32::MAX, |number, lane| {
            let here = if best[lane] == least { best_from[lane] + lane as u32 } else { u32::MAX };
            number.min(here)
        });
        (number as usize, least)
    }

    /// Puts those candidates into `kept` that are nearest to some point of a box, or nearly so.
    #[inline(always)]
    pub(crate) fn filter<const LANES: usize>(&self, bounds: &Bounds, kept: &mut Self) {
        let center = self.color(self.nearest::<LANES>(bounds.middle()).0);
        let slack = bounds.slack();
        kept.count = 0;
        let mut from = 0;
        while from < self.count {
            let mut keep = [0_u8; BLOCK];
            for part in (0..BLOCK).step_by(LANES) {
                let axes: [&[f32; LANES]; 4] = std::array::from_fn(|i| lanes(&self.axes[i], from + part));
                let mut flags = [0_u8; LANES];
                for lane in 0..LANES {
                    let color = std::array::from_fn(|i| axes[i][lane]);
                    flags[lane] = u8::from(!bounds.is_beyond(color, center, slack));
                }
                keep[part..part + LANES].copy_from_slice(&flags);
            }
            for (lane, &keep) in keep.iter().enumerate().take(self.count - from) {
                let number = from + lane;
                // Written whether kept or not, and then overwritten: cheaper than a branch that nobody can predict.
                for i in 0..4 {
                    kept.axes[i][kept.count] = self.axes[i][number];
                }
                kept.indices[kept.count] = self.indices[number];
                kept.count += usize::from(keep);
            }
            from += BLOCK;
        }
        kept.fill_up();
    }

    /// Puts far points into the rest of the last block.
    #[inline(always)]
    fn fill_up(&mut self) {
        let end = self.count.next_multiple_of(BLOCK);
        for axis in &mut self.axes {
            axis[self.count..end].fill(FAR);
        }
    }
}

/// `LANES` numbers from `from` on.
#[inline(always)]
fn lanes<const LANES: usize>(axis: &[f32; MAX_CANDIDATES], from: usize) -> &[f32; LANES] {
    axis[from..from + LANES].try_into().expect("a slice of LANES numbers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{ColorSpace, distance_squared};
    use crate::random::Random;
    use crate::simd::{Kernel, Simd};

    fn naive(colors: &[Point], point: Point) -> (usize, f32) {
        let distance = |i: usize| distance_squared(point, colors[i]);
        let nearest = (0..colors.len()).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap();
        (nearest, distance(nearest))
    }

    /// Nearest of all, and nearest of those left by a box around the point and a companion.
    struct Search<'a> {
        all: &'a Candidates,
        point: Point,
        companion: Point,
    }

    impl Kernel for Search<'_> {
        type Output = [(usize, f32); 2];

        #[inline(always)]
        fn run<const LANES: usize>(self) -> [(usize, f32); 2] {
            let mut kept = Candidates::empty();
            self.all.filter::<LANES>(&Bounds::of([self.point, self.companion]), &mut kept);
            let (number, distance) = kept.nearest::<LANES>(self.point);
            [self.all.nearest::<LANES>(self.point), (usize::from(kept.index(number)), distance)]
        }
    }

    #[test]
    fn every_instruction_set_finds_what_a_plain_search_finds() {
        let mut random = Random::new(7);
        let mut pixel = || (random.next() as u32).to_be_bytes();
        for (count, space) in
            [(1, ColorSpace::Srgb), (16, ColorSpace::Lab), (77, ColorSpace::Oklab), (256, ColorSpace::Srgb)]
        {
            let mut colors: Vec<Point> = (0..count).map(|_| space.point(pixel())).collect();
            colors[count - 1] = colors[0];
            let all = Candidates::of(&colors);
            for trial in 0..500 {
                let point = if trial < count { colors[trial] } else { space.point(pixel()) };
                let companion = space.point(pixel()).map(|c| c / 8.0);
                let companion = std::array::from_fn(|i| point[i] + companion[i]);
                let wanted = naive(&colors, point);
                for simd in Simd::available() {
                    assert_eq!(simd.run(Search { all: &all, point, companion }), [wanted; 2], "{simd:?}");
                }
            }
        }
    }

    #[test]
    fn a_small_box_leaves_few_candidates() {
        struct Filter<'a>(&'a Candidates, Bounds);
        impl Kernel for Filter<'_> {
            type Output = usize;

            #[inline(always)]
            fn run<const LANES: usize>(self) -> usize {
                let mut kept = Candidates::empty();
                self.0.filter::<LANES>(&self.1, &mut kept);
                kept.len()
            }
        }
        let colors: Vec<Point> = (0..256_u16).map(|i| [f32::from(i), 0.0, 0.0, 0.0]).collect();
        let bounds = Bounds { low: [99.6, -9.0, 0.0, 0.0], high: [101.4, 9.0, 0.0, 0.0] };
        for simd in Simd::available() {
            // 100 and 101, and 102, which at the right end beats 100, though not 101.
            assert_eq!(simd.run(Filter(&Candidates::of(&colors), bounds)), 3);
        }
    }
}
