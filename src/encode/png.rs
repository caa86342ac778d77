//! Indexed PNG (PNG specification, third edition, W3C 2025), and [`lossless`] truecolour PNG beside it.

pub use super::truecolor::{lossless, lossless_memory};

use super::compress::compress;
use super::metadata::into_png;
use crate::effort::{Depths, Effort, Filters, Settings};
use crate::error::Result;
use crate::indexed::Indexed;
use crate::memory;
use crate::metadata::Metadata;

/// How to write an indexed PNG.
///
/// ```
/// use huepack::{Indexed, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 255]])?;
/// let flag = Indexed::new(3, 2, palette, vec![0, 1, 0, 1, 0, 1])?;
/// let bytes = encode::png::Options::new().encode(&flag)?;
/// assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
/// assert_eq!(bytes[24..26], [1, 3], "1 bit an index, colour type 3");
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    effort: Effort,
    metadata: Metadata,
}

impl Options {
    /// [`Effort::Balanced`], no metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How hard to compress. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// What to write beside the picture: iCCP before the palette; pHYs, eXIf, XMP and texts before the picture data.
    /// Default: nothing.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Writes the picture: as few bits an index as the palette needs ([`Effort::Best`] takes eight where that is
    /// smaller), not interlaced, PLTE in palette order, tRNS
    /// up to the last colour that is not opaque, no other chunks but those of the metadata.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), and [`Encoder`](crate::Error::Encoder) if the compressor
    /// fails, which would be a bug.
    pub fn encode(&self, indexed: &Indexed) -> Result<Vec<u8>> {
        Ok(into_png(self.encode_picture(indexed)?, &self.metadata))
    }

    fn encode_picture(&self, indexed: &Indexed) -> Result<Vec<u8>> {
        let settings = self.effort.settings();
        let packed = encode_at(indexed, indexed.palette().bits_per_index(), settings)?;
        if settings.depths == Depths::Fewest || indexed.palette().bits_per_index() == 8 {
            return Ok(packed);
        }
        // DEFLATE finds repeats of whole bytes only, and packing hides those that are out of step.
        let bytes = encode_at(indexed, 8, settings)?;
        Ok(if bytes.len() < packed.len() { bytes } else { packed })
    }
}

fn encode_at(indexed: &Indexed, bits: u8, settings: Settings) -> Result<Vec<u8>> {
    let color_type = oxipng::ColorType::Indexed {
        palette: indexed
            .palette()
            .colors()
            .iter()
            .map(|&[r, g, b, a]| oxipng::RGBA8::new(r, g, b, a))
            .collect(),
    };
    let depth = match bits {
        1 => oxipng::BitDepth::One,
        2 => oxipng::BitDepth::Two,
        4 => oxipng::BitDepth::Four,
        _ => oxipng::BitDepth::Eight,
    };
    let raw = oxipng::RawImage::new(
        indexed.width(),
        indexed.height(),
        color_type,
        depth,
        packed_rows(indexed, bits)?,
    );
    compress(raw, filters(settings.filters), settings.deflate)
}

/// The indices, packed from the high bits down, each row starting on a byte.
fn packed_rows(indexed: &Indexed, bits: u8) -> Result<Vec<u8>> {
    if bits == 8 {
        return memory::copied(indexed.indices());
    }
    let per_byte = (8 / bits) as usize;
    let pack =
        |indices: &[u8]| (0..per_byte).fold(0, |byte, i| byte << bits | indices.get(i).copied().unwrap_or(0));
    let (width, height) = (indexed.width() as usize, indexed.height() as usize);
    let rows = indexed.indices().chunks(width).flat_map(|row| row.chunks(per_byte).map(pack));
    memory::collected(width.div_ceil(per_byte) * height, rows)
}

/// Indices are no quantities, so most filters only cost time.
fn filters(filters: Filters) -> &'static [oxipng::FilterStrategy] {
    use oxipng::FilterStrategy as Filter;
    match filters {
        Filters::Plain => &[Filter::NONE],
        Filters::Usual => &[Filter::NONE, Filter::SUB, Filter::Bigrams],
        Filters::Every => &[
            Filter::NONE,
            Filter::SUB,
            Filter::UP,
            Filter::PAETH,
            Filter::Entropy,
            Filter::Bigrams,
            Filter::BigEnt,
        ],
    }
}
