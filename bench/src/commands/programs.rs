//! Whole programs, PNG to PNG, 256 colours: CPU time, wall time and peak memory of each child as the kernel counts
//! them, bytes and score of what it wrote. Programs take turns, as peers do in `palette`.

mod contender;

pub(super) use self::contender::pngquant_version;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use clap::Args;
use huepack::{Indexed, Palette, Rgba8, measure};
use wait4::Wait4;

use self::contender::Contender;
use super::publish;
use crate::Result;
use crate::clock::median;
use crate::peers::PNGQUANT_DEFAULT;
use crate::picture::Picture;
use crate::provenance;
use crate::summary;
use crate::table::{Table, number};

/// Programs that take longer than this in the first round sit out the others; `rounds` says so.
const SLOW_MS: f64 = 3_000.0;

const COLUMNS: [&str; 13] = [
    "image",
    "megapixels",
    "program",
    "threads",
    "rounds",
    "cpu_ms",
    "wall_ms",
    "ns_per_pixel",
    "peak_mb",
    "bytes_per_pixel",
    "bytes",
    "ssimulacra2",
    "to_pngquant",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Pictures, PNG
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// The program `huepack`
    #[arg(long)]
    huepack: PathBuf,
    /// Only programs whose name contains one of these
    #[arg(long, value_delimiter = ',')]
    programs: Vec<String>,
    /// Numbers of threads to run each program with
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,
    /// Rounds over all programs
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Larger pictures get no score: it takes 100 bytes a pixel and more
    #[arg(long, default_value_t = 4.0, value_name = "MEGAPIXELS")]
    score_up_to: f64,
    /// The pictures are sizes of one: put the rows of a program together
    #[arg(long)]
    growth: bool,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What is known of a program with one picture.
struct Tally<'a> {
    image: &'a Path,
    contender: &'a Contender,
    /// What it wrote.
    output: PathBuf,
    cpu_ms: Vec<f64>,
    wall_ms: Vec<f64>,
    peak_bytes: Vec<f64>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let folder = std::env::temp_dir().join(format!("huepack-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let table = self.measure(&folder);
        fs::remove_dir_all(&folder)?;
        let table = table?;
        publish(&table, self.out.as_deref())?;
        if !self.growth {
            print!("\n{}", summary::of_programs(&table).to_text());
        }
        Ok(())
    }

    fn measure(&self, folder: &Path) -> Result<Table> {
        let mut notes = provenance::notes(if self.growth { "growth" } else { "programs" });
        let contenders = contender::all(&self.huepack, &self.threads, &self.programs)?;
        notes.extend(contender::notes(&contenders));
        let mut table = Table::new(notes, &COLUMNS);
        let mut tallies = Vec::new();
        for (number, image) in self.images.iter().enumerate() {
            let mut of_image: Vec<Tally<'_>> = contenders
                .iter()
                .enumerate()
                .map(|(who, contender)| {
                    Tally::new(image, contender, folder.join(format!("{number}-{who}.png")))
                })
                .collect();
            self.take_turns(image, &mut of_image)?;
            tallies.extend(of_image);
        }
        // A child begins with its parent's peak of memory, so nothing is decoded in here before the last one ended.
        if self.growth {
            tallies.sort_by(|a, b| a.contender.key().cmp(&b.contender.key()));
        }
        for tally in &tallies {
            table.push(self.row(tally, &tallies)?);
        }
        Ok(table)
    }

    fn take_turns(&self, image: &Path, tallies: &mut [Tally<'_>]) -> Result<()> {
        let (rounds, count) = (usize::from(self.rounds), tallies.len());
        for round in 0..rounds {
            eprintln!("{}, round {} of {rounds}", image.display(), round + 1);
            for turn in 0..count {
                let tally = &mut tallies[(turn + round * count / rounds) % count];
                if tally.cpu_ms.first().is_none_or(|&ms| ms <= SLOW_MS) {
                    tally.run()?;
                }
            }
        }
        Ok(())
    }

    fn row(&self, tally: &Tally<'_>, all: &[Tally<'_>]) -> Result<Vec<String>> {
        let (width, height) = image::image_dimensions(tally.image)?;
        let pixels = f64::from(width) * f64::from(height);
        let score = if pixels <= self.score_up_to * 1e6 { tally.ssimulacra2()? } else { f64::NAN };
        let (cpu_ms, peak) = (median(&tally.cpu_ms), median(&tally.peak_bytes));
        let is_reference = |other: &&Tally<'_>| {
            other.image == tally.image
                && other.contender.name == PNGQUANT_DEFAULT
                && other.contender.threads == tally.contender.threads
        };
        let reference = all.iter().find(is_reference).map_or(f64::NAN, |other| median(&other.cpu_ms));
        Ok(vec![
            tally.image.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            number(pixels / 1e6, 2),
            tally.contender.name.clone(),
            tally.contender.threads.to_string(),
            tally.cpu_ms.len().to_string(),
            number(cpu_ms, 1),
            number(median(&tally.wall_ms), 1),
            number(cpu_ms * 1e6 / pixels, 1),
            number(peak / 1e6, 1),
            number(peak / pixels, 2),
            fs::metadata(&tally.output)?.len().to_string(),
            number(score, 2),
            number(cpu_ms / reference, 3),
        ])
    }
}

impl<'a> Tally<'a> {
    fn new(image: &'a Path, contender: &'a Contender, output: PathBuf) -> Self {
        let (cpu_ms, wall_ms, peak_bytes) = Default::default();
        Self { image, contender, output, cpu_ms, wall_ms, peak_bytes }
    }

    fn run(&mut self) -> Result<()> {
        let mut command = self.contender.command(self.image, &self.output);
        let failed = |what: String| format!("{}: {what}", self.contender.name);
        let start = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let used = child.wait4().map_err(|error| failed(error.to_string()))?;
        let wall_ms = start.elapsed().as_secs_f64() * 1e3;
        if !used.status.success() {
            return Err(failed(used.status.to_string()).into());
        }
        self.cpu_ms.push((used.rusage.utime + used.rusage.stime).as_secs_f64() * 1e3);
        self.wall_ms.push(wall_ms);
        self.peak_bytes.push(used.rusage.maxrss as f64);
        Ok(())
    }

    fn ssimulacra2(&self) -> Result<f64> {
        let (source, result) = (Picture::open(self.image)?, Picture::open(&self.output)?);
        Ok(measure::ssimulacra2(source.view(), &indexed(&result)?)?)
    }
}

/// A decoded file of few colours as what the score wants.
fn indexed(picture: &Picture) -> Result<Indexed> {
    let mut colors: Vec<Rgba8> = picture.pixels.clone();
    colors.sort_unstable();
    colors.dedup();
    let index = |pixel| colors.binary_search(pixel).map_or(0, |index| index as u8);
    let indices = picture.pixels.iter().map(index).collect();
    Ok(Indexed::new(picture.width, picture.height, Palette::new(colors.clone())?, indices)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indexed_picture_has_the_pixels_of_the_decoded_one() {
        let pixels: Vec<Rgba8> = (0..100).map(|i| [i * 7 % 50, 1, 2, 255]).collect();
        let picture = Picture { name: "test".into(), width: 10, height: 10, pixels };
        assert!(indexed(&picture).unwrap().pixels().eq(picture.pixels));
    }
}
