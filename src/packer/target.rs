//! As few colours as look good enough, or as many as fit.

use super::{Packed, Packer};
use crate::error::{Error, Result};
use crate::image::ImageRef;
use crate::map::Dither;
use crate::measure;

/// What a file has to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// At most so many bytes, and as good a picture as they hold.
    MaxBytes(u64),
    /// An SSIMULACRA2 score of at least this, in as few bytes as it takes. 90 hides every difference, 80 most; up to 100.
    MinScore(f64),
}

/// What it took to reach a [`Target`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reached {
    /// Colours that the palette was allowed.
    pub colors: usize,
    /// How error was spread.
    pub dither: Dither,
    /// The SSIMULACRA2 score.
    pub score: f64,
    /// How many files were made on the way.
    pub tries: usize,
}

/// A file that reaches the target.
struct Found {
    packed: Packed,
    colors: usize,
    dither: Dither,
    score: f64,
}

/// The search for one target.
struct Search<'a> {
    packer: &'a Packer,
    image: ImageRef<'a>,
    target: Target,
    tries: usize,
    /// The nearest miss, for the message.
    nearest: Option<(f64, usize)>,
}

impl Packer {
    /// Packs as often as it takes to find the number of colours, and with [`Dither::Auto`] whether to dither, with
    /// which the target is reached best.
    pub(super) fn pack_to(&self, image: ImageRef<'_>, target: Target) -> Result<Packed> {
        let mut search = Search { packer: self, image, target, tries: 0, nearest: None };
        let dithers = match self.dither {
            Dither::Auto => &[Dither::Auto, Dither::None][..],
            ref asked => std::slice::from_ref(asked),
        };
        let mut best: Option<Found> = None;
        for &dither in dithers {
            if let Some(found) = search.along(dither)?
                && best.as_ref().is_none_or(|best| search.is_better(&found, best))
            {
                best = Some(found);
            }
        }
        match best {
            Some(Found { mut packed, colors, dither, score }) => {
                packed.report.reached = Some(Reached { colors, dither, score, tries: search.tries });
                Ok(packed)
            }
            None => Err(search.missed()),
        }
    }
}

impl Packer {
    /// The fewest colours that the search may take: two, or one beside those to keep.
    fn fewest_colors(&self) -> usize {
        match self.palette {
            Some(_) => self.colors,
            None => (self.kept.len() + 1).max(2).min(self.colors),
        }
    }
}

impl Search<'_> {
    /// The best file with one way to dither: fewest colours for a score, most for a size. Both grow with the number of
    /// colours but for a little, so it is halved in, and what is handed out was measured.
    fn along(&mut self, dither: Dither) -> Result<Option<Found>> {
        let (mut least, mut most) = (self.packer.fewest_colors(), self.packer.colors);
        let wants_few = matches!(self.target, Target::MinScore(_));
        // Nothing is better than the hardest, and where the easiest fails all do.
        let easiest = if wants_few { most } else { least };
        let hardest = if wants_few { least } else { most };
        let mut best = self.attempt(hardest, dither)?;
        if best.is_some() || least == most {
            return Ok(best);
        }
        best = self.attempt(easiest, dither)?;
        while best.is_some() && most - least > 1 {
            let middle = least.midpoint(most);
            let found = self.attempt(middle, dither)?;
            if found.is_some() == wants_few {
                most = middle;
            } else {
                least = middle;
            }
            best = found.or(best);
        }
        Ok(best)
    }

    /// A file, if it reaches the target.
    fn attempt(&mut self, colors: usize, dither: Dither) -> Result<Option<Found>> {
        self.tries += 1;
        let packer = Packer { colors, dither, target: None, ..self.packer.clone() };
        let packed = packer.pack(self.image)?;
        let score = || measure::ssimulacra2(self.image, &packed.indexed);
        // How far from the target, in its own measure; the score is not asked for where it does not matter.
        let (is_reached, nearness, score) = match self.target {
            Target::MaxBytes(most) => {
                let bytes = packed.report.bytes.file;
                let is_reached = bytes <= most;
                (is_reached, -(bytes as f64), if is_reached { score()? } else { 0.0 })
            }
            Target::MinScore(least) => {
                let score = score()?;
                (score >= least, score, score)
            }
        };
        if self.nearest.is_none_or(|(nearest, _)| nearness > nearest) {
            self.nearest = Some((nearness, colors));
        }
        Ok(is_reached.then_some(Found { packed, colors, dither, score }))
    }

    fn is_better(&self, found: &Found, best: &Found) -> bool {
        match self.target {
            Target::MaxBytes(_) => found.score > best.score,
            Target::MinScore(_) => found.packed.bytes.len() < best.packed.bytes.len(),
        }
    }

    fn missed(&self) -> Error {
        let (nearness, colors) = self.nearest.expect("something was tried");
        match self.target {
            Target::MaxBytes(wanted) => Error::TooManyBytes { wanted, least: -nearness as u64, colors },
            Target::MinScore(wanted) => Error::ScoreTooLow { wanted, highest: nearness, colors },
        }
    }
}
