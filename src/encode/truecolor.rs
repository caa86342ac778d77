//! Lossless PNG without a palette: what indexed files are measured against, and the form for pictures that no
//! palette can hold.

use super::compress::compress;
use crate::effort::{Effort, Filters};
use crate::error::Result;
use crate::image::{ImageRef, Rgba8};
use crate::memory::{self, Memory};

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
    let settings = effort.settings();
    let (color_type, channels) = if image.pixels().iter().all(|pixel| pixel[3] == 255) {
        (oxipng::ColorType::RGB { transparent_color: None }, 3)
    } else {
        (oxipng::ColorType::RGBA, 4)
    };
    let length = image.pixels().len();
    memory::check(lossless_memory(effort).bytes(length as u64))?;
    let samples = image.pixels().iter().flat_map(|pixel: &Rgba8| &pixel[..channels]).copied();
    let samples = memory::collected(length * channels, samples)?;
    let (width, height) = (image.width(), image.height());
    let raw = oxipng::RawImage::new(width, height, color_type, oxipng::BitDepth::Eight, samples);
    compress(raw, filters(settings.filters), settings.deflate)
}

/// About the most memory that [`lossless`] takes beside the picture.
#[must_use]
pub fn lossless_memory(effort: Effort) -> Memory {
    // The samples, and for each filter that is tried the picture filtered, and compressed to what is mostly far
    // less.
    let filters = filters(effort.settings().filters).len() as u64;
    Memory { base: 16 << 20, per_pixel: 4 + 5 * filters, per_counted_pixel: 0 }
}

/// Channels are quantities, so filters matter here as they do not for indices.
fn filters(filters: Filters) -> &'static [oxipng::FilterStrategy] {
    use oxipng::FilterStrategy as Filter;
    match filters {
        Filters::Plain => &[Filter::MinSum],
        Filters::Usual => &[Filter::NONE, Filter::PAETH, Filter::MinSum, Filter::Entropy, Filter::Bigrams],
        Filters::Every => &[
            Filter::NONE,
            Filter::SUB,
            Filter::UP,
            Filter::AVERAGE,
            Filter::PAETH,
            Filter::MinSum,
            Filter::Entropy,
            Filter::Bigrams,
            Filter::BigEnt,
            Filter::Brute { num_lines: 4, level: 1 },
        ],
    }
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
