//! Counting a chunk of pixels without a hash table: pixels are sorted into buckets by the high bits of their keys, and
//! each bucket is counted in the first cache level. A pass over a table that holds every colour misses the cache at
//! most pixels (75 ns a pixel on 24 megapixels); this one writes to 4,096 places at a time.

use super::Counted;
use super::morton::{key_of, key_of_opaque, opaque_keys};
use crate::image::Rgba8;

/// Pixels counted at a time: few enough that their keys and buckets mostly stay in the caches, many enough that
/// merging the lists of a large picture costs less than counting.
pub(super) const CHUNK: usize = 1 << 20;

/// Bits of a weight within an item. So many times a chunk's pixels stay below 2³².
const WEIGHT_BITS: u32 = 12;

/// High bits of a key that choose its bucket.
const BUCKET_BITS: u32 = 12;

/// Buckets of at most so many pixels are sorted rather than counted, which would look at 4,096 counts.
const FEW: usize = 48;

/// The colours of at most [`CHUNK`] pixels in the order of their keys. Weights stay below 4,096.
pub(super) fn sorted(pixels: &[Rgba8], weight: impl Fn(usize) -> u32) -> Vec<Counted> {
    if pixels.iter().fold(255, |all, pixel| all & pixel[3]) == 255 {
        let buckets = Buckets::of(&opaque_keys(pixels), weight, 24 - BUCKET_BITS);
        buckets.counted(|bucket, items, out| {
            if items.len() <= FEW {
                count_sorted(items, |lower| key_of_opaque(bucket, lower as usize), out);
            } else {
                count_opaque(bucket, items, out);
            }
        })
    } else {
        let keys: Vec<u32> = pixels.iter().map(|&pixel| key_of(pixel)).collect();
        let buckets = Buckets::of(&keys, weight, 32 - BUCKET_BITS);
        buckets.counted(|bucket, items, out| {
            count_sorted(items, |lower| (bucket as u32) << (32 - BUCKET_BITS) | lower, out);
        })
    }
}

/// Pixels by the high bits of their keys.
struct Buckets {
    /// The low bits of a key, above the weight.
    items: Vec<u32>,
    /// Where each bucket ends.
    ends: Vec<u32>,
}

impl Buckets {
    fn of(keys: &[u32], weight: impl Fn(usize) -> u32, lower_bits: u32) -> Self {
        let mut next = vec![0_u32; 1 << BUCKET_BITS];
        for &key in keys {
            next[(key >> lower_bits) as usize] += 1;
        }
        let mut sum = 0;
        for next in &mut next {
            sum += std::mem::replace(next, sum);
        }
        let mut items = vec![0; keys.len()];
        for (number, &key) in keys.iter().enumerate() {
            let next = &mut next[(key >> lower_bits) as usize];
            items[*next as usize] = (key & ((1 << lower_bits) - 1)) << WEIGHT_BITS | weight(number);
            *next += 1;
        }
        Self { items, ends: next }
    }

    fn counted(mut self, count: impl Fn(usize, &mut [u32], &mut Vec<Counted>)) -> Vec<Counted> {
        let mut out = Vec::new();
        let mut from = 0;
        for (bucket, &end) in self.ends.iter().enumerate() {
            let end = end as usize;
            if from < end {
                count(bucket, &mut self.items[from..end], &mut out);
            }
            from = end;
        }
        out
    }
}

/// Sorts the items, then joins those of one colour.
fn count_sorted(items: &mut [u32], key: impl Fn(u32) -> u32, out: &mut Vec<Counted>) {
    items.sort_unstable();
    for same in items.chunk_by(|a, b| a >> WEIGHT_BITS == b >> WEIGHT_BITS) {
        let count = same.iter().map(|&item| u64::from(item & ((1 << WEIGHT_BITS) - 1))).sum();
        out.push(Counted { key: key(same[0] >> WEIGHT_BITS), count });
    }
}

/// Counts each of the 4,096 colours that an opaque bucket may have.
fn count_opaque(bucket: usize, items: &[u32], out: &mut Vec<Counted>) {
    let mut counts = [0_u32; 1 << 12];
    // Which colours occur, so that the others need not be looked at.
    let mut occur = [0_u64; (1 << 12) / 64];
    for &item in items {
        let lower = (item >> WEIGHT_BITS) as usize & 0xfff;
        counts[lower] += item & ((1 << WEIGHT_BITS) - 1);
        occur[lower / 64] |= 1 << (lower % 64);
    }
    for (word, &occur) in occur.iter().enumerate() {
        let mut left = occur;
        while left != 0 {
            let lower = 64 * word + left.trailing_zeros() as usize;
            out.push(Counted { key: key_of_opaque(bucket, lower), count: u64::from(counts[lower]) });
            left &= left - 1;
        }
    }
}
