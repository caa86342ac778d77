//! `exoquant` as its `convert_to_indexed` calls it with k-means, cut in two to see what takes how long.

use ::exoquant::optimizer::{KMeans, Optimizer};
use ::exoquant::{Color, Histogram, Remapper, SimpleColorSpace, ditherer, generate_palette};

use super::{Dithering, Peer, Run, indexed};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

/// Rounds of k-means in the end, from `convert_to_indexed`.
const ROUNDS: usize = 8;

pub(super) struct Exoquant<'a> {
    picture: &'a Picture,
    pixels: Vec<Color>,
}

impl<'a> Exoquant<'a> {
    pub(super) fn new(picture: &'a Picture) -> Self {
        let pixels = picture.pixels.iter().map(|&[r, g, b, a]| Color::new(r, g, b, a)).collect();
        Self { picture, pixels }
    }
}

impl Peer for Exoquant<'_> {
    fn name(&self) -> &str {
        "exoquant k-means"
    }

    fn run(&self, colors: usize, dithering: Dithering) -> Result<Run> {
        let width = self.picture.width as usize;
        let mut clock = Stopwatch::start();
        let space = SimpleColorSpace::default();
        let histogram: Histogram = self.pixels.iter().copied().collect();
        let palette = generate_palette(&histogram, &space, &KMeans, colors);
        let palette = KMeans.optimize_palette(&space, &palette, &histogram, ROUNDS);
        let fit_ms = clock.lap_ms();
        let indices = match dithering {
            Dithering::Default => {
                Remapper::new(&palette, &space, &ditherer::FloydSteinberg::new()).remap(&self.pixels, width)
            }
            Dithering::None => Remapper::new(&palette, &space, &ditherer::None).remap(&self.pixels, width),
        };
        let map_ms = clock.lap_ms();
        let indexed =
            indexed(self.picture, palette.iter().map(|color| [color.r, color.g, color.b]), indices)?;
        Ok(Run { indexed, fit_ms, map_ms })
    }
}
