//! Which places come into question for clearing the dictionary.

use super::parser::{Parse, Parser};
use super::race::{Mark, Plan, Segment};
use super::widths::Widths;
use crate::indexed::Cuts;

/// Codes between two marks at least, however many indices they stand for.
const FEWEST_CODES: usize = 64;

/// Indices between two marks for each code asked for. Long phrases, in drawings, have marks after fewer codes: there are
/// fewer codes to go through, and clears pay at once where the picture changes.
const MOST_INDICES: usize = 4;

/// Codes by which a clear may come sooner or later.
const BESIDE: usize = 2;

/// The plan that clears the dictionary after every so many codes.
pub(super) fn regular(indices: &[u8], widths: &Widths, codes: usize) -> Plan {
    let mut parser = Parser::new(indices, widths);
    let (mut bits, mut segments) = (u64::from(widths.of(1)), Vec::new());
    while parser.position() < indices.len() {
        let start = parser.position();
        parser.restart(start, Parse::Greedy);
        while parser.position() < indices.len() && parser.codes() < codes {
            parser.take();
        }
        bits += widths.closed(parser.codes());
        segments.push(Segment { start, end: parser.position(), parse: Parse::Greedy });
    }
    Plan { bits, segments }
}

/// The plan that was meant when the indices were chosen.
pub(super) fn given(indices: &[u8], widths: &Widths, cuts: &Cuts) -> Plan {
    let mut parser = Parser::new(indices, widths).with_ends(&cuts.ends);
    let (mut bits, mut segments) = (u64::from(widths.of(1)), Vec::new());
    let clears = cuts.clears.iter().map(|&clear| clear as usize).filter(|&clear| clear < indices.len());
    let mut start = 0;
    for end in clears.chain([indices.len()]) {
        parser.restart(start, Parse::Given);
        parser.advance(end);
        bits += widths.closed(parser.codes());
        segments.push(Segment { start, end, parse: Parse::Given });
        start = end;
    }
    Plan { bits, segments }
}

/// Marks all over the picture: where a plan of greedy segments clears, and every so many codes.
pub(super) fn spaced(indices: &[u8], widths: &Widths, plan: &Plan, codes: usize) -> Vec<Mark> {
    let mut parser = Parser::new(indices, widths);
    let mut positions = vec![0];
    for segment in &plan.segments {
        parser.restart(segment.start, Parse::Greedy);
        let (mut last_position, mut last_codes) = (segment.start, 0);
        while parser.position() < segment.end {
            parser.take();
            let (position, since) = (parser.position(), parser.codes() - last_codes);
            let is_far = position - last_position >= MOST_INDICES * codes && since >= FEWEST_CODES;
            if since >= codes || is_far || position >= segment.end {
                positions.push(position.min(segment.end));
                (last_position, last_codes) = (position, parser.codes());
            }
        }
    }
    positions.dedup();
    let mark = |(group, position)| Mark { position, group };
    positions.into_iter().enumerate().map(mark).collect()
}

/// Where a segment could end some codes sooner or later: what follows in drawings hangs on the last code, without a rule.
fn beside(parser: &mut Parser<'_>, segment: &Segment, most: usize) -> [usize; 2 * BESIDE] {
    let mut ends = [segment.end; 2 * BESIDE];
    parser.restart(segment.start, segment.parse);
    while parser.position() < segment.end {
        ends[..BESIDE].rotate_left(1);
        ends[BESIDE - 1] = parser.position();
        parser.take();
    }
    for end in &mut ends[BESIDE..] {
        if parser.position() < most {
            parser.take();
        }
        *end = parser.position();
    }
    ends
}

/// Marks around the clears of a plan, each `splits` on either side, as far as the marks next to it.
pub(super) fn around(indices: &[u8], widths: &Widths, plan: &Plan, old: &[Mark], splits: usize) -> Vec<Mark> {
    let mut parser = Parser::new(indices, widths);
    let mut marks = vec![Mark { position: 0, group: 0 }];
    let (last, cleared) = plan.segments.split_last().expect("a picture has a segment");
    for (number, segment) in cleared.iter().enumerate() {
        let place = old.partition_point(|mark| mark.position < segment.end);
        let after = old[place..].iter().find(|mark| mark.position > segment.end);
        let low = old[place.saturating_sub(1)].position.max(segment.start + 1);
        let high = after.map_or(indices.len(), |mark| mark.position);
        parser.restart(segment.start, segment.parse);
        let mut positions = vec![segment.end];
        // At the ends of phrases, and where nothing more is learned: long phrases gain by each one that is.
        parser.fill(high);
        let full = parser.position();
        positions.extend((full > low).then_some(full));
        parser.restart(segment.start, segment.parse);
        for split in 0..2 * splits + 1 {
            let share = |from: usize, to: usize, parts: usize| from + (to - from) * parts / splits;
            let goal = match split.checked_sub(splits) {
                None => share(low, segment.end, split),
                Some(0) => continue,
                Some(parts) => share(segment.end, high, parts),
            };
            parser.advance(goal);
            positions.push(parser.position());
        }
        positions.extend(beside(&mut parser, segment, indices.len()));
        positions.sort_unstable();
        for position in positions {
            let is_next = marks.last().is_none_or(|mark| mark.position < position);
            if is_next && position < indices.len() {
                marks.push(Mark { position, group: number + 1 });
            }
        }
    }
    marks.push(Mark { position: last.end, group: plan.segments.len() });
    marks
}
