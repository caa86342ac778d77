//! GIF of one picture or of several (GIF89a specification, CompuServe 1990), with LZW of our own.

mod animation;
pub(crate) mod lzw;
mod packed;

pub use animation::Animation;
use animation::{failed, sides};
pub(crate) use packed::Packed;

use super::metadata::into_gif;
use crate::effort::Effort;
use crate::error::{Error, Result};
use crate::indexed::Indexed;
use crate::metadata::Metadata;

/// Longest side that a GIF can state, in pixels.
const MAX_SIDE: u32 = u16::MAX as u32;

/// How to write a GIF.
///
/// ```
/// use huepack::{Indexed, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 0, 0]])?;
/// let dot = Indexed::new(1, 1, palette, vec![1])?;
/// let bytes = encode::gif::Options::new().encode(&dot)?;
/// assert!(bytes.starts_with(b"GIF89a") && bytes.ends_with(b";"));
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

    /// How hard to look for a shorter stream of codes. Photographs of 256 colours, dithered, take 0.14, 0.7 and 1.5 µs a
    /// pixel on one core. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// What to write beside the picture: texts as comments, and XMP. GIF has no place for the rest. Default: nothing.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Writes the picture: a still, not interlaced, one global palette in its order filled up to a power of two, no comment
    /// but those of the metadata, no loop block.
    ///
    /// # Errors
    /// [`Error::TooWideFor`] for a side over 65,535, [`Error::Unsupported`] for a colour that is partly
    /// transparent, or more than one that is fully so.
    pub fn encode(&self, indexed: &Indexed) -> Result<Vec<u8>> {
        let (columns, rows) = sides(indexed.width(), indexed.height())?;
        let transparent = transparent_index(indexed)?;
        let palette = animation::channels(indexed.palette());
        let frame = ::gif::Frame {
            width: columns,
            height: rows,
            transparent,
            buffer: lzw::encode(
                indexed.indices(),
                indexed.cuts().map(AsRef::as_ref),
                self.effort.settings().lzw,
            )
            .into(),
            ..::gif::Frame::default()
        };
        let mut bytes = Vec::new();
        ::gif::Encoder::new(&mut bytes, columns, rows, &palette)
            .and_then(|mut encoder| encoder.write_lzw_pre_encoded_frame(&frame))
            .map_err(|error| failed(&error))?;
        Ok(into_gif(bytes, &self.metadata))
    }
}

/// The one index that may be transparent.
fn transparent_index(indexed: &Indexed) -> Result<Option<u8>> {
    let unsupported = |what: String| Err(Error::Unsupported { format: "GIF", what });
    let mut transparent = None;
    for (index, color) in (0..=255).zip(indexed.palette().colors()) {
        match color[3] {
            255 => {}
            0 if transparent.is_none() => transparent = Some(index),
            0 => return unsupported("more than one transparent colour".into()),
            alpha => return unsupported(format!("a colour of alpha {alpha} of 255")),
        }
    }
    Ok(transparent)
}
