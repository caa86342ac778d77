//! Mapping: an index for each pixel, with or without dithering. The palette stays as it is.

mod canvas;
mod diffusion;
mod flat;
mod grid;
mod layout;
#[cfg(test)]
mod naive;
mod ordered;
mod phrases;
mod rows;
mod squeeze;
mod targets;

use std::sync::{Arc, Mutex, PoisonError};

use crate::color::ColorSpace;
use crate::effort::Effort;
use crate::image::{ImageRef, Rgba8};
use crate::indexed::{Cuts, Indexed};
use crate::palette::Palette;
use crate::simd::Simd;
use canvas::{Canvas, Drawn};
pub(crate) use canvas::{Seen, stands_still};
use targets::Targets;

/// How the error of a pixel is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dither {
    /// Error diffusion where it shows: in smooth areas, fading out where the picture itself is busy. Dithering there would
    /// cost bytes and hide nothing. With a [`lambda`](MapOptions::lambda), errors go where repeats want them, half as far.
    #[default]
    Auto,
    /// The nearest colour for every pixel: smallest files, bands in gradients.
    None,
    /// Error diffusion everywhere (Floyd, Steinberg 1976).
    FloydSteinberg,
    /// An 8x8 pattern of the colours around the wanted one (Knoll's method): steady from frame to frame.
    Ordered,
}

/// What packs the indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coder {
    /// DEFLATE, as in PNG: it repeats pieces of the last 32 KiB.
    #[default]
    Deflate,
    /// LZW, as in GIF: it has codes for phrases that it met before.
    Lzw,
}

/// How to map pixels to a palette.
///
/// ```
/// use huepack::{Dither, ImageRef, MapOptions, Palette};
/// let palette = Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255]])?;
/// let pixels = [[250, 255, 240, 255], [3, 2, 1, 255]];
/// let indexed = MapOptions::new().dither(Dither::None).map(ImageRef::new(2, 1, &pixels)?, &palette);
/// assert_eq!(indexed.indices(), [1, 0]);
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MapOptions {
    space: ColorSpace,
    dither: Dither,
    strength: Option<f32>,
    lambda: f32,
    coder: Coder,
    effort: Effort,
    kept: Vec<Rgba8>,
    simd: Simd,
}

impl Default for MapOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl MapOptions {
    /// In the perceptual space, dithered where it shows.
    #[must_use]
    pub fn new() -> Self {
        Self {
            space: ColorSpace::default(),
            dither: Dither::default(),
            strength: None,
            lambda: 0.0,
            coder: Coder::default(),
            effort: Effort::default(),
            kept: Vec::new(),
            simd: Simd::default(),
        }
    }

    /// The space in which distance is measured and error spread; best the one that the palette was fitted in.
    /// Default: [`ColorSpace::Perceptual`].
    #[must_use]
    pub fn space(mut self, space: ColorSpace) -> Self {
        self.space = space;
        self
    }

    /// How error is spread. Default: [`Dither::Auto`].
    #[must_use]
    pub fn dither(mut self, dither: Dither) -> Self {
        self.dither = dither;
        self
    }

    /// The part of the error that is spread, clamped to 0..=1. Default: 0.75, and 0.5 for [`Dither::Auto`] with a
    /// [`lambda`](Self::lambda) for DEFLATE.
    #[must_use]
    pub fn strength(mut self, strength: f32) -> Self {
        self.strength = Some(if strength.is_nan() { 0.0 } else { strength.clamp(0.0, 1.0) });
        self
    }

