//! zlib streams (RFC 1950), through libdeflate.

mod join;

use libdeflater::{CompressionLvl, Compressor, DecompressionError, Decompressor};

#[cfg(feature = "decode")]
use crate::error::Result;
#[cfg(feature = "decode")]
use crate::memory;
use crate::par;

/// The level that packs most tightly.
pub(crate) const BEST: u8 = 12;

/// Bytes that one thread packs. No repeat reaches across a border: photographs of 24 megapixels get 0.08 % larger, and
/// what is smaller than this not at all.
const CHUNK: usize = 1 << 20;

/// Packs bytes at a level of 1 to 12.
pub(crate) fn deflate(bytes: &[u8], level: u8) -> Vec<u8> {
    in_chunks(bytes, level, CHUNK)
}

/// The same on one thread, without borders, each of which costs some hundred bytes where repeats are long: drawings of 14
/// megapixels get 1.3 % smaller.
pub(crate) fn deflate_whole(bytes: &[u8], level: u8) -> Vec<u8> {
    in_chunks(bytes, level, usize::MAX)
}

fn in_chunks(bytes: &[u8], level: u8, chunk: usize) -> Vec<u8> {
    let last = bytes.len().saturating_sub(1) / chunk * chunk;
    let (others, last) = bytes.split_at(last);
    let (others, last) = par::join(
        || {
            par::map_chunks(others, chunk, |bytes| {
                join::open_end(stream(bytes, level)).expect("the compressor writes sound streams")
            })
        },
        || stream(last, level),
    );
    let mut packed = Vec::with_capacity(others.iter().map(Vec::len).sum::<usize>() + last.len() + 6);
    // Deflate, a window of 32 KiB, slowest level, no dictionary; a multiple of 31 (RFC 1950, 2.2).
    packed.extend([0x78, 0xda]);
    others.iter().for_each(|stream| packed.extend(stream));
    packed.extend(last);
    packed.extend(libdeflater::adler32(bytes).to_be_bytes());
    packed
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

    #[test]
    fn what_was_packed_comes_back_unless_it_is_too_long() {
        let bytes: Vec<u8> = (0..100_000u32).map(|i| (i / 1000) as u8).collect();
        let packed = deflate(&bytes, BEST);
        assert_eq!(inflate(&packed, 100_000), Some(bytes));
        assert_eq!(inflate(&packed, 99_999), None);
        assert_eq!(inflate(&packed[1..], 1 << 20), None);
    }

    #[test]
    fn what_takes_several_threads_comes_back_too() {
        for length in [CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK / 2] {
            let bytes: Vec<u8> = (0..length).map(|i| (i * i / 7777) as u8).collect();
            assert!(inflate(&deflate(&bytes, 5), length) == Some(bytes), "{length}");
        }
    }
}
