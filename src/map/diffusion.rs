//! Error diffusion (Floyd, Steinberg, "An adaptive algorithm for spatial greyscale", 1976).
//!
//! Rows run from left to right, never back and forth: runs that repeat from row to row are what DEFLATE and LZW
//! live on.
//!
//! What bounds the speed is not the work but the wait: the search for a pixel cannot start before that for the pixel
//! to the left has ended. So one thread works on several rows at once, each two pixels behind the one above, whose
//! searches do not wait for each other. Threads share a picture in bands.

use super::grid::Grid;
use super::targets::Targets;
use super::{Dither, MapOptions, Pool};
use crate::activity::Activity;
use crate::color::Point;
use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::{Kernel, Vector};

/// Rows at once.
const ROWS: usize = 4;

/// How far a row runs behind the one above: the pixel above to the right must be done, and one more so that nothing
/// waits for it.
const SKEW: usize = 2;

/// Rows above a band that are worked through first, so that its first row gets errors as any other does.
const WARM_UP: usize = 2 * ROWS;

/// Least size of a band, in rows and pixels.
const BAND_ROWS: usize = 128;
const BAND_PIXELS: usize = 1 << 17;

/// Standard deviation of luma, in 8-bit steps, at which [`Dither::Auto`] passes on 0.7 of what it does in flat
/// surroundings. With 8, photographs at 16, 64 and 256 colours lost 3.4, 1.3 and 0.7 of SSIMULACRA2 and 2 to 5 % of
/// their bytes.
const HALF_STRENGTH: u32 = 32;

pub(super) fn map(image: ImageRef<'_>, targets: &Targets, options: &MapOptions) -> Vec<u8> {
    let width = image.width() as usize;
    let rows = rows_per_band(width, image.height() as usize);
    let mut indices = vec![0; image.pixels().len()];
    let grids = Pool::new();
    par::map_chunks_mut(&mut indices, rows * width, |number, indices| {
        let first = number * rows;
        grids.with(
            || Grid::new(targets, options.simd),
            |grid| options.simd.run(Band { image, targets, options, grid, first, indices }),
        );
    });
    indices
}

/// Bands are of equal height, as far as that goes, and depend on the picture's size alone.
fn rows_per_band(width: usize, height: usize) -> usize {
    let least = BAND_ROWS.max(BAND_PIXELS / width);
    height.div_ceil((height / least).max(1))
}

/// Rows that one thread maps.
struct Band<'a, 'b> {
    image: ImageRef<'a>,
    targets: &'a Targets,
    options: &'a MapOptions,
    grid: &'a mut Grid<'b>,
    /// The first row in the picture.
    first: usize,
    indices: &'a mut [u8],
}

impl Kernel for Band<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let width = self.image.width() as usize;
        let start = self.first.saturating_sub(WARM_UP);
        let pixels =
            &self.image.pixels()[start * width..][..(self.first - start) * width + self.indices.len()];
        let mut thrown_away = vec![0; (self.first - start) * width];
        // Warming up takes whole waves.
        let indices = thrown_away.chunks_mut(ROWS * width).chain(self.indices.chunks_mut(ROWS * width));
        let mut activity = (self.options.dither == Dither::Auto).then(|| Activity::new(self.image, start));
        let mut wave = Wave::new(self.targets, width);
        let waves = pixels.chunks(ROWS * width);
        let nexts = waves.clone().skip(1).map(Some).chain([None]);
        wave.first_row(&pixels[..width]);
        for ((pixels, next), indices) in waves.zip(nexts).zip(indices) {
            wave.prepare(pixels, next, self.grid, self.options.strength, activity.as_mut());
            wave.map(self.grid, pixels.len() / width);
            wave.finish(indices);
        }
    }
}

/// Rows that are worked on at once. All vectors hold [`ROWS`] rows one after the other, each with a place before its
/// first pixel that takes what falls off the edge.
struct Wave<'a> {
    targets: &'a Targets,
    /// From a pixel to the one below.
    stride: usize,
    /// Points of pixels with the errors from above, as far as they are known, and a row more, of the next wave.
    points: Vec<Point>,
    pixels: Vec<Pixel>,
    indices: Vec<u8>,
    /// Pixels with an index that does not come from a search.
    fixed: Vec<(usize, u8)>,
}

/// What is known of a pixel beside its point.
#[derive(Clone, Copy, Default)]
struct Pixel {
    /// The part of its error that is passed on, in sixteenths, and what of it goes to the next pixel.
    part: f32,
    ahead: f32,
    /// As [`Grid::find`] takes it.
    holes: usize,
}

/// Where the work on a row has come to.
#[derive(Clone, Copy, Default)]
struct Line {
    /// Error for the next pixel.
    ahead: Point,
    /// Errors for the pixel below and the one to the right of it, as far as they are known.
    below: Point,
    below_right: Point,
}

