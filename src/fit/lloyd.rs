//! Lloyd's algorithm with bounds (Hamerly, "Making k-means even faster", 2010): a point whose nearest centroid
//! cannot have changed is not looked at, and the others search among neighbours only.

use super::Cloud;
use crate::color::{Point, distance_squared};
use crate::nearest_old::{Guesses, Nearest, ROUNDING};
use crate::par;

/// Points whose sums are added up apart; fixed, so that rounding is the same on any number of threads.
const CHUNK: usize = 1 << 13;

/// Converged: a round that lowers the inertia by less than this part of what the start had.
const TOLERANCE: f64 = 1e-5;

/// Where a run ended.
#[derive(Debug)]
pub(super) struct Run {
    /// Without those that are kept.
    pub(super) centroids: Vec<Point>,
    /// Sum of weighted squared distances to the nearest centroid.
    pub(super) inertia: f64,
}

/// What is known of a point.
#[derive(Clone, Copy, Debug)]
struct Assignment {
    centroid: u16,
    /// At most this far from its centroid.
    upper: f32,
    /// At least this far from every other one.
    lower: f32,
}

/// Weighted sum and weight of the points of one centroid.
type Sum = [f64; 5];

/// Moves the centroids to the means of their points until converged, at most `iterations` times. Those that are kept
/// stand behind them, take their points, and stay.
pub(super) fn refine(cloud: &Cloud, start: &[Point], iterations: u32) -> Run {
    let mut nearest = Nearest::new(&[start, &cloud.kept].concat(), cloud.points.len());
    let mut assignments = assign(cloud, &nearest);
    let tolerance = TOLERANCE * inertia(cloud, &assignments, nearest.points());
    for _ in 0..iterations {
        let sums = sums(cloud, &assignments, nearest.points().len());
        let mut means = nearest.points().to_vec();
        for (centroid, sum) in means[..start.len()].iter_mut().zip(&sums) {
            *centroid = mean(sum, *centroid);
        }
        // Moving a centroid to its mean lowers the inertia by exactly weight times squared move.
        let gain: f64 = sums
            .iter()
            .zip(means.iter().zip(nearest.points()))
            .map(|(sum, (&new, &old))| sum[4] * f64::from(distance_squared(new, old)))
            .sum();
        update(cloud, &mut assignments, &mut nearest, &means);
        if gain <= tolerance {
            break;
        }
    }
    Run {
        centroids: nearest.points()[..start.len()].to_vec(),
        inertia: inertia(cloud, &assignments, nearest.points()),
    }
}

fn assign(cloud: &Cloud, nearest: &Nearest) -> Vec<Assignment> {
    let guesses = Guesses::new(nearest, cloud.points.len());
    let chunks = par::map_chunks(&cloud.points, CHUNK, |points| {
        points
            .iter()
            .map(|&point| {
                let (found, lower) = nearest.search_two(point, guesses.guess(point));
                Assignment { centroid: found.index as u16, upper: found.distance_squared.sqrt(), lower }
            })
            .collect::<Vec<_>>()
    });
    chunks.concat()
}

/// Brings every assignment up to date after the centroids have moved.
fn update(cloud: &Cloud, assignments: &mut [Assignment], nearest: &mut Nearest, moved: &[Point]) {
    let moves: Vec<f32> =
        nearest.points().iter().zip(moved).map(|(&old, &new)| distance_squared(old, new).sqrt()).collect();
    let farthest = (0..moves.len()).max_by(|&a, &b| moves[a].total_cmp(&moves[b])).unwrap_or(0);
    let second =
        (0..moves.len()).filter(|&i| i != farthest).map(|i| moves[i]).fold(0.0, |m: f32, x| m.max(x));
    nearest.move_to(moved);
    let nearest = &*nearest;
    let apart: Vec<f32> = (0..moves.len()).map(|i| nearest.nearest_other(i)).collect();
    par::map_chunks_mut(assignments, CHUNK, |number, chunk| {
        for (assignment, &point) in chunk.iter_mut().zip(&cloud.points[number * CHUNK..]) {
            let centroid = usize::from(assignment.centroid);
            assignment.upper += moves[centroid];
            assignment.lower -= if centroid == farthest { second } else { moves[farthest] };
            let bound = assignment.lower.max(0.5 * apart[centroid]) - ROUNDING;
            if assignment.upper < bound {
                continue;
            }
            assignment.upper = distance_squared(point, nearest.points()[centroid]).sqrt();
            if assignment.upper < bound {
                continue;
            }
            let (found, lower) = nearest.search_two(point, centroid);
            *assignment =
                Assignment { centroid: found.index as u16, upper: found.distance_squared.sqrt(), lower };
        }
    });
}

