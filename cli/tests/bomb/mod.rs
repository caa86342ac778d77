//! Small files that ask for much: memory by a claim in the header, or time by sheer number of parts.

pub(crate) mod gif;
pub(crate) mod jpeg;
pub(crate) mod png;
pub(crate) mod simple;
pub(crate) mod tiff;
pub(crate) mod webp;

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

/// A file, and what must become of it.
pub(crate) struct Bomb {
    pub(crate) name: &'static str,
    pub(crate) fate: Fate,
    /// Makes the file; only when it is its turn, so that the tests themselves stay small.
    pub(crate) make: Box<dyn Fn() -> Vec<u8>>,
}

#[derive(Clone, Copy)]
pub(crate) enum Fate {
    /// Refused with a line that holds this.
    Refused(&'static str),
    /// Packed: the file is odd, and good.
    Packed,
}

/// More pixels than the program takes.
pub(crate) const PIXELS: Fate = Fate::Refused("pixels, which is over the limit of 268435456 pixels");

/// More memory than the program takes.
pub(crate) const MEMORY: Fate = Fate::Refused("raise --max-memory");

/// 64 megapixels, well within the limits: only the missing data tells.
pub(crate) const SIDE: u32 = 8000;

pub(crate) fn bomb(name: &'static str, fate: Fate, make: impl Fn() -> Vec<u8> + 'static) -> Bomb {
    Bomb { name, fate, make: Box::new(make) }
}

/// So many zeroes, as zlib packs them: about a thousandth.
fn packed_zeroes(count: u64) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), count), &mut encoder)
        .expect("memory takes all");
    encoder.flush().and_then(|()| encoder.finish()).expect("memory takes all")
}
