//! How far a moving picture is from its source: each canvas, and what changes from one to the next.
//!
//! A mean over canvases does not see time: dithering that crawls over a wall that stands still costs a canvas no more
//! than dithering that stays. So the pictures of what changes, `128 + (canvas - canvas before) / 2` in sRGB, are compared
//! as well, those of the source with those of the result. That a measure of single pictures is used on differences of
//! frames is an old thought of video quality: MOVIE (Seshadrinathan and Bovik 2010) and ST-RRED (Soundararajan and Bovik
//! 2013) have a spatial and a temporal half, the latter from differences of frames.

use super::score::{Rgb, is_opaque, over_grounds, score_of_rgb};
use super::{over, ssimulacra2_memory, ssimulacra2_of_images};
use crate::color::{ColorSpace, distance_squared};
use crate::error::{Error, Result};
use crate::image::{ImageRef, Rgba8};
use crate::memory::{self, Memory};

/// Steps of a channel up to which a pixel of the source stands still: what is left of a camera's noise in a compressed
/// video, and less than anybody sees.
const STILL: u8 = 2;

/// Seconds for which a canvas counts at least, so that a clip of nothing but moments has their plain mean.
const LEAST_SECONDS: f64 = 1e-9;

/// Measures a clip canvas by canvas: memory holds those before, however many there are.
///
/// ```
/// use huepack::{ImageRef, measure::Clip};
/// let (black, white) = ([[0, 0, 0, 255]; 64], [[255; 4]; 64]);
/// let mut clip = Clip::new(8, 8);
/// for pixels in [&black, &white] {
///     let canvas = ImageRef::new(8, 8, pixels)?;
///     clip.frame(canvas, canvas, 0.1)?;
/// }
/// let report = clip.report().expect("there are frames");
/// assert_eq!((report.frames, report.score, report.temporal_score), (2, 100.0, 100.0));
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Clip {
    width: u32,
    height: u32,
    before: Option<Before>,
    /// Those below, by seconds.
    seconds: f64,
    score: f64,
    squared_error: f64,
    /// The least score, and the number of its canvas.
    worst: Option<(f64, u32)>,
    frames: u32,
    steps: u32,
    step_scores: f64,
    flicker: Flicker,
}

/// The canvases before.
#[derive(Clone, Debug)]
struct Before {
    source: Vec<Rgba8>,
    result: Vec<Rgba8>,
    score: f64,
    mean_squared_error: f64,
}

/// How one canvas of the result looks, and how it came to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameScore {
    /// SSIMULACRA2 against the source's canvas; with transparency, the mean over black and over white.
    pub score: f64,
    /// In 8-bit sRGB, summed over the channels, a pixel.
    pub mean_squared_error: f64,
    /// What changed from the canvas before; none for the first.
    pub step: Option<StepScore>,
}

/// How well a change is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepScore {
    /// SSIMULACRA2 of the picture of what changed in the result, against that in the source.
    pub score: f64,
    /// Steps of luma, of 255, by which the result changes more than the source: the mean over the pixels where the
    /// source stands still, 0 where there are none.
    pub flicker: f64,
}

/// What a whole clip comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipReport {
    /// Canvases that were compared.
    pub frames: u32,
    /// Mean SSIMULACRA2, each canvas by the time for which it is seen. At a steady rate that is the plain mean that is
    /// usual, and it stays the same where a canvas is stored as two of half the time.
    pub score: f64,
    /// The least score of a canvas.
    pub worst_score: f64,
    /// Its number, from 1; the first of equals.
    pub worst_frame: u32,
    /// In 8-bit sRGB, summed over the channels, a pixel; each canvas by the time for which it is seen.
    pub mean_squared_error: f64,
    /// Mean of [`StepScore::score`] over all steps: 100 for changes as they are in the source, less where dithering crawls,
    /// something stays that should go, or goes that should stay. A step is seen once, however long the canvas after it,
    /// so time does not count here.
    pub temporal_score: f64,
    /// Steps of luma, of 255, by which the result changes more than the source, over all pixels of all steps where the
    /// source stands still.
    pub flicker: f64,
    /// The part of all pixels of all steps where the source stands still, 0 to 1.
    pub still: f64,
}

