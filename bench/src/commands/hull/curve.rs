//! Bytes over quality as a curve, and how far one curve lies below another.

/// The fewest bytes at each quality: the lower convex hull of points in (quality, log bytes), between the smallest
/// file and the best one. Points that another beats in both are no part of it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::commands) struct Curve {
    /// Both coordinates rise.
    vertices: Vec<Vertex>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Vertex {
    quality: f64,
    log_bytes: f64,
}

impl Curve {
    /// The curve of points (quality, higher is better; bytes).
    pub(in crate::commands) fn of(points: impl IntoIterator<Item = (f64, u64)>) -> Self {
        let vertex = |(quality, bytes): (f64, u64)| Vertex { quality, log_bytes: (bytes as f64).ln() };
        let mut points: Vec<Vertex> = points.into_iter().map(vertex).collect();
        points.sort_by(|a, b| b.quality.total_cmp(&a.quality).then(a.log_bytes.total_cmp(&b.log_bytes)));
        // From the best down, only those that save something.
        let mut least = f64::INFINITY;
        points.retain(|point| {
            let saves = point.log_bytes < least;
            least = least.min(point.log_bytes);
            saves
        });
        let mut vertices: Vec<Vertex> = Vec::new();
        for &point in points.iter().rev() {
            while let [.., a, b] = vertices[..]
                && !turns_up(a, b, point)
            {
                vertices.pop();
            }
            vertices.push(point);
        }
        Self { vertices }
    }

    /// The corners, as (quality, bytes), from the smallest file to the best one.
    pub(in crate::commands) fn corners(&self) -> impl Iterator<Item = (f64, f64)> {
        self.vertices.iter().map(|vertex| (vertex.quality, vertex.log_bytes.exp()))
    }

    /// Bytes in ratio to those of `other` at equal quality: the geometric mean over the qualities that both reach, or
    /// none if there are no such.
    pub(in crate::commands) fn ratio_to(&self, other: &Self) -> Option<f64> {
        let knots = self.knots(other)?;
        // Between knots both are straight, so the trapezoids are exact.
        let area = |pair: &[(f64, f64)]| 0.5 * (pair[0].1 + pair[1].1) * (pair[1].0 - pair[0].0);
        let area: f64 = knots.windows(2).map(area).sum();
        Some((area / (knots[knots.len() - 1].0 - knots[0].0)).exp())
    }

    /// The greatest such ratio at any quality that both reach.
    pub(in crate::commands) fn most_to(&self, other: &Self) -> Option<f64> {
        let knots = self.knots(other)?;
        Some(knots.into_iter().map(|(_, difference)| difference.exp()).fold(0.0, f64::max))
    }

    /// The qualities that both reach at which either has a corner, from the least to the most, and by how much the
    /// logarithm of its bytes is more than that of the other's; none if there are no such.
    fn knots(&self, other: &Self) -> Option<Vec<(f64, f64)>> {
        let ((first, last), (other_first, other_last)) = (self.range()?, other.range()?);
        let (from, to) = (first.max(other_first), last.min(other_last));
        if from >= to {
            return None;
        }
        let corners = self.vertices.iter().chain(&other.vertices).map(|vertex| vertex.quality);
        let mut knots: Vec<f64> = corners.filter(|&quality| from < quality && quality < to).collect();
        knots.extend([from, to]);
        knots.sort_by(f64::total_cmp);
        let difference = |quality| self.log_bytes_at(quality) - other.log_bytes_at(quality);
        Some(knots.into_iter().map(|quality| (quality, difference(quality))).collect())
    }

    /// The fewest bytes for at least such a quality; none where it is not reached.
    pub(in crate::commands) fn bytes_for(&self, quality: f64) -> Option<f64> {
        let (first, last) = self.range()?;
        (quality <= last).then(|| self.log_bytes_at(quality.max(first)).exp())
    }

    fn range(&self) -> Option<(f64, f64)> {
        Some((self.vertices.first()?.quality, self.vertices.last()?.quality))
    }

    /// Between the corners on both sides, for a quality within the range.
    fn log_bytes_at(&self, quality: f64) -> f64 {
        let next = self.vertices.partition_point(|vertex| vertex.quality < quality);
        let b = self.vertices[next];
        if next == 0 {
            return b.log_bytes;
        }
        let a = self.vertices[next - 1];
        let part = (quality - a.quality) / (b.quality - a.quality);
        a.log_bytes + part * (b.log_bytes - a.log_bytes)
    }
}

