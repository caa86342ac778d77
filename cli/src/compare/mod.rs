//! `huepack compare`: one picture through k-means and through simpler ways to choose a palette; or files that were made of
//! a clip held against it ([`clips`]).
//!
//! A [`Source`] goes in, a [`Comparison`] comes out; only `run` reads and writes files.

mod args;
mod canvas;
mod clips;
mod median_cut;
mod method;
mod page;
mod panels;
mod row;
mod run;
mod shuffle;
mod table;
#[cfg(test)]
mod tests;

use clap::ValueEnum;
use huepack::{ColorSpace, Effort, Image, ImageRef, MapOptions, Result, encode};
use serde_json::{Value, json};

use crate::args::DitherArg;
use crate::number::grouped;
pub(crate) use args::CompareArgs;
use method::Method;
use panels::Panel;
use row::{References, Row};
pub(crate) use run::run;

/// A picture, and the file that it came from.
#[derive(Debug)]
pub(crate) struct Source {
    /// What to call it, usually the file's name. It may hold any character.
    pub(crate) name: String,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The picture in it.
    pub(crate) image: Image,
}

/// What every method made of a source.
#[derive(Debug)]
pub(crate) struct Comparison<'a> {
    source: &'a Source,
    settings: Settings,
    /// Distinct colours of the source; all fully transparent pixels are one.
    source_colors: usize,
    /// The source as a PNG without a palette.
    lossless: Vec<u8>,
    rows: Vec<Row>,
    /// A PNG: the source, k-means and random colours side by side.
    pub(crate) panels: Vec<u8>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
struct Settings {
    colors: usize,
    dither: DitherArg,
    sample: Option<u32>,
    seed: u64,
}

impl Settings {
    /// The dither as it is written on the command line.
    fn dither_name(self) -> String {
        self.dither.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Runs every method and measures what it made.
///
/// # Errors
/// Those of the library; none is to be expected once the source has been read.
pub(crate) fn compare<'a>(args: &CompareArgs, source: &'a Source) -> Result<Comparison<'a>> {
    let CompareArgs { dither, sample, seed, .. } = *args;
    let settings = Settings { colors: usize::from(args.colors), dither, sample, seed };
    let image = source.image.view();
    let lossless = encode::png::lossless(image, Effort::Balanced)?;
    let references = References { source: source.bytes.len() as u64, lossless: lossless.len() as u64 };
    let sample = sample.map(|count| sampled(image, count, seed)).transpose()?;
    let fit_to = sample.as_ref().map_or(image, Image::view);
    let rows = Method::ALL
        .into_iter()
        .map(|method| {
            let map = MapOptions::new().space(method.space()).dither(dither.into());
            let fit = || method.palette(fit_to, settings.colors, seed);
            Row::of(method, image, fit, &map, references)
        })
        .collect::<Result<Vec<Row>>>()?;
    let source_colors = median_cut::counted(image.pixels()).len();
    let drawn = panels::draw(&panels(source, source_colors, &rows)?)?;
    let panels = encode::png::lossless(drawn.view(), Effort::Balanced)?;
    Ok(Comparison { source, settings, source_colors, lossless, rows, panels })
}

/// `count` pixels picked at random, as a picture of one row.
fn sampled(image: ImageRef<'_>, count: u32, seed: u64) -> Result<Image> {
    let pixels: Vec<_> = shuffle::shuffled(image.pixels(), seed).take(count as usize).collect();
    Image::new(pixels.len() as u32, 1, pixels)
}

/// The three panels of scikit-learn's example. Its k-means works in RGB, so ours is the one in sRGB, although
/// Oklab looks better: the two quantized panels then differ in nothing but how the palette was chosen.
fn panels(source: &Source, source_colors: usize, rows: &[Row]) -> Result<Vec<Panel>> {
    let mut panels = vec![Panel {
        title: format!("Original image ({})", counted_colors(source_colors)),
        image: source.image.clone(),
    }];
    for (method, name) in [(Method::KMeans(ColorSpace::Srgb), "k-means"), (Method::Random, "random")] {
        let row = rows.iter().find(|row| row.method == method).expect("every method has its row");
        panels.push(Panel {
            title: format!("Quantized image ({}, {name})", counted_colors(row.colors())),
            image: row.image()?,
        });
    }
    Ok(panels)
}

/// "1 colour", "96,615 colours".
fn counted_colors(count: usize) -> String {
    let noun = if count == 1 { "colour" } else { "colours" };
    format!("{} {noun}", grouped(count as u64))
}

impl Comparison<'_> {
    /// The table for a terminal, with a line end after each line.
    pub(crate) fn table(&self) -> String {
        table::text(self)
    }

    /// All numbers, with the palettes, for machines.
    pub(crate) fn json(&self) -> Value {
        let image = &self.source.image;
        json!({
            "source": {
                "name": self.source.name,
                "width": image.width(),
                "height": image.height(),
                "colors": self.source_colors,
                "bytes": self.source.bytes.len(),
                "raw_rgb_bytes": 3 * image.pixels().len(),
                "lossless_png_bytes": self.lossless.len(),
            },
            "colors": self.settings.colors,
            "dither": self.settings.dither_name(),
            "sample": self.settings.sample,
            "seed": self.settings.seed,
            "rows": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
        })
    }

    /// One page that needs nothing but itself.
    pub(crate) fn html(&self) -> String {
        page::html(self)
    }
}
