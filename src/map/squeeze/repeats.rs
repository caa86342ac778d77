//! Repeats that are being followed, side by side: each is an old piece of the stream that might go on here.

use super::least;
use super::prices::Prices;
use crate::color::Point;
use crate::map::rows::passed_right;
use crate::simd::Vector;
use crate::zlib::symbols::{SHORTEST, WINDOW};

/// The most that are followed at once: four vectors of AVX-512. With half as many, photographs take 0.8 % more bytes for
/// the same score.
pub(super) const MOST: usize = 64;

/// How many are looked at where there are no more: half of the work in most drawings, three quarters in most photographs.
pub(super) const FEW: usize = 32;
pub(super) const SEVERAL: usize = 48;

/// How much one that was found has to gain, in bits, with each of its first pixels, lest it be let go.
const GAIN: f32 = 1.0;
const GAINING: u32 = 8;

/// What it costs beside the error of a pixel that the path is too light or too dark there, on average over the last pixels.
/// Error diffusion makes good in the row below what a repeat gets wrong, so that without this rows of smooth skies are too
/// light and too dark by turns. In flat parts of 11 photographs, with a lambda of 1, the mean of 16 pixels along a row is
/// off by 0.59 steps of luma, and by 0.67 without, for the same bytes; down the columns by 0.51. With 1 files of the same
/// score are 0.5 % smaller, and it is 0.64; drawings of smooth slopes pay up to an eighth for it.
pub(super) const DRIFT: f32 = 2.0;

/// How much less each pixel further back counts for that.
const FADING: f32 = 0.9;

/// The drift behind a pixel that is so much off.
#[inline(always)]
pub(super) fn drifted(drift: f32, off: f32) -> f32 {
    FADING * drift + (1.0 - FADING) * off
}

/// Each with the cheapest way on which it is open.
#[derive(Debug)]
pub(super) struct Repeats {
    /// How many there are; the first of them are kept whatever they bring.
    count: usize,
    kept: usize,
    /// A bit for each distance that is followed.
    followed: Vec<u64>,
    /// How far back each reaches.
    distances: [u32; MOST],
    /// What it takes to start it.
    starts: [f32; MOST],
    /// Of the row up to here, with that.
    costs: [f32; MOST],
    /// Bytes so far, and the pixel it started at.
    lengths: [u32; MOST],
    from: [u32; MOST],
    /// What its last pixel passes to the right.
    errors: [[f32; MOST]; 4],
    /// How far off they are, on average over the last pixels.
    drifts: [f32; MOST],
    /// What it writes at this pixel.
    symbols: [u8; MOST],
}

/// The end of a path, which goes on to the right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tip {
    pub(super) cost: f32,
    pub(super) error: Point,
    pub(super) drift: f32,
    pub(super) symbol: u8,
}

/// What a pixel wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// With the errors from above.
    pub(super) point: Point,
    /// How much an error of it shows, and how much of those to the left it takes.
    pub(super) weight: f32,
    pub(super) strength: f32,
    /// How light it is, without them.
    pub(super) lightness: f32,
}

/// A repeat that could end here.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) tip: Tip,
    pub(super) from: u32,
    pub(super) distance: u32,
}

/// The number of the one that writes its own last symbol again.
const RUN: usize = 0;

impl Repeats {
    /// Those that are always followed. The first has to be that of distance 1.
    pub(super) fn new(kept: impl Iterator<Item = usize>, prices: &Prices) -> Self {
        let mut repeats = Self {
            count: 0,
            kept: 0,
            followed: vec![0; WINDOW / 64 + 1],
            distances: [0; MOST],
            starts: [0.0; MOST],
            costs: [f32::INFINITY; MOST],
            lengths: [0; MOST],
            from: [0; MOST],
            errors: [[0.0; MOST]; 4],
            drifts: [0.0; MOST],
            symbols: [0; MOST],
        };
        kept.for_each(|distance| repeats.add(distance, prices));
        repeats.kept = repeats.count;
        repeats
    }

