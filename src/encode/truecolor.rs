//! Lossless PNG without a palette: what indexed files are measured against, and the form for pictures that no
//! palette can hold.

use super::compress::{MOST_FILTERS, SMALL, tried_with_oxipng};
use super::filter::Filter;
use super::header::{Colors, Header};
use super::metadata::into_png;
use super::stream::Samples;
use crate::effort::{Deflate, Effort, Filters, Settings};
use crate::error::Result;
use crate::image::{ImageRef, Rgba8, is_grey, visible};
use crate::memory::{self, Memory};
use crate::metadata::Metadata;

/// Writes every pixel as it is, 8 bits a channel: red, green and blue if all pixels are opaque, else alpha as
/// well. Never a palette and never grey, not interlaced, no other chunks.
///
/// # Errors
/// [`OutOfMemory`](crate::Error::OutOfMemory), and [`Encoder`](crate::Error::Encoder) if the compressor fails,
/// which would be a bug.
///
/// ```
/// use huepack::{Effort, ImageRef, encode};
/// let pixels = [[255, 0, 0, 255], [0, 0, 255, 255]];
/// let bytes = encode::png::lossless(ImageRef::new(2, 1, &pixels)?, Effort::Fast)?;
/// assert_eq!(bytes[24..26], [8, 2], "8 bits a channel, colour type 2");
/// # Ok::<(), huepack::Error>(())
/// ```
pub fn lossless(image: ImageRef<'_>, effort: Effort) -> Result<Vec<u8>> {
    memory::check(lossless_memory(effort).bytes(image.pixels().len() as u64))?;
    let (samples, header) =
        form(image.width(), image.pixels(), channels(image.pixels(), false), |pixel| pixel)?;
    let file = packed(samples, &header, effort.settings(), usize::MAX)?;
    Ok(file.expect("no file is too long"))
}

/// Writes every pixel that can be seen as it is, and all fully transparent ones as one colour, if that takes at most so
/// many bytes; none if it does not, or if an estimate is far above. Greys of which some are not opaque have two channels,
/// unless a profile of colours goes with them, which greyscale must not have (PNG clause 11.3.2.3).
pub(crate) fn lossless_within(
    image: ImageRef<'_>,
    effort: Effort,
    metadata: &Metadata,
    most: usize,
) -> Result<Option<Vec<u8>>> {
    let colors = channels(image.pixels(), metadata.icc.is_none());
    let is_small = 4 * image.pixels().len() <= SMALL;
    if estimate(image, &colors)? > most.saturating_add(most / if is_small { SMALL_FAR } else { FAR }) {
        return Ok(None);
    }
    memory::check(lossless_memory(effort).bytes(image.pixels().len() as u64))?;
    let (samples, header) = form(image.width(), image.pixels(), colors, visible)?;
    let file = packed(samples, &header, effort.settings(), most)?;
    Ok(file.map(|file| into_png(file, metadata)).filter(|file| file.len() <= most))
}

/// How far above what is allowed an estimate is to be for a file not to be made: half as much again. Files end below
/// their estimates, photographs by a tenth, drawings by up to two thirds; but of 118 pictures with palettes of 256 colours
/// none whose estimate was further above came out smaller.
const FAR: usize = 2;

/// The same for small pictures, of which all is looked at: by one third. Of 1,063 icons that end as small as what is
/// allowed, five are further above.
const SMALL_FAR: usize = 3;

/// Part of the pixels that is looked at for an estimate: one of 32, and at least this number, or all.
const ESTIMATED_PART: usize = 32;
const ESTIMATED_PIXELS: usize = 1 << 16;

/// Level of an estimate.
const FAST_LEVEL: u8 = 1;

/// Rows of them that stay together.
const BAND: usize = 16;

/// About how long the file will be, from a fast level over bands of the picture.
fn estimate(image: ImageRef<'_>, colors: &Colors) -> Result<usize> {
    let pixels = image.pixels();
    let band_pixels = BAND * image.width() as usize;
    let bands = pixels.len().div_ceil(band_pixels);
    let wanted = (pixels.len() / ESTIMATED_PART).max(ESTIMATED_PIXELS).div_ceil(band_pixels).min(bands);
    let band = |number: usize| {
        let from = number * bands / wanted * band_pixels;
        &pixels[from..pixels.len().min(from + band_pixels)]
    };
    memory::check(lossless_memory(Effort::Balanced).bytes(pixels.len().min(wanted * band_pixels) as u64))?;
    let sampled: Vec<Rgba8> = (0..wanted).flat_map(band).copied().collect();
    let (samples, _) = form(image.width(), &sampled, colors.clone(), visible)?;
    let trials = samples.trials(&[Filter::None, Filter::Sub, Filter::Paeth], FAST_LEVEL);
    let least = trials.iter().map(|trial| trial.length).min().unwrap_or(0);
    Ok((least as u64 * pixels.len() as u64 / sampled.len() as u64) as usize)
}

/// Level of the trials. Where pixels are smooth, levels differ in what they make of a filter by far more than they do on
/// indices: a radial gradient takes 59,941 bytes unfiltered at level 5 and 66,008 with Sub, 56,624 and 46,682 at level 8,
/// 52,115 and 34,333 at level 11. Level 8 takes a tenth of the time of 11 and more.
const TRIAL_LEVEL: u8 = 8;

/// How much longer than what is allowed a trial of anything but a drawing may be: one eighth. On photographs level 11
/// ends 3 to 10 % below it.
const REACH: usize = 8;

/// The same for pictures that are [`SMALL`], drawings as well: one sixteenth. Of 1,462 icons, 1,069 end as small as what
/// is allowed, 4 of them from further above.
const SMALL_REACH: usize = 16;

