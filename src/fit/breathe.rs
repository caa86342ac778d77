//! Out of local minima: centroids that are hardly missed move to where one is missed most, several at a time (after
//! Fritzke, "The k-means algorithm evolved", 2020, whose breathing adds and removes as many).

use super::cloud::Cloud;
use super::lloyd::{self, Cell};
use super::split::{Moments, principal_axis};
use crate::color::{Point, distance_squared};
use crate::nearest::BLOCK;
use crate::simd::Simd;

/// A cluster of normal distribution that is cut in two across its principal axis loses 2/π of the variance along it,
/// and the means of its halves stand √(2/π) standard deviations from its own.
const CUT_GAIN: f64 = std::f64::consts::FRAC_2_PI;

/// A move is tried where the estimated cost is at most so many times the estimated gain: the points of a centroid that
/// goes away spread over several others, which costs less than joining one of them.
const OPTIMISM: f64 = 3.0;

/// Centroids on either side of the moves that are tried: the least missed and the most wanted.
const CHOICE: usize = 24;

/// Part of the inertia that moves must save to be worth keeping.
const WORTH: f64 = 1e-5;

/// Moves centroids at most `breaths` times, each time followed by `rounds` of Lloyd's algorithm, and keeps what lowers
/// the inertia. Returns the breaths that it did not take, because no move was left to try.
pub(super) fn refine(
    cloud: &Cloud,
    centroids: &mut Vec<Point>,
    breaths: u32,
    rounds: u32,
    simd: Simd,
) -> u32 {
    let mut most = centroids.len().div_ceil(8);
    let mut tried = 0;
    let mut now: Option<(f64, Vec<Move>)> = None;
    for breath in 0..breaths {
        let (inertia, moves) = now.get_or_insert_with(|| survey(cloud, centroids, simd));
        let Some(mut moved) = carried_out(&moves[tried.min(moves.len())..], centroids, most) else {
            return breaths - breath;
        };
        let reached = lloyd::refine(cloud, &mut moved, rounds, 0.0, simd);
        if reached < *inertia * (1.0 - WORTH) {
            *centroids = moved;
            now = None;
            tried = 0;
        } else if most > 1 {
            most /= 2;
        } else {
            tried += 1;
        }
    }
    0
}

/// A centroid goes from where it is hardly missed to where one had better be two.
#[derive(Clone, Copy, Debug)]
struct Move {
    from: usize,
    /// Who takes most of its points.
    heir: usize,
    to: usize,
    /// How far the two then stand from where the one stood, on either side.
    step: Point,
    /// Estimated gain without the estimated cost.
    promise: f64,
}

