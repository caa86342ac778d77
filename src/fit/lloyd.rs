//! Lloyd's algorithm over boxes of points (Kanungo et al., "An efficient k-means clustering algorithm", 2002): a box
//! that has one nearest centroid goes to it as a whole, and the points of the others are compared with the few
//! candidates that their box leaves. Nothing is remembered from round to round.

use super::cloud::{Cloud, Group, Pack, Total};
use crate::color::Point;
use crate::nearest::{BLOCK, Candidates, distance_squared, load, splat};
use crate::par;
use crate::simd::{Kernel, Simd, Vector};

/// Groups whose sums are added up apart; fixed, so that rounding is the same on any number of threads.
const CHUNK: usize = 32;

/// So many candidates of a group are no more work for the points of a pack than finding out which of them the pack
/// needs.
const FEW: usize = 3;

/// What belongs to a centroid.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    /// Weighted sum of the points.
    pub(super) sum: [f64; 4],
    pub(super) weight: f64,
    /// Weighted squared distances from the centroid.
    pub(super) error: f64,
}

/// Gives every point to its nearest centroid; of equally near ones to the first.
pub(super) fn assign(cloud: &Cloud, centroids: &[Point], simd: Simd) -> Vec<Cell> {
    let all = Candidates::of(centroids);
    let parts = par::map_chunks(&cloud.groups, CHUNK, |groups| {
        let found = vec![Cell::default(); centroids.len()];
        simd.run(Search { groups, packs: &cloud.packs, all: &all, found })
    });
    let mut cells = vec![Cell::default(); centroids.len()];
    for part in parts {
        for (cell, part) in cells.iter_mut().zip(part) {
            cell.sum = std::array::from_fn(|i| cell.sum[i] + part.sum[i]);
            cell.weight += part.weight;
            cell.error += part.error;
        }
    }
    cells
}

/// Moves the centroids to the means of their points, at most `rounds` times, until a round lowers the inertia by less
/// than `tolerance` of itself. Those that are kept stand behind the others, take their points, and stay.
///
/// Returns the inertia of the points about the centroids that they were given to last, where those are now: a bit more
/// than what giving them anew would make it, which would take as long as another round. It is infinite after no rounds.
pub(super) fn refine(cloud: &Cloud, centroids: &mut [Point], rounds: u32, tolerance: f64, simd: Simd) -> f64 {
    let mut reached = f64::INFINITY;
    for _ in 0..rounds {
        let cells = assign(cloud, &[&*centroids, &cloud.kept].concat(), simd);
        let inertia = inertia_of(&cells);
        let mut gain = 0.0;
        for (centroid, cell) in centroids.iter_mut().zip(&cells) {
            let mean = cell.mean(*centroid);
            // Moving a centroid to its mean lowers the inertia by exactly weight times squared move.
            gain += cell.weight * f64::from(crate::color::distance_squared(mean, *centroid));
            *centroid = mean;
        }
        reached = inertia - gain;
        if gain <= tolerance * inertia {
            break;
        }
    }
    reached
}

pub(super) fn inertia_of(cells: &[Cell]) -> f64 {
    cells.iter().map(|cell| cell.error).sum()
}

impl Cell {
    /// The mean of its points; without points the centroid stays where it is.
    pub(super) fn mean(&self, centroid: Point) -> Point {
        if self.weight > 0.0 { self.sum.map(|sum| (sum / self.weight) as f32) } else { centroid }
    }

    #[inline(always)]
    fn take(&mut self, total: &Total, centroid: Point) {
        for i in 0..4 {
            self.sum[i] += total.sum[i];
        }
        self.weight += total.weight;
        self.error += total.error(centroid);
    }
}

/// The centroid of every point of every pack, in order.
pub(super) fn labels(cloud: &Cloud, centroids: &[Point], simd: Simd) -> Vec<u16> {
    let all = Candidates::of(centroids);
    let parts = par::map_chunks(&cloud.groups, CHUNK, |groups| {
        simd.run(Search { groups, packs: &cloud.packs, all: &all, found: Vec::new() })
    });
    parts.concat()
}

/// What takes down whose points they are.
trait Found {
    fn group(&mut self, group: &Group, centroid: u16, color: Point);

    fn pack(&mut self, pack: &Pack, centroid: u16, color: Point);

    fn point(&mut self, pack: &Pack, point: usize, centroid: u16, distance: f32);
}

impl Found for Vec<Cell> {
    #[inline(always)]
    fn group(&mut self, group: &Group, centroid: u16, color: Point) {
        self[usize::from(centroid)].take(&group.total, color);
    }

    #[inline(always)]
    fn pack(&mut self, pack: &Pack, centroid: u16, color: Point) {
        self[usize::from(centroid)].take(&pack.total, color);
    }

    #[inline(always)]
    fn point(&mut self, pack: &Pack, point: usize, centroid: u16, distance: f32) {
        let cell = &mut self[usize::from(centroid)];
        let weight = pack.weights[point];
        for i in 0..4 {
            cell.sum[i] += f64::from(pack.weighted[point][i]);
        }
        cell.weight += f64::from(weight);
        cell.error += f64::from(weight * distance);
    }
}

impl Found for Vec<u16> {
    #[inline(always)]
    fn group(&mut self, group: &Group, centroid: u16, _: Point) {
        self.resize(self.len() + (group.to - group.from) * BLOCK, centroid);
    }

    #[inline(always)]
    fn pack(&mut self, _: &Pack, centroid: u16, _: Point) {
        self.resize(self.len() + BLOCK, centroid);
    }

