//! The frames of an animated WebP (RFC 9649 clause 2.7), each of which is read as a file of its own.
//!
//! The decoder can draw animations, but starts on the background that the file names, which no browser shows, and blends
//! with fewer bits.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::super::animation::{Drawn, Outline, Part, check_place, in_frame};
use super::super::color::{Channels, Converter, Depth, Profile};
use super::super::damage::Damage;
use super::super::limits::transparent_pixels;
use super::super::samples::spread;
use super::super::{Format, Options, damaged};
use super::{broken, check_length, read, upright};
use crate::animation::{Blend, Delay, Disposal, Frame, Loops};
use crate::error::Result;
use crate::image::Image;

/// The flags of the VP8X chunk (clause 2.7.1).
mod flag {
    pub(super) const ANIMATION: u8 = 0x02;
    pub(super) const ALPHA: u8 = 0x10;
}

/// Reads one frame at a time.
pub(in crate::decode) struct WebPFrames<'a> {
    kind: Kind<'a>,
}

enum Kind<'a> {
    Still(&'a [u8]),
    Animation { rest: &'a [u8], canvas: (u32, u32), converter: Converter },
    Spent,
}

/// A frame, still packed (clause 2.7.1.2).
struct PackedFrame<'a> {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
    delay: Delay,
    disposal: Disposal,
    blend: Blend,
    /// Alpha, picture and unknown chunks.
    chunks: &'a [u8],
}

impl<'a> WebPFrames<'a> {
    pub(in crate::decode) fn open(
        bytes: &'a [u8],
        options: &Options,
        damage: &mut Damage,
    ) -> Result<(Self, Outline)> {
        damage.bear(check_length(bytes))?;
        let Some(canvas) = animated_canvas(bytes) else { return Self::open_still(bytes, options) };
        let (width, height) = canvas;
        // Canvas, and a frame that the decoder has twice.
        options.limits.check(width, height, 12)?;
        let (mut frames, mut pixels) = (0, 0);
        let (mut loops, mut background, mut icc, mut exif) = (Loops::Times(1), None, None, None);
        let mut rest = content(bytes);
        loop {
            let chunk = next_chunk(&mut rest).map_err(|error| in_frame(frames + 1, error));
            let Some((name, data)) = damage.bear(chunk)?.flatten() else { break };
            match (name, data) {
                (b"ANIM", &[blue, green, red, alpha, low, high, ..]) => {
                    loops = Loops::of_plays(u16::from_le_bytes([low, high]).into());
                    background = Some([red, green, blue, alpha]);
                }
                (b"ANMF", _) => {
                    let frame = PackedFrame::read(data, canvas).map_err(|error| in_frame(frames + 1, error));
                    let Some(frame) = damage.bear(frame)? else { break };
                    frames += 1;
                    pixels += u64::from(frame.width) * u64::from(frame.height);
                }
                (b"ICCP", _) => icc = icc.or(Some(data)),
                (b"EXIF", _) => exif = exif.or(Some(data)),
                _ => {}
            }
        }
        if frames == 0 {
            return Err(damaged(Format::WebP, "there is no frame in the animation"));
        }
        let profiles: Vec<_> = icc.map(Profile::Icc).into_iter().collect();
        let converter = Converter::new(&profiles, Channels::Rgb, Depth::Eight);
        let orientation = upright(exif);
        let outline = Outline { width, height, frames, pixels, loops, background, orientation };
        Ok((Self { kind: Kind::Animation { rest: content(bytes), canvas, converter } }, outline))
    }

    fn open_still(bytes: &'a [u8], options: &Options) -> Result<(Self, Outline)> {
        let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
        let (width, height) = decoder.dimensions();
        options.limits.check(width, height, 12)?;
        let exif = decoder.exif_metadata().ok().flatten();
        let outline = Outline::still(width, height, upright(exif.as_deref()));
        Ok((Self { kind: Kind::Still(bytes) }, outline))
    }

    /// Whether there are several frames, as far as the file can be read.
    pub(in crate::decode) fn are_several(bytes: &[u8]) -> bool {
        if animated_canvas(bytes).is_none() {
            return false;
        }
        let mut rest = content(bytes);
        let chunks = std::iter::from_fn(|| next_chunk(&mut rest).ok().flatten());
        chunks.filter(|(name, _)| *name == b"ANMF").nth(1).is_some()
    }

    pub(in crate::decode) fn next_part(&mut self, options: &Options) -> Result<Option<Part>> {
        match &mut self.kind {
            Kind::Spent => Ok(None),
            Kind::Still(bytes) => {
                let image = read(bytes, options)?.image;
                self.kind = Kind::Spent;
                Ok(Some(Part::still(image)))
            }
            Kind::Animation { rest, canvas, converter } => loop {
                let Some((name, data)) = next_chunk(rest)? else { return Ok(None) };
                if name == b"ANMF" {
                    return PackedFrame::read(data, *canvas)?.unpack(converter).map(Some);
                }
            },
        }
    }
}

