//! What a picture costs, and how far it is from its source.

use super::Guarded;
#[cfg(feature = "score")]
use super::Reached;
use crate::encode::Format;
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::measure;
use crate::palette::MAX_COLORS;

/// What a packed picture costs and how far it is from its source, as measured on the file, decoded again.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Format of the file.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Distinct colours of the source; `None` if there are more than a histogram keeps apart (524,288).
    pub source_colors: Option<usize>,
    /// Colours in the palette of the file; greys, or colours of the picture, where it has none.
    pub colors: usize,
    /// Squared error per pixel in 8-bit sRGB, summed over the three channels; 0 if no visible pixel changed.
    pub mean_squared_error: f64,
    /// Partly transparent pixels of the source that became opaque or fully transparent, since the format knows nothing
    /// between and there was no matte.
    pub hardened: u64,
    /// Sizes on the way.
    pub bytes: ByteLedger,
    /// What the guard took, if there was one.
    pub guarded: Option<Guarded>,
    /// What it took to reach the target, if there was one.
    #[cfg(feature = "score")]
    pub reached: Option<Reached>,
}

/// What a picture takes at each step, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteLedger {
    /// Three bytes a pixel.
    pub raw_rgb: u64,
    /// One byte a pixel, plus three for each colour of the palette: of 256 where the file is in true colour.
    pub indexed: u64,
    /// The bits that an index needs, rows filled up to bytes, plus the palette; the same.
    pub packed_bits: u64,
    /// The file.
    pub file: u64,
}

impl Report {
    /// The report of a picture of so many colours, more than a palette holds, in true colour.
    pub(super) fn of_truecolor(image: ImageRef<'_>, source_colors: usize, file: &[u8]) -> Self {
        let (width, height) = (image.width(), image.height());
        Self {
            format: Format::Png,
            width,
            height,
            source_colors: Some(source_colors),
            colors: source_colors,
            mean_squared_error: 0.0,
            hardened: 0,
            bytes: ByteLedger::new(width, height, MAX_COLORS, 8, file.len() as u64),
            guarded: None,
            #[cfg(feature = "score")]
            reached: None,
        }
    }

    /// Peak signal-to-noise ratio in decibels; infinite if no visible pixel changed.
    #[must_use]
    pub fn psnr_db(&self) -> f64 {
        measure::psnr_db(self.mean_squared_error)
    }
}

impl ByteLedger {
    /// The ledger of an indexed picture in a file of `file` bytes.
    #[must_use]
    pub fn of(indexed: &Indexed, file: u64) -> Self {
        let palette = indexed.palette();
        Self::new(indexed.width(), indexed.height(), palette.len(), palette.bits_per_index(), file)
    }

    fn new(width: u32, height: u32, colors: usize, bits: u8, file: u64) -> Self {
        let (width, height, palette) = (u64::from(width), u64::from(height), 3 * colors as u64);
        let row_bits = width * u64::from(bits);
        Self {
            raw_rgb: 3 * width * height,
            indexed: width * height + palette,
            packed_bits: row_bits.div_ceil(8) * height + palette,
            file,
        }
    }
}
