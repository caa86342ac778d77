//! PNG, by the third edition of its specification (W3C, 2025).

mod chunks;
mod frames;
mod order;
mod rows;

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use ::png::{BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Limits as PngLimits, Reader};

use super::color::{Channels, Converter, Curve, Depth, Primaries, Profile, ProfileUse};
use super::damage::Damage;
use super::limits::{transparent_pixels, zeroed};
use super::samples::Rgba16;
use super::{Format, Options, Picture, damaged, in_its_words, orientation};
use crate::error::Result;
use crate::image::{Image, Rgba8};
use chunks::Chunks;
pub(super) use frames::PngFrames;
use rows::RowLayout;

/// Memory that the decoder may take for an ICC profile, packed and unpacked, and its tables. The largest
/// profiles in use have about 4 MB.
const METADATA_BYTES: usize = 16 << 20;

/// Bytes that one byte of DEFLATE can stand for: 258 of them for two bits (RFC 1951 clause 3.2.5).
const MAX_EXPANSION: u64 = 1032;

pub(super) fn read(bytes: &[u8], options: &Options, damage: &mut Damage) -> Result<Picture> {
    let chunks = Chunks::read(bytes, damage)?;
    let (width, height) = (chunks.width, chunks.height);
    // The picture, and a few rows of up to 8 bytes a pixel: the decoder's three and one of ours.
    let rows = 32_u64.div_ceil(u64::from(height.max(1)));
    options.limits.check(width, height, size_of::<Rgba8>() as u64 + rows)?;
    options.check_frames(Format::Png, chunks.frames)?;

    check_expansion(&chunks)?;
    let decoded = match decode(&chunks, Checksum::Checked, options.profile_use, &mut Damage::new(false)) {
        Ok(decoded) => decoded,
        Err(error) => {
            damage.note(error)?;
            decode(&chunks, Checksum::Ignored, options.profile_use, damage)?
        }
    };
    let DecodedRows { pixels, indexed, icc } = decoded;
    let orientation = orientation::from_exif(chunks.exif);
    Ok(Picture {
        image: Image::new(width, height, pixels)?,
        orientation,
        indexed,
        frames: chunks.frames,
        icc,
    })
}

/// DEFLATE packs at most 1032 bytes into one, so that some headers are refuted by the length of their data alone, before
/// the decoder takes memory for a row.
fn check_expansion(chunks: &Chunks<'_>) -> Result<()> {
    let pixels = u64::from(chunks.width) * u64::from(chunks.height);
    if pixels * chunks.bits_per_pixel / 8 > MAX_EXPANSION * chunks.data_length {
        return Err(damaged(Format::Png, "the picture data ends early"));
    }
    Ok(())
}

/// What the checksum of the unpacked data (Adler-32) is good for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Checksum {
    Checked,
    Ignored,
}

/// What is in the data.
struct DecodedRows {
    pixels: Vec<Rgba8>,
    indexed: bool,
    /// The profile that the pixels stay in, if they do.
    icc: Option<Vec<u8>>,
}

fn decode(
    chunks: &Chunks<'_>,
    checksum: Checksum,
    profile_use: ProfileUse,
    damage: &mut Damage,
) -> Result<DecodedRows> {
    let mut checks = DecodeOptions::default();
    checks.set_ignore_adler32(checksum == Checksum::Ignored || cfg!(fuzzing));
    // The chunks were checked already.
    checks.set_ignore_crc(true);
    let mut decoder = Decoder::new_with_options(Pieces::new(&chunks.pieces), checks);
    // A row holds at most 8 bytes a pixel, and the decoder keeps two of them.
    decoder.set_limits(PngLimits { bytes: METADATA_BYTES + 24 * chunks.width as usize });
    let mut reader = decoder.read_info().map_err(broken)?;
    let indexed = reader.info().color_type == ColorType::Indexed;
    let (pixels, icc) = read_pixels(&mut reader, chunks, profile_use, damage)?;
    // The checksum behind the last row, and the end.
    damage.bear(reader.finish().map_err(broken))?;
    Ok(DecodedRows { pixels, indexed, icc })
}

