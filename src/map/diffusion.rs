//! Error diffusion (Floyd, Steinberg, "An adaptive algorithm for spatial greyscale", 1976).
//!
//! Rows run from left to right, never back and forth: runs that repeat from row to row are what DEFLATE and LZW
//! live on.
//!
//! Every search waits for the one to the left, and none is worth much by itself. So one thread works on several rows at
//! once, each two pixels behind the one above: a wave. What is done to one row is done to all in one vector. Threads
//! share a picture in bands.

use super::grid::Grid;
use super::targets::Targets;
use super::{Dither, MapOptions, Pool};
use crate::activity::{Activity, NARROW};
use crate::color::Point;
use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::{Kernel, Vector};

/// Rows at once. With four, a step still waits for the searches of the one before, 18 ns a pixel instead of 15; with
/// sixteen there is too much at hand, and it is 21.
const ROWS: usize = 8;

/// How far a row runs behind the one above: only then is the pixel above to the right done.
const SKEW: usize = 2;

/// Rows above a band that are worked through first, so that its first row gets errors as any other does: whole waves.
/// On gradients, the error that is left after blurring is up to 30 % above that of other rows near a seam without, 5 %
/// with eight, and 3 % with sixteen, which is no more than any two rows differ by.
pub(super) const WARM_UP: usize = 8;

/// Pixels that become points at a time.
const AT_ONCE: usize = 16;

/// Standard deviation of luma, in 8-bit steps, at which [`Dither::Auto`] passes on 0.7 of what it does in flat
/// surroundings. On 25 photographs at 16, 64 and 256 colours it gives up 0.2, 0.1 and 0.1 of SSIMULACRA2 for files 0.8,
/// 0.5 and 0.6 % smaller; with 32, it was twice as much of both, with 8 as much as 3.4 for 2 to 5 %.
pub(super) const HALF_STRENGTH: u32 = 64;

/// Least size of a band, in rows and pixels: warming up takes at most a sixteenth more, and what is smaller than half a
/// megapixel is one band.
const BAND_ROWS: usize = 128;
const BAND_PIXELS: usize = 1 << 18;

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
pub(super) fn rows_per_band(width: usize, height: usize) -> usize {
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
        let mut wave = Wave::new(self.image, self.targets, self.options, start);
        for (colors, indices) in pixels.chunks(ROWS * width).zip(indices) {
            wave.fill(colors, self.grid);
            wave.map(self.grid);
            wave.finish(colors, indices);
        }
    }
}

/// Rows that are worked on at once, step by step. Pixel `x` of row `y` has its turn in step `x + SKEW * y`; where a row
/// has no pixel for a step, its part of all errors is zero. Vectors are by step.
struct Wave<'a> {
    targets: &'a Targets,
    strength: f32,
    activity: Option<Activity<'a, NARROW>>,
    width: usize,
    /// How much of its error each pixel of a row passes on.
    strengths: Vec<f32>,
    points: Vec<[Point; ROWS]>,
    /// The part of its error that each pixel passes on, in sixteenths.
    parts: Vec<[f32; ROWS]>,
    /// As [`Grid::find`] takes it.
    holes: Vec<[u32; ROWS]>,
    /// The errors that the last row passes to the first of the next wave.
    errors: Vec<Point>,
    /// What was found, a row after the other.
    indices: [Vec<u8>; ROWS],
}

/// After its last pixel, a row has errors left for the pixel below, which it passes on in the step after.
const STEPS_AFTER: usize = SKEW * (ROWS - 1) + 1;

impl<'a> Wave<'a> {
    fn new(image: ImageRef<'a>, targets: &'a Targets, options: &MapOptions, start: usize) -> Self {
        let width = image.width() as usize;
        let steps = width + STEPS_AFTER;
        let strength = options.plain_strength() * (1.0 / 16.0);
        Self {
            targets,
            strength,
            activity: (options.dither == Dither::Auto).then(|| Activity::new(image, start)),
            width,
            strengths: vec![strength; width],
            points: vec![[targets.points[0]; ROWS]; steps],
            parts: vec![[0.0; ROWS]; steps],
            holes: vec![[0; ROWS]; steps],
            errors: vec![[0.0; 4]; steps],
            indices: std::array::from_fn(|_| vec![0; steps]),
        }
    }

