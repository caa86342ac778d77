//! Bytes traded for error, where that pays.

use super::Packer;
use crate::encode::{Format, Mode, png};
use crate::error::Result;
use crate::histogram::Histogram;
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::map::{Dither, MapOptions};
use crate::palette::Palette;
use crate::reduce;

impl Packer {
    /// Whether a picture can be squeezed: one that keeps all its colours is packed without loss.
    #[cfg(feature = "score")]
    pub(super) fn squeezes(&self, image: ImageRef<'_>) -> bool {
        let loses_some = self.palette.is_some() || Histogram::of(image).len() > self.colors;
        loses_some && self.format == Format::Png && self.dither != Dither::Ordered
    }

    /// What a bit is worth for a palette and a picture of these colours.
    pub(super) fn lambda_for(&self, histogram: &Histogram, palette: &Palette) -> f32 {
        let loses_some = self.palette.is_some() || histogram.len() > palette.len();
        match (self.format, loses_some) {
            (Format::Png, true) => self.lambda.unwrap_or(self.effort.settings().lambda),
            // Without loss, or with LZW, which repeats nothing but what it has a code for.
            _ => 0.0,
        }
    }

    /// The picture mapped with regard to its bytes, unless it is smaller without.
    pub(super) fn squeezed(
        &self,
        image: ImageRef<'_>,
        palette: &Palette,
        map: &MapOptions,
        lambda: f32,
    ) -> Result<Indexed> {
        let mapped = |lambda: f32| {
            let mapped = map.clone().lambda(lambda).map(image, palette);
            reduce::trim(&mapped).unwrap_or(mapped)
        };
        let plain = mapped(0.0);
        if lambda == 0.0 || self.dither == Dither::Ordered {
            return Ok(plain);
        }
        let length = png::packed_length(&plain, self.effort)?;
        let lambda = match self.lambda {
            Some(asked_for) => asked_for,
            None => lambda * density(length, image.pixels().len()),
        };
        let squeezed = mapped(lambda);
        // Filters rarely help a squeezed picture, so that what it takes without them is all that needs to be known.
        if clearly_less(png::length_unfiltered(&squeezed)?, length) {
            return Ok(squeezed);
        }
        let is_smaller =
            self.encode(&squeezed, Mode::Palette)?.len() < self.encode(&plain, Mode::Palette)?.len();
        Ok(if is_smaller { squeezed } else { plain })
    }
}

/// How much of the usual lambda a picture gets: all from two bits a pixel on, and less in proportion below. In drawings,
/// most bits are spent on edges, where errors show: the score is high, and falls faster with lambda.
fn density(length: usize, pixels: usize) -> f32 {
    (length as f32 * 8.0 / pixels as f32 / 2.0).min(1.0)
}

/// By so much that the strongest compression does not turn it round.
fn clearly_less(length: usize, other: usize) -> bool {
    20 * length < 19 * other
}
