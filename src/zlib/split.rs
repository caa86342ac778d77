//! Where one block should end and another begin, so that codes fit what they are for.

use super::block::{Step, Uses};

/// Steps are taken in so many parts, each of at least so many: few where blocks are only to tell of prices. On 38 drawings,
/// files are 0.1 % larger with 32 parts in the end, and 0.01 % smaller with 256. With 32 steps at least instead of 64, icons
/// of 32 by 32 pixels take a sixth more time for nothing, and with 128 a screenshot is 0.8 % larger.
const ROUGH_PARTS: usize = 32;
const PARTS: usize = 64;
const LEAST: usize = 64;

/// The least way that a border is moved.
const NEAREST: usize = 8;

/// Steps that share codes.
#[derive(Clone)]
pub(super) struct Block {
    /// Where its steps end.
    pub(super) end: usize,
    pub(super) uses: Uses,
    bits: u64,
}

impl Block {
    fn new(end: usize, uses: Uses) -> Self {
        let bits = uses.bits();
        Self { end, uses, bits }
    }

    pub(super) fn bits(&self) -> u64 {
        self.bits
    }

    /// The same behind so many steps more.
    pub(super) fn later(self, steps: usize) -> Self {
        Self { end: steps + self.end, ..self }
    }

    /// Both as one, if that takes no more bits.
    pub(super) fn joined(&self, next: &Self) -> Option<Self> {
        let mut uses = self.uses.clone();
        uses.join(&next.uses);
        Some(Self::new(next.end, uses)).filter(|joined| joined.bits <= self.bits + next.bits)
    }
}

/// Blocks of steps through bytes, one at least, that look best without making codes: of parts of a size.
pub(super) fn roughly(steps: &[Step], bytes: &[u8]) -> Vec<Block> {
    Walk::new(steps, bytes, ROUGH_PARTS).guessed()
}

/// The same, joined and with their borders moved by what their codes take.
pub(super) fn exactly(steps: &[Step], bytes: &[u8]) -> Vec<Block> {
    let walk = Walk::new(steps, bytes, PARTS);
    let mut blocks = walk.guessed();
    join(&mut blocks);
    let mut way = walk.part / 2;
    while way >= NEAREST {
        for border in 1..blocks.len() {
            while walk.moves(&mut blocks, border, way, Direction::Back) {}
            while walk.moves(&mut blocks, border, way, Direction::On) {}
        }
        way /= 2;
    }
    join(&mut blocks);
    blocks
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Back,
    On,
}

struct Walk<'a> {
    steps: &'a [Step],
    bytes: &'a [u8],
    /// Where each step begins.
    places: Vec<u32>,
    /// Steps of a part.
    part: usize,
}

impl<'a> Walk<'a> {
    fn new(steps: &'a [Step], bytes: &'a [u8], parts: usize) -> Self {
        let mut at = 0;
        let place = |step: &Step| {
            let place = at;
            at += step.length() as u32;
            place
        };
        let places = steps.iter().map(place).collect();
        Self { steps, bytes, places, part: steps.len().div_ceil(parts).max(LEAST) }
    }

    /// What steps from one number to before another use.
    fn uses(&self, from: usize, to: usize) -> Uses {
        let first = self.places.get(from).map_or(self.bytes.len(), |&place| place as usize);
        Uses::of(&self.steps[from..to], &self.bytes[first..])
    }

    /// The blocks of whole parts that are guessed to take the fewest bits: the shortest way through them.
    fn guessed(&self) -> Vec<Block> {
        let count = self.steps.len();
        if count == 0 {
            return vec![Block::new(0, Uses::NONE)];
        }
        let parts: Vec<Uses> =
            (0..count).step_by(self.part).map(|from| self.uses(from, count.min(from + self.part))).collect();
        // By the parts that are behind: bits, and where the last block begins.
        let mut ways = vec![(f32::INFINITY, 0); parts.len() + 1];
        ways[0].0 = 0.0;
        for from in 0..parts.len() {
            let before = ways[from].0;
            let mut uses = Uses::NONE;
            for to in from..parts.len() {
                uses.join(&parts[to]);
                let bits = before + uses.guess();
                if bits < ways[to + 1].0 {
                    ways[to + 1] = (bits, from);
                }
            }
        }
        let mut blocks = Vec::new();
        let mut to = parts.len();
        while to > 0 {
            let (_, from) = ways[to];
            let end = count.min(to * self.part);
            blocks.push(Block::new(end, self.uses(from * self.part, end)));
            to = from;
        }
        blocks.reverse();
        blocks
    }

