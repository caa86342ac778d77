//! Blocks of a DEFLATE stream (RFC 1951, 3.2.3): what their symbols take, and the codes that take least.

use super::bits::Writer;
use super::huffman;
use super::symbols::{
    DISTANCES, LENGTHS, distance_bits, distance_code, least_distance, least_length, length_bits, length_code,
};
use crate::logarithm::log2;

/// The symbol that ends a block, and the number of those before it: a literal for each byte.
pub(super) const END: usize = 256;

/// Symbols of literals, the end and lengths.
pub(super) const LITERALS: usize = END + 1 + LENGTHS;

/// The most bits of a code, and of a code of lengths of codes.
const LONGEST_CODE: u8 = 15;
const LONGEST_CODE_OF_LENGTHS: u8 = 7;

/// A byte as it is, or bytes again from so far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    length: u16,
    /// 0 for a literal.
    distance: u16,
}

impl Step {
    pub(super) const LITERAL: Self = Self { length: 1, distance: 0 };

    pub(super) fn repeat(length: usize, distance: usize) -> Self {
        Self { length: length as u16, distance: distance as u16 }
    }

    /// How many bytes it stands for.
    #[inline(always)]
    pub(super) fn length(self) -> usize {
        usize::from(self.length)
    }

    #[inline(always)]
    pub(super) fn distance(self) -> usize {
        usize::from(self.distance)
    }

    #[inline(always)]
    pub(super) fn is_literal(self) -> bool {
        self.distance == 0
    }
}

/// How many bytes steps stand for.
pub(super) fn span(steps: &[Step]) -> usize {
    steps.iter().map(|step| step.length()).sum()
}

/// How often a block has each symbol, but for its end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Uses {
    pub(super) literals: [u32; LITERALS],
    pub(super) distances: [u32; DISTANCES],
    /// Bits that follow the codes.
    following: u64,
}

impl Uses {
    pub(super) const NONE: Self = Self { literals: [0; LITERALS], distances: [0; DISTANCES], following: 0 };

    /// Of steps through bytes, from the first of these.
    pub(super) fn of(steps: &[Step], bytes: &[u8]) -> Self {
        let mut uses = Self::NONE;
        let mut at = 0;
        for &step in steps {
            uses.add(step, bytes[at]);
            at += step.length();
        }
        uses
    }

    /// One step more, which is at such a byte.
    #[inline]
    fn add(&mut self, step: Step, byte: u8) {
        if step.is_literal() {
            self.literals[usize::from(byte)] += 1;
            return;
        }
        let (length, distance) = (length_code(step.length()), distance_code(step.distance()));
        self.literals[END + 1 + length] += 1;
        self.distances[distance] += 1;
        self.following += u64::from(length_bits(length) + distance_bits(distance));
    }

    /// Those of another block as well.
    pub(super) fn join(&mut self, other: &Self) {
        self.literals.iter_mut().zip(&other.literals).for_each(|(uses, more)| *uses += more);
        self.distances.iter_mut().zip(&other.distances).for_each(|(uses, more)| *uses += more);
        self.following += other.following;
    }

    /// Without those of another block, all of which it has.
    pub(super) fn part(&mut self, other: &Self) {
        self.literals.iter_mut().zip(&other.literals).for_each(|(uses, less)| *uses -= less);
        self.distances.iter_mut().zip(&other.distances).for_each(|(uses, less)| *uses -= less);
        self.following -= other.following;
    }

    /// About how many bits the block takes, without making codes.
    pub(super) fn guess(&self) -> f32 {
        HEADER + self.following as f32 + guess(&self.literals, 1) + guess(&self.distances, 0)
    }

    /// How many bits the block takes, or a few less, as its codes are better yet.
    pub(super) fn bits(&self) -> u64 {
        Codes::plain(self).bits(self).min(self.fixed_bits())
    }

