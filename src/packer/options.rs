//! What can be asked of a packer.

#[cfg(feature = "score")]
use super::Target;
use super::{Packer, Weighting};
use crate::color::ColorSpace;
use crate::effort::Effort;
use crate::encode::{Format, Mode};
use crate::image::Rgba8;
use crate::map::Dither;
use crate::measure::Guard;
use crate::metadata::Metadata;
use crate::palette::Palette;
use crate::simd::Simd;

impl Default for Packer {
    fn default() -> Self {
        Self::new()
    }
}

impl Packer {
    /// At most 256 colours, fitted in the perceptual space, dithered where it shows, as PNG.
    #[must_use]
    pub fn new() -> Self {
        Self {
            colors: 256,
            space: ColorSpace::default(),
            weighting: Weighting::default(),
            dither: Dither::default(),
            strength: None,
            lambda: None,
            seed: 0,
            kept: Vec::new(),
            palette: None,
            guard: None,
            #[cfg(feature = "score")]
            target: None,
            effort: Effort::default(),
            format: Format::default(),
            mode: Mode::default(),
            alpha_threshold: None,
            matte: None,
            metadata: Metadata::default(),
            simd: Simd::default(),
        }
    }

    /// Most colours, 2 to 256, a transparent one included. Default: 256.
    #[must_use]
    pub fn colors(mut self, colors: usize) -> Self {
        self.colors = colors;
        self
    }

    /// The space for fitting and mapping. Default: [`ColorSpace::Perceptual`].
    #[must_use]
    pub fn space(mut self, space: ColorSpace) -> Self {
        self.space = space;
        self
    }

    /// What a pixel counts when a palette is fitted. Default: [`Weighting::Visibility`].
    #[must_use]
    pub fn weighting(mut self, weighting: Weighting) -> Self {
        self.weighting = weighting;
        self
    }

    /// The instructions to use. They change no result. Default: the widest that the processor has.
    #[must_use]
    pub fn simd(mut self, simd: Simd) -> Self {
        self.simd = simd;
        self
    }

    /// How error is spread. Default: [`Dither::Auto`].
    #[must_use]
    pub fn dither(mut self, dither: Dither) -> Self {
        self.dither = dither;
        self
    }

    /// The part of the error that is spread, 0 to 1. Default: that of [`MapOptions::strength`](crate::MapOptions::strength).
    #[must_use]
    pub fn dither_strength(mut self, strength: f32) -> Self {
        self.strength = Some(strength);
        self
    }