    /// What a bit of the file is worth, as weighed squared distance in the space of a pixel: each gets one of several near
    /// colours, so that DEFLATE finds more repeats in the indices, or LZW longer phrases: [`coder`](Self::coder) says which.
    /// For DEFLATE an error weighs 0.7 in flat surroundings, less the more luma varies within 13x13 and within 5x5 pixels,
    /// and a twentieth of that at least; for LZW 1, two by the standard deviation of luma, and a tenth. 0, the default, takes no notice of bytes; 0.1 takes a sixth off most photographs as PNG, 0.4 a quarter as GIF, and is hardly
    /// seen. [`Dither::Ordered`] knows nothing of it.
    ///
    /// ```
    /// use huepack::{Dither, ImageRef, MapOptions, Palette};
    /// let palette = Palette::new((0..=255).map(|v| [v, v, v, 255]).collect())?;
    /// let pixels: Vec<[u8; 4]> = (0..4096_u32).map(|i| [(i * i % 253 / 64 + i / 32) as u8; 3]).map(|[r, g, b]| [r, g, b, 255]).collect();
    /// let image = ImageRef::new(64, 64, &pixels)?;
    /// let plain = MapOptions::new().dither(Dither::None).map(image, &palette);
    /// let squeezed = MapOptions::new().dither(Dither::None).lambda(1.0).map(image, &palette);
    /// let bytes = |indexed| huepack::encode::png::Options::new().encode(indexed).map(|file| file.len());
    /// assert!(bytes(&squeezed)? < bytes(&plain)?);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn lambda(mut self, lambda: f32) -> Self {
        self.lambda = if lambda > 0.0 { lambda.min(MAX_LAMBDA) } else { 0.0 };
        self
    }

    /// What the indices will be packed by, which is what [`lambda`](Self::lambda) counts the bits of. For LZW the picture
    /// keeps how it is to be cut into phrases, and [`encode::gif`](crate::encode::gif) follows that. Default:
    /// [`Coder::Deflate`].
    ///
    /// ```
    /// use huepack::{Coder, ImageRef, MapOptions, Palette};
    /// let palette = Palette::new((0..=255).map(|v| [v, v, v, 255]).collect())?;
    /// let pixels: Vec<[u8; 4]> = (0..4096_u32).map(|i| [(i * i % 253 / 16 + i / 32) as u8; 3]).map(|[r, g, b]| [r, g, b, 255]).collect();
    /// let image = ImageRef::new(64, 64, &pixels)?;
    /// let map = MapOptions::new().coder(Coder::Lzw);
    /// let bytes = |indexed| huepack::encode::gif::Options::new().encode(indexed).map(|file| file.len());
    /// let (plain, squeezed) = (map.map(image, &palette), map.lambda(1.0).map(image, &palette));
    /// assert!(bytes(&squeezed)? < bytes(&plain)?);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn coder(mut self, coder: Coder) -> Self {
        self.coder = coder;
        self
    }

    /// How many repeats or phrases are looked for with a [`lambda`](Self::lambda). Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Colours whose pixels keep them, where the palette holds them: such a pixel takes no error from its neighbours
    /// and passes none on, whatever the dither. Default: none.
    ///
    /// ```
    /// use huepack::{Dither, ImageRef, MapOptions, Palette};
    /// let palette = Palette::new(vec![[0, 0, 0, 255], [90, 90, 90, 255], [255, 255, 255, 255]])?;
    /// let pixels = [[200, 200, 200, 255], [90, 90, 90, 255], [200, 200, 200, 255], [90, 90, 90, 255]];
    /// let map = MapOptions::new().dither(Dither::FloydSteinberg).keep(&[[90, 90, 90, 255]]);
    /// let indexed = map.map(ImageRef::new(2, 2, &pixels)?, &palette);
    /// assert_eq!((indexed.indices()[1], indexed.indices()[3]), (1, 1));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn keep(mut self, colors: &[Rgba8]) -> Self {
        self.kept = colors.to_vec();
        self
    }

    /// The instructions to use, which change no result. Default: the best that the processor has.
    #[must_use]
    pub fn simd(mut self, simd: Simd) -> Self {
        self.simd = simd;
        self
    }

    /// Maps every pixel. A pixel whose colour the palette holds gets that colour, as long as all others do too.
    /// Fully transparent pixels get the first fully transparent colour, if there is one, and opaque pixels none of
    /// them, if there are others.
    #[must_use]
    pub fn map(&self, image: ImageRef<'_>, palette: &Palette) -> Indexed {
        self.indexed(image, None, palette)
    }

    /// Maps every pixel of a frame, with regard to what is seen before it is drawn: the first fully transparent colour of
    /// the palette leaves a pixel as the canvas shows it, which is done where that is as good, where the picture stands
    /// still, and where it saves more bytes than it shows. Fully transparent pixels get it whatever is seen; where the canvas
    /// is not opaque, others do not. Without such a colour it is [`map`](Self::map).
    #[must_use]
    pub(crate) fn map_onto(&self, image: ImageRef<'_>, seen: Seen<'_>, palette: &Palette) -> Indexed {
        let size = |image: ImageRef<'_>| (image.width(), image.height());
        debug_assert!(size(image) == size(seen.canvas) && size(image) == size(seen.source));
        self.indexed(image, Some(seen), palette)
    }

    fn indexed(&self, image: ImageRef<'_>, seen: Option<Seen<'_>>, palette: &Palette) -> Indexed {
        let targets = Targets::new(palette, self);
        let seen = seen.zip(targets.hole());
        let canvas = seen.map(|(seen, hole)| Canvas::new(image, seen, hole, &targets, self));
        let (indices, cuts) = self.indices((image, canvas.as_ref()), &targets);
        Indexed::new(image.width(), image.height(), palette.clone(), indices)
            .expect("one index a pixel, each found in the palette")
            .with_cuts(cuts.map(Arc::new))
    }

    fn indices(&self, (image, canvas): Drawn<'_>, targets: &Targets) -> (Vec<u8>, Option<Cuts>) {
        match (self.dither, canvas) {
            (Dither::Ordered, canvas) => {
                let mut indices = ordered::map(image, targets, self.plain_strength(), self.simd);
                canvas.into_iter().for_each(|canvas| canvas.leave(image, targets, &mut indices));
                (indices, None)
            }
            _ if self.lambda > 0.0 => match self.coder {
                Coder::Deflate => (squeeze::map((image, canvas), targets, self), None),
                Coder::Lzw => {
                    let (indices, cuts) = phrases::map((image, canvas), targets, self);
                    (indices, Some(cuts))
                }
            },
            (_, Some(_)) => (phrases::map((image, canvas), targets, self).0, None),
            (Dither::None, None) => (flat::map(image, targets, self.simd), None),
            (Dither::Auto | Dither::FloydSteinberg, None) => (diffusion::map(image, targets, self), None),
        }
    }

    /// The part of the error that is spread where bytes do not matter.
    fn plain_strength(&self) -> f32 {
        self.strength.unwrap_or(DEFAULT_STRENGTH)
    }
}

/// From where on every pixel gets what is cheapest.
const MAX_LAMBDA: f32 = 1e6;

/// Three quarters hide bands nearly as well as all of the error, and keep it from running on. On 25 photographs of 64
/// colours, 0.8 looks as good (0.04 of SSIMULACRA2 more) for 1.2 % more bytes, 0.7 loses 0.2, and 1 loses much.
const DEFAULT_STRENGTH: f32 = 0.75;

/// What threads keep from chunk to chunk, whichever chunks they work on: memories that change no result.
struct Pool<T>(Mutex<Vec<T>>);

impl<T> Pool<T> {
    fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Works with one that nobody else works with, made if all are taken.
    fn with<R>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut item = taken.unwrap_or_else(make);
        let result = work(&mut item);
        free().push(item);
        result
    }
}

/// Pixels that one thread maps at a time where pixels do not depend on each other.
const CHUNK_PIXELS: usize = 1 << 16;

/// Whole rows of about [`CHUNK_PIXELS`] pixels.
fn rows_per_chunk(width: usize) -> usize {
    (CHUNK_PIXELS / width).max(1)
}
