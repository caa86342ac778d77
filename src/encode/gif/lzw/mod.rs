//! LZW as GIF has it (GIF89a specification, appendix F), with as few bits as can be found in the time there is.
//!
//! A stream is a sequence of phrases and clear codes, and both leave a choice: any beginning of a phrase is a phrase,
//! and a full dictionary may stay in use. [`race`] finds where to clear, [`parser`] which phrases to take.

mod bits;
mod dictionary;
mod either;
mod marks;
mod parser;
mod phrases;
mod race;
#[cfg(test)]
mod tests;
mod widths;

use crate::effort::{Effort, Lzw};
use crate::indexed::Cuts;
use bits::BitWriter;
use parser::{Parse, Parser};
use race::{Plan, Race};
use widths::{MAX_CODES, Widths};

/// The longest that runs of the first race go on, in codes. Segments of photographs have 8,000 to 20,000.
const LONGEST_CODES: usize = 24 << 10;

/// Bits a pixel below which a picture is a drawing: phrases are long, so it is quickly cut, and dictionaries often never
/// fill up, so that ways to cut differ.
const DRAWING_BITS: u64 = 2;

/// How pictures are cut while places to clear are looked for once more: in photographs as is best for them, in drawings
/// quickly, since each segment is cut in every way at the end.
const PHOTOGRAPH: Parse = Parse::Ahead { novelty: 8 };
const DRAWING: Parse = Parse::Greedy;

/// Ways to cut a segment of a drawing. With the first three, those of 9 animations are 0.15 % larger.
const PARSES: [Parse; 5] = [
    Parse::Greedy,
    Parse::Ahead { novelty: 2 },
    Parse::Ahead { novelty: 8 },
    Parse::Ahead { novelty: 4 },
    Parse::Ahead { novelty: 16 },
];

/// Packs indices: one byte with the minimum code size, then the codes, not yet in blocks of 255. It depends on the
/// largest index alone whether the decoder's palette suffices, so a palette that is larger than needed costs nothing.
pub(crate) fn encode(indices: &[u8], cuts: Option<&Cuts>, settings: Lzw) -> Vec<u8> {
    let Some(cuts) = cuts else {
        let widths = widths_of(indices);
        return write(indices, &widths, &[], &plan(indices, &widths, settings));
    };
    let meant = meant(indices, cuts);
    shorter(indices, settings, meant.len()).unwrap_or(meant)
}

/// The same as the indices were meant to be cut.
pub(crate) fn meant(indices: &[u8], cuts: &Cuts) -> Vec<u8> {
    let widths = widths_of(indices);
    write(indices, &widths, &cuts.ends, &marks::given(indices, &widths, cuts))
}

/// The same without regard to how the indices were meant to be cut, if that is less than so many bytes. It is not looked
/// for where the plainest way is too far off, and quickly unless the picture is a drawing or the plainest way much shorter:
/// on nine clips, looking for all of it longer takes 0.3 % more off, and twice the time of large ones.
pub(crate) fn shorter(indices: &[u8], settings: Lzw, than: usize) -> Option<Vec<u8>> {
    let widths = widths_of(indices);
    let most = 8 * than as u64;
    let is_drawing = most < indices.len() as u64;
    let far = if is_drawing { most + most / NEAR } else { most };
    let regular = regular_within(indices, &widths, far)?;
    let plainest = cheapest(&regular).bits;
    let is_far_shorter = plainest < most - most / MUCH;
    let settings = if is_drawing || is_far_shorter { settings } else { Effort::Fast.settings().lzw };
    let packed = write(indices, &widths, &[], &improved(indices, &widths, settings, regular));
    (packed.len() < than).then_some(packed)
}

/// How much longer the plainest way may be in a drawing for the best to be looked for: one twelfth.
const NEAR: u64 = 12;

/// How much longer than that the first plan may be for another one to be looked at: one eighth.
const FAR: u64 = 8;

/// How much shorter it is in other pictures to be worth all the time that there is: one sixteenth.
const MUCH: u64 = 16;

/// About the bits of what [`encode`] makes: those of the plan that clears a full dictionary.
#[cfg(feature = "decode")]
pub(crate) fn estimate(indices: &[u8]) -> u64 {
    let widths = widths_of(indices);
    marks::regular(indices, &widths, usize::from(MAX_CODES - widths.first_free())).bits
}

/// Indices of which each free one may be `other` as well, so chosen that they pack well.
pub(crate) fn settle(indices: &[u8], is_free: &[bool], other: u8) -> Vec<u8> {
    let largest = indices.iter().copied().max().unwrap_or(0).max(other);
    either::settle(indices, is_free, other, &widths_of(&[largest]))
}

