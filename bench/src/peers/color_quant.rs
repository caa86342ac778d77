//! `color_quant`: NeuQuant over every n-th pixel. The GIF encoder of `image` has n as its speed, 1 by
//! default; 10 is what the crate itself recommends.

use ::color_quant::NeuQuant;

use super::{Dithering, Peer, Run, indexed};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

pub(super) struct ColorQuant<'a> {
    sampling: i32,
    name: String,
    picture: &'a Picture,
}

pub(super) fn all(picture: &Picture) -> impl Iterator<Item = ColorQuant<'_>> {
    let one = move |sampling| ColorQuant { sampling, name: format!("color_quant s{sampling}"), picture };
    [1, 10].into_iter().map(one)
}

impl Peer for ColorQuant<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn dithers(&self) -> bool {
        false
    }

    fn run(&self, colors: usize, _: Dithering) -> Result<Run> {
        let pixels = self.picture.pixels.as_flattened();
        let mut clock = Stopwatch::start();
        let network = NeuQuant::new(self.sampling, colors, pixels);
        let fit_ms = clock.lap_ms();
        let indices: Vec<u8> = pixels.chunks_exact(4).map(|pixel| network.index_of(pixel) as u8).collect();
        let map_ms = clock.lap_ms();
        let palette = network.color_map_rgb();
        let indexed = indexed(self.picture, palette.as_chunks().0.iter().copied(), indices)?;
        Ok(Run { indexed, fit_ms, map_ms })
    }
}
