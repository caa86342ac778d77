//! Mapping: an index for each pixel, with or without dithering. The palette stays as it is.

mod activity;
mod diffusion;
mod flat;
mod ordered;

use crate::color::{ColorSpace, Point, distance_squared};
use crate::image::{ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::nearest_old::{Guesses, Nearest};
use crate::palette::Palette;

/// How the error of a pixel is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dither {
    /// Error diffusion where it shows: in smooth areas, fading out where the picture itself is busy. Dithering
    /// there would cost bytes and hide nothing.
    #[default]
    Auto,
    /// The nearest colour for every pixel: smallest files, bands in gradients.
    None,
    /// Error diffusion everywhere (Floyd, Steinberg 1976).
    FloydSteinberg,
    /// An 8x8 pattern of the colours around the wanted one (Knoll's method): steady from frame to frame.
    Ordered,
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
    strength: f32,
    kept: Vec<Rgba8>,
}

impl Default for MapOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl MapOptions {
    /// Oklab, dithered where it shows.
    #[must_use]
    pub fn new() -> Self {
        Self {
            space: ColorSpace::default(),
            dither: Dither::default(),
            strength: DEFAULT_STRENGTH,
            kept: Vec::new(),
        }
    }

    /// The space in which distance is measured and error spread; best the one that the palette was fitted in.
    /// Default: Oklab.
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

    /// The part of the error that is spread, clamped to 0..=1. Default: 0.8.
    #[must_use]
    pub fn strength(mut self, strength: f32) -> Self {
        self.strength = if strength.is_nan() { 0.0 } else { strength.clamp(0.0, 1.0) };
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

    /// Maps every pixel. A pixel whose colour the palette holds gets that colour, as long as all others do too.
    /// Fully transparent pixels get the first fully transparent colour, if there is one, and opaque pixels none of
    /// them, if there are others.
    #[must_use]
    pub fn map(&self, image: ImageRef<'_>, palette: &Palette) -> Indexed {
        let targets = Targets::new(palette, self, image.pixels().len());
        let indices = match self.dither {
            Dither::None => flat::map(image, &targets),
            Dither::Ordered => ordered::map(image, &targets, self.strength),
            Dither::FloydSteinberg => diffusion::map(image, &targets, |_, strengths| {
                strengths.fill(self.strength);
            }),
            Dither::Auto => {
                let mut activity = activity::Activity::new(image);
                diffusion::map(image, &targets, |row, strengths| {
                    activity.smoothness(row, strengths);
                    strengths.iter_mut().for_each(|strength| *strength *= self.strength);
                })
            }
        };
        Indexed::new(image.width(), image.height(), palette.clone(), indices)
            .expect("one index a pixel, each found in the palette")
    }
}

/// Four fifths hide bands nearly as well as all of the error, and keep it from running on.
const DEFAULT_STRENGTH: f32 = 0.8;

/// The palette as points, ready to be searched.
struct Targets {
    space: ColorSpace,
    colors: Vec<Rgba8>,
    nearest: Nearest,
    guesses: Guesses,
    transparent: Option<u8>,
    /// Colours whose pixels keep them, sorted, and their indices.
    kept: Vec<(Rgba8, u8)>,
}

impl Targets {
    fn new(palette: &Palette, options: &MapOptions, pixels: usize) -> Self {
        let space = options.space;
        let colors = palette.colors().to_vec();
        let points: Vec<Point> = colors.iter().map(|&color| space.point(color)).collect();
        let nearest = Nearest::new(&points, pixels);
        let guesses = Guesses::new(&nearest, pixels);
        let transparent = colors.iter().position(|color| color[3] == 0).map(|index| index as u8);
        let index_of =
            |&kept: &Rgba8| colors.iter().position(|&color| color == kept).map(|index| (kept, index as u8));
        let mut kept: Vec<_> = options.kept.iter().filter_map(index_of).collect();
        kept.sort_unstable();
        Self { space, colors, nearest, guesses, transparent, kept }
    }

    /// The colour nearest to `point`, for a pixel. An opaque pixel gets a fully transparent colour only where there
    /// is no other: nothing is half as far from white as black is, and yet a hole is worse than a wrong colour.
    #[inline]
    fn index(&self, pixel: Rgba8, point: Point) -> u8 {
        let index = self.nearest.search(point, self.guesses.guess(point)).index;
        if pixel[3] == 255 && self.colors[index][3] == 0 {
            return self.visible_index(point).unwrap_or(index) as u8;
        }
        index as u8
    }

    /// The nearest colour that can be seen, by a plain search: it is seldom wanted.
    #[cold]
    fn visible_index(&self, point: Point) -> Option<usize> {
        let visible = (0..self.colors.len()).filter(|&index| self.colors[index][3] > 0);
        let distance = |index: usize| distance_squared(point, self.nearest.points()[index]);
        visible.min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
    }

    /// The index that a pixel must have, whatever the dither: transparent stays transparent, and what is kept stays.
    #[inline]
    fn fixed(&self, pixel: Rgba8) -> Option<u8> {
        if pixel[3] == 0 {
            return self.transparent;
        }
        let at = self.kept.binary_search_by_key(&pixel, |&(color, _)| color).ok()?;
        Some(self.kept[at].1)
    }

    #[inline]
    fn point_of(&self, index: u8) -> Point {
        self.nearest.points()[usize::from(index)]
    }
}

/// Remembers what was worked out for a colour: one slot for each hash, the newest wins.
struct ColorCache<T> {
    slots: Vec<Option<(Rgba8, T)>>,
}

impl<T: Copy> ColorCache<T> {
    /// 8,192 slots fit the second cache level beside everything else, and hold what neighbouring rows share.
    const BITS: u32 = 13;

    fn new() -> Self {
        Self { slots: vec![None; 1 << Self::BITS] }
    }

    #[inline]
    fn get(&mut self, color: Rgba8, work: impl FnOnce() -> T) -> T {
        let hash = u32::from_be_bytes(color).wrapping_mul(0x9e37_79b1) >> (32 - Self::BITS);
        let slot = &mut self.slots[hash as usize];
        match slot {
            Some((known, value)) if *known == color => *value,
            _ => slot.insert((color, work())).1,
        }
    }
}

/// Pixels that one thread maps at a time where pixels do not depend on each other.
const CHUNK_PIXELS: usize = 1 << 16;

/// Whole rows of about [`CHUNK_PIXELS`] pixels.
fn rows_per_chunk(width: usize) -> usize {
    (CHUNK_PIXELS / width).max(1)
}
