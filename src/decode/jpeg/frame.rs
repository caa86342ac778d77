//! The frame of a JPEG (T.81 clauses A.1, A.2 and B.2.2): its size and its components' blocks.

use super::super::{Format, damaged, unsupported};
use crate::error::Result;

/// The frame header.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) progressive: bool,
    /// At least one, once the header was read.
    pub(super) components: Vec<Component>,
}

/// A colour component.
pub(super) struct Component {
    pub(super) id: u8,
    /// Blocks a unit, across and down, 1 to 4.
    pub(super) across: u32,
    pub(super) down: u32,
    /// Its quantization table.
    pub(super) table: u8,
}

impl Frame {
    pub(super) fn read(progressive: bool, content: &[u8]) -> Result<Self> {
        let broken = || damaged(Format::Jpeg, "the frame header makes no sense");
        let ([precision, h1, h0, w1, w0, count], rest) = content.split_first_chunk().ok_or_else(broken)?;
        if *precision != 8 {
            return Err(unsupported(Format::Jpeg, format!("{precision}-bit samples")));
        }
        let height = u32::from(u16::from_be_bytes([*h1, *h0]));
        let width = u32::from(u16::from_be_bytes([*w1, *w0]));
        if height == 0 {
            return Err(unsupported(Format::Jpeg, "a height that follows the picture"));
        }
        let components: Vec<_> = rest
            .as_chunks()
            .0
            .iter()
            .map(|&[id, factors, table]| Component {
                id,
                across: u32::from(factors >> 4),
                down: u32::from(factors & 15),
                table,
            })
            .collect();
        let fits = |c: &Component| (1..=4).contains(&c.across) && (1..=4).contains(&c.down);
        let sound = *count > 0 && components.len() == usize::from(*count) && components.iter().all(fits);
        if sound { Ok(Self { width, height, progressive, components }) } else { Err(broken()) }
    }

    /// Units of a scan of several components, across and down.
    pub(super) fn units(&self) -> (u32, u32) {
        let (across, down) = self.largest_factors();
        (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down))
    }

    /// Blocks of a component in a scan of its own (clause A.2.2).
    pub(super) fn blocks(&self, component: &Component) -> (u32, u32) {
        let (across, down) = self.largest_factors();
        let blocks = |side: u32, factor: u32, largest: u32| (side * factor).div_ceil(largest).div_ceil(8);
        (blocks(self.width, component.across, across), blocks(self.height, component.down, down))
    }

    /// Blocks of a component with those that fill up the last units.
    pub(super) fn padded_blocks(&self, component: &Component) -> (u32, u32) {
        let (across, down) = self.units();
        (across * component.across, down * component.down)
    }

    fn largest_factors(&self) -> (u32, u32) {
        let largest = |factor: fn(&Component) -> u32| self.components.iter().map(factor).max();
        (largest(|c| c.across).unwrap_or(1), largest(|c| c.down).unwrap_or(1))
    }
}
