//! The chunks of a PNG, looked at before the decoder is.
//!
//! The decoder then gets only the chunks that it needs: it panics on some palette lengths, and refuses
//! pictures for the sake of metadata.

use super::super::damage::Damage;
use super::super::{Format, damaged, unsupported};
use super::order::Order;
use crate::error::Result;

/// A packed ICC profile longer than this is ignored, so that it cannot use up the decoder's memory.
const MAX_PROFILE_BYTES: usize = 4 << 20;

/// Chunks that no pixel depends on, of the specification, its extensions, Apple and ImageMagick: a wrong
/// checksum costs only the chunk.
#[rustfmt::skip]
const METADATA: [&[u8; 4]; 28] = [
    b"acTL", b"bKGD", b"cHRM", b"cICP", b"cLLI", b"eXIf", b"fcTL", b"fdAT", b"gAMA", b"gIFg", b"gIFx",
    b"hIST", b"iCCP", b"iDOT", b"iTXt", b"mDCV", b"oFFs", b"pCAL", b"pHYs", b"sBIT", b"sCAL", b"sPLT",
    b"sRGB", b"sTER", b"tEXt", b"tIME", b"vpAg", b"zTXt",
];

/// What a walk over the chunks finds.
pub(super) struct Chunks<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// At least 1, whatever the header says.
    pub(super) bits_per_pixel: u64,
    /// Frames that are really there; 1 for a still.
    pub(super) frames: u32,
    /// The content of the cICP chunk.
    pub(super) code_points: Option<[u8; 4]>,
    pub(super) exif: Option<&'a [u8]>,
    /// Bytes of packed picture data.
    pub(super) data_length: u64,
    /// What the decoder needs: the signature and whole chunks.
    pub(super) pieces: Vec<&'a [u8]>,
}

/// One chunk.
pub(super) struct Chunk<'a> {
    pub(super) kind: [u8; 4],
    pub(super) data: &'a [u8],
    crc: u32,
    /// All of it, with length and checksum.
    whole: &'a [u8],
}

impl Chunk<'_> {
    fn name(&self) -> String {
        String::from_utf8_lossy(&self.kind).into_owned()
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.is_intact() {
            return Ok(());
        }
        Err(damaged(Format::Png, format!("the checksum of the {} chunk is wrong", self.name())))
    }

    pub(super) fn is_intact(&self) -> bool {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&self.kind);
        hasher.update(self.data);
        // A fuzzer would hardly ever guess a checksum, and so never see what lies behind it.
        hasher.finalize() == self.crc || cfg!(fuzzing)
    }
}

impl<'a> Chunks<'a> {
    pub(super) fn read(bytes: &'a [u8], damage: &mut Damage) -> Result<Self> {
        let (signature, mut rest) = bytes.split_at(bytes.len().min(8));
        if signature != b"\x89PNG\r\n\x1a\n" {
            return Err(damaged(Format::Png, "the signature was changed, as by a transfer in text mode"));
        }
        let header = next_chunk(&mut rest)?;
        let (width, height) = dimensions(&header)?;
        header.check()?;
        let pieces = vec![signature, header.whole];
        let mut chunks = Self {
            width,
            height,
            bits_per_pixel: bits_per_pixel(&header),
            frames: 1,
            code_points: None,
            exif: None,
            data_length: 0,
            pieces,
        };
        let mut order = Order::new(header.data)?;
        let (mut claimed_frames, mut frame_controls) = (1, 0);
        while let Some(chunk) = damage.bear(next_chunk(&mut rest))? {
            order.check(&chunk)?;
            match &chunk.kind {
                b"IEND" => {
                    damage.bear(chunk.check())?;
                    chunks.pieces.push(chunk.whole);
                    break;
                }
                // Only an acTL before the picture counts, and only as a claim (clause 11.3.6.1).
                b"acTL" if chunk.data.len() == 8 && chunks.data_length == 0 && chunk.is_intact() => {
                    claimed_frames = big_endian(chunk.data);
                }
                b"fcTL" if chunk.data.len() == 26 => frame_controls += 1,
                _ => chunks.take(&chunk, damage)?,
            }
        }
        // Only a cut file leaves the start of a chunk behind.
        if rest.get(4..8) == Some(b"IDAT") && damage.found.is_some() {
            chunks.take_data(rest, rest.len() as u64 - 8);
        }
        order.check_end(chunks.data_length)?;
        chunks.frames = claimed_frames.min(frame_controls).max(1);
        Ok(chunks)
    }

