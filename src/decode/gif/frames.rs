//! The frames of a GIF, one after the other, with the indices that are in the file.

use super::super::animation::{Drawn, Outline, Part, in_frame};
use super::super::color::{Channels, Converter, Depth, Profile, ProfileUse};
use super::super::damage::Damage;
use super::super::limits::zeroed;
use super::super::{Format, Options, damaged, unsupported};
use super::blocks::{Blocks, PackedFrame, Walk};
use super::{row_order, unpack};
use crate::animation::{Blend, Frame};
use crate::error::{Error, Result};
use crate::image::Rgba8;
use crate::indexed::Indexed;
use crate::palette::Palette;

/// Reads one frame at a time.
pub(in crate::decode) struct GifFrames<'a> {
    walk: Walk<'a>,
    converter: Converter,
}

impl<'a> GifFrames<'a> {
    pub(in crate::decode) fn open(
        bytes: &'a [u8],
        options: &Options,
        damage: &mut Damage,
    ) -> Result<(Self, Outline)> {
        let mut blocks = Blocks::read(bytes)?;
        if let Some(error) = blocks.broken.take() {
            let number = if blocks.is_last_cut { blocks.frames } else { blocks.frames + 1 };
            damage.note(in_frame(number, error))?;
        }
        // A cut frame is not shown.
        let frames = blocks.frames - u32::from(blocks.is_last_cut);
        if frames == 0 {
            return Err(damaged(Format::Gif, "there is no picture in the file"));
        }
        // Canvas, what a frame covers, and its indices, twice where they are interlaced.
        options.limits.check(blocks.width, blocks.height, 10)?;
        let icc = blocks.icc.as_deref().filter(|_| options.profile_use != ProfileUse::Ignore);
        let profiles: Vec<_> = icc.map(Profile::Icc).into_iter().collect();
        let converter = Converter::new(&profiles, Channels::Rgb, Depth::Eight);
        let outline = Outline {
            width: blocks.width,
            height: blocks.height,
            frames,
            pixels: blocks.pixels,
            loops: blocks.loops,
            background: blocks.background,
            orientation: image::metadata::Orientation::NoTransforms,
        };
        Ok((Self { walk: Walk::new(bytes)?, converter }, outline))
    }

    /// Whether there are several frames, as far as the file can be read.
    pub(in crate::decode) fn are_several(bytes: &[u8]) -> bool {
        Blocks::read(bytes).is_ok_and(|blocks| blocks.frames > 1)
    }

    pub(in crate::decode) fn next_part(&mut self, options: &Options) -> Result<Option<Part>> {
        let Some(packed) = self.walk.next_frame()? else { return Ok(None) };
        self.walk.check_data()?;
        let picture = if packed.width == 0 || packed.height == 0 {
            // Browsers draw nothing, and wait.
            Drawn::Nothing
        } else {
            // A frame may be larger than the canvas.
            options.limits.check(packed.width.into(), packed.height.into(), 2)?;
            Drawn::Indexed(self.indexed(&packed)?)
        };
        Ok(Some(Part {
            frame: Frame {
                picture,
                left: packed.left.into(),
                top: packed.top.into(),
                delay: packed.control.delay,
                disposal: packed.control.disposal,
            },
            blend: Blend::Over,
        }))
    }

    fn indexed(&self, packed: &PackedFrame<'_>) -> Result<Indexed> {
        if packed.palette.is_empty() {
            return Err(unsupported(Format::Gif, "no colour table"));
        }
        let indices = unpack(packed, &mut Damage::new(false))?;
        let indices = if packed.interlaced { in_order(packed, &indices)? } else { indices };
        let mut colors: Vec<Rgba8> =
            packed.palette.as_chunks().0.iter().map(|&[red, green, blue]| [red, green, blue, 255]).collect();
        self.converter.convert(&mut colors);
        let past = indices.iter().copied().max().filter(|&index| usize::from(index) >= colors.len());
        if let Some(transparent) = packed.control.transparent {
            // It needs no colour to be transparent.
            if past == Some(transparent) {
                colors.resize(usize::from(transparent) + 1, [0; 4]);
            }
            if let Some(color) = colors.get_mut(usize::from(transparent)) {
                color[3] = 0;
            }
        }
        let palette_colors = packed.palette.len() / 3;
        let transparent = packed.control.transparent;
        let outside = |&&index: &&u8| usize::from(index) >= palette_colors && transparent != Some(index);
        if let Some(index) = past.and_then(|_| indices.iter().find(outside)) {
            let what = format!("index {index} in a palette of {palette_colors} colours");
            return Err(damaged(Format::Gif, what));
        }
        Indexed::new(packed.width.into(), packed.height.into(), Palette::new(colors)?, indices)
    }
}

/// The rows from the top, where the file has them in passes (appendix E).
fn in_order(packed: &PackedFrame<'_>, indices: &[u8]) -> Result<Vec<u8>, Error> {
    let width = usize::from(packed.width);
    let mut ordered: Vec<u8> = zeroed(indices.len() as u64)?;
    for (y, row) in row_order(packed).zip(indices.chunks_exact(width)) {
        ordered[y * width..][..width].copy_from_slice(row);
    }
    Ok(ordered)
}
