//! Where the bytes of a file are, and how its pixels are stored.

use huepack::decode::Format;

use crate::color_type::ColorType;

/// What a walk over a file finds. Formats other than PNG and GIF are not walked.
#[derive(Debug, Default)]
pub(super) struct Anatomy {
    pub(super) layout: Option<Layout>,
    /// What the file holds, in the order of first appearance; with `trailing`, all bytes of it.
    pub(super) parts: Vec<Part>,
    /// Bytes behind the end that the format itself marks.
    pub(super) trailing: u64,
    pub(super) notes: Vec<Note>,
}

/// How pixels are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) color_type: ColorType,
    /// Bits a sample: a channel, or an index.
    pub(super) bits: u8,
    pub(super) interlaced: bool,
}

/// All chunks or blocks of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) kind: String,
    pub(super) count: u64,
    /// With everything that frames the content: lengths, names, checksums.
    pub(super) bytes: u64,
}

/// Something in the file that bears on its colours, or that is no picture at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) kind: String,
    pub(super) text: String,
}

impl Anatomy {
    pub(super) fn of(format: Format, bytes: &[u8]) -> Self {
        match format {
            Format::Png => super::png::walk(bytes),
            Format::Gif => super::gif::walk(bytes),
            _ => Self::default(),
        }
    }

    pub(super) fn is_indexed(&self) -> bool {
        self.layout.is_some_and(|layout| layout.color_type == ColorType::Indexed)
    }

    /// Counts a chunk or block.
    pub(super) fn add(&mut self, kind: &str, bytes: usize) {
        let bytes = bytes as u64;
        match self.parts.iter_mut().find(|part| part.kind == kind) {
            Some(part) => {
                part.count += 1;
                part.bytes += bytes;
            }
            None => self.parts.push(Part { kind: kind.into(), count: 1, bytes }),
        }
    }

    pub(super) fn note(&mut self, kind: &str, text: impl Into<String>) {
        self.notes.push(Note { kind: kind.into(), text: text.into() });
    }
}

/// Bytes of a file as text that cannot break a line or steer a terminal: Latin-1, as PNG's keywords are.
pub(super) fn printable(bytes: &[u8]) -> String {
    let shown = |c: char| if c.is_control() { '?' } else { c };
    bytes.iter().map(|&byte| shown(char::from(byte))).collect()
}
