//! Fitting a palette to weighted colours: a start, then k-means.
//!
//! Nothing here sees a pixel's place, only colours and how often they occur.

mod breathe;
mod cloud;
mod lloyd;
mod online;
mod split;

use crate::activity;
use crate::color::{ColorSpace, Point};
use crate::effort::{Counting, Effort, Settings};
use crate::error::{Error, Result};
use crate::histogram::{Histogram, WeightedColor, bin_key};
use crate::image::{ImageRef, Rgba8};
use crate::palette::{MAX_COLORS, Palette};
use crate::simd::Simd;
use cloud::Cloud;

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
    kept: Vec<Rgba8>,
    damping: u8,
    settings: Settings,
    simd: Simd,
}

impl FitOptions {
    /// Asks for a palette of at most `colors`, 2 to 256; [`fit`](Self::fit) refuses other numbers.
    #[must_use]
    pub fn new(colors: usize) -> Self {
        Self {
            colors,
            space: ColorSpace::default(),
            seed: 0,
            kept: Vec::new(),
            damping: 0,
            settings: Effort::default().settings(),
            simd: Simd::default(),
        }
    }

    /// The space in which distance is measured. Default: [`ColorSpace::Perceptual`].
    #[must_use]
    pub fn space(mut self, space: ColorSpace) -> Self {
        self.space = space;
        self
    }

