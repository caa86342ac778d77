//! The two formats of animations.

use super::Packer;
use crate::animation::{Blend, Frame, Loops};
use crate::encode::gif::Packed;
use crate::encode::{self, Format};
use crate::error::Result;
use crate::indexed::Indexed;
use crate::palette::Palette;

/// A file that is being written.
pub(super) enum Writer {
    Gif(encode::gif::Animation),
    Png(encode::png::Animation),
}

impl Writer {
    pub(super) fn new(
        packer: &Packer,
        (width, height): (u32, u32),
        loops: Loops,
        palette: &Palette,
    ) -> Result<Self> {
        let (effort, metadata) = (packer.effort, packer.metadata.clone());
        Ok(match packer.format {
            Format::Gif => {
                let options = encode::gif::Options::new().effort(effort).metadata(metadata);
                Self::Gif(options.animation(width, height, loops, palette)?)
            }
            Format::Png => {
                let options = encode::png::Options::new().effort(effort).metadata(metadata);
                Self::Png(options.animation(width, height, loops, palette))
            }
        })
    }

    /// Writes a frame, for GIF as it was packed, if it was.
    pub(super) fn frame(
        &mut self,
        frame: &Frame<Indexed>,
        blend: Blend,
        packed: Option<Packed>,
    ) -> Result<()> {
        match (self, packed) {
            (Self::Gif(gif), Some(packed)) => gif.packed_frame(frame, packed),
            (Self::Gif(gif), None) => gif.frame(frame),
            (Self::Png(png), _) => png.frame(frame, blend),
        }
    }

    pub(super) fn length(&self) -> usize {
        match self {
            Self::Gif(gif) => gif.length(),
            Self::Png(png) => png.length(),
        }
    }

    pub(super) fn finish(self) -> Result<Vec<u8>> {
        match self {
            Self::Gif(gif) => gif.finish(),
            Self::Png(png) => Ok(png.finish()),
        }
    }
}
