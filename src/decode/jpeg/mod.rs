//! JPEG, baseline and progressive, grey, RGB and CMYK (ITU-T T.81, T.871, T.872).
//!
//! Decoders fill what a cut file lacks with grey and call it a success. So the scans are checked first:
//! every block must be there.

mod frame;
mod huffman;
mod scan;
mod segments;
mod standard_tables;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::color::{Channels, Converter, Depth, Profile, ProfileUse, cmyk_converter};
use super::damage::Damage;
use super::limits::transparent_pixels;
use super::samples::spread;
use super::{Format, Options, Picture, damaged, in_its_words, orientation, unsupported};
use crate::error::Result;
use crate::image::{Image, Rgba8};
use frame::Frame;
use segments::Segments;

pub(super) fn read(bytes: &[u8], options: &Options, damage: &mut Damage) -> Result<Picture> {
    let mut segments = Segments::read(bytes, damage)?;
    let frame = &segments.frame;
    // A picture of several scans is held as 2-byte coefficients until the last; upright or converted, a
    // picture may be there twice.
    let coefficients =
        if frame.progressive || segments.scans.len() > 1 { 2 * frame.components.len() as u64 } else { 0 };
    options.limits.check(frame.width, frame.height, (4 + coefficients).max(8))?;
    let mut readable = 0;
    if damage.bear(scan::check(&segments, &mut readable))?.is_none() {
        segments.cut_after(readable)?;
    }
    segments.is_whole = damage.found.is_none();
    let frame = &segments.frame;
    check_scan_layout(&segments)?;

    let (pixels, icc) = match frame.components.len() {
        1 | 3 => read_color(&segments, options.profile_use)?,
        4 => (read_cmyk(&segments)?, None),
        count => return Err(unsupported(Format::Jpeg, format!("{count} colour components"))),
    };
    let image = Image::new(frame.width, frame.height, pixels)?;
    Ok(Picture { image, orientation: orientation::from_exif(segments.exif), indexed: false, frames: 1, icc })
}

/// Refuses what the decoder gets wrong without a word: of a sequential picture in several scans, it reads
/// only the first row of blocks of every unit (zune-jpeg 0.5.15).
fn check_scan_layout(segments: &Segments<'_>) -> Result<()> {
    let tall = segments.frame.components.iter().any(|component| component.down > 1);
    if !segments.frame.progressive && segments.scans.len() > 1 && tall {
        return Err(unsupported(Format::Jpeg, "sequential scans of subsampled components"));
    }
    Ok(())
}

/// The pixels, and the profile that they stay in if they do.
fn read_color(segments: &Segments<'_>, profile_use: ProfileUse) -> Result<(Vec<Rgba8>, Option<Vec<u8>>)> {
    let gray = segments.frame.components.len() == 1;
    let mut pixels = if gray || segments.is_ycc() {
        decode(segments, ColorSpace::RGBA)?
    } else {
        let mut pixels = decode(segments, ColorSpace::RGB)?;
        spread::<3>(&mut pixels);
        pixels
    };
    let channels = if gray { Channels::Gray } else { Channels::Rgb };
    let icc = segments.icc_profile();
    let profiles: Vec<_> = icc.iter().map(|icc| Profile::Icc(icc)).collect();
    let (converter, icc) = Converter::choose(&profiles, channels, Depth::Eight, profile_use);
    converter.convert(&mut pixels);
    Ok((pixels, icc))
}

fn read_cmyk(segments: &Segments<'_>) -> Result<Vec<Rgba8>> {
    let no_profile = || unsupported(Format::Jpeg, "CMYK colours and no profile");
    let convert = segments.icc_profile().and_then(|icc| cmyk_converter(&icc)).ok_or_else(no_profile)?;
    let colors = if segments.is_ycck() { ColorSpace::YCCK } else { ColorSpace::CMYK };
    let mut pixels = decode(segments, colors)?;
    if segments.is_ycck() {
        pixels.iter_mut().for_each(ycck_to_cmyk);
    }
    // Adobe stores the white that is left instead of the ink, and so does everything that writes its
    // marker.
    if segments.adobe_transform.is_some() {
        pixels.as_flattened_mut().iter_mut().for_each(|ink| *ink = 255 - *ink);
    }
    convert(&mut pixels);
    Ok(pixels)
}

/// T.872 clause 6.5.3: the first three are RGB in YCbCr form, whose complements are the inks.
fn ycck_to_cmyk(pixel: &mut Rgba8) {
    // 16 fractional bits of 1.402, 0.344136, 0.714136 and 1.772 (T.871 clause 7), so that no machine
    // rounds differently.
    let [y, cb, cr, black] = pixel.map(i32::from);
    let (cb, cr) = (cb - 128, cr - 128);
    let ink = |offset: i32| 255 - (y + ((offset + 32_768) >> 16)).clamp(0, 255) as u8;
    *pixel = [ink(91_881 * cr), ink(-22_554 * cb - 46_802 * cr), ink(116_130 * cb), black as u8];
}

/// Decodes into the start of a picture's pixels.
fn decode(segments: &Segments<'_>, colors: ColorSpace) -> Result<Vec<Rgba8>> {
    let Frame { width, height, .. } = segments.frame;
    // The sides were checked before, so the decoder's own limits only stand in the way.
    let options = DecoderOptions::default()
        .set_max_width(width as usize)
        .set_max_height(height as usize)
        .set_strict_mode(segments.is_whole)
        .jpeg_set_max_scans(segments.scans.len())
        .jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&segments.stream[..]), options);
    decoder.decode_headers().map_err(broken)?;
    let mut pixels = transparent_pixels(width, height)?;
    decoder.decode_into(pixels.as_flattened_mut()).map_err(broken)?;
    Ok(pixels)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn broken(error: zune_jpeg::errors::DecodeErrors) -> crate::error::Error {
    damaged(Format::Jpeg, in_its_words(&error.to_string()))
}
