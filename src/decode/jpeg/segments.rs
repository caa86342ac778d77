//! The marker segments of a JPEG (T.81 annex B), looked at before the decoder is.
//!
//! The decoder then gets a stream without metadata and without what follows the picture, so that neither
//! can make it refuse the picture.

use std::ops::Range;

use super::super::damage::Damage;
use super::super::{Format, damaged, unsupported};
use super::frame::Frame;
use super::standard_tables::STANDARD_TABLES;
use crate::error::Result;
use crate::memory;

/// What a walk over the segments finds.
pub(super) struct Segments<'a> {
    pub(super) frame: Frame,
    pub(super) scans: Vec<Scan>,
    /// Whether the file says where it ends.
    pub(super) has_end: bool,
    /// Whether nothing damaged was found; the decoder is to bear with what is not whole.
    pub(super) is_whole: bool,
    /// The colour transform of the Adobe segment (T.872 clause 6.5.3): 0 none, 1 YCbCr, 2 YCCK.
    pub(super) adobe_transform: Option<u8>,
    pub(super) exif: Option<&'a [u8]>,
    /// Numbered parts of an ICC profile (ICC.1:2022 annex B.4), and how many there should be.
    icc_parts: Vec<(u8, u8, &'a [u8])>,
    /// The file without metadata.
    pub(super) stream: Vec<u8>,
}

/// A scan (clause B.2.3): where in the stream its tables and its entropy-coded data are.
pub(super) struct Scan {
    /// All that stands in the stream between the scan before and this scan's header.
    pub(super) tables: Range<usize>,
    pub(super) header: Range<usize>,
    pub(super) data: Range<usize>,
}

/// Markers by name (table B.1).
pub(super) mod marker {
    pub(in crate::decode::jpeg) const TEM: u8 = 0x01;
    pub(in crate::decode::jpeg) const DHT: u8 = 0xC4;
    pub(in crate::decode::jpeg) const DAC: u8 = 0xCC;
    pub(in crate::decode::jpeg) const RST0: u8 = 0xD0;
    pub(in crate::decode::jpeg) const RST7: u8 = 0xD7;
    pub(in crate::decode::jpeg) const SOI: u8 = 0xD8;
    pub(in crate::decode::jpeg) const EOI: u8 = 0xD9;
    pub(in crate::decode::jpeg) const SOS: u8 = 0xDA;
    pub(in crate::decode::jpeg) const DQT: u8 = 0xDB;
    pub(in crate::decode::jpeg) const DRI: u8 = 0xDD;
    pub(in crate::decode::jpeg) const APP0: u8 = 0xE0;
    pub(in crate::decode::jpeg) const APP1: u8 = 0xE1;
    pub(in crate::decode::jpeg) const APP2: u8 = 0xE2;
    pub(in crate::decode::jpeg) const APP14: u8 = 0xEE;
}

/// Bytes that the decoder's stream may have beside those of the file and the tables: its start and end, and what
/// components are in Adobe's words.
const MARKERS: usize = 2 + 2 + 16;

impl<'a> Segments<'a> {
    pub(super) fn read(bytes: &'a [u8], damage: &mut Damage) -> Result<Self> {
        let added = STANDARD_TABLES.len() + MARKERS;
        let mut stream = memory::with_room(bytes.len() as u64 + added as u64)?;
        // Tables of the file's own replace these.
        stream.extend([0xFF, marker::SOI]);
        stream.extend(STANDARD_TABLES);
        let mut segments = Self {
            frame: Frame::default(),
            scans: Vec::new(),
            has_end: false,
            is_whole: true,
            adobe_transform: None,
            exif: None,
            icc_parts: Vec::new(),
            stream,
        };
        let (mut position, mut tables) = (2, 2);
        while let Some(found) = next_marker(bytes, position) {
            position = found.end;
            match bytes[found.end - 1] {
                marker::EOI => {
                    segments.has_end = true;
                    break;
                }
                // These have no length, and no meaning here.
                marker::TEM | marker::RST0..=marker::SOI => {}
                kind => {
                    let Some(content) = damage.bear(content(bytes, position))? else { break };
                    position += 2 + content.len();
                    if damage.bear(segments.take(kind, content))?.is_none() {
                        break;
                    }
                    if kind == marker::SOS {
                        let header = segments.stream.len() - content.len()..segments.stream.len();
                        position = segments.take_scan(bytes, position, tables, header);
                        tables = segments.stream.len();
                    }
                }
            }
        }
        if segments.frame.components.is_empty() {
            return Err(damaged(Format::Jpeg, "there is no frame header"));
        }
        if segments.scans.is_empty() {
            return Err(damaged(Format::Jpeg, "the file ends before the picture data"));
        }
        segments.stream.extend([0xFF, marker::EOI]);
        Ok(segments)
    }

