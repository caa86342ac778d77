//! How far a result is from the picture.

use huepack::{Indexed, measure};

use crate::Result;
use crate::picture::Picture;
use crate::space::{Space, distance_squared};

/// What a result is like; higher is worse but for `psnr_db` and `ssimulacra2`.
pub(crate) struct Score {
    /// Squared error in the space asked for, summed over its axes, per pixel.
    pub(crate) inertia: f64,
    /// Colours that occur in the result.
    pub(crate) distinct_colors: usize,
    /// Of the error in sRGB, whatever the space.
    pub(crate) psnr_db: f64,
    pub(crate) ciede2000: f64,
    pub(crate) ssimulacra2: f64,
}

impl Score {
    pub(crate) fn of(picture: &Picture, indexed: &Indexed, space: Space) -> Result<Self> {
        Ok(Self {
            inertia: inertia(picture, indexed, space),
            distinct_colors: distinct_colors(indexed),
            psnr_db: measure::psnr_db(inertia(picture, indexed, Space::Srgb)),
            ciede2000: measure::mean_ciede2000(picture.view(), indexed),
            ssimulacra2: measure::ssimulacra2(picture.view(), indexed)?,
        })
    }
}

/// Not by huepack's own measure: a witness from outside. In sRGB the sum is one of whole numbers, and exact.
pub(crate) fn inertia(picture: &Picture, indexed: &Indexed, space: Space) -> f64 {
    let palette: Vec<_> =
        indexed.palette().colors().iter().map(|&[r, g, b, _]| space.point([r, g, b])).collect();
    let error =
        |(rgb, &index): ([u8; 3], &u8)| distance_squared(space.point(rgb), palette[usize::from(index)]);
    let sum: f64 = picture.rgb().zip(indexed.indices()).map(error).sum();
    sum / picture.pixels.len() as f64
}

fn distinct_colors(indexed: &Indexed) -> usize {
    let uses = indexed.uses();
    let mut used: Vec<_> =
        indexed.palette().colors().iter().zip(uses).filter(|(_, uses)| *uses > 0).map(|(c, _)| c).collect();
    used.sort_unstable();
    used.dedup();
    used.len()
}
