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
    runs: Runs,
}

/// Phrases of one index again and again. Drawings are full of them, and what is known to be a run need not be looked up
/// index by index.
#[derive(Clone, Debug)]
struct Runs {
    /// By index: the code of the longest such phrase, which may be the index alone.
    longest: [u16; 256],
    /// By index: the codes of two, three and more.
    codes: Vec<Vec<u16>>,
}

/// Indices that a run has at least, or it is taken for none.
const SHORT: usize = 4;

/// Indices that are compared at a time.
const SIDE_BY_SIDE: usize = 16;

impl Dictionary {
    pub(super) fn new(widths: &Widths) -> Self {
        let first_free = widths.first_free();
        let places = Box::new([0; PLACES]);
        Self { places, first_free, next: first_free, runs: Runs::new() }
    }

    /// Forgets every phrase but the single indices.
    pub(super) fn clear(&mut self) {
        self.places.fill(0);
        self.next = self.first_free;
        self.runs.clear();
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
        self.runs.learn(code, index, self.next);
        self.next += 1;
    }

    /// The code of as much of a run as the dictionary has, and how often it repeats its index, which is the first of some.
    /// Of what hardly is a run it is the code of the index alone.
    #[inline(always)]
    pub(super) fn run(&self, indices: &[u8]) -> (u16, usize) {
        let index = indices[0];
        // Looking up the short runs of photographs costs more than it saves.
        match indices.first_chunk() {
            Some(first) if *first == [index; SHORT] => self.runs.find(index, &indices[1..]),
            _ => (u16::from(index), 0),
        }
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

impl Runs {
    fn new() -> Self {
        Self { longest: std::array::from_fn(|index| index as u16), codes: vec![Vec::new(); 256] }
    }

    fn clear(&mut self) {
        let runs = self.longest.iter_mut().zip(&mut self.codes).zip(0..);
        for ((longest, codes), index) in runs.filter(|((_, codes), _)| !codes.is_empty()) {
            *longest = index;
            codes.clear();
        }
    }

    #[inline(always)]
    fn learn(&mut self, extended: u16, index: u8, code: u16) {
        let index = usize::from(index);
        if extended == self.longest[index] {
            self.longest[index] = code;
            self.codes[index].push(code);
        }
    }

    #[inline(never)]
    fn find(&self, index: u8, rest: &[u8]) -> (u16, usize) {
        let codes = &self.codes[usize::from(index)];
        let rest = &rest[..codes.len().min(rest.len())];
        let (blocks, _) = rest.as_chunks();
        let whole = SIDE_BY_SIDE * blocks.iter().take_while(|&&block| block == [index; SIDE_BY_SIDE]).count();
        let repeats = whole + rest[whole..].iter().take_while(|&&other| other == index).count();
        let code = repeats.checked_sub(1).map_or(u16::from(index), |last| codes[last]);
        (code, repeats)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_as_long_as_the_dictionary_has_it() {
        let mut dictionary = Dictionary::new(&Widths::new(4));
        // Runs of 7 up to 40 times, of 3 twice, and phrases that are none.
        let mut last = 7;
        for _ in 1..40 {
            let next = dictionary.next();
            dictionary.learn(last, 7);
            last = next;
        }
        dictionary.learn(3, 3);
        dictionary.learn(last, 3);
        dictionary.learn(5, 7);
        for (index, length) in [(7, 60), (7, 40), (7, 39), (7, 17), (7, 2), (7, 1), (3, 9), (3, 1), (5, 4)] {
            for after in [None, Some(9)] {
                let indices: Vec<u8> = std::iter::repeat_n(index, length).chain(after).collect();
                let (mut code, mut repeats) = (u16::from(index), 0);
                while indices.get(repeats + 1) == Some(&index)
                    && let Some(longer) = dictionary.extension(code, index)
                {
                    (code, repeats) = (longer, repeats + 1);
                }
                if length < SHORT {
                    (code, repeats) = (u16::from(index), 0);
                }
                assert_eq!(dictionary.run(&indices), (code, repeats), "{length} of {index}");
            }
        }
        assert_eq!(dictionary.run(&[7; 60]).1, 39);
        dictionary.clear();
        assert_eq!(dictionary.run(&[7; 60]), (7, 0));
    }
}