    /// Colours that the palette holds exactly, as [`FitOptions::keep`](crate::FitOptions::keep) says, and whose pixels keep them, as
    /// [`MapOptions::keep`](crate::MapOptions::keep) says. Those that no pixel uses in the end are dropped from the file, and a picture with no
    /// more colours than asked for keeps its own. Default: none.
    ///
    /// ```
    /// use huepack::{ImageRef, Packer, Rgba8};
    /// let blue = [0, 85, 255, 255];
    /// let mut pixels: Vec<Rgba8> = (0..4096).map(|i| [(i % 64) as u8 * 4, 85, (i / 64) as u8 * 4, 255]).collect();
    /// pixels[100] = blue;
    /// let packed = Packer::new().colors(8).keep_colors(&[blue]).pack(ImageRef::new(64, 64, &pixels)?)?;
    /// assert_eq!(packed.indexed.pixels().nth(100), Some(blue));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn keep_colors(mut self, colors: &[Rgba8]) -> Self {
        self.kept = colors.to_vec();
        self
    }

    /// Maps to these colours instead of fitting: [`colors`](Self::colors) then has no effect. Those that no pixel uses
    /// are dropped. Transparent pixels stay so: where none of the colours is, one more is taken. Default: none.
    ///
    /// ```
    /// use huepack::{ImageRef, Packer, Palette};
    /// let palette = Palette::new(vec![[0, 0, 0, 255], [0, 85, 255, 255], [255, 255, 255, 255]])?;
    /// let pixels = [[250, 255, 240, 255], [10, 90, 240, 255]];
    /// let packed = Packer::new().palette(palette).pack(ImageRef::new(2, 1, &pixels)?)?;
    /// assert!(packed.indexed.pixels().eq([[255, 255, 255, 255], [0, 85, 255, 255]]));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn palette(mut self, palette: Palette) -> Self {
        self.palette = Some(palette);
        self
    }

    /// Raises the number of colours, and puts lost ones back, until nothing has changed beyond these limits. Default:
    /// none, and [`Packed::findings`](crate::Packed::findings) tells what was lost.
    ///
    /// ```
    /// use huepack::{ImageRef, Packer, measure::Guard};
    /// // Two bars of a chart on white, and a wide ramp that wants all colours for itself.
    /// let color = |x: u8, y: u8| match (x / 16, y / 16) {
    ///     (1, 1) => [31, 119, 180, 255],
    ///     (1, 3) => [23, 190, 207, 255],
    ///     (4.., _) => [x, x / 2, 255 - x, 255],
    ///     _ => [255; 4],
    /// };
    /// let pixels: Vec<[u8; 4]> = (0..16_384).map(|i| color((i % 256) as u8, (i / 256) as u8)).collect();
    /// let image = ImageRef::new(256, 64, &pixels)?;
    /// assert!(!Packer::new().colors(4).pack(image)?.findings.is_empty());
    /// let packed = Packer::new().colors(4).guard(Guard::new()).pack(image)?;
    /// assert!(packed.findings.is_empty() && packed.report.guarded.unwrap().colors > 4);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// What the file has to reach, with [`colors`](Self::colors) the most that it may have; with [`Dither::Auto`] it may go
    /// without dithering. A dozen files or so are made on the way. Default: nothing, and all colours are used.
    ///
    /// ```
    /// use huepack::{ImageRef, Packer, Target};
    /// let pixels: Vec<[u8; 4]> = (0..4096).map(|i| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, 128, 255]).collect();
    /// let image = ImageRef::new(64, 64, &pixels)?;
    /// let packed = Packer::new().target(Target::MaxBytes(1500)).pack(image)?;
    /// assert!(packed.bytes.len() <= 1500);
    /// let good = Packer::new().target(Target::MinScore(70.0)).pack(image)?;
    /// assert!(good.report.reached.unwrap().score >= 70.0);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[cfg(feature = "score")]
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// What a bit of the file is worth, see [`MapOptions::lambda`](crate::MapOptions::lambda): which of several near colours a pixel gets is chosen so
    /// that DEFLATE finds more repeats, or LZW longer phrases. 0 takes no notice of bytes; 0.1 takes a sixth off most
    /// photographs as PNG, 0.4 a quarter as GIF, and is hardly seen; 1 shows in a PNG, and 2 in a GIF. Nothing that can be
    /// packed without loss loses by it, nor is a file ever larger for it. With a [`target`](Self::target) it is sought, unless
    /// it was set. Default: 0.1 for PNG and 0.4 for GIF, up to half more where the palette errs much for the bits that the
    /// picture takes, less where it errs little and in drawings, which take under two bits a pixel, and 0 at
    /// [`Effort::Fast`].
    #[must_use]
    pub fn lambda(mut self, lambda: f32) -> Self {
        self.lambda = Some(lambda);
        self
    }

    /// Seed of everything random. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How hard to try. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// The format of the file. Default: [`Format::Png`].
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// For PNG: whether a picture of few greys, of which every pixel stays as it is, is written without a palette where that
    /// is smaller. A picture that came with a palette had better keep one, so that whoever packs it again knows that its
    /// colours may have been reduced. Default: [`Mode::Auto`], it is.
    ///
    /// ```
    /// use huepack::{ImageRef, Mode, Packer};
    /// let grey = |i: u32| (i / 32) as u8;
    /// let pixels: Vec<[u8; 4]> = (0..4096).map(|i| [grey(i), grey(i), grey(i), 255]).collect();
    /// let image = ImageRef::new(64, 64, &pixels)?;
    /// let (grey, indexed) = (Packer::new().pack(image)?, Packer::new().mode(Mode::Palette).pack(image)?);
    /// assert!(grey.bytes.len() < indexed.bytes.len());
    /// assert!(grey.indexed.pixels().eq(indexed.indexed.pixels()));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// For GIF: alpha from which a pixel is opaque; below, it is transparent. Default: 128, and 1 with a [`matte`](Self::matte).
    #[must_use]
    pub fn alpha_threshold(mut self, threshold: u8) -> Self {
        self.alpha_threshold = Some(threshold);
        self
    }

    /// For GIF: the background that partly transparent pixels are blended onto. Error and score of a picture with such pixels
    /// are those on it. Default: none, they keep their colour and lose their alpha.
    #[must_use]
    pub fn matte(mut self, matte: [u8; 3]) -> Self {
        self.matte = Some(matte);
        self
    }

    /// What to write beside the picture, as far as the format has a place for it. Default: nothing.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }
}