    /// Closes all, at the start of a row.
    pub(super) fn close(&mut self) {
        for slot in self.kept..self.count {
            self.unfollow(slot);
        }
        self.count = self.kept;
        self.costs = [f32::INFINITY; MOST];
    }

    pub(super) fn are_few(&self) -> bool {
        self.count <= FEW
    }

    pub(super) fn are_several(&self) -> bool {
        self.count <= SEVERAL
    }

    pub(super) fn are_full(&self) -> bool {
        self.count == MOST
    }

    /// Follows another one, unless it is already.
    #[inline(always)]
    pub(super) fn add(&mut self, distance: usize, prices: &Prices) {
        let bit = 1 << (distance % 64);
        let followed = &mut self.followed[distance / 64];
        if *followed & bit != 0 || self.count == MOST {
            return;
        }
        *followed |= bit;
        self.distances[self.count] = distance as u32;
        self.starts[self.count] = prices.start(distance);
        self.costs[self.count] = f32::INFINITY;
        self.count += 1;
    }

    /// Starts those anew that are cheaper so. The next steps look at the first `N`, of which there are no more.
    #[inline(always)]
    pub(super) fn restart<const N: usize>(&mut self, x: usize, tip: &Tip) {
        for slot in 0..N {
            let cost = tip.cost + self.starts[slot];
            let anew = cost <= self.costs[slot];
            self.costs[slot] = if anew { cost } else { self.costs[slot] };
            self.lengths[slot] = if anew { 0 } else { self.lengths[slot] };
            self.from[slot] = if anew { x as u32 } else { self.from[slot] };
            self.drifts[slot] = if anew { tip.drift } else { self.drifts[slot] };
            for axis in 0..4 {
                self.errors[axis][slot] = if anew { tip.error[axis] } else { self.errors[axis][slot] };
            }
        }
        if self.lengths[RUN] == 0 {
            self.symbols[RUN] = tip.symbol;
        }
        if x == 0 {
            // Before the first pixel stands a filter.
            self.costs[RUN] = f32::INFINITY;
        }
    }

    /// Reads what each writes at a place; what was not written yet, or is not to be looked at, closes it.
    #[inline(always)]
    pub(super) fn read(&mut self, bytes: &[u8], place: usize, known: std::ops::Range<usize>) {
        for slot in RUN + 1..self.count {
            let source = place.wrapping_sub(self.distances[slot] as usize);
            if known.contains(&source) {
                self.symbols[slot] = bytes[source];
            } else {
                self.costs[slot] = f32::INFINITY;
            }
        }
    }

    /// Closes those that write something else than what a test allows.
    #[inline(always)]
    pub(super) fn retain(&mut self, allowed: impl Fn(u8) -> bool) {
        for slot in 0..self.count {
            if !allowed(self.symbols[slot]) {
                self.costs[slot] = f32::INFINITY;
            }
        }
    }

    /// Takes each on by one pixel.
    #[inline(always)]
    pub(super) fn step<V: Vector, const N: usize>(
        &mut self,
        wanted: &Wanted,
        palette: &[Point; 256],
        lightness_axis: usize,
        prices: &Prices,
    ) {
        let (mut got, mut longer) = ([[0.0; N]; 4], [0.0; N]);
        for slot in (0..N).step_by(V::LANES) {
            for (got, axis) in got.iter_mut().zip(V::points(palette, &self.symbols[slot..])) {
                axis.store(&mut got[slot..]);
            }
            V::gather(&prices.longer, &self.lengths[slot..]).store(&mut longer[slot..]);
        }
        for slot in 0..N {
            let mut squares = [0.0; 4];
            for axis in 0..4 {
                let off = wanted.point[axis] + wanted.strength * self.errors[axis][slot] - got[axis][slot];
                squares[axis] = off * off;
                self.errors[axis][slot] = passed_right(off);
            }
            let distance = (squares[0] + squares[1]) + (squares[2] + squares[3]);
            let drift = drifted(self.drifts[slot], wanted.lightness - got[lightness_axis][slot]);
            self.drifts[slot] = drift;
            self.costs[slot] += wanted.weight * (distance + DRIFT * drift * drift) + longer[slot];
            self.lengths[slot] += 1;
        }
    }

