//! Out of local minima: centroids that are hardly missed move to where one is missed most, several at a time (after
//! Fritzke, "The k-means algorithm evolved", 2020, whose breathing adds and removes as many).

use super::cloud::Cloud;
use super::lloyd::{self, Cell};
use super::split::{Moments, principal_axis};
use crate::color::{Point, distance_squared};
use crate::nearest::BLOCK;
use crate::simd::Simd;

/// Rounds of Lloyd's algorithm after which it shows whether moves were worth it.
const ROUNDS: u32 = 4;

/// A cluster of normal distribution that is cut in two across its principal axis loses 2/π of the variance along it,
/// and the means of its halves stand √(2/π) standard deviations from its own.
const CUT_GAIN: f64 = std::f64::consts::FRAC_2_PI;

/// Moves centroids at most `breaths` times, keeping what lowers the inertia.
pub(super) fn refine(cloud: &Cloud, centroids: &mut Vec<Point>, breaths: u32, simd: Simd) -> f64 {
    let mut inertia = f64::INFINITY;
    let mut most = centroids.len().div_ceil(8);
    let mut cells = Vec::new();
    let mut plan = Plan::default();
    for breath in 0..=breaths {
        if cells.is_empty() {
            let all = [centroids, &cloud.kept[..]].concat();
            cells = lloyd::assign(cloud, &all, simd);
            inertia = lloyd::inertia_of(&cells);
            plan = Plan::of(cloud, &all, centroids.len(), &cells, simd);
        }
        if breath == breaths || most == 0 {
            break;
        }
        let Some(mut moved) = plan.carry_out(centroids, most) else { break };
        let reached = lloyd::refine(cloud, &mut moved, ROUNDS, 0.0, simd);
        if reached < inertia * (1.0 - 1e-5) {
            *centroids = moved;
            cells.clear();
        } else {
            most /= 2;
        }
    }
    inertia
}

/// Which centroids to move where, the most promising move first.
#[derive(Debug, Default)]
struct Plan {
    /// A centroid that is hardly missed, and what its absence would cost.
    spare: Vec<(usize, f64)>,
    /// A centroid that had better be two, what that would gain, and how far either stands from it.
    wanted: Vec<(usize, f64, Point)>,
}

impl Plan {
    fn of(cloud: &Cloud, centroids: &[Point], free: usize, cells: &[Cell], simd: Simd) -> Self {
        let moments = moments(cloud, centroids, simd);
        let mut wanted: Vec<(usize, f64, Point)> = (0..free)
            .map(|i| {
                let (axis, variance) = principal_axis(&moments[i].covariance());
                let step = (CUT_GAIN * variance / moments[i].weight().max(1e-30)).max(0.0).sqrt() as f32;
                (i, CUT_GAIN * variance, axis.map(|along| along * step))
            })
            .collect();
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // What it costs to join two clusters (Ward 1963).
        let mut spare: Vec<(usize, usize, f64)> = (0..free)
            .map(|i| {
                let cost = |j: usize| {
                    let (w, v) = (cells[i].weight, cells[j].weight);
                    f64::from(distance_squared(centroids[i], centroids[j])) * (w * v / (w + v).max(1e-30))
                };
                let others = (0..centroids.len()).filter(|&j| j != i).map(|j| (j, cost(j)));
                let (j, cost) = others.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((i, f64::INFINITY));
                (i, j, cost)
            })
            .collect();
        spare.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        // Whoever takes the points of a spare one is needed, and is not split either.
        let mut needed = vec![false; centroids.len()];
        let mut chosen = Vec::new();
        for (i, j, cost) in spare {
            if !needed[i] {
                needed[j] = true;
                chosen.push((i, cost));
            }
        }
        Self { spare: chosen, wanted }
    }

    /// Makes at most `most` moves that promise a gain; none if none does.
    fn carry_out(&self, centroids: &[Point], most: usize) -> Option<Vec<Point>> {
        let mut moved = centroids.to_vec();
        let mut spare = self.spare.iter().copied();
        let mut gone = vec![false; centroids.len()];
        let mut any = false;
        for &(i, gain, step) in self.wanted.iter().filter(|wanted| wanted.1 > 0.0).take(most) {
            let Some((from, _)) = spare.next().filter(|&(from, cost)| cost < gain && from != i) else {
                break;
            };
            if gone[i] {
                break;
            }
            gone[from] = true;
            moved[from] = std::array::from_fn(|axis| centroids[i][axis] + step[axis]);
            moved[i] = std::array::from_fn(|axis| centroids[i][axis] - step[axis]);
            any = true;
        }
        any.then_some(moved)
    }
}

/// The moments of each centroid's points.
fn moments(cloud: &Cloud, centroids: &[Point], simd: Simd) -> Vec<Moments> {
    let labels = lloyd::labels(cloud, centroids, simd);
    let mut moments: Vec<Moments> = centroids.iter().map(|&centroid| Moments::around(centroid)).collect();
    for (pack, labels) in cloud.packs.iter().zip(labels.chunks(BLOCK)) {
        for (i, &label) in labels.iter().enumerate() {
            moments[usize::from(label)].add(std::array::from_fn(|axis| pack.axes[axis][i]), pack.weights[i]);
        }
    }
    moments
}
