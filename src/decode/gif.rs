//! GIF: the first frame on its canvas, and how many frames there are.

use std::num::NonZeroU64;

use ::gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, Frame, MemoryLimit};

use super::color::{Channels, Converter, Depth, Profile};
use super::limits::{Limits, transparent_pixels, zeroed};
use super::{Format, Options, Picture, damaged};
use crate::error::{Error, Result};
use crate::image::{Image, Rgba8};

pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Picture> {
    let frames = count_frames(bytes, &options.limits)?;
    options.check_frames(Format::Gif, frames)?;
    let mut decoder = decode_options(&options.limits).read_info(bytes).map_err(broken)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    // Four bytes a pixel of the canvas, and one for an index of the frame.
    options.limits.check(width, height, 5)?;

    let frame = decoder.next_frame_info().map_err(broken)?.ok_or_else(no_frame)?.clone();
    options.limits.check(u32::from(frame.width), u32::from(frame.height), 5)?;
    let mut indices: Vec<u8> = zeroed(decoder.buffer_size() as u64)?;
    decoder.read_into_buffer(&mut indices).map_err(broken)?;

    let palette = palette(&decoder, &frame);
    let mut pixels = transparent_pixels(width, height)?;
    draw(&frame, &indices, &palette, &mut pixels, width as usize)?;
    let orientation = image::metadata::Orientation::NoTransforms;
    Ok(Picture { image: Image::new(width, height, pixels)?, orientation, indexed: true, frames, icc: None })
}

/// Walks the whole file without decoding a frame, so that a cut file is found whatever is asked of it.
fn count_frames(bytes: &[u8], limits: &Limits) -> Result<u32> {
    let mut options = decode_options(limits);
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(bytes).map_err(broken)?;
    let mut frames = 0;
    while decoder.next_frame_info().map_err(broken)?.is_some() {
        frames += 1;
    }
    if frames == 0 { Err(no_frame()) } else { Ok(frames) }
}

fn decode_options(limits: &Limits) -> DecodeOptions {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    // A limit of zero is met by no picture, and one byte is the smallest limit that can be said.
    let limit = NonZeroU64::new(limits.max_memory).unwrap_or(NonZeroU64::MIN);
    options.set_memory_limit(MemoryLimit::Bytes(limit));
    options
}

/// The frame's colours in sRGB. ICC profiles in GIF are an extension of the ICC's own (ICC.1:2022 annex
/// B.5).
fn palette(decoder: &Decoder<&[u8]>, frame: &Frame<'_>) -> Vec<Rgba8> {
    let colors = frame.palette.as_deref().or_else(|| decoder.global_palette()).unwrap_or_default();
    let mut palette: Vec<Rgba8> = colors.as_chunks().0.iter().map(|&[r, g, b]| [r, g, b, 255]).collect();
    let profiles: Vec<_> = decoder.icc_profile().map(Profile::Icc).into_iter().collect();
    Converter::new(&profiles, Channels::Rgb, Depth::Eight).convert(&mut palette);
    palette
}

/// Draws the part of the frame that is on the canvas. The rest of the canvas stays transparent, as in
/// browsers: the background colour of the header is a memory of another time.
fn draw(
    frame: &Frame<'_>,
    indices: &[u8],
    palette: &[Rgba8],
    canvas: &mut [Rgba8],
    canvas_width: usize,
) -> Result<()> {
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let lines = canvas.chunks_exact_mut(canvas_width).skip(top);
    for (line, row) in lines.zip(indices.chunks_exact(usize::from(frame.width).max(1))) {
        for (pixel, &index) in line.iter_mut().skip(left).zip(row) {
            if frame.transparent == Some(index) {
                continue;
            }
            let colors = palette.len();
            let outside = || damaged(Format::Gif, format!("index {index} in a palette of {colors} colours"));
            *pixel = *palette.get(usize::from(index)).ok_or_else(outside)?;
        }
    }
    Ok(())
}

fn no_frame() -> Error {
    damaged(Format::Gif, "there is no picture in the file")
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn broken(error: DecodingError) -> Error {
    damaged(Format::Gif, error.to_string())
}
