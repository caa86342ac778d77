//! Rows, each by the cheapest path through it: literals, and repeats of what stands above (Viterbi).

use super::literals::Literals;
use super::repeats::{DRIFT, End, FEW, MOST, Repeats, SEVERAL, Tip, Wanted, drifted};
use super::stretches::Stretches;
use super::window::{Sources, Window};
use super::{Plan, VISIBILITY};
use crate::color::{Point, distance_squared};
use crate::map::rows::{Choice, Row, Rows, limited, passed_right};
use crate::simd::Vector;
use crate::zlib::symbols::WINDOW;

/// Repeats of which the first have been this long need no others for a while.
const LONG: usize = 24;

/// What an error of the second pixel of a repeat may be worth, in ratio to one of the first. On 10 photographs, half of the
/// repeats that would be followed are let go without a step, and with half as many places more that are looked at, files of
/// 256 colours of the same score are 0.5 % smaller in the same time.
const NEXT: f32 = 0.7;

/// Rows of a picture, one after the other.
pub(super) struct Band<'a, 'b> {
    plan: &'a Plan<'a>,
    literals: &'a mut Literals<'b>,
    width: usize,
    window: Window,
    /// What may be repeated starts here.
    floor: usize,
    repeats: Repeats,
    source: Rows<'a>,
    /// The row as it is wanted, with the errors from above, and its lightness without.
    wanted: Row,
    lightness: Vec<f32>,
    stretches: Stretches,
    /// The palette, with room for any index, and with what a pixel shows if nothing is drawn there.
    palette: [Point; 256],
    /// The classes of the colours nearest to the pixels of the row.
    classes: Vec<u8>,
    /// Which members of the classes of a pixel and of the next are near them.
    near: [[bool; 256]; 2],
    /// The last step of the cheapest path to each pixel, and to the end.
    nodes: Vec<Node>,
    /// Where the symbols of the path end.
    ends: Vec<u32>,
    /// What the row above passes down, and what this one does: a pixel more on either side.
    above: Vec<Point>,
    below: Vec<Point>,
}

/// A step on a path.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// The pixel where it starts.
    from: u32,
    /// How far back it repeats; 0 for a literal.
    distance: u32,
    symbol: u8,
}

impl<'a, 'b> Band<'a, 'b> {
    /// Rows from `first` in the picture.
    pub(super) fn new(plan: &'a Plan<'a>, literals: &'a mut Literals<'b>, first: usize, rows: usize) -> Self {
        let width = plan.image.width() as usize;
        let window = Window::new(width, rows);
        let kept = kept(window.stride, plan.reach);
        Self {
            plan,
            literals,
            width,
            window,
            floor: 0,
            repeats: Repeats::new(kept.into_iter(), &plan.prices),
            source: Rows::new((plan.image, plan.canvas), plan.targets, VISIBILITY, plan.strength, first),
            wanted: Row::new(width),
            lightness: vec![0.0; width],
            stretches: Stretches::new(width),
            palette: plan.palette,
            classes: vec![0; width],
            near: [[false; 256]; 2],
            nodes: vec![Node::default(); width + 1],
            ends: Vec::with_capacity(width),
            above: vec![[0.0; 4]; width + 2],
            below: vec![[0.0; 4]; width + 2],
        }
    }

    /// Works through a row.
    #[inline(always)]
    pub(super) fn map<V: Vector>(&mut self, row: usize, nearest: &[u8], indices: &mut [u8]) {
        self.fill(nearest);
        let start = row * self.window.stride + 1;
        self.search::<V>(start, nearest);
        self.write(start);
        indices.copy_from_slice(&self.window.bytes[start..][..self.width]);
        self.spread(indices);
        self.window.enter(start, &self.plan.classes);
    }

    /// Lets no row repeat what was written up to here.
    pub(super) fn forget(&mut self, row: usize) {
        self.floor = row * self.window.stride;
        self.window.forget();
    }

    #[inline(always)]
    fn fill(&mut self, nearest: &[u8]) {
        self.source.fill(&mut self.wanted);
        for (class, &nearest) in self.classes.iter_mut().zip(nearest) {
            *class = self.plan.classes.of(nearest);
        }
        for (lightness, point) in self.lightness.iter_mut().zip(&self.wanted.points) {
            *lightness = point[self.plan.lightness_axis];
        }
        let Row { points, strengths, .. } = &mut self.wanted;
        for ((point, &strength), above) in points.iter_mut().zip(&*strengths).zip(&self.above[1..]) {
            for axis in 0..4 {
                point[axis] += strength * above[axis];
            }
        }
        self.stretches.fill(self.plan, &self.wanted, nearest);
    }

