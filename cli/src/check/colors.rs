//! Colours that a picture must not have.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use huepack::{Palette, decode};

use super::finding::What;
use crate::failure::Failure;
use crate::source;

/// Colours that are named at most.
const MOST_NAMED: usize = 16;

/// The visible colours of a picture that are not in a palette. How transparent a pixel is does not matter, since edges are
/// soft; animations are passed over.
pub(super) fn outside(
    path: &Path,
    decoder: &decode::Options,
    palette: &Palette,
) -> Result<Option<What>, Failure> {
    let bytes = source::read_bytes(path, decoder.memory_limit())?;
    if decode::is_animated(&bytes) {
        return Ok(None);
    }
    let image = source::decode(path, bytes, decoder)?.decoded.image;
    let allowed: HashSet<[u8; 3]> = palette.colors().iter().map(|&[r, g, b, _]| [r, g, b]).collect();
    let visible = image.pixels().iter().filter(|pixel| pixel[3] > 0);
    let outside: BTreeSet<[u8; 3]> =
        visible.map(|&[r, g, b, _]| [r, g, b]).filter(|color| !allowed.contains(color)).collect();
    let named = outside.iter().take(MOST_NAMED).map(|&[r, g, b]| [r, g, b, 255]).collect();
    Ok((!outside.is_empty()).then_some(What::Colors { outside: named, count: outside.len() }))
}
