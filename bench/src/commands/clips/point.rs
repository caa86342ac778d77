//! One file: who made it, its bytes, and what it looks like when it plays.

use std::fs;

use huepack::decode;
use huepack::measure::{Clip, Moments};

use super::peer::Made;
use super::source::Source;
use crate::Result;

/// A program and how it was called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Maker {
    pub(super) program: String,
    pub(super) setting: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) maker: Maker,
    pub(super) bytes: u64,
    /// Frames of the file.
    pub(super) frames: u32,
    /// Mean SSIMULACRA2 of the canvases, and the least.
    pub(super) score: f64,
    pub(super) worst: f64,
    /// SSIMULACRA2 of what changes.
    pub(super) temporal: f64,
    pub(super) flicker: f64,
    /// CPU time by the pixels of all canvases of the source.
    pub(super) us_per_pixel: f64,
}

impl Point {
    /// Names of the cells of [`cells`](Self::cells).
    pub(super) const COLUMNS: [&str; 9] =
        ["program", "setting", "bytes", "frames", "score", "worst", "temporal", "flicker", "us_per_pixel"];

    pub(super) fn of(maker: Maker, made: &Made, source: &Source) -> Result<Self> {
        let file = fs::read(&made.path)?;
        let result = decode::Options::new().frames(&file)?;
        let frames = result.count();
        let mut clip = Clip::new(result.width(), result.height());
        let mut moments = Moments::new(source.play()?, result);
        while let Some(moment) = moments.next_moment()? {
            clip.frame(moment.source, moment.result, moment.seconds)?;
        }
        let report = clip.report().ok_or("no frames")?;
        Ok(Self {
            maker,
            bytes: file.len() as u64,
            frames,
            score: report.score,
            worst: report.worst_score,
            temporal: report.temporal_score,
            flicker: report.flicker,
            us_per_pixel: 1e6 * made.cpu_seconds / source.pixels(),
        })
    }

    /// Whether gifski made it, and nobody squeezed it afterwards.
    pub(super) fn is_of_gifski_alone(&self) -> bool {
        self.maker.program.starts_with("gifski ") && !self.maker.program.contains('+')
    }

    pub(super) fn is_of_huepack(&self) -> bool {
        self.maker.program == "huepack"
    }

    pub(super) fn cells(&self) -> Vec<String> {
        vec![
            self.maker.program.clone(),
            self.maker.setting.clone(),
            self.bytes.to_string(),
            self.frames.to_string(),
            format!("{:.4}", self.score),
            format!("{:.4}", self.worst),
            format!("{:.4}", self.temporal),
            format!("{:.5}", self.flicker),
            format!("{:.5}", self.us_per_pixel),
        ]
    }

    /// Reads what [`cells`](Self::cells) made.
    pub(super) fn from_cells(cells: &[String]) -> Result<Self> {
        let [program, setting, bytes, frames, score, worst, temporal, flicker, us_per_pixel] = cells else {
            return Err(format!("{} cells wanted, got {cells:?}", Self::COLUMNS.len()).into());
        };
        Ok(Self {
            maker: Maker { program: program.clone(), setting: setting.clone() },
            bytes: bytes.parse()?,
            frames: frames.parse()?,
            score: score.parse()?,
            worst: worst.parse()?,
            temporal: temporal.parse()?,
            flicker: flicker.parse()?,
            us_per_pixel: us_per_pixel.parse()?,
        })
    }
}