    /// Finds the cheapest path.
    #[inline(always)]
    fn search<V: Vector>(&mut self, start: usize, nearest: &[u8]) {
        let mut tip = Tip { cost: 0.0, error: [0.0; 4], drift: 0.0, symbol: 0 };
        self.repeats.close();
        let mut x = 0;
        while x < self.width {
            if let Some((jump, end)) = self.jump(start, x, &tip, nearest) {
                (x, tip) = (x + jump, end);
                continue;
            }
            if let Some(hole) = self.plan.hole() {
                self.see(hole, x);
            }
            let wanted = Wanted {
                point: self.wanted.points[x],
                weight: self.wanted.weights[x],
                strength: self.wanted.strengths[x],
                lightness: self.lightness[x],
            };
            let point = std::array::from_fn(|axis| wanted.point[axis] + wanted.strength * tip.error[axis]);
            let (symbol, price) = self.literal(&point, x);
            self.find_sources(start, x, &point, price);
            tip = if self.repeats.are_few() {
                self.step::<V, FEW>((start, x), &tip, &wanted, (&point, symbol, price))
            } else if self.repeats.are_several() {
                self.step::<V, SEVERAL>((start, x), &tip, &wanted, (&point, symbol, price))
            } else {
                self.step::<V, MOST>((start, x), &tip, &wanted, (&point, symbol, price))
            };
            x += 1;
        }
    }

    /// Goes on over a stretch of pixels that are met by what the cheapest path writes; how far, and its end then.
    #[inline(always)]
    fn jump(&mut self, start: usize, x: usize, tip: &Tip, nearest: &[u8]) -> Option<(usize, Tip)> {
        let Node { from, distance, .. } = self.nodes[x];
        let jump = self.stretches.jump(x, x - from as usize)?;
        if distance == 0 || tip.symbol != nearest[x] {
            return None;
        }
        let (prices, bytes) = (&self.plan.prices, &self.window.bytes);
        self.repeats.restart::<MOST>(x, tip);
        self.repeats.jump((tip.symbol, jump), (bytes, start + x), self.floor..start, prices);
        let End { tip, from, distance } = self.repeats.cheapest::<MOST>(f32::INFINITY)?;
        self.nodes[x + jump] = Node { from, distance, symbol: tip.symbol };
        self.repeats.prune::<MOST>(tip.cost, prices);
        Some((jump, tip))
    }

    /// Takes all paths on by a pixel; the end of the cheapest.
    #[inline(always)]
    fn step<V: Vector, const N: usize>(
        &mut self,
        (start, x): (usize, usize),
        tip: &Tip,
        wanted: &Wanted,
        (point, symbol, price): (&Point, u8, f32),
    ) -> Tip {
        let plan = self.plan;
        let color = self.palette[usize::from(symbol)];
        let drift = drifted(tip.drift, wanted.lightness - color[plan.lightness_axis]);
        self.repeats.restart::<N>(x, tip);
        self.repeats.read(&self.window.bytes, start + x, self.floor..start);
        self.retain(self.wanted.choices[x]);
        self.repeats.step::<V, N>(wanted, &self.palette, plan.lightness_axis, &plan.prices);
        let cost = tip.cost + price + wanted.weight * DRIFT * drift * drift;
        let (step, tip) = match self.repeats.cheapest::<N>(cost) {
            Some(End { tip, from, distance }) => (Node { from, distance, symbol: tip.symbol }, tip),
            None => {
                let error = std::array::from_fn(|axis| passed_right(point[axis] - color[axis]));
                (Node { from: x as u32, distance: 0, symbol }, Tip { cost, error, drift, symbol })
            }
        };
        self.nodes[x + 1] = step;
        self.repeats.prune::<N>(tip.cost, &plan.prices);
        tip
    }

    /// Closes repeats that write what a pixel must not become.
    #[inline(always)]
    fn retain(&mut self, choice: Choice) {
        let colors = &self.plan.targets.colors;
        match choice {
            Choice::Any => {}
            Choice::Visible => self.repeats.retain(|symbol| colors[usize::from(symbol)][3] > 0),
            Choice::Onto => {
                let hole = self.plan.hole();
                self.repeats.retain(|symbol| colors[usize::from(symbol)][3] > 0 || Some(symbol) == hole);
            }
            Choice::Only(index) => self.repeats.retain(|symbol| symbol == index),
        }
    }

