//! As few bytes as look good enough, or as good a look as fits, for a whole clip.

use super::super::target::{LEAST, MOST, Reached, START, Target, lambda_at};
use super::survey::Survey;
use super::{Clip, ClipStep, PackedClip, Packer};
use crate::error::{Error, Result};
use crate::palette::Palette;

/// How often lambda is tried with one number of colours; each try is the whole clip.
const TRIES: usize = 6;

/// What is near enough: points above the score, and part of the bytes below the most.
const NEAR_SCORE: f64 = 0.5;
const NEAR_BYTES: f64 = 0.97;

/// Numbers of colours, in ratio to the most, that are tried where the largest lambda leaves too many bytes.
const SHARES: [usize; 3] = [4, 16, 64];

/// The search for one target.
struct Search<'a, 'b> {
    packer: &'a Packer,
    survey: &'a Survey<'a>,
    target: Target,
    clip: &'b mut dyn Clip,
    tell: &'b mut dyn FnMut(ClipStep),
    tries: usize,
    best: Option<PackedClip>,
    /// The nearest miss.
    missed: Option<PackedClip>,
}

impl Packer {
    /// Packs as often as it takes to find the lambda, and where that does not help the number of colours, with which the
    /// target is reached best.
    pub(super) fn pack_clip_to(
        &self,
        target: Target,
        survey: &Survey<'_>,
        clip: &mut dyn Clip,
        tell: &mut dyn FnMut(ClipStep),
    ) -> Result<PackedClip> {
        let mut search =
            Search { packer: self, survey, target, clip, tell, tries: 0, best: None, missed: None };
        // What loses nothing reaches every score, and of what fits there is nothing better.
        let is_lossless = survey.is_lossless(self);
        if is_lossless
            && search.attempt(&survey.palette(self)?, self.colors, 0.0)?.0
            && matches!(target, Target::MaxBytes(_))
        {
            return search.result();
        }
        match self.lambda {
            Some(lambda) if is_lossless && lambda == 0.0 => {}
            Some(lambda) => _ = search.attempt(&survey.palette(self)?, self.colors, lambda)?,
            None => search.over_lambda(self.colors)?,
        }
        let may_have_fewer = matches!(target, Target::MaxBytes(_)) && self.palette.is_none();
        for share in SHARES {
            let colors = self.colors / share;
            if search.best.is_none() && may_have_fewer && colors > self.kept.len() + 1 && colors >= 2 {
                search.over_lambda(colors)?;
            }
        }
        search.result()
    }
}

impl Search<'_, '_> {
    /// Halves in on the largest lambda that looks good enough, or the least that is small enough.
    fn over_lambda(&mut self, colors: usize) -> Result<()> {
        let palette = self.survey.palette(&Packer { colors, ..self.packer.clone() })?;
        let (mut low, mut high) = (LEAST - 1, MOST + 1);
        let mut at = START;
        for _ in 0..TRIES {
            let (is_reached, is_near) = self.attempt(&palette, colors, lambda_at(at))?;
            let wants_more = is_reached == matches!(self.target, Target::MinScore(_) | Target::Quality(_));
            if wants_more {
                low = at;
            } else {
                high = at;
            }
            if is_near || high - low < 2 {
                break;
            }
            at = low.midpoint(high).clamp(LEAST, MOST);
        }
        Ok(())
    }

    /// Packs once, and says whether the target is reached, and nearly so.
    fn attempt(&mut self, palette: &Palette, colors: usize, lambda: f32) -> Result<(bool, bool)> {
        self.tries += 1;
        let packer = Packer { colors, lambda: Some(lambda), ..self.packer.clone() };
        let mut packed = packer.pack_surveyed(self.survey, palette.clone(), self.clip, self.tell)?;
        let (bytes, score) = (packed.bytes.len() as u64, packed.report.score.unwrap_or(0.0));
        packed.report.reached =
            Some(Reached { colors, dither: packer.dither, lambda, score, tries: self.tries });
        let (is_reached, is_near) = match self.target {
            Target::MaxBytes(most) => {
                (bytes <= most, bytes <= most && bytes as f64 >= NEAR_BYTES * most as f64)
            }
            Target::MinScore(least) | Target::Quality(least) => {
                (score >= least, score >= least && score <= least + NEAR_SCORE)
            }
        };
        let place = if is_reached { &mut self.best } else { &mut self.missed };
        let wants_bytes = is_reached != matches!(self.target, Target::MaxBytes(_));
        let is_better = |old: &PackedClip| {
            if wants_bytes { bytes < old.bytes.len() as u64 } else { packed.report.score > old.report.score }
        };
        if place.as_ref().is_none_or(is_better) {
            *place = Some(packed);
        }
        Ok((is_reached, is_near))
    }

    fn result(self) -> Result<PackedClip> {
        let tries = self.tries;
        let is_wish = matches!(self.target, Target::Quality(_));
        let found = self.best.or(self.missed.clone().filter(|_| is_wish));
        if let Some(mut packed) = found {
            packed.report.reached = packed.report.reached.map(|reached| Reached { tries, ..reached });
            return Ok(packed);
        }
        let missed = self.missed.expect("something was tried");
        let colors = self.packer.colors;
        Err(match self.target {
            Target::MaxBytes(wanted) => {
                Error::TooManyBytes { wanted, least: missed.bytes.len() as u64, colors }
            }
            Target::MinScore(wanted) | Target::Quality(wanted) => {
                Error::ScoreTooLow { wanted, highest: missed.report.score.unwrap_or(0.0), colors }
            }
        })
    }
}
