//! Error diffusion (Floyd, Steinberg, "An adaptive algorithm for spatial greyscale", 1976).
//!
//! Rows run from left to right, never back and forth: runs that repeat from row to row are what DEFLATE and LZW
//! live on.
//!
//! What bounds the speed is not the work but the wait: the search for a pixel cannot start before that for the pixel
//! to the left has ended. So one thread works on several rows at once, each two pixels behind the one above, whose
//! searches do not wait for each other. Threads share a picture in bands.

use super::activity::Activity;
use super::grid::Grid;
use super::targets::Targets;
use super::{Dither, MapOptions, Pool};
use crate::color::Point;
use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::Kernel;

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
    fn run<const LANES: usize>(self) {
        let width = self.image.width() as usize;
        let start = self.first.saturating_sub(WARM_UP);
        let pixels =
            &self.image.pixels()[start * width..][..(self.first - start) * width + self.indices.len()];
        let mut thrown_away = vec![0; (self.first - start) * width];
        // Warming up takes whole waves.
        let indices = thrown_away.chunks_mut(ROWS * width).chain(self.indices.chunks_mut(ROWS * width));
        let mut wave = Wave::new(self.image, self.targets, self.options, start);
        let mut rows = pixels.chunks(width);
        wave.fill_row::<LANES>(ROWS, rows.next().unwrap_or_default(), self.grid);
        for indices in indices {
            wave.begin();
            // The first row of the next wave as well, for it takes errors.
            for row in 1..=ROWS {
                if let Some(colors) = rows.next() {
                    wave.fill_row::<LANES>(row, colors, self.grid);
                }
            }
            wave.map(self.grid, indices.len() / width);
            wave.finish(indices);
        }
    }
}

/// Rows that are worked on at once.
struct Wave<'a> {
    targets: &'a Targets,
    strength: f32,
    activity: Option<Activity<'a>>,
    /// How much of its error each pixel of a row passes on.
    strengths: Vec<f32>,
    /// From a pixel to the one below.
    stride: usize,
    /// [`ROWS`] rows and one more, of the next wave, that takes errors; each with a place before its first pixel for
    /// what falls off the edge.
    pixels: Vec<Pixel>,
}

/// A pixel on its way, all of it in one place: half of the work were loads.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Pixel {
    /// Its point with the errors from above, as far as they are known.
    point: Point,
    /// The part of its error that is passed on, in sixteenths, and how much of it to the next pixel.
    part: f32,
    ahead: f32,
    /// As [`Grid::find`] takes it.
    holes: u32,
    index: u8,
    /// An index that does not come from a search.
    fixed: Option<u8>,
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
    fn new(image: ImageRef<'a>, targets: &'a Targets, options: &MapOptions, start: usize) -> Self {
        let width = image.width() as usize;
        Self {
            targets,
            strength: options.strength,
            activity: (options.dither == Dither::Auto).then(|| Activity::new(image, start)),
            strengths: vec![options.strength; width],
            stride: width + 1,
            pixels: vec![Pixel::default(); (ROWS + 1) * (width + 1)],
        }
    }

    /// The row below the last wave is the first of this one.
    #[inline(always)]
    fn begin(&mut self) {
        self.pixels.copy_within(ROWS * self.stride.., 0);
    }

    /// Works out what does not depend on errors; rows come in order.
    #[inline(always)]
    fn fill_row<const LANES: usize>(&mut self, row: usize, colors: &[Rgba8], grid: &Grid<'_>) {
        if let Some(activity) = &mut self.activity {
            activity.next_row(&mut self.strengths);
            self.strengths.iter_mut().for_each(|smooth| *smooth *= self.strength);
        }
        let row = &mut self.pixels[row * self.stride..][1..self.stride];
        let mut points = [[0.0; 4]; LANES];
        let chunks = row.chunks_mut(LANES).zip(colors.chunks(LANES)).zip(self.strengths.chunks(LANES));
        for ((pixels, colors), strengths) in chunks {
            self.targets.space.points::<LANES>(colors, &mut points);
            for (((pixel, &color), &point), &strength) in
                pixels.iter_mut().zip(colors).zip(&points).zip(strengths)
            {
                *pixel = Pixel {
                    point,
                    part: strength * (1.0 / 16.0),
                    ahead: strength * (7.0 / 16.0),
                    holes: grid.holes(color[3] < 255),
                    index: 0,
                    fixed: None,
                };
            }
        }
        if self.targets.fixes_some() {
            for (pixel, &color) in row.iter_mut().zip(colors) {
                pixel.fixed = self.targets.fixed(color);
                if pixel.fixed.is_some() {
                    // Nothing is spread over what cannot be seen, or must stay.
                    (pixel.part, pixel.ahead) = (0.0, 0.0);
                }
            }
        }
    }

    /// Maps the rows that were filled in.
    #[inline(always)]
    fn map(&mut self, grid: &mut Grid<'_>, rows: usize) {
        let mut lines = [Line::default(); ROWS];
        let (stride, width) = (self.stride, self.stride - 1);
        let pixels = &mut self.pixels[..];
        for step in 0..width + SKEW * (rows - 1) {
            // Rows that have begun, and not yet ended.
            let begun = rows.min(step / SKEW + 1);
            let ended = (step + 1).saturating_sub(width).div_ceil(SKEW);
            for row in ended..begun {
                let line = &mut lines[row];
                let i = row * (stride - SKEW) + step + 1;
                let pixel = &mut pixels[i];
                let wanted = sum(pixel.point, line.ahead);
                pixel.index = grid.find(wanted, pixel.holes);
                let got = grid.point_of(pixel.index);
                let error: Point = std::array::from_fn(|axis| wanted[axis] - got[axis]);
                line.ahead = scaled(error, pixel.ahead);
                let error = scaled(error, pixel.part);
                let below = &mut pixels[i + stride - 1].point;
                *below = sum(*below, sum(line.below, scaled(error, 3.0)));
                line.below = sum(line.below_right, scaled(error, 5.0));
                line.below_right = error;
            }
        }
        for (row, line) in lines.iter().enumerate().take(rows) {
            let last = &mut pixels[(row + 1) * stride + width].point;
            *last = sum(*last, line.below);
        }
    }

    /// Hands out the indices of the rows that were mapped.
    #[inline(always)]
    fn finish(&mut self, indices: &mut [u8]) {
        for (indices, pixels) in indices.chunks_mut(self.stride - 1).zip(self.pixels.chunks(self.stride)) {
            for (index, pixel) in indices.iter_mut().zip(&pixels[1..]) {
                *index = pixel.fixed.unwrap_or(pixel.index);
            }
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
