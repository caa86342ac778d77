//! The page: the files side by side as they play, and their scores along time. It needs no other file and no network.

use serde::Serialize;

use super::chart::Chart;
use super::table::{COLUMNS, LEGEND, heading, row};
use super::{Comparison, File};
use crate::number::grouped;
use crate::page::{data_uri, media_type, rendered};

const TEMPLATE: &str = include_str!("page.html.jinja");

/// Width in CSS pixels up to which a small clip is magnified by a whole number.
const SMALL: u32 = 240;

#[derive(Serialize)]
struct Page {
    name: String,
    heading: String,
    /// The source first.
    players: Vec<Player>,
    /// Width in CSS pixels at which clips are shown, if there is room.
    width: u32,
    magnified: bool,
    columns: [&'static str; 10],
    rows: Vec<[String; 10]>,
    legend: &'static str,
    charts: Vec<Chart>,
}

#[derive(Serialize)]
struct Player {
    name: String,
    bytes: String,
    uri: String,
}

impl Player {
    fn of(file: &File<'_>) -> Self {
        let media_type = media_type(&file.bytes).unwrap_or("image/png");
        let bytes = grouped(file.bytes.len() as u64);
        Self { name: file.name.clone(), bytes, uri: data_uri(media_type, &file.bytes) }
    }
}

/// Renders the page.
pub(super) fn html(comparison: &Comparison<'_>) -> String {
    rendered(TEMPLATE, Page::of(comparison))
}

impl Page {
    fn of(comparison: &Comparison<'_>) -> Self {
        let Comparison { source, results } = comparison;
        let zoom = (SMALL / source.width.max(source.height)).max(1);
        let charts = [
            Chart::of("What is seen: SSIMULACRA2 of each canvas", results, |instant| {
                Some(instant.score.score)
            }),
            Chart::of("What changes: SSIMULACRA2 of each change", results, |instant| {
                instant.score.step.map(|step| step.score)
            }),
        ];
        Self {
            name: source.name.clone(),
            heading: heading(source),
            players: std::iter::once(source)
                .chain(results.iter().map(|result| &result.file))
                .map(Player::of)
                .collect(),
            width: source.width * zoom,
            magnified: zoom > 1,
            columns: COLUMNS,
            rows: results.iter().map(|result| row(source, result)).collect(),
            legend: LEGEND,
            charts: charts.into_iter().flatten().collect(),
        }
    }
}
