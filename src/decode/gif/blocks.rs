//! The blocks of a GIF (version 89a of its specification), looked at before any pixel is.

use super::super::damage::Damage;
use super::super::{Format, damaged};
use crate::error::{Error, Result};

/// What a walk over the blocks finds.
pub(super) struct Blocks<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frames: u32,
    pub(super) first: FirstFrame<'a>,
    /// The ICC profile before the first frame (ICC.1:2022 annex B.5).
    pub(super) icc: Option<Vec<u8>>,
    /// Of the graphic control extension before the next frame (clause 23).
    transparent: Option<u8>,
}

/// The first frame, still packed.
#[derive(Default)]
pub(super) struct FirstFrame<'a> {
    pub(super) left: u16,
    pub(super) top: u16,
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) interlaced: bool,
    pub(super) transparent: Option<u8>,
    /// Three bytes a colour: the frame's own table, or else that of the whole file.
    pub(super) palette: &'a [u8],
    pub(super) code_size: u8,
    pub(super) data: Vec<u8>,
}

/// What stands at the start of a block (clauses 20, 23 and 27).
mod kind {
    pub(super) const IMAGE: u8 = b',';
    pub(super) const EXTENSION: u8 = b'!';
    pub(super) const TRAILER: u8 = b';';
    pub(super) const PLAIN_TEXT: u8 = 0x01;
    pub(super) const GRAPHIC_CONTROL: u8 = 0xF9;
    pub(super) const APPLICATION: u8 = 0xFF;
}

impl<'a> Blocks<'a> {
    /// Walks the whole file, so that a cut one is found whatever is asked of it.
    pub(super) fn read(bytes: &'a [u8], damage: &mut Damage) -> Result<Self> {
        let mut rest = bytes;
        let [_, _, _, _, _, _, w0, w1, h0, h1, flags, _, _] = *take(&mut rest, "its header")?;
        let palette = color_table(&mut rest, flags)?;
        let mut blocks = Self {
            width: u32::from(u16::from_le_bytes([w0, w1])),
            height: u32::from(u16::from_le_bytes([h0, h1])),
            frames: 0,
            first: FirstFrame { palette, ..FirstFrame::default() },
            icc: None,
            transparent: None,
        };
        if let Err(error) = blocks.walk(&mut rest) {
            damage.note(error)?;
        }
        if blocks.frames == 0 {
            return Err(damaged(Format::Gif, "there is no picture in the file"));
        }
        Ok(blocks)
    }

    fn walk(&mut self, rest: &mut &'a [u8]) -> Result<()> {
        loop {
            let no_end = || damaged(Format::Gif, "the file ends without its trailer");
            let (&kind, after) = rest.split_first().ok_or_else(no_end)?;
            *rest = after;
            match kind {
                kind::IMAGE => self.take_image(rest)?,
                kind::EXTENSION => self.take_extension(rest)?,
                // What follows belongs to nobody, and nobody minds.
                kind::TRAILER => return Ok(()),
                _ => {
                    let what = format!("byte {kind} stands where a block should start");
                    return Err(damaged(Format::Gif, what));
                }
            }
        }
    }

    /// Keeps the first image as far as it is there, and passes over the others.
    fn take_image(&mut self, rest: &mut &'a [u8]) -> Result<()> {
        let place = "the head of a frame";
        let descriptor: &[u8; 9] = take(rest, place)?;
        let table = color_table(rest, descriptor[8])?;
        let &[code_size] = take(rest, place)?;
        let transparent = self.transparent.take();
        self.frames += 1;
        if self.frames > 1 {
            return sub_blocks(rest, "the data of a frame", |_| {});
        }
        let number = |at: usize| u16::from_le_bytes([descriptor[at], descriptor[at + 1]]);
        let first = &mut self.first;
        *first = FirstFrame {
            left: number(0),
            top: number(2),
            width: number(4),
            height: number(6),
            interlaced: descriptor[8] & 0x40 != 0,
            transparent,
            palette: if table.is_empty() { first.palette } else { table },
            code_size,
            data: Vec::new(),
        };
        sub_blocks(rest, "the data of the first frame", |block| first.data.extend(block))
    }

    fn take_extension(&mut self, rest: &mut &'a [u8]) -> Result<()> {
        let place = "an extension";
        let &[label] = take(rest, place)?;
        match label {
            kind::GRAPHIC_CONTROL => {
                let (mut content, mut count) = (&[][..], 0);
                sub_blocks(rest, place, |block| (content, count) = (block, count + 1))?;
                let (&[flags, _, _, index], 1) = (content, count) else {
                    return Err(damaged(Format::Gif, "a graphic control extension is not of 4 bytes"));
                };
                self.transparent = (flags & 1 != 0).then_some(index);
                Ok(())
            }
            kind::APPLICATION if self.frames == 0 => {
                let (mut is_profile, mut profile) = (None, Vec::new());
                sub_blocks(rest, place, |block| match is_profile {
                    None => is_profile = Some(block == b"ICCRGBG1012"),
                    Some(true) => profile.extend(block),
                    Some(false) => {}
                })?;
                if is_profile == Some(true) {
                    self.icc = Some(profile);
                }
                Ok(())
            }
            _ => {
                // Text uses up the graphic control before it, and nobody draws it any more.
                self.transparent.take_if(|_| label == kind::PLAIN_TEXT);
                sub_blocks(rest, place, |_| {})
            }
        }
    }
}

/// Splits `N` bytes off.
fn take<'a, const N: usize>(rest: &mut &'a [u8], place: &str) -> Result<&'a [u8; N]> {
    let (bytes, after) = rest.split_first_chunk().ok_or_else(|| ends_within(place))?;
    *rest = after;
    Ok(bytes)
}

/// Splits off the colour table that the flags of a screen or an image announce; it may be empty.
fn color_table<'a>(rest: &mut &'a [u8], flags: u8) -> Result<&'a [u8]> {
    let length = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let (table, after) = rest.split_at_checked(length).ok_or_else(|| ends_within("a colour table"))?;
    *rest = after;
    Ok(table)
}

/// Splits sub-blocks off up to their terminator (clauses 15 and 16); a cut one is handed over as well.
fn sub_blocks<'a>(rest: &mut &'a [u8], place: &str, mut each: impl FnMut(&'a [u8])) -> Result<()> {
    loop {
        let (&length, after) = rest.split_first().ok_or_else(|| ends_within(place))?;
        let (block, after) = after.split_at(after.len().min(usize::from(length)));
        *rest = after;
        if length == 0 {
            return Ok(());
        }
        each(block);
        if block.len() < usize::from(length) {
            return Err(ends_within(place));
        }
    }
}

fn ends_within(place: &str) -> Error {
    damaged(Format::Gif, format!("the file ends within {place}"))
}
