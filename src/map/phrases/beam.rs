//! Paths that go on in the middle of a phrase, side by side.

use super::colors::Colors;
use super::dictionary::Dictionary;
use super::symbols::Symbols;
use crate::color::Point;
use crate::map::rows::passed_right;

/// What it costs to teach the dictionary nothing, in codes. On five photographs, files of the same score are 0.7 % smaller for
/// it, and as large with 0.3 or 2.
const WASTE: f32 = 1.0;

/// A path up to a pixel, with a phrase that may end there, or go on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tip {
    /// What the path costs more than the cheapest one, the whole of its last phrase included.
    pub(super) cost: f32,
    /// What its last pixel passes to the right.
    pub(super) error: Point,
    /// Its last phrase, and the place where that starts.
    pub(super) code: u16,
    pub(super) start: usize,
}

/// What a pixel wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// With the errors from above.
    pub(super) point: Point,
    /// How much an error of it shows, and how much of those to the left it takes.
    pub(super) weight: f32,
    pub(super) strength: f32,
    /// What it costs not to take an index.
    pub(super) favourite: (u8, f32),
}

/// A way to go on.
#[derive(Clone, Copy, Debug)]
struct Step {
    cost: f32,
    off: Point,
    /// The phrase so far, unless one starts here.
    code: Option<u16>,
    symbol: u8,
    start: usize,
}

#[derive(Debug)]
pub(super) struct Beam {
    tips: Vec<Tip>,
    steps: Vec<Step>,
    costs: Vec<f32>,
    /// Paths that go on, at most.
    width: usize,
}

impl Beam {
    pub(super) fn new(width: usize) -> Self {
        Self { tips: Vec::new(), steps: Vec::new(), costs: Vec::new(), width }
    }

    /// Lets no phrase go on.
    pub(super) fn clear(&mut self) {
        self.tips.clear();
    }

    /// Lets all but some paths go.
    pub(super) fn retain(&mut self, stays: impl Fn(&Tip) -> bool) {
        self.tips.retain(stays);
    }

    /// Lets errors of a row not run on into the next.
    pub(super) fn forget_errors(&mut self) {
        self.tips.iter_mut().for_each(|tip| tip.error = [0.0; 4]);
    }

    /// Takes all paths on by a pixel: phrases that go on, and those that start behind the cheapest path, for `price`.
    /// Those go on that cost at most `slack` more than the cheapest, which is handed out.
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        wanted: &Wanted,
        (best, near): (&Tip, &Symbols),
        (colors, dictionary): (&Colors, &Dictionary),
        (price, slack): (f32, f32),
        place: usize,
    ) -> Tip {
        self.steps.clear();
        let mut least = f32::INFINITY;
        let mut cheapest = 0;
        let steps = &mut self.steps;
        let mut go_on = |tip: &Tip, code: Option<u16>, start: usize, cost: f32, symbols: Symbols| {
            let point: Point =
                std::array::from_fn(|axis| wanted.point[axis] + wanted.strength * tip.error[axis]);
            symbols.each(|symbol| {
                let color = colors.point(symbol);
                let off: Point = std::array::from_fn(|axis| point[axis] - color[axis]);
                let distance = (off[0] * off[0] + off[1] * off[1]) + (off[2] * off[2] + off[3] * off[3]);
                let (favourite, more) = wanted.favourite;
                let more = if symbol == favourite { 0.0 } else { more };
                let cost = cost + wanted.weight * distance + more;
                if cost <= least + slack {
                    if cost < least {
                        (least, cheapest) = (cost, steps.len());
                    }
                    steps.push(Step { cost, off, code, symbol, start });
                }
            });
        };
        // A phrase that could have been longer teaches nothing.
        let known = dictionary.longer(best.code);
        go_on(best, None, place, price, near.and_not(known));
        go_on(best, None, place, price * (1.0 + WASTE), near.and(known));
        for tip in &self.tips {
            let symbols = dictionary.longer(tip.code).and(near);
            if !symbols.is_empty() {
                go_on(tip, Some(tip.code), tip.start, tip.cost, symbols);
            }
        }
        let best = self.steps[cheapest].tip(least, dictionary);
        self.tips.clear();
        for step in &self.steps {
            if step.cost <= least + slack {
                let tip = step.tip(least, dictionary);
                if !dictionary.longer(tip.code).is_empty() {
                    self.tips.push(tip);
                }
            }
        }
        self.narrow();
        best
    }

    /// Lets the dearest paths go.
    #[inline(always)]
    fn narrow(&mut self) {
        if self.tips.len() <= self.width {
            return;
        }
        self.costs.clear();
        self.costs.extend(self.tips.iter().map(|tip| tip.cost));
        let (_, &mut most, _) = self.costs.select_nth_unstable_by(self.width, f32::total_cmp);
        self.tips.retain(|tip| tip.cost < most);
    }
}

impl Step {
    /// The path that it makes, in ratio to what the cheapest costs.
    #[inline(always)]
    fn tip(&self, least: f32, dictionary: &Dictionary) -> Tip {
        let code = match self.code {
            Some(code) => dictionary.extension(code, self.symbol),
            None => u16::from(self.symbol),
        };
        Tip { cost: self.cost - least, error: self.off.map(passed_right), code, start: self.start }
    }
}
