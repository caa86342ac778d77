//! Where bytes stood before: for every place the nearest repeat of each length.
//!
//! Places that begin with the same three bytes are the nodes of a binary tree, sorted by the bytes that follow, the later
//! above the earlier, as in LZMA's encoder (Pavlov). The way from the root to where a place belongs meets those that share
//! most with it, the nearest first.

use super::block::Step;
use super::symbols::{LONGEST, SHORTEST, WINDOW};

/// No place.
const NONE: u32 = u32::MAX;

/// Bits of a hash of three bytes.
const HASH_BITS: u32 = 16;

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// How many nodes are met at most.
    pub(crate) depth: usize,
    /// A repeat as long as this ends the search.
    pub(crate) long: usize,
}

/// How many repeats of a place are kept at most: the shortest, which are near, and the longest.
const KEPT: usize = 16;

/// The repeats of each place.
pub(super) struct Matches {
    /// Where those of each place begin; one more at the end.
    starts: Vec<u32>,
    /// Longer and farther each time.
    repeats: Vec<Step>,
}

impl Matches {
    /// Of the places from `first` on; what is before them can be repeated.
    pub(super) fn of(bytes: &[u8], first: usize, search: Search) -> Self {
        let mut trees =
            Trees { bytes, roots: vec![NONE; 1 << HASH_BITS], nodes: vec![[NONE; 2]; bytes.len()] };
        let mut matches = Self { starts: Vec::with_capacity(bytes.len() - first + 1), repeats: Vec::new() };
        for at in 0..bytes.len() {
            let before = matches.repeats.len();
            if at >= first {
                matches.starts.push(before as u32);
            }
            trees.insert(at, search, |repeat| matches.repeats.push(repeat));
            if at < first {
                matches.repeats.clear();
            } else if matches.repeats.len() > before + KEPT {
                matches.repeats.drain(before + KEPT / 2..matches.repeats.len() - KEPT / 2);
            }
        }
        matches.starts.push(matches.repeats.len() as u32);
        matches
    }

    /// Those of a place, counted from the first.
    #[inline]
    pub(super) fn at(&self, place: usize) -> &[Step] {
        &self.repeats[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

struct Trees<'a> {
    bytes: &'a [u8],
    /// By hash, the last place of a tree.
    roots: Vec<u32>,
    /// By place: where bytes are less, and where they are greater.
    nodes: Vec<[u32; 2]>,
}

impl Trees<'_> {
    /// Makes a place the root of its tree, and tells of the repeats that it meets.
    #[inline]
    fn insert(&mut self, at: usize, search: Search, mut found: impl FnMut(Step)) {
        let Some(&[a, b, c]) = self.bytes[at..].first_chunk() else { return };
        let hash = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS);
        let mut next = std::mem::replace(&mut self.roots[hash as usize], at as u32);
        let most = LONGEST.min(self.bytes.len() - at);
        let mut longest = SHORTEST - 1;
        // Where what is less than the place goes, and what is greater, and what they share with it at least.
        let (mut less, mut greater) = ((at, 0), (at, 1));
        let (mut shared_less, mut shared_greater) = (0, 0);
        for _ in 0..search.depth {
            let place = next as usize;
            if next == NONE || at - place > WINDOW {
                break;
            }
            let shared = self.shared(place, at, shared_less.min(shared_greater), most);
            if shared > longest {
                longest = shared;
                found(Step::repeat(shared, at - place));
            }
            if shared >= most.min(search.long) {
                // As good as the same: the place takes its stead.
                let [its_less, its_greater] = self.nodes[place];
                self.nodes[less.0][less.1] = its_less;
                self.nodes[greater.0][greater.1] = its_greater;
                return;
            }
            let (end, side) = if self.bytes[place + shared] < self.bytes[at + shared] {
                shared_less = shared;
                (&mut less, 1)
            } else {
                shared_greater = shared;
                (&mut greater, 0)
            };
            self.nodes[end.0][end.1] = next;
            *end = (place, side);
            next = self.nodes[place][side];
        }
        self.nodes[less.0][less.1] = NONE;
        self.nodes[greater.0][greater.1] = NONE;
    }

    /// How many bytes two places share, so many of which are known, and no more than so many.
    #[inline]
    fn shared(&self, place: usize, at: usize, known: usize, most: usize) -> usize {
        let mut shared = known;
        while shared + 8 <= most {
            let [one, other] = [place, at].map(|start| {
                u64::from_le_bytes(*self.bytes[start + shared..].first_chunk().expect("most ends before"))
            });
            if one != other {
                return shared + (one ^ other).trailing_zeros() as usize / 8;
            }
            shared += 8;
        }
        while shared < most && self.bytes[place + shared] == self.bytes[at + shared] {
            shared += 1;
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const EVERYWHERE: Search = Search { depth: 1 << 15, long: LONGEST };

    /// Longest repeats by looking everywhere: by length the least distance, where it is less than those of longer ones.
    fn by_hand(bytes: &[u8], at: usize) -> Vec<Step> {
        let most = LONGEST.min(bytes.len() - at);
        let mut longest = SHORTEST - 1;
        let mut found = Vec::new();
        for place in (at.saturating_sub(WINDOW)..at).rev() {
            let shared = (0..most).take_while(|&step| bytes[place + step] == bytes[at + step]).count();
            if shared > longest {
                longest = shared;
                found.push(Step::repeat(shared, at - place));
            }
        }
        found
    }

    #[test]
    fn the_nearest_repeat_of_each_length_is_found() {
        let mut random = Random::new(5);
        for values in [1, 2, 4, 30] {
            let bytes: Vec<u8> = (0..1_500).map(|_| (random.next() % values) as u8).collect();
            for first in [0, 700] {
                let matches = Matches::of(&bytes, first, EVERYWHERE);
                for at in first..bytes.len() {
                    assert_eq!(matches.at(at - first), by_hand(&bytes, at), "{values} values, at {at}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_repeated_from_farther_than_the_window() {
        let mut bytes = vec![0; WINDOW + 5];
        (0..bytes.len()).for_each(|at| bytes[at] = (at / 181) as u8 ^ (at % 181) as u8 | 1);
        // Even numbers are nowhere else.
        let even = [2, 4, 6, 8, 10];
        bytes[..5].copy_from_slice(&even);
        bytes[WINDOW..].copy_from_slice(&even);
        let matches = Matches::of(&bytes, 0, EVERYWHERE);
        assert_eq!(matches.at(WINDOW), [Step::repeat(5, WINDOW)]);
        bytes.insert(5, 1);
        assert_eq!(Matches::of(&bytes, 0, EVERYWHERE).at(WINDOW + 1), []);
    }
}