    /// Picks one of many equally good sequences of samples. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Colours that stand in the palette exactly, whether the histogram holds them or not. They count among the
    /// colours asked for; the others are fitted around them. Default: none.
    ///
    /// ```
    /// use huepack::{FitOptions, Histogram};
    /// let mut histogram = Histogram::default();
    /// (0..=255).for_each(|grey| histogram.add([grey, grey, grey, 255], 1));
    /// let palette = FitOptions::new(4).keep(&[[0, 85, 255, 255]]).fit(&histogram)?;
    /// assert!(palette.len() == 4 && palette.colors().contains(&[0, 85, 255, 255]));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn keep(mut self, colors: &[Rgba8]) -> Self {
        self.kept = distinct(colors.iter().copied());
        self
    }

    /// How much less the many pixels of common colours count, in eighths, 0 to 8: what a colour weighs is divided by the
    /// `damping / 8`th power of what all near it weigh, those in its cube of 16 steps of red, green, blue and alpha, or of 32
    /// for less than 128 colours. Zero gives the least inertia. Two give palettes that reach further out, which is what
    /// dithering mixes colours from. More than eight are taken as eight. Default: 0.
    ///
    /// ```
    /// use huepack::{FitOptions, Histogram};
    /// let mut histogram = Histogram::default();
    /// (0..=199).for_each(|grey| histogram.add([grey, grey, grey, 255], 10_000));
    /// (200..=255).for_each(|grey| histogram.add([grey, grey, grey, 255], 1));
    /// let lightest = |fit: FitOptions| Ok(fit.fit(&histogram)?.colors()[7][0]);
    /// assert!(lightest(FitOptions::new(8).damping(4))? > lightest(FitOptions::new(8))?);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn damping(mut self, damping: u8) -> Self {
        self.damping = damping.min(8);
        self
    }

    /// How hard to try: sets samples, breaths and iterations, and how many colours are told apart on the way. Default:
    /// [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.settings = effort.settings();
        self
    }

    /// Samples of online k-means before Lloyd's algorithm, for each colour or bin of colours, clamped to 0..=64.
    #[must_use]
    pub fn samples(mut self, samples: f32) -> Self {
        self.settings.samples = if samples.is_nan() { 0.0 } else { samples.clamp(0.0, 64.0) };
        self
    }

    /// How often centroids that are hardly missed are moved to where one is missed most, to leave a local minimum; what
    /// does not help is undone.
    #[must_use]
    pub fn breaths(mut self, breaths: u32) -> Self {
        self.settings.breaths = breaths;
        self
    }

    /// Most rounds of Lloyd's algorithm over all colours at the end; it stops earlier once it has converged.
    #[must_use]
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.settings.iterations = iterations;
        self
    }

    /// The instructions to use. They change no result. Default: the widest that the processor has.
    #[must_use]
    pub fn simd(mut self, simd: Simd) -> Self {
        self.simd = simd;
        self
    }

    /// Counts the colours of a picture as this fit is to know them: each, or, with [`Effort::Fast`], where a picture has
    /// enough of them, means of 8x8x8 neighbours.
    ///
    /// ```
    /// use huepack::{Effort, FitOptions, ImageRef};
    /// let pixels: Vec<[u8; 4]> = (0..65536).map(|i| [(i % 256) as u8, (i / 256) as u8, 128, 255]).collect();
    /// let image = ImageRef::new(256, 256, &pixels)?;
    /// let fit = FitOptions::new(16).effort(Effort::Fast);
    /// let histogram = fit.count(image);
    /// assert_eq!((histogram.len(), histogram.distinct_colors()), (1024, Some(65536)));
    /// assert_eq!(fit.fit(&histogram)?.len(), 16);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn count(&self, image: ImageRef<'_>) -> Histogram {
        self.coarse(image, None).unwrap_or_else(|| Histogram::of(image))
    }

    /// The same, a pixel counting as much as in [`Histogram::visible`].
    #[must_use]
    pub fn count_visible(&self, image: ImageRef<'_>) -> Histogram {
        let weights = activity::weights(image, self.simd);
        self.coarse(image, Some(&weights)).unwrap_or_else(|| Histogram::weighted(image, &weights))
    }

    /// Neighbours together, where that is wanted and does no harm: in Oklab and Lab dark ones lie too far apart, and a colour
    /// that is kept could not be told from others.
    fn coarse(&self, image: ImageRef<'_>, weights: Option<&[u8]>) -> Option<Histogram> {
        let is_even = !matches!(self.space, ColorSpace::Oklab | ColorSpace::Lab);
        let is_wanted = self.settings.counting == Counting::Cubes && is_even && self.kept.is_empty();
        is_wanted.then(|| Histogram::coarse(image, weights, CUBES_PER_COLOR * self.colors)).flatten()
    }

    /// Fits the palette. A histogram that has, with the colours to [`keep`](Self::keep), no more distinct ones
    /// than asked for gives exactly those; otherwise colours are sorted by red, green, blue and alpha, and there can be fewer than asked for when
    /// two centroids round to the same bytes.
    ///
    /// # Errors
    /// [`Error::ColorCount`] unless 2 to 256 colours were asked for, and those to keep are no more, counting the
    /// transparent one where the histogram holds one; [`Error::EmptyHistogram`] when there is
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
            let colors = distinct(exact.into_iter().map(|(color, _)| color).chain(self.kept.iter().copied()));
            if colors.len() <= self.colors {
                return Palette::new(colors);
            }
        }
        let mut weighted = histogram.weighted_colors();
        let mut colors = self.kept.clone();
        // What is fully transparent stays so: it gets a colour of its own, and no centroid comes near it.
        if weighted[0].color[3] == 0.0 {
            weighted.remove(0);
            if !colors.contains(&[0; 4]) {
                colors.push([0; 4]);
            }
        }
        if colors.len() > self.colors {
            return Err(Error::ColorCount { min: 0, max: self.colors, got: colors.len() });
        }
        // What is kept already costs nothing, and would only draw centroids to it.
        weighted.retain(|weighted| !self.kept.iter().any(|kept| kept.map(f32::from) == weighted.color));
        if self.damping > 0 {
            self.damp(&mut weighted);
        }
        let centroids = self.centroids(&weighted, self.colors - colors.len());
        colors.extend(centroids.into_iter().map(|centroid| self.space.pixel(centroid)));
        colors.sort_unstable();
        colors.dedup();
        Palette::new(colors)
    }

    /// Makes colours count less where many pixels have such a one. Beside a power of its own count, that gains 0.4, 1.0, 2.0
    /// and 1.5 points of SSIMULACRA2 on 25 photographs at 256, 64, 32 and 16 colours, dithered, for 1 % fewer bytes: what one
    /// colour of a photograph counts is chance, and how many are like it is not.
    fn damp(&self, colors: &mut [WeightedColor]) {
        let shift = if self.colors < 128 { 5 } else { 4 };
        for near in colors.chunk_by_mut(|a, b| bin_key(a.key, shift) == bin_key(b.key, shift)) {
            let total = near.iter().map(|color| color.count).sum();
            near.iter_mut().for_each(|color| color.count = damped(color.count, total, self.damping));
        }
    }

    /// Fits `count` centroids, first to bins of neighbouring colours, then to the colours themselves.
    fn centroids(&self, colors: &[WeightedColor], count: usize) -> Vec<Point> {
        if count == 0 || colors.is_empty() {
            return Vec::new();
        }
        let few = (CELLS_PER_COLOR * self.colors).next_power_of_two();
        let bins = cloud::coarser(colors, few.clamp(START_CELLS, self.settings.cells), self.space);
        let cloud = Cloud::of(&bins, &self.kept, self.space, self.simd);
        let few = cloud::coarser(&bins, START_CELLS, self.space);
        let start = split::start(&cloud::points(&few, self.space, self.simd), count);
        let all = if bins.len() < colors.len() && self.settings.iterations > 0 {
            &Cloud::of(colors, &self.kept, self.space, self.simd)
        } else {
            &cloud
        };
        // The seeds 0, 1, 2, … spread over the unit interval; 0 is its beginning.
        let phase = (self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64 / (1_u64 << 53) as f64;
        let breaths = self.settings.breaths.saturating_mul((MANY / self.colors).max(1) as u32);
        let (mut best, mut breaths) = self.run(&cloud, all, &start, phase, breaths);
        let mut run = 1;
        // How far the others are from all colours is known from the last rounds alone.
        while run < self.settings.runs && breaths > 0 && self.settings.iterations > 0 {
            let phase = (phase + f64::from(run) * PHASE_STEP).fract();
            let (next, left) = self.run(&cloud, all, &start, phase, breaths);
            if next.inertia < best.inertia {
                best = next;
            }
            (run, breaths) = (run + 1, left);
        }
        best.centroids
    }

    /// From a start to where k-means settles, and the breaths that were not needed.
    fn run(&self, bins: &Cloud, all: &Cloud, start: &[Point], phase: f64, breaths: u32) -> (Run, u32) {
        let Settings { samples, rounds, breath_rounds, iterations, .. } = self.settings;
        let samples = (f64::from(samples) * bins.points.len() as f64) as usize;
        let mut centroids = online::refine(bins, start, samples, phase, self.simd);
        lloyd::refine(bins, &mut centroids, rounds, TOLERANCE, self.simd);
        let left = breathe::refine(bins, &mut centroids, breaths, breath_rounds, self.simd);
        let inertia = lloyd::refine(all, &mut centroids, iterations, TOLERANCE, self.simd);
        (Run { centroids, inertia }, left)
    }
}

