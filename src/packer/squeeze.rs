//! Bytes traded for error, where that pays.

use super::Packer;
use crate::activity;
use crate::effort::Effort;
use crate::encode::{Format, Mode, gif, png};
use crate::error::Result;
use crate::histogram::Histogram;
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::map::{Dither, MapOptions};
use crate::measure;
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
        let bits = 8.0 * length as f64 / image.pixels().len() as f64;
        let lambda = self.lambda.unwrap_or_else(|| {
            usual * worth(measure::mean_squared_error(image, &plain), bits, activity::gentle_share(image))
        });
        // A palette that loses nothing, as a fixed one may.
        if lambda == 0.0 {
            return Ok(Reduced::new(plain));
        }
        let squeezed = trimmed(image, palette, &map.clone().lambda(lambda));
        let squeezed = match self.format {
            // Filters rarely help a squeezed picture, so that what it takes without them is all that needs to be known.
            Format::Png if is_certainly_less(png::length_unfiltered(&squeezed)?, length, 50) => {
                return Ok(Reduced::new(squeezed));
            }
            Format::Png | Format::Gif => self.encoded(squeezed)?,
        };
        // In drawings, greater effort takes a quarter off what LZW leaves, with one palette and not with another.
        let is_less = |bytes| is_certainly_less(bytes, length, 10);
        if self.format == Format::Gif && bits >= BUSY && squeezed.bytes().is_some_and(is_less) {
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

/// How much of the usual lambda a picture gets, for the mean squared error that it has anyway, its bits a pixel, and how much
/// of what changes in it changes gently.
///
/// Where a palette leaves little error the score is high, and falls fast with what is added: lambda grows with the error for
/// each bit, to the power of 21/32. In drawings most bits are spent on edges, where errors show, so that they get less in
/// proportion. Of the middles of 86 pictures, 77 come out smaller than by default with pngquant and no worse; with powers
/// of 1/2, 5/8 and 3/4 it is 76, 76 and 74.
///
/// Where most steps from pixel to pixel are gentle, a palette errs little and errors hide all the same: gradients get up to
/// four times as much. Of 22 corners of pictures, whose middles the rest was chosen on, eight get smaller for it, by up to 36 %,
/// for 0.3 of SSIMULACRA2 in the mean; of 87 middles eleven, by up to 64 %, for 0.5.
fn worth(mean_squared_error: f64, bits: f64, gentle: f64) -> f32 {
    let density = (bits / BUSY).min(1.0);
    let error = mean_squared_error / bits / USUAL_ERROR;
    // Roots are the same on every machine, powers are not.
    let root = |number: f64| number.sqrt().sqrt();
    let usual = density * (error * root(error * root(error))).sqrt().min(MOST);
    let gradient = ((gentle - SOME_GENTLE) / (MOST_GENTLE - SOME_GENTLE)).clamp(0.0, 1.0);
    (usual * (1.0 + MORE_IN_GRADIENTS * gradient)).min(MOST) as f32
}

/// Bits a pixel that drawings stay below and photographs do not.
const BUSY: f64 = 2.0;

/// Shares of gentle steps with which a picture begins to be taken for one of gradients, and is. Text and charts have up to 0.2,
/// most photographs 0.2 to 0.8. From 0.6 on, photographs lose two points where drawings lose one.
const SOME_GENTLE: f64 = 0.8;
const MOST_GENTLE: f64 = 0.95;

/// How much more lambda those get.
const MORE_IN_GRADIENTS: f64 = 3.0;

/// The error for each bit at which lambda is as usual. With 4.5 and with 6.5, and the square root, two and one of 38
/// drawings fewer come out ahead.
const USUAL_ERROR: f64 = 5.5;

/// More than this costs scores of photographs that have none to spare.
const MOST: f64 = 1.5;

/// By so much that a stronger compression does not turn it round: a fiftieth for DEFLATE, a tenth for LZW. On 100 pictures
/// at five lambdas no PNG came out larger for it, and of 87 no GIF.
fn is_certainly_less(length: usize, other: usize, part: usize) -> bool {
    part * length < (part - 1) * other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_is_worth_more_the_more_the_palette_errs_and_in_gradients_and_less_in_drawings() {
        let usual = worth(4.0 * USUAL_ERROR, 4.0, 0.5);
        assert!((usual - 1.0).abs() < 1e-6);
        assert!((worth(USUAL_ERROR, 4.0, 0.5) - 0.25_f32.powf(21.0 / 32.0)).abs() < 1e-6);
        assert_eq!(worth(0.0, 4.0, 0.5), 0.0);
        assert_eq!(worth(1e6, 4.0, 0.5), MOST as f32);
        // The same error for each bit, a quarter of the bits.
        let few = |gentle| worth(0.5 * USUAL_ERROR, 0.5, gentle);
        assert!((few(0.5) - 0.25 * usual).abs() < 1e-6);
        assert!((few(0.875) - 2.5 * few(0.5)).abs() < 1e-6);
        assert!((few(0.98) - 4.0 * few(0.5)).abs() < 1e-6);
        assert_eq!(worth(4.0 * USUAL_ERROR, 4.0, 1.0), MOST as f32, "more than that it never is");
    }
}
