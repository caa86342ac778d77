//! `imagequant`, the library of pngquant; speed 4 is its default. GPL: called, never copied from.

use ::imagequant::{Attributes, RGBA};

use super::{Dithering, IMAGEQUANT_DEFAULT, Peer, Run, indexed};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

/// Its gamma of 0 stands for that of sRGB.
const SRGB: f64 = 0.0;

pub(super) struct Imagequant<'a> {
    speed: i32,
    name: String,
    picture: &'a Picture,
    pixels: Vec<RGBA>,
}

pub(super) fn all(picture: &Picture) -> impl Iterator<Item = Imagequant<'_>> {
    [1, 4, 10].into_iter().map(|speed| {
        let name = if speed == 4 { IMAGEQUANT_DEFAULT.into() } else { format!("imagequant s{speed}") };
        let pixels = picture.pixels.iter().map(|&[r, g, b, a]| RGBA::new(r, g, b, a)).collect();
        Imagequant { speed, name, picture, pixels }
    })
}

impl Peer for Imagequant<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, colors: usize, dithering: Dithering) -> Result<Run> {
        let (width, height) = (self.picture.width as usize, self.picture.height as usize);
        let mut clock = Stopwatch::start();
        let mut attributes = Attributes::new();
        attributes.set_speed(self.speed)?;
        attributes.set_max_colors(u32::try_from(colors)?)?;
        let mut image = attributes.new_image_borrowed(&self.pixels, width, height, SRGB)?;
        let mut quantized = attributes.quantize(&mut image)?;
        let fit_ms = clock.lap_ms();
        if dithering == Dithering::None {
            quantized.set_dithering_level(0.0)?;
        }
        let (palette, indices) = quantized.remapped(&mut image)?;
        let map_ms = clock.lap_ms();
        let indexed =
            indexed(self.picture, palette.iter().map(|color| [color.r, color.g, color.b]), indices)?;
        Ok(Run { indexed, fit_ms, map_ms })
    }
}
