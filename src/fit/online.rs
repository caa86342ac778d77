//! Online k-means (MacQueen 1967): each point pulls its centroid a little, less and less. It leaves local minima
//! that Lloyd's algorithm would settle in, and costs as much as a round or two.

use super::Cloud;
use crate::color::Point;

/// Centroids compared at a time, so that the compiler can use vectors.
const LANES: usize = 8;

/// Largest part of the way that one point may pull, so that a first pull does not throw a centroid out.
const MAX_RATE: f32 = 0.5;

/// Draws `samples` points, each as often as its weight says, and lets each pull at its centroid. `phase` (0 to 1)
/// picks one of many equally good sequences.
pub(super) fn refine(cloud: &Cloud, centroids: &[Point], samples: usize, phase: f64) -> Vec<Point> {
    let mut sum = 0.0;
    let cumulated: Vec<f64> = cloud
        .weights
        .iter()
        .map(|&weight| {
            sum += f64::from(weight);
            sum
        })
        .collect();
    let mut lanes = Lanes::of(&[centroids, &cloud.kept].concat());
    let mut pulls = vec![1.0_f32; centroids.len()];
    let mut at = phase;
    for _ in 0..samples {
        // Multiples of the golden section fill the unit interval evenly, however many are taken.
        at = (at + 0.618_033_988_749_895).fract();
        let index = cumulated.partition_point(|&below| below <= at * sum);
        let point = cloud.points[index.min(cloud.points.len() - 1)];
        let nearest = lanes.nearest(point);
        // A point that a kept centroid is nearest to pulls at nothing.
        let Some(pull) = pulls.get_mut(nearest) else { continue };
        *pull += 1.0;
        // n^-1/2 forgets the start, 1/n would not.
        lanes.pull(nearest, point, MAX_RATE.min(1.0 / pull.sqrt()));
    }
    (0..centroids.len()).map(|index| lanes.get(index)).collect()
}

/// Centroids with each axis apart; the last block is filled up with points that are near to nothing.
struct Lanes {
    blocks: Vec<[[f32; LANES]; 4]>,
}

impl Lanes {
    fn of(centroids: &[Point]) -> Self {
        let blocks = centroids
            .chunks(LANES)
            .map(|chunk| {
                let axis = |i: usize| std::array::from_fn(|lane| chunk.get(lane).map_or(1e15, |c| c[i]));
                [axis(0), axis(1), axis(2), axis(3)]
            })
            .collect();
        Self { blocks }
    }

    fn get(&self, index: usize) -> Point {
        std::array::from_fn(|i| self.blocks[index / LANES][i][index % LANES])
    }

    fn pull(&mut self, index: usize, point: Point, rate: f32) {
        for (axis, target) in self.blocks[index / LANES].iter_mut().zip(point) {
            let value = &mut axis[index % LANES];
            *value += rate * (target - *value);
        }
    }

    /// The nearest centroid; of equally near ones the first.
    #[inline]
    fn nearest(&self, point: Point) -> usize {
        let mut best = [f32::INFINITY; LANES];
        let mut best_block = [0_u32; LANES];
        for (number, block) in (0..).zip(&self.blocks) {
            for lane in 0..LANES {
                let d: Point = std::array::from_fn(|i| block[i][lane] - point[i]);
                let distance = (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3]);
                let nearer = distance < best[lane];
                best[lane] = if nearer { distance } else { best[lane] };
                best_block[lane] = if nearer { number } else { best_block[lane] };
            }
        }
        let index = |lane: usize| best_block[lane] as usize * LANES + lane;
        let lane = (0..LANES)
            .min_by(|&a, &b| best[a].total_cmp(&best[b]).then(index(a).cmp(&index(b))))
            .unwrap_or(0);
        index(lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::distance_squared;
    use crate::random::Random;

    #[test]
    fn the_lanes_find_what_a_plain_search_finds() {
        let mut random = Random::new(11);
        let mut point = || -> Point { std::array::from_fn(|_| (random.unit() * 255.0) as f32) };
        for count in [1, 7, 8, 9, 256] {
            let mut centroids: Vec<Point> = (0..count).map(|_| point()).collect();
            centroids[count - 1] = centroids[0];
            let lanes = Lanes::of(&centroids);
            for _ in 0..200 {
                let wanted = point();
                let distance = |i: &usize| distance_squared(centroids[*i], wanted);
                let plain = (0..count).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
                assert_eq!(lanes.nearest(wanted), plain);
            }
        }
    }

    #[test]
    fn centroids_go_where_the_weight_is() {
        let points = vec![[0.0; 4], [10.0, 0.0, 0.0, 0.0], [200.0, 0.0, 0.0, 0.0]];
        let cloud = Cloud { points, weights: vec![1.0, 3.0, 4.0], kept: Vec::new() };
        let centroids = refine(&cloud, &[[50.0, 0.0, 0.0, 0.0], [150.0, 0.0, 0.0, 0.0]], 4_000, 0.0);
        assert!((centroids[0][0] - 7.5).abs() < 1.0, "{centroids:?}");
        assert!((centroids[1][0] - 200.0).abs() < 0.1, "{centroids:?}");
    }
}
