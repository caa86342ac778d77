//! The stages in order, and nothing else.

mod clip;
mod guard;
mod mode;
mod report;
mod squeeze;
#[cfg(feature = "score")]
mod target;
mod truecolor;

pub use clip::{ClipReport, ClipStep, PackedClip};
pub use guard::Guarded;
use guard::Mapped;
pub use report::{ByteLedger, Report};
use squeeze::{Reduced, trimmed};
#[cfg(feature = "score")]
pub use target::{Reached, Target};

use std::borrow::Cow;

use crate::color::ColorSpace;
use crate::effort::{Effort, Losses, Orders};
use crate::encode::{self, Format, Mode};
use crate::error::{Error, Result};
use crate::fit::FitOptions;
use crate::histogram::Histogram;
use crate::image::{Image, ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::map::{Coder, Dither, MapOptions};
use crate::measure::{self, Finding, Guard};
use crate::memory::{self, Memory};
use crate::metadata::Metadata;
use crate::palette::{MAX_COLORS, Palette};
use crate::par;
use crate::readback::read_back;
use crate::reduce;
use crate::simd::Simd;

/// From a picture to a file: fit a palette, map, reduce, encode, read back and measure.
///
/// ```
/// use huepack::{Format, ImageRef, Packer};
/// let pixels: Vec<[u8; 4]> = (0..4096).map(|i| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, 128, 255]).collect();
/// let image = ImageRef::new(64, 64, &pixels)?;
/// let packed = Packer::new().colors(16).format(Format::Gif).pack(image)?;
/// assert!(packed.bytes.starts_with(b"GIF8"));
/// assert_eq!(packed.report.colors, 16);
/// assert_eq!(packed.report.bytes.file, packed.bytes.len() as u64);
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Packer {
    colors: usize,
    space: ColorSpace,
    weighting: Weighting,
    dither: Dither,
    strength: Option<f32>,
    lambda: Option<f32>,
    seed: u64,
    kept: Vec<Rgba8>,
    palette: Option<Palette>,
    guard: Option<Guard>,
    #[cfg(feature = "score")]
    target: Option<Target>,
    effort: Effort,
    format: Format,
    mode: Mode,
    alpha_threshold: Option<u8>,
    matte: Option<[u8; 3]>,
    metadata: Metadata,
    simd: Simd,
}

/// What a pixel counts when a palette is fitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Weighting {
    /// As much as an error of it shows: less where the picture is busy. Common colours count a little less as well, so
    /// that others look right. The best looking palettes.
    #[default]
    Visibility,
    /// As much as every other: the least inertia in the space asked for.
    Equal,
}

impl Weighting {
    /// The [`FitOptions::damping`] that goes with it. On 25 photographs, two eighths gain 0.4 and 0.2 of SSIMULACRA2 over
    /// one at 64 and 256 colours, dithered, and files are 2 % smaller; undithered, at 256 colours, only files gain. Where
    /// colours are fewer, two eighths lose as much as 2 points.
    #[must_use]
    pub fn damping(self, colors: usize, dither: Dither) -> u8 {
        let many = if dither == Dither::None { 128 } else { 32 };
        match self {
            Self::Equal => 0,
            Self::Visibility if colors < many => 1,
            Self::Visibility => 2,
        }
    }
}