/// The pixels, and the profile that they stay in if they do.
fn read_pixels(
    reader: &mut Reader<Pieces<'_>>,
    chunks: &Chunks<'_>,
    profile_use: ProfileUse,
    damage: &mut Damage,
) -> Result<(Vec<Rgba8>, Option<Vec<u8>>)> {
    let info = reader.info();
    let channels = match info.color_type {
        ColorType::Grayscale | ColorType::GrayscaleAlpha => Channels::Gray,
        ColorType::Rgb | ColorType::Rgba | ColorType::Indexed => Channels::Rgb,
    };
    let depth = if info.bit_depth == BitDepth::Sixteen { Depth::Sixteen } else { Depth::Eight };
    let (converter, icc) = Converter::choose(&profiles(info, chunks), channels, depth, profile_use);
    let layout = RowLayout::new(info, converter)?;

    let width = chunks.width as usize;
    let mut deep: Vec<Rgba16> = zeroed(if depth == Depth::Sixteen { u64::from(chunks.width) } else { 0 })?;
    let mut pixels = transparent_pixels(chunks.width, chunks.height)?;
    if !info.interlaced {
        for (y, out) in pixels.chunks_exact_mut(width).enumerate() {
            let Some(row) = bear_after_the_first(damage, y > 0, next_row(reader))? else { break };
            damage.bear(layout.convert(row, &mut deep, out))?;
        }
        return Ok((pixels, icc));
    }
    let mut row: Vec<Rgba8> = zeroed(u64::from(chunks.width))?;
    let mut rows = 0;
    'passes: for [left, top, across, down] in ADAM7 {
        let row = &mut row[..width.saturating_sub(left).div_ceil(across)];
        if row.is_empty() {
            continue;
        }
        for line in pixels.chunks_exact_mut(width).skip(top).step_by(down) {
            let Some(packed) = bear_after_the_first(damage, rows > 0, next_row(reader))? else {
                break 'passes;
            };
            rows += 1;
            damage.bear(layout.convert(packed, &mut deep, row))?;
            for (out, &pixel) in line.iter_mut().skip(left).step_by(across).zip(row.iter()) {
                *out = pixel;
            }
        }
    }
    Ok((pixels, icc))
}

/// A row, or none where the rest is damaged and that is borne. A picture without any row is refused.
fn bear_after_the_first<'a>(
    damage: &mut Damage,
    has_rows: bool,
    row: Result<&'a [u8]>,
) -> Result<Option<&'a [u8]>> {
    if has_rows { damage.bear(row) } else { row.map(Some) }
}

/// First column, first row, and the steps across and down of each interlace pass (clause 8.1).
const ADAM7: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

fn next_row<'a>(reader: &'a mut Reader<Pieces<'_>>) -> Result<&'a [u8]> {
    let row = reader.next_row().map_err(broken)?;
    Ok(row.ok_or_else(|| damaged(Format::Png, "the picture data ends early"))?.data())
}

/// What the file says about its colours, the strongest first (clause 4.3).
fn profiles<'a>(info: &'a ::png::Info<'_>, chunks: &Chunks<'_>) -> Vec<Profile<'a>> {
    let mut profiles = Vec::new();
    // The third number is a matrix, which RGB has none of (clause 11.3.2.6).
    if let Some([primaries, transfer, 0, range @ 0..=1]) = chunks.code_points {
        profiles.push(Profile::Cicp { primaries, transfer, full_range: range == 1 });
    }
    if let Some(icc) = &info.icc_profile {
        profiles.push(Profile::Icc(icc));
    }
    if info.srgb.is_some() {
        profiles.push(Profile::Measured { curve: Curve::Srgb, primaries: Primaries::SRGB });
    }
    // 45455 alone is what encoders write for sRGB where they know no better (clause 11.3.2.5 asks for it
    // beside the sRGB chunk), and what browsers leave alone.
    let gamma = info.gama_chunk.map(::png::ScaledFloat::into_scaled);
    let gamma = gamma.filter(|&gamma| gamma != 45_455 || info.chrm_chunk.is_some());
    if gamma.is_some() || info.chrm_chunk.is_some() {
        let curve = gamma.map_or(Curve::Srgb, |gamma| Curve::Power(100_000.0 / f64::from(gamma)));
        let point = |(x, y): (::png::ScaledFloat, ::png::ScaledFloat)| (x.into_value(), y.into_value());
        let primaries = info.chrm_chunk.map_or(Primaries::SRGB, |chrm| Primaries {
            white: point(chrm.white),
            red: point(chrm.red),
            green: point(chrm.green),
            blue: point(chrm.blue),
        });
        profiles.push(Profile::Measured { curve, primaries });
    }
    profiles
}

fn broken(error: DecodingError) -> crate::error::Error {
    let text = error.to_string();
    let what = match error {
        DecodingError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the picture data ends early".into()
        }
        // The library keeps the kinds of these to itself.
        _ if text.contains("WrongChecksum") => "the checksum of the picture data is wrong".into(),
        _ if text.contains("InsufficientInput") || text.contains("enough data") => {
            "the picture data ends early".into()
        }
        _ if text.contains("deflate") => "the picture data cannot be inflated".into(),
        _ if text.contains("filter method") => "a row has a filter that does not exist".into(),
        _ => in_its_words(&text),
    };
    damaged(Format::Png, what)
}

/// The parts of a file that the decoder is to see, one after the other, without copying them.
struct Pieces<'a> {
    current: &'a [u8],
    rest: std::slice::Iter<'a, &'a [u8]>,
}

impl<'a> Pieces<'a> {
    fn new(pieces: &'a [&'a [u8]]) -> Self {
        Self { current: &[], rest: pieces.iter() }
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.current.is_empty() {
            match self.rest.next() {
                Some(piece) => self.current = piece,
                None => break,
            }
        }
        Ok(self.current)
    }

    fn consume(&mut self, amount: usize) {
        self.current = &self.current[amount..];
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut piece = self.fill_buf()?;
        let count = piece.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Pieces<'_> {
    /// Only asked for by type: the decoder reads forwards.
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
