//! CPU time of huepack's stages, one thread, beside what memory alone would take: reading four bytes a pixel and
//! writing one, as every mapping must.

use std::hint::black_box;
use std::path::PathBuf;

use clap::Args;
use huepack::{Dither, Effort, FitOptions, Histogram, MapOptions, Palette};

use super::publish;
use crate::Result;
use crate::clock::{Stopwatch, median};
use crate::picture::Picture;
use crate::provenance;
use crate::space::Space;
use crate::table::{Table, number};

const COLORS: usize = 256;

/// Stages that take longer than this in the first round sit out the others; `rounds` says so.
const SLOW_MS: f64 = 1_000.0;

/// Pixels of the large buffer: 640 MiB with its indices, which no cache holds.
const FAR_PIXELS: usize = 1 << 27;

/// Pixels that are read at least when memory is measured.
const LEAST_PIXELS: usize = 1 << 23;

const COLUMNS: [&str; 8] =
    ["image", "pixels", "stage", "space", "rounds", "ns_per_pixel", "to_limit", "to_far_limit"];

const LIMIT: &str = "memory, same size";
const FAR_LIMIT: &str = "memory, 128 Mi pixels";

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Pictures, JPEG or PNG
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// Rounds over all stages
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Something that is timed.
struct Stage<'a> {
    name: String,
    space: &'static str,
    /// Pixels that one round works on.
    pixels: usize,
    work: Box<dyn FnMut() + 'a>,
    /// CPU time of each round.
    ms: Vec<f64>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
        let table = pool.install(|| self.measure().map_err(|error| error.to_string()))?;
        publish(&table, self.out.as_deref())
    }

    fn measure(&self) -> Result<Table> {
        let mut notes = provenance::notes("stages");
        notes.push(("colors".into(), COLORS.to_string()));
        notes.push(("threads".into(), "1".into()));
        let mut table = Table::new(notes, &COLUMNS);
        let far = vec![0x0102_0304_u32; FAR_PIXELS];
        for path in &self.images {
            let picture = Picture::open(path)?;
            let histogram = Histogram::of(picture.view());
            let near: Vec<u32> = picture.pixels.iter().map(|&pixel| u32::from_ne_bytes(pixel)).collect();
            let mut stages = vec![limit(LIMIT, &near), limit(FAR_LIMIT, &far), histogram_stage(&picture)];
            for space in [Space::Oklab, Space::Srgb] {
                stages.extend(fit_stages(&picture, &histogram, space));
                let palette = FitOptions::new(COLORS).space(space.of_huepack()).fit(&histogram)?;
                stages.extend(map_stages(&picture, &palette, space));
            }
            self.take_turns(&picture, &mut stages);
            add_rows(&mut table, &picture, &stages);
        }
        Ok(table)
    }

    /// As peers do in `palette`.
    fn take_turns(&self, picture: &Picture, stages: &mut [Stage<'_>]) {
        let (rounds, count) = (usize::from(self.rounds), stages.len());
        for round in 0..rounds {
            eprintln!("{}, round {} of {rounds}", picture.name, round + 1);
            for turn in 0..count {
                let stage = &mut stages[(turn + round * count / rounds) % count];
                if stage.ms.first().is_none_or(|&ms| ms <= SLOW_MS) {
                    let mut clock = Stopwatch::start();
                    (stage.work)();
                    stage.ms.push(clock.lap_ms());
                }
            }
        }
    }
}

impl<'a> Stage<'a> {
    fn new(name: String, space: &'static str, pixels: usize, work: impl FnMut() + 'a) -> Self {
        Self { name, space, pixels, work: Box::new(work), ms: Vec::new() }
    }

    fn ns_per_pixel(&self) -> f64 {
        median(&self.ms) * 1e6 / self.pixels as f64
    }
}

/// Memory alone, at the size of these pixels: as many passes as make the first one, with cold caches, not matter.
fn limit<'a>(name: &str, pixels: &'a [u32]) -> Stage<'a> {
    let passes = LEAST_PIXELS.div_ceil(pixels.len());
    let mut indices = vec![0_u8; pixels.len()];
    // Once before the clock starts, so that every page is there.
    fold(pixels, &mut indices);
    Stage::new(name.to_owned(), "-", passes * pixels.len(), move || {
        for _ in 0..passes {
            fold(black_box(pixels), &mut indices);
            black_box(&indices);
        }
    })
}

/// The exclusive or of a pixel's four bytes: it needs them all, and the compiler makes vectors of it.
fn fold(pixels: &[u32], bytes: &mut [u8]) {
    for (byte, &pixel) in bytes.iter_mut().zip(pixels) {
        let half = pixel ^ (pixel >> 16);
        *byte = (half ^ (half >> 8)) as u8;
    }
}

fn histogram_stage(picture: &Picture) -> Stage<'_> {
    Stage::new("histogram".into(), "-", picture.pixels.len(), || {
        black_box(Histogram::of(black_box(picture.view())));
    })
}

fn fit_stages<'a>(
    picture: &'a Picture,
    histogram: &'a Histogram,
    space: Space,
) -> impl Iterator<Item = Stage<'a>> {
    Effort::ALL.into_iter().map(move |effort| {
        let options = FitOptions::new(COLORS).space(space.of_huepack()).effort(effort);
        let name = format!("fit {}", format!("{effort:?}").to_lowercase());
        Stage::new(name, space.name(), picture.pixels.len(), move || {
            black_box(options.fit(black_box(histogram)).expect("the picture has pixels"));
        })
    })
}

fn map_stages<'a>(picture: &'a Picture, palette: &Palette, space: Space) -> impl Iterator<Item = Stage<'a>> {
    let dithers = [
        ("map", Dither::None),
        ("map, Floyd-Steinberg", Dither::FloydSteinberg),
        ("map, auto", Dither::Auto),
    ];
    dithers.into_iter().map(move |(name, dither)| {
        let (options, palette) =
            (MapOptions::new().space(space.of_huepack()).dither(dither), palette.clone());
        Stage::new(name.to_owned(), space.name(), picture.pixels.len(), move || {
            black_box(options.map(black_box(picture.view()), &palette));
        })
    })
}

fn add_rows(table: &mut Table, picture: &Picture, stages: &[Stage<'_>]) {
    let limit =
        |name: &str| stages.iter().find(|stage| stage.name == name).map_or(f64::NAN, Stage::ns_per_pixel);
    let (near, far) = (limit(LIMIT), limit(FAR_LIMIT));
    for stage in stages {
        let ns_per_pixel = stage.ns_per_pixel();
        table.push(vec![
            picture.name.clone(),
            stage.pixels.to_string(),
            stage.name.clone(),
            stage.space.to_owned(),
            stage.ms.len().to_string(),
            number(ns_per_pixel, 3),
            number(ns_per_pixel / near, 1),
            number(ns_per_pixel / far, 1),
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_depends_on_every_byte_of_a_pixel() {
        let mut bytes = [0; 4];
        fold(&[0x0000_0001, 0x0000_0200, 0x0004_0000, 0x0800_0000], &mut bytes);
        assert_eq!(bytes, [1, 2, 4, 8]);
    }
}