    /// The same with the codes that are known to everybody.
    fn fixed_bits(&self) -> u64 {
        3 + u64::from(FIXED[END])
            + taken(&self.literals, &FIXED)
            + taken(&self.distances, &[FIXED_DISTANCE; DISTANCES])
            + self.following
    }

    /// Of literals and lengths, with the end.
    fn with_end(&self) -> [u32; LITERALS] {
        let mut literals = self.literals;
        literals[END] += 1;
        literals
    }
}

/// Bits of symbols with codes of such lengths.
fn taken(uses: &[u32], lengths: &[u8]) -> u64 {
    uses.iter().zip(lengths).map(|(&uses, &length)| u64::from(uses) * u64::from(length)).sum()
}

/// Bits of what every block with codes of its own begins with.
const HEADER: f32 = 40.0;

/// About how many bits symbols and the lengths of their codes take, with so many symbols more that are not counted.
fn guess(uses: &[u32], more: u32) -> f32 {
    let total = log2((uses.iter().sum::<u32>() + more).max(1) as f32);
    let (mut bits, mut unused, mut last) = (0.0, 0, 0.0);
    for &uses in uses {
        if uses == 0 {
            unused += 1;
            continue;
        }
        bits += match unused {
            0 => 0.0,
            1 => 3.5,
            2 => 6.0,
            3..=10 => 6.5,
            11..=138 => 10.0,
            _ => 18.0,
        };
        unused = 0;
        let length = (total - log2(uses as f32)).max(1.0);
        let whole = (length + 0.5) as i32 as f32;
        bits += uses as f32 * length + if whole == last { 1.8 } else { 3.6 };
        last = whole;
    }
    bits
}

/// Bits of the codes that are known to everybody, for literals, the end and lengths, and for each distance (RFC 1951, 3.2.6).
/// Two symbols at the end have a code and no use.
pub(super) const FIXED: [u8; LITERALS + 2] = {
    let mut lengths = [8; LITERALS + 2];
    let mut symbol = 144;
    while symbol < 280 {
        lengths[symbol] = if symbol < END { 9 } else { 7 };
        symbol += 1;
    }
    lengths
};
pub(super) const FIXED_DISTANCE: u8 = 5;

/// Codes of a block's own.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) literals: [u8; LITERALS],
    pub(super) distances: [u8; DISTANCES],
    lengths: Lengths,
}

impl Codes {
    /// Those of the fewest bits, but for what it takes to state them.
    pub(super) fn plain(uses: &Uses) -> Self {
        Self::of_counts(&uses.with_end(), &uses.distances)
    }

    /// Those of the fewest bits that are looked for.
    fn best(uses: &Uses) -> Self {
        let even = Self::of_counts(&evened(&uses.with_end()), &evened(&uses.distances));
        let [plain, even] =
            [Self::plain(uses), even].map(|codes| Self { lengths: codes.lengths.better(), ..codes });
        if even.bits(uses) < plain.bits(uses) { even } else { plain }
    }

    fn of_counts(literals: &[u32; LITERALS], distances: &[u32; DISTANCES]) -> Self {
        let literals = huffman::lengths(literals, LONGEST_CODE);
        let mut distances = huffman::lengths(distances, LONGEST_CODE);
        // A block without repeats has one distance all the same.
        if distances == [0; DISTANCES] {
            distances[0] = 1;
        }
        Self { literals, distances, lengths: Lengths::of(&literals, &distances) }
    }

    fn bits(&self, uses: &Uses) -> u64 {
        3 + self.lengths.bits
            + taken(&uses.with_end(), &self.literals)
            + taken(&uses.distances, &self.distances)
            + uses.following
    }
}

/// How far uses may be from the mean of those before them to be taken as equal: a quarter, and one.
const NEAR: u32 = 4;

