//! The table of all points, and what is said around it.

use super::point::Point;
use super::series::Maker;
use super::{Curve, counted_colors};
use crate::number::{change, grouped, grouped_decimal};
use crate::table::lines;

/// What stands above the columns; the last is for marks.
pub(super) const HEAD: [&str; 9] =
    ["", "colours", "lambda", "dither", "PNG bytes", "of source", "SSIMULACRA2", "PSNR dB", ""];

/// A point, or the file that was given.
pub(super) struct Row {
    /// The maker's stable name.
    pub(super) key: &'static str,
    pub(super) cells: [String; 9],
    pub(super) is_knee: bool,
}

/// Every point of every series, then the file that was given.
pub(super) fn rows(curve: &Curve<'_>) -> Vec<Row> {
    let mut knee = Some(curve.knee);
    let mut rows = Vec::new();
    for series in &curve.series {
        for point in &series.points {
            // Two series may share it, and one mark is enough.
            let is_knee = knee.take_if(|knee| knee == point).is_some();
            rows.push(row(curve, series.maker, point, is_knee));
        }
    }
    if let Some(bytes) = curve.given_bytes() {
        let bytes = grouped(bytes);
        let cells = ["the file you gave", "-", "-", "-", &bytes, "100.0 %", "-", "-", ""].map(str::to_owned);
        rows.push(Row { key: "given", cells, is_knee: false });
    }
    rows
}

fn row(curve: &Curve<'_>, maker: Maker, point: &Point, is_knee: bool) -> Row {
    let of_source = curve.given_bytes().map(|given| 100.0 * point.bytes as f64 / given as f64);
    let cells = [
        maker.name(curve.pngquant_version.as_deref()),
        point.setting.colors.to_string(),
        point.setting.lambda.map_or_else(|| "-".to_owned(), |lambda| lambda.to_string()),
        point.setting.dither.to_owned(),
        grouped(point.bytes),
        of_source.map_or_else(|| "-".to_owned(), |percent| format!("{} %", grouped_decimal(percent, 1))),
        grouped_decimal(point.ssimulacra2, 1),
        grouped_decimal(point.psnr_db, 2),
        if is_knee { "knee".to_owned() } else { String::new() },
    ];
    Row { key: maker.key(), cells, is_knee }
}

/// The table for a terminal, and below it the point to take.
pub(super) fn text(curve: &Curve<'_>) -> String {
    // A name may hold what would steer the terminal.
    let name = curve.name.replace(char::is_control, "\u{fffd}");
    let rows = rows(curve);
    let column = |i: usize| {
        let cells = rows.iter().map(|row| row.cells[i].clone());
        std::iter::once(HEAD[i].to_owned()).chain(cells).collect::<Vec<String>>()
    };
    let columns: Vec<_> = (0..HEAD.len()).map(column).collect();
    let (heading, table) = (curve.heading(), lines(&columns).join("\n"));
    let (knee, reason, command) = (knee(curve), curve.reason(), &curve.command);
    format!("{name}: {heading}\n\n{table}\n\n{knee}\n{reason}\n  {command}")
}

/// The point to take, in a line.
pub(super) fn knee(curve: &Curve<'_>) -> String {
    let Point { setting, bytes, ssimulacra2, .. } = curve.knee;
    let saved = curve.given_bytes().map(|given| format!(", {} of source", change(bytes, given)));
    let (bytes, saved) = (grouped(bytes), saved.unwrap_or_default());
    if curve.knee.is_lossless() {
        let colors = counted_colors(curve.knee.colors_used);
        return format!("without loss: {colors}, {bytes} B{saved}");
    }
    let (colors, lambda) = (setting.colors, setting.lambda.unwrap_or_default());
    format!("knee: {colors} colours, lambda {lambda}, {bytes} B{saved}, SSIMULACRA2 {ssimulacra2:.1}")
}
