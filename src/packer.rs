//! The stages in order, and nothing else.

mod alpha;
mod clip;
mod guard;
mod mode;
mod options;
mod report;
mod spare;
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
use crate::measure::{Finding, Guard};
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
    /// The [`FitOptions::damping`] that goes with it. On 25 photographs, dithered, two eighths gain 0.8, 0.9, 0.5 and 0.3 of
    /// SSIMULACRA2 over one at 24, 32, 64 and 256 colours, and files are 2 to 3 % smaller; at 16 they lose 1.1. Undithered,
    /// at 256 colours, only files gain, and at 64 they lose 0.3. Three eighths take another 3 % off the files, which a
    /// lambda takes as well, for up to 0.3 less.
    #[must_use]
    pub fn damping(self, colors: usize, dither: Dither) -> u8 {
        let many = if dither == Dither::None { 128 } else { 24 };
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

impl Packer {
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
            Some(_) => crate::measure::ssimulacra2_memory().per_pixel.max(per_pixel),
            None => per_pixel,
        };
        // Noise has as many colours as pixels, and a colour costs 64 bytes in a table that may be half empty.
        Memory { base: 24 << 20, per_pixel, per_counted_pixel: 64 }
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
        let histogram = self.counted(image, self.colors, &self.kept);
        let source_colors = histogram.distinct_colors();
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
            None => self.spared(&histogram, colors, kept)?,
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

    /// The colours of the picture, for a palette of at most so many.
    fn counted(&self, image: ImageRef<'_>, colors: usize, kept: &[Rgba8]) -> Histogram {
        let options = self.fit_options(colors, kept);
        match self.weighting {
            Weighting::Visibility => options.count_visible(image),
            Weighting::Equal => options.count(image),
        }
    }

    fn fitted(&self, histogram: &Histogram, colors: usize, kept: &[Rgba8]) -> Result<Palette> {
        // A picture of few colours needs no other, and none of its own is given up for one that it lacks.
        let kept = if histogram.len() <= colors { &[] } else { kept };
        self.fit_options(colors, kept).fit(histogram)
    }

    fn fit_options(&self, colors: usize, kept: &[Rgba8]) -> FitOptions {
        FitOptions::new(colors)
            .space(self.space)
            .seed(self.seed)
            .effort(self.effort)
            .damping(self.weighting.damping(colors, self.dither))
            .simd(self.simd)
            .keep(kept)
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
