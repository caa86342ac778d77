//! zlib streams (RFC 1950): small ones of our own, quick ones through libdeflate.

mod bits;
mod block;
mod huffman;
mod join;
mod matches;
mod pack;
mod parse;
mod split;
pub(crate) mod symbols;

pub(crate) use matches::Search;
pub(crate) use pack::Passes;
pub(crate) use parse::Lengths;

use libdeflater::{CompressionLvl, Compressor, DecompressionError, Decompressor};

#[cfg(feature = "decode")]
use crate::error::Result;
#[cfg(feature = "decode")]
use crate::memory;
use crate::par;

/// Deflate, a window of 32 KiB, slowest level, no dictionary; a multiple of 31 (RFC 1950, 2.2).
const HEADER: [u8; 2] = [0x78, 0xda];

/// Bytes that one thread packs. No repeat reaches across a border: photographs of 24 megapixels get 0.08 % larger, and
/// what is smaller than this not at all.
const CHUNK: usize = 1 << 20;

/// Bytes of a stream so short that it is made in two ways.
const LITTLE: usize = 1 << 10;

/// Packs bytes at a level of 1 to 12.
pub(crate) fn deflate(bytes: &[u8], level: u8) -> Vec<u8> {
    let last = bytes.len().saturating_sub(1) / CHUNK * CHUNK;
    let (others, last) = bytes.split_at(last);
    let (others, last) = par::join(
        || {
            par::map_chunks(others, CHUNK, |bytes| {
                join::open_end(stream(bytes, level)).expect("the compressor writes sound streams")
            })
        },
        || stream(last, level),
    );
    let mut packed = Vec::with_capacity(others.iter().map(Vec::len).sum::<usize>() + last.len() + 6);
    packed.extend(HEADER);
    others.iter().for_each(|stream| packed.extend(stream));
    packed.extend(last);
    packed.extend(libdeflater::adler32(bytes).to_be_bytes());
    packed
}

/// Packs bytes as tightly as can be, with such passes over them.
pub(crate) fn pack(bytes: &[u8], passes: Passes) -> Vec<u8> {
    let mut packed = pack::packed(bytes, passes, HEADER.to_vec());
    packed.extend(libdeflater::adler32(bytes).to_be_bytes());
    // What cannot be packed is stored, and of little, another way happens to be shorter now and then.
    let other = match packed.len() {
        0..=LITTLE => deflate(bytes, 12),
        length if length > bytes.len() => deflate(bytes, 1),
        _ => return packed,
    };
    if other.len() < packed.len() { other } else { packed }
}

/// About how long [`deflate`] makes them.
pub(crate) fn deflated_length(bytes: &[u8], level: u8) -> usize {
    par::map_chunks(bytes, CHUNK, |bytes| stream(bytes, level).len()).into_iter().sum()
}

/// One DEFLATE stream.
fn stream(bytes: &[u8], level: u8) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::new(level.into()).unwrap_or_default());
    let mut stream = vec![0; compressor.deflate_compress_bound(bytes.len())];
    let length = compressor.deflate_compress(bytes, &mut stream).expect("the bound is never exceeded");
    stream.truncate(length);
    stream.shrink_to_fit();
    stream
}

/// Unpacks a stream; none where it is damaged or holds more than `max_bytes`.
pub(crate) fn inflate(packed: &[u8], max_bytes: usize) -> Option<Vec<u8>> {
    // Text packs to about a third; a stream that claims more grows its room step by step.
    let mut room = (4 * packed.len()).max(1 << 10).min(max_bytes);
    loop {
        let mut bytes = vec![0; room];
        match Decompressor::new().zlib_decompress(packed, &mut bytes) {
            Ok(length) => {
                bytes.truncate(length);
                return Some(bytes);
            }
            Err(DecompressionError::InsufficientSpace) if room < max_bytes => {
                room = (4 * room).min(max_bytes);
            }
            Err(_) => return None,
        }
    }
}