impl Clip {
    /// A clip of canvases of this size, in pixels.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            before: None,
            seconds: 0.0,
            score: 0.0,
            squared_error: 0.0,
            worst: None,
            frames: 0,
            steps: 0,
            step_scores: 0.0,
            flicker: Flicker::default(),
        }
    }

    /// About the most memory that measuring takes, beside the canvases that are handed over.
    #[must_use]
    pub fn memory() -> Memory {
        // Two canvases before at four bytes a pixel, and pictures of four canvases on a ground at three.
        let score = ssimulacra2_memory();
        Memory { per_pixel: score.per_pixel + 2 * 4 + 4 * 3, ..score }
    }

    /// Measures the next canvas, which is seen for so many seconds.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if a canvas is of another size than the clip, [`Error::OutOfMemory`], and those of
    /// [`ssimulacra2`](super::ssimulacra2).
    pub fn frame(&mut self, source: ImageRef<'_>, result: ImageRef<'_>, seconds: f64) -> Result<FrameScore> {
        self.check_size(source)?;
        self.check_size(result)?;
        let measured = match self.before.take() {
            Some(before) => self.next(source, result, before)?,
            None => still(source, result)?,
        };
        let FrameScore { score, mean_squared_error, step } = measured;
        self.before = Some(Before {
            source: memory::copied(source.pixels())?,
            result: memory::copied(result.pixels())?,
            score,
            mean_squared_error,
        });
        let seconds = seconds.max(LEAST_SECONDS);
        self.seconds += seconds;
        self.score += seconds * score;
        self.squared_error += seconds * mean_squared_error;
        self.frames += 1;
        if self.worst.is_none_or(|(worst, _)| score < worst) {
            self.worst = Some((score, self.frames));
        }
        if let Some(step) = step {
            self.steps += 1;
            self.step_scores += step.score;
        }
        Ok(measured)
    }

    fn check_size(&self, canvas: ImageRef<'_>) -> Result<()> {
        if (canvas.width(), canvas.height()) == (self.width, self.height) {
            return Ok(());
        }
        Err(Error::Unsupported {
            format: "a clip",
            what: format!(
                "a canvas of {}x{} pixels beside one of {}x{}",
                canvas.width(),
                canvas.height(),
                self.width,
                self.height
            ),
        })
    }

    /// A canvas that follows another. What did not change is not measured again.
    fn next(&mut self, source: ImageRef<'_>, result: ImageRef<'_>, before: Before) -> Result<FrameScore> {
        let is_same = source.pixels() == before.source && result.pixels() == before.result;
        let Before { source: source_before, result: result_before, score, mean_squared_error } = before;
        let frame = if is_same {
            FrameScore { score, mean_squared_error, step: None }
        } else {
            still(source, result)?
        };
        let pair = |now, before| Ok((now, ImageRef::new(self.width, self.height, before)?));
        let (source, result) = (pair(source, &source_before)?, pair(result, &result_before)?);
        let is_seen_through = ![source.0, source.1, result.0, result.1].into_iter().all(is_opaque);
        let score = if is_same {
            100.0
        } else {
            over_grounds(is_seen_through, |grey| {
                score_of_rgb(&change(source, grey)?, &change(result, grey)?)
            })?
        };
        let grounds: &[u8] = if is_seen_through { &[0, 255] } else { &[0] };
        let flicker = Flicker::of(source, result, grounds);
        self.flicker.add(flicker);
        Ok(FrameScore { step: Some(StepScore { score, flicker: flicker.mean() }), ..frame })
    }

    /// What all canvases so far come to; none without any.
    #[must_use]
    pub fn report(&self) -> Option<ClipReport> {
        let (worst_score, worst_frame) = self.worst?;
        Some(ClipReport {
            frames: self.frames,
            score: self.score / self.seconds,
            worst_score,
            worst_frame,
            mean_squared_error: self.squared_error / self.seconds,
            temporal_score: if self.steps == 0 { 100.0 } else { self.step_scores / f64::from(self.steps) },
            flicker: self.flicker.mean(),
            still: self.flicker.still_part(),
        })
    }
}

