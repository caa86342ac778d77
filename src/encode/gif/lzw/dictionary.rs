//! The phrases that codes stand for.

use super::widths::{MAX_CODES, Widths};

/// Twice the entries there can be, so that a search ends after one and a half places on average.
const PLACES: usize = 2 * MAX_CODES as usize;

/// Codes by the code that they extend and the index that they extend it by: a hash table with open addresses. It takes
/// 32 KiB, which stay in the nearest cache; a table of all pairs takes 2 MiB, which do not.
#[derive(Clone, Debug)]
pub(super) struct Dictionary {
    /// Phrase, index and code in one number; zero is free, since no code that was learned is zero.
    places: Box<[u32; PLACES]>,
    first_free: u16,
    next: u16,
}

impl Dictionary {
    pub(super) fn new(widths: &Widths) -> Self {
        let first_free = widths.first_free();
        let places = Box::new([0; PLACES]);
        Self { places, first_free, next: first_free }
    }

    /// Forgets every phrase but the single indices.
    pub(super) fn clear(&mut self) {
        self.places.fill(0);
        self.next = self.first_free;
    }

    /// The code for the phrase of `code`, extended by `index`.
    #[inline]
    pub(super) fn extension(&self, code: u16, index: u8) -> Option<u16> {
        let key = key(code, index);
        let mut place = place(key);
        loop {
            let entry = self.places[place];
            if entry >> 12 == key && entry != 0 {
                return Some((entry & 0xfff) as u16);
            }
            if entry == 0 {
                return None;
            }
            place = (place + 1) % PLACES;
        }
    }

    /// Learns the phrase of `code`, extended by `index`, which is none yet, unless the dictionary is full.
    #[inline]
    pub(super) fn learn(&mut self, code: u16, index: u8) {
        if self.is_full() {
            return;
        }
        let key = key(code, index);
        let mut place = place(key);
        while self.places[place] != 0 {
            place = (place + 1) % PLACES;
        }
        self.places[place] = key << 12 | u32::from(self.next);
        self.next += 1;
    }

    /// Gives a code away for a phrase that has one: a decoder learns from every code, new or not.
    #[inline]
    pub(super) fn waste(&mut self) {
        self.next += u16::from(!self.is_full());
    }

    /// Whether nothing more will be learned.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.next == MAX_CODES
    }

    /// The code that the next phrase gets.
    #[inline]
    pub(super) fn next(&self) -> u16 {
        self.next
    }
}

#[inline]
fn key(code: u16, index: u8) -> u32 {
    u32::from(code) << 8 | u32::from(index)
}

/// Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): 2^32 over the golden ratio.
#[inline]
fn place(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b9) >> (u32::BITS - PLACES.ilog2())) as usize
}
