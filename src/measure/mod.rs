//! How far a result is from its source. Measuring reads and changes nothing.

mod ciede2000;
#[cfg(feature = "score")]
mod clip;
mod difference;
mod guard;
mod moments;
#[cfg(feature = "score")]
mod score;

pub use ciede2000::mean_ciede2000;
#[cfg(feature = "score")]
pub use clip::{Clip, ClipReport, FrameScore, StepScore};
pub use difference::difference_map;
pub use guard::{Area, Finding, Guard};
pub use moments::{Moment, Moments, Player};
#[cfg(feature = "score")]
pub use score::{ssimulacra2, ssimulacra2_memory, ssimulacra2_of_images};

use std::ops::Range;

use crate::color::{ColorSpace, Point, distance_squared};
use crate::image::{ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::par;
use crate::simd::{Kernel, Simd, Vector};

/// Pixels whose errors are added up apart; fixed, so that rounding is the same on any number of threads.
const CHUNK: usize = 1 << 16;

/// Mean squared distance between the pixels of `source` and `result`, in the units of `space`: what k-means
/// minimises, divided by the number of pixels. Partly transparent pixels count with the mean of their error
/// over black and over white.
///
/// # Panics
/// If the two differ in size.
///
/// ```
/// use huepack::{ColorSpace, ImageRef, Indexed, Palette, measure};
/// let pixels = [[10, 20, 30, 255], [10, 20, 30, 255]];
/// let result = Indexed::new(2, 1, Palette::new(vec![[10, 20, 33, 255]])?, vec![0, 0])?;
/// let inertia = measure::inertia(ImageRef::new(2, 1, &pixels)?, &result, ColorSpace::Srgb);
/// assert!((inertia - 9.0).abs() < 1e-4);
/// # Ok::<(), huepack::Error>(())
/// ```
#[must_use]
pub fn inertia(source: ImageRef<'_>, result: &Indexed, space: ColorSpace) -> f64 {
    let targets: Vec<_> = result.palette().colors().iter().map(|&color| space.point(color)).collect();
    assert_eq!((source.width(), source.height()), (result.width(), result.height()), "sizes differ");
    let (pixels, indices) = (source.pixels(), result.indices());
    mean_of(pixels.len(), |range| {
        let (pixels, indices) = (&pixels[range.clone()], &indices[range]);
        Simd::default().run(Distances { pixels, indices, targets: &targets, space })
    })
}

/// The sum of squared distances of some pixels from what they were given.
struct Distances<'a> {
    pixels: &'a [Rgba8],
    indices: &'a [u8],
    targets: &'a [Point],
    space: ColorSpace,
}

/// Pixels that become points at a time.
const POINTS: usize = 256;

impl Kernel for Distances<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector>(self) -> f64 {
        let mut points = [[0.0; 4]; POINTS];
        let mut sum = 0.0;
        for (pixels, indices) in self.pixels.chunks(POINTS).zip(self.indices.chunks(POINTS)) {
            self.space.points(pixels, &mut points[..pixels.len()]);
            for (&point, &index) in points.iter().zip(indices) {
                sum += f64::from(distance_squared(point, self.targets[usize::from(index)]));
            }
        }
        sum
    }
}

/// Mean squared error in 8-bit sRGB, summed over the three channels; [`inertia`] in [`ColorSpace::Srgb`].
///
/// # Panics
/// If the two differ in size.
#[must_use]
pub fn mean_squared_error(source: ImageRef<'_>, result: &Indexed) -> f64 {
    let colors = result.palette().colors();
    mean(source, result, |pixel, index| squared_error(pixel, colors[usize::from(index)]))
}

/// The same for a result without a palette.
///
/// # Panics
/// If the two differ in size.
#[must_use]
pub(crate) fn mean_squared_error_between(source: ImageRef<'_>, result: ImageRef<'_>) -> f64 {
    assert_eq!((source.width(), source.height()), (result.width(), result.height()), "sizes differ");
    let (source, result) = (source.pixels(), result.pixels());
    mean_of(source.len(), |range| squared_errors(&source[range.clone()], &result[range]))
}

