//! The deterministic start: cut the cluster that gains most in two, along its principal axis, until there are
//! enough (variance-based splitting: Wan, Wong, Prusinkiewicz 1988; along the principal axis: Wu 1991).

use crate::color::Point;

/// Steps of the projection at which a cluster may be cut. k-means moves the cuts anyway, and with 256 steps at 256
/// colours they took three times as long.
const STEPS: usize = 32;

/// A point and its weight.
pub(super) type Member = (Point, f32);

/// Cuts the points into `count` clusters and returns their means; fewer when there are fewer colours.
pub(super) fn start(members: &[Member], count: usize) -> Vec<Point> {
    let mut members = members.to_vec();
    let mut clusters = vec![Cluster::of(&members, 0)];
    while clusters.len() < count {
        // The last of equal gains: any fixed choice would do.
        let Some(at) = (0..clusters.len())
            .filter(|&i| clusters[i].gain > 0.0)
            .max_by(|&a, &b| clusters[a].gain.total_cmp(&clusters[b].gain))
        else {
            break;
        };
        let cluster = &clusters[at];
        let (from, cut) = (cluster.from, cluster.cut);
        let axis = cluster.axis;
        let own = &mut members[from..from + cluster.length];
        let (below, above) = partition(own, |point| dot(point, axis) < cut);
        clusters[at] = Cluster::of(below, from);
        let from = from + below.len();
        clusters.push(Cluster::of(above, from));
    }
    clusters.iter().map(|cluster| cluster.mean.map(|axis| axis as f32)).collect()
}

/// A run of members with the best way to cut it.
struct Cluster {
    from: usize,
    length: usize,
    mean: [f64; 4],
    axis: Point,
    /// Members whose projection is below go to the first half.
    cut: f32,
    /// Inertia that the cut removes.
    gain: f64,
}

impl Cluster {
    fn of(members: &[Member], from: usize) -> Self {
        let mut moments = Moments::around(members[0].0);
        members.iter().for_each(|&(point, weight)| moments.add(point, weight));
        let (axis, _) = principal_axis(&moments.covariance());
        let (cut, gain) = best_cut(members, axis);
        Self { from, length: members.len(), mean: moments.mean(), axis, cut, gain }
    }
}

/// Weight, mean and covariance of points, collected one by one.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    /// Sums are relative to it, so that squares of a tight cluster do not cancel.
    origin: Point,
    weight: f64,
    sum: [f64; 4],
    products: [[f64; 4]; 4],
}

impl Moments {
    /// Of no points, around a place near to those that will come.
    pub(super) fn around(origin: Point) -> Self {
        Self { origin, weight: 0.0, sum: [0.0; 4], products: [[0.0; 4]; 4] }
    }

    #[inline]
    pub(super) fn add(&mut self, point: Point, weight: f32) {
        let weight = f64::from(weight);
        let d: [f64; 4] = std::array::from_fn(|i| f64::from(point[i] - self.origin[i]));
        self.weight += weight;
        for i in 0..4 {
            let weighted = weight * d[i];
            self.sum[i] += weighted;
            for j in 0..4 {
                self.products[i][j] += weighted * d[j];
            }
        }
    }

    pub(super) fn weight(&self) -> f64 {
        self.weight
    }

    fn mean(&self) -> [f64; 4] {
        std::array::from_fn(|i| f64::from(self.origin[i]) + self.sum[i] / self.weight)
    }

    /// Not divided by the weight.
    pub(super) fn covariance(&self) -> [[f64; 4]; 4] {
        let weight = if self.weight > 0.0 { self.weight } else { 1.0 };
        std::array::from_fn(|i| {
            std::array::from_fn(|j| self.products[i][j] - self.sum[i] * self.sum[j] / weight)
        })
    }
}

