//! Which chunks may stand where and how long they may be, as far as pixels depend on it (clauses 5.6 and 11).

use super::super::{Format, damaged};
use super::chunks::Chunk;
use crate::error::Result;

/// What was seen so far.
pub(super) struct Order {
    depth: u8,
    color_type: u8,
    /// Colours in the palette.
    colors: Option<usize>,
    has_transparency: bool,
    data: Data,
}

/// Where the walk is: the IDAT chunks stand together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    Before,
    Within,
    After,
}

/// The colour type of pictures with a palette (table 11.1).
const INDEXED: u8 = 3;

impl Order {
    /// Starts with the content of the header, which may promise only what there is (clause 11.2.1).
    pub(super) fn new(header: &[u8]) -> Result<Self> {
        let &[depth, color_type, compression, filter, interlace] = &header[8..] else {
            return Err(broken("the header is too short"));
        };
        let depths: &[u8] = match color_type {
            0 => &[1, 2, 4, 8, 16],
            INDEXED => &[1, 2, 4, 8],
            2 | 4 | 6 => &[8, 16],
            _ => return Err(broken(format!("the header asks for colour type {color_type}"))),
        };
        if !depths.contains(&depth) {
            return Err(broken(format!("the header asks for {depth} bits with colour type {color_type}")));
        }
        if (compression, filter) != (0, 0) || interlace > 1 {
            let methods = format!("{compression}, {filter} and {interlace}");
            return Err(broken(format!(
                "the header asks for the compression, filter and interlace methods {methods}"
            )));
        }
        Ok(Self { depth, color_type, colors: None, has_transparency: false, data: Data::Before })
    }

    pub(super) fn check(&mut self, chunk: &Chunk<'_>) -> Result<()> {
        let length = chunk.data.len();
        if chunk.kind == *b"IDAT" {
            if self.data == Data::After {
                return Err(broken("other chunks stand between those of the picture data"));
            }
            self.data = Data::Within;
            return Ok(());
        }
        if self.data == Data::Within {
            self.data = Data::After;
        }
        match &chunk.kind {
            b"IHDR" => Err(broken("there is a second header")),
            b"PLTE" => self.check_palette(length),
            b"tRNS" => self.check_transparency(length),
            _ => Ok(()),
        }
    }

    /// Clause 11.2.2. Elsewhere than in an indexed picture a palette is but a proposal; its length is
    /// checked all the same, since nothing but damage gets it wrong.
    fn check_palette(&mut self, length: usize) -> Result<()> {
        let most = if self.color_type == INDEXED { 1 << self.depth } else { 256 };
        if length == 0 || !length.is_multiple_of(3) {
            return Err(broken(format!("a palette of {length} bytes")));
        }
        if length / 3 > most {
            return Err(broken(format!("a palette of {} colours, where {most} is the most", length / 3)));
        }
        if self.colors.is_some() {
            return Err(broken("there is a second palette"));
        }
        if self.data != Data::Before || (self.color_type == INDEXED && self.has_transparency) {
            return Err(broken("the palette stands behind what needs it"));
        }
        self.colors = Some(length / 3);
        Ok(())
    }

    /// Clause 11.3.1.1. With an alpha channel the chunk means nothing.
    fn check_transparency(&mut self, length: usize) -> Result<()> {
        let most = self.colors.unwrap_or(256);
        let fits = match self.color_type {
            0 => length == 2,
            2 => length == 6,
            INDEXED => (1..=most).contains(&length),
            _ => return Ok(()),
        };
        if !fits {
            return Err(broken(format!("a transparency chunk of {length} bytes")));
        }
        if self.has_transparency {
            return Err(broken("there is a second transparency chunk"));
        }
        if self.data != Data::Before {
            return Err(broken("transparency stands behind the picture data"));
        }
        self.has_transparency = true;
        Ok(())
    }

    /// What has to be there at the end.
    pub(super) fn check_end(&self, data_length: u64) -> Result<()> {
        if self.color_type == INDEXED && self.colors.is_none() {
            return Err(broken("the palette is missing"));
        }
        if data_length == 0 {
            return Err(broken("there is no picture data"));
        }
        Ok(())
    }
}

fn broken(what: impl Into<String>) -> crate::error::Error {
    damaged(Format::Png, what)
}