    /// Keeps what matters of a chunk, and refuses what cannot be read.
    fn take(&mut self, chunk: &Chunk<'a>, damage: &mut Damage) -> Result<()> {
        let length = chunk.data.len();
        match &chunk.kind {
            // Transparency is part of the picture: without tRNS it would be read as opaque.
            b"PLTE" | b"tRNS" | b"IDAT" => {
                damage.bear(chunk.check())?;
                self.take_data(chunk.whole, if chunk.kind == *b"IDAT" { length as u64 } else { 0 });
            }
            // The fifth bit of the first letter tells ancillary from critical (clause 5.4).
            [first, ..] if first & 0x20 == 0 => {
                // Where the name is what is damaged, nothing is missing but the chunk.
                if damage.bear(chunk.check())?.is_some() {
                    let name = chunk.name();
                    return Err(unsupported(Format::Png, format!("the critical chunk {name}")));
                }
            }
            b"gAMA" | b"cHRM" | b"sRGB" if chunk.is_intact() => self.pieces.push(chunk.whole),
            b"iCCP" if length <= MAX_PROFILE_BYTES && chunk.is_intact() => self.pieces.push(chunk.whole),
            b"cICP" if chunk.is_intact() => self.code_points = chunk.data.try_into().ok(),
            b"eXIf" if chunk.is_intact() => self.exif = Some(chunk.data),
            kind if METADATA.contains(&kind) => {}
            // Where the name is what is damaged, this may have been transparency.
            _ => {
                damage.bear(chunk.check())?;
            }
        }
        Ok(())
    }

    /// The header chunk of a picture of another size; its checksum is left wrong.
    pub(super) fn header_with(&self, width: u32, height: u32) -> [u8; 25] {
        let mut header = *self.pieces[1].first_chunk().expect("a header was read");
        header[8..12].copy_from_slice(&width.to_be_bytes());
        header[12..16].copy_from_slice(&height.to_be_bytes());
        header
    }

    fn take_data(&mut self, piece: &'a [u8], data_length: u64) {
        self.pieces.push(piece);
        self.data_length += data_length;
    }
}

/// Splits the next chunk off; of a cut one nothing.
pub(super) fn next_chunk<'a>(rest: &mut &'a [u8]) -> Result<Chunk<'a>> {
    if rest.is_empty() {
        return Err(damaged(Format::Png, "the file ends without an IEND chunk"));
    }
    let cut_off = || damaged(Format::Png, "the file ends within a chunk");
    let (head, _) = rest.split_first_chunk::<8>().ok_or_else(cut_off)?;
    let kind = [head[4], head[5], head[6], head[7]];
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return Err(damaged(Format::Png, "a chunk name is not of four letters"));
    }
    let length = big_endian(head) as usize;
    let (whole, after) = rest.split_at_checked(length.saturating_add(12)).ok_or_else(cut_off)?;
    *rest = after;
    Ok(Chunk { kind, data: &whole[8..8 + length], crc: big_endian(&whole[8 + length..]), whole })
}

fn dimensions(header: &Chunk<'_>) -> Result<(u32, u32)> {
    match (&header.kind, header.data.len()) {
        (b"IHDR", 13) => Ok((big_endian(header.data), big_endian(&header.data[4..]))),
        (b"CgBI", _) => Err(unsupported(Format::Png, "Apple's own changes (CgBI)")),
        _ => Err(damaged(Format::Png, "the first chunk is not a header")),
    }
}

/// The depth of a sample times the channels of the colour type (clause 11.2.1). What makes no sense is left to
/// the decoder.
fn bits_per_pixel(header: &Chunk<'_>) -> u64 {
    let channels = match header.data[9] {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    u64::from(header.data[8].clamp(1, 16)) * channels
}

/// The first four bytes as a number.
pub(super) fn big_endian(bytes: &[u8]) -> u32 {
    bytes[..4].iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}