/// By the largest index.
fn widths_of(indices: &[u8]) -> Widths {
    Widths::new(bits_of(indices.iter().copied().max().unwrap_or(0)))
}

/// Bits of indices up to one: at least 2, even for one colour (appendix F).
pub(crate) fn bits_of(largest: u8) -> u8 {
    (u8::BITS - largest.leading_zeros()).max(2) as u8
}

/// Greedy plans.
fn regular(indices: &[u8], widths: &Widths) -> [Plan; 3] {
    lengths(widths).map(|codes| marks::regular(indices, widths, codes))
}

/// The same, unless they take more than so many bits, which the first mostly tells alone.
fn regular_within(indices: &[u8], widths: &Widths, bits: u64) -> Option<[Plan; 3]> {
    let [first, second, third] = lengths(widths);
    let of = |codes| marks::regular(indices, widths, codes);
    let first = of(first);
    if first.bits > bits + bits / FAR {
        return None;
    }
    let plans = [first, of(second), of(third)];
    (cheapest(&plans).bits <= bits).then_some(plans)
}

/// Codes after which greedy plans clear. In pictures with long phrases the size depends on the last code before a clear,
/// without a rule to it. Two before the dictionary is full is where gifsicle clears.
fn lengths(widths: &Widths) -> [usize; 3] {
    let full = usize::from(MAX_CODES - widths.first_free());
    [full, full - 2, usize::MAX]
}

fn plan(indices: &[u8], widths: &Widths, settings: Lzw) -> Plan {
    improved(indices, widths, settings, regular(indices, widths))
}

/// The best plan that is found from greedy ones.
fn improved(indices: &[u8], widths: &Widths, settings: Lzw, regular: [Plan; 3]) -> Plan {
    let mut marks = marks::spaced(indices, widths, cheapest(&regular[..2]), settings.codes_apart);
    let race = Race { indices, widths, parses: &[Parse::Greedy], span: LONGEST_CODES / settings.codes_apart };
    let mut best = race.run(&marks);
    for plan in regular {
        if plan.bits < best.bits {
            best = plan;
        }
    }
    let is_drawing = best.bits < DRAWING_BITS * indices.len() as u64;
    let parses = if is_drawing { &[DRAWING] } else { &[PHOTOGRAPH] };
    let mut centre = best.clone();
    for &splits in settings.refinements {
        marks = marks::around(indices, widths, &centre, &marks, splits);
        centre = Race { indices, widths, parses, span: 1 }.run(&marks);
        if centre.bits < best.bits {
            best = centre.clone();
        }
    }
    if is_drawing && !settings.refinements.is_empty() {
        cut_anew(indices, widths, &mut best);
    }
    best
}

/// Cuts each segment in the way that takes the fewest bits.
fn cut_anew(indices: &[u8], widths: &Widths, plan: &mut Plan) {
    let mut parser = Parser::new(indices, widths);
    for segment in &mut plan.segments {
        let mut bits = |parse| {
            parser.restart(segment.start, parse);
            parser.advance(segment.end);
            widths.closed(parser.codes())
        };
        let old = bits(segment.parse);
        let ways = PARSES.iter().map(|&parse| (bits(parse), parse));
        if let Some((new, parse)) = ways.min_by_key(|&(bits, _)| bits)
            && new < old
        {
            segment.parse = parse;
            plan.bits -= old - new;
        }
    }
}

/// The first of the plans with the fewest bits.
fn cheapest(plans: &[Plan]) -> &Plan {
    plans.iter().min_by_key(|plan| plan.bits).expect("there are plans")
}

fn write(indices: &[u8], widths: &Widths, ends: &[u32], plan: &Plan) -> Vec<u8> {
    let mut writer = BitWriter::after(vec![widths.min_code_size()]);
    writer.push(widths.clear_code(), widths.of(1));
    let mut parser = Parser::new(indices, widths).with_ends(ends);
    for segment in &plan.segments {
        parser.restart(segment.start, segment.parse);
        while parser.position() < segment.end {
            let start = parser.position();
            parser.take();
            let end = parser.position().min(segment.end);
            writer.push(parser.code_of(&indices[start..end]), widths.of(parser.codes()));
        }
        let is_last = segment.end == indices.len();
        let code = if is_last { widths.end_code() } else { widths.clear_code() };
        writer.push(code, widths.of(parser.codes() + 1));
    }
    writer.finish()
}
