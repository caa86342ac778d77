//! Stretches of pixels that one colour meets as they are wanted: drawings are full of them.
//!
//! Within one, the cheapest way is a repeat that goes on with that colour all along. So a stretch is jumped over, but for
//! its ends: behind its start repeats are found and begun, and before its end those begin that go on with what follows.

use super::Plan;
use crate::color::distance_squared;
use crate::map::rows::Row;
use crate::zlib::symbols::LONGEST;

/// Pixels at the start of a stretch that are looked at one by one, and at its end.
const START: usize = 4;
const END: usize = 8;

/// Shorter jumps are not worth their while.
const SHORTEST_JUMP: usize = 16;

/// What a pixel may be off, in bits, for its colour to meet it: errors from above fade away within a few rows.
const OFF: f32 = 1.0 / 64.0;

/// Those of a row.
#[derive(Debug)]
pub(super) struct Stretches {
    /// For each pixel, how many from there on are met by the same colour.
    left: Vec<u32>,
}

impl Stretches {
    pub(super) fn new(width: usize) -> Self {
        Self { left: vec![0; width] }
    }

    /// Finds those of the next row.
    #[inline(always)]
    pub(super) fn fill(&mut self, plan: &Plan<'_>, wanted: &Row, nearest: &[u8]) {
        // What is seen through a hole may be another colour for each pixel.
        if plan.canvas.is_some() {
            return;
        }
        let most = OFF * plan.prices.bit;
        let mut behind = (None, 0);
        for (x, left) in self.left.iter_mut().enumerate().rev() {
            let index = nearest[x];
            let here = Some((index, wanted.choices[x]));
            let off = distance_squared(wanted.points[x], plan.targets.points[usize::from(index)]);
            let is_met = wanted.weights[x] * off <= most;
            *left = if is_met { 1 + if here == behind.0 { behind.1 } else { 0 } } else { 0 };
            behind = (here, *left);
        }
    }

    /// How many pixels can be jumped over at a pixel where the cheapest path is a repeat as long as this; none where the
    /// jump would not be worth while.
    #[inline(always)]
    pub(super) fn jump(&self, x: usize, length: usize) -> Option<usize> {
        let left = self.left[x] as usize;
        let is_behind_start = x >= START && self.left[x - START] as usize == left + START;
        let jump = left.saturating_sub(END).min(LONGEST.saturating_sub(length));
        (is_behind_start && jump >= SHORTEST_JUMP).then_some(jump)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_jumped_over_but_for_its_ends_and_no_further_than_a_repeat_reaches() {
        let stretches = Stretches { left: (1..=400).rev().collect() };
        assert_eq!(stretches.jump(START - 1, 5), None, "its start");
        assert_eq!(stretches.jump(START, 5), Some(LONGEST - 5));
        assert_eq!(stretches.jump(START, LONGEST - SHORTEST_JUMP + 1), None, "too little is left");
        assert_eq!(stretches.jump(300, 5), Some(100 - END));
        assert_eq!(stretches.jump(400 - END - SHORTEST_JUMP + 1, 5), None, "its end");
        let broken = Stretches { left: (1..=30).rev().chain((1..=30).rev()).collect() };
        assert_eq!(broken.jump(30, 5), None, "another one's start");
        assert_eq!(broken.jump(34, 5), Some(26 - END));
    }
}
