//! As few bytes as look good enough, or as good a look as fits.

use super::{Packed, Packer};
use crate::error::{Error, Result};
use crate::histogram::Histogram;
use crate::image::ImageRef;
use crate::logarithm::{exp2_of_eighths, log2};
use crate::map::Dither;

/// What a file has to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// At most so many bytes, and as good a picture as they hold.
    MaxBytes(u64),
    /// An SSIMULACRA2 score of at least this, in as few bytes as it takes. 90 hides every difference, 80 most; up to 100.
    MinScore(f64),
    /// The same, but what no palette reaches is no error: then the picture is as good as it can be.
    Quality(f64),
}

/// What it took to reach a [`Target`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reached {
    /// Colours that the palette was allowed.
    pub colors: usize,
    /// How error was spread.
    pub dither: Dither,
    /// What a bit was worth.
    pub lambda: f32,
    /// The SSIMULACRA2 score.
    pub score: f64,
    /// How many files were made on the way.
    pub tries: usize,
}

/// A file that reaches the target.
struct Found {
    packed: Packed,
    setting: Setting,
    score: f64,
}

/// What is tried.
#[derive(Clone, Copy, Debug)]
struct Setting {
    colors: usize,
    dither: Dither,
    /// Where lambda is, unless it was asked for: below the least it is 0.
    at: i32,
}

/// The search for one target.
struct Search<'a> {
    packer: &'a Packer,
    image: ImageRef<'a>,
    target: Target,
    tries: usize,
    /// The nearest miss, for the message.
    nearest: Option<(f64, Setting)>,
}

/// Numbers of colours that are tried, in ratio to the most: with fewer than a sixteenth, nothing was ever smaller.
const SHARES: [usize; 3] = [1, 4, 16];

/// Eighths of the logarithm of lambda, to base 2: between which it is sought, and where that starts.
pub(super) const LEAST: i32 = 8 * -7;
pub(super) const MOST: i32 = 8 * 5;
pub(super) const START: i32 = 8 * -2;

/// What photographs score there, on average, and what an eighth more takes: points of the score, and of the logarithm of
/// bytes, to base 2.
const START_SCORE: f32 = 83.0;
const POINTS: f32 = 0.7;
const LOG_BYTES: f32 = 0.07;

/// By how much smaller lambda is where other numbers of colours and ways to dither begin, for a score, and how far what
/// comes out may be from the target then.
const SMALLER: i32 = 4;
const WITHIN_REACH: i32 = 8;

/// Pixels up to which fewer colours without a thought of bytes are tried as well: there a palette takes as much as an index.
const ICON: usize = 1 << 16;

/// How often lambda is tried with one number of colours.
const TRIES: usize = 6;

/// What is near enough: points above the score, and part of the bytes below the most.
const NEAR_SCORE: f64 = 0.3;
const NEAR_BYTES: f64 = 0.985;

impl Packer {
    /// Packs as often as it takes to find the lambda, the number of colours, and with [`Dither::Auto`] whether to dither,
    /// with which the target is reached best.
    pub(super) fn pack_to(&self, image: ImageRef<'_>, target: Target) -> Result<Packed> {
        let mut search = Search { packer: self, image, target, tries: 0, nearest: None };
        let mut best = None;
        if self.lambda.is_none() && self.squeezes(&Histogram::of(image), self.colors) {
            best = search.over_lambda()?;
        }
        if best.is_none() || (image.pixels().len() <= ICON && self.lambda.is_none()) {
            let dithers = match self.dither {
                Dither::Auto => &[Dither::Auto, Dither::None][..],
                ref asked => std::slice::from_ref(asked),
            };
            // Where even the fewest colours are too many bytes, lambda is all that is left.
            for at in [LEAST - 1, MOST] {
                if best.is_some() && at == MOST {
                    break;
                }
                for &dither in dithers {
                    let found = search.over_colors(dither, at)?;
                    search.take(&mut best, found);
                }
                if self.lambda.is_some() || !matches!(target, Target::MaxBytes(_)) {
                    break;
                }
            }
        }
        if best.is_none() && matches!(target, Target::Quality(_)) {
            let (_, setting) = search.nearest.expect("something was tried");
            let packed = setting.of(self).pack(image)?;
            let score = self.score(image, &packed.indexed)?;
            best = Some(Found { packed, setting, score });
        }
        match best {
            Some(Found { mut packed, setting, score }) => {
                let Setting { colors, dither, .. } = setting;
                let lambda = setting.lambda(self);
                packed.report.reached = Some(Reached { colors, dither, lambda, score, tries: search.tries });
                Ok(packed)
            }
            None => Err(search.missed()),
        }
    }