    /// The index that is worth most by itself, and what it comes to.
    #[inline(always)]
    fn literal(&mut self, point: &Point, x: usize) -> (u8, f32) {
        let (prices, weight) = (&self.plan.prices.literals, self.wanted.weights[x]);
        match self.wanted.choices[x] {
            Choice::Only(index) => (index, prices[usize::from(index)]),
            Choice::Any => self.literals.best(point, weight, true),
            Choice::Visible => self.literals.best(point, weight, false),
            Choice::Onto => {
                let (drawn, cost) = self.literals.best(point, weight, false);
                let seen = self.plan.hole().map(|hole| {
                    (hole, weight * distance_squared(*point, self.wanted.seen[x]) + prices[usize::from(hole)])
                });
                seen.filter(|seen| seen.1 <= cost).unwrap_or((drawn, cost))
            }
        }
    }

    /// Gives the hole the colour that is seen through it.
    #[inline(always)]
    fn see(&mut self, hole: u8, x: usize) {
        self.palette[usize::from(hole)] = self.wanted.seen[x];
    }

    /// Follows what stands where colours like the next three do, unless a literal is so much better at this pixel or at the
    /// next that it would be let go at once.
    #[inline(always)]
    fn find_sources(&mut self, start: usize, x: usize, point: &Point, literal: f32) {
        let Node { from, distance, .. } = self.nodes[x];
        let within_long = distance > 0 && x - from as usize >= LONG && !x.is_multiple_of(4);
        if within_long || self.repeats.are_full() {
            return;
        }
        let Some(&classes) = self.classes[x..].first_chunk() else { return };
        let (weight, most) = (self.wanted.weights[x], literal - Repeats::gain(&self.plan.prices));
        // The next pixel takes an error of this one, which is not known yet.
        let points = [*point, self.wanted.points[x + 1]];
        let weights = [weight, self.wanted.weights[x + 1]];
        for (next, most) in [most, NEXT * most].into_iter().enumerate() {
            let near = &mut self.near[next];
            self.plan.classes.near(classes[next], &points[next], weights[next], most, near);
            if let Some(hole) = self.plan.hole().filter(|&hole| self.plan.classes.of(hole) == classes[next]) {
                let distance = distance_squared(points[next], self.wanted.seen[x + next]);
                near[usize::from(self.plan.classes.member(hole))] = weights[next] * distance <= most;
            }
        }
        let mut left = self.plan.chain;
        for block in self.window.blocks(classes) {
            let sources = Sources::of(block, left, start + x, &self.near);
            for &distance in sources.distances() {
                self.repeats.add(distance as usize, &self.plan.prices);
            }
            left = left.saturating_sub(block.len());
            if left == 0 {
                break;
            }
        }
    }

    /// Writes what the path says.
    #[inline(always)]
    fn write(&mut self, start: usize) {
        self.ends.clear();
        let mut end = self.width;
        while end > 0 {
            self.ends.push(end as u32);
            end = self.nodes[end].from as usize;
        }
        for &end in self.ends.iter().rev() {
            let end = end as usize;
            let Node { from, distance, symbol } = self.nodes[end];
            let (from, distance) = (from as usize, distance as usize);
            if distance == 0 {
                self.window.bytes[start + from] = symbol;
            } else {
                for place in start + from..start + end {
                    self.window.bytes[place] = self.window.bytes[place - distance];
                }
            }
        }
    }

    /// Passes the errors of the row that was written to the one below.
    #[inline(always)]
    fn spread(&mut self, indices: &[u8]) {
        self.below.fill([0.0; 4]);
        let mut error: Point = [0.0; 4];
        for (x, &index) in indices.iter().enumerate() {
            if let Some(hole) = self.plan.hole() {
                self.see(hole, x);
            }
            for axis in 0..4 {
                let wanted = self.wanted.points[x][axis] + self.wanted.strengths[x] * error[axis];
                let off = wanted - self.palette[usize::from(index)][axis];
                error[axis] = passed_right(off);
                let off = limited(off) * (1.0 / 16.0);
                self.below[x][axis] += 3.0 * off;
                self.below[x + 1][axis] += 5.0 * off;
                self.below[x + 2][axis] += off;
            }
        }
        std::mem::swap(&mut self.above, &mut self.below);
    }
}

/// Distances that are always followed: 1, and those to pixels around the one above, and further up.
fn kept(stride: usize, reach: usize) -> Vec<usize> {
    let mut kept = vec![1];
    for (rows, reach) in [(1, reach), (2, reach.min(1)), (3, 0)] {
        let middle = rows * stride;
        let around = middle.saturating_sub(reach)..=middle + reach;
        kept.extend(around.filter(|&distance| distance > reach + 1 && distance <= WINDOW));
    }
    kept.dedup();
    kept
}
