//! `kmeans_colors`: Lloyd with Hamerly's bounds over all pixels, as its program calls it: one run, seed 0, at
//! most 20 rounds, the factors that its manual gives.

use ::kmeans_colors::{Hamerly, Kmeans, get_kmeans_hamerly};
use palette::{FromColor, IntoColor, Lab, Srgb};

use super::{Dithering, KMEANS_COLORS_RGB, Peer, Run, indexed};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

const ROUNDS: usize = 20;
const SEED: u64 = 0;

pub(super) struct KmeansColors<'a> {
    space: Space,
    picture: &'a Picture,
    pixels: Vec<Srgb<u8>>,
}

#[derive(Clone, Copy)]
enum Space {
    Rgb,
    Lab,
}

pub(super) fn all(picture: &Picture) -> impl Iterator<Item = KmeansColors<'_>> {
    [Space::Rgb, Space::Lab].into_iter().map(|space| {
        let pixels = picture.rgb().map(Srgb::from).collect();
        KmeansColors { space, picture, pixels }
    })
}

impl Peer for KmeansColors<'_> {
    fn name(&self) -> &str {
        match self.space {
            Space::Rgb => KMEANS_COLORS_RGB,
            Space::Lab => "kmeans_colors Lab",
        }
    }

    fn dithers(&self) -> bool {
        false
    }

    fn run(&self, colors: usize, _: Dithering) -> Result<Run> {
        let mut clock = Stopwatch::start();
        let (palette, indices) = match self.space {
            Space::Rgb => {
                let points: Vec<Srgb> = self.pixels.iter().map(|pixel| pixel.into_format()).collect();
                let found = fit(&points, colors, 0.0025);
                let palette: Vec<Srgb<u8>> = found.centroids.iter().map(|c| c.into_format()).collect();
                (palette, found.indices)
            }
            Space::Lab => {
                let points: Vec<Lab> =
                    self.pixels.iter().map(|pixel| pixel.into_linear::<f32>().into_color()).collect();
                let found = fit(&points, colors, 5.0);
                let to_srgb = |&centroid: &Lab| Srgb::from_color(centroid).into_format();
                (found.centroids.iter().map(to_srgb).collect(), found.indices)
            }
        };
        let fit_ms = clock.lap_ms();
        let indexed = indexed(self.picture, palette.into_iter().map(<[u8; 3]>::from), indices)?;
        Ok(Run { indexed, fit_ms, map_ms: 0.0 })
    }
}

fn fit<C: Hamerly + Clone>(points: &[C], colors: usize, factor: f32) -> Kmeans<C> {
    get_kmeans_hamerly(colors, ROUNDS, factor, false, points, SEED)
}
