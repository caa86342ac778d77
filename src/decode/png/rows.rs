//! From the decoder's raw rows to RGBA pixels, for every colour type and depth.

use ::png::{ColorType, Info};

use super::super::color::Converter;
use super::super::samples::Rgba16;
use super::super::{Format, damaged};
use crate::error::Result;
use crate::image::Rgba8;

/// How the bytes of a row become pixels.
pub(super) struct RowLayout {
    color_type: ColorType,
    /// Bits a sample: 1, 2, 4, 8 or 16.
    depth: usize,
    /// The samples that are transparent in a picture without alpha (clause 11.3.1.1), at full depth.
    key: Option<[u16; 3]>,
    /// The palette with its alpha, converted already.
    palette: Vec<Rgba8>,
    converter: Converter,
}

impl RowLayout {
    pub(super) fn new(info: &Info<'_>, converter: Converter) -> Result<Self> {
        let mut palette = Vec::new();
        if info.color_type == ColorType::Indexed {
            let colors = info.palette.as_deref().unwrap_or_default().chunks_exact(3);
            let alphas = info.trns.as_deref().unwrap_or_default().iter().copied();
            palette = colors
                .zip(alphas.chain(std::iter::repeat(255)))
                .map(|(color, alpha)| [color[0], color[1], color[2], alpha])
                .collect();
            converter.convert(&mut palette);
        }
        let depth = info.bit_depth as usize;
        let key = info.trns.as_deref().and_then(|key| transparent_key(info.color_type, depth, key));
        Ok(Self { color_type: info.color_type, depth, key, palette, converter })
    }

    /// Converts a row; `deep` has room for a row of 16-bit pixels where the depth is 16.
    pub(super) fn convert(&self, row: &[u8], deep: &mut [Rgba16], out: &mut [Rgba8]) -> Result<()> {
        if self.depth == 16 {
            let deep = &mut deep[..out.len()];
            self.unpack_deep(row, deep);
            self.converter.convert_deep(deep, out);
            return Ok(());
        }
        match self.color_type {
            ColorType::Indexed => return self.look_up(row, out),
            ColorType::Grayscale => self.unpack_gray(row, out),
            ColorType::Rgb => {
                for (out, &[red, green, blue]) in out.iter_mut().zip(row.as_chunks().0) {
                    let alpha = self.alpha_of([red, green, blue].map(u16::from), 255);
                    *out = [red, green, blue, alpha as u8];
                }
            }
            ColorType::GrayscaleAlpha => {
                for (out, &[gray, alpha]) in out.iter_mut().zip(row.as_chunks().0) {
                    *out = [gray, gray, gray, alpha];
                }
            }
            ColorType::Rgba => out.as_flattened_mut().copy_from_slice(row),
        }
        self.converter.convert(out);
        Ok(())
    }

    fn look_up(&self, row: &[u8], out: &mut [Rgba8]) -> Result<()> {
        let mut outside = None;
        for (x, out) in out.iter_mut().enumerate() {
            let index = self.sample(row, x);
            match self.palette.get(usize::from(index)) {
                Some(&color) => *out = color,
                None => (*out, outside) = ([0; 4], outside.or(Some(index))),
            }
        }
        outside.map_or(Ok(()), |index| {
            let colors = self.palette.len();
            Err(damaged(Format::Png, format!("index {index} in a palette of {colors} colours")))
        })
    }

    fn unpack_gray(&self, row: &[u8], out: &mut [Rgba8]) {
        // 255 divides by the largest sample of each depth: 1, 3, 15, 255.
        let step = 255 / ((1u16 << self.depth) - 1);
        for (x, out) in out.iter_mut().enumerate() {
            let sample = u16::from(self.sample(row, x));
            let gray = (sample * step) as u8;
            *out = [gray, gray, gray, self.alpha_of([sample; 3], 255) as u8];
        }
    }

    fn unpack_deep(&self, row: &[u8], out: &mut [Rgba16]) {
        let opaque = u16::MAX;
        let mut samples = row.as_chunks().0.iter().map(|&bytes| u16::from_be_bytes(bytes));
        let mut next = || samples.next().unwrap_or_default();
        for out in out {
            *out = match self.color_type {
                ColorType::Grayscale | ColorType::Indexed => {
                    let gray = next();
                    [gray, gray, gray, self.alpha_of([gray; 3], opaque)]
                }
                ColorType::GrayscaleAlpha => {
                    let gray = next();
                    [gray, gray, gray, next()]
                }
                ColorType::Rgb => {
                    let color = [next(), next(), next()];
                    [color[0], color[1], color[2], self.alpha_of(color, opaque)]
                }
                ColorType::Rgba => [next(), next(), next(), next()],
            };
        }
    }

    /// The sample of column `x`, of at most 8 bits; the leftmost is in the high bits (clause 7.2).
    fn sample(&self, row: &[u8], x: usize) -> u8 {
        let bit = x * self.depth;
        let shift = 8 - self.depth - bit % 8;
        row[bit / 8] >> shift & (0xFF >> (8 - self.depth))
    }

    fn alpha_of(&self, color: [u16; 3], opaque: u16) -> u16 {
        if self.key == Some(color) { 0 } else { opaque }
    }
}

/// The colour that tRNS makes transparent. The decoder hands over one byte a sample below 16 bits, of
/// which only the sample's own bits count.
fn transparent_key(color_type: ColorType, depth: usize, key: &[u8]) -> Option<[u16; 3]> {
    let deep: Vec<u16> = match depth {
        16 => key.as_chunks().0.iter().map(|&bytes| u16::from_be_bytes(bytes)).collect(),
        _ => key.iter().map(|&byte| u16::from(byte) & ((1 << depth) - 1)).collect(),
    };
    match (color_type, &deep[..]) {
        (ColorType::Grayscale, &[gray, ..]) => Some([gray; 3]),
        (ColorType::Rgb, &[red, green, blue, ..]) => Some([red, green, blue]),
        _ => None,
    }
}
