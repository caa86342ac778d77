//! Fitting a palette to weighted colours: a start, then k-means.
//!
//! Nothing here sees a pixel's place, only colours and how often they occur.

mod lloyd;
mod online;
mod plus_plus;
mod split;

use crate::color::{ColorSpace, Point};
use crate::effort::{Effort, Settings};
use crate::error::{Error, Result};
use crate::histogram::{Histogram, WeightedColor};
use crate::image::Rgba8;
use crate::palette::{MAX_COLORS, Palette};
use crate::random::Random;

/// How to fit a palette.
///
/// ```
/// use huepack::{FitOptions, Histogram};
/// let mut histogram = Histogram::default();
/// for grey in 0..=255 {
///     histogram.add([grey, grey, grey, 255], 1);
/// }
/// let palette = FitOptions::new(16).seed(1).fit(&histogram)?;
/// assert_eq!(palette.len(), 16);
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FitOptions {
    colors: usize,
    space: ColorSpace,
    seed: u64,
    samples: f32,
    restarts: u32,
    iterations: u32,
}

/// The points that k-means works on, with their weights.
#[derive(Debug)]
struct Cloud {
    points: Vec<Point>,
    weights: Vec<f32>,
}

impl FitOptions {
    /// Asks for a palette of at most `colors`, 2 to 256; [`fit`](Self::fit) refuses other numbers.
    #[must_use]
    pub fn new(colors: usize) -> Self {
        let Settings { samples, restarts, iterations, .. } = Effort::default().settings();
        Self { colors, space: ColorSpace::default(), seed: 0, samples, restarts, iterations }
    }

    /// The space in which distance is measured. Default: Oklab.
    #[must_use]
    pub fn space(mut self, space: ColorSpace) -> Self {
        self.space = space;
        self
    }

    /// Picks one of many equally good sequences of samples and random starts. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How hard to try: sets samples, restarts and iterations. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        let settings = effort.settings();
        self.samples = settings.samples;
        self.restarts = settings.restarts;
        self.iterations = settings.iterations;
        self
    }

    /// Samples of online k-means before Lloyd's algorithm, for each distinct colour.
    #[must_use]
    pub fn samples(mut self, samples: f32) -> Self {
        self.samples = samples;
        self
    }

    /// Runs from further, random starts (k-means++) beside the deterministic one; the best is kept.
    #[must_use]
    pub fn restarts(mut self, restarts: u32) -> Self {
        self.restarts = restarts;
        self
    }

    /// Most rounds of Lloyd's algorithm in each run; it stops earlier once it has converged.
    #[must_use]
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = iterations;
        self
    }

    /// Fits the palette. A histogram with no more distinct colours than asked for gives exactly those;
    /// otherwise colours are sorted by red, green, blue and alpha, and there can be fewer than asked for when
    /// two centroids round to the same bytes.
    ///
    /// # Errors
    /// [`Error::ColorCount`] unless 2 to 256 colours were asked for, [`Error::EmptyHistogram`] when there is
    /// nothing to fit to.
    pub fn fit(&self, histogram: &Histogram) -> Result<Palette> {
        if !(2..=MAX_COLORS).contains(&self.colors) {
            return Err(Error::ColorCount { min: 2, max: MAX_COLORS, got: self.colors });
        }
        if histogram.is_empty() {
            return Err(Error::EmptyHistogram);
        }
        if histogram.len() <= self.colors
            && let Some(exact) = histogram.exact_colors()
        {
            return Palette::new(exact.into_iter().map(|(color, _)| color).collect());
        }
        let mut weighted = histogram.weighted_colors();
        let mut colors: Vec<Rgba8> = Vec::with_capacity(self.colors);
        // What is fully transparent stays so: it gets a colour of its own, and no centroid comes near it.
        if weighted[0].color[3] == 0.0 {
            weighted.remove(0);
            colors.push([0; 4]);
        }
        let cloud = Cloud::of(&weighted, self.space);
        let centroids = self.centroids(&cloud, self.colors - colors.len());
        colors.extend(centroids.into_iter().map(|centroid| self.space.pixel(centroid)));
        colors.sort_unstable();
        colors.dedup();
        Palette::new(colors)
    }

    /// The best centroids of all runs; of equally good ones those of the earliest run.
    fn centroids(&self, cloud: &Cloud, count: usize) -> Vec<Point> {
        // The seeds 0, 1, 2, … spread over the unit interval; 0 is its beginning.
        let phase = (self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64 / (1_u64 << 53) as f64;
        let mut best = self.run(cloud, &split::start(cloud, count), phase);
        let mut random = Random::new(self.seed);
        for _ in 0..self.restarts {
            let start = plus_plus::start(cloud, count, &mut random);
            let run = self.run(cloud, &start, random.unit());
            if run.inertia < best.inertia {
                best = run;
            }
        }
        best.centroids
    }

    /// From a start to where Lloyd's algorithm settles.
    fn run(&self, cloud: &Cloud, start: &[Point], phase: f64) -> lloyd::Run {
        let samples = (f64::from(self.samples) * cloud.points.len() as f64) as usize;
        lloyd::refine(cloud, &online::refine(cloud, start, samples, phase), self.iterations)
    }
}

impl Cloud {
    fn of(colors: &[WeightedColor], space: ColorSpace) -> Self {
        Self {
            points: colors.iter().map(|c| space.point_of_mean(c.color)).collect(),
            weights: colors.iter().map(|c| c.count as f32).collect(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (Point, f32)> {
        self.points.iter().copied().zip(self.weights.iter().copied())
    }
}