/// Where a run of k-means ended.
struct Run {
    centroids: Vec<Point>,
    /// Sum of weighted squared distances to the nearest centroid.
    inertia: f64,
}

/// Runs draw their samples so far apart, in parts of the whole sequence: the golden section squared.
const PHASE_STEP: f64 = 0.381_966_011_250_105;

/// `count`, in 4096ths, over the power of `damping / 8` of `total`. Square roots are the same everywhere; powers of std are
/// not.
fn damped(count: u64, total: u64, damping: u8) -> u64 {
    let (mut power, mut root) = (1.0, total as f64);
    for bit in [8, 4, 2, 1] {
        if damping & bit != 0 {
            power *= root;
        }
        root = root.sqrt();
    }
    // What counts stays: no colour is lost for being rare.
    ((4096.0 * count as f64 / power + 0.5) as u64).max(1)
}

/// Bins that the first cuts tell apart: k-means moves what they give, so more would cost time for nothing that lasts.
const START_CELLS: usize = 1 << 13;

/// Fewer colours than this get as many more breaths, for the same time: on 25 photographs at 16 colours, a local minimum
/// could cost 5 %.
const MANY: usize = 64;

/// Bins for each colour asked for, unless an effort allows fewer: few colours need not know many apart to find their
/// places. At 16 colours, 32,768 bins ended 0.05 % above 65,536.
const CELLS_PER_COLOR: usize = 512;

/// Cubes for each colour asked for, or every colour is counted.
const CUBES_PER_COLOR: usize = 4;

/// Converged: a round that lowers the inertia by less than this part of it.
const TOLERANCE: f64 = 1e-6;

