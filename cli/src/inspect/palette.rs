//! The palette as it stands in the file, and how many pixels use each colour.

use std::panic::{AssertUnwindSafe, catch_unwind};

use huepack::Rgba8;

use crate::color::css;

/// A colour of a file's palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Swatch {
    pub(super) index: usize,
    /// As stored: colour profiles are not applied.
    pub(super) color: Rgba8,
    pub(super) pixels: u64,
}

impl Swatch {
    /// As in CSS, with alpha only where there is some.
    pub(super) fn css(&self) -> String {
        css(self.color)
    }
}

/// The palette in the order of its indices; empty for a file without one, or whose picture is only a part of
/// its canvas.
pub(super) fn of_file(bytes: &[u8]) -> Vec<Swatch> {
    // The decoder got this file without the chunks that it may stumble over, reading back gets all of them.
    let Ok(Ok(indexed)) = catch_unwind(AssertUnwindSafe(|| huepack::read_back(bytes))) else {
        return Vec::new();
    };
    let colors = indexed.palette().colors().iter().zip(indexed.uses());
    colors.enumerate().map(|(index, (&color, pixels))| Swatch { index, color, pixels }).collect()
}

/// The most used first; ties in palette order.
pub(super) fn by_use(palette: &[Swatch]) -> Vec<Swatch> {
    let mut sorted = palette.to_vec();
    sorted.sort_by_key(|swatch| (std::cmp::Reverse(swatch.pixels), swatch.index));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_used_colour_comes_first_and_ties_stay_in_palette_order() {
        let swatch = |index, pixels| Swatch { index, color: [0; 4], pixels };
        let sorted = by_use(&[swatch(0, 3), swatch(1, 9), swatch(2, 3)]);
        assert_eq!(sorted.iter().map(|swatch| swatch.index).collect::<Vec<_>>(), [1, 0, 2]);
    }
}