/// A canvas alone.
fn still(source: ImageRef<'_>, result: ImageRef<'_>) -> Result<FrameScore> {
    if source.pixels() == result.pixels() {
        return Ok(FrameScore { score: 100.0, mean_squared_error: 0.0, step: None });
    }
    let pairs = source.pixels().iter().zip(result.pixels());
    let error = |(&source, &result): (&Rgba8, &Rgba8)| {
        f64::from(distance_squared(ColorSpace::Srgb.point(source), ColorSpace::Srgb.point(result)))
    };
    let mean_squared_error = pairs.map(error).sum::<f64>() / source.pixels().len() as f64;
    Ok(FrameScore { score: ssimulacra2_of_images(source, result)?, mean_squared_error, step: None })
}

/// A canvas, and the one before.
type Pair<'a> = (ImageRef<'a>, ImageRef<'a>);

/// The picture of what changed, on a ground: 128 where nothing did.
fn change((now, before): Pair<'_>, grey: u8) -> Result<Rgb> {
    let mut change = Rgb::of(now, grey)?;
    let before = Rgb::of(before, grey)?;
    for (now, &before) in change.bytes.iter_mut().zip(&before.bytes) {
        // Towards zero, so that back and forth are alike; 1 to 255.
        *now = (128 + (i16::from(*now) - i16::from(before)) / 2) as u8;
    }
    Ok(change)
}

/// Changes of luma in the result that are not in the source.
#[derive(Clone, Copy, Debug, Default)]
struct Flicker {
    /// In the units of [`luma`], over all pixels that stand still.
    sum: u64,
    /// Pixels that stand still, and all of them, on each ground.
    still: u64,
    pixels: u64,
}

impl Flicker {
    fn of(source: Pair<'_>, result: Pair<'_>, grounds: &[u8]) -> Self {
        let mut flicker = Self::default();
        for &grey in grounds {
            let on_ground = |(now, before): Pair<'_>, i: usize| {
                (over(now.pixels()[i], grey), over(before.pixels()[i], grey))
            };
            for i in 0..source.0.pixels().len() {
                flicker.pixel(on_ground(source, i), on_ground(result, i));
            }
        }
        flicker
    }

    /// A pixel of both and what it was before, on a ground.
    fn pixel(&mut self, source: ([u8; 3], [u8; 3]), result: ([u8; 3], [u8; 3])) {
        self.pixels += 1;
        if (0..3).all(|channel| source.0[channel].abs_diff(source.1[channel]) <= STILL) {
            self.still += 1;
            let changed = |(now, before)| luma(now).abs_diff(luma(before));
            self.sum += u64::from(changed(result).saturating_sub(changed(source)));
        }
    }

    fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.still += other.still;
        self.pixels += other.pixels;
    }

    fn mean(self) -> f64 {
        self.sum as f64 / (256 * self.still).max(1) as f64
    }

    fn still_part(self) -> f64 {
        self.still as f64 / self.pixels.max(1) as f64
    }
}

