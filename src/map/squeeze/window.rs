//! What was written, as DEFLATE sees it, and where something like what comes next stands in it.

use super::classes::Classes;
use crate::zlib::symbols::WINDOW;

/// Three classes make a key.
const KEY_BITS: u32 = 15;

/// No block.
const NONE: u32 = u32::MAX;

/// Places in a block.
pub(super) const BLOCK: usize = 16;

/// Blocks at which those that nothing can be repeated from are let go.
const MANY: usize = 1 << 15;

/// Filtered rows, each after its filter byte, and the places where each three classes of colours stand: blocks of them, one
/// behind the other.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) bytes: Vec<u8>,
    /// Bytes from a row to the next.
    pub(super) stride: usize,
    /// The latest block of each key.
    heads: Vec<u32>,
    blocks: Vec<Block>,
}

/// Places where the same three classes stand.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The latest last.
    places: [u32; BLOCK],
    /// Which of their classes the first two colours there are.
    members: [[u8; BLOCK]; 2],
    count: u32,
    /// The block before it.
    previous: u32,
}

impl Block {
    /// How many places it holds.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    fn last(&self) -> usize {
        self.places[self.len() - 1] as usize
    }
}

impl Window {
    pub(super) fn new(width: usize, rows: usize) -> Self {
        let stride = width + 1;
        Self { bytes: vec![0; stride * rows], stride, heads: vec![NONE; 1 << KEY_BITS], blocks: Vec::new() }
    }

    /// Takes in places of a row that was written: all that have three bytes.
    #[inline(always)]
    pub(super) fn enter(&mut self, start: usize, classes: &Classes) {
        if self.blocks.len() > MANY {
            self.drop_old(start);
        }
        let row = &self.bytes[start..][..self.stride - 1];
        for (at, bytes) in row.windows(3).enumerate() {
            let head =
                &mut self.heads[key([classes.of(bytes[0]), classes.of(bytes[1]), classes.of(bytes[2])])];
            if *head == NONE || self.blocks[*head as usize].len() == BLOCK {
                let block = Block { places: [0; BLOCK], members: [[0; BLOCK]; 2], count: 0, previous: *head };
                *head = self.blocks.len() as u32;
                self.blocks.push(block);
            }
            let block = &mut self.blocks[*head as usize];
            let slot = block.len() % BLOCK;
            block.places[slot] = (start + at) as u32;
            for (members, &byte) in block.members.iter_mut().zip(bytes) {
                members[slot] = classes.member(byte);
            }
            block.count += 1;
        }
    }

    /// Lets go of blocks that lie too far back from a place and all behind it.
    #[cold]
    #[inline(never)]
    fn drop_old(&mut self, place: usize) {
        let old = std::mem::take(&mut self.blocks);
        for head in &mut self.heads {
            let (mut next, mut link) = (std::mem::replace(head, NONE), None::<usize>);
            while let Some(block) = old.get(next as usize).filter(|block| block.last() + WINDOW >= place) {
                let number = self.blocks.len();
                match link {
                    None => *head = number as u32,
                    Some(link) => self.blocks[link].previous = number as u32,
                }
                self.blocks.push(Block { previous: NONE, ..block.clone() });
                (next, link) = (block.previous, Some(number));
            }
        }
    }

    /// Finds nothing any more that was taken in up to now.
    pub(super) fn forget(&mut self) {
        self.heads.fill(NONE);
        self.blocks.clear();
    }

    /// Blocks of places where these classes stand, the latest first.
    #[inline(always)]
    pub(super) fn blocks(&self, classes: [u8; 3]) -> impl Iterator<Item = &Block> {
        let block = |number: u32| self.blocks.get(number as usize);
        std::iter::successors(block(self.heads[key(classes)]), move |last| block(last.previous))
    }
}

/// Distances back from a place to some of those in a block.
pub(super) struct Sources {
    distances: [u32; BLOCK],
    count: usize,
}

impl Sources {
    /// To those of the `most` latest whose first two colours are `near`, by number in their classes. The nearest come first.
    #[inline(always)]
    pub(super) fn of(block: &Block, most: usize, place: usize, near: &[[bool; 256]; 2]) -> Self {
        let mut sources = Self { distances: [0; BLOCK], count: 0 };
        let count = block.len();
        for slot in (count - count.min(most)..count).rev() {
            let distance = place as u32 - block.places[slot % BLOCK];
            // Written whether it counts or not: which do is anybody's guess, and so not to be jumped by.
            sources.distances[sources.count % BLOCK] = distance;
            let is_near = |number: usize| near[number][usize::from(block.members[number][slot % BLOCK])];
            sources.count += usize::from(is_near(0) & is_near(1) & (distance <= WINDOW as u32));
        }
        sources
    }

    #[inline(always)]
    pub(super) fn distances(&self) -> &[u32] {
        &self.distances[..self.count]
    }
}

fn key(classes: [u8; 3]) -> usize {
    let [a, b, c] = classes.map(usize::from);
    (a << 10 | b << 5 | c) & ((1 << KEY_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Point;
    use crate::random::Random;

    #[test]
    fn the_nearest_sources_are_found_first_and_none_too_far_back() {
        let mut random = Random::new(6);
        let points: Vec<Point> =
            (0..256).map(|i| [(i % 16 * 16) as f32, (i / 16 * 16) as f32, 0.0, 0.0]).collect();
        let classes = Classes::new(&points);
        let (width, rows) = (700, 1_200);
        let mut window = Window::new(width, rows);
        let stride = window.stride;
        let mut kept = 0;
        for row in 0..rows {
            let start = row * stride + 1;
            for byte in &mut window.bytes[start..][..width] {
                // Some colours more often than others.
                *byte = (random.next() as u8) & (random.next() as u8);
            }
            let before = window.blocks.len();
            window.enter(start, &classes);
            kept += usize::from(window.blocks.len() < before);
            if row == 100 {
                window.forget();
            }
            if row % 37 > 0 && row != 101 {
                continue;
            }
            let place = start + stride + random.next() as usize % (width - 3);
            let wanted: [u8; 3] = std::array::from_fn(|_| (random.next() as u8) & (random.next() as u8));
            let keys = wanted.map(|index| classes.of(index));
            let near: [[bool; 256]; 2] =
                [(); 2].map(|()| std::array::from_fn(|_| !random.next().is_multiple_of(3)));
            let first = if row > 100 { 101 } else { 0 };
            let all = (first..=row).flat_map(|row| (0..width - 2).map(move |at| row * stride + 1 + at)).rev();
            let same = all.filter(|&at| keys == std::array::from_fn(|i| classes.of(window.bytes[at + i])));
            let is_near =
                |at: usize, next: usize| near[next][usize::from(classes.member(window.bytes[at + next]))];
            let most = 40;
            let naive: Vec<usize> = same
                .take(most)
                .filter(|&at| place - at <= WINDOW && is_near(at, 0) && is_near(at, 1))
                .map(|at| place - at)
                .collect();
            let (mut found, mut left) = (Vec::new(), most);
            for block in window.blocks(keys) {
                found.extend(Sources::of(block, left, place, &near).distances().iter().map(|&d| d as usize));
                left = left.saturating_sub(block.len());
            }
            assert_eq!(found, naive, "row {row}");
        }
        assert!(kept > 0, "nothing was let go of");
    }
}
