//! The page itself: rows and pictures as text for the template.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use super::exhibit::{Detail, Exhibit, Pair};
use super::heat::{HOTTEST, STOPS};
use super::treemap;
use super::{Entry, Fate, Form, Gallery};
use crate::color::css;
use crate::folder::report::Totals;
use crate::number::{change, grouped, grouped_decimal};
use crate::page::{data_uri, media_type, rendered};

const TEMPLATE: &str = include_str!("page.html.jinja");

/// By this a page is known, so that the next one may replace it.
const MARK: &str = r#"<meta name="generator" content="huepack, a run over folders">"#;

/// Bytes of a page in which the mark is.
const HEAD: u64 = 1024;

/// Pictures with an area of their own in the map. The others would be too small to be told apart.
const MOST_CELLS: usize = 250;

const COLUMNS: [&str; 10] = [
    "File",
    "Result",
    "Before, B",
    "After, B",
    "Saved, B",
    "Saved, %",
    "Stored as",
    "Colours",
    "Score",
    "PSNR, dB",
];

#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    totals: String,
    facts: Vec<Fact>,
    cells: Vec<MapCell>,
    columns: [&'static str; 10],
    rows: Vec<Row<'a>>,
    cards: Vec<Card<'a>>,
    is_cut: bool,
    /// Colours of the scale of differences, and what its end stands for.
    scale: Vec<String>,
    hottest: String,
}

/// A number that is worth reading first.
#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// The area of a file, in percent of the map.
#[derive(Serialize)]
struct MapCell {
    place: String,
    /// What is left of its bytes, in percent.
    left: String,
    label: String,
    change: String,
    title: String,
    /// The number of its pictures.
    card: Option<usize>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    card: Option<usize>,
    fate: &'static str,
    reason: &'a str,
    cells: Vec<Cell>,
}

/// A cell of the table, and what it is sorted by.
#[derive(Serialize)]
struct Cell {
    text: String,
    key: Option<f64>,
}

/// The pictures of a file.
#[derive(Serialize)]
struct Card<'a> {
    number: usize,
    name: &'a str,
    line: String,
    source: Option<&'a str>,
    result: Option<&'a str>,
    views: Vec<View>,
    /// The most and the mean difference.
    difference: Option<String>,
    /// In hexadecimal, one after the other.
    palette: String,
    colors: String,
}

/// One way to look at a picture.
#[derive(Serialize)]
struct View {
    name: &'static str,
    note: String,
    width: u32,
    height: u32,
    /// Pixels of the picture that its width stands for.
    stands_for: u32,
    /// Whether pixels are shown as squares.
    is_exact: bool,
    before: String,
    after: Option<String>,
}

/// Renders the page.
pub(super) fn html(gallery: &Gallery, totals: &Totals) -> String {
    let numbers = numbers(&gallery.entries);
    let numbered = || gallery.entries.iter().zip(numbers.iter().copied());
    let card = |(entry, number): (_, Option<usize>)| Card::of(entry, number?);
    let page = Page {
        name: &gallery.name,
        totals: totals.line(),
        facts: facts(totals),
        cells: cells(&gallery.entries, &numbers),
        columns: COLUMNS,
        rows: numbered().map(|(entry, number)| Row::of(entry, number)).collect(),
        cards: numbered().filter_map(card).collect(),
        is_cut: gallery.is_cut,
        scale: STOPS.iter().map(|&[r, g, b]| css([r, g, b, 255])).collect(),
        hottest: HOTTEST.to_string(),
    };
    rendered(TEMPLATE, page)
}

/// Whether a file is such a page.
pub(super) fn is_page(path: &Path) -> bool {
    let mut head = Vec::new();
    let is_read =
        path.is_file() && File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)).is_ok();
    is_read && String::from_utf8_lossy(&head).contains(MARK)
}

/// The numbers of those that have pictures, from 1.
fn numbers(entries: &[Entry]) -> Vec<Option<usize>> {
    let mut count = 0;
    let number = |entry: &Entry| {
        entry.exhibit.as_ref().map(|_| {
            count += 1;
            count
        })
    };
    entries.iter().map(number).collect()
}