/// Whether the way from `a` to `c` passes above `b`.
fn turns_up(a: Vertex, b: Vertex, c: Vertex) -> bool {
    let slope = |from: Vertex, to: Vertex| (to.log_bytes - from.log_bytes) / (to.quality - from.quality);
    slope(a, b) < slope(b, c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes double every ten points of quality.
    fn doubling(from: i32, to: i32, bytes: f64) -> Curve {
        Curve::of((from..=to).map(|i| (10.0 * f64::from(i), (bytes * f64::from(i).exp2()) as u64)))
    }

    fn ratio(ours: &Curve, peers: &Curve) -> f64 {
        ours.ratio_to(peers).unwrap()
    }

    #[test]
    fn half_the_bytes_everywhere_is_a_ratio_of_one_half() {
        let (ours, peers) = (doubling(1, 6, 512.0), doubling(1, 6, 1024.0));
        assert!((ratio(&ours, &peers) - 0.5).abs() < 1e-12);
        assert!((ratio(&peers, &ours) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn only_the_qualities_that_both_reach_count() {
        let (ours, peers) = (doubling(3, 9, 256.0), doubling(1, 6, 1024.0));
        assert!((ratio(&ours, &peers) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn equal_curves_have_a_ratio_of_one() {
        let curve = doubling(1, 6, 1000.0);
        assert_eq!(ratio(&curve, &curve.clone()), 1.0);
    }

    #[test]
    fn a_gain_that_grows_along_the_range_counts_by_its_mean_logarithm() {
        // From the same to a quarter: on average, one half.
        let peers = Curve::of([(0.0, 1000), (10.0, 16_000)]);
        let ours = Curve::of([(0.0, 1000), (10.0, 4000)]);
        assert!((ratio(&ours, &peers) - 0.5).abs() < 1e-12);
        assert!((ours.most_to(&peers).unwrap() - 1.0).abs() < 1e-12, "at the least quality");
        assert!((peers.most_to(&ours).unwrap() - 4.0).abs() < 1e-12, "at the most");
        // A corner of one between the corners of the other: half of the range the same, then to one half.
        let ours = Curve::of([(0.0, 1000), (5.0, 1000 * 4), (10.0, 8000)]);
        let bent = Curve::of([(0.0, 1000), (5.0, 4000), (10.0, 16_000)]);
        assert_eq!(bent, peers, "what lies on a straight line is no corner");
        assert_eq!(ours, Curve::of([(0.0, 1000), (10.0, 8000)]), "nor is what lies above it");
    }

    #[test]
    fn corners_of_either_curve_are_knots_of_the_mean() {
        let peers = Curve::of([(0.0, 1000), (10.0, 16_000)]);
        let ours = Curve::of([(0.0, 1000), (5.0, 1000 * 2), (10.0, 16_000)]);
        // The difference falls from 0 to log 1/2 in the middle and back.
        assert!((ratio(&ours, &peers) - 0.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_quality_below_all_takes_the_smallest_file_and_one_above_all_has_none() {
        let curve = Curve::of([(50.0, 1000), (60.0, 4000)]);
        let bytes = [20.0, 50.0, 55.0, 60.0, 60.1].map(|quality| curve.bytes_for(quality).map(f64::round));
        assert_eq!(bytes, [Some(1000.0), Some(1000.0), Some(2000.0), Some(4000.0), None]);
        assert_eq!(Curve::of([]).bytes_for(1.0), None);
    }

    #[test]
    fn ranges_apart_have_no_ratio() {
        assert_eq!(doubling(1, 3, 100.0).ratio_to(&doubling(4, 6, 100.0)), None);
        assert_eq!(doubling(1, 3, 100.0).ratio_to(&doubling(3, 6, 100.0)), None);
        assert_eq!(doubling(1, 3, 100.0).ratio_to(&Curve::of([(20.0, 100)])), None);
        assert_eq!(doubling(1, 3, 100.0).ratio_to(&Curve::of([])), None);
    }

    #[test]
    fn what_another_beats_is_no_corner() {
        let curve = Curve::of([(50.0, 900), (60.0, 800), (60.0, 1000), (70.0, 1600), (65.0, 1700)]);
        let corners: Vec<(f64, f64)> =
            curve.corners().map(|(quality, bytes)| (quality, bytes.round())).collect();
        assert_eq!(corners, [(60.0, 800.0), (70.0, 1600.0)]);
    }

    #[test]
    fn the_hull_lies_under_every_point() {
        let wavy = |i: u64| (i as f64, 1000 + i * i + (i * 7919) % 300);
        let curve = Curve::of((0..60).map(wavy));
        let (first, last) = curve.range().unwrap();
        for (quality, bytes) in (0..60).map(wavy).filter(|&(quality, _)| quality >= first) {
            assert!(quality <= last);
            assert!(curve.log_bytes_at(quality) <= (bytes as f64).ln() + 1e-12);
        }
    }
}
