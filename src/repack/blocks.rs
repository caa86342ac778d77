//! The blocks of a GIF as they lie in its file (GIF89a, clauses 15 to 27).

use crate::animation::Disposal;
use crate::error::{Error, Result};

/// Goes from block to block.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A block behind the global colour table.
pub(super) enum Block<'a> {
    /// A graphic control extension; what is in it.
    Control(Control, &'a [u8]),
    Extension(Extension, &'a [u8]),
    Frame(Packed<'a>),
    /// What follows it belongs to nobody.
    Trailer,
}

/// What an extension is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    /// How often the file is played.
    Loops,
    /// What the colours mean.
    Profile,
    /// A picture of letters, which nobody draws any more.
    PlainText,
    Comment,
    Xmp,
    Other,
}

/// A graphic control extension (clause 23).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Control {
    pub(super) flags: u8,
    /// Hundredths of a second, the low byte first.
    pub(super) delay: [u8; 2],
}

/// A frame, still packed.
pub(super) struct Packed<'a> {
    pub(super) descriptor: &'a [u8; 10],
    pub(super) palette: &'a [u8],
    /// With descriptor and palette.
    pub(super) bytes: &'a [u8],
}

/// In the flags of a descriptor.
pub(super) const INTERLACED: u8 = 0x40;

/// In the flags of a control: a transparent index is named, and the user is to do something.
const TRANSPARENT: u8 = 1;
const USER_INPUT: u8 = 2;

/// Most bytes of a sub-block.
const MOST_BYTES: usize = 255;

impl<'a> Walk<'a> {
    /// Starts behind the header of 13 bytes and its colour table, which are handed over.
    pub(super) fn new(bytes: &'a [u8]) -> Result<(Self, &'a [u8; 13], &'a [u8])> {
        let mut walk = Self { bytes, at: 0 };
        let header: &[u8; 13] = walk.take(13)?.first_chunk().expect("so many were taken");
        let table = walk.take(table_bytes(header[10]))?;
        Ok((walk, header, table))
    }

    pub(super) fn next_block(&mut self) -> Result<Block<'a>> {
        let start = self.at;
        match self.take(1)?[0] {
            b'!' => self.extension(start),
            b',' => self.frame(start).map(Block::Frame),
            b';' => Ok(Block::Trailer),
            other => Err(damaged(format!("byte {other} stands where a block should start"))),
        }
    }

    fn extension(&mut self, start: usize) -> Result<Block<'a>> {
        let label = self.take(1)?[0];
        let content = self.sub_blocks()?;
        let bytes = &self.bytes[start..self.at];
        Ok(match (label, content) {
            (0xF9, &[4, flags, low, high, _, 0]) => {
                Block::Control(Control { flags, delay: [low, high] }, bytes)
            }
            (0xFF, [11, name @ ..]) => Block::Extension(Extension::of_application(name), bytes),
            (0x01, _) => Block::Extension(Extension::PlainText, bytes),
            (0xFE, _) => Block::Extension(Extension::Comment, bytes),
            _ => Block::Extension(Extension::Other, bytes),
        })
    }

    fn frame(&mut self, start: usize) -> Result<Packed<'a>> {
        self.at = start;
        let descriptor = self.take(10)?.first_chunk().expect("so many were taken");
        let palette = self.take(table_bytes(descriptor[9]))?;
        self.take(1)?;
        self.sub_blocks()?;
        Ok(Packed { descriptor, palette, bytes: &self.bytes[start..self.at] })
    }

    /// Sub-blocks with their lengths, and the empty one at their end.
    fn sub_blocks(&mut self) -> Result<&'a [u8]> {
        let start = self.at;
        while let length @ 1.. = self.take(1)?[0] {
            self.take(usize::from(length))?;
        }
        Ok(&self.bytes[start..self.at])
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let taken = self.bytes[self.at..].get(..count);
        let taken = taken.ok_or_else(|| damaged("the file ends without its trailer".into()))?;
        self.at += count;
        Ok(taken)
    }
}

impl Extension {
    fn of_application(name: &[u8]) -> Self {
        match name {
            [b'N', b'E', b'T', b'S', b'C', b'A', b'P', b'E', b'2', b'.', b'0', ..] => Self::Loops,
            _ if name.starts_with(b"ANIMEXTS1.0") => Self::Loops,
            _ if name.starts_with(b"ICCRGBG1012") => Self::Profile,
            _ if name.starts_with(b"XMP DataXMP") => Self::Xmp,
            _ => Self::Other,
        }
    }
}

impl Control {
    /// The block for a frame that is disposed of in this way, after one that was disposed of in that; nothing where it says
    /// nothing.
    pub(super) fn written(self, disposal: Disposal, before: Disposal, transparent: Option<u8>) -> Vec<u8> {
        // To Pillow, a frame that does not say how it is disposed of is disposed of like the one before.
        let is_usual = disposal == Disposal::Keep && before == Disposal::Keep;
        let asks = self.flags & USER_INPUT;
        if is_usual && asks == 0 && self.delay == [0; 2] && transparent.is_none() {
            return Vec::new();
        }
        let method = match disposal {
            Disposal::Keep => 1,
            Disposal::Clear => 2,
            Disposal::Restore => 3,
        };
        let flags = method << 2 | asks | if transparent.is_some() { TRANSPARENT } else { 0 };
        vec![b'!', 0xF9, 4, flags, self.delay[0], self.delay[1], transparent.unwrap_or(0), 0]
    }
}

/// Appends codes in sub-blocks, behind their code size, which is the first byte.
pub(super) fn push_codes(file: &mut Vec<u8>, packed: &[u8]) {
    let (&code_size, codes) = packed.split_first().expect("the code size comes first");
    file.push(code_size);
    for block in codes.chunks(MOST_BYTES) {
        file.push(block.len() as u8);
        file.extend_from_slice(block);
    }
    file.push(0);
}

/// Bytes of the colour table that the flags of a header announce (clauses 18 and 20).
fn table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn damaged(what: String) -> Error {
    Error::Damaged { format: "GIF", what }
}