fn facts(totals: &Totals) -> Vec<Fact> {
    let saved = totals.before.saturating_sub(totals.after);
    let bytes = |bytes: u64| format!("{} B", grouped(bytes));
    let mut facts =
        vec![("before", bytes(totals.before)), ("after", bytes(totals.after)), ("saved", bytes(saved))];
    if totals.before > 0 {
        facts.push(("change", change(totals.after, totals.before)));
    }
    facts.push(("packed", grouped(totals.packed)));
    if totals.unchanged > 0 {
        facts.push(("unchanged", grouped(totals.unchanged)));
    }
    facts.push(("kept", grouped(totals.kept)));
    if totals.failed > 0 {
        facts.push(("failed", grouped(totals.failed)));
    }
    facts.into_iter().map(|(name, value)| Fact { name, value }).collect()
}

/// The map: each file by its bytes before, the largest first, and how much of that is left.
fn cells(entries: &[Entry], numbers: &[Option<usize>]) -> Vec<MapCell> {
    let mut shown: Vec<(&Entry, Option<usize>)> =
        entries.iter().zip(numbers.iter().copied()).filter(|(entry, _)| entry.before > 0).collect();
    shown.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.before));
    let others = shown.split_off(shown.len().min(MOST_CELLS));
    let of = |&(entry, card): &(&Entry, Option<usize>)| {
        let label = entry.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        (label, entry.name.clone(), entry.before, entry.after, card)
    };
    let mut areas: Vec<_> = shown.iter().map(of).collect();
    if !others.is_empty() {
        let label = format!("{} others", grouped(others.len() as u64));
        let sum = |bytes: fn(&Entry) -> u64| others.iter().map(|(entry, _)| bytes(entry)).sum();
        areas.push((label.clone(), label, sum(|entry| entry.before), sum(|entry| entry.after), None));
    }
    areas.sort_by_key(|&(_, _, before, _, _)| std::cmp::Reverse(before));
    let sizes: Vec<u64> = areas.iter().map(|&(_, _, before, _, _)| before).collect();
    let cell =
        |((label, name, before, after, card), cell): ((String, String, u64, u64, _), treemap::Cell)| {
            let treemap::Cell { left, top, width, height } = cell;
            let change = change(after, before);
            MapCell {
                place: format!("left:{left:.3}%;top:{top:.3}%;width:{width:.3}%;height:{height:.3}%"),
                left: format!("{:.2}", (100.0 * after as f64 / before as f64).min(100.0)),
                label,
                title: format!("{name}: {} B → {} B ({change})", grouped(before), grouped(after)),
                change,
                card,
            }
        };
    areas.into_iter().zip(treemap::cells(&sizes)).map(cell).collect()
}

impl<'a> Row<'a> {
    fn of(entry: &'a Entry, card: Option<usize>) -> Self {
        let (fate, reason) = entry.fate.in_words();
        let is_failed = matches!(entry.fate, Fate::Failed(_));
        let number = |value: u64| Cell { text: grouped(value), key: Some(value as f64) }.unless(is_failed);
        let decimal = |value: Option<f64>, decimals| match value {
            Some(value) => Cell { text: grouped_decimal(value, decimals), key: Some(value) },
            None => Cell::none(),
        };
        let form = entry.form.as_ref();
        let saved = entry.saved();
        let percent = (entry.before > 0).then(|| 100.0 * saved as f64 / entry.before as f64);
        let quality = |value: fn(&Form) -> Option<f64>, decimals| match form {
            // Better than any number.
            Some(form) if form.is_lossless => Cell { text: "lossless".into(), key: Some(1e9) },
            form => decimal(form.and_then(value), decimals),
        };
        let cells = vec![
            number(entry.before),
            number(entry.after),
            number(saved),
            decimal(percent, 1),
            Cell { text: form.map_or("–".into(), |form| form.name.clone()), key: None },
            decimal(form.and_then(|form| form.colors).map(|colors| colors as f64), 0),
            quality(|form| form.score, 1),
            quality(|form| Some(form.psnr_db), 2),
        ];
        Self { name: &entry.name, card, fate, reason, cells }
    }
}