/// The colours in order, each once; those that are fully transparent are one.
fn distinct(colors: impl Iterator<Item = Rgba8>) -> Vec<Rgba8> {
    let mut colors: Vec<Rgba8> = colors.map(|color| if color[3] == 0 { [0; 4] } else { color }).collect();
    colors.sort_unstable();
    colors.dedup();
    colors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::distance_squared;

    const BLUE: Rgba8 = [0, 85, 255, 255];

    /// A plane of colours, more of them blue.
    fn plane() -> Histogram {
        let mut histogram = Histogram::default();
        for red in 0..64 {
            (0..64).for_each(|blue| histogram.add([red * 4, 85, blue * 4, 255], 1 + u64::from(blue)));
        }
        histogram
    }

    fn inertia(histogram: &Histogram, palette: &[Rgba8], space: ColorSpace) -> f64 {
        let points: Vec<Point> = palette.iter().map(|&color| space.point(color)).collect();
        let cost = |(color, count): (Rgba8, u64)| {
            let distances = points.iter().map(|&point| distance_squared(point, space.point(color)));
            count as f64 * f64::from(distances.fold(f32::INFINITY, f32::min))
        };
        histogram.exact_colors().unwrap().into_iter().map(cost).sum()
    }

    #[test]
    fn kept_colours_stand_in_the_palette_and_the_others_make_room() {
        let (histogram, kept) = (plane(), [BLUE, [0, 60, 220, 255], [40, 85, 200, 255]]);
        for (space, effort) in ColorSpace::ALL.iter().flat_map(|s| Effort::ALL.map(|e| (*s, e))) {
            let options = |colors| FitOptions::new(colors).space(space).effort(effort);
            let around = options(12).keep(&kept).fit(&histogram).unwrap();
            assert!(around.len() <= 12 && kept.iter().all(|color| around.colors().contains(color)));
            let mut beside = options(9).fit(&histogram).unwrap().colors().to_vec();
            beside.extend(kept);
            let (around, beside) =
                (inertia(&histogram, around.colors(), space), inertia(&histogram, &beside, space));
            assert!(around < beside, "{space:?} {effort:?}: {around} {beside}");
        }
    }

    #[test]
    fn damping_is_a_power() {
        for damping in 0..=8_u8 {
            for (count, total) in [(1, 1), (7, 9_000), (123_456, 123_456), (1_u64, 1 << 48)] {
                let wanted = 4096.0 * count as f64 / (total as f64).powf(f64::from(damping) / 8.0);
                let off = damped(count, total, damping) as f64 - wanted.max(1.0);
                assert!(off.abs() <= 0.5 + 1e-6 * wanted, "{damping} {count} {total}");
            }
        }
    }

    #[test]
    fn colours_are_damped_by_what_is_near() {
        let mut histogram = Histogram::default();
        let colors =
            [([10, 10, 10, 255], 60), ([15, 9, 3, 255], 40), ([16, 10, 10, 255], 100), ([200, 0, 0, 255], 7)];
        colors.iter().for_each(|&(color, count)| histogram.add(color, count));
        let weights = |colors| {
            let mut weighted = histogram.weighted_colors();
            FitOptions::new(colors).damping(4).damp(&mut weighted);
            let of = |red| weighted.iter().find(|color| color.color[0] == red).unwrap().count;
            [10.0, 15.0, 16.0, 200.0].map(of)
        };
        let over_root = |count: u64, total: u64| (4096.0 * count as f64 / (total as f64).sqrt() + 0.5) as u64;
        assert_eq!(
            weights(128),
            [over_root(60, 100), over_root(40, 100), over_root(100, 100), over_root(7, 7)]
        );
        assert_eq!(
            weights(64),
            [over_root(60, 200), over_root(40, 200), over_root(100, 200), over_root(7, 7)]
        );
    }

    #[test]
    fn kept_colours_may_be_all_that_there_are() {
        let palette = FitOptions::new(2).keep(&[BLUE, [9, 9, 9, 255], BLUE]).fit(&plane()).unwrap();
        assert_eq!(palette.colors(), [BLUE, [9, 9, 9, 255]]);
    }

    #[test]
    fn more_kept_colours_than_colours_are_an_error() {
        let kept = [BLUE, [9, 9, 9, 255]];
        let mut histogram = plane();
        assert!(FitOptions::new(2).keep(&kept).fit(&histogram).is_ok());
        histogram.add([0; 4], 1);
        let refused = FitOptions::new(2).keep(&kept).fit(&histogram);
        assert!(matches!(refused, Err(Error::ColorCount { max: 2, got: 3, .. })));
        let one = Histogram::of(ImageRef::new(1, 1, &[BLUE]).unwrap());
        assert!(FitOptions::new(2).keep(&[[1; 4], [2; 4], [3; 4]]).fit(&one).is_err());
    }

    #[test]
    fn a_colour_that_is_kept_and_absent_stands_beside_exact_ones() {
        let black_and_white = [[0, 0, 0, 255], [255; 4]];
        let histogram = Histogram::of(ImageRef::new(2, 1, &black_and_white).unwrap());
        let palette = FitOptions::new(3).keep(&[BLUE]).fit(&histogram).unwrap();
        assert_eq!(palette.colors(), [[0, 0, 0, 255], BLUE, [255; 4]]);
    }
}