/// Uses in a row that are near each other as if they were equal, so that their codes are as long, which is told in fewer
/// bits.
fn evened<const SYMBOLS: usize>(uses: &[u32; SYMBOLS]) -> [u32; SYMBOLS] {
    let mut evened = *uses;
    let mut start = 0;
    while start < SYMBOLS {
        let (mut end, mut sum) = (start, 0);
        while end < SYMBOLS && uses[end] > 0 {
            let mean = if end > start { sum / (end - start) as u32 } else { uses[end] };
            if uses[end].abs_diff(mean) > mean / NEAR + 1 {
                break;
            }
            sum += uses[end];
            end += 1;
        }
        let count = end - start;
        // Fewer are not stated as a repeat.
        if count >= 4 {
            evened[start..end].fill(((sum + count as u32 / 2) / count as u32).max(1));
        }
        start = end.max(start + 1);
    }
    evened
}

/// Lengths of codes as a block states them (RFC 1951, 3.2.7): themselves coded, and runs of them in few symbols.
#[derive(Clone, Debug)]
struct Lengths {
    all: Vec<u8>,
    /// How many of them are of literals, and of distances.
    counts: (usize, usize),
    /// Each with how many lengths it stands for.
    symbols: Vec<(u8, u8)>,
    codes: [u8; SYMBOLS],
    /// Without the three that begin every block.
    bits: u64,
}

/// Lengths of 0 to 15, the last one again, few zeros, and many.
const SYMBOLS: usize = 19;
const AGAIN: u8 = 16;
const ZEROS: u8 = 17;
const MANY_ZEROS: u8 = 18;

/// How many lengths those stand for, and in how many bits that is told.
const RUNS: [(std::ops::RangeInclusive<usize>, u32); 3] = [(3..=6, 2), (3..=10, 3), (11..=138, 7)];

/// The order in which the lengths of their codes stand.
pub(super) const ORDER: [usize; SYMBOLS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bits of those symbols as they usually are.
const USUAL: [u8; SYMBOLS] = [4, 5, 5, 5, 5, 4, 4, 3, 3, 3, 4, 5, 5, 6, 6, 6, 3, 4, 4];

impl Lengths {
    fn of(literals: &[u8; LITERALS], distances: &[u8; DISTANCES]) -> Self {
        let count = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|&length| length > 0).map_or(least, |last| least.max(last + 1))
        };
        let counts = (count(literals, END + 1), count(distances, 1));
        Self::with([&literals[..counts.0], &distances[..counts.1]].concat(), counts, &USUAL)
    }

    /// The same with symbols that are chosen by what they take, which depends on how often they are chosen.
    fn better(self) -> Self {
        let prices = self.codes.map(|code| if code > 0 { code } else { LONGEST_CODE_OF_LENGTHS });
        let again = Self::with(self.all.clone(), self.counts, &prices);
        if again.bits < self.bits { again } else { self }
    }

    fn with(all: Vec<u8>, counts: (usize, usize), prices: &[u8; SYMBOLS]) -> Self {
        let symbols = cheapest(&all, prices);
        let mut uses = [0; SYMBOLS];
        symbols.iter().for_each(|&(symbol, _)| uses[usize::from(symbol)] += 1);
        let codes = huffman::lengths(&uses, LONGEST_CODE_OF_LENGTHS);
        let following: u32 = (0..3).map(|run| uses[usize::from(AGAIN) + run] * RUNS[run].1).sum();
        let bits = 5 + 5 + 4 + 3 * stated(&codes) as u64 + taken(&uses, &codes) + u64::from(following);
        Self { all, counts, symbols, codes, bits }
    }

    fn write(&self, writer: &mut Writer) {
        let (literals, distances) = self.counts;
        let stated = stated(&self.codes);
        writer.put(literals as u32 - 257, 5);
        writer.put(distances as u32 - 1, 5);
        writer.put(stated as u32 - 4, 4);
        ORDER[..stated].iter().for_each(|&symbol| writer.put(self.codes[symbol].into(), 3));
        let codes = huffman::codes(&self.codes);
        for &(symbol, count) in &self.symbols {
            writer.put(codes[usize::from(symbol)].into(), self.codes[usize::from(symbol)].into());
            if let Some((counts, bits)) = symbol.checked_sub(AGAIN).map(|run| &RUNS[usize::from(run)]) {
                writer.put(u32::from(count) - *counts.start() as u32, *bits);
            }
        }
    }
}