impl<'a> PackedFrame<'a> {
    fn read(data: &'a [u8], canvas: (u32, u32)) -> Result<Self> {
        let Some((&[x0, x1, x2, y0, y1, y2, w0, w1, w2, h0, h1, h2, d0, d1, d2, flags], chunks)) =
            data.split_first_chunk()
        else {
            return Err(damaged(Format::WebP, "the head of a frame is cut"));
        };
        let [left, top, width, height, milliseconds] =
            [[x0, x1, x2], [y0, y1, y2], [w0, w1, w2], [h0, h1, h2], [d0, d1, d2]]
                .map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]));
        let (left, top, width, height) = (2 * left, 2 * top, width + 1, height + 1);
        check_place(Format::WebP, (left, top), (width, height), canvas)?;
        Ok(Self {
            left,
            top,
            width,
            height,
            delay: Delay::new(milliseconds, 1000),
            disposal: if flags & 1 == 0 { Disposal::Keep } else { Disposal::Clear },
            blend: if flags & 2 == 0 { Blend::Over } else { Blend::Replace },
            chunks,
        })
    }

    fn unpack(&self, converter: &Converter) -> Result<Part> {
        let file = self.as_file()?;
        let mut decoder = WebPDecoder::new(Cursor::new(&file[..])).map_err(broken)?;
        let got = decoder.dimensions();
        if got != (self.width, self.height) {
            let wanted = (self.width, self.height);
            let what =
                format!("a picture of {}x{} pixels in a frame of {}x{}", got.0, got.1, wanted.0, wanted.1);
            return Err(damaged(Format::WebP, what));
        }
        let mut pixels = transparent_pixels(self.width, self.height)?;
        let length = decoder.output_buffer_size().unwrap_or(usize::MAX).min(pixels.len() * 4);
        decoder.read_image(&mut pixels.as_flattened_mut()[..length]).map_err(broken)?;
        if !decoder.has_alpha() {
            spread::<3>(&mut pixels);
        }
        converter.convert(&mut pixels);
        let picture = Drawn::Image(Image::new(self.width, self.height, pixels)?);
        let Self { left, top, delay, disposal, blend, .. } = *self;
        Ok(Part { frame: Frame { picture, left, top, delay, disposal }, blend })
    }

    /// The frame as a file: its picture, and its alpha where it has some.
    fn as_file(&self) -> Result<Vec<u8>> {
        let (mut alpha, mut picture, mut rest) = (None, None, self.chunks);
        while let Some((name, data)) = next_chunk(&mut rest)? {
            match name {
                b"ALPH" => alpha = alpha.or(Some(data)),
                b"VP8 " | b"VP8L" => picture = picture.or(Some((name, data))),
                _ => {}
            }
        }
        let (name, data) = picture.ok_or_else(|| damaged(Format::WebP, "there is no picture in it"))?;
        let mut chunks = Vec::new();
        // A lossless picture has alpha whatever its own flag says, which is but a hint (clause 3.4).
        if name == b"VP8L" || alpha.is_some() {
            let [w0, w1, w2, _] = (self.width - 1).to_le_bytes();
            let [h0, h1, h2, _] = (self.height - 1).to_le_bytes();
            push_chunk(&mut chunks, b"VP8X", &[flag::ALPHA, 0, 0, 0, w0, w1, w2, h0, h1, h2]);
        }
        if let Some(alpha) = alpha.filter(|_| name == b"VP8 ") {
            push_chunk(&mut chunks, b"ALPH", alpha);
        }
        push_chunk(&mut chunks, name, data);
        let mut file = Vec::with_capacity(chunks.len() + 12);
        file.extend(b"RIFF");
        file.extend((chunks.len() as u32 + 4).to_le_bytes());
        file.extend(b"WEBP");
        file.extend(chunks);
        Ok(file)
    }
}

/// The size of the canvas, where the file announces an animation.
fn animated_canvas(bytes: &[u8]) -> Option<(u32, u32)> {
    let (name, data) = next_chunk(&mut content(bytes)).ok()??;
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] = data.first_chunk()?;
    let side = |bytes| u32::from_le_bytes(bytes) + 1;
    (name == b"VP8X" && flags & flag::ANIMATION != 0).then(|| (side([w0, w1, w2, 0]), side([h0, h1, h2, 0])))
}

/// The chunks of a file, whose header says where they end (clause 2.4).
fn content(bytes: &[u8]) -> &[u8] {
    let length = bytes.get(4..8).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])) as usize;
    let end = length.saturating_add(8).min(bytes.len());
    bytes.get(12..end).unwrap_or_default()
}

/// Splits a chunk off: its name and its content; none at the end (clause 2.3).
fn next_chunk<'a>(rest: &mut &'a [u8]) -> Result<Option<(&'a [u8; 4], &'a [u8])>> {
    if rest.is_empty() {
        return Ok(None);
    }
    let cut_off = || damaged(Format::WebP, "the file ends within a chunk");
    let (name, after) = rest.split_first_chunk().ok_or_else(cut_off)?;
    let (&length, after) = after.split_first_chunk().ok_or_else(cut_off)?;
    let length = u32::from_le_bytes(length) as usize;
    let (data, after) = after.split_at_checked(length).ok_or_else(cut_off)?;
    // The last byte of padding is missing more often than not.
    *rest = after.get(length % 2..).unwrap_or_default();
    Ok(Some((name, data)))
}

fn push_chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend(name);
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out.extend((data.len() % 2 == 1).then_some(0));
}
