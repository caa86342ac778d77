//! Online k-means (MacQueen 1967): each point pulls its centroid a little, less and less. It leaves local minima
//! that Lloyd's algorithm would settle in, and costs as much as a round or two.

use super::cloud::Cloud;
use crate::color::Point;
use crate::nearest::Candidates;
use crate::simd::{Kernel, Simd, Vector};

/// Largest part of the way that one point may pull, so that a first pull does not throw a centroid out.
const MAX_RATE: f32 = 0.5;

/// Draws `samples` points, each as often as its weight says, and lets each pull at its centroid. `phase` (0 to 1)
/// picks one of many equally good sequences.
pub(super) fn refine(
    cloud: &Cloud,
    centroids: &[Point],
    samples: usize,
    phase: f64,
    simd: Simd,
) -> Vec<Point> {
    let drawn = draw(cloud, samples, phase);
    let candidates = Candidates::of(&[centroids, &cloud.kept].concat());
    simd.run(Pull { drawn: &drawn, candidates, free: centroids.len() })
}

/// Multiples of the golden section fill the unit interval evenly, however many are taken.
fn draw(cloud: &Cloud, samples: usize, phase: f64) -> Vec<Point> {
    let points: Vec<(Point, f32)> = cloud.iter().collect();
    let mut sum = 0.0;
    let mut cumulated = Vec::with_capacity(points.len());
    for &(_, weight) in &points {
        sum += f64::from(weight);
        cumulated.push(sum);
    }
    // Where to begin to look for a place in the sum: one entry a point, so that few steps are left.
    let scale = points.len() as f64 / sum;
    let mut starts = vec![0_u32; points.len() + 1];
    let mut at = 0;
    for (place, start) in starts.iter_mut().enumerate() {
        while at < cumulated.len() - 1 && cumulated[at] * scale < place as f64 {
            at += 1;
        }
        *start = at as u32;
    }
    let mut at = phase;
    let draw = |_| {
        at = (at + 0.618_033_988_749_895).fract();
        let wanted = at * sum;
        let mut index = starts[(wanted * scale) as usize] as usize;
        while index < cumulated.len() - 1 && cumulated[index] <= wanted {
            index += 1;
        }
        points[index].0
    };
    (0..samples).map(draw).collect()
}

struct Pull<'a> {
    drawn: &'a [Point],
    candidates: Candidates,
    /// Candidates that may move; those that are kept stand behind them.
    free: usize,
}

impl Kernel for Pull<'_> {
    type Output = Vec<Point>;

    #[inline(always)]
    fn run<V: Vector>(mut self) -> Vec<Point> {
        let mut pulls = vec![1.0_f32; self.free];
        for &point in self.drawn {
            let (nearest, _) = self.candidates.nearest::<V>(point);
            // A point that a kept centroid is nearest to pulls at nothing.
            let Some(pull) = pulls.get_mut(nearest) else { continue };
            *pull += 1.0;
            // n^-1/2 forgets the start, 1/n would not.
            let rate = MAX_RATE.min(1.0 / pull.sqrt());
            let color = self.candidates.color(nearest);
            self.candidates.set(nearest, std::array::from_fn(|i| color[i] + rate * (point[i] - color[i])));
        }
        (0..self.free).map(|number| self.candidates.color(number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centroids_go_where_the_weight_is() {
        let points = [([0.0; 4], 1.0), ([10.0, 0.0, 0.0, 0.0], 3.0), ([200.0, 0.0, 0.0, 0.0], 4.0)];
        let cloud = Cloud::of_points(&points, Vec::new());
        let start = [[50.0, 0.0, 0.0, 0.0], [150.0, 0.0, 0.0, 0.0]];
        let runs: Vec<_> = Simd::available().map(|simd| refine(&cloud, &start, 4_000, 0.0, simd)).collect();
        assert!((runs[0][0][0] - 7.5).abs() < 1.0, "{runs:?}");
        assert!((runs[0][1][0] - 200.0).abs() < 0.1, "{runs:?}");
        assert!(runs.iter().all(|run| *run == runs[0]));
    }
}
