//! The blocks of a GIF (version 89a of its specification), looked at before any pixel is.

use super::super::damage::Damage;
use super::super::{Format, damaged};
use crate::animation::{Delay, Disposal, Loops};
use crate::error::{Error, Result};
use crate::image::Rgba8;

/// What a walk over the whole file finds.
pub(super) struct Blocks<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frames: u32,
    /// Pixels of all frames.
    pub(super) pixels: u64,
    pub(super) loops: Loops,
    /// The colour that the header names for what no frame covers, and that nobody shows (clause 18).
    pub(super) background: Option<Rgba8>,
    first: Option<PackedFrame<'a>>,
    /// The ICC profile before the first frame (ICC.1:2022 annex B.5).
    pub(super) icc: Option<Vec<u8>>,
    /// What ended the walk before the trailer.
    pub(super) broken: Option<Error>,
    /// Whether that was in the data of the last frame.
    pub(super) is_last_cut: bool,
}

/// A frame, still packed.
pub(super) struct PackedFrame<'a> {
    pub(super) left: u16,
    pub(super) top: u16,
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) interlaced: bool,
    pub(super) control: Control,
    /// Three bytes a colour: the frame's own table, or else that of the whole file.
    pub(super) palette: &'a [u8],
    pub(super) code_size: u8,
    /// Sub-blocks, each with its length before it; the last one may be cut.
    data: &'a [u8],
}

/// The graphic control extension before a frame (clause 23).
#[derive(Clone, Copy)]
pub(super) struct Control {
    pub(super) transparent: Option<u8>,
    pub(super) delay: Delay,
    pub(super) disposal: Disposal,
}

impl Control {
    const NONE: Self = Self { transparent: None, delay: Delay::ZERO, disposal: Disposal::Keep };
}

/// Goes from frame to frame.
pub(super) struct Walk<'a> {
    rest: &'a [u8],
    palette: &'a [u8],
    control: Control,
    frames: u32,
    loops: Loops,
    icc: Option<Vec<u8>>,
    /// Why nothing can be read behind the last frame.
    broken: Option<Error>,
    is_last_cut: bool,
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
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut walk = Walk::new(bytes)?;
        let (mut first, mut pixels) = (None, 0);
        let broken = loop {
            match walk.next_frame() {
                Ok(Some(frame)) => {
                    pixels += u64::from(frame.width) * u64::from(frame.height);
                    first.get_or_insert(frame);
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let number = |at: usize| u32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let (width, height) = (number(6), number(8));
        let background = walk.palette.as_chunks().0.get(usize::from(bytes[11]));
        Ok(Self {
            width,
            height,
            frames: walk.frames,
            pixels,
            loops: walk.loops,
            background: background.map(|&[red, green, blue]| [red, green, blue, 255]),
            first,
            icc: walk.icc,
            broken,
            is_last_cut: walk.is_last_cut,
        })
    }

    /// The first frame, where damage behind it is borne.
    pub(super) fn first(&mut self, damage: &mut Damage) -> Result<PackedFrame<'a>> {
        if let Some(error) = self.broken.take() {
            damage.note(error)?;
        }
        self.first.take().ok_or_else(|| damaged(Format::Gif, "there is no picture in the file"))
    }
}