impl<'a> Wave<'a> {
    fn new(targets: &'a Targets, width: usize) -> Self {
        let stride = width + 1;
        Self {
            targets,
            stride,
            points: vec![[0.0; 4]; (ROWS + 1) * stride],
            pixels: vec![Pixel::default(); ROWS * stride],
            indices: vec![0; ROWS * stride],
            fixed: Vec::new(),
        }
    }

    /// Takes in the row that no other stands above.
    #[inline(always)]
    fn first_row(&mut self, pixels: &[Rgba8]) {
        self.targets.space.points(pixels, &mut self.points[ROWS * self.stride + 1..]);
    }

    /// Works out what does not depend on errors, for at most [`ROWS`] rows and for one of the next wave.
    #[inline(always)]
    fn prepare(
        &mut self,
        pixels: &[Rgba8],
        next: Option<&[Rgba8]>,
        grid: &Grid<'_>,
        strength: f32,
        mut activity: Option<&mut Activity<'_>>,
    ) {
        let width = self.stride - 1;
        self.points.copy_within(ROWS * self.stride.., 0);
        let after_first = pixels.chunks(width).chain(next.map(|next| &next[..width])).skip(1);
        for (points, pixels) in self.points.chunks_mut(self.stride).skip(1).zip(after_first) {
            self.targets.space.points(pixels, &mut points[1..]);
        }
        let mut strengths = vec![strength; width];
        for (about, pixels) in self.pixels.chunks_mut(self.stride).zip(pixels.chunks(width)) {
            if let Some(activity) = &mut activity {
                activity.next_row(HALF_STRENGTH, &mut strengths);
                strengths.iter_mut().for_each(|smooth| *smooth *= strength);
            }
            for ((about, &pixel), strength) in about[1..].iter_mut().zip(pixels).zip(&strengths) {
                *about = Pixel {
                    part: strength * (1.0 / 16.0),
                    ahead: strength * (7.0 / 16.0),
                    holes: grid.holes(pixel[3] < 255),
                };
            }
        }
        self.fixed.clear();
        if self.targets.fixes_some() {
            for (row, pixels) in pixels.chunks(width).enumerate() {
                let place = |x| row * self.stride + 1 + x;
                let fixed = |(x, &pixel)| self.targets.fixed(pixel).map(|index| (place(x), index));
                self.fixed.extend(pixels.iter().enumerate().filter_map(fixed));
            }
        }
        for &(i, _) in &self.fixed {
            // Nothing is spread over what cannot be seen, or must stay.
            self.pixels[i] = Pixel::default();
        }
    }

    /// Maps the rows that were prepared.
    #[inline(always)]
    fn map(&mut self, grid: &mut Grid<'_>, rows: usize) {
        let mut lines = [Line::default(); ROWS];
        let (stride, width) = (self.stride, self.stride - 1);
        for step in 0..width + SKEW * (rows - 1) {
            // Rows that have begun, and not yet ended.
            let begun = rows.min(step / SKEW + 1);
            let ended = (step + 1).saturating_sub(width).div_ceil(SKEW);
            for (row, line) in lines.iter_mut().enumerate().take(begun).skip(ended) {
                let i = row * (stride - SKEW) + step + 1;
                let wanted = sum(self.points[i], line.ahead);
                let Pixel { part, ahead, holes } = self.pixels[i];
                let index = grid.find(wanted, holes);
                self.indices[i] = index;
                let got = grid.point_of(index);
                let error: Point = std::array::from_fn(|axis| wanted[axis] - got[axis]);
                line.ahead = scaled(error, ahead);
                let error = scaled(error, part);
                let below = &mut self.points[i + stride - 1];
                *below = sum(*below, sum(line.below, scaled(error, 3.0)));
                line.below = sum(line.below_right, scaled(error, 5.0));
                line.below_right = error;
            }
        }
        for (row, line) in lines.iter().enumerate().take(rows) {
            let last = &mut self.points[(row + 1) * stride + width];
            *last = sum(*last, line.below);
        }
    }

    /// Hands out the indices of the rows that were mapped.
    fn finish(&mut self, indices: &mut [u8]) {
        for &(i, index) in &self.fixed {
            self.indices[i] = index;
        }
        let width = self.stride - 1;
        for (to, from) in indices.chunks_mut(width).zip(self.indices.chunks(self.stride)) {
            to.copy_from_slice(&from[1..]);
        }
    }
}

#[inline(always)]
fn sum(a: Point, b: Point) -> Point {
    std::array::from_fn(|axis| a[axis] + b[axis])
}

#[inline(always)]
fn scaled(point: Point, factor: f32) -> Point {
    point.map(|coordinate| coordinate * factor)
}
