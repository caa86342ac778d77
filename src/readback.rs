//! Reading an indexed file back, through decoders that are not ours: what was written is what is measured.

use std::io::Cursor;

use crate::error::{Error, Result};
use crate::image::Rgba8;
use crate::indexed::Indexed;
use crate::palette::Palette;

/// Reads an indexed PNG, or the first picture of a GIF that fills its canvas, without changing an index.
///
/// # Errors
/// [`Error::Unsupported`] for anything else, [`Error::Damaged`] for broken data.
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

fn read_png(bytes: &[u8]) -> Result<Indexed> {
    let damaged = |error: png::DecodingError| Error::Damaged { format: "PNG", what: error.to_string() };
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let info = reader.info();
    let (width, height) = info.size();
    let bits = info.bit_depth as u32;
    if info.color_type != png::ColorType::Indexed {
        return Err(Error::Unsupported { format: "PNG", what: format!("colour type {:?}", info.color_type) });
    }
    let trns = info.trns.as_deref().unwrap_or_default();
    let alphas = trns.iter().copied().chain(std::iter::repeat(255));
    let plte = info.palette.as_deref().unwrap_or_default().as_chunks().0;
    let colors: Vec<Rgba8> = plte.iter().zip(alphas).map(|(&[r, g, b], a)| [r, g, b, a]).collect();
    let row_bytes = reader.output_line_size(width).unwrap_or(0);
    let mut indices = Vec::with_capacity(width as usize * height as usize);
    while let Some(row) = reader.next_row().map_err(damaged)? {
        let unpack = |i: u32| {
            let shift = 8 - bits - i * bits % 8;
            row.data()[(i * bits / 8) as usize] >> shift & (0xff >> (8 - bits))
        };
        debug_assert_eq!(row.data().len(), row_bytes);
        indices.extend((0..width).map(unpack));
    }
    Indexed::new(width, height, Palette::new(colors)?, indices)
}

fn read_gif(bytes: &[u8]) -> Result<Indexed> {
    let damaged = |error: gif::DecodingError| Error::Damaged { format: "GIF", what: error.to_string() };
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = (decoder.width(), decoder.height());
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
    Indexed::new(u32::from(width), u32::from(height), Palette::new(colors)?, frame.buffer.to_vec())
}
