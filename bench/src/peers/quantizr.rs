//! `quantizr`: variance cuts, one pass of k-means, and Floyd-Steinberg limited by the palette's own error.

use ::quantizr::{Image, Options, QuantizeResult};

use super::{Dithering, Peer, Run, indexed};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

pub(super) struct Quantizr<'a> {
    picture: &'a Picture,
}

impl<'a> Quantizr<'a> {
    pub(super) fn new(picture: &'a Picture) -> Self {
        Self { picture }
    }
}

impl Peer for Quantizr<'_> {
    fn name(&self) -> &str {
        "quantizr"
    }

    fn run(&self, colors: usize, dithering: Dithering) -> Result<Run> {
        let (width, height) = (self.picture.width as usize, self.picture.height as usize);
        let mut clock = Stopwatch::start();
        let image = Image::new(self.picture.pixels.as_flattened(), width, height)?;
        let mut options = Options::default();
        options.set_max_colors(i32::try_from(colors)?)?;
        let mut quantized = QuantizeResult::quantize(&image, &options);
        let fit_ms = clock.lap_ms();
        if dithering == Dithering::None {
            quantized.set_dithering_level(0.0)?;
        }
        let mut indices = vec![0; width * height];
        quantized.remap_image(&image, &mut indices)?;
        let map_ms = clock.lap_ms();
        let palette = quantized.get_palette();
        let used = palette.entries.iter().take(palette.count as usize);
        let indexed = indexed(self.picture, used.map(|color| [color.r, color.g, color.b]), indices)?;
        Ok(Run { indexed, fit_ms, map_ms })
    }
}
