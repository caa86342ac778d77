//! zlib streams (RFC 1950), through libdeflate.

use libdeflater::{CompressionLvl, Compressor, DecompressionError, Decompressor};

/// The level that packs most tightly.
pub(crate) const BEST: u8 = 12;

/// Packs bytes at a level of 1 to 12.
pub(crate) fn deflate(bytes: &[u8], level: u8) -> Vec<u8> {
    let level = CompressionLvl::new(level.into()).unwrap_or_default();
    let mut compressor = Compressor::new(level);
    let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut packed).expect("the bound is never exceeded");
    packed.truncate(length);
    packed
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
}
