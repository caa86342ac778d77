//! BMP, PNM and QOI, and the pixels of TIFF: formats that need no care beyond their decoder's.

use std::error::Error as _;
use std::io::Cursor;

use image::codecs::{bmp::BmpDecoder, pnm::PnmDecoder, qoi::QoiDecoder};
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError, error::LimitErrorKind};

use super::color::{Channels, Converter, Depth, Profile, ProfileUse};
use super::limits::{transparent_pixels, zeroed};
use super::samples::{Rgba16, spread};
use super::{Format, Options, Picture, damaged, in_its_words, unsupported};
use crate::error::{Error, Result};
use crate::image::{Image, Rgba8};

pub(super) fn read(format: Format, bytes: &[u8], options: &Options) -> Result<Picture> {
    let input = Cursor::new(bytes);
    let broken = |error| broken(format, error);
    match format {
        Format::Bmp if !holds_runs(bytes) => {
            Err(damaged(format, "there are more pixels than so few bytes can hold"))
        }
        Format::Bmp => read_with(BmpDecoder::new(input).map_err(broken)?, format, options),
        Format::Pnm => read_with(PnmDecoder::new(input).map_err(broken)?, format, options),
        _ => read_with(QoiDecoder::new(input).map_err(broken)?, format, options),
    }
}

/// Pixels that a picture in runs may leave out: what is skipped is in no run at all.
const MAX_SKIPPED: u64 = 4 << 20;

/// Whether a bitmap in runs, of at most 255 pixels in two bytes, can be as large as its header says. The decoder
/// touches every pixel that is skipped.
fn holds_runs(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..at + 4).map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    // Width, height and compression of a BITMAPINFOHEADER and its successors, behind a file header of 14 bytes.
    let (Some(40..), Some(width), Some(height), Some(1 | 2)) =
        (number(14), number(18), number(22), number(30))
    else {
        return true;
    };
    let pixels = u64::from(width.unsigned_abs()) * u64::from(height.unsigned_abs());
    pixels <= 128 * bytes.len() as u64 + MAX_SKIPPED
}

/// Reads what any decoder of the `image` library offers.
pub(super) fn read_with(
    mut decoder: impl ImageDecoder,
    format: Format,
    options: &Options,
) -> Result<Picture> {
    let limits = &options.limits;
    let (width, height) = decoder.dimensions();
    limits.check(width, height, 4 + u64::from(decoder.color_type().bytes_per_pixel()))?;
    let mut decoder_limits = image::Limits::no_limits();
    decoder_limits.max_alloc = Some(limits.max_memory);
    let set = decoder_limits.reserve(decoder.total_bytes());
    set.and_then(|()| decoder.set_limits(decoder_limits)).map_err(|error| broken(format, error))?;

    // Metadata that cannot be read is as good as none.
    let icc = decoder.icc_profile().ok().flatten();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profiles: Vec<_> = icc.iter().map(|icc| Profile::Icc(icc)).collect();
    let (pixels, icc) = read_pixels(decoder, format, &profiles, options.profile_use)?;
    Ok(Picture { image: Image::new(width, height, pixels)?, orientation, indexed: false, frames: 1, icc })
}

/// The pixels, and the profile that they stay in if they do.
fn read_pixels(
    decoder: impl ImageDecoder,
    format: Format,
    profiles: &[Profile<'_>],
    profile_use: ProfileUse,
) -> Result<(Vec<Rgba8>, Option<Vec<u8>>)> {
    let color_type = decoder.color_type();
    let channels = if color_type.has_color() { Channels::Rgb } else { Channels::Gray };
    let (width, height) = decoder.dimensions();
    let mut pixels = transparent_pixels(width, height)?;
    let kept;
    let bytes = decoder.total_bytes();
    match color_type {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {
            let packed = &mut pixels.as_flattened_mut()[..bytes as usize];
            decoder.read_image(packed).map_err(|error| broken(format, error))?;
            match color_type {
                ColorType::L8 => spread::<1>(&mut pixels),
                ColorType::La8 => spread::<2>(&mut pixels),
                ColorType::Rgb8 => spread::<3>(&mut pixels),
                _ => {}
            }
            let (converter, icc) = Converter::choose(profiles, channels, Depth::Eight, profile_use);
            converter.convert(&mut pixels);
            kept = icc;
        }
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            let mut samples: Vec<u8> = zeroed(bytes)?;
            decoder.read_image(&mut samples).map_err(|error| broken(format, error))?;
            let (converter, icc) = Converter::choose(profiles, channels, Depth::Sixteen, profile_use);
            kept = icc;
            let row_bytes = samples.len() / height as usize;
            let rows = samples.chunks_exact(row_bytes).zip(pixels.chunks_exact_mut(width as usize));
            for (row, out) in rows {
                converter.convert_deep(&unpack(row, color_type), out);
            }
        }
        // What white is in them is not in the file, so any 8-bit rendering would be a guess.
        _ => return Err(unsupported(format, "floating-point samples")),
    }
    Ok((pixels, kept))
}

/// 16-bit pixels out of bytes in the machine's own order, which is what the library hands over.
fn unpack(row: &[u8], color_type: ColorType) -> Vec<Rgba16> {
    let samples: Vec<u16> = row.as_chunks().0.iter().map(|&bytes| u16::from_ne_bytes(bytes)).collect();
    let pixels = samples.chunks_exact(usize::from(color_type.channel_count()));
    let pixel = |samples: &[u16]| match *samples {
        [gray] => [gray, gray, gray, u16::MAX],
        [gray, alpha] => [gray, gray, gray, alpha],
        [red, green, blue] => [red, green, blue, u16::MAX],
        [red, green, blue, alpha, ..] => [red, green, blue, alpha],
        [] => [0; 4],
    };
    pixels.map(pixel).collect()
}

pub(super) fn broken(format: Format, error: ImageError) -> Error {
    match error {
        ImageError::Unsupported(error) => unsupported(format, error.to_string()),
        ImageError::Limits(error) if error.kind() == LimitErrorKind::InsufficientMemory => {
            damaged(format, "the header asks for more memory than the limit allows")
        }
        error => {
            // The cause without the library's own words around it.
            let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            let ends = ["failed to fill whole buffer", "unexpected end of file", "not enough bytes"];
            let cut = ends.iter().any(|end| text.to_lowercase().contains(end));
            let what = if cut { "the file ends early".into() } else { in_its_words(&text) };
            damaged(format, what)
        }
    }
}
