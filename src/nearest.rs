//! Exact nearest-colour search, shared by fitting and mapping.
//!
//! Points that lie close together share a box, and a box leaves few candidates: those colours that are nearest to some
//! point of it (the filtering of Kanungo et al., "An efficient k-means clustering algorithm", 2002). Candidates are
//! then compared one by one, for many points at a time.

use crate::color::Point;
use crate::simd::Vector;

/// Most colours that can be searched among.
pub(crate) const MAX_CANDIDATES: usize = 256;

/// Candidates are compared in blocks of this many, whatever the width of a register.
pub(crate) const BLOCK: usize = 16;

/// Stands for a colour that is not there: further away than anything, and its square is still finite.
const FAR: f32 = 1e15;

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

    fn middle(&self) -> Point {
        std::array::from_fn(|i| 0.5 * (self.low[i] + self.high[i]))
    }

    fn diagonal_squared(&self) -> f32 {
        (0..4).map(|i| self.high[i] - self.low[i]).fold(0.0, |sum, side| sum + side * side)
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
    pub(crate) fn nearest<V: Vector>(&self, point: Point) -> (usize, f32) {
        let point = point.map(V::splat);
        let mut best = V::splat(f32::INFINITY);
        // Numbers below 2²⁴ are exact as floats, and so need no registers of another kind.
        let mut best_from = V::splat(0.0);
        for from in (0..self.count).step_by(V::LANES) {
            let distance = distance_squared(self.load::<V>(from), point);
            let nearer = distance.less(best);
            best = V::select(nearer, distance, best);
            best_from = V::select(nearer, V::splat(from as f32), best_from);
        }
        let (mut distances, mut froms) = ([f32::INFINITY; BLOCK], [0.0; BLOCK]);
        best.store(&mut distances);
        best_from.store(&mut froms);
        let (mut number, mut least) = (froms[0], distances[0]);
        for lane in 1..V::LANES {
            let here = froms[lane] + lane as f32;
            let better = distances[lane] < least || (distances[lane] == least && here < number);
            number = if better { here } else { number };
            least = if better { distances[lane] } else { least };
        }
        (number as usize, least)
    }

    /// Puts those candidates into `kept` that are nearest to some point of a box, or nearly so.
    #[inline(always)]
    pub(crate) fn filter<V: Vector>(&self, bounds: &Bounds, kept: &mut Self) {
        let center = self.color(self.nearest::<V>(bounds.middle()).0);
        // Another colour is nearer than this one to no point of the box if it is not nearer to the corner that lies
        // furthest towards it. Twenty times the rounding error of the distances involved, so that rounding never
        // excludes anything that is nearest.
        const SLACK: f32 = 4e-6;
        let slack = V::splat(SLACK * bounds.diagonal_squared() + 1e-6);
        let (low, high, center) = (bounds.low.map(V::splat), bounds.high.map(V::splat), center.map(V::splat));
        kept.count = 0;
        for from in (0..self.count).step_by(V::LANES) {
            let colors = self.load::<V>(from);
            let corner: [V; 4] =
                std::array::from_fn(|i| V::select(center[i].less(colors[i]), high[i], low[i]));
            let (own, other) = (distance_squared(colors, corner), distance_squared(center, corner));
            let allowed = slack.add(V::splat(SLACK).mul(own.add(other)));
            let mut keep = V::bits(own.sub(other).less(allowed));
            keep &= u32::MAX >> (32 - (self.count - from).min(V::LANES));
            while keep != 0 {
                let number = from + keep.trailing_zeros() as usize;
                for i in 0..4 {
                    kept.axes[i][kept.count] = self.axes[i][number];
                }
                kept.indices[kept.count] = self.indices[number];
                kept.count += 1;
                keep &= keep - 1;
            }
        }
        kept.fill_up();
    }

    #[inline(always)]
    fn load<V: Vector>(&self, from: usize) -> [V; 4] {
        std::array::from_fn(|i| V::load(&self.axes[i][from..]))
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

/// Squared distances, summed in the order of [`crate::color::distance_squared`].
#[inline(always)]
pub(crate) fn distance_squared<V: Vector>(a: [V; 4], b: [V; 4]) -> V {
    let square = |i: usize| {
        let d = a[i].sub(b[i]);
        d.mul(d)
    };
    square(0).add(square(1)).add(square(2).add(square(3)))
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
        fn run<V: Vector>(self) -> [(usize, f32); 2] {
            let mut kept = Candidates::empty();
            self.all.filter::<V>(&Bounds::of([self.point, self.companion]), &mut kept);
            let (number, distance) = kept.nearest::<V>(self.point);
            [self.all.nearest::<V>(self.point), (usize::from(kept.index(number)), distance)]
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
            fn run<V: Vector>(self) -> usize {
                let mut kept = Candidates::empty();
                self.0.filter::<V>(&self.1, &mut kept);
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
