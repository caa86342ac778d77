//! From an indexed picture to a cheaper one of the same pixels.

mod grey;
mod order;
mod trim;

pub use grey::grey;
pub use order::{Order, order};
pub use trim::trim;

use crate::image::Rgba8;
use crate::indexed::Indexed;
use crate::palette::Palette;
use crate::par;

/// Indices that one thread replaces at a time.
const CHUNK: usize = 1 << 20;

/// The picture with its palette replaced; `new_of[i]` is the new index of the former colour `i`.
fn reindexed(indexed: &Indexed, colors: Vec<Rgba8>, new_of: &[u8; 256]) -> Indexed {
    let mut indices = indexed.indices().to_vec();
    par::map_chunks_mut(&mut indices, CHUNK, |_, indices| {
        indices.iter_mut().for_each(|index| *index = new_of[usize::from(*index)]);
    });
    Palette::new(colors)
        .and_then(|palette| Indexed::new(indexed.width(), indexed.height(), palette, indices))
        .expect("the new palette is made of used colours of the old one")
        .with_cuts(indexed.cuts().cloned())
}
