//! The random start: k-means++ (Arthur, Vassilvitskii 2007), each colour drawn with a chance in proportion to
//! what it still costs.

use super::Cloud;
use crate::color::{Point, distance_squared};
use crate::random::Random;

/// Draws `count` points of the cloud; fewer when there are fewer distinct ones. Points near to kept centroids cost
/// little already.
pub(super) fn start(cloud: &Cloud, count: usize, random: &mut Random) -> Vec<Point> {
    let mut centroids = Vec::with_capacity(count);
    // What each point costs: its weight before the first draw, then weight times squared distance.
    let mut costs: Vec<f64> = cloud.weights.iter().copied().map(f64::from).collect();
    let mut distances = vec![f32::INFINITY; costs.len()];
    let mut place = |costs: &mut [f64], centroid: Point| {
        for (((point, weight), cost), distance) in cloud.iter().zip(costs).zip(&mut distances) {
            *distance = distance.min(distance_squared(point, centroid));
            *cost = f64::from(weight) * f64::from(*distance);
        }
    };
    cloud.kept.iter().for_each(|&kept| place(&mut costs, kept));
    while centroids.len() < count {
        let total: f64 = costs.iter().sum();
        if total <= 0.0 {
            break;
        }
        let centroid = cloud.points[draw(&costs, total * random.unit())];
        place(&mut costs, centroid);
        centroids.push(centroid);
    }
    centroids
}

/// The item at which the running sum passes `target`.
fn draw(costs: &[f64], target: f64) -> usize {
    let mut sum = 0.0;
    costs
        .iter()
        .position(|cost| {
            sum += cost;
            sum > target
        })
        // Rounding can leave the sum just short of the total: the last one that costs anything.
        .or_else(|| costs.iter().rposition(|&cost| cost > 0.0))
        .unwrap_or(0)
}
