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
        let mut activity = (self.options.dither == Dither::Auto).then(|| Activity::new(self.image, start));
        let mut wave = Wave::new(self.targets, width);
        for (pixels, indices) in pixels.chunks(ROWS * width).zip(indices) {
            wave.prepare::<LANES>(pixels, self.options.strength, activity.as_mut());
            wave.map(self.grid, pixels, indices);
        }
    }
}

/// Where the work on a row has come to.
#[derive(Clone, Copy, Default)]
struct Line {
    /// Error for the next pixel.
    ahead: Point,
    /// Errors for the pixel below and the one to the right of it, as far as they are known. Not in memory with the
    /// others: a load of what two stores have written waits for both.
    below: [Point; 2],
}

/// Rows that are worked on at once.
struct Wave<'a> {
    targets: &'a Targets,
    width: usize,
    points: Vec<Point>,
    /// The part of each pixel's error that is passed on, in sixteenths.
    strengths: Vec<f32>,
    /// Errors for each row, and for the one below the last; a margin on either side takes what falls off the edge.
    errors: [Vec<Point>; ROWS + 1],
    /// Pixels with an index that does not come from a search.
    fixed: Vec<(usize, u8)>,
}

impl<'a> Wave<'a> {
    fn new(targets: &'a Targets, width: usize) -> Self {
        Self {
            targets,
            width,
            points: vec![[0.0; 4]; ROWS * width],
            strengths: vec![0.0; ROWS * width],
            errors: std::array::from_fn(|_| vec![[0.0; 4]; width + 2]),
            fixed: Vec::new(),
        }
    }

    /// Works out what does not depend on errors, for at most [`ROWS`] rows.
    #[inline(always)]
    fn prepare<const LANES: usize>(
        &mut self,
        pixels: &[Rgba8],
        strength: f32,
        activity: Option<&mut Activity<'_>>,
    ) {
        self.targets.space.points::<LANES>(pixels, &mut self.points);
        let strengths = &mut self.strengths[..pixels.len()];
        match activity {
            Some(activity) => {
                strengths.chunks_mut(self.width).for_each(|row| activity.next_row(row));
                strengths.iter_mut().for_each(|part| *part *= strength / 16.0);
            }
            None => strengths.fill(strength / 16.0),
        }
        self.fixed.clear();
        if self.targets.fixes_some() {
            let fixed = |(i, &pixel)| self.targets.fixed(pixel).map(|index| (i, index));
            self.fixed.extend(pixels.iter().enumerate().filter_map(fixed));
        }
        for &(i, _) in &self.fixed {
            // Nothing is spread over what cannot be seen, or must stay.
            strengths[i] = 0.0;
        }
    }

    /// Maps the rows that were prepared.
    #[inline(always)]
    fn map(&mut self, grid: &mut Grid<'_>, pixels: &[Rgba8], indices: &mut [u8]) {
        let rows = pixels.len() / self.width;
        let mut lines = [Line::default(); ROWS];
        for step in 0..self.width + SKEW * (rows - 1) {
            for (row, line) in lines[..rows].iter_mut().enumerate() {
                let x = step.wrapping_sub(SKEW * row);
                if x >= self.width {
                    continue;
                }
                let i = row * self.width + x;
                let wanted = sum(sum(self.points[i], self.errors[row][x + 1]), line.ahead);
                indices[i] = grid.find(wanted, grid.holes(pixels[i][3] < 255));
                let got = self.targets.point_of(indices[i]);
                let error: Point = std::array::from_fn(|axis| wanted[axis] - got[axis]);
                let part = self.strengths[i];
                line.ahead = scaled(error, 7.0 * part);
                let below = &mut self.errors[row + 1];
                below[x] = sum(line.below[0], scaled(error, 3.0 * part));
                line.below = [sum(line.below[1], scaled(error, 5.0 * part)), scaled(error, part)];
                below[x + 1] = line.below[0];
            }
        }
        self.errors.swap(0, rows);
        for &(i, index) in &self.fixed {
            indices[i] = index;
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