    fn take(&mut self, kind: u8, content: &'a [u8]) -> Result<()> {
        match (kind, content) {
            (0xC0..=0xC2, _) if self.frame.components.is_empty() => {
                self.frame = Frame::read(kind == 0xC2, content)?;
            }
            (0xC0..=0xC2, _) => return Err(damaged(Format::Jpeg, "there is a second frame header")),
            (marker::DAC | 0xC9..=0xCB | 0xCD..=0xCF, _) => {
                return Err(unsupported(Format::Jpeg, "arithmetic coding"));
            }
            (0xC3 | 0xC5..=0xC8, _) => {
                return Err(unsupported(Format::Jpeg, "lossless or hierarchical coding"));
            }
            (marker::SOS, _) if self.scans.is_empty() => self.say_colors(),
            (marker::APP14, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => {
                self.adobe_transform = Some(*transform);
            }
            (marker::APP1, [b'E', b'x', b'i', b'f', 0, _, exif @ ..]) => {
                self.exif = self.exif.or(Some(exif));
            }
            (marker::APP2, _) => {
                if let Some([number, count, part @ ..]) = content.strip_prefix(b"ICC_PROFILE\0") {
                    self.icc_parts.push((*number, *count, part));
                }
            }
            _ => {}
        }
        if !(marker::APP0..=0xFE).contains(&kind) {
            self.stream.extend([0xFF, kind]);
            self.stream.extend((content.len() as u16 + 2).to_be_bytes());
            self.stream.extend(content);
        }
        Ok(())
    }

    /// Forgets all but the first scans, because what follows them is damaged.
    pub(super) fn cut_after(&mut self, scans: usize) -> Result<()> {
        let Some(last) = scans.checked_sub(1).and_then(|last| self.scans.get(last)) else {
            return Err(damaged(Format::Jpeg, "no part of the picture can be read"));
        };
        self.stream.truncate(last.data.end);
        self.stream.extend([0xFF, marker::EOI]);
        self.scans.truncate(scans);
        Ok(())
    }

    /// Copies the entropy-coded data at `position`, and returns where it ends.
    fn take_scan(&mut self, bytes: &[u8], position: usize, tables: usize, header: Range<usize>) -> usize {
        let end = end_of_data(bytes, position);
        let data = self.stream.len()..self.stream.len() + (end - position);
        self.stream.extend(&bytes[position..end]);
        self.scans.push(Scan { tables: tables..header.start, header, data });
        end
    }

    /// Tells the decoder in Adobe's way what the components are, and only in ways that it knows.
    fn say_colors(&mut self) {
        let transform = match self.frame.components.len() {
            3 => u8::from(self.is_ycc()),
            4 if self.is_ycck() => 2,
            4 => 0,
            _ => return,
        };
        self.stream.extend([0xFF, marker::APP14, 0, 14]);
        self.stream.extend(b"Adobe\0\x64\0\0\0\0");
        self.stream.push(transform);
    }

    /// Whether three components are YCbCr, which they are unless the file says something else.
    pub(super) fn is_ycc(&self) -> bool {
        let named_rgb = self.frame.components.iter().map(|component| component.id).eq(*b"RGB");
        self.adobe_transform != Some(0) && !named_rgb
    }

    /// Whether four components are YCbCr and black.
    pub(super) fn is_ycck(&self) -> bool {
        self.adobe_transform == Some(2)
    }

    /// The ICC profile, where all its parts are there.
    pub(super) fn icc_profile(&self) -> Option<Vec<u8>> {
        let mut parts = self.icc_parts.clone();
        parts.sort_by_key(|part| part.0);
        let count = parts.len();
        let complete = parts
            .iter()
            .enumerate()
            .all(|(i, part)| usize::from(part.0) == i + 1 && usize::from(part.1) == count);
        (complete && count > 0).then(|| parts.iter().flat_map(|part| part.2).copied().collect())
    }
}

/// The next marker with its fill bytes (clause B.1.1.2). What stands before it belongs to nothing; every
/// decoder skips it.
fn next_marker(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let mut position = from;
    loop {
        let start = position + bytes.get(position..)?.iter().position(|&byte| byte == 0xFF)?;
        let fill = bytes[start..].iter().take_while(|&&byte| byte == 0xFF).count();
        position = start + fill;
        if *bytes.get(position)? != 0 {
            return Some(start..position + 1);
        }
    }
}

/// The content of the segment whose length is at `position`.
fn content(bytes: &[u8], position: usize) -> Result<&[u8]> {
    let cut_off = || damaged(Format::Jpeg, "the file ends within a segment");
    let length = bytes.get(position..position + 2).ok_or_else(cut_off)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    // A length counts its own two bytes. Lower ones are read as nothing: only metadata gets away with it.
    bytes.get(position + 2..position + length.max(2)).ok_or_else(cut_off)
}

/// Where entropy-coded data ends: at a marker that does not restart it.
fn end_of_data(bytes: &[u8], from: usize) -> usize {
    let mut position = from;
    while let Some(found) = next_marker(bytes, position) {
        if !(marker::RST0..=marker::RST7).contains(&bytes[found.end - 1]) {
            return found.start;
        }
        position = found.end;
    }
    bytes.len()
}
