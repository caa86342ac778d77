//! The smallest stream: repeats are found, the cheapest way through them is taken by what its own codes charge, again and
//! again, and blocks begin where other codes are better. As Zopfli does it (Alakuijala and Vandevenne, "Data compression
//! using Zopfli", 2013), with every repeat found once, prices that come from the codes of each block, and blocks by
//! dynamic programming.

use std::ops::Range;

use super::bits::Writer;
use super::block::{Step, span, write};
use super::matches::{Matches, Search};
use super::parse::{Lengths, Prices, cheapest};
use super::split::{self, Block};
use super::symbols::{LONGEST, WINDOW};
use crate::par;

/// How hard to look for the smallest stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passes {
    /// How often the cheapest way is taken, 1 at least: from the second on by what the one before was charged.
    pub(crate) count: u32,
    pub(crate) search: Search,
    pub(crate) lengths: Lengths,
    /// Whether blocks are made as good as can be each time, not in the end alone.
    pub(crate) exact: bool,
}

impl Passes {
    /// As many as make a difference: with twice as many, drawings are 0.01 % smaller.
    pub(crate) const MOST: Self = Self {
        count: 15,
        search: Search { depth: 1_000, long: LONGEST },
        lengths: Lengths::Every,
        exact: true,
    };
}

/// Bytes that one thread works on, for each of which it takes about 40. Repeats reach across their borders, and so do blocks.
const CHUNK: usize = 1 << 18;

/// Chunks that are worked on before what they came to is written: their steps take four bytes for each byte at most.
const TOGETHER: usize = 16;

/// A stream without header and checksum, behind such bytes.
pub(super) fn packed(bytes: &[u8], passes: Passes, before: Vec<u8>) -> Vec<u8> {
    let chunks: Vec<usize> = (0..bytes.len().div_ceil(CHUNK).max(1)).collect();
    let mut writer = Writer::after(before);
    // What is yet to be written, from such a place on.
    let (mut rest, mut at) = (Way { steps: Vec::new(), blocks: Vec::new() }, 0);
    for several in chunks.chunks(TOGETHER) {
        let ways = par::map(several.len(), |number| {
            let start = several[number] * CHUNK;
            Way::cheapest(bytes, start..bytes.len().min(start + CHUNK), passes)
        });
        ways.into_iter().for_each(|way| rest.append(way));
        let is_end = several.last() == chunks.last();
        at += rest.write(&bytes[at..], is_end, &mut writer);
    }
    writer.finish()
}

/// Steps so few that codes of their own may not pay for being stated, so that another way is cheapest.
const FEW: usize = 1_000;

/// What part of a price is by codes in a pass. On 38 drawings and screenshots, files are 0.03 % larger after four passes with none
/// or all of it. Passes after that come out of what they are stuck in by other parts: files of 15 are 0.06 % smaller for it.
fn by_codes(pass: u32) -> f32 {
    match pass {
        0..4 => 0.5,
        _ => [0.0, 0.75, 0.25, 1.0, 0.5][pass as usize % 5],
    }
}

/// A way through bytes, and how its steps share codes.
#[derive(Clone)]
struct Way {
    steps: Vec<Step>,
    /// One at least.
    blocks: Vec<Block>,
}

impl Way {
    fn cheapest(all: &[u8], range: Range<usize>, passes: Passes) -> Self {
        let before = range.start.min(WINDOW);
        let matches = Matches::of(&all[range.start - before..range.end], before, passes.search);
        let bytes = &all[range];
        let pass = |blocks: &[(usize, Prices)]| {
            let steps = cheapest(bytes, &matches, blocks, passes.lengths);
            let split = if passes.exact { split::exactly } else { split::roughly };
            Self { blocks: split(&steps, bytes), steps }
        };
        let mut last = pass(&[(bytes.len(), Prices::usual(bytes))]);
        let mut best = last.clone();
        for number in 1..passes.count {
            last = pass(&last.prices(by_codes(number)));
            if last.bits() < best.bits() {
                best = last.clone();
            }
        }
        let best = Self { blocks: split::exactly(&best.steps, bytes), ..best };
        if best.steps.len() > FEW {
            return best;
        }
        let steps = cheapest(bytes, &matches, &[(bytes.len(), Prices::fixed())], passes.lengths);
        let fixed = Self { blocks: split::exactly(&steps, bytes), steps };
        if fixed.bits() < best.bits() { fixed } else { best }
    }

    /// Another way behind this one. Blocks on both sides of the border become one where that takes fewer bits.
    fn append(&mut self, other: Self) {
        let before = self.steps.len();
        self.steps.extend(other.steps);
        let mut blocks = other.blocks.into_iter().map(|block| block.later(before));
        let first = blocks.next().expect("there is a block");
        let both = self.blocks.last().and_then(|last| last.joined(&first));
        if both.is_some() {
            self.blocks.pop();
        }
        self.blocks.push(both.unwrap_or(first));
        self.blocks.extend(blocks);
    }

    /// Writes the blocks through bytes, from the first of these, and lets go of them: all at the end, else all but the last.
    /// Returns how many bytes those stand for.
    fn write(&mut self, bytes: &[u8], is_end: bool, writer: &mut Writer) -> usize {
        let count = if is_end { self.blocks.len() } else { self.blocks.len() - 1 };
        let (mut step, mut at) = (0, 0);
        for (number, block) in self.blocks.drain(..count).enumerate() {
            let steps = &self.steps[step..block.end];
            write(steps, &bytes[at..], &block.uses, is_end && number + 1 == count, writer);
            at += span(steps);
            step = block.end;
        }
        self.steps.drain(..step);
        self.blocks.iter_mut().for_each(|block| block.end -= step);
        at
    }

    fn bits(&self) -> u64 {
        self.blocks.iter().map(Block::bits).sum()
    }

    /// Where each block ends, in bytes, and what its symbols take.
    fn prices(&self, by_codes: f32) -> Vec<(usize, Prices)> {
        let (mut step, mut at) = (0, 0);
        let border = |block: &Block| {
            at += span(&self.steps[step..block.end]);
            step = block.end;
            at
        };
        let ends: Vec<usize> = self.blocks.iter().map(border).collect();
        ends.into_iter().zip(self.blocks.iter().map(|block| Prices::of(&block.uses, by_codes))).collect()
    }
}
