//! The columns of the comparison, and the table for a terminal.

use super::row::Row;
use super::{Comparison, counted_colors};
use crate::number::grouped_decimal;
use crate::table::lines;

/// A number of each row.
pub(super) struct Column {
    /// Two short lines for a terminal.
    head: [&'static str; 2],
    /// The same in words.
    pub(super) title: &'static str,
    pub(super) better: Better,
    /// Digits after the point.
    digits: usize,
    /// What follows the number.
    unit: &'static str,
    pub(super) value: fn(&Row) -> Option<f64>,
}

/// Which end of a column is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Better {
    Higher,
    Lower,
    Neither,
}

/// The columns of the table, in order.
pub(super) const COLUMNS: [Column; 12] = [
    column(["", "colours"], "Distinct colours", Better::Neither, 0, |row| Some(row.colors() as f64)),
    column(["wall ms", "fit"], "Fit, wall ms", Better::Lower, 0, |row| Some(row.fit_ms)),
    column(["wall ms", "map"], "Map, wall ms", Better::Lower, 1, |row| Some(row.map_ms)),
    column(["sRGB", "inertia"], "Inertia, sRGB", Better::Lower, 1, |row| Some(row.inertia)),
    column(["PSNR", "dB"], "PSNR, dB", Better::Higher, 2, |row| Some(row.psnr_db())),
    column(["CIE", "DE2000"], "Mean CIEDE2000", Better::Lower, 2, |row| Some(row.mean_ciede2000)),
    column(["SSIMU-", "LACRA2"], "SSIMULACRA2", Better::Higher, 1, |row| row.ssimulacra2),
    column(["PNG", "bytes"], "PNG, bytes", Better::Lower, 0, |row| Some(row.bytes.file as f64)),
    column(["GIF", "bytes"], "GIF, bytes", Better::Lower, 0, |row| row.gif_bytes.map(|bytes| bytes as f64)),
    percent(["PNG", "raw"], "PNG saves on raw", |row| Some(row.saving_percent(row.bytes.raw_rgb))),
    percent(["saves", "source"], "PNG saves on source", |row| {
        Some(row.saving_percent(row.references.source))
    }),
    percent(["on", "lossless"], "PNG saves on lossless", |row| {
        Some(row.saving_percent(row.references.lossless))
    }),
];

/// Only on the page, where there is room to say that it does not compare from row to row.
pub(super) const OWN_INERTIA: Column =
    column(["own", "inertia"], "Inertia, own space", Better::Neither, 1, |row| Some(row.own_inertia));

const fn column(
    head: [&'static str; 2],
    title: &'static str,
    better: Better,
    digits: usize,
    value: fn(&Row) -> Option<f64>,
) -> Column {
    Column { head, title, better, digits, unit: "", value }
}

const fn percent(head: [&'static str; 2], title: &'static str, value: fn(&Row) -> Option<f64>) -> Column {
    Column { head, title, better: Better::Higher, digits: 1, unit: "%", value }
}

impl Column {
    /// The number of a row as text; `-` where there is none.
    pub(super) fn text(&self, row: &Row) -> String {
        let number = |value| format!("{}{}", grouped_decimal(value, self.digits), self.unit);
        (self.value)(row).map_or_else(|| "-".to_owned(), number)
    }
}

/// What is compared, the table and its legend.
pub(super) fn text(comparison: &Comparison<'_>) -> String {
    let names = comparison.rows.iter().map(|row| row.method.name().to_owned());
    let mut columns = vec![["", "method"].map(str::to_owned).into_iter().chain(names).collect()];
    columns.extend(COLUMNS.iter().map(|column| {
        let head = column.head.map(str::to_owned).into_iter();
        head.chain(comparison.rows.iter().map(|row| column.text(row))).collect::<Vec<String>>()
    }));
    // A name may hold what would steer the terminal.
    let name = comparison.source.name.replace(char::is_control, "\u{fffd}");
    let (heading, lines) = (heading(comparison).join("\n"), lines(&columns).join("\n"));
    format!("{name}: {heading}\n\n{lines}\n{LEGEND}\n")
}

const LEGEND: &str = "\n\
    wall ms: elapsed time. inertia: squared error a pixel in 8-bit sRGB, whatever space a row works in.\n\
    lossless: the smallest RGB PNG of the source that was found. -: not to be had for this picture.";

/// The picture, its bytes and the settings, one line each.
pub(super) fn heading(comparison: &Comparison<'_>) -> [String; 3] {
    let (source, settings) = (comparison.source, comparison.settings);
    let (width, height) = (source.image.width(), source.image.height());
    let bytes = |count: usize| grouped_decimal(count as f64, 0);
    let sample = settings.sample.map_or_else(
        || "all pixels".to_owned(),
        |count| format!("{} random pixels", grouped_decimal(f64::from(count), 0)),
    );
    [
        format!("{width} x {height} pixels, {}", counted_colors(comparison.source_colors)),
        format!(
            "bytes: {} raw RGB, {} source, {} lossless RGB PNG",
            bytes(3 * source.image.pixels().len()),
            bytes(source.bytes.len()),
            bytes(comparison.lossless.len())
        ),
        format!(
            "asked for: {}, fitted to {sample}, dither {}, seed {}",
            counted_colors(settings.colors),
            settings.dither_name(),
            settings.seed
        ),
    ]
}