/// The eigenvector of the largest eigenvalue, by repeated squaring of the matrix (2⁶ = 64 power steps), and that
/// eigenvalue.
pub(super) fn principal_axis(covariance: &[[f64; 4]; 4]) -> (Point, f64) {
    let mut power = *covariance;
    for _ in 0..6 {
        let trace: f64 = (0..4).map(|i| power[i][i]).sum();
        if trace <= 0.0 {
            break;
        }
        let scaled = power.map(|row| row.map(|x| x / trace));
        power = std::array::from_fn(|i| {
            std::array::from_fn(|j| (0..4).map(|k| scaled[i][k] * scaled[k][j]).sum())
        });
    }
    // Every column now points along the axis; the longest is the surest.
    let longest = (0..4).max_by(|&i, &j| power[i][i].total_cmp(&power[j][j])).unwrap_or(0);
    let length = (0..4).map(|i| power[i][longest] * power[i][longest]).sum::<f64>().sqrt();
    let axis: [f64; 4] = std::array::from_fn(|i| if length > 0.0 { power[i][longest] / length } else { 0.0 });
    let along = |row: &[f64; 4]| -> f64 { (0..4).map(|j| row[j] * axis[j]).sum() };
    let variance = (0..4).map(|i| axis[i] * along(&covariance[i])).sum();
    (axis.map(|x| x as f32), variance)
}

/// The cut of the projection that removes most inertia (Otsu 1979, in however many dimensions), and how much.
fn best_cut(members: &[Member], axis: Point) -> (f32, f64) {
    let along = |point: Point| dot(point, axis);
    let low = members.iter().fold(f32::INFINITY, |m, &(p, _)| m.min(along(p)));
    let high = members.iter().fold(f32::NEG_INFINITY, |m, &(p, _)| m.max(along(p)));
    if low >= high {
        return (low, 0.0);
    }
    let width = (high - low) / STEPS as f32;
    // Weight and weighted point of what lies in each step.
    let mut steps = [[0.0_f64; 5]; STEPS];
    let origin = members[0].0;
    for &(point, w) in members {
        let step = &mut steps[(((along(point) - low) / width) as usize).min(STEPS - 1)];
        let w = f64::from(w);
        for i in 0..4 {
            step[i] += w * f64::from(point[i] - origin[i]);
        }
        step[4] += w;
    }
    let all = steps.iter().fold([0.0; 5], |sum, step| add(sum, *step));
    let mut below = [0.0; 5];
    let (mut best_cut, mut best_gain) = (low, 0.0);
    for (i, &step) in steps[..STEPS - 1].iter().enumerate() {
        below = add(below, step);
        let above: [f64; 5] = std::array::from_fn(|i| all[i] - below[i]);
        if below[4] <= 0.0 || above[4] <= 0.0 {
            continue;
        }
        // What the two halves weigh against each other: w₁w₂/(w₁+w₂) · |mean₁ - mean₂|².
        let apart: f64 = (0..4).map(|i| (below[i] / below[4] - above[i] / above[4]).powi(2)).sum();
        let gain = apart * below[4] * above[4] / all[4];
        if gain > best_gain {
            (best_cut, best_gain) = (low + width * (i + 1) as f32, gain);
        }
    }
    (best_cut, best_gain)
}

/// Moves those for which `first` holds to the front, by swapping ends.
fn partition(members: &mut [Member], first: impl Fn(Point) -> bool) -> (&mut [Member], &mut [Member]) {
    let (mut low, mut high) = (0, members.len());
    while low < high {
        if first(members[low].0) {
            low += 1;
        } else {
            high -= 1;
            members.swap(low, high);
        }
    }
    members.split_at_mut(low)
}

fn add(a: [f64; 5], b: [f64; 5]) -> [f64; 5] {
    std::array::from_fn(|i| a[i] + b[i])
}

fn dot(a: Point, b: Point) -> f32 {
    (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separate_groups_are_cut_apart() {
        let groups = [[0.0, 0.0, 0.0, 1.0], [100.0, 0.0, 5.0, 1.0], [100.0, 90.0, 0.0, 1.0]];
        let points: Vec<Point> = (0..30)
            .map(|i| std::array::from_fn(|axis| groups[i % 3][axis] + (i / 3) as f32 * 0.01))
            .collect();
        let points: Vec<Member> = points.into_iter().map(|point| (point, 1.0)).collect();
        let mut means = start(&points, 3);
        means.sort_by(|a, b| a.map(f32::to_bits).cmp(&b.map(f32::to_bits)));
        for (mean, group) in means.iter().zip(groups) {
            assert!((0..4).all(|i| (mean[i] - group[i] - 0.045).abs() < 1e-3), "{mean:?}");
        }
    }

    #[test]
    fn fewer_points_than_clusters_give_the_points() {
        let points = vec![([1.0; 4], 1.0), ([2.0; 4], 1.0), ([1.0; 4], 1.0)];
        let mut means = start(&points, 8);
        means.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert_eq!(means, [[1.0; 4], [2.0; 4]]);
    }
}