impl<'a> Walk<'a> {
    /// Starts behind the header and its colour table.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self> {
        let mut rest = bytes;
        let [_, _, _, _, _, _, _, _, _, _, flags, _, _] = *take(&mut rest, "its header")?;
        let palette = color_table(&mut rest, flags)?;
        let (control, loops) = (Control::NONE, Loops::Times(1));
        Ok(Self { rest, palette, control, frames: 0, loops, icc: None, broken: None, is_last_cut: false })
    }

    /// The next frame, or none at the end of the file. A frame whose data is cut is handed over, and the error follows.
    pub(super) fn next_frame(&mut self) -> Result<Option<PackedFrame<'a>>> {
        self.check_data()?;
        loop {
            let no_end = || damaged(Format::Gif, "the file ends without its trailer");
            let (&kind, after) = self.rest.split_first().ok_or_else(no_end)?;
            self.rest = after;
            match kind {
                kind::IMAGE => return self.take_image().map(Some),
                kind::EXTENSION => self.take_extension()?,
                // What follows belongs to nobody, and nobody minds.
                kind::TRAILER => {
                    self.rest = &[kind::TRAILER];
                    return Ok(None);
                }
                _ => {
                    let what = format!("byte {kind} stands where a block should start");
                    return Err(damaged(Format::Gif, what));
                }
            }
        }
    }

    /// An error where the data of the frame that was handed over last is cut, be it behind the last pixel.
    pub(super) fn check_data(&mut self) -> Result<()> {
        self.broken.take().map_or(Ok(()), Err)
    }

    fn take_image(&mut self) -> Result<PackedFrame<'a>> {
        let (rest, place) = (&mut self.rest, "the head of a frame");
        let descriptor: &[u8; 9] = take(rest, place)?;
        let table = color_table(rest, descriptor[8])?;
        let &[code_size] = take(rest, place)?;
        let number = |at: usize| u16::from_le_bytes([descriptor[at], descriptor[at + 1]]);
        let start = *rest;
        self.frames += 1;
        let place = if self.frames == 1 { "the data of the first frame" } else { "the data of a frame" };
        self.broken = sub_blocks(rest, place, |_| {}).err();
        self.is_last_cut = self.broken.is_some();
        Ok(PackedFrame {
            left: number(0),
            top: number(2),
            width: number(4),
            height: number(6),
            interlaced: descriptor[8] & 0x40 != 0,
            control: std::mem::replace(&mut self.control, Control::NONE),
            palette: if table.is_empty() { self.palette } else { table },
            code_size,
            data: &start[..start.len() - rest.len()],
        })
    }

    fn take_extension(&mut self) -> Result<()> {
        let (rest, place) = (&mut self.rest, "an extension");
        let &[label] = take(rest, place)?;
        match label {
            kind::GRAPHIC_CONTROL => {
                let (mut content, mut count) = (&[][..], 0);
                sub_blocks(rest, place, |block| (content, count) = (block, count + 1))?;
                let (&[flags, low, high, index], 1) = (content, count) else {
                    return Err(damaged(Format::Gif, "a graphic control extension is not of 4 bytes"));
                };
                self.control = Control {
                    transparent: (flags & 1 != 0).then_some(index),
                    delay: Delay::new(u16::from_le_bytes([low, high]).into(), 100),
                    disposal: disposal(flags >> 2 & 7),
                };
                Ok(())
            }
            kind::APPLICATION => {
                let (mut name, mut profile, mut loops) = (None::<&[u8]>, None, None);
                // A hostile file has millions of blocks: none is kept but the bytes that are wanted.
                let may_have_profile = self.frames == 0;
                sub_blocks(rest, place, |block| match name {
                    None => name = Some(block),
                    Some(b"ICCRGBG1012") if may_have_profile => {
                        profile.get_or_insert_with(Vec::new).extend_from_slice(block);
                    }
                    Some(b"NETSCAPE2.0" | b"ANIMEXTS1.0") => loops = loops.or_else(|| loop_count(block)),
                    Some(_) => {}
                })?;
                self.icc = profile.or_else(|| self.icc.take());
                self.loops = loops.unwrap_or(self.loops);
                Ok(())
            }
            _ => {
                // Text uses up the graphic control before it, and nobody draws it any more.
                if label == kind::PLAIN_TEXT {
                    self.control = Control::NONE;
                }
                sub_blocks(rest, place, |_| {})
            }
        }
    }
}

impl<'a> PackedFrame<'a> {
    /// The packed indices, block by block.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.data;
        std::iter::from_fn(move || {
            let (&length, after) = rest.split_first()?;
            let (block, after) = after.split_at(after.len().min(usize::from(length)));
            rest = after;
            (length > 0).then_some(block)
        })
    }
}

/// Method 4 is undefined, and what some writers took for the bit of 3; browsers read it so, and take what is above for
/// nothing (clause 23).
fn disposal(method: u8) -> Disposal {
    match method {
        2 => Disposal::Clear,
        3 | 4 => Disposal::Restore,
        _ => Disposal::Keep,
    }
}

/// How often the file is to be played, by a block of the extension that Netscape made up: it says how often again.
fn loop_count(block: &[u8]) -> Option<Loops> {
    match *block {
        [1, 0, 0, ..] => Some(Loops::Forever),
        [1, low, high, ..] => Some(Loops::Times(u32::from(u16::from_le_bytes([low, high])) + 1)),
        _ => None,
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