/// Luma of BT.709 in 256 parts of a step.
fn luma([r, g, b]: [u8; 3]) -> u32 {
    54 * u32::from(r) + 183 * u32::from(g) + 19 * u32::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const SIDE: u32 = 32;

    /// A slope of grey with noise of so many steps, as dithering leaves it.
    fn slope(noise: &mut Random, strength: u64) -> Vec<Rgba8> {
        let pixel = |i: u32| {
            let level = (60 + i % SIDE * 3) as u8 + (noise.next() % (strength + 1)) as u8;
            [level, level, level, 255]
        };
        (0..SIDE * SIDE).map(pixel).collect()
    }

    /// A white square of 8 by 8 pixels on black.
    fn square(left: u32) -> Vec<Rgba8> {
        let is_inside = |x, y| (left..left + 8).contains(&x) && (12..20).contains(&y);
        let pixel = |i: u32| if is_inside(i % SIDE, i / SIDE) { [255; 4] } else { [0, 0, 0, 255] };
        (0..SIDE * SIDE).map(pixel).collect()
    }

    fn measured(source: &[Vec<Rgba8>], result: &[Vec<Rgba8>]) -> ClipReport {
        let mut clip = Clip::new(SIDE, SIDE);
        for (source, result) in source.iter().zip(result) {
            let image = |pixels| ImageRef::new(SIDE, SIDE, pixels).unwrap();
            clip.frame(image(source), image(result), 0.1).unwrap();
        }
        clip.report().unwrap()
    }

    #[test]
    fn the_same_clip_is_perfect() {
        let clip: Vec<_> = (0..4).map(|i| square(4 * i)).collect();
        let report = measured(&clip, &clip);
        assert_eq!((report.score, report.worst_score, report.temporal_score), (100.0, 100.0, 100.0));
        assert_eq!((report.mean_squared_error, report.flicker), (0.0, 0.0));
        assert!(report.still > 0.8 && report.still < 1.0, "{report:?}");
    }

    #[test]
    fn noise_that_crawls_is_worse_than_noise_that_stays() {
        let mut noise = Random::new(1);
        let source = vec![slope(&mut noise, 0); 4];
        let crawling: Vec<_> = (0..4).map(|_| slope(&mut noise, 8)).collect();
        let frozen = vec![crawling[0].clone(); 4];
        let (crawling, frozen) = (measured(&source, &crawling), measured(&source, &frozen));
        assert!((crawling.score - frozen.score).abs() < 5.0, "to single canvases they are alike");
        assert_eq!((frozen.temporal_score, frozen.flicker), (100.0, 0.0));
        assert!(crawling.temporal_score < 98.0, "{crawling:?}");
        // Two of nine levels are 80 / 27 apart in the mean.
        assert!((crawling.flicker - 80.0 / 27.0).abs() < 0.1, "{crawling:?}");
    }

    #[test]
    fn what_stays_where_it_should_go_lowers_both_scores() {
        let source: Vec<_> = (0..3).map(|i| square(8 * i)).collect();
        let ghost = |(now, before): (&Vec<Rgba8>, &Vec<Rgba8>)| -> Vec<Rgba8> {
            let trace =
                |(&now, &before): (&Rgba8, &Rgba8)| if now[0] < before[0] { [90, 90, 90, 255] } else { now };
            now.iter().zip(before).map(trace).collect()
        };
        let mut result = vec![source[0].clone()];
        result.extend(source[1..].iter().zip(&source).map(ghost));
        let report = measured(&source, &result);
        assert!(report.temporal_score < 90.0 && report.score < 95.0, "{report:?}");
        assert!(report.worst_frame > 1 && report.worst_score < report.score);
    }

    #[test]
    fn canvases_count_by_their_time_and_steps_do_not() {
        let (source, other) = (square(0), square(8));
        let image = |pixels| ImageRef::new(SIDE, SIDE, pixels).unwrap();
        let measured = |seconds: &[f64]| {
            let mut clip = Clip::new(SIDE, SIDE);
            clip.frame(image(&source), image(&source), seconds[0]).unwrap();
            for &seconds in &seconds[1..] {
                clip.frame(image(&source), image(&other), seconds).unwrap();
            }
            clip.report().unwrap()
        };
        let (whole, halves, long) =
            (measured(&[1.0, 1.0]), measured(&[1.0, 0.5, 0.5]), measured(&[1.0, 3.0]));
        assert!((whole.score - halves.score).abs() < 1e-9);
        assert!((whole.mean_squared_error - halves.mean_squared_error).abs() < 1e-9);
        assert!(long.score < whole.score - 1.0);
        assert_eq!(long.temporal_score, whole.temporal_score);
    }

    #[test]
    fn what_is_transparent_counts_over_black_and_over_white() {
        let mut source = square(8);
        let opaque = source.clone();
        source.iter_mut().filter(|pixel| pixel[0] == 0).for_each(|pixel| *pixel = [0; 4]);
        let opaque = [opaque];
        let (black, white) = (measured(&opaque, &opaque), measured(&[source], &opaque));
        assert_eq!(black.score, 100.0);
        assert!(white.score < 90.0, "only over white it is another picture");
    }

    #[test]
    fn a_canvas_of_another_size_is_refused() {
        let pixels = square(0);
        let (square, wide) =
            (ImageRef::new(32, 32, &pixels).unwrap(), ImageRef::new(64, 16, &pixels).unwrap());
        let error = Clip::new(32, 32).frame(square, wide, 0.1).unwrap_err();
        assert!(error.to_string().contains("64x16 pixels beside one of 32x32"), "{error}");
        assert!(Clip::new(32, 32).report().is_none());
    }
}
