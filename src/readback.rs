//! Reading an indexed file back, through decoders that are not ours: what was written is what is measured.

use std::io::Cursor;

use crate::error::{Error, Result};
use crate::image::{ImageRef, Rgba8, visible};
use crate::indexed::Indexed;
use crate::memory;
use crate::palette::{Palette, greys};

/// Reads an indexed PNG, or the first picture of a GIF that fills its canvas, without changing an index. A greyscale PNG
/// of up to 8 bits has all shades of its depth for a palette, from black to white.
///
/// # Errors
/// [`Error::Unsupported`] for anything else, [`Error::Damaged`] for broken data, [`Error::OutOfMemory`].
///
/// ```
/// use huepack::{Indexed, Palette, encode, read_back};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 255]])?;
/// let flag = Indexed::new(3, 2, palette, vec![0, 1, 0, 1, 0, 1])?;
/// assert_eq!(read_back(&encode::png::Options::new().encode(&flag)?)?, flag);
/// assert_eq!(read_back(&encode::gif::Options::new().encode(&flag)?)?, flag);
/// # Ok::<(), huepack::Error>(())
/// ```
pub fn read_back(bytes: &[u8]) -> Result<Indexed> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        read_png(bytes)
    } else if bytes.starts_with(b"GIF8") {
        read_gif(bytes)
    } else {
        Err(Error::UnknownFormat)
    }
}

/// DEFLATE codes at most 258 bytes in two bits.
const MAX_DEFLATE_RATIO: usize = 4 * 258;

/// A code of LZW has at least three bits, and stands for at most 4,094 indices.
const MAX_LZW_RATIO: usize = 3 * 4094;

/// Refuses a size that so few bytes cannot hold, before memory is taken for it.
fn check_claim(format: &'static str, wanted: usize, possible: usize) -> Result<()> {
    if wanted > possible {
        return Err(Error::Damaged { format, what: format!("{wanted} bytes cannot be in so small a file") });
    }
    Ok(())
}

/// Up to the picture data, with samples as they are stored.
fn open_png(bytes: &[u8]) -> Result<png::Reader<Cursor<&[u8]>>> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    // Only the picture counts here, and a long text would meet the decoder's limits.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.read_info().map_err(|error| damaged_png(&error))
}

fn damaged_png(error: &png::DecodingError) -> Error {
    Error::Damaged { format: "PNG", what: error.to_string() }
}

fn read_png(bytes: &[u8]) -> Result<Indexed> {
    let mut reader = open_png(bytes)?;
    let info = reader.info();
    let (width, height) = info.size();
    let bits = info.bit_depth as u32;
    let colors = colors_of(info)?;
    let size = reader.output_buffer_size().unwrap_or(usize::MAX);
    check_claim("PNG", size, bytes.len().saturating_mul(MAX_DEFLATE_RATIO))?;
    // The whole picture at once, since the rows of an interlaced one come in passes of different widths.
    let mut packed = memory::zeroed(size as u64)?;
    let row_bytes = reader.next_frame(&mut packed).map_err(|error| damaged_png(&error))?.line_size;
    let unpack = |row: &[u8], i: u32| {
        let shift = 8 - bits - i * bits % 8;
        row[(i * bits / 8) as usize] >> shift & (0xff >> (8 - bits))
    };
    if bits == 8 {
        return Indexed::new(width, height, Palette::new(colors)?, packed);
    }
    let rows = packed.chunks_exact(row_bytes);
    let indices = rows.flat_map(|row| (0..width).map(move |i| unpack(row, i)));
    let indices = memory::collected(width as usize * height as usize, indices)?;
    Indexed::new(width, height, Palette::new(colors)?, indices)
}

