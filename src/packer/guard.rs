//! More colours, until none that means something is lost.

use super::Packer;
use super::squeeze::Reduced;
use crate::error::{Error, Result};
use crate::histogram::Histogram;
use crate::image::{ImageRef, Rgba8};
use crate::measure::Finding;
use crate::palette::{MAX_COLORS, Palette};

/// What a guard took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guarded {
    /// Colours that the palette was allowed in the end.
    pub colors: usize,
    /// How many of them are lost colours that were put back.
    pub restored: usize,
    /// How often the picture was mapped; 1 if nothing was lost.
    pub rounds: usize,
}

/// A picture mapped, and what the guard did for it.
pub(super) struct Mapped {
    pub(super) reduced: Reduced,
    pub(super) guarded: Option<Guarded>,
}

/// Most rounds. The number of colours doubles at most, so that eight lead from 2 to 256; the others are for colours that
/// only then are the worst. Of a hundred pictures at 16 colours one took 12, and no other more than 7.
const MAX_ROUNDS: usize = 16;

/// Most colours that are put back: half, so that the rest of the picture keeps as many.
const MAX_RESTORED: usize = MAX_COLORS / 2;

impl Packer {
    /// Maps the picture, with a guard as often as it takes.
    pub(super) fn guarded(&self, image: ImageRef<'_>, histogram: Histogram) -> Result<Mapped> {
        let mut cure = Cure::new(self.colors, self.as_written(&self.kept));
        let mut reduced = self.mapped(image, histogram, cure.colors, &cure.kept)?;
        let Some(guard) = self.guard else {
            return Ok(Mapped { reduced, guarded: None });
        };
        let mut findings = guard.inspect(image, &reduced.indexed);
        let mut rounds = 1;
        while let Some(worst) = findings.first() {
            let colors = self.palette.as_ref().map_or(cure.colors, Palette::len);
            if self.palette.is_some() || rounds == MAX_ROUNDS || !cure.strengthen(&findings) {
                return Err(lost(worst, findings.len(), colors));
            }
            // Counted anew: the histogram, held meanwhile, would take memory that mapping wants.
            let histogram = self.counted(image, cure.colors, &cure.kept);
            reduced = self.mapped(image, histogram, cure.colors, &cure.kept)?;
            findings = guard.inspect(image, &reduced.indexed);
            rounds += 1;
        }
        let guarded = Guarded { colors: cure.colors, restored: cure.restored(), rounds };
        Ok(Mapped { reduced, guarded: Some(guarded) })
    }
}

/// What a picture gets against losing colours.
struct Cure {
    colors: usize,
    kept: Vec<Rgba8>,
    /// How many of the kept colours were asked for.
    own: usize,
}

impl Cure {
    fn new(colors: usize, kept: Vec<Rgba8>) -> Self {
        Self { colors, own: kept.len(), kept }
    }

    fn restored(&self) -> usize {
        self.kept.len() - self.own
    }

    /// More of it, or false if there is none.
    ///
    /// A lost colour in a place of its own is the whole cure where few are lost. Doubling would give most of the places
    /// to what is large and well already.
    fn strengthen(&mut self, findings: &[Finding]) -> bool {
        // Transparent pixels may want a place as well.
        let most = (self.own + MAX_RESTORED).min(MAX_COLORS - 1);
        let room = self.colors.min(most.saturating_sub(self.kept.len()));
        let before = self.kept.len();
        for finding in findings {
            if self.kept.len() < before + room
                && let Some(color) = self.missing(finding)
            {
                self.kept.push(color);
            }
        }
        match self.kept.len() - before {
            0 if self.colors < MAX_COLORS => self.colors = (2 * self.colors).min(MAX_COLORS),
            // What few colours lost may be in the way of what 256 lose.
            0 if self.restored() > 0 => self.kept.truncate(self.own),
            0 => return false,
            more => self.colors = (self.colors + more).min(MAX_COLORS),
        }
        true
    }

    /// The colour of a finding that is not kept yet.
    fn missing(&self, finding: &Finding) -> Option<Rgba8> {
        let new = |color: &Rgba8| !self.kept.contains(color);
        match *finding {
            Finding::Moved { source, .. } => Some(source).filter(new),
            // The commoner one may be there.
            Finding::Merged { sources: [common, rare], .. } => [rare, common].into_iter().find(new),
        }
    }
}

fn lost(worst: &Finding, findings: usize, colors: usize) -> Error {
    let (source, result, area) = match *worst {
        Finding::Moved { source, result, area, .. } => (source, result, area),
        Finding::Merged { sources: [_, rare], result, areas: [_, area], .. } => (rare, result, area),
    };
    Error::ColorsLost { colors, findings, source, result, x: area.x, y: area.y, delta_e: worst.delta_e() }
}
