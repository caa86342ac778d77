//! GIF: the first frame on its canvas, how many frames there are, and each of them.

mod blocks;
mod frames;

use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::color::{Channels, Converter, Depth, Profile};
use super::damage::Damage;
use super::limits::{transparent_pixels, zeroed};
use super::{Format, Options, Picture, damaged, unsupported};
use crate::error::Result;
use crate::image::{Image, Rgba8};
use blocks::{Blocks, PackedFrame};
pub(super) use frames::GifFrames;

pub(super) fn read(bytes: &[u8], options: &Options, damage: &mut Damage) -> Result<Picture> {
    let mut blocks = Blocks::read(bytes)?;
    let first = blocks.first(damage)?;
    let Blocks { width, height, frames, icc, .. } = blocks;
    // Four bytes a pixel of the canvas, and one for an index of the frame.
    options.limits.check(width, height, 5)?;
    options.limits.check(u32::from(first.width), u32::from(first.height), 5)?;
    if first.palette.is_empty() {
        // Clause 18 lets the reader choose colours: any choice is a guess.
        return Err(unsupported(Format::Gif, "no colour table"));
    }
    options.check_frames(Format::Gif, frames)?;
    let indices = unpack(&first, damage)?;
    let mut pixels = transparent_pixels(width, height)?;
    let palette = palette(&first, icc.as_deref());
    if let Err(error) = draw(&first, &indices, &palette, &mut pixels, width as usize) {
        damage.note(error)?;
    }
    let orientation = image::metadata::Orientation::NoTransforms;
    Ok(Picture { image: Image::new(width, height, pixels)?, orientation, indexed: true, frames, icc: None })
}

/// The frame's indices in the order of the file, or those of them that are there.
fn unpack(frame: &PackedFrame<'_>, damage: &mut Damage) -> Result<Vec<u8>> {
    // Codes have at most 12 bits, and the first ones one more than this (appendix F).
    if !(1..=11).contains(&frame.code_size) {
        return Err(damaged(Format::Gif, format!("an LZW code size of {}", frame.code_size)));
    }
    let total = u64::from(frame.width) * u64::from(frame.height);
    let mut indices: Vec<u8> = zeroed(total)?;
    let mut decoder = Decoder::new(BitOrder::Lsb, frame.code_size);
    let (mut count, mut broken) = (0, false);
    // At the end, nothing more is given until nothing more comes.
    'blocks: for mut block in frame.blocks().chain([&[][..]]) {
        while count < indices.len() {
            let result = decoder.decode_bytes(block, &mut indices[count..]);
            block = &block[result.consumed_in..];
            count += result.consumed_out;
            broken = result.status.is_err();
            match result.status {
                Ok(LzwStatus::Ok) => {}
                Ok(LzwStatus::NoProgress) => break,
                Ok(LzwStatus::Done) | Err(_) => break 'blocks,
            }
        }
    }
    if count < indices.len() {
        let cause = if broken { "a code that means nothing follows" } else { "the picture data ends" };
        damage.note(damaged(Format::Gif, format!("{cause} after {count} of {total} pixels")))?;
        if count == 0 {
            return Err(damaged(Format::Gif, "no pixel is there"));
        }
    }
    indices.truncate(count);
    Ok(indices)
}

/// The frame's colours in sRGB. ICC profiles in GIF are an extension of the ICC's own (ICC.1:2022 annex
/// B.5).
fn palette(frame: &PackedFrame<'_>, icc: Option<&[u8]>) -> Vec<Rgba8> {
    let mut palette: Vec<Rgba8> =
        frame.palette.as_chunks().0.iter().map(|&[r, g, b]| [r, g, b, 255]).collect();
    let profiles: Vec<_> = icc.map(Profile::Icc).into_iter().collect();
    Converter::new(&profiles, Channels::Rgb, Depth::Eight).convert(&mut palette);
    palette
}

/// Draws the part of the frame that is on the canvas. The rest of the canvas stays transparent, as in
/// browsers: the background colour of the header is a memory of another time.
fn draw(
    frame: &PackedFrame<'_>,
    indices: &[u8],
    palette: &[Rgba8],
    canvas: &mut [Rgba8],
    canvas_width: usize,
) -> Result<()> {
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let mut outside = None;
    for (y, row) in row_order(frame).zip(indices.chunks(usize::from(frame.width))) {
        let Some(line) = canvas.chunks_exact_mut(canvas_width).nth(top + y) else { continue };
        for (pixel, &index) in line.iter_mut().skip(left).zip(row) {
            if frame.control.transparent == Some(index) {
                continue;
            }
            match palette.get(usize::from(index)) {
                Some(&color) => *pixel = color,
                None => outside = outside.or(Some(index)),
            }
        }
    }
    outside.map_or(Ok(()), |index| {
        let colors = palette.len();
        Err(damaged(Format::Gif, format!("index {index} in a palette of {colors} colours")))
    })
}

/// The rows as they follow one another in the file (appendix E).
fn row_order(frame: &PackedFrame<'_>) -> impl Iterator<Item = usize> + use<> {
    let passes: &[(usize, usize)] =
        if frame.interlaced { &[(0, 8), (4, 8), (2, 4), (1, 2)] } else { &[(0, 1)] };
    let height = usize::from(frame.height);
    passes.iter().flat_map(move |&(first, step)| (first..height).step_by(step))
}