/// Whether a PNG of 8 bits a channel, without a palette, holds a picture, as far as that can be seen.
pub(crate) fn holds(bytes: &[u8], image: ImageRef<'_>) -> Result<bool> {
    let mut reader = open_png(bytes)?;
    let info = reader.info();
    let colors = info.color_type;
    let bits = match colors {
        png::ColorType::GrayscaleAlpha => 16,
        png::ColorType::Rgb => 24,
        _ => 32,
    };
    if info.size() != (image.width(), image.height()) || info.bits_per_pixel() != bits {
        return Ok(false);
    }
    for wanted in image.rows() {
        let Some(row) = reader.next_row().map_err(|error| damaged_png(&error))? else { return Ok(false) };
        let wanted = wanted.iter().map(|&pixel| visible(pixel));
        let samples = row.data();
        let same = match colors {
            png::ColorType::GrayscaleAlpha => {
                wanted.eq(samples.as_chunks().0.iter().map(|&[v, a]| visible([v, v, v, a])))
            }
            png::ColorType::Rgb => wanted.eq(samples.as_chunks().0.iter().map(|&[r, g, b]| [r, g, b, 255])),
            _ => wanted.eq(samples.as_chunks().0.iter().map(|&pixel| visible(pixel))),
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The palette that is there, or that the depth of a greyscale picture implies.
fn colors_of(info: &png::Info<'_>) -> Result<Vec<Rgba8>> {
    let trns = info.trns.as_deref().unwrap_or_default();
    match (info.color_type, info.bit_depth as u8) {
        (png::ColorType::Indexed, _) => {
            let alphas = trns.iter().copied().chain(std::iter::repeat(255));
            let plte = info.palette.as_deref().unwrap_or_default().as_chunks().0;
            Ok(plte.iter().zip(alphas).map(|(&[r, g, b], a)| [r, g, b, a]).collect())
        }
        (png::ColorType::Grayscale, bits @ 1..=8) => {
            let mut shades: Vec<Rgba8> = greys(bits).collect();
            // The decoder hands over one byte of the two; only as many bits of it count as a sample has.
            if let [key, ..] = trns {
                let key = usize::from(*key) & (shades.len() - 1);
                shades[key][3] = 0;
            }
            Ok(shades)
        }
        (kind, bits) => {
            let what = format!("colour type {kind:?} at {bits} bits");
            Err(Error::Unsupported { format: "PNG", what })
        }
    }
}

fn read_gif(bytes: &[u8]) -> Result<Indexed> {
    let damaged = |error: gif::DecodingError| Error::Damaged { format: "GIF", what: error.to_string() };
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    // The default of 50 MB would refuse large pictures of our own.
    options.set_memory_limit(gif::MemoryLimit::Unlimited);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = (decoder.width(), decoder.height());
    let pixels = usize::from(width) * usize::from(height);
    check_claim("GIF", pixels, bytes.len().saturating_mul(MAX_LZW_RATIO))?;
    memory::check(2 * pixels as u64)?;
    let global = decoder.global_palette().map(<[u8]>::to_vec);
    let Some(frame) = decoder.read_next_frame().map_err(damaged)? else {
        return Err(Error::Damaged { format: "GIF", what: "there is no picture in it".into() });
    };
    if (frame.width, frame.height) != (width, height) {
        return Err(Error::Unsupported {
            format: "GIF",
            what: "a picture that does not fill its canvas".into(),
        });
    }
    let table = frame.palette.as_ref().or(global.as_ref()).map_or(&[][..], |table| table.as_chunks().0);
    let alpha = |index| if frame.transparent == Some(index) { 0 } else { 255 };
    let colors = (0..=255).zip(table).map(|(index, &[r, g, b])| [r, g, b, alpha(index)]).collect();
    Indexed::new(u32::from(width), u32::from(height), Palette::new(colors)?, memory::copied(&frame.buffer)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let named = [&name[..], data].concat();
        let checksum = crc32fast::hash(&named).to_be_bytes();
        [&(data.len() as u32).to_be_bytes()[..], &named, &checksum].concat()
    }

    /// An interlaced chessboard of 5x5 pixels, 1 bit an index, black at the corners.
    fn interlaced_chessboard() -> Vec<u8> {
        // The passes have rows of 1, 1, 2, 1, 1, 3, 2, 2, 2, 5 and 5 indices, packed from the high bits down. White is
        // only in the last two passes.
        let rows: [u8; 11] =
            [0, 0, 0, 0, 0, 0, 0b1100_0000, 0b1100_0000, 0b1100_0000, 0b1010_1000, 0b1010_1000];
        let rows = rows.iter().flat_map(|&row| [0, row]).collect::<Vec<u8>>();
        // One stored block of DEFLATE.
        let length = rows.len() as u16;
        let adler = rows.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
            let a = (a + u32::from(byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        let checksum = (adler.1 << 16 | adler.0).to_be_bytes();
        let stored = [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &rows, &checksum];
        [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", &[0, 0, 0, 5, 0, 0, 0, 5, 1, 3, 0, 0, 1]),
            chunk(b"PLTE", &[0, 0, 0, 255, 255, 255]),
            chunk(b"IDAT", &stored.concat()),
            chunk(b"IEND", &[]),
        ]
        .concat()
    }

    #[test]
    fn an_interlaced_png_is_read_row_by_row() {
        let board = read_back(&interlaced_chessboard()).unwrap();
        let wanted: Vec<u8> = (0..25).map(|i| (i % 5 + i / 5) % 2).collect();
        assert_eq!(board.indices(), wanted);
    }
}
