//! The picture from its first pixel to its last: the search, and behind it what is settled.

use super::beam::{Beam, Tip, Wanted};
use super::colors::Colors;
use super::dictionary::Dictionary;
use super::symbols::Symbols;
use crate::color::Point;
use crate::effort;
use crate::indexed::Cuts;
use crate::map::rows::{Choice, Row, Rows, limited, passed_right};
use crate::map::targets::Targets;
use crate::simd::Vector;

/// Pixels that the search is ahead of what is settled, and pixels that are settled at a time. On five photographs, half as
/// many or twice as many ahead take 2 % more bytes for the same score: phrases are learned too late, or paths lost.
const AHEAD: usize = 24;
const AT_ONCE: usize = 8;

/// Bits that it costs to draw a pixel rather than to leave it as it is seen. Where the palette holds what is seen, nothing
/// else would tell them apart, and long phrases of either are better than short ones of both.
const DRAWING: f32 = 1.0;

/// Ends of paths that are remembered: more than there are unsettled.
const ENDS: usize = 64;

/// The last phrase of the cheapest path to a place.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    code: u16,
    start: usize,
}

pub(super) struct Stream<'a> {
    width: usize,
    lambda: f32,
    slack: f32,
    targets: &'a Targets,
    /// Indices that are fully transparent, where there are others.
    holes: Vec<u8>,
    /// That which leaves what is seen.
    hole: Option<u8>,
    colors: Colors,
    dictionary: Dictionary,
    beam: Beam,
    source: Rows<'a>,
    /// The row that is searched, and that which is settled: by number, even and odd.
    rows: [Row; 2],
    /// What is passed down to them: a pixel more on either side.
    errors: [Vec<Point>; 2],
    /// What the last pixel that was settled passes to the right.
    error: Point,
    /// By place.
    ends: [End; ENDS],
    /// Phrases of the cheapest path, the last first, with the place where each ends.
    path: Vec<(End, usize)>,
    indices: &'a mut [u8],
    /// Pixels that are settled.
    settled: usize,
    /// The phrase that ends there, unless none does: what it teaches is known with the next pixel.
    last: Option<u16>,
    cuts: Cuts,
    ahead: usize,
    at_once: usize,
}

