//! Rate–distortion mapping: of several near colours, each pixel gets one with which DEFLATE finds repeats.
//!
//! A row is a path. Each step writes a literal, or goes on with a repeat of what stands further up; what it costs is the
//! squared distance from the pixels, weighed by how much it shows, plus `lambda` times the bits that DEFLATE takes for it.
//! Errors spread along the path as in error diffusion, so that what a repeat gets wrong is made good behind it, or in the
//! row below. The cheapest path is found as by Viterbi, with one difference: at each pixel, the best path and the best one
//! on which each followed repeat is open go on, and no others.
//!
//! Filters of PNG are not thought of: rows are taken to be unfiltered.

mod band;
mod classes;
mod literals;
mod prices;
mod repeats;
mod stretches;
#[cfg(test)]
pub(super) mod tests;
mod window;

use super::canvas::{Canvas, Drawn};
use super::rows::{Strength, Visibility};
use super::targets::Targets;
use super::{Dither, MapOptions, Pool, diffusion, flat};
use crate::color::Point;
use crate::image::ImageRef;
use crate::par;
use crate::simd::{Kernel, Vector};
use band::Band;
use classes::Classes;
use literals::Literals;
use prices::Prices;

/// On 13 photographs, files of the same SSIMULACRA2 or PSNR are 1 % larger, and of the same DSSIM 2 %, where what lies next to
/// a pixel counts alone. With a least weight of 0.02 they are 1.5 % larger for the same PSNR and 0.6 % smaller for the
/// same DSSIM, with 0.055 it is 3 and 2 % the other way round.
pub(super) const VISIBILITY: Visibility =
    Visibility { most: 0.7, least: 0.035, half: 1, half_around: Some(2) };

/// What all bands of a picture go by.
struct Plan<'a> {
    image: ImageRef<'a>,
    canvas: Option<&'a Canvas<'a>>,
    targets: &'a Targets,
    /// The palette, with room for any index.
    palette: [Point; 256],
    prices: Prices,
    /// Which axis tells how light a colour is.
    lightness_axis: usize,
    classes: Classes,
    /// How much of an error is passed on.
    strength: Strength,
    /// Repeats that are looked up for a pixel, at most.
    chain: usize,
    /// How far to either side of the pixel above repeats are always followed.
    reach: usize,
}

impl Plan<'_> {
    /// The index that leaves what is seen.
    #[inline(always)]
    fn hole(&self) -> Option<u8> {
        self.canvas.map(|canvas| canvas.hole)
    }
}

/// How far to either side of the pixel above repeats are always followed. On 13 photographs, files of the same score are
/// 2.7 % smaller than with 3 where few repeats are looked up, and 0.9 % where 32 are; with 12 and more, no better.
const REACH: usize = 8;

pub(super) fn map((image, canvas): Drawn<'_>, targets: &Targets, options: &MapOptions) -> Vec<u8> {
    let width = image.width() as usize;
    let mut nearest = flat::map(image, targets, options.simd);
    if let Some(canvas) = canvas {
        let still = nearest.iter_mut().zip(&canvas.still).filter(|(_, still)| **still);
        still.for_each(|(nearest, _)| *nearest = canvas.hole);
    }
    let mut uses = [0; 256];
    nearest.iter().for_each(|&index| uses[usize::from(index)] += 1);
    let mut palette = [[0.0; 4]; 256];
    palette[..targets.points.len()].copy_from_slice(&targets.points);
    let strength = match options.dither {
        Dither::None => 0.0,
        Dither::FloydSteinberg => options.plain_strength(),
        _ => options.strength.unwrap_or(DEFAULT_STRENGTH),
    };
    let plan = Plan {
        image,
        canvas,
        targets,
        palette,
        prices: Prices::new(&uses, options.lambda),
        lightness_axis: targets.space.lightness_axis(),
        classes: Classes::new(&targets.points),
        strength: Strength { most: strength, fades: false },
        chain: options.effort.settings().repeats,
        reach: REACH,
    };
    let rows = diffusion::rows_per_band(width, image.height() as usize);
    let mut indices = vec![0; image.pixels().len()];
    let literals = Pool::new();
    par::map_chunks_mut(&mut indices, rows * width, |number, indices| {
        let first = number * rows;
        literals.with(
            || Literals::new(targets, &plan.prices.literals),
            |literals| options.simd.run(Rows { plan: &plan, literals, nearest: &nearest, first, indices }),
        );
    });
    indices
}

/// On 13 photographs, files of the same score are 1.2 % larger with 0.5, and 2.3 % smaller for the same PSNR.
const DEFAULT_STRENGTH: f32 = 0.55;

/// Rows that one thread maps.
struct Rows<'a, 'b> {
    plan: &'a Plan<'a>,
    literals: &'a mut Literals<'b>,
    nearest: &'a [u8],
    first: usize,
    indices: &'a mut [u8],
}

impl Kernel for Rows<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { plan, literals, nearest, first, indices } = self;
        let width = plan.image.width() as usize;
        let start = first.saturating_sub(diffusion::WARM_UP);
        let warm_up = first - start;
        let mut thrown_away = vec![0; warm_up * width];
        let mut band = Band::new(plan, literals, start, warm_up + indices.len() / width);
        let nearest = nearest[start * width..].chunks(width);
        let rows = thrown_away.chunks_mut(width).chain(indices.chunks_mut(width));
        for (row, (indices, nearest)) in rows.zip(nearest).enumerate() {
            if row == warm_up {
                band.forget(row);
            }
            band.map::<V>(row, nearest, indices);
        }
    }
}

/// The least of them. One half after the other is compared with the rest, which vectors can do side by side.
#[inline(always)]
fn least<const N: usize>(mut costs: [f32; N]) -> f32 {
    let mut half = N / 2;
    while half > 0 {
        for slot in 0..half {
            let other = costs[slot + half];
            costs[slot] = if other < costs[slot] { other } else { costs[slot] };
        }
        half /= 2;
    }
    costs[0]
}