/// What [`Packer::pack`] made.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The file.
    pub bytes: Vec<u8>,
    /// The picture in the file.
    pub indexed: Indexed,
    /// What it costs and how far it is from the source.
    pub report: Report,
    /// Colours that were lost, beyond the limits of [`Guard::new`]; none if there was a guard, and none at
    /// [`Effort::Fast`], which does not look for them.
    pub findings: Vec<Finding>,
}

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

    /// The part of the error that is spread, 0 to 1. Default: that of [`MapOptions::strength`].
    #[must_use]
    pub fn dither_strength(mut self, strength: f32) -> Self {
        self.strength = Some(strength);
        self
    }

    /// Colours that the palette holds exactly, as [`FitOptions::keep`] says, and whose pixels keep them, as
    /// [`MapOptions::keep`] says. Those that no pixel uses in the end are dropped from the file, and a picture with no
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
    /// none, and [`Packed::findings`] tells what was lost.
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

    /// What a bit of the file is worth, see [`MapOptions::lambda`]: which of several near colours a pixel gets is chosen so
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

    /// About the most memory that [`pack`](Self::pack) takes beside the picture.
    #[must_use]
    pub fn memory(&self) -> Memory {
        // Measured on noise of 24 megapixels, see docs/formats.md. Each filter that is tried holds the picture
        // filtered and compressed.
        let per_pixel = match (self.format, self.effort) {
            (Format::Gif, _) => 9,
            (Format::Png, Effort::Fast) => 10,
            (Format::Png, Effort::Balanced) => 14,
            (Format::Png, Effort::Best) => 20,
        };
        #[cfg(feature = "score")]
        let per_pixel = match self.target {
            Some(_) => measure::ssimulacra2_memory().per_pixel.max(per_pixel),
            None => per_pixel,
        };
        // Noise has as many colours as pixels, and a colour costs 64 bytes in a table that may be half empty.
        // Zopfli takes as much again.
        let per_counted_pixel = if self.effort == Effort::Best { 128 } else { 64 };
        Memory { base: 24 << 20, per_pixel, per_counted_pixel }
    }

    /// Packs a picture.
    ///
    /// # Errors
    /// [`ColorCount`](crate::Error::ColorCount) unless 2 to 256 colours were asked for, with room for those to keep,
    /// or a fixed palette of 256 leaves no room for the transparent one; [`TooWideFor`](crate::Error::TooWideFor) for a side that the
    /// format cannot state, [`OutOfMemory`](crate::Error::OutOfMemory) where there is less than
    /// [`memory`](Self::memory) says, [`ColorsLost`](crate::Error::ColorsLost) if even 256 colours do not satisfy
    /// the guard, or those of a fixed palette, [`TooManyBytes`](crate::Error::TooManyBytes) and
    /// [`ScoreTooLow`](crate::Error::ScoreTooLow) where the target is out of reach, [`Encoder`](crate::Error::Encoder) if the file, decoded again, does not hold
    /// the picture, which would be a bug.
    pub fn pack(&self, image: ImageRef<'_>) -> Result<Packed> {
        #[cfg(feature = "score")]
        if let Some(target) = self.target {
            return self.pack_to(image, target);
        }
        par::start();
        let pixels = u64::from(image.width()) * u64::from(image.height());
        // The compressors, and whatever else takes memory without asking.
        memory::check(self.memory().bytes(pixels))?;
        let source = image;
        let binary = self.with_binary_alpha(image)?;
        let image = binary.as_ref().map_or(image, Image::view);
        let histogram = match self.weighting {
            Weighting::Visibility => Histogram::visible(image),
            Weighting::Equal => Histogram::of(image),
        };
        let source_colors = histogram.exact_colors().map(|colors| colors.len());
        let Mapped { reduced: Reduced { indexed: reduced, file }, guarded } =
            self.guarded(image, histogram)?;
        // What is measured before it is written is what was written, or else nothing is handed out.
        let (written, (mean_squared_error, findings)) = par::join(
            || self.written(&reduced, file, self.mode_of(image, &reduced)),
            || (self.error(source, &reduced), self.findings(image, &reduced)),
        );
        let ((bytes, indexed), mean_squared_error) = (written?, mean_squared_error?);
        let report = Report {
            format: self.format,
            width: image.width(),
            height: image.height(),
            source_colors,
            colors: indexed.palette().len(),
            mean_squared_error,
            hardened: self.hardened(source, binary.as_ref()),
            bytes: ByteLedger::of(&indexed, bytes.len() as u64),
            guarded,
            #[cfg(feature = "score")]
            reached: None,
        };
        Ok(Packed { bytes, indexed, report, findings })
    }

    /// The file, and the picture in it, which is that which was to be written.
    fn written(&self, wanted: &Indexed, file: Option<Vec<u8>>, mode: Mode) -> Result<(Vec<u8>, Indexed)> {
        let bytes = match file {
            Some(file) if mode == Mode::Palette => file,
            _ => self.encode(wanted, mode)?,
        };
        let indexed = read_back(&bytes)?;
        check_written(&indexed, wanted, self.format)?;
        // GIF fills palettes up to a power of two, and greys are all of a depth; what no pixel uses is no colour of the
        // picture.
        let indexed = reduce::trim(&indexed).unwrap_or(indexed);
        Ok((bytes, indexed))
    }

    /// Colours that were lost. A guard has seen to it that there are none.
    fn findings(&self, image: ImageRef<'_>, indexed: &Indexed) -> Vec<Finding> {
        match self.effort.settings().losses {
            Losses::Told if self.guard.is_none() => Guard::new().inspect(image, indexed),
            _ => Vec::new(),
        }
    }

    /// The picture with at most so many colours, unless the palette is fixed.
    fn mapped(
        &self,
        image: ImageRef<'_>,
        histogram: Histogram,
        colors: usize,
        kept: &[Rgba8],
    ) -> Result<Reduced> {
        let palette = match &self.palette {
            Some(palette) => self.fixed(palette, image)?,
            None => self.fitted(&histogram, colors, kept)?,
        };
        let squeezes = self.squeezes(&histogram, palette.len());
        drop(histogram);
        let map = self.map_options(kept);
        if squeezes {
            self.squeezed(image, &palette, &map)
        } else {
            Ok(Reduced::new(trimmed(image, &palette, &map)))
        }
    }

    /// What a bit is worth unless that was said.
    fn usual_lambda(&self) -> f32 {
        let settings = self.effort.settings();
        match self.format {
            Format::Png => settings.lambda,
            Format::Gif => settings.lzw_lambda,
        }
    }

    fn map_options(&self, kept: &[Rgba8]) -> MapOptions {
        let map = MapOptions::new()
            .space(self.space)
            .dither(self.dither)
            .effort(self.effort)
            .simd(self.simd)
            .coder(match self.format {
                Format::Png => Coder::Deflate,
                Format::Gif => Coder::Lzw,
            })
            .keep(kept);
        match self.strength {
            Some(strength) => map.strength(strength),
            None => map,
        }
    }

    fn fitted(&self, histogram: &Histogram, colors: usize, kept: &[Rgba8]) -> Result<Palette> {
        // A picture of few colours needs no other, and none of its own is given up for one that it lacks.
        let kept = if histogram.len() <= colors { &[] } else { kept };
        FitOptions::new(colors)
            .space(self.space)
            .seed(self.seed)
            .effort(self.effort)
            .damping(self.weighting.damping(colors, self.dither))
            .simd(self.simd)
            .keep(kept)
            .fit(histogram)
    }

    /// The palette that was asked for, with a transparent colour where the picture needs one: most files of palettes
    /// cannot state it, and a hole that is filled is worse than a colour more.
    fn fixed(&self, palette: &Palette, image: ImageRef<'_>) -> Result<Palette> {
        let mut colors = self.as_written(palette.colors());
        let transparent = |color: &Rgba8| color[3] == 0;
        if image.pixels().iter().any(transparent) && !colors.iter().any(transparent) {
            if colors.len() == MAX_COLORS {
                return Err(Error::ColorCount { min: 1, max: MAX_COLORS - 1, got: MAX_COLORS });
            }
            colors.push([0; 4]);
        }
        Palette::new(colors)
    }

    /// Colours as pixels of them come into the file.
    fn as_written(&self, colors: &[Rgba8]) -> Vec<Rgba8> {
        match self.format {
            Format::Png => colors.to_vec(),
            Format::Gif => colors.iter().map(|&color| self.binary(color)).collect(),
        }
    }

    /// The smallest file over the orders of the palette that matter to the format, and greys without one. What is tried
    /// depends on the picture in the file alone, so that one that is packed again comes out the same.
    fn encode(&self, indexed: &Indexed, mode: Mode) -> Result<Vec<u8>> {
        // From one order, whatever the source's, so that a file that is packed again comes out the same.
        let sorted = reduce::order(indexed, reduce::Order::Luma);
        let indexed = sorted.as_ref().unwrap_or(indexed);
        if self.format == Format::Gif {
            // LZW does not see the values of indices.
            let options = encode::gif::Options::new().effort(self.effort).metadata(self.metadata.clone());
            return options.encode(indexed);
        }
        let thorough = self.effort != Effort::Fast && encode::png::is_drawing(indexed)?;
        let mut greys = self.in_greys(indexed, mode).peekable();
        let orders: &[reduce::Order] = match self.effort.settings().orders {
            // Unfiltered, it is the same with a palette and without, but for the palette.
            Orders::First if greys.peek().is_some() => &[],
            Orders::First => &[reduce::Order::Luma],
            Orders::Last if !thorough => &[reduce::Order::Adjacency],
            Orders::Last if !encode::png::is_small(indexed) => &reduce::Order::ALL,
            Orders::Last | Orders::Every => &[reduce::Order::Luma, reduce::Order::Adjacency],
        };
        let ordered = orders.iter().map(|&order| reduce::order(indexed, order));
        let ordered = ordered.map(|ordered| ordered.map_or(Cow::Borrowed(indexed), Cow::Owned));
        encode::png::Options::new()
            .effort(self.effort)
            .mode(mode)
            .thorough(thorough)
            .metadata(self.metadata.clone())
            .encode_smallest(ordered.chain(greys.map(Cow::Owned)))
    }

    /// Whether the picture has pixels between opaque and fully transparent, and the format knows nothing between.
    fn hardens(&self, image: ImageRef<'_>) -> bool {
        self.format == Format::Gif && image.pixels().iter().any(is_soft)
    }

    /// How many pixels of a picture are only opaque or fully transparent in its binary form because the format knows nothing
    /// between; a matte is a wish for that.
    fn hardened(&self, source: ImageRef<'_>, binary: Option<&Image>) -> u64 {
        let count = || source.pixels().iter().filter(|pixel| is_soft(pixel)).count() as u64;
        binary.filter(|_| self.matte.is_none()).map_or(0, |_| count())
    }

    /// How far a picture is from its source.
    fn error(&self, source: ImageRef<'_>, result: &Indexed) -> Result<f64> {
        Ok(match self.on_matte(source, result.pixels())? {
            Some([source, result]) => measure::mean_squared_error_between(source.view(), result.view()),
            None => measure::mean_squared_error(source, result),
        })
    }

    /// Its SSIMULACRA2.
    #[cfg(feature = "score")]
    fn score(&self, source: ImageRef<'_>, result: &Indexed) -> Result<f64> {
        match self.on_matte(source, result.pixels())? {
            Some([source, result]) => measure::ssimulacra2_of_images(source.view(), result.view()),
            None => measure::ssimulacra2(source, result),
        }
    }

    /// A picture that is hardened and its result as they look on the matte, if there is one: who gives it means to put them
    /// there.
    fn on_matte(
        &self,
        source: ImageRef<'_>,
        result: impl Iterator<Item = Rgba8>,
    ) -> Result<Option<[Image; 2]>> {
        if self.matte.is_none() || !self.hardens(source) {
            return Ok(None);
        }
        let image = |pixels: &mut dyn Iterator<Item = Rgba8>| {
            let pixels =
                memory::collected(source.pixels().len(), pixels.map(|pixel| blend(pixel, self.matte)))?;
            Image::new(source.width(), source.height(), pixels)
        };
        let (source, mut result) = (&mut source.pixels().iter().copied(), result);
        Ok(Some([image(source)?, image(&mut result)?]))
    }

    /// The picture with every pixel opaque or fully transparent, where the format knows nothing between.
    fn with_binary_alpha(&self, image: ImageRef<'_>) -> Result<Option<Image>> {
        if !self.hardens(image) {
            return Ok(None);
        }
        let binary = |&pixel: &Rgba8| self.binary(pixel);
        let pixels = memory::collected(image.pixels().len(), image.pixels().iter().map(binary))?;
        Image::new(image.width(), image.height(), pixels).map(Some)
    }

    fn binary(&self, pixel: Rgba8) -> Rgba8 {
        let usual = if self.matte.is_some() { 1 } else { ALPHA_THRESHOLD };
        let threshold = self.alpha_threshold.unwrap_or(usual);
        match pixel[3] {
            alpha if alpha < threshold || alpha == 0 => [0; 4],
            _ => blend(pixel, self.matte),
        }
    }
}

