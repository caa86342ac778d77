//! A large picture out of a small one, always the same: mirrored tiles, so that there are no seams, each with
//! its own light, and noise as from a sensor, so that there are as many colours as in a real photograph.

use std::path::{Path, PathBuf};

use clap::Args;
use image::{Rgb, RgbImage};

use crate::Result;
use crate::picture::Picture;

/// Noise reaches this far either way, triangular: visible at full size, as in the dark parts of a photograph.
const NOISE: i32 = 12;

/// A tile can be this much lighter or darker, in each channel.
const LIGHT: i32 = 40;

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Where to write it: `.png` or `.jpg`
    out: PathBuf,
    /// Size, at three to two
    #[arg(long, default_value_t = 24.0)]
    megapixels: f64,
    /// The picture to make it of
    #[arg(long, default_value = "fixtures/china.jpg")]
    source: PathBuf,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let (width, height) = sides(self.megapixels)?;
        let source = Picture::open(&self.source)?;
        let large = RgbImage::from_fn(width, height, |x, y| Rgb(pixel(&source, x, y)));
        save(&large, &self.out)?;
        println!("{}: {width}x{height}", self.out.display());
        Ok(())
    }
}

fn sides(megapixels: f64) -> Result<(u32, u32)> {
    let height = (megapixels * 1e6 / 1.5).sqrt().round();
    if !(1.0..=30_000.0).contains(&height) {
        return Err(format!("0.01 to 1000 megapixels wanted, got {megapixels}").into());
    }
    Ok(((1.5 * height) as u32, height as u32))
}

fn save(image: &RgbImage, path: &Path) -> Result<()> {
    let failed = |error: image::ImageError| format!("{}: {error}", path.display());
    if path.extension().is_some_and(|extension| extension == "png") {
        return Ok(image.save(path).map_err(failed)?);
    }
    let file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(file, 92);
    Ok(image.write_with_encoder(encoder).map_err(failed)?)
}

fn pixel(source: &Picture, x: u32, y: u32) -> [u8; 3] {
    let (column, tile_x) = mirrored(x, source.width);
    let (row, tile_y) = mirrored(y, source.height);
    let color = source.pixels[(row * source.width + column) as usize];
    std::array::from_fn(|channel| {
        let tile = hash(tile_x, tile_y, channel as u32 + 3);
        let light = (tile % (2 * LIGHT as u32 + 1)) as i32 - LIGHT;
        let random = hash(x, y, channel as u32);
        let noise = (random & 0xffff) as i32 * NOISE / 0xffff - (random >> 16) as i32 * NOISE / 0xffff;
        (i32::from(color[channel]) + light + noise).clamp(0, 255) as u8
    })
}

/// The place in the source, and the number of the tile.
fn mirrored(at: u32, length: u32) -> (u32, u32) {
    let (tile, place) = (at / length, at % length);
    (if tile.is_multiple_of(2) { place } else { length - 1 - place }, tile)
}

/// 32 well-mixed bits of three numbers (the finalizer of MurmurHash3).
fn hash(a: u32, b: u32, c: u32) -> u32 {
    let mut bits = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca77) ^ c.wrapping_mul(0xc2b2_ae3d);
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_meet_without_a_seam() {
        let places: Vec<u32> = (0..7).map(|at| mirrored(at, 3).0).collect();
        assert_eq!(places, [0, 1, 2, 2, 1, 0, 0]);
    }

    #[test]
    fn sides_have_the_size_asked_for() {
        assert_eq!(sides(24.0).unwrap(), (6000, 4000));
        assert!(sides(f64::NAN).is_err());
    }
}