impl<'a> Stream<'a> {
    pub(super) fn new(
        width: usize,
        (targets, hole): (&'a Targets, Option<u8>),
        (lambda, beam): (f32, effort::Beam),
        source: Rows<'a>,
        indices: &'a mut [u8],
    ) -> Self {
        let holes = (0..=255).zip(&targets.colors).filter(|(_, color)| color[3] == 0).map(|(index, _)| index);
        let hides_holes = targets.may_make_holes() || hole.is_some();
        // The pixel above to the right must be settled.
        let at_once = AT_ONCE.min(width / 2).max(1);
        Self {
            width,
            lambda,
            slack: beam.slack,
            targets,
            holes: if hides_holes { holes.collect() } else { Vec::new() },
            hole,
            colors: Colors::new(&targets.points),
            dictionary: Dictionary::new(targets.points.len()),
            beam: Beam::new(beam.paths),
            source,
            rows: [Row::new(width), Row::new(width)],
            errors: std::array::from_fn(|_| vec![[0.0; 4]; width + 2]),
            error: [0.0; 4],
            ends: [End::default(); ENDS],
            path: Vec::new(),
            indices,
            settled: 0,
            last: None,
            cuts: Cuts::default(),
            ahead: AHEAD.min(width.saturating_sub(at_once + 2)),
            at_once,
        }
    }

    /// Works through the picture, and hands out how it was cut.
    #[inline(always)]
    pub(super) fn map<V: Vector>(mut self) -> Cuts {
        let mut best = Tip { cost: 0.0, error: [0.0; 4], code: 0, start: 0 };
        let count = self.indices.len();
        for place in 0..count {
            let (x, y) = (place % self.width, place / self.width);
            if x == 0 {
                self.source.fill(&mut self.rows[y % 2]);
                best.error = [0.0; 4];
                self.beam.forget_errors();
            }
            best = self.step::<V>(place, &best);
            let end = place + 1;
            self.ends[end % ENDS] = End { code: best.code, start: best.start };
            if end == count {
                self.settle(end, end);
            } else if end - self.settled >= self.ahead + self.at_once {
                self.settle(end, end - self.ahead);
                if self.dictionary.is_full() {
                    self.clear(end);
                }
            }
        }
        self.cuts
    }

    /// Takes all paths on by a pixel, and hands out the cheapest.
    #[inline(always)]
    fn step<V: Vector>(&mut self, place: usize, best: &Tip) -> Tip {
        let (x, y) = (place % self.width, place / self.width);
        let wanted = self.wanted(x, y);
        let price = self.lambda * self.dictionary.width() as f32;
        let slack = self.slack * price;
        let near = self.near::<V>(&wanted, best, (x, y), slack);
        self.beam.step(&wanted, (best, &near), (&self.colors, &self.dictionary), (price, slack), place)
    }

    #[inline(always)]
    fn wanted(&self, x: usize, y: usize) -> Wanted {
        let row = &self.rows[y % 2];
        let (strength, above) = (row.strengths[x], &self.errors[y % 2][x + 1]);
        let point = std::array::from_fn(|axis| row.points[x][axis] + strength * above[axis]);
        // Where no hole may be taken, it costs nothing not to.
        let drawing = if row.choices[x] == Choice::Onto { DRAWING * self.lambda } else { 0.0 };
        let favourite = (self.hole.unwrap_or(0), drawing);
        Wanted { point, weight: row.weights[x], strength, favourite }
    }

    /// What a pixel may become without costing more than paths may.
    #[inline(always)]
    fn near<V: Vector>(
        &mut self,
        wanted: &Wanted,
        best: &Tip,
        (x, y): (usize, usize),
        slack: f32,
    ) -> Symbols {
        let choice = self.rows[y % 2].choices[x];
        if let Choice::Only(index) = choice {
            self.colors.set(index, self.look(index, (x, y)));
            return Symbols::only(index);
        }
        for i in 0..self.holes.len() {
            let hole = self.holes[i];
            let is_open = match choice {
                Choice::Onto => self.hole == Some(hole),
                choice => choice == Choice::Any,
            };
            let look = self.look(hole, (x, y));
            if is_open { self.colors.set(hole, look) } else { self.colors.hide(hole) }
        }
        let point = std::array::from_fn(|axis| wanted.point[axis] + wanted.strength * best.error[axis]);
        self.colors.near::<V>(&point, slack / wanted.weight, self.hole.filter(|_| choice == Choice::Onto))
    }

    /// What a pixel looks like with an index.
    #[inline(always)]
    fn look(&self, index: u8, (x, y): (usize, usize)) -> Point {
        if self.hole == Some(index) {
            self.rows[y % 2].seen[x]
        } else {
            self.targets.points[usize::from(index)]
        }
    }

    /// Writes the cheapest path to a place, and settles it up to another.
    #[inline(always)]
    fn settle(&mut self, end: usize, to: usize) {
        self.trace(end, to);
        let mut last = self.last.take().map(|code| (code, self.settled));
        for &(End { code, .. }, end) in self.path.iter().rev().take_while(|phrase| phrase.1 <= to) {
            if let Some((code, end)) = last {
                self.dictionary.learn(code, self.indices[end]);
            }
            self.cuts.ends.push(end as u32);
            last = Some((code, end));
        }
        match last {
            Some((code, end)) if end < to => self.dictionary.learn(code, self.indices[end]),
            _ => self.last = last.map(|(code, _)| code),
        }
        self.drop_others(end, to);
        for place in self.settled..to {
            self.spread(place);
        }
        self.settled = to;
    }

    /// Forgets all phrases.
    #[inline(always)]
    fn clear(&mut self, end: usize) {
        self.settle(end, end);
        self.cuts.clears.push(end as u32);
        self.last = None;
        self.dictionary.clear();
        self.beam.clear();
    }

    /// Finds the cheapest path to a place, and writes it up to another at least.
    #[inline(always)]
    fn trace(&mut self, end: usize, to: usize) {
        self.path.clear();
        let mut end = end;
        while end > self.settled {
            let phrase = self.ends[end % ENDS];
            self.path.push((phrase, end));
            if phrase.start < to {
                let mut code = phrase.code;
                for place in (phrase.start.max(self.settled)..end).rev() {
                    let (shorter, symbol) = self.dictionary.split(code);
                    self.indices[place] = symbol;
                    code = shorter;
                }
            }
            end = phrase.start;
        }
    }

    /// Lets go of paths to a place that do not go through what is settled up to another.
    #[inline(always)]
    fn drop_others(&mut self, end: usize, to: usize) {
        // The phrase that is open there, and as much of it as is settled.
        let phrase = self.path.iter().find(|phrase| phrase.0.start < to && to < phrase.1);
        let open = phrase
            .map(|&(phrase, end)| End { code: self.dictionary.shortened(phrase.code, end - to), ..phrase });
        let (dictionary, ends) = (&self.dictionary, &self.ends);
        let goes_through = |known: &[bool; ENDS], phrase: End, end: usize| match open {
            Some(open) if phrase.start == open.start => {
                let (shorter, _) = dictionary.split(phrase.code);
                let before = ends[(end - 1) % ENDS];
                // Mostly it makes the cheapest one longer.
                if end > to + 1 && before.start == phrase.start && before.code == shorter {
                    known[(end - 1) % ENDS]
                } else {
                    dictionary.shortened(shorter, end - 1 - to) == open.code
                }
            }
            _ => phrase.start >= to && known[phrase.start % ENDS],
        };
        let mut known = [false; ENDS];
        // Where a phrase is open, no other can start.
        known[to % ENDS] = open.is_none();
        for place in to + 1..=end {
            known[place % ENDS] = goes_through(&known, self.ends[place % ENDS], place);
        }
        self.beam.retain(|tip| goes_through(&known, End { code: tip.code, start: tip.start }, end));
    }

    /// Passes on the error of a pixel.
    #[inline(always)]
    fn spread(&mut self, place: usize) {
        let (x, y) = (place % self.width, place / self.width);
        if x == 0 {
            self.errors[(y + 1) % 2].fill([0.0; 4]);
            self.error = [0.0; 4];
        }
        let wanted = self.wanted(x, y);
        let got = self.look(self.indices[place], (x, y));
        let below = &mut self.errors[(y + 1) % 2];
        for axis in 0..4 {
            let off = wanted.point[axis] + wanted.strength * self.error[axis] - got[axis];
            self.error[axis] = passed_right(off);
            let off = limited(off) * (1.0 / 16.0);
            below[x][axis] += 3.0 * off;
            below[x + 1][axis] += 5.0 * off;
            below[x + 2][axis] += off;
        }
    }
}
