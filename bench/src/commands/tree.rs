//! A folder of icons, packed in place: the first run, the second, which has nothing to do, and a check after them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::{Args, ValueEnum};
use image::{Rgba, RgbaImage};
use wait4::Wait4;

use super::publish;
use crate::Result;
use crate::provenance;
use crate::table::{Table, number};

/// Icons of one folder: what a file system finds easy.
const ICONS_A_FOLDER: u32 = 100;

/// Pixels of a side.
const SIDE: u32 = 32;

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// The program `huepack`
    #[arg(long)]
    huepack: PathBuf,
    /// Number of icons
    #[arg(long, default_value_t = 10_000)]
    icons: u32,
    /// What the icons are like, each in a tree of its own
    #[arg(long, value_delimiter = ',', default_value = "flat,shaded")]
    drawn: Vec<Drawn>,
    /// Numbers of threads to run with, each over a tree of its own
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// How an icon is drawn.
#[derive(Clone, Copy, ValueEnum)]
enum Drawn {
    /// In two colours and what lies between them.
    Flat,
    /// As if lit from the side, in more colours than a palette holds.
    Shaded,
}

impl Drawn {
    fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Shaded => "shaded",
        }
    }
}

/// What a run took.
struct Taken {
    cpu_ms: f64,
    wall_ms: f64,
    peak_bytes: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let columns = [
            "drawn",
            "run",
            "threads",
            "files",
            "cpu_ms",
            "wall_ms",
            "cpu_us_per_file",
            "to_first",
            "peak_mb",
        ];
        let mut table = Table::new(provenance::notes("tree"), &columns);
        for &drawn in &self.drawn {
            for &threads in &self.threads {
                let folder = std::env::temp_dir().join(format!("huepack-tree-{}", std::process::id()));
                make_tree(&folder, self.icons, drawn)?;
                let rows = self.measure(&folder, drawn, threads);
                fs::remove_dir_all(&folder)?;
                rows?.into_iter().for_each(|row| table.push(row));
            }
        }
        publish(&table, self.out.as_deref())
    }

    fn measure(&self, folder: &Path, drawn: Drawn, threads: usize) -> Result<Vec<Vec<String>>> {
        let mut rows = Vec::new();
        let mut first = f64::NAN;
        for (name, arguments) in [
            ("first", &["pack", "--in-place"][..]),
            ("second", &["pack", "--in-place"]),
            ("check", &["check"]),
        ] {
            let taken = self.taken(arguments, folder, threads)?;
            first = if first.is_nan() { taken.cpu_ms } else { first };
            rows.push(vec![
                drawn.name().to_owned(),
                name.to_owned(),
                threads.to_string(),
                self.icons.to_string(),
                number(taken.cpu_ms, 1),
                number(taken.wall_ms, 1),
                number(taken.cpu_ms * 1e3 / f64::from(self.icons), 1),
                number(taken.cpu_ms / first, 4),
                number(taken.peak_bytes / 1e6, 1),
            ]);
        }
        Ok(rows)
    }

    fn taken(&self, arguments: &[&str], folder: &Path, threads: usize) -> Result<Taken> {
        let mut command = Command::new(&self.huepack);
        command.args(arguments).arg("--quiet").arg(folder).env("RAYON_NUM_THREADS", threads.to_string());
        let start = Instant::now();
        let used = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?.wait4()?;
        if !used.status.success() {
            return Err(format!("{}: {}", self.huepack.display(), used.status).into());
        }
        let wall_ms = start.elapsed().as_secs_f64() * 1e3;
        let cpu_ms = (used.rusage.utime + used.rusage.stime).as_secs_f64() * 1e3;
        Ok(Taken { cpu_ms, wall_ms, peak_bytes: used.rusage.maxrss as f64 })
    }
}

fn make_tree(folder: &Path, icons: u32, drawn: Drawn) -> Result<()> {
    for number in 0..icons {
        let path = folder.join((number / ICONS_A_FOLDER).to_string());
        fs::create_dir_all(&path)?;
        RgbaImage::from_fn(SIDE, SIDE, |x, y| pixel(number, x, y, drawn))
            .save(path.join(format!("{number}.png")))?;
    }
    Ok(())
}

/// A ring of one colour on a disc of another, with soft edges on transparent ground; each icon differs.
fn pixel(number: u32, x: u32, y: u32, drawn: Drawn) -> Rgba<u8> {
    let center = f64::from(SIDE - 1) / 2.0;
    let distance = (f64::from(x) - center).hypot(f64::from(y) - center);
    let (radius, hole) = (8.0 + f64::from(number % 8), 3.0 + f64::from(number / 8 % 5));
    let cover = |edge: f64| (edge - distance + 0.5).clamp(0.0, 1.0);
    let channel = |shift: u32| (number.wrapping_mul(0x9e37_79b1) >> shift) as u8;
    let (outer, inner) = ([channel(24), channel(16), channel(8)], [channel(4), channel(12), channel(20)]);
    let mix = |i: usize| {
        let part = cover(hole);
        let light = match drawn {
            Drawn::Flat => 1.0,
            // Each channel from another side, so that shades of two colours are many.
            Drawn::Shaded => 1.0 - 0.6 * f64::from([5 * x, 4 * x + y, 5 * y][i]) / f64::from(5 * SIDE),
        };
        (light * (f64::from(inner[i]) * part + f64::from(outer[i]) * (1.0 - part))).round() as u8
    };
    Rgba([mix(0), mix(1), mix(2), (255.0 * cover(radius)).round() as u8])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn icons_differ_and_are_soft_and_shades_are_many() {
        let icon = |number, drawn| -> Vec<[u8; 4]> {
            (0..SIDE * SIDE).map(|i| pixel(number, i % SIDE, i / SIDE, drawn).0).collect()
        };
        for drawn in [Drawn::Flat, Drawn::Shaded] {
            assert_ne!(icon(1, drawn), icon(2, drawn));
            assert!(icon(1, drawn).iter().any(|pixel| !matches!(pixel[3], 0 | 255)));
        }
        let colors =
            |drawn| icon(7, drawn).into_iter().filter(|pixel| pixel[3] > 0).collect::<BTreeSet<_>>().len();
        assert!(colors(Drawn::Flat) < 256 && colors(Drawn::Shaded) > 256);
    }
}