/// The squared errors of some pixels added up.
fn squared_errors(source: &[Rgba8], result: &[Rgba8]) -> f64 {
    let of_some = |(source, result): (&[Rgba8], &[Rgba8])| {
        let pairs = || source.iter().zip(result);
        if pairs().fold(255, |alpha, (a, b)| alpha & a[3] & b[3]) == 255 {
            // All alphas are alike, so that they may be taken along, as vectors do.
            let bytes = source.as_flattened().iter().zip(result.as_flattened());
            return f64::from(bytes.map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>());
        }
        pairs().map(|(&a, &b)| squared_error(a, b)).sum()
    };
    source.chunks(SOME).zip(result.chunks(SOME)).map(of_some).sum()
}

/// Pixels whose squared errors are added up as whole numbers.
const SOME: usize = 64;

/// Squared distance in sRGB; with transparency, the mean over black and white.
pub(crate) fn squared_error(a: Rgba8, b: Rgba8) -> f64 {
    if a[3] & b[3] == 255 {
        let squared = |channel: usize| u32::from(a[channel].abs_diff(b[channel])).pow(2);
        return f64::from(squared(0) + squared(1) + squared(2));
    }
    if a[3] | b[3] == 0 {
        return 0.0;
    }
    f64::from(distance_squared(ColorSpace::Srgb.point(a), ColorSpace::Srgb.point(b)))
}

/// Peak signal-to-noise ratio in decibels of a [`mean_squared_error`]; infinite for zero.
///
/// ```
/// assert!((huepack::measure::psnr_db(111.1917) - 32.44).abs() < 0.005);
/// ```
#[must_use]
pub fn psnr_db(mean_squared_error: f64) -> f64 {
    10.0 * (3.0 * 255.0 * 255.0 / mean_squared_error).log10()
}

/// The mean of `error` over all pixels.
fn mean(source: ImageRef<'_>, result: &Indexed, error: impl Fn(Rgba8, u8) -> f64 + Send + Sync) -> f64 {
    assert_eq!((source.width(), source.height()), (result.width(), result.height()), "sizes differ");
    let (pixels, indices) = (source.pixels(), result.indices());
    mean_of(pixels.len(), |range| {
        pixels[range.clone()].iter().zip(&indices[range]).map(|(&pixel, &index)| error(pixel, index)).sum()
    })
}

/// A `sum` over ranges of so many pixels, as a mean.
fn mean_of(pixels: usize, sum: impl Fn(Range<usize>) -> f64 + Send + Sync) -> f64 {
    let sums = par::map(pixels.div_ceil(CHUNK), |number| {
        let from = number * CHUNK;
        sum(from..pixels.min(from + CHUNK))
    });
    sums.iter().sum::<f64>() / pixels as f64
}

/// A pixel blended onto an opaque grey in sRGB, as a browser does.
fn over([r, g, b, a]: Rgba8, grey: u8) -> [u8; 3] {
    let (alpha, rest) = (u32::from(a), u32::from(255 - a) * u32::from(grey));
    [r, g, b].map(|channel| ((u32::from(channel) * alpha + rest + 127) / 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn errors_of_some_pixels_are_those_of_each() {
        let mut random = Random::new(7);
        for (length, soft) in [(1, 1), (63, 0), (64, 1), (200, 0), (500, 300), (500, 3)] {
            let mut pixels = || -> Vec<Rgba8> {
                let pixel = |random: u64| {
                    let [r, g, b, a, which, ..] = random.to_be_bytes();
                    [r, g, b, if u32::from(which) < soft { a } else { 255 }]
                };
                (0..length).map(|_| pixel(random.next())).collect()
            };
            let (source, result) = (pixels(), pixels());
            let each: f64 = source.iter().zip(&result).map(|(&a, &b)| squared_error(a, b)).sum();
            let together = squared_errors(&source, &result);
            assert!((each - together).abs() <= 1e-9 * each, "{length}, {soft}: {each} {together}");
            assert!(length == 1 || each > 0.0);
        }
        let unseen = squared_error([1, 2, 3, 0], [200, 100, 50, 0]);
        assert_eq!((unseen, squared_error([1, 2, 3, 255], [3, 2, 1, 255])), (0.0, 8.0));
    }
}