/// Compares the picture in the file with the one that was to be written. Its palette may be in another order.
fn check_written(read: &Indexed, wanted: &Indexed, format: Format) -> Result<()> {
    let same_size = (read.width(), read.height()) == (wanted.width(), wanted.height());
    // By the first index of each colour, since that is one comparison a pixel.
    let colors = wanted.palette().colors();
    // A grey that stands for transparency keeps its shade.
    let same = |a: &Rgba8, b: &Rgba8| a == b || a[3] == 0 && b[3] == 0;
    let first_of =
        |color: &Rgba8| colors.iter().position(|other| same(other, color)).unwrap_or(usize::MAX) as u16;
    let read_as: Vec<u16> = read.palette().colors().iter().map(first_of).collect();
    let wanted_as: Vec<u16> = colors.iter().map(first_of).collect();
    let mut pairs = read.indices().iter().zip(wanted.indices());
    if same_size && pairs.all(|(&a, &b)| read_as[usize::from(a)] == wanted_as[usize::from(b)]) {
        return Ok(());
    }
    let what = "the file that it made holds another picture".to_owned();
    Err(Error::Encoder { encoder: format.name(), what })
}

/// Alpha from which a pixel is more there than not.
const ALPHA_THRESHOLD: u8 = 128;

/// Whether a pixel is neither opaque nor fully transparent.
fn is_soft(pixel: &Rgba8) -> bool {
    !matches!(pixel[3], 0 | 255)
}

/// A pixel on a matte, opaque.
fn blend([r, g, b, a]: Rgba8, matte: Option<[u8; 3]>) -> Rgba8 {
    let Some(matte) = matte else {
        return [r, g, b, 255];
    };
    let alpha = u32::from(a);
    let mix = |c: u8, m: u8| ((u32::from(c) * alpha + u32::from(m) * (255 - alpha) + 127) / 255) as u8;
    [mix(r, matte[0]), mix(g, matte[1]), mix(b, matte[2]), 255]
}
