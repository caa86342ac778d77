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

/// Places for them: what is behind the last one may be overwritten by a whole block.
const ROOM: usize = MAX_CANDIDATES + BLOCK;

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
    axes: [[f32; ROOM]; 4],
    /// Numbers below 2²⁴ are exact as floats, and need no registers of another kind.
    indices: [f32; ROOM],
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
        Self { axes: [[FAR; ROOM]; 4], indices: [0.0; ROOM], count: 0 }
    }

    /// At most 256 colours, each a candidate.
    pub(crate) fn of(colors: &[Point]) -> Self {
        let mut all = Self::empty();
        for (number, color) in colors.iter().enumerate() {
            for (axis, &coordinate) in all.axes.iter_mut().zip(color) {
                axis[number] = coordinate;
            }
            all.indices[number] = number as f32;
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
        self.indices[number] as u16
    }

    /// [`index`](Self::index) as it goes through registers.
    #[inline(always)]
    pub(crate) fn index_as_float(&self, number: usize) -> f32 {
        self.indices[number]
    }

    #[inline(always)]
    pub(crate) fn color(&self, number: usize) -> Point {
        [self.axes[0][number], self.axes[1][number], self.axes[2][number], self.axes[3][number]]
    }

    /// Moves candidate `number`.
    #[inline(always)]
    pub(crate) fn set(&mut self, number: usize, color: Point) {
        for i in 0..4 {
            self.axes[i][number] = color[i];
        }
    }

    /// The number of the candidate nearest to a point, and its squared distance; of equally near ones the first.
    #[inline(always)]
    pub(crate) fn nearest<V: Vector>(&self, point: Point) -> (usize, f32) {
        self.nearest_of_each::<V, 1>(&[point])[0]
    }

    /// [`nearest`](Self::nearest) for some points at once: while one waits for a comparison, the others go on.
    #[inline(always)]
    pub(crate) fn nearest_of_each<V: Vector, const POINTS: usize>(
        &self,
        points: &[Point; POINTS],
    ) -> [(usize, f32); POINTS] {
        let mut spread = [[V::splat(0.0); 4]; POINTS];
        for number in 0..POINTS {
            spread[number] = splat::<V>(points[number]);
        }
        let mut best = [V::splat(f32::INFINITY); POINTS];
        let mut best_from = [V::splat(0.0); POINTS];
        // Not with `step_by`, which divides to find out how many steps there are.
        let mut from = 0;
        while from < self.count {
            let colors = load::<V, ROOM>(&self.axes, from);
            let here = V::splat(from as f32);
            for number in 0..POINTS {
                let distance = distance_squared(colors, spread[number]);
                let nearer = distance.less(best[number]);
                best[number] = V::select(nearer, distance, best[number]);
                best_from[number] = V::select(nearer, here, best_from[number]);
            }
            from += V::LANES;
        }
        let lanes = V::load(&LANE_NUMBERS);
        let mut found = [(0, 0.0); POINTS];
        for number in 0..POINTS {
            let least = best[number].least();
            let further = V::splat(least).less(best[number]);
            let first = V::select(further, V::splat(f32::INFINITY), best_from[number].add(lanes)).least();
            found[number] = (first as usize, least);
        }
        found
    }

    /// Puts those candidates into `kept` that are nearest to some point of a box, or nearly so.
    #[inline(always)]
    pub(crate) fn filter<V: Vector>(&self, bounds: &Bounds, kept: &mut Self) {
        let center = self.color(self.nearest::<V>(bounds.middle()).0);
        // As [`Bounds::is_beyond`] has it.
        let slack = V::splat(bounds.slack());
        let (low, high) = (splat::<V>(bounds.low), splat::<V>(bounds.high));
        let center = splat::<V>(center);
        kept.count = 0;
        let mut from = 0;
        while from < self.count {
            let colors = load::<V, ROOM>(&self.axes, from);
            let mut corner = low;
            for i in 0..4 {
                corner[i] = V::select(center[i].less(colors[i]), high[i], low[i]);
            }
            let (own, other) = (distance_squared(colors, corner), distance_squared(center, corner));
            let allowed = slack.add(V::splat(SLACK).mul(own.add(other)));
            // Places behind the last colour are further than anything.
            let keep = own.sub(other).less(allowed);
            for i in 0..4 {
                colors[i].compress(keep, &mut kept.axes[i][kept.count..]);
            }
            V::load(&self.indices[from..]).compress(keep, &mut kept.indices[kept.count..]);
            kept.count += V::bits(keep).count_ones() as usize;
            from += V::LANES;
        }
        for axis in &mut kept.axes {
            let mut end = kept.count;
            while end < kept.count + BLOCK {
                V::splat(FAR).store(&mut axis[end..]);
                end += V::LANES;
            }
        }
    }
}

/// The numbers of the lanes of a register.
const LANE_NUMBERS: [f32; BLOCK] =
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0];

/// A point in every lane. Like all in kernels it does without closures: one that holds instructions of its caller's
/// instruction set is not certain to be inlined there.
#[inline(always)]
pub(crate) fn splat<V: Vector>(point: Point) -> [V; 4] {
    [V::splat(point[0]), V::splat(point[1]), V::splat(point[2]), V::splat(point[3])]
}

/// The points that begin at `from`.
#[inline(always)]
pub(crate) fn load<V: Vector, const N: usize>(axes: &[[f32; N]; 4], from: usize) -> [V; 4] {
    [
        V::load(&axes[0][from..]),
        V::load(&axes[1][from..]),
        V::load(&axes[2][from..]),
        V::load(&axes[3][from..]),
    ]
}

/// Squared distances, summed in the order of [`crate::color::distance_squared`].
#[inline(always)]
pub(crate) fn distance_squared<V: Vector>(a: [V; 4], b: [V; 4]) -> V {
    let d = [a[0].sub(b[0]), a[1].sub(b[1]), a[2].sub(b[2]), a[3].sub(b[3])];
    d[0].mul(d[0]).add(d[1].mul(d[1])).add(d[2].mul(d[2]).add(d[3].mul(d[3])))
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
