//! One result, measured moment by moment, and the frames of it that are worth showing.

use std::path::Path;

use huepack::decode::{self, Frames};
use huepack::measure::{self, Clip, ClipReport, FrameScore, Moment, Moments, Player};
use huepack::{Delay, Image, ImageRef, Result, Rgba8};
use serde_json::{Value, json};

use super::File;
use crate::compare::panels::{magnified, reduced};
use crate::failure::Failure;

/// Evenly spaced frames on the sheet, the first and the last among them. The worst stands beside them.
const SHOWN: u32 = 5;

/// The longer side of a frame on the sheet, in pixels: larger ones are reduced, smaller ones magnified, by whole numbers.
const LARGE: u32 = 320;
const SMALL: u32 = 120;

/// Differences are shown at so many times their size, around a middle grey.
const AMPLIFIED: i32 = 3;

pub(super) struct Measured<'a> {
    pub(super) file: File<'a>,
    pub(super) report: ClipReport,
    pub(super) instants: Vec<Instant>,
    /// In the order of time, the worst last.
    pub(super) shown: Vec<Shown>,
}

/// A moment's place in time and its scores.
#[derive(Clone, Copy)]
pub(super) struct Instant {
    pub(super) start: f64,
    pub(super) seconds: f64,
    pub(super) source_frame: u32,
    result_frame: u32,
    pub(super) score: FrameScore,
}

/// A frame on the sheet.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) frame: u32,
    pub(super) score: f64,
    pub(super) source: Image,
    pub(super) result: Image,
    pub(super) difference: Image,
}

/// Frames whose errors are told with their path.
struct Playing<'a> {
    frames: Frames<'a>,
    path: &'a Path,
}

impl Player for Playing<'_> {
    type Error = Failure;

    fn advance(&mut self) -> Result<Option<Delay>, Failure> {
        self.frames.advance().map_err(|error| Failure::library(self.path, &error))
    }

    fn canvas(&self) -> ImageRef<'_> {
        self.frames.canvas()
    }
}

impl<'a> Measured<'a> {
    pub(super) fn of(source: &File<'_>, file: File<'a>, options: &decode::Options) -> Result<Self, Failure> {
        let failed = |error| Failure::library(file.path, &error);
        let mut clip = Clip::new(file.width, file.height);
        let (mut instants, mut shown, mut worst): (Vec<Instant>, Vec<Shown>, Option<Shown>) =
            Default::default();
        let playing = Playing { frames: source.play(options)?, path: source.path };
        let mut moments = Moments::new(playing, Playing { frames: file.play(options)?, path: file.path });
        let mut wanted = wanted(source.frames).into_iter().peekable();
        while let Some(moment) = moments.next_moment()? {
            let score = clip.frame(moment.source, moment.result, moment.seconds).map_err(failed)?;
            let Moment { start, seconds, source_frame, result_frame, .. } = moment;
            instants.push(Instant { start, seconds, source_frame, result_frame, score });
            if wanted.next_if(|&frame| frame <= source_frame).is_some() {
                shown.push(Shown::of(&moment, score.score).map_err(failed)?);
            }
            if worst.as_ref().is_none_or(|worst| score.score < worst.score) {
                worst = Some(Shown::of(&moment, score.score).map_err(failed)?);
            }
        }
        drop(moments);
        shown.extend(worst);
        let report = clip.report().ok_or_else(|| Failure::new(file.path, "it has no frames", ""))?;
        Ok(Self { file, report, instants, shown })
    }

    /// The source's frame that looks worst.
    pub(super) fn worst_frame(&self) -> u32 {
        self.instants[self.report.worst_frame as usize - 1].source_frame
    }

    /// How well changes are kept; none where nothing moves.
    pub(super) fn temporal_score(&self) -> Option<f64> {
        (self.instants.len() > 1).then_some(self.report.temporal_score)
    }

    pub(super) fn flicker(&self) -> Option<f64> {
        (self.report.still > 0.0).then_some(self.report.flicker)
    }

    pub(super) fn psnr_db(&self) -> f64 {
        measure::psnr_db(self.report.mean_squared_error)
    }

    pub(super) fn json(&self) -> Value {
        let ClipReport { score, worst_score, mean_squared_error, still, .. } = self.report;
        json!({
            "name": self.file.name,
            "frames": self.file.frames,
            "bytes": self.file.bytes.len(),
            "score": score,
            "worst_score": worst_score,
            "worst_frame": self.worst_frame(),
            "temporal_score": self.temporal_score(),
            "flicker": self.flicker(),
            "still": still,
            "mean_squared_error": mean_squared_error,
            "psnr_db": self.psnr_db(),
            "moments": self.instants.iter().map(Instant::json).collect::<Vec<_>>(),
        })
    }
}

impl Instant {
    fn json(&self) -> Value {
        json!({
            "start": self.start,
            "seconds": self.seconds,
            "source_frame": self.source_frame,
            "result_frame": self.result_frame,
            "score": self.score.score,
            "temporal_score": self.score.step.map(|step| step.score),
            "flicker": self.score.step.map(|step| step.flicker),
        })
    }
}

/// Numbers of frames, evenly spaced.
fn wanted(frames: u32) -> Vec<u32> {
    let place = |i: u32| 1 + (u64::from(i) * u64::from(frames - 1) / u64::from(SHOWN - 1)) as u32;
    let mut wanted: Vec<u32> = (0..SHOWN).map(place).collect();
    wanted.dedup();
    wanted
}

impl Shown {
    fn of(moment: &Moment<'_>, score: f64) -> Result<Self> {
        let (source, result) = (moment.source, moment.result);
        let pairs = source.pixels().iter().zip(result.pixels());
        let pixels = pairs.map(|(&source, &result)| difference(source, result)).collect();
        let difference = Image::new(source.width(), source.height(), pixels)?;
        Ok(Self {
            frame: moment.source_frame,
            score,
            source: resized(source)?,
            result: resized(result)?,
            difference: resized(difference.view())?,
        })
    }
}

/// What was added or taken away, as seen on white.
fn difference(source: Rgba8, result: Rgba8) -> Rgba8 {
    let on_white = |pixel: Rgba8, i: usize| {
        let alpha = i32::from(pixel[3]);
        (i32::from(pixel[i]) * alpha + 255 * (255 - alpha)) / 255
    };
    let channel = |i| (128 + AMPLIFIED * (on_white(result, i) - on_white(source, i))).clamp(0, 255) as u8;
    [channel(0), channel(1), channel(2), 255]
}

fn resized(image: ImageRef<'_>) -> Result<Image> {
    let longest = image.width().max(image.height());
    if longest <= SMALL {
        magnified(image, LARGE / 2 / longest)
    } else {
        reduced(image, longest.div_ceil(LARGE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_frames_are_evenly_spaced_and_never_twice() {
        assert_eq!(wanted(1), [1]);
        assert_eq!(wanted(3), [1, 2, 3]);
        assert_eq!(wanted(101), [1, 26, 51, 76, 101]);
        assert_eq!(wanted(u32::MAX)[4], u32::MAX);
    }

    #[test]
    fn what_did_not_change_is_grey() {
        assert_eq!(difference([7, 8, 9, 255], [7, 8, 9, 255]), [128, 128, 128, 255]);
        assert_eq!(difference([255; 4], [0; 4]), [128, 128, 128, 255], "nothing on white is white");
        assert_eq!(difference([10, 200, 0, 255], [20, 100, 0, 255]), [158, 0, 128, 255]);
    }
}
