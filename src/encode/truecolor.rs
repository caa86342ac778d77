//! Lossless PNG without a palette: what indexed files are measured against, and the form for pictures that no
//! palette can hold.

use super::compress::{MOST_FILTERS, with_zopfli};
use super::filter::Filter;
use super::header::{Colors, Header};
use super::metadata::into_png;
use super::stream::{FAST_TRIAL_LEVEL, Samples, Trial, trial_level};
use crate::effort::{Deflate, Effort, Settings};
use crate::error::Result;
use crate::image::{ImageRef, Rgba8, visible};
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
    let (samples, header) = form(image.width(), image.pixels(), |pixel| pixel)?;
    let file = packed(samples, &header, effort.settings(), usize::MAX)?;
    Ok(file.expect("no file is too long"))
}

/// Writes every pixel that can be seen as it is, and all fully transparent ones as one colour, if that takes at most so
/// many bytes; none if it does not, or if an estimate is far above.
pub(crate) fn lossless_within(
    image: ImageRef<'_>,
    effort: Effort,
    metadata: &Metadata,
    most: usize,
) -> Result<Option<Vec<u8>>> {
    memory::check(lossless_memory(effort).bytes(image.pixels().len() as u64))?;
    if estimate(image)? > most.saturating_mul(FAR) {
        return Ok(None);
    }
    let (samples, header) = form(image.width(), image.pixels(), visible)?;
    let file = packed(samples, &header, effort.settings(), most)?;
    Ok(file.map(|file| into_png(file, metadata)).filter(|file| file.len() <= most))
}

/// How far above what is allowed an estimate is to be for a file not to be made. Of 96 pictures of the corpus, files
/// take half of the estimate and more, but for 2 of 40,000 pixels.
const FAR: usize = 2;

/// Pixels that are looked at for an estimate.
const ESTIMATED_PIXELS: usize = 1 << 18;

/// Rows of them that stay together.
const BAND: usize = 16;

/// About how long the file will be, from a fast level over bands of the picture.
fn estimate(image: ImageRef<'_>) -> Result<usize> {
    let pixels = image.pixels();
    let band_pixels = BAND * image.width() as usize;
    let bands = pixels.len().div_ceil(band_pixels);
    let wanted = (ESTIMATED_PIXELS / band_pixels).clamp(1, bands);
    let band = |number: usize| {
        let from = number * bands / wanted * band_pixels;
        &pixels[from..pixels.len().min(from + band_pixels)]
    };
    let sampled: Vec<Rgba8> = (0..wanted).flat_map(band).copied().collect();
    let (samples, _) = form(image.width(), &sampled, visible)?;
    let trials = samples.trials(&[Filter::None, Filter::Sub, Filter::Paeth], FAST_TRIAL_LEVEL);
    let least = trials.iter().map(|trial| trial.length).min().unwrap_or(0);
    Ok((least as u64 * pixels.len() as u64 / sampled.len() as u64) as usize)
}

/// How much longer than another a filter's trial may be for the filter to have its chance: one eighth. Where pixels are
/// smooth, levels differ in what they make of a filter by far more than they do on indices: a radial gradient takes
/// 59,941 bytes unfiltered at the level of trials and 66,008 with Sub, and 52,115 and 34,333 at level 11.
const NEAR: usize = 8;

/// How much longer than what is allowed a trial of anything but a drawing may be: one eighth. Level 11 ends 3 to 10 %
/// below it on photographs.
const REACH: usize = 8;

/// The smallest file, unless it is clear before the end that it will have more than so many bytes.
fn packed(samples: Samples, header: &Header, settings: Settings, most: usize) -> Result<Option<Vec<u8>>> {
    let level = match settings.deflate {
        Deflate::Level(level) => level,
        Deflate::Zopfli => return with_zopfli(header, samples.bytes).map(Some),
    };
    let trials = samples.trials(header.filters(settings.filters), trial_level(settings));
    drop(samples);
    let least = trials.iter().map(|trial| trial.length).min().unwrap_or(0);
    if least > most.saturating_add(most / REACH) && !trials.iter().any(Trial::is_drawing) {
        return Ok(None);
    }
    let near = trials.into_iter().filter(|trial| trial.length <= least + least / NEAR);
    Ok(near.map(|trial| header.file(&trial.pack(level))).min_by_key(Vec::len))
}

/// The samples of pixels as they are to be written, and what they mean.
fn form(width: u32, pixels: &[Rgba8], written: impl Fn(Rgba8) -> Rgba8) -> Result<(Samples, Header)> {
    let is_opaque = pixels.iter().all(|pixel| pixel[3] == 255);
    let (colors, channels) = if is_opaque { (Colors::Rgb, 3) } else { (Colors::Rgba, 4) };
    let samples_of = |&pixel: &Rgba8| written(pixel).into_iter().take(channels);
    let bytes = memory::collected(pixels.len() * channels, pixels.iter().flat_map(samples_of))?;
    let samples = Samples { bytes, row_bytes: width as usize * channels, pixel_bytes: channels };
    let height = (pixels.len() / width as usize) as u32;
    Ok((samples, Header { width, height, bits: 8, colors }))
}

/// About the most memory that [`lossless`] takes beside the picture.
#[must_use]
pub fn lossless_memory(effort: Effort) -> Memory {
    // The samples, and for each filter that is tried the picture filtered, and compressed to what is mostly far less.
    let filters = match effort {
        Effort::Fast => 1,
        Effort::Balanced => 4,
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