/// The inertia, and the moves that may lower it, the most promising first.
fn survey(cloud: &Cloud, free: &[Point], simd: Simd) -> (f64, Vec<Move>) {
    let all = [free, &cloud.kept[..]].concat();
    let cells = lloyd::assign(cloud, &all, simd);
    let moments = moments(cloud, &all, simd);
    let mut wanted: Vec<(f64, usize, Point)> = (0..free.len())
        .map(|to| {
            let (axis, variance) = principal_axis(&moments[to].covariance());
            let step = (CUT_GAIN * variance / moments[to].weight().max(f64::MIN_POSITIVE)).max(0.0).sqrt();
            (CUT_GAIN * variance, to, axis.map(|along| along * step as f32))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut spare = cheapest_heirs(&all, &cells);
    spare.truncate(free.len());
    spare.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut moves = Vec::new();
    for &(cost, from, heir) in spare.iter().take(CHOICE) {
        for &(gain, to, step) in wanted.iter().take(CHOICE) {
            if from != to && cost < OPTIMISM * gain {
                moves.push(Move { from, heir, to, step, promise: gain - cost });
            }
        }
    }
    moves.sort_by(|a, b| b.promise.total_cmp(&a.promise).then((a.from, a.to).cmp(&(b.from, b.to))));
    (lloyd::inertia_of(&cells), moves)
}

/// For each cluster what it costs at least to join it with another, itself, and whom with, the first of equals; itself,
/// if there is nobody else.
fn cheapest_heirs(centroids: &[Point], cells: &[Cell]) -> Vec<(f64, usize, usize)> {
    let mut cheapest: Vec<_> = (0..centroids.len()).map(|from| (f64::INFINITY, from, from)).collect();
    for a in 0..centroids.len() {
        for b in a + 1..centroids.len() {
            let (w, v) = (cells[a].weight, cells[b].weight);
            let distance = f64::from(distance_squared(centroids[a], centroids[b]));
            // Two weights are worth at least half the lighter one, which needs no division.
            if 0.5 * distance * w.min(v) <= cheapest[a].0.max(cheapest[b].0) * ROUNDING {
                let cost = cost_of_joining(distance, w, v);
                for (from, heir) in [(a, b), (b, a)] {
                    if cost < cheapest[from].0 {
                        cheapest[from] = (cost, from, heir);
                    }
                }
            }
        }
    }
    cheapest
}

/// More than rounding can be off by.
const ROUNDING: f64 = 1.0 + 1e-12;

/// What it costs to join two clusters of these weights so far apart, squared (Ward 1963).
fn cost_of_joining(distance: f64, w: f64, v: f64) -> f64 {
    distance * (w * v / (w + v).max(f64::MIN_POSITIVE))
}

/// Makes the first `most` moves that are not in each other's way; none if there are none.
fn carried_out(moves: &[Move], centroids: &[Point], most: usize) -> Option<Vec<Point>> {
    let mut moved = centroids.to_vec();
    // Whoever has gone, or is needed where it is.
    let mut busy = vec![false; centroids.len() + moves.iter().map(|m| m.heir + 1).max().unwrap_or(0)];
    let mut count = 0;
    for &Move { from, heir, to, step, .. } in moves {
        if count == most {
            break;
        }
        if busy[from] || busy[to] || busy[heir] {
            continue;
        }
        (busy[from], busy[to], busy[heir]) = (true, true, true);
        for i in 0..4 {
            moved[from][i] = centroids[to][i] + step[i];
            moved[to][i] = centroids[to][i] - step[i];
        }
        count += 1;
    }
    (count > 0).then_some(moved)
}

/// The moments of each centroid's points.
fn moments(cloud: &Cloud, centroids: &[Point], simd: Simd) -> Vec<Moments> {
    let labels = lloyd::labels(cloud, centroids, simd);
    let mut moments: Vec<Moments> = centroids.iter().map(|&centroid| Moments::around(centroid)).collect();
    // Points without weight fill up the last pack.
    for (pack, labels) in cloud.packs.iter().zip(labels.chunks(BLOCK)) {
        for (i, &label) in labels.iter().enumerate() {
            let point = [pack.axes[0][i], pack.axes[1][i], pack.axes[2][i], pack.axes[3][i]];
            moments[usize::from(label)].add(point, pack.weights[i]);
        }
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn what_is_passed_over_would_not_have_been_an_heir() {
        let mut random = Random::new(7);
        // Few whole numbers, so that some costs are equal.
        let mut coordinate = || (random.unit() * 20.0).floor() as f32;
        let centroids: Vec<Point> = (0..200).map(|_| std::array::from_fn(|_| coordinate())).collect();
        // Once with clusters that are empty, which anybody may join for nothing.
        for lightest in [0, 1] {
            let weight = |i: usize| (lightest + i * i % 11) as f64;
            let cells: Vec<Cell> = (0..200).map(|i| Cell { weight: weight(i), ..Cell::default() }).collect();
            let naive = |from: usize| {
                let cost = |heir: usize| {
                    let distance = f64::from(distance_squared(centroids[from], centroids[heir]));
                    (cost_of_joining(distance, weight(from), weight(heir)), from, heir)
                };
                (0..200).filter(|&heir| heir != from).map(cost).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
            };
            assert_eq!(cheapest_heirs(&centroids, &cells), (0..200).map(naive).collect::<Vec<_>>());
            assert_eq!(cheapest_heirs(&centroids[..1], &cells[..1]), [(f64::INFINITY, 0, 0)]);
        }
    }
}