    /// Takes in the next rows; where there are fewer, the last of them have only pixels that pass nothing on.
    #[inline(always)]
    fn fill(&mut self, colors: &[Rgba8], grid: &Grid<'_>) {
        let mut rows = colors.chunks(self.width);
        for row in 0..ROWS {
            match rows.next() {
                Some(colors) => self.fill_row(row, colors, grid),
                None => self.parts.iter_mut().for_each(|parts| parts[row] = 0.0),
            }
        }
        for (points, error) in self.points.iter_mut().zip(&self.errors[STEPS_AFTER..]) {
            points[0] = std::array::from_fn(|axis| points[0][axis] + error[axis]);
        }
    }

    #[inline(always)]
    fn fill_row(&mut self, row: usize, colors: &[Rgba8], grid: &Grid<'_>) {
        let steps = SKEW * row..SKEW * row + self.width;
        let mut points = [[0.0; 4]; AT_ONCE];
        for (to, colors) in self.points[steps.clone()].chunks_mut(AT_ONCE).zip(colors.chunks(AT_ONCE)) {
            self.targets.space.points(colors, &mut points);
            to.iter_mut().zip(&points).for_each(|(to, &point)| to[row] = point);
        }
        if let Some(activity) = &mut self.activity {
            activity.next_row(HALF_STRENGTH, &mut self.strengths);
            self.strengths.iter_mut().for_each(|smooth| *smooth *= self.strength);
        }
        let parts = &mut self.parts[steps.clone()];
        parts.iter_mut().zip(&self.strengths).for_each(|(parts, &strength)| parts[row] = strength);
        if self.targets.may_make_holes() {
            let holes = self.holes[steps].iter_mut().zip(colors);
            holes.for_each(|(holes, color)| holes[row] = grid.holes(color[3] < 255));
        }
        if self.targets.fixes_some() {
            for (parts, &color) in parts.iter_mut().zip(colors) {
                if self.targets.fixed(color).is_some() {
                    // Nothing is spread over what cannot be seen, or must stay.
                    parts[row] = 0.0;
                }
            }
        }
    }

    /// Maps the rows that were filled in.
    #[inline(always)]
    fn map(&mut self, grid: &mut Grid<'_>) {
        // Errors for the next pixels, for those below, and for those below to the right, as far as they are known.
        let mut ahead = [[0.0; 4]; ROWS];
        let mut below = [[0.0; 4]; ROWS];
        let mut below_right = [[0.0; 4]; ROWS];
        // Errors from above.
        let mut above = [[0.0; 4]; ROWS];
        let of_pixels = self.points.iter().zip(&self.parts).zip(&self.holes);
        for (step, (((points, parts), holes), errors)) in of_pixels.zip(&mut self.errors).enumerate() {
            let wanted =
                zip(zip(*points, above, |point, error| point + error), ahead, |point, error| point + error);
            let cells = grid.cells(&wanted);
            let mut got = [[0.0; 4]; ROWS];
            for row in 0..ROWS {
                let index = grid.find(cells[row], &wanted[row], holes[row]);
                self.indices[row][step] = index;
                got[row] = grid.point_of(index);
            }
            let error = zip(wanted, got, |wanted, got| wanted - got);
            let error = zip(error, parts.map(|part| [part; 4]), |error, part| error * part);
            ahead = error.map(|point| point.map(|error| 7.0 * error));
            let done = zip(below, error, |sum, error| sum + 3.0 * error);
            below = zip(below_right, error, |sum, error| sum + 5.0 * error);
            below_right = error;
            above = std::array::from_fn(|row| if row == 0 { [0.0; 4] } else { done[row - 1] });
            *errors = done[ROWS - 1];
        }
    }

    /// Hands out the indices of the rows that were mapped.
    #[inline(always)]
    fn finish(&self, colors: &[Rgba8], indices: &mut [u8]) {
        for (row, indices) in indices.chunks_mut(self.width).enumerate() {
            indices.copy_from_slice(&self.indices[row][SKEW * row..][..self.width]);
        }
        if self.targets.fixes_some() {
            for (index, &color) in indices.iter_mut().zip(colors) {
                *index = self.targets.fixed(color).unwrap_or(*index);
            }
        }
    }
}

/// Does something with each coordinate of points and its counterpart.
#[inline(always)]
fn zip(a: [Point; ROWS], b: [Point; ROWS], work: impl Fn(f32, f32) -> f32) -> [Point; ROWS] {
    std::array::from_fn(|row| std::array::from_fn(|axis| work(a[row][axis], b[row][axis])))
}