/// How many of the codes of lengths are stated: those at the end that are not used are not.
fn stated(codes: &[u8; SYMBOLS]) -> usize {
    ORDER.iter().rposition(|&symbol| codes[symbol] > 0).map_or(4, |last| (last + 1).max(4))
}

/// The symbols of lengths that take the fewest bits, at such prices.
fn cheapest(lengths: &[u8], prices: &[u8; SYMBOLS]) -> Vec<(u8, u8)> {
    // By how many lengths are stated: bits, and the last symbol with how many it stands for.
    let mut ways = vec![(u32::MAX, 0, 0_u8); lengths.len() + 1];
    ways[0].0 = 0;
    let mut run = 0;
    // From each end on, how many are equal.
    let mut equal = vec![0; lengths.len()];
    for at in (0..lengths.len()).rev() {
        run = if lengths.get(at + 1) == Some(&lengths[at]) { run + 1 } else { 1 };
        equal[at] = run;
    }
    for at in 0..lengths.len() {
        let (before, length) = (ways[at].0, lengths[at]);
        let mut attempt = |symbol: u8, count: usize, following: u32| {
            let bits = before + u32::from(prices[usize::from(symbol)]) + following;
            if bits < ways[at + count].0 {
                ways[at + count] = (bits, symbol, count as u8);
            }
        };
        attempt(length, 1, 0);
        let is_again = at > 0 && lengths[at - 1] == length;
        for (symbol, is_possible) in [(AGAIN, is_again), (ZEROS, length == 0), (MANY_ZEROS, length == 0)] {
            let (counts, bits) = &RUNS[usize::from(symbol - AGAIN)];
            if is_possible {
                (*counts.start()..=*counts.end().min(&equal[at]))
                    .for_each(|count| attempt(symbol, count, *bits));
            }
        }
    }
    let mut symbols = Vec::new();
    let mut at = lengths.len();
    while at > 0 {
        let (_, symbol, count) = ways[at];
        symbols.push((symbol, count));
        at -= usize::from(count);
    }
    symbols.reverse();
    symbols
}

/// Writes a block of steps through bytes, from the first of these.
pub(super) fn write(steps: &[Step], bytes: &[u8], uses: &Uses, is_last: bool, writer: &mut Writer) {
    writer.put(is_last.into(), 1);
    let own = Codes::best(uses);
    let (literals, distances): (Vec<u8>, Vec<u8>) = if own.bits(uses) < uses.fixed_bits() {
        writer.put(2, 2);
        own.lengths.write(writer);
        (own.literals.to_vec(), own.distances.to_vec())
    } else {
        writer.put(1, 2);
        (FIXED.to_vec(), vec![FIXED_DISTANCE; DISTANCES + 2])
    };
    let (codes, codes_of_distances) = (huffman::codes(&literals), huffman::codes(&distances));
    let mut at = 0;
    for &step in steps {
        let symbol =
            if step.is_literal() { usize::from(bytes[at]) } else { END + 1 + length_code(step.length()) };
        writer.put(codes[symbol].into(), literals[symbol].into());
        if !step.is_literal() {
            let code = length_code(step.length());
            writer.put((step.length() - least_length(code)) as u32, length_bits(code));
            let code = distance_code(step.distance());
            writer.put(codes_of_distances[code].into(), distances[code].into());
            writer.put((step.distance() - least_distance(code)) as u32, distance_bits(code));
        }
        at += step.length();
    }
    writer.put(codes[END].into(), literals[END].into());
}