/// Whether a stream in pieces unpacks to more than this many bytes. Of a damaged one that is not known: false.
#[cfg(feature = "decode")]
pub(crate) fn holds_more_than(pieces: &[&[u8]], bytes: u64) -> Result<bool> {
    let joined;
    let packed = match pieces {
        [packed] => packed,
        _ => {
            joined = pieces.concat();
            &joined[..]
        }
    };
    let mut unpacked = memory::zeroed(bytes)?;
    let unpacked = Decompressor::new().zlib_decompress(packed, &mut unpacked);
    Ok(unpacked == Err(DecompressionError::InsufficientSpace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effort::{Deflate, Effort};
    use crate::random::Random;

    #[test]
    fn what_was_packed_comes_back_unless_it_is_too_long() {
        let bytes: Vec<u8> = (0..100_000u32).map(|i| (i / 1000) as u8).collect();
        let packed = deflate(&bytes, 12);
        assert_eq!(inflate(&packed, 100_000), Some(bytes));
        assert_eq!(inflate(&packed, 99_999), None);
        assert_eq!(inflate(&packed[1..], 1 << 20), None);
    }

    #[test]
    fn what_was_packed_tightly_comes_back() {
        let mut random = Random::new(11);
        let passes = Passes {
            count: 2,
            search: Search { depth: 30, long: 100 },
            lengths: Lengths::Some,
            exact: false,
        };
        for length in [0, 1, 2, 3, 4, 300, 5_000, (1 << 18) - 1, (1 << 18) + 1, 700_000] {
            for values in [1, 2, 7, 256] {
                for run in [1, 5, 400] {
                    let runs = (0..length).step_by(run).map(|_| (random.next() % values) as u8);
                    let bytes: Vec<u8> =
                        runs.flat_map(|value| std::iter::repeat_n(value, run)).take(length).collect();
                    let packed = pack(&bytes, passes);
                    assert!(inflate(&packed, length) == Some(bytes), "{length} of {values} by {run}");
                }
            }
        }
    }

    /// Slanted bars of several widths with soft edges, and now and then a dot.
    fn drawing(length: usize) -> Vec<u8> {
        let mut random = Random::new(4);
        let pixel = |at: usize| {
            let (x, y) = (at % 300, at / 300);
            match (x + y / 2) % (40 + y / 50) {
                edge @ 0..3 => (100 + 40 * edge + y / 90) as u8,
                _ if random.next().is_multiple_of(500) => 7,
                _ => (y / 64) as u8,
            }
        };
        (0..length).map(pixel).collect()
    }

    #[test]
    fn nothing_of_libdeflates_is_smaller() {
        let mut random = Random::new(6);
        let noise =
            (0..100_000_u64).map(|at| ((random.next() % 14) * (random.next() % 14) + at / 30_000) as u8);
        for bytes in [drawing(90_000), drawing(600_000), noise.collect()] {
            let [few, most] =
                [Effort::Balanced, Effort::Best].map(|effort| match effort.settings().deflate {
                    Deflate::Passes { of_flat, .. } => pack(&bytes, of_flat).len(),
                    Deflate::Level(_) => unreachable!("these have passes"),
                });
            let theirs = deflate(&bytes, 12).len();
            assert!(most <= few && few < theirs, "{most} {few} {theirs}");
        }
    }

    #[test]
    fn nor_is_any_of_little() {
        let mut random = Random::new(8);
        let Deflate::Passes { usual, .. } = Effort::Balanced.settings().deflate else {
            unreachable!("this has passes")
        };
        // Rows of one shade, of which codes of their own took 25 bytes.
        let rows: Vec<u8> = std::iter::repeat_n(std::iter::once(0).chain([144; 13]), 21).flatten().collect();
        assert!(pack(&rows, usual).len() <= 16);
        for length in 0..300 {
            let values = 1 + random.next() % 40;
            let run = 1 + random.next() % 9;
            let some = (0..length).flat_map(|_| {
                let value = random.next() % values;
                (0..=random.next() % run).map(move |_| value as u8)
            });
            let bytes: Vec<u8> = some.collect();
            let (ours, theirs) = (pack(&bytes, usual).len(), deflate(&bytes, 12).len());
            assert!(ours <= theirs, "{length} of {values} by {run}: {ours} {theirs}");
        }
    }

    #[test]
    fn what_takes_several_threads_comes_back_too() {
        for length in [CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK / 2] {
            let bytes: Vec<u8> = (0..length).map(|i| (i * i / 7777) as u8).collect();
            assert!(inflate(&deflate(&bytes, 5), length) == Some(bytes), "{length}");
        }
    }
}
