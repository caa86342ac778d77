//! The page: the comparison as HTML that needs no other file and no network.

use serde::Serialize;

use super::row::{Row, Swatch};
use super::table::{Better, COLUMNS, Column, OWN_INERTIA, heading};
use super::{Comparison, Source, counted_colors};
use crate::number::grouped_decimal;
use crate::page::{data_uri, media_type, rendered};

const TEMPLATE: &str = include_str!("page.html.jinja");

/// Width in CSS pixels up to which a small picture is magnified by a whole number.
const SMALL: u32 = 480;

/// What the template reads. Numbers are text by now.
#[derive(Serialize)]
struct Page {
    name: String,
    heading: [String; 3],
    source_uri: String,
    /// Width in CSS pixels at which the pictures are shown, if there is room.
    width: u32,
    /// Width by height, for CSS.
    aspect: String,
    /// Width divided by height.
    ratio: f64,
    magnified: bool,
    columns: Vec<&'static str>,
    rows: Vec<PageRow>,
}

#[derive(Serialize)]
struct PageRow {
    method: &'static str,
    colors: String,
    uri: String,
    cells: Vec<Cell>,
    facts: Vec<Fact>,
    bars: Vec<Bar>,
    swatches: Vec<PageSwatch>,
}

/// A cell of the table.
#[derive(Serialize)]
struct Cell {
    text: String,
    /// What the column is sorted by.
    key: Option<f64>,
    best: bool,
}

/// A number that is worth reading first.
#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// A size in bytes.
#[derive(Serialize)]
struct Bar {
    name: String,
    bytes: String,
    /// Of raw RGB.
    percent: String,
    /// Length in percent of the longest bar.
    length: f64,
    written: bool,
}

#[derive(Serialize)]
struct PageSwatch {
    hex: String,
    pixels: u64,
    pixels_text: String,
    percent: String,
    /// Place from dark to light.
    luma_rank: usize,
}

/// Renders the page.
pub(super) fn html(comparison: &Comparison<'_>) -> String {
    rendered(TEMPLATE, Page::of(comparison))
}

impl Page {
    fn of(comparison: &Comparison<'_>) -> Self {
        let image = &comparison.source.image;
        let (width, height) = (image.width(), image.height());
        let zoom = (SMALL / width.max(height)).max(1);
        let columns: Vec<Column> = COLUMNS.into_iter().chain([OWN_INERTIA]).collect();
        let cells = table_cells(&columns, &comparison.rows);
        Self {
            name: comparison.source.name.clone(),
            heading: heading(comparison),
            source_uri: source_uri(comparison.source, &comparison.lossless),
            width: width * zoom,
            aspect: format!("{width} / {height}"),
            ratio: f64::from(width) / f64::from(height),
            magnified: zoom > 1,
            columns: columns.iter().map(|column| column.title).collect(),
            rows: comparison.rows.iter().zip(cells).map(|(row, cells)| PageRow::of(row, cells)).collect(),
        }
    }
}

impl PageRow {
    fn of(row: &Row, cells: Vec<Cell>) -> Self {
        let saving = |reference| format!("{}%", grouped_decimal(row.saving_percent(reference), 1));
        let score = row.ssimulacra2.map_or_else(|| "-".to_owned(), |score| grouped_decimal(score, 1));
        let fact = |name, value| Fact { name, value };
        Self {
            method: row.method.name(),
            colors: counted_colors(row.colors()),
            uri: data_uri("image/png", &row.png),
            cells,
            facts: vec![
                fact("PNG, bytes", grouped_decimal(row.bytes.file as f64, 0)),
                fact("saved on raw RGB", saving(row.bytes.raw_rgb)),
                fact("saved on the source", saving(row.references.source)),
                fact("saved on lossless", saving(row.references.lossless)),
                fact("PSNR, dB", grouped_decimal(row.psnr_db(), 2)),
                fact("SSIMULACRA2", score),
            ],
            bars: bars(row),
            swatches: swatches(row),
        }
    }
}

/// The cells of every row, with the best of each column marked where not all are the same.
fn table_cells(columns: &[Column], rows: &[Row]) -> Vec<Vec<Cell>> {
    let best = |column: &Column| {
        let values = || rows.iter().filter_map(column.value);
        let (low, high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        match column.better {
            Better::Higher if low < high => Some(high),
            Better::Lower if low < high => Some(low),
            _ => None,
        }
    };
    let bests: Vec<Option<f64>> = columns.iter().map(best).collect();
    let cell = |row: &Row, column: &Column, best: Option<f64>| {
        let key = (column.value)(row);
        Cell {
            text: column.text(row),
            key: key.filter(|key| key.is_finite()),
            best: best.is_some() && key == best,
        }
    };
    rows.iter()
        .map(|row| columns.iter().zip(&bests).map(|(column, &best)| cell(row, column, best)).collect())
        .collect()
}

/// The ledger: what the picture takes at each step, then what it is compared with.
fn bars(row: &Row) -> Vec<Bar> {
    let bytes = row.bytes;
    let bits = row.indexed.palette().bits_per_index();
    let packed = format!("Packed, {bits} {} an index", if bits == 1 { "bit" } else { "bits" });
    let steps = [
        ("Raw RGB, 3 bytes a pixel", Some(bytes.raw_rgb)),
        ("One byte an index", Some(bytes.indexed)),
        (&packed, Some(bytes.packed_bits)),
        ("GIF", row.gif_bytes),
        ("PNG", Some(bytes.file)),
        ("The source file", Some(row.references.source)),
        ("Lossless RGB PNG", Some(row.references.lossless)),
    ];
    let longest = steps.iter().filter_map(|&(_, size)| size).max().unwrap_or(1) as f64;
    steps
        .into_iter()
        .filter_map(|(name, size)| size.map(|size| (name, size as f64)))
        .map(|(name, size)| Bar {
            name: name.to_owned(),
            bytes: grouped_decimal(size, 0),
            percent: format!("{}%", grouped_decimal(100.0 * size / bytes.raw_rgb as f64, 1)),
            length: 100.0 * size / longest,
            written: matches!(name, "GIF" | "PNG"),
        })
        .collect()
}

/// The palette, the most used colour first.
fn swatches(row: &Row) -> Vec<PageSwatch> {
    let mut swatches: Vec<(usize, Swatch)> = row.swatches().into_iter().enumerate().collect();
    swatches.sort_by_key(|(_, swatch)| std::cmp::Reverse(swatch.pixels));
    let total = row.indexed.indices().len() as f64;
    let entry = |(luma_rank, swatch): (usize, Swatch)| PageSwatch {
        hex: swatch.hex(),
        pixels: swatch.pixels,
        pixels_text: grouped_decimal(swatch.pixels as f64, 0),
        percent: share(swatch.pixels as f64 / total),
        luma_rank,
    };
    swatches.into_iter().map(entry).collect()
}

/// A part of a whole in percent: two digits after the point, but never "0.00%" for what is there.
fn share(part: f64) -> String {
    let percent = 100.0 * part;
    if percent < 0.005 { "<0.01%".to_owned() } else { format!("{percent:.2}%") }
}

/// The source file itself where browsers can show it, else the same pixels as a PNG.
fn source_uri(source: &Source, lossless: &[u8]) -> String {
    match media_type(&source.bytes) {
        Some(media_type) => data_uri(media_type, &source.bytes),
        None => data_uri("image/png", lossless),
    }
}