    #[inline(always)]
    fn point(&mut self, _: &Pack, _: usize, centroid: u16, _: f32) {
        self.push(centroid);
    }
}

struct Search<'a, F> {
    groups: &'a [Group],
    packs: &'a [Pack],
    all: &'a Candidates,
    found: F,
}

impl<F: Found> Kernel for Search<'_, F> {
    type Output = F;

    #[inline(always)]
    fn run<V: Vector>(mut self) -> F {
        let found = &mut self.found;
        let mut near_group = Candidates::empty();
        let mut near_pack = Candidates::empty();
        for group in self.groups {
            self.all.filter::<V>(&group.bounds, &mut near_group);
            if near_group.len() == 1 {
                found.group(group, near_group.index(0), near_group.color(0));
                continue;
            }
            for pack in &self.packs[group.from..group.to] {
                let near = if near_group.len() <= FEW {
                    &near_group
                } else {
                    near_group.filter::<V>(&pack.bounds, &mut near_pack);
                    if near_pack.len() == 1 {
                        found.pack(pack, near_pack.index(0), near_pack.color(0));
                        continue;
                    }
                    &near_pack
                };
                let (centroids, distances) = nearest::<V>(pack, near);
                for point in 0..BLOCK {
                    found.point(pack, point, centroids[point], distances[point]);
                }
            }
        }
        self.found
    }
}

/// For each point of a pack the index of its nearest candidate, and the squared distance.
#[inline(always)]
fn nearest<V: Vector>(pack: &Pack, candidates: &Candidates) -> ([u16; BLOCK], [f32; BLOCK]) {
    let mut indices = [0.0; BLOCK];
    let mut distances = [0.0; BLOCK];
    let mut from = 0;
    while from < BLOCK {
        let points = load::<V, BLOCK>(&pack.axes, from);
        let mut best = V::splat(f32::INFINITY);
        let mut best_index = V::splat(0.0);
        for number in 0..candidates.len() {
            let distance = distance_squared(splat::<V>(candidates.color(number)), points);
            let nearer = distance.less(best);
            best = V::select(nearer, distance, best);
            best_index = V::select(nearer, V::splat(candidates.index_as_float(number)), best_index);
        }
        best_index.store(&mut indices[from..]);
        best.store(&mut distances[from..]);
        from += V::LANES;
    }
    let mut whole = [0; BLOCK];
    for point in 0..BLOCK {
        // Through a signed integer, for which there is an instruction everywhere.
        whole[point] = indices[point] as i32 as u16;
    }
    (whole, distances)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::distance_squared;
    use crate::random::Random;

    /// Without boxes.
    fn naive(cloud: &Cloud, centroids: &[Point]) -> Vec<Cell> {
        let mut cells = vec![Cell::default(); centroids.len()];
        for &(point, weight) in &cloud.points {
            let distance = |i: &usize| distance_squared(point, centroids[*i]);
            let nearest = (0..centroids.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
            let (cell, weight) = (&mut cells[nearest], f64::from(weight));
            (0..4).for_each(|i| cell.sum[i] += weight * f64::from(point[i]));
            cell.weight += weight;
            cell.error += weight * f64::from(distance(&nearest));
        }
        cells
    }

    fn cloud(count: usize) -> Cloud {
        let mut random = Random::new(3);
        let mut coordinate = || (random.unit() * 200.0) as f32;
        let mut points: Vec<(Point, f32)> =
            (0..count).map(|i| (std::array::from_fn(|_| coordinate()), 1.0 + (i % 7) as f32)).collect();
        points.sort_by(|a, b| (a.0[0] as u32 / 25, a.0[1] as u32).cmp(&(b.0[0] as u32 / 25, b.0[1] as u32)));
        Cloud::of_points(points, Vec::new())
    }

    #[test]
    fn boxes_do_not_change_whose_points_they_are() {
        let mut random = Random::new(5);
        for (count, k) in [(5, 2), (17, 3), (5_000, 1), (5_000, 20), (30_000, 256)] {
            let cloud = cloud(count);
            let centroids: Vec<Point> =
                (0..k).map(|_| std::array::from_fn(|_| (random.unit() * 200.0) as f32)).collect();
            let wanted = naive(&cloud, &centroids);
            let mut first = None;
            for simd in Simd::available() {
                let got = assign(&cloud, &centroids, simd);
                for (got, wanted) in got.iter().zip(&wanted) {
                    assert_eq!(got.weight, wanted.weight);
                    assert!((got.error - wanted.error).abs() <= 1e-5 * wanted.error.max(1.0));
                    assert!(
                        (0..4).all(|i| (got.sum[i] - wanted.sum[i]).abs() <= 1e-6 * wanted.sum[i].max(1.0))
                    );
                }
                let bits: Vec<_> =
                    got.iter().map(|cell| (cell.sum.map(f64::to_bits), cell.error.to_bits())).collect();
                assert_eq!(*first.get_or_insert_with(|| bits.clone()), bits, "{simd:?}");
            }
        }
    }

    #[test]
    fn every_round_lowers_the_inertia() {
        let cloud = cloud(3_000);
        let mut centroids: Vec<Point> = cloud.points.iter().step_by(150).map(|&(point, _)| point).collect();
        let mut inertia = f64::INFINITY;
        for _ in 0..12 {
            let next = refine(&cloud, &mut centroids, 1, 0.0, Simd::default());
            assert!(next < inertia);
            inertia = next;
        }
    }
}
