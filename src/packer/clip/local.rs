//! Palettes of single frames, where they are worth their bytes.

use super::Packer;
use super::survey::{Hole, counted, palette_of};
use crate::effort::Effort;
use crate::encode::Format;
use crate::error::Result;
use crate::image::{Image, ImageRef, Rgba8};
use crate::map::{Dither, MapOptions};
use crate::measure;
use crate::palette::Palette;

/// Pixels that tell whether a palette is worth its bytes, at least, and rows of them that lie together.
const SAMPLE: usize = 1 << 14;
const BAND: usize = 4;

/// Finds palettes of frames.
pub(super) struct Local<'a> {
    packer: &'a Packer,
    /// Finds them quickly: one for each frame.
    fitter: Packer,
    nearest: MapOptions,
    lambda: f32,
}

/// What the palette of a frame takes in a GIF.
pub(super) const BYTES: usize = 768;
const BITS: f64 = 8.0 * BYTES as f64;

/// What they are worth at least, where other bits are worth nothing: else each frame would have a palette for the least
/// gain, and an animation of 41 small changes took a third more bytes for 2 points of its 96.
const LEAST_LAMBDA: f32 = 0.4;

/// Palettes of like colours differ by so much of their error, since they are not fitted for that alone.
const CHANCE: f64 = 0.97;

impl<'a> Local<'a> {
    /// None where every frame has to have the same palette.
    pub(super) fn new(packer: &'a Packer, lambda: f32) -> Option<Self> {
        let is_free = packer.format == Format::Gif && packer.palette.is_none();
        let fitter = Packer { effort: Effort::Fast, ..packer.clone() };
        let nearest = packer.map_options(&[]).dither(Dither::None);
        is_free.then_some(Self { packer, fitter, nearest, lambda: lambda.max(LEAST_LAMBDA) })
    }

    /// The palette for a part of a frame, unless it does as well with the one that all frames share.
    pub(super) fn palette(&self, piece: ImageRef<'_>, shared: &Palette) -> Result<Option<Palette>> {
        let sample = sample(piece)?;
        let looked_at = sample.as_ref().map_or(piece, Image::view);
        let own = self.fitted(looked_at)?;
        let error = |palette: &Palette| {
            measure::inertia(looked_at, &self.nearest.map(looked_at, palette), self.packer.space)
        };
        let (shared, own_error) = (error(shared), error(&own));
        let gain = (shared - own_error) * piece.pixels().len() as f64;
        if gain <= f64::from(self.lambda) * BITS || own_error > CHANCE * shared {
            return Ok(None);
        }
        if sample.is_some() { self.fitted(piece).map(Some) } else { Ok(Some(own)) }
    }

    /// A palette for all of a piece: one for a sample of it makes files of the same score up to 8 % larger.
    fn fitted(&self, piece: ImageRef<'_>) -> Result<Palette> {
        let histogram = counted(self.packer.weighting, piece);
        let has_holes = piece.pixels().iter().any(|pixel| pixel[3] == 0);
        palette_of(&self.fitter, &histogram, Hole::of(self.packer, has_holes))
    }
}

/// Bands of rows, evenly apart, of what is large; nothing of what is small.
fn sample(piece: ImageRef<'_>) -> Result<Option<Image>> {
    let apart = piece.pixels().len() / SAMPLE;
    if apart < 2 {
        return Ok(None);
    }
    let bands = piece.pixels().chunks(BAND * piece.width() as usize).step_by(apart);
    let pixels: Vec<Rgba8> = bands.flatten().copied().collect();
    let height = pixels.len() as u32 / piece.width();
    Image::new(piece.width(), height, pixels).map(Some)
}
