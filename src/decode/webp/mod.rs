//! WebP (RFC 9649): the picture or the first frame, and each frame.

mod frames;

use std::io::Cursor;

use image_webp::{DecodingError, WebPDecoder};

use super::color::{Channels, Converter, Depth, Profile};
use super::limits::transparent_pixels;
use super::samples::spread;
use super::{Format, Options, Picture, damaged, in_its_words, orientation, unsupported};
use crate::error::{Error, Result};
use crate::image::Image;
pub(super) use frames::WebPFrames;

pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Picture> {
    check_length(bytes)?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    // The picture, and the decoder's own copy of it.
    options.limits.check(width, height, 8)?;
    decoder.set_memory_limit(usize::try_from(options.limits.max_memory).unwrap_or(usize::MAX));
    let frames = if decoder.is_animated() { decoder.num_frames().max(1) } else { 1 };
    options.check_frames(Format::WebP, frames)?;

    let mut pixels = transparent_pixels(width, height)?;
    let length = decoder.output_buffer_size().unwrap_or(usize::MAX).min(pixels.len() * 4);
    decoder.read_image(&mut pixels.as_flattened_mut()[..length]).map_err(broken)?;
    if !decoder.has_alpha() {
        spread::<3>(&mut pixels);
    }
    let icc = decoder.icc_profile().ok().flatten();
    let profiles: Vec<_> = icc.iter().map(|icc| Profile::Icc(icc)).collect();
    let (converter, icc) = Converter::choose(&profiles, Channels::Rgb, Depth::Eight, options.profile_use);
    converter.convert(&mut pixels);
    let orientation = upright(decoder.exif_metadata().ok().flatten().as_deref());
    Ok(Picture { image: Image::new(width, height, pixels)?, orientation, indexed: false, frames, icc })
}

/// The orientation that the EXIF chunk asks for.
fn upright(exif: Option<&[u8]>) -> image::metadata::Orientation {
    // Some writers put JPEG's prefix in front (it is not in RFC 9649).
    orientation::from_exif(exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)))
}

/// Compares the file with the length in its header (clause 2.4), since the decoder stops at the first
/// picture and would not miss the rest.
fn check_length(bytes: &[u8]) -> Result<()> {
    let claimed = bytes.get(4..8).map_or(0, |b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
    let got = bytes.len() as u64 - 8;
    if got < claimed {
        return Err(damaged(Format::WebP, format!("the header promises {claimed} bytes, got {got}")));
    }
    Ok(())
}

fn broken(error: DecodingError) -> Error {
    match error {
        DecodingError::UnsupportedFeature(feature) => unsupported(Format::WebP, feature),
        error => damaged(Format::WebP, in_its_words(&error.to_string())),
    }
}
