//! The points that k-means works on, laid out for the search: points that lie close together share a box, boxes that
//! lie close together share a larger one, and what all points of a box add up to is known ahead.

use std::borrow::Cow;

use crate::color::{ColorSpace, Point};
use crate::histogram::{WeightedColor, bin_key};
use crate::image::Rgba8;
use crate::nearest::{BLOCK, Bounds};
use crate::par;
use crate::simd::{Kernel, Simd, Vector};

/// Packs that share a box.
const GROUP: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Cloud {
    pub(super) groups: Vec<Group>,
    /// The packs of all groups in turn.
    pub(super) packs: Vec<Pack>,
    /// Every point with its weight, in the order of the packs.
    pub(super) points: Vec<(Point, f32)>,
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
    /// Each point times its weight, as it goes into sums.
    pub(super) weighted: [Point; BLOCK],
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
    pub(super) fn of(colors: &[WeightedColor], kept: &[Rgba8], space: ColorSpace, simd: Simd) -> Self {
        // The transparent colour is set aside whether it is kept or not.
        let kept = kept.iter().filter(|color| color[3] > 0).map(|&color| space.point(color)).collect();
        Self::of_points(points(colors, space, simd), kept)
    }

    pub(super) fn of_points(points: Vec<(Point, f32)>, kept: Vec<Point>) -> Self {
        let packs: Vec<Pack> = points.chunks(BLOCK).map(Pack::of).collect();
        let groups = packs.chunks(GROUP).enumerate().map(|(number, packs)| Group {
            bounds: packs.iter().skip(1).fold(packs[0].bounds, |all, pack| all.joined(pack.bounds)),
            total: packs.iter().skip(1).fold(packs[0].total, |all, pack| all.joined(&pack.total)),
            from: number * GROUP,
            to: number * GROUP + packs.len(),
        });
        Self { groups: groups.collect(), packs, points, kept }
    }
}

impl Pack {
    fn of(points: &[(Point, f32)]) -> Self {
        let mut axes = [[0.0; BLOCK]; 4];
        let mut weights = [0.0; BLOCK];
        let mut weighted = [[0.0; 4]; BLOCK];
        for place in 0..BLOCK {
            let (point, weight) = points[place.min(points.len() - 1)];
            for i in 0..4 {
                axes[i][place] = point[i];
            }
            weights[place] = if place < points.len() { weight } else { 0.0 };
            for i in 0..4 {
                weighted[place][i] = weights[place] * point[i];
            }
        }
        let bounds = Bounds::of(points.iter().map(|&(point, _)| point));
        Self { axes, weights, weighted, bounds, total: Total::of(points) }
    }
}

impl Total {
    fn of(points: &[(Point, f32)]) -> Self {
        // Relative to one of them, so that squares of a tight box do not cancel.
        let origin = points[0].0;
        let (mut weight, mut sum, mut squares) = (0.0, [0.0; 4], 0.0);
        for &(point, w) in points {
            let w = f64::from(w);
            weight += w;
            for i in 0..4 {
                let d = f64::from(point[i] - origin[i]);
                sum[i] += w * d;
                squares += w * d * d;
            }
        }
        let length: f64 = sum.iter().map(|sum| sum * sum).sum();
        Self {
            sum: std::array::from_fn(|i| sum[i] + weight * f64::from(origin[i])),
            weight,
            spread: (squares - length / weight).max(0.0),
        }
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
        let mut apart = 0.0;
        for i in 0..4 {
            let d = self.sum[i] / self.weight - f64::from(centroid[i]);
            apart += d * d;
        }
        self.spread + self.weight * apart
    }
}

/// The points of colours, with their weights.
pub(super) fn points(colors: &[WeightedColor], space: ColorSpace, simd: Simd) -> Vec<(Point, f32)> {
    let parts = par::map_chunks(colors, CHUNK, |colors| simd.run(Convert { colors, space }));
    parts.concat()
}

/// Colours that one thread converts at a time.
const CHUNK: usize = 1 << 13;

struct Convert<'a> {
    colors: &'a [WeightedColor],
    space: ColorSpace,
}