    /// The fewest colours that the search may take: two, or one beside those to keep.
    fn fewest_colors(&self) -> usize {
        match self.palette {
            Some(_) => self.colors,
            None => (self.kept.len() + 1).max(2).min(self.colors),
        }
    }
}

impl Setting {
    fn of(self, packer: &Packer) -> Packer {
        let Self { colors, dither, .. } = self;
        Packer { colors, dither, lambda: Some(self.lambda(packer)), target: None, ..packer.clone() }
    }

    fn lambda(self, packer: &Packer) -> f32 {
        packer.lambda.unwrap_or(lambda_at(self.at))
    }
}

/// Lambda by eighths of its logarithm to base 2; below the least it is 0.
pub(super) fn lambda_at(at: i32) -> f32 {
    if at < LEAST { 0.0 } else { exp2_of_eighths(at) }
}

impl Search<'_> {
    /// The best file over all lambdas, some numbers of colours, and ways to dither.
    fn over_lambda(&mut self) -> Result<Option<Found>> {
        let mut best: Option<Found> = None;
        let mut start = match self.target {
            Target::MinScore(score) | Target::Quality(score) => {
                START + ((START_SCORE - score as f32) / POINTS) as i32
            }
            Target::MaxBytes(_) => START,
        };
        for share in SHARES {
            let colors = self.packer.colors / share;
            if share > 1 && (colors < self.packer.fewest_colors() || self.packer.palette.is_some()) {
                break;
            }
            let found = self.along_lambda((colors, self.packer.dither), start, best.as_ref())?;
            self.take(&mut best, found);
            start = best.as_ref().map_or(start, |best| self.beside(best));
        }
        if let Some(found) = &best
            && self.packer.dither == Dither::Auto
        {
            let flat =
                self.along_lambda((found.setting.colors, Dither::None), self.beside(found), best.as_ref())?;
            self.take(&mut best, flat);
        }
        Ok(best)
    }

    /// Where to start with other settings than those of a file.
    fn beside(&self, found: &Found) -> i32 {
        match self.target {
            Target::MaxBytes(_) => found.setting.at,
            Target::MinScore(_) | Target::Quality(_) => found.setting.at - SMALLER,
        }
    }

    /// The best file with a number of colours and a way to dither: the largest lambda for a score, the smallest for a
    /// size. Score and logarithm of size are nearly straight lines over that of lambda. It is given up if what comes first
    /// is no better than a rival, or far from the target.
    fn along_lambda(
        &mut self,
        (colors, dither): (usize, Dither),
        start: i32,
        mut rival: Option<&Found>,
    ) -> Result<Option<Found>> {
        let mut best = None;
        let mut at = start.clamp(LEAST, MOST);
        // The largest that was too small, and the smallest that was too large, or as large as need be, with the steps that
        // were asked for there.
        let (mut low, mut high) = ((LEAST - 2, None), (MOST + 1, None));
        for _ in 0..TRIES {
            let (found, step) = self.attempt(Setting { colors, dither, at })?;
            let is_near = match (self.target, &found) {
                (_, None) => false,
                (Target::MaxBytes(most), Some(found)) => {
                    at < LEAST || found.packed.bytes.len() as f64 >= NEAR_BYTES * most as f64
                }
                (Target::MinScore(least) | Target::Quality(least), Some(found)) => {
                    found.score <= least + NEAR_SCORE
                }
            };
            let is_hopeless = rival.is_some_and(|rival| match &found {
                Some(found) => !self.is_better(found, rival),
                None => step.abs() > WITHIN_REACH,
            });
            rival = None;
            self.take(&mut best, found);
            if step > 0 {
                low = (at, Some(step));
            } else {
                high = (at, Some(step));
            }
            let width = high.0 - low.0;
            if is_near || is_hopeless || width < 2 {
                break;
            }
            let next = match (low.1, high.1) {
                // Where a straight line through both crosses zero.
                (Some(low_step), Some(high_step)) => low.0 + width * low_step / (low_step - high_step).max(1),
                _ => at + step,
            };
            let margin = 1 + width / 10;
            at = next.clamp(low.0 + margin, high.0 - margin);
        }
        Ok(best)
    }

    /// The best file with one way to dither and one lambda: fewest colours for a score, most for a size. Both
    /// grow with the number of colours but for a little, so it is halved in, and what is handed out was measured.
    fn over_colors(&mut self, dither: Dither, at: i32) -> Result<Option<Found>> {
        let (mut least, mut most) = (self.packer.fewest_colors(), self.packer.colors);
        let wants_few = !matches!(self.target, Target::MaxBytes(_));
        let mut attempt = |colors| Result::Ok(self.attempt(Setting { colors, dither, at })?.0);
        // Nothing is better than the hardest, and where the easiest fails all do.
        let easiest = if wants_few { most } else { least };
        let hardest = if wants_few { least } else { most };
        let mut best = attempt(hardest)?;
        if best.is_some() || least == most {
            return Ok(best);
        }
        best = attempt(easiest)?;
        while best.is_some() && most - least > 1 {
            let middle = least.midpoint(most);
            let found = attempt(middle)?;
            if found.is_some() == wants_few {
                most = middle;
            } else {
                least = middle;
            }
            best = found.or(best);
        }
        Ok(best)
    }

    /// A file, if it reaches the target, and about how far lambda would have to move for one that just does.
    fn attempt(&mut self, setting: Setting) -> Result<(Option<Found>, i32)> {
        self.tries += 1;
        let packed = setting.of(self.packer).pack(self.image)?;
        let score = || self.packer.score(self.image, &packed.indexed);
        // How far from the target, in its own measure; the score is not asked for where it does not matter.
        let (is_reached, nearness, step, score) = match self.target {
            Target::MaxBytes(most) => {
                let bytes = packed.report.bytes.file;
                let is_reached = bytes <= most;
                let step = log2(bytes as f32 / most.max(1) as f32) / LOG_BYTES;
                let step = if is_reached { step.min(0.0) } else { step.max(1.0) };
                (is_reached, -(bytes as f64), step, if is_reached { score()? } else { 0.0 })
            }
            Target::MinScore(least) | Target::Quality(least) => {
                let score = score()?;
                let step = (score - least) as f32 / POINTS;
                // What just reaches it may go on.
                (score >= least, score, if score >= least { step.max(1.0) } else { step.min(0.0) }, score)
            }
        };
        if self.nearest.is_none_or(|(nearest, _)| nearness > nearest) {
            self.nearest = Some((nearness, setting));
        }
        Ok((is_reached.then_some(Found { packed, setting, score }), step as i32))
    }

    fn take(&self, best: &mut Option<Found>, found: Option<Found>) {
        if let Some(found) = found
            && best.as_ref().is_none_or(|best| self.is_better(&found, best))
        {
            *best = Some(found);
        }
    }

    fn is_better(&self, found: &Found, best: &Found) -> bool {
        match self.target {
            Target::MaxBytes(_) => found.score > best.score,
            Target::MinScore(_) | Target::Quality(_) => found.packed.bytes.len() < best.packed.bytes.len(),
        }
    }

    fn missed(&self) -> Error {
        let (nearness, Setting { colors, .. }) = self.nearest.expect("something was tried");
        match self.target {
            Target::MaxBytes(wanted) => Error::TooManyBytes { wanted, least: -nearness as u64, colors },
            Target::MinScore(wanted) | Target::Quality(wanted) => {
                Error::ScoreTooLow { wanted, highest: nearness, colors }
            }
        }
    }
}
