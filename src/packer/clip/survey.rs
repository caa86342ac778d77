//! The colours of a clip.

use super::Packer;
use crate::error::Result;
use crate::histogram::Histogram;
use crate::image::{Image, ImageRef, Rgba8};
use crate::memory;
use crate::packer::Weighting;
use crate::palette::{MAX_COLORS, Palette};
use crate::place::{Place, changes};

/// Of so many frames one counts as a whole, the others by what changes. So what moves does not outweigh what stands still,
/// and a long recording of a screen is looked at quickly.
const WHOLE_FRAMES_APART: u32 = 16;

/// What was seen of a clip so far.
pub(super) struct Survey<'a> {
    packer: &'a Packer,
    pub(super) width: u32,
    pub(super) height: u32,
    previous: Vec<Rgba8>,
    histogram: Histogram,
    /// Whether anything was transparent.
    has_holes: bool,
    frames: u32,
}

impl<'a> Survey<'a> {
    pub(super) fn new(packer: &'a Packer, width: u32, height: u32) -> Result<Self> {
        // Refuses what is empty.
        ImageRef::new(width.min(1), height.min(1), &[[0; 4]])?;
        let (previous, histogram) = (Vec::new(), Histogram::default());
        Ok(Self { packer, width, height, previous, histogram, has_holes: false, frames: 0 })
    }

    pub(super) fn frames(&self) -> u32 {
        self.frames
    }

    /// Counts the colours of a frame.
    pub(super) fn frame(&mut self, image: ImageRef<'_>) -> Result<()> {
        let binary = self.packer.with_binary_alpha(image)?;
        let image = binary.as_ref().map_or(image, Image::view);
        let width = self.width as usize;
        let place = if self.frames.is_multiple_of(WHOLE_FRAMES_APART) {
            Some(Place::all(self.width, self.height))
        } else {
            changes(&self.previous, image.pixels(), width)
        };
        self.frames += 1;
        if let Some(place) = place {
            let piece = place.cut(image.pixels(), width);
            let piece = ImageRef::new(place.width() as u32, place.height() as u32, &piece)?;
            self.has_holes |= piece.pixels().iter().any(|pixel| pixel[3] == 0);
            self.histogram.merge(&counted(self.packer.weighting, piece));
            self.previous = memory::copied(image.pixels())?;
        }
        Ok(())
    }

    /// Whether the palette holds every colour of every frame.
    pub(super) fn is_lossless(&self, packer: &Packer) -> bool {
        let hole = usize::from(self.hole(packer) == Hole::ToAdd);
        packer.palette.is_none() && self.histogram.len() + hole <= packer.colors
    }

    fn hole(&self, packer: &Packer) -> Hole {
        if self.frames == 1 && !self.has_holes { Hole::Unneeded } else { Hole::of(packer, self.has_holes) }
    }

    /// The palette that frames share. With several frames it holds a transparent colour, for pixels that do not change.
    pub(super) fn palette(&self, packer: &Packer) -> Result<Palette> {
        if let Some(palette) = &packer.palette {
            let mut colors = packer.as_written(palette.colors());
            let has_room = colors.len() < MAX_COLORS && self.frames > 1;
            if (has_room || self.has_holes) && !colors.iter().any(|color| color[3] == 0) {
                colors.push([0; 4]);
            }
            return Palette::new(colors);
        }
        palette_of(packer, &self.histogram, self.hole(packer))
    }
}

pub(super) fn counted(weighting: Weighting, image: ImageRef<'_>) -> Histogram {
    match weighting {
        Weighting::Visibility => Histogram::visible(image),
        Weighting::Equal => Histogram::of(image),
    }
}

/// Fits a palette, with a transparent colour if that is wanted and the colours do not have it already.
pub(super) fn palette_of(packer: &Packer, histogram: &Histogram, hole: Hole) -> Result<Palette> {
    let colors = packer.colors - usize::from(hole == Hole::ToAdd);
    let palette = packer.fitted(histogram, colors, &packer.as_written(&packer.kept))?;
    match hole {
        Hole::ToAdd => Palette::new(palette.colors().iter().copied().chain([[0; 4]]).collect()),
        Hole::Within | Hole::Unneeded => Ok(palette),
    }
}

/// Whether a palette has to have a transparent colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// Nothing is left as it is.
    Unneeded,
    /// One of the colours is transparent already.
    Within,
    ToAdd,
}

impl Hole {
    /// For frames that are drawn over others. Of two colours, none is given up for it.
    pub(super) fn of(packer: &Packer, has_holes: bool) -> Self {
        match (has_holes, packer.colors) {
            (true, _) => Self::Within,
            (false, ..=2) => Self::Unneeded,
            (false, _) => Self::ToAdd,
        }
    }
}
