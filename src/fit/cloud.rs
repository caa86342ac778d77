//! The points that k-means works on, laid out for the search: points that lie close together share a box, boxes that
//! lie close together share a larger one, and what all points of a box add up to is known ahead.

use crate::color::{ColorSpace, Point};
use crate::histogram::{WeightedColor, bin_key};
use crate::image::Rgba8;
use crate::nearest::{BLOCK, Bounds};

/// Packs that share a box.
const GROUP: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Cloud {
    pub(super) groups: Vec<Group>,
    /// The packs of all groups in turn.
    pub(super) packs: Vec<Pack>,
    /// Points that there are.
    pub(super) len: usize,
    /// Centroids that stand already and never move.
    pub(super) kept: Vec<Point>,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) bounds: Bounds,
    pub(super) total: Total,
    /// Its packs.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Sixteen points, each axis apart. The last pack is filled up with points of no weight.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) axes: [[f32; BLOCK]; 4],
    pub(super) weights: [f32; BLOCK],
    pub(super) bounds: Bounds,
    pub(super) total: Total,
}

/// What points add up to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    /// Weighted sum of the points.
    pub(super) sum: [f64; 4],
    pub(super) weight: f64,
    /// Weighted squared distances from their mean.
    pub(super) spread: f64,
}

impl Cloud {
    /// The points of colours that are sorted by key.
    pub(super) fn of(colors: &[WeightedColor], kept: &[Rgba8], space: ColorSpace) -> Self {
        let points: Vec<(Point, f32)> =
            colors.iter().map(|cell| (space.point_of_mean(cell.color), cell.count as f32)).collect();
        // The transparent colour is set aside whether it is kept or not.
        let kept = kept.iter().filter(|color| color[3] > 0).map(|&color| space.point(color)).collect();
        Self::of_points(&points, kept)
    }

    pub(super) fn of_points(points: &[(Point, f32)], kept: Vec<Point>) -> Self {
        let packs: Vec<Pack> = points.chunks(BLOCK).map(Pack::of).collect();
        let groups = packs.chunks(GROUP).enumerate().map(|(number, packs)| Group {
            bounds: packs.iter().skip(1).fold(packs[0].bounds, |all, pack| all.joined(pack.bounds)),
            total: packs.iter().skip(1).fold(packs[0].total, |all, pack| all.joined(&pack.total)),
            from: number * GROUP,
            to: number * GROUP + packs.len(),
        });
        Self { groups: groups.collect(), packs, len: points.len(), kept }
    }

    /// Every point with its weight, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Point, f32)> {
        let points = self.packs.iter().flat_map(|pack| {
            (0..BLOCK).map(|i| (std::array::from_fn(|axis| pack.axes[axis][i]), pack.weights[i]))
        });
        points.take(self.len)
    }
}

impl Pack {
    fn of(points: &[(Point, f32)]) -> Self {
        let point = |i: usize| points[i.min(points.len() - 1)].0;
        let bounds = Bounds::of(points.iter().map(|&(point, _)| point));
        let total = points
            .iter()
            .fold(Total::default(), |total, &(point, weight)| total.joined(&Total::of(point, weight)));
        Self {
            axes: std::array::from_fn(|axis| std::array::from_fn(|i| point(i)[axis])),
            weights: std::array::from_fn(|i| points.get(i).map_or(0.0, |&(_, weight)| weight)),
            bounds,
            total,
        }
    }
}

impl Total {
    fn of(point: Point, weight: f32) -> Self {
        let weight = f64::from(weight);
        Self { sum: point.map(|axis| weight * f64::from(axis)), weight, spread: 0.0 }
    }

    fn joined(&self, other: &Self) -> Self {
        if self.weight == 0.0 || other.weight == 0.0 {
            return if self.weight == 0.0 { *other } else { *self };
        }
        let apart: f64 = (0..4)
            .map(|i| {
                let d = self.sum[i] / self.weight - other.sum[i] / other.weight;
                d * d
            })
            .sum();
        let weight = self.weight + other.weight;
        Self {
            sum: std::array::from_fn(|i| self.sum[i] + other.sum[i]),
            weight,
            spread: self.spread + other.spread + apart * (self.weight * other.weight / weight),
        }
    }

    /// Weighted squared distances from a centroid.
    #[inline(always)]
    pub(super) fn error(&self, centroid: Point) -> f64 {
        let apart: f64 = (0..4)
            .map(|i| {
                let d = self.sum[i] / self.weight - f64::from(centroid[i]);
                d * d
            })
            .sum();
        self.spread + self.weight * apart
    }
}

/// The same colours in at most `most` bins: neighbours that differ in low bits alone are joined to their mean.
pub(super) fn coarser(colors: &[WeightedColor], most: usize) -> Vec<WeightedColor> {
    let same = |shift: u32| {
        move |a: &WeightedColor, b: &WeightedColor| bin_key(a.key, shift) == bin_key(b.key, shift)
    };
    let shift = (0..7).find(|&shift| colors.chunk_by(same(shift)).count() <= most).unwrap_or(7);
    if shift == 0 {
        return colors.to_vec();
    }
    let mean = |bin: &[WeightedColor]| {
        let count = bin.iter().map(|cell| cell.count).sum();
        let sum = bin.iter().fold([0.0_f64; 4], |sum, cell| {
            std::array::from_fn(|i| sum[i] + cell.count as f64 * f64::from(cell.color[i]))
        });
        WeightedColor { key: bin[0].key, color: sum.map(|sum| (sum / count as f64) as f32), count }
    };
    colors.chunk_by(same(shift)).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_know_the_error_of_any_centroid() {
        let points =
            [([1.0, 2.0, 3.0, 4.0], 2.0), ([5.0, 5.0, 0.0, 4.0], 1.0), ([9.0, 1.0, 3.0, 4.0], 3.0_f32)];
        let cloud = Cloud::of_points(&points, Vec::new());
        let centroid = [4.0, 4.0, 4.0, 4.0];
        let wanted: f64 = points
            .iter()
            .map(|&(p, w)| f64::from(w) * f64::from(crate::color::distance_squared(p, centroid)))
            .sum();
        assert!((cloud.groups[0].total.error(centroid) - wanted).abs() < 1e-9);
        assert_eq!(cloud.iter().collect::<Vec<_>>(), points);
    }

    #[test]
    fn coarser_colours_keep_weight_and_mean() {
        let mut histogram = crate::histogram::Histogram::default();
        (0..=255).for_each(|grey| histogram.add([grey, grey, 7, 255], u64::from(grey) + 1));
        let fine = histogram.weighted_colors();
        let coarse = coarser(&fine, 40);
        assert!(coarse.len() <= 40 && coarse.len() >= 20);
        let moment = |cells: &[WeightedColor]| -> (u64, f64) {
            (
                cells.iter().map(|cell| cell.count).sum(),
                cells.iter().map(|cell| cell.count as f64 * f64::from(cell.color[0])).sum(),
            )
        };
        let ((weight, sum), (wanted_weight, wanted_sum)) = (moment(&coarse), moment(&fine));
        assert_eq!(weight, wanted_weight);
        assert!((sum / wanted_sum - 1.0).abs() < 1e-6);
    }
}
