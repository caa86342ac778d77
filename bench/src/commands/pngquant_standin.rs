//! A stand-in for pngquant 3, so that nobody has to install it: its library at its settings, from PNG to PNG. Reading
//! and writing are those of the `png` crate, over zlib as in pngquant.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use imagequant::{Attributes, RGBA};
use png::{BitDepth, ColorType, Decoder, DeflateCompression, Encoder, Filter, Transformations};

use crate::Result;
use crate::picture::Picture;

const COLORS: u32 = 256;

/// imagequant's gamma of 0 stands for that of sRGB.
const SRGB: f64 = 0.0;

/// pngquant's speed that is more than imagequant knows: 10, without dithering.
const FASTEST: i32 = 11;

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    input: PathBuf,
    output: PathBuf,
    /// 1 to 11, as pngquant has it
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(i32).range(1..=11))]
    speed: i32,
    /// No dithering
    #[arg(long)]
    nofs: bool,
}

/// What pngquant lets users choose.
pub(super) struct Quantizer {
    /// 1 to 11.
    pub(super) speed: i32,
    pub(super) colors: u32,
    /// The part of the error that is spread, 0 to 1.
    pub(super) dithering: f32,
}

/// Decoded pixels.
pub(super) struct Pixels {
    width: u32,
    height: u32,
    rgba: Vec<RGBA>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let named = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let pixels = read(&self.input).map_err(|error| named(&self.input, &error))?;
        let dithers = !self.nofs && self.speed < FASTEST;
        let dithering = if dithers { 1.0 } else { 0.0 };
        let quantizer = Quantizer { speed: self.speed, colors: COLORS, dithering };
        let (palette, indices) = quantizer.quantize(&pixels)?;
        let file = File::create(&self.output).map_err(|error| named(&self.output, &error))?;
        write(BufWriter::new(file), &pixels, (&palette, &indices), quantizer.zlib_level())
            .map_err(|error| named(&self.output, &error).into())
    }
}

impl Quantizer {
    /// Palette and indices.
    pub(super) fn quantize(&self, pixels: &Pixels) -> Result<(Vec<RGBA>, Vec<u8>)> {
        let mut attributes = Attributes::new();
        attributes.set_speed(self.speed.min(FASTEST - 1))?;
        attributes.set_max_colors(self.colors)?;
        let (width, height) = (pixels.width as usize, pixels.height as usize);
        let mut image = attributes.new_image_borrowed(&pixels.rgba, width, height, SRGB)?;
        let mut quantized = attributes.quantize(&mut image)?;
        quantized.set_dithering_level(self.dithering)?;
        Ok(quantized.remapped(&mut image)?)
    }

    /// From speed 10 on pngquant compresses at zlib's level 1, otherwise at 9.
    pub(super) fn zlib_level(&self) -> u8 {
        if self.speed < 10 { 9 } else { 1 }
    }
}

impl Pixels {
    pub(super) fn of(picture: &Picture) -> Self {
        let rgba = picture.pixels.iter().map(|&[r, g, b, a]| RGBA::new(r, g, b, a)).collect();
        Self { width: picture.width, height: picture.height, rgba }
    }
}

fn read(path: &Path) -> Result<Pixels> {
    let mut decoder = Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("too large for this machine")?];
    let frame = reader.next_frame(&mut bytes)?;
    bytes.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        ColorType::Rgba => bytes.as_chunks().0.iter().map(|&[r, g, b, a]| RGBA::new(r, g, b, a)).collect(),
        ColorType::GrayscaleAlpha => {
            bytes.as_chunks().0.iter().map(|&[v, a]| RGBA::new(v, v, v, a)).collect()
        }
        other => return Err(format!("RGBA wanted, got {other:?}").into()),
    };
    Ok(Pixels { width: frame.width, height: frame.height, rgba })
}

/// Always 8 bits an index: fewer are left to those who pack the file again.
pub(super) fn write(
    output: impl Write,
    pixels: &Pixels,
    (palette, indices): (&[RGBA], &[u8]),
    level: u8,
) -> Result<()> {
    let mut encoder = Encoder::new(output, pixels.width, pixels.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.iter().flat_map(|color| [color.r, color.g, color.b]).collect::<Vec<u8>>());
    if palette.iter().any(|color| color.a < 255) {
        encoder.set_trns(palette.iter().map(|color| color.a).collect::<Vec<u8>>());
    }
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(level));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(indices)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_writes_an_indexed_file_of_the_same_size() {
        let folder = std::env::temp_dir();
        let (input, output) = (
            folder.join(format!("huepack-bench-standin-in-{}.png", std::process::id())),
            folder.join(format!("huepack-bench-standin-out-{}.png", std::process::id())),
        );
        let gradient = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 4, y as u8 * 5, 9]));
        gradient.save(&input).unwrap();
        let arguments = Arguments { input: input.clone(), output: output.clone(), speed: 11, nofs: false };
        arguments.run().unwrap();
        let written = huepack::read_back(&std::fs::read(&output).unwrap()).unwrap();
        std::fs::remove_file(input).unwrap();
        std::fs::remove_file(output).unwrap();
        assert_eq!((written.width(), written.height()), (64, 48));
        assert!(written.palette().len() > 200);
    }
}