impl Cell {
    fn none() -> Self {
        Self { text: "–".into(), key: None }
    }

    fn unless(self, is_missing: bool) -> Self {
        if is_missing { Self::none() } else { self }
    }
}

impl Fate {
    /// In a word, and the reason of a failure.
    fn in_words(&self) -> (&'static str, &str) {
        match self {
            Self::Packed => ("packed", ""),
            Self::Unchanged => ("unchanged", ""),
            Self::Kept => ("kept", ""),
            Self::Failed(reason) => ("failed", reason),
        }
    }
}

impl<'a> Card<'a> {
    fn of(entry: &'a Entry, number: usize) -> Option<Self> {
        let exhibit = entry.exhibit.as_ref()?;
        let colors = exhibit.palette.len();
        let difference = exhibit.heat.as_ref().map(|heat| {
            let [mean, most] = [heat.mean, heat.most].map(|value| grouped_decimal(value.into(), 1));
            format!("Mean {mean}, at most {most} in {} × {} areas.", heat.size.0, heat.size.1)
        });
        Some(Self {
            number,
            name: &entry.name,
            line: line(entry, exhibit),
            source: entry.source.as_deref(),
            result: entry.result.as_deref(),
            views: views(exhibit),
            difference,
            palette: exhibit.palette.iter().map(|color| hex(*color)).collect(),
            colors: if colors == 1 { "1 colour".into() } else { format!("{colors} colours") },
        })
    }
}

/// Eight digits, so that colours can be told apart without anything between them.
fn hex([r, g, b, a]: [u8; 4]) -> String {
    format!("{r:02x}{g:02x}{b:02x}{a:02x}")
}

/// What became of a picture.
fn line(entry: &Entry, exhibit: &Exhibit) -> String {
    let (width, height) = exhibit.size;
    let size = format!("{} × {}", grouped(width.into()), grouped(height.into()));
    let before = grouped(entry.before);
    let Some(form) = &entry.form else {
        return format!("{size}, {before} B, kept: nothing smaller is as good");
    };
    let mut parts = vec![
        size,
        format!("{before} B → {} B ({})", grouped(entry.after), change(entry.after, entry.before)),
        form.name.clone(),
    ];
    parts.extend(form.colors.map(|colors| crate::report::counted(colors as u64)));
    match form.score {
        _ if form.is_lossless => parts.push("lossless".into()),
        Some(score) => parts.push(format!("SSIMULACRA2 {score:.1}")),
        None => {}
    }
    if form.psnr_db.is_finite() {
        parts.push(format!("{:.2} dB", form.psnr_db));
    }
    parts.join(", ")
}

/// The ways to look at a picture, the whole first.
fn views(exhibit: &Exhibit) -> Vec<View> {
    let note = if exhibit.whole.after.is_none() { "No pixel changed." } else { "" };
    let mut views = vec![View::of("Whole", note.into(), &exhibit.whole, exhibit.size.0)];
    if let Some(Detail { place: (left, top), pair }) = &exhibit.detail {
        let (width, height) = pair.size;
        let note = format!("{width} × {height} pixels from {left}, {top}, where it differs most.");
        views.push(View::of("Detail", note, pair, pair.size.0));
    }
    if let Some(heat) = &exhibit.heat {
        views.push(View {
            name: "Difference",
            note: String::new(),
            width: heat.size.0,
            height: heat.size.1,
            stands_for: exhibit.size.0,
            is_exact: true,
            before: data_uri("image/png", &heat.png),
            after: None,
        });
    }
    views
}

impl View {
    fn of(name: &'static str, note: String, pair: &Pair, stands_for: u32) -> Self {
        let uri = |file: &Vec<u8>| data_uri(media_type(file).unwrap_or("image/png"), file);
        Self {
            name,
            note,
            width: pair.size.0,
            height: pair.size.1,
            stands_for,
            is_exact: pair.size.0 == stands_for,
            before: uri(&pair.before),
            after: pair.after.as_ref().map(uri),
        }
    }
}