impl Kernel for Convert<'_> {
    type Output = Vec<(Point, f32)>;

    #[inline(always)]
    fn run<V: Vector>(self) -> Vec<(Point, f32)> {
        let mut converted = Vec::with_capacity(self.colors.len());
        for colors in self.colors.chunks(BLOCK) {
            let (mut means, mut points) = ([[0.0; 4]; BLOCK], [[0.0; 4]; BLOCK]);
            for (mean, color) in means.iter_mut().zip(colors) {
                *mean = color.color;
            }
            self.space.points_of_means(&means, &mut points);
            for (&point, color) in points.iter().zip(colors) {
                converted.push((point, color.count as f32));
            }
        }
        converted
    }
}

/// The same colours in at most `most` bins: neighbours that differ in low bits alone are joined to their mean. Colours
/// that [`stay_apart`] come on top.
pub(super) fn coarser(colors: &[WeightedColor], most: usize, space: ColorSpace) -> Cow<'_, [WeightedColor]> {
    // How many neighbours part only once so many low bits of their channels are seen again.
    let mut parts = [0_usize; 9];
    for pair in colors.windows(2) {
        let (a, b) = (pair[0].key, pair[1].key);
        parts[if a == 0 { 8 } else { (35 - (a ^ b).leading_zeros() as usize) / 4 }] += 1;
    }
    let bins = |shift: usize| 1 + parts[shift + 1..].iter().sum::<usize>();
    let shift = (0..7).find(|&shift| bins(shift) <= most).unwrap_or(7) as u32;
    if shift == 0 {
        return Cow::Borrowed(colors);
    }
    let same = |a: &WeightedColor, b: &WeightedColor| {
        bin_key(a.key, shift) == bin_key(b.key, shift) && !stay_apart(a.key, space)
    };
    let mean = |bin: &[WeightedColor]| {
        let count = bin.iter().map(|cell| cell.count).sum();
        let sum = bin.iter().fold([0.0_f64; 4], |sum, cell| {
            std::array::from_fn(|i| sum[i] + cell.count as f64 * f64::from(cell.color[i]))
        });
        WeightedColor { key: bin[0].key, color: sum.map(|sum| (sum / count as f64) as f32), count }
    };
    Cow::Owned(colors.chunk_by(same).map(mean).collect())
}

/// Whether a colour is in no bin with others: in Oklab and Lab, those whose red, green and blue are below 16 lie up to six
/// times as far apart as others. In bins, inertia in Oklab ended 6.6 % above the lowest known on a dark picture, and 1.1 %
/// in the mean of 25. The eye makes less of the dark than these spaces do: in the perceptual space, bins cost nothing, and
/// without them SSIMULACRA2 is up to half a point lower.
fn stay_apart(key: u32, space: ColorSpace) -> bool {
    matches!(space, ColorSpace::Oklab | ColorSpace::Lab) && key & 0xeeee_0000 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_know_the_error_of_any_centroid() {
        let points =
            [([1.0, 2.0, 3.0, 4.0], 2.0), ([5.0, 5.0, 0.0, 4.0], 1.0), ([9.0, 1.0, 3.0, 4.0], 3.0_f32)];
        let cloud = Cloud::of_points(points.to_vec(), Vec::new());
        let centroid = [4.0, 4.0, 4.0, 4.0];
        let wanted: f64 = points
            .iter()
            .map(|&(p, w)| f64::from(w) * f64::from(crate::color::distance_squared(p, centroid)))
            .sum();
        assert!((cloud.groups[0].total.error(centroid) - wanted).abs() < 1e-9);
        assert_eq!(cloud.points, points);
    }

    #[test]
    fn coarser_colours_keep_weight_and_mean() {
        let mut histogram = crate::histogram::Histogram::default();
        (0..=255).for_each(|grey| histogram.add([grey, grey, 7, 255], u64::from(grey) + 1));
        let fine = histogram.weighted_colors();
        let coarse = coarser(&fine, 40, ColorSpace::Srgb);
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

    #[test]
    fn dark_colours_stay_apart_where_they_lie_far_apart() {
        let mut histogram = crate::histogram::Histogram::default();
        (0..=255).for_each(|grey| histogram.add([grey, grey, grey, 255], 1));
        let fine = histogram.weighted_colors();
        let below_16 = |space| {
            let bins = coarser(&fine, 40, space);
            bins.iter().filter(|bin| bin.color[0] < 16.0).count()
        };
        assert_eq!(ColorSpace::ALL.map(below_16), [2, 2, 16, 16, 2]);
    }
}