    /// Whether the border before a block is better so many steps on or back; then it is moved.
    fn moves(&self, blocks: &mut [Block], border: usize, way: usize, direction: Direction) -> bool {
        let (first, second) = (&blocks[border - 1], &blocks[border]);
        let start = if border > 1 { blocks[border - 2].end } else { 0 };
        let end = match direction {
            Direction::Back => first.end.checked_sub(way),
            Direction::On => Some(first.end + way),
        };
        let Some(end) = end.filter(|&end| start < end && end < second.end) else { return false };
        let moved = self.uses(end.min(first.end), end.max(first.end));
        let (mut before, mut after) = (first.uses.clone(), second.uses.clone());
        let (loses, gains) = match direction {
            Direction::Back => (&mut before, &mut after),
            Direction::On => (&mut after, &mut before),
        };
        loses.part(&moved);
        gains.join(&moved);
        let (before, after) = (Block::new(end, before), Block::new(second.end, after));
        let is_better = before.bits + after.bits < first.bits + second.bits;
        if is_better {
            (blocks[border - 1], blocks[border]) = (before, after);
        }
        is_better
    }
}

/// Joins neighbours for as long as that saves bits, those first with which it saves most.
fn join(blocks: &mut Vec<Block>) {
    let joined = |blocks: &[Block], first: usize| blocks[first].joined(&blocks[first + 1]);
    let saves = |blocks: &[Block], first: usize, joined: &Option<Block>| {
        let joined = joined.as_ref()?;
        Some(blocks[first].bits + blocks[first + 1].bits - joined.bits)
    };
    let mut pairs: Vec<Option<Block>> = (1..blocks.len()).map(|second| joined(blocks, second - 1)).collect();
    while let Some((first, _)) = (0..pairs.len())
        .filter_map(|first| Some((first, saves(blocks, first, &pairs[first])?)))
        .max_by_key(|&(first, saved)| (saved, std::cmp::Reverse(first)))
    {
        blocks[first] = pairs.remove(first).expect("it saves bits");
        blocks.remove(first + 1);
        for pair in [first.checked_sub(1), Some(first)].into_iter().flatten() {
            if pair < pairs.len() {
                pairs[pair] = joined(blocks, pair);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn literals(bytes: &[u8]) -> Vec<Block> {
        exactly(&vec![Step::LITERAL; bytes.len()], bytes)
    }

    #[test]
    fn a_border_is_where_the_bytes_change() {
        let mut random = Random::new(2);
        let mut some = |values: std::ops::Range<u64>, count: usize| -> Vec<u8> {
            (0..count).map(|_| (values.start + random.next() % (values.end - values.start)) as u8).collect()
        };
        let bytes = [some(0..16, 3_000), some(100..164, 5_000), some(0..16, 2_000)].concat();
        let ends: Vec<usize> = literals(&bytes).iter().map(|block| block.end).collect();
        assert_eq!(ends.len(), 3, "{ends:?}");
        assert!(ends[0].abs_diff(3_000) <= NEAREST && ends[1].abs_diff(8_000) <= NEAREST, "{ends:?}");
        assert_eq!(ends[2], 10_000);
    }

    #[test]
    fn what_is_alike_is_one_block() {
        let mut random = Random::new(2);
        let bytes: Vec<u8> = (0..20_000).map(|_| (random.next() % 50) as u8).collect();
        assert_eq!(literals(&bytes).len(), 1);
        assert_eq!(literals(&bytes[..1]).len(), 1);
    }

    #[test]
    fn blocks_know_what_they_use() {
        let mut random = Random::new(9);
        let bytes: Vec<u8> = (0..9_000_u64).map(|at| ((random.next() % 30) * (at / 2_500)) as u8).collect();
        let blocks = literals(&bytes);
        let mut start = 0;
        for block in &blocks {
            let steps = vec![Step::LITERAL; block.end - start];
            assert!(block.uses == Uses::of(&steps, &bytes[start..block.end]));
            assert_eq!(block.bits, block.uses.bits());
            start = block.end;
        }
        assert_eq!(start, bytes.len());
    }
}