fn sums(cloud: &Cloud, assignments: &[Assignment], count: usize) -> Vec<Sum> {
    let parts = par::map(assignments.len().div_ceil(CHUNK), |number| {
        let mut sums = vec![[0.0; 5]; count];
        for (assignment, point, weight) in members(cloud, assignments, number) {
            let sum: &mut Sum = &mut sums[usize::from(assignment.centroid)];
            for i in 0..4 {
                sum[i] += weight * f64::from(point[i]);
            }
            sum[4] += weight;
        }
        sums
    });
    let mut total = vec![[0.0; 5]; count];
    for part in parts {
        for (total, part) in total.iter_mut().zip(part) {
            for i in 0..5 {
                total[i] += part[i];
            }
        }
    }
    total
}

fn inertia(cloud: &Cloud, assignments: &[Assignment], centroids: &[Point]) -> f64 {
    let parts = par::map(assignments.len().div_ceil(CHUNK), |number| {
        members(cloud, assignments, number)
            .map(|(assignment, point, weight)| {
                weight * f64::from(distance_squared(point, centroids[usize::from(assignment.centroid)]))
            })
            .sum::<f64>()
    });
    parts.iter().sum()
}

/// The assignments, points and weights of chunk `number`.
fn members<'a>(
    cloud: &'a Cloud,
    assignments: &'a [Assignment],
    number: usize,
) -> impl Iterator<Item = (Assignment, Point, f64)> + 'a {
    let from = number * CHUNK;
    let points = cloud.points[from..].iter().zip(&cloud.weights[from..]);
    assignments[from..].iter().zip(points).take(CHUNK).map(|(&a, (&point, &w))| (a, point, f64::from(w)))
}

/// The mean of a sum; a centroid without points stays where it is.
fn mean(sum: &Sum, centroid: Point) -> Point {
    if sum[4] > 0.0 { std::array::from_fn(|i| (sum[i] / sum[4]) as f32) } else { centroid }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::plus_plus;
    use crate::random::Random;

    /// Lloyd without any bound.
    fn naive(cloud: &Cloud, mut centroids: Vec<Point>, iterations: usize) -> Vec<Point> {
        for _ in 0..iterations {
            let mut sums = vec![[0.0; 5]; centroids.len()];
            for (point, weight) in cloud.iter() {
                let distance = |i: &usize| distance_squared(point, centroids[*i]);
                let nearest =
                    (0..centroids.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
                (0..4).for_each(|i| sums[nearest][i] += f64::from(weight) * f64::from(point[i]));
                sums[nearest][4] += f64::from(weight);
            }
            centroids = sums.iter().zip(&centroids).map(|(sum, &old)| mean(sum, old)).collect();
        }
        centroids
    }

    #[test]
    fn bounds_do_not_change_where_the_centroids_go() {
        let mut random = Random::new(3);
        let mut coordinate = || (random.unit() * 200.0) as f32;
        let points: Vec<Point> = (0..3_000).map(|_| std::array::from_fn(|_| coordinate())).collect();
        let weights = (0..points.len()).map(|i| 1.0 + (i % 7) as f32).collect();
        let cloud = Cloud { points, weights, kept: Vec::new() };
        let start = plus_plus::start(&cloud, 20, &mut Random::new(5));
        let wanted = naive(&cloud, start.clone(), 12);
        let run = refine(&cloud, &start, 12);
        for (got, wanted) in run.centroids.iter().zip(&wanted) {
            assert!((0..4).all(|i| (got[i] - wanted[i]).abs() < 1e-3), "{got:?} {wanted:?}");
        }
        let cost = |point: Point| wanted.iter().map(|&c| distance_squared(point, c)).fold(f32::MAX, f32::min);
        let naive_inertia: f64 = cloud.iter().map(|(p, w)| f64::from(w) * f64::from(cost(p))).sum();
        assert!((run.inertia / naive_inertia - 1.0).abs() < 1e-5);
    }
}