    /// Takes those on by `jump` pixels that write one symbol there, each of which is met as it is wanted, and closes the
    /// others.
    #[inline(always)]
    pub(super) fn jump(
        &mut self,
        (symbol, jump): (u8, usize),
        (bytes, place): (&[u8], usize),
        known: std::ops::Range<usize>,
        prices: &Prices,
    ) {
        for slot in 0..self.count {
            let goes_on = if slot == RUN {
                self.symbols[RUN] == symbol
            } else {
                let source = place.wrapping_sub(self.distances[slot] as usize);
                known.contains(&source)
                    && source + jump <= known.end
                    && is_all(&bytes[source..source + jump], symbol)
            };
            let price =
                if goes_on { prices.further(self.lengths[slot] as usize, jump) } else { f32::INFINITY };
            self.costs[slot] += price;
            self.lengths[slot] += jump as u32;
            self.symbols[slot] = symbol;
            self.drifts[slot] = 0.0;
            for errors in &mut self.errors {
                errors[slot] = 0.0;
            }
        }
    }

    /// The cheapest that may end here, if it costs less than so much.
    #[inline(always)]
    pub(super) fn cheapest<const N: usize>(&self, below: f32) -> Option<End> {
        let mut costs = [f32::INFINITY; MOST];
        for slot in 0..N {
            let may_end = self.lengths[slot] >= SHORTEST as u32 && slot < self.count;
            costs[slot] = if may_end { self.costs[slot] } else { f32::INFINITY };
        }
        let least = least(costs);
        if least >= below {
            return None;
        }
        let slot = costs.iter().position(|&cost| cost == least)?;
        let error = std::array::from_fn(|axis| self.errors[axis][slot]);
        let tip = Tip { cost: least, error, drift: self.drifts[slot], symbol: self.symbols[slot] };
        Some(End { tip, from: self.from[slot], distance: self.distances[slot] })
    }

    /// What one that was found has to gain with a pixel.
    #[inline(always)]
    pub(super) fn gain(prices: &Prices) -> f32 {
        GAIN * prices.bit
    }

    /// Lets go of those that were found and are hardly cheaper than if they started anew.
    #[inline(always)]
    pub(super) fn prune<const N: usize>(&mut self, cost: f32, prices: &Prices) {
        let gain = Self::gain(prices);
        let mut bad = 0_u64;
        for slot in 0..N {
            let gained = gain * self.lengths[slot].min(GAINING) as i32 as f32;
            bad |= u64::from(self.costs[slot] > cost + self.starts[slot] - gained) << slot;
        }
        bad &= !((1 << self.kept) - 1);
        // From the last, so that the one that takes its place was looked at.
        while bad != 0 {
            let slot = 63 - bad.leading_zeros() as usize;
            bad &= !(1 << slot);
            if slot < self.count {
                self.unfollow(slot);
                self.count -= 1;
                self.copy(self.count, slot);
            }
        }
    }

    fn unfollow(&mut self, slot: usize) {
        let distance = self.distances[slot] as usize;
        self.followed[distance / 64] &= !(1 << (distance % 64));
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.distances[to] = self.distances[from];
        self.starts[to] = self.starts[from];
        self.costs[to] = self.costs[from];
        self.lengths[to] = self.lengths[from];
        self.from[to] = self.from[from];
        self.drifts[to] = self.drifts[from];
        for errors in &mut self.errors {
            errors[to] = errors[from];
        }
    }
}

/// Whether all bytes are this one. They are compared in blocks, as vectors can.
#[inline(always)]
fn is_all(bytes: &[u8], byte: u8) -> bool {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let is_all = |bytes: &[u8]| bytes.iter().fold(0, |off, &other| off | (other ^ byte)) == 0;
    blocks.iter().all(|block| is_all(block)) && is_all(rest)
}
