//! Bytes traded for error, where that pays.

use super::Packer;
use crate::effort::Effort;
use crate::encode::{Format, Mode, gif, png};
use crate::error::Result;
use crate::histogram::Histogram;
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::map::{Dither, MapOptions};
use crate::palette::Palette;
use crate::reduce;

impl Packer {
    /// Whether a picture of these colours can be squeezed into so many: one that keeps all of them is packed without loss.
    pub(super) fn squeezes(&self, histogram: &Histogram, colors: usize) -> bool {
        let loses_some = self.palette.is_some() || histogram.len() > colors;
        loses_some && self.dither != Dither::Ordered
    }

    /// The picture mapped with regard to its bytes, unless it is smaller without.
    pub(super) fn squeezed(
        &self,
        image: ImageRef<'_>,
        palette: &Palette,
        map: &MapOptions,
    ) -> Result<Reduced> {
        let plain = trimmed(image, palette, map);
        let usual = self.usual_lambda();
        if self.lambda.unwrap_or(usual) == 0.0 {
            return Ok(Reduced::new(plain));
        }
        let length = match self.format {
            Format::Png => png::packed_length(&plain, self.effort)?,
            Format::Gif => gif::Options::new().effort(Effort::Fast).encode(&plain)?.len(),
        };
        let lambda = self.lambda.unwrap_or_else(|| usual * density(length, image.pixels().len()));
        let squeezed = trimmed(image, palette, &map.clone().lambda(lambda));
        let squeezed = match self.format {
            // Filters rarely help a squeezed picture, so that what it takes without them is all that needs to be known.
            Format::Png if clearly_less(png::length_unfiltered(&squeezed)?, length) => {
                return Ok(Reduced::new(squeezed));
            }
            Format::Png | Format::Gif => self.encoded(squeezed)?,
        };
        if self.format == Format::Gif && squeezed.bytes().is_some_and(|bytes| clearly_less(bytes, length)) {
            return Ok(squeezed);
        }
        let plain = self.encoded(plain)?;
        Ok(if squeezed.bytes() < plain.bytes() { squeezed } else { plain })
    }

    fn encoded(&self, indexed: Indexed) -> Result<Reduced> {
        let file = self.encode(&indexed, Mode::Palette)?;
        Ok(Reduced { indexed, file: Some(file) })
    }
}

/// A picture as it is to be written.
pub(super) struct Reduced {
    pub(super) indexed: Indexed,
    /// Its file with a palette, where that was made on the way.
    pub(super) file: Option<Vec<u8>>,
}

impl Reduced {
    pub(super) fn new(indexed: Indexed) -> Self {
        Self { indexed, file: None }
    }

    fn bytes(&self) -> Option<usize> {
        self.file.as_ref().map(Vec::len)
    }
}

/// The picture mapped, without colours that it does not use.
pub(super) fn trimmed(image: ImageRef<'_>, palette: &Palette, map: &MapOptions) -> Indexed {
    let mapped = map.map(image, palette);
    reduce::trim(&mapped).unwrap_or(mapped)
}

/// How much of the usual lambda a picture gets: all from two bits a pixel on, and less in proportion below. In drawings,
/// most bits are spent on edges, where errors show: the score is high, and falls faster with lambda.
fn density(length: usize, pixels: usize) -> f32 {
    (length as f32 * 8.0 / pixels as f32 / 2.0).min(1.0)
}

/// By so much that the strongest compression does not turn it round: a fiftieth. On 100 pictures at five lambdas none came
/// out larger for it.
fn clearly_less(length: usize, other: usize) -> bool {
    50 * length < 49 * other
}