/// The file, unless it is clear before the end that it will have more than so many bytes.
fn packed(samples: Samples, header: &Header, settings: Settings, most: usize) -> Result<Option<Vec<u8>>> {
    if settings.filters == Filters::Every {
        let tried = tried_with_oxipng(header, samples, TRIAL_LEVEL, true)?;
        return Ok(Some(header.file(&tried.pack(settings.deflate, false))));
    }
    let trial_level = match settings.deflate {
        Deflate::Level(level) => TRIAL_LEVEL.min(level),
        Deflate::Passes { .. } => TRIAL_LEVEL,
    };
    let mut best = samples.best_one_by_one(header.filters(settings.filters), trial_level);
    let is_small = best.filtered_bytes() <= SMALL;
    let reach = if is_small { SMALL_REACH } else { REACH };
    if best.length > most.saturating_add(most / reach) && (is_small || !best.is_drawing()) {
        return Ok(None);
    }
    if is_small {
        // By the row, and by pairs of bytes: 3 % less for icons of smooth shades, 0.03 % for others.
        let tried = tried_with_oxipng(header, samples, trial_level, false)?;
        best = if tried.length < best.length { tried } else { best };
    } else {
        drop(samples);
    }
    Ok(Some(header.file(&best.pack(settings.deflate, false))))
}

/// The channels that pixels need.
fn channels(pixels: &[Rgba8], may_be_grey: bool) -> Colors {
    if pixels.iter().all(|pixel| pixel[3] == 255) {
        // Opaque greys are no more than a palette holds.
        Colors::Rgb
    } else if may_be_grey && pixels.iter().all(is_grey) {
        Colors::GreyAlpha
    } else {
        Colors::Rgba
    }
}

/// The samples of pixels as they are to be written, and what they mean.
fn form(
    width: u32,
    pixels: &[Rgba8],
    colors: Colors,
    written: impl Fn(Rgba8) -> Rgba8,
) -> Result<(Samples, Header)> {
    let (from, channels) = match colors {
        Colors::GreyAlpha => (2, 2),
        Colors::Rgb => (0, 3),
        _ => (0, 4),
    };
    let samples_of = |&pixel: &Rgba8| written(pixel).into_iter().skip(from).take(channels);
    let bytes = memory::collected(pixels.len() * channels, pixels.iter().flat_map(samples_of))?;
    let samples = Samples { bytes, row_bytes: width as usize * channels, pixel_bytes: channels };
    let height = (pixels.len() / width as usize) as u32;
    Ok((samples, Header { width, height, bits: 8, colors }))
}

/// About the most memory that [`lossless`] takes beside the picture.
#[must_use]
pub fn lossless_memory(effort: Effort) -> Memory {
    // The samples, and for each filter whose outcome is held the picture filtered, and compressed to what is mostly far
    // less.
    let filters = match effort {
        Effort::Fast | Effort::Balanced => 2,
        Effort::Best => MOST_FILTERS,
    };
    Memory { base: 16 << 20, per_pixel: 4 + 5 * filters, per_counted_pixel: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colour type and samples, as the `png` crate reads them.
    fn decoded(bytes: &[u8]) -> (png::ColorType, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut samples = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut samples).unwrap();
        (info.color_type, samples)
    }

    #[test]
    fn smooth_icons_are_filtered_by_the_row_where_that_is_better() {
        // A disc with a hole of another colour on clear ground, darker towards one side.
        let pixel = |x: i32, y: i32| {
            let distance = (x - 16).pow(2) + (y - 16).pow(2);
            let soft = |radius: i32| (16 * (radius * radius - distance) / radius).clamp(0, 255);
            let mixed = |i: usize| [200, 90, 40][i] * (255 - soft(6)) + [30, 140, 220][i] * soft(6);
            let shaded = |i: usize, shade: i32| (mixed(i) / 255 * (160 - 3 * shade) / 160) as u8;
            [shaded(0, x), shaded(1, (4 * x + y) / 5), shaded(2, y), soft(14) as u8]
        };
        let pixels: Vec<Rgba8> = (0..32 * 32).map(|i| pixel(i % 32, i / 32)).collect();
        let image = ImageRef::new(32, 32, &pixels).unwrap();
        let (samples, header) = form(32, &pixels, Colors::Rgba, |pixel| pixel).unwrap();
        let settings = Effort::Balanced.settings();
        let usual = samples.best_one_by_one(header.filters(settings.filters), TRIAL_LEVEL);
        let usual = header.file(&usual.pack(settings.deflate, false)).len();
        let all = lossless(image, Effort::Balanced).unwrap().len();
        assert!(all < usual, "{all} bytes, {usual} before");
    }

    #[test]
    fn every_sample_comes_back_and_alpha_only_where_it_is_needed() {
        for effort in [Effort::Fast, Effort::Balanced] {
            // Grey and of few colours: still no grey and no palette.
            let opaque: Vec<Rgba8> = (0..64).map(|i| [i / 8, i / 8, i / 8, 255]).collect();
            let bytes = lossless(ImageRef::new(8, 8, &opaque).unwrap(), effort).unwrap();
            let wanted = opaque.iter().flat_map(|pixel| pixel[..3].to_vec()).collect();
            assert_eq!(decoded(&bytes), (png::ColorType::Rgb, wanted));

            let clear: Vec<Rgba8> = (0..64).map(|i| [i, 9, 200, i * 4]).collect();
            let bytes = lossless(ImageRef::new(16, 4, &clear).unwrap(), effort).unwrap();
            assert_eq!(decoded(&bytes), (png::ColorType::Rgba, clear.concat()));
        }
    }
}
