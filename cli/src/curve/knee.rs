//! Which point to take.

use super::point::Point;

/// What a point of SSIMULACRA2 may cost, as a part of the bytes: half of them for twelve points. See docs/design.md.
pub(super) const EXCHANGE_RATE: f64 = 0.06;

/// The point from which every other costs more than [`EXCHANGE_RATE`] of the bytes for a point of score, or saves less:
/// where a line of that slope, over score and the logarithm of bytes, touches the hull of all points from below.
pub(super) fn knee<'a>(points: impl IntoIterator<Item = &'a Point>) -> Option<&'a Point> {
    points.into_iter().min_by(|a, b| price(a).total_cmp(&price(b)))
}

/// The logarithm of the bytes, less what the score is worth.
fn price(point: &Point) -> f64 {
    (point.bytes as f64).ln() - point.ssimulacra2 * EXCHANGE_RATE.ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::point::Setting;

    fn point(bytes: u64, ssimulacra2: f64) -> Point {
        let setting = Setting { colors: 256, lambda: Some(0.0), dither: "auto" };
        Point { setting, bytes, colors_used: 256, ssimulacra2, psnr_db: 30.0 }
    }

    fn taken(points: &[Point]) -> u64 {
        knee(points).unwrap().bytes
    }

    #[test]
    fn a_point_of_score_is_taken_for_less_than_the_rate_and_left_for_more() {
        assert_eq!(taken(&[point(1000, 80.0), point(1059, 81.0)]), 1059);
        assert_eq!(taken(&[point(1000, 80.0), point(1061, 81.0)]), 1000);
        // Twelve points for twice the bytes, near enough.
        assert_eq!(taken(&[point(1000, 70.0), point(2000, 82.0)]), 2000);
        assert_eq!(taken(&[point(1000, 70.0), point(2000, 81.5)]), 1000);
    }

    #[test]
    fn what_is_above_the_hull_is_never_taken_and_moves_nothing() {
        let hull = [point(1000, 60.0), point(1500, 78.0), point(3000, 82.0)];
        assert_eq!(taken(&hull), 1500);
        let more = [&hull[..], &[point(1400, 70.0), point(2900, 80.0), point(9000, 83.0), point(100, 5.0)]];
        assert_eq!(taken(&more.concat()), 1500);
    }
}
