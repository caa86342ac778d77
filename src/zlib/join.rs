//! DEFLATE streams (RFC 1951) that others can follow, so that several are one.
//!
//! A stream ends with a block that says that it is the last, and seldom at the end of a byte, where the next has to
//! begin: stored blocks keep to bytes. Where its last block begins and where it ends stands nowhere, so its symbols are
//! read to the end, though not put together.

use super::block::{END, FIXED, FIXED_DISTANCE, ORDER};
use super::symbols::{distance_bits, length_bits};

/// Makes a stream one that another can follow; none if it is damaged.
pub(super) fn open_end(mut stream: Vec<u8>) -> Option<Vec<u8>> {
    let Last { header, end } = last_block(&stream)?;
    stream[header / 8] &= !(1 << (header % 8));
    stream.truncate(end.div_ceil(8));
    if end % 8 > 0 {
        // A stored block without bytes: three bits of header, zeros up to a byte, the length and its complement.
        stream.resize((end + 3).div_ceil(8), 0);
        stream.extend([0, 0, 255, 255]);
    }
    Some(stream)
}

/// Where the last block of a stream begins and ends, in bits.
struct Last {
    header: usize,
    end: usize,
}

fn last_block(stream: &[u8]) -> Option<Last> {
    let mut bits = Bits { stream, at: 0 };
    loop {
        let header = bits.at;
        let is_last = bits.take(1) == 1;
        match bits.take(2) {
            0 => {
                bits.at = bits.at.next_multiple_of(8);
                let length = bits.take(16);
                bits.at += 16 + 8 * length;
            }
            1 => skip_symbols(&mut bits, &FIXED, &[FIXED_DISTANCE; 32])?,
            2 => {
                let (lengths, literals) = read_lengths(&mut bits)?;
                let (literals, distances) = lengths.split_at(literals);
                skip_symbols(&mut bits, literals, distances)?;
            }
            _ => return None,
        }
        if bits.at > 8 * stream.len() {
            return None;
        }
        if is_last {
            return Some(Last { header, end: bits.at });
        }
    }
}

/// A stream, read from the lowest bit up; zeros follow it.
struct Bits<'a> {
    stream: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next bits, at most 16 of which count.
    #[inline]
    fn peek(&self) -> usize {
        let rest = self.stream.get(self.at / 8..).unwrap_or_default();
        let word = match rest.first_chunk::<4>() {
            Some(&bytes) => u32::from_le_bytes(bytes),
            None => rest.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte)),
        };
        (word >> (self.at % 8)) as usize
    }

    #[inline]
    fn take(&mut self, count: usize) -> usize {
        let bits = self.peek() & ((1 << count) - 1);
        self.at += count;
        bits
    }
}

/// What a code's bits mean, by the next of them.
struct Code {
    /// Symbol and length of its bits; of no length where no symbol has these bits.
    entries: Vec<(u16, u8)>,
}

impl Code {
    /// RFC 1951, 3.2.2: shorter codes first, those of one length in the order of their symbols.
    fn of(lengths: &[u8]) -> Option<Self> {
        let longest = lengths.iter().copied().max()?;
        let mut entries = vec![(0, 0); 1 << longest];
        let mut code = 0_usize;
        for length in 1..=longest {
            for (symbol, _) in lengths.iter().enumerate().filter(|&(_, &its)| its == length) {
                // The first bit of a code is its highest, and comes first in the stream.
                let first = code.reverse_bits() >> (usize::BITS - u32::from(length));
                let places = entries.get_mut(first..)?.iter_mut().step_by(1 << length);
                places.for_each(|entry| *entry = (symbol as u16, length));
                code += 1;
            }
            code <<= 1;
        }
        Some(Self { entries })
    }

    #[inline]
    fn next(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (symbol, length) = self.entries[bits.peek() & (self.entries.len() - 1)];
        bits.at += usize::from(length);
        // Behind the end, zeros could mean something forever.
        (length > 0 && bits.at <= 8 * bits.stream.len()).then_some(usize::from(symbol))
    }
}

/// Reads to the end of the block.
fn skip_symbols(bits: &mut Bits<'_>, literals: &[u8], distances: &[u8]) -> Option<()> {
    let (literals, distances) = (Code::of(literals)?, Code::of(distances)?);
    loop {
        match literals.next(bits)? {
            0..256 => {}
            END => return Some(()),
            length => {
                bits.at += length_bits(length - END - 1) as usize;
                bits.at += distance_bits(distances.next(bits)?) as usize;
            }
        }
    }
}

/// The lengths of the codes of a block (RFC 1951, 3.2.7), and how many of them are for literals and lengths.
fn read_lengths(bits: &mut Bits<'_>) -> Option<(Vec<u8>, usize)> {
    let literals = 257 + bits.take(5);
    let all = literals + 1 + bits.take(5);
    let count = 4 + bits.take(4);
    let mut of_lengths = [0; 19];
    for &symbol in &ORDER[..count] {
        of_lengths[symbol] = bits.take(3) as u8;
    }
    let code = Code::of(&of_lengths)?;
    let mut lengths = Vec::with_capacity(all);
    while lengths.len() < all {
        let (length, times) = match code.next(bits)? {
            16 => (*lengths.last()?, 3 + bits.take(2)),
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            length => (length as u8, 1),
        };
        lengths.resize(lengths.len() + times, length);
    }
    (lengths.len() == all).then_some((lengths, literals))
}

#[cfg(test)]
mod tests {
    use libdeflater::{CompressionLvl, Compressor};

    use super::*;
    use crate::random::Random;
    use crate::zlib::inflate;

    fn raw(bytes: &[u8], level: i32) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::new(level).unwrap());
        let mut stream = vec![0; compressor.deflate_compress_bound(bytes.len())];
        let length = compressor.deflate_compress(bytes, &mut stream).unwrap();
        stream.truncate(length);
        stream
    }

    fn unpacked(joined: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
        let sum = libdeflater::adler32(bytes).to_be_bytes();
        inflate(&[&[0x78, 0xda], joined, &sum].concat(), bytes.len() + 1)
    }

    /// Bytes that are stored, that get codes of their own, and so few that the fixed codes do.
    fn parts() -> Vec<Vec<u8>> {
        let mut random = Random::new(7);
        (0..60)
            .map(|part| {
                let length = [0, 1, 3, 40, 700, 90_000][part % 6] + part;
                let values = [1, 4, 60, 256][part % 4];
                let run = [1, 1, 50][part % 3];
                (0..length.div_ceil(run))
                    .flat_map(|_| std::iter::repeat_n((random.next() % values) as u8, run))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn what_was_packed_in_parts_unpacks_as_a_whole() {
        for level in [0, 1, 5, 9, 12] {
            let parts = parts();
            let streams = parts.iter().map(|part| raw(part, level));
            let mut joined: Vec<u8> = streams.flat_map(|stream| open_end(stream).unwrap()).collect();
            joined.extend(raw(&[], level));
            assert!(unpacked(&joined, &parts.concat()) == Some(parts.concat()), "level {level}");
        }
    }

    #[test]
    fn damage_is_found_or_harmless() {
        let stream = raw(&parts().concat(), 6);
        assert_eq!(open_end(stream[..stream.len() / 2].to_vec()), None);
        let mut random = Random::new(1);
        for _ in 0..300 {
            let mut damaged = stream.clone();
            let at = random.next() as usize % damaged.len();
            damaged[at] ^= 1 << (random.next() % 8);
            let _ = open_end(damaged);
        }
    }
}
