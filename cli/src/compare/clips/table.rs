//! The table for a terminal.

use super::measured::Measured;
use super::{Comparison, File};
use crate::number::{change, grouped, grouped_decimal};
use crate::table::lines;

/// Names of the columns.
pub(super) const COLUMNS: [&str; 10] =
    ["file", "bytes", "to source", "frames", "score", "worst", "at frame", "changes", "flicker", "PSNR dB"];

pub(super) const LEGEND: &str = "\
    score: mean SSIMULACRA2 of what is seen, by time. changes: SSIMULACRA2 of what changes from frame to frame.\n\
    flicker: steps of luma, of 255, by which pixels change that stand still in the source. -: nothing moves, or stands still.";

/// The source, and a row for each result.
pub(super) fn text(comparison: &Comparison<'_>) -> String {
    let rows: Vec<[String; 10]> = std::iter::once(COLUMNS.map(str::to_owned))
        .chain(comparison.results.iter().map(|result| row(&comparison.source, result)))
        .collect();
    let columns: Vec<Vec<String>> =
        (0..COLUMNS.len()).map(|column| rows.iter().map(|row| row[column].clone()).collect()).collect();
    let name = printable(&comparison.source.name);
    format!("{name}: {}\n\n{}\n\n{LEGEND}\n", heading(&comparison.source), lines(&columns).join("\n"))
}

/// Size, frames and bytes of the source.
pub(super) fn heading(source: &File<'_>) -> String {
    let File { width, height, frames, bytes, .. } = source;
    let noun = if *frames == 1 { "frame" } else { "frames" };
    format!(
        "{width} x {height} pixels, {} {noun}, {} B",
        grouped((*frames).into()),
        grouped(bytes.len() as u64)
    )
}

/// The cells of a result.
pub(super) fn row(source: &File<'_>, result: &Measured<'_>) -> [String; 10] {
    let score = |score| grouped_decimal(score, 2);
    let or_dash = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), score);
    let bytes = result.file.bytes.len() as u64;
    [
        printable(&result.file.name),
        grouped(bytes),
        change(bytes, source.bytes.len() as u64),
        grouped(result.file.frames.into()),
        score(result.report.score),
        score(result.report.worst_score),
        grouped(result.worst_frame().into()),
        or_dash(result.temporal_score()),
        or_dash(result.flicker()),
        score(result.psnr_db()),
    ]
}

/// A name without what would steer the terminal.
fn printable(name: &str) -> String {
    name.replace(char::is_control, "\u{fffd}")
}
