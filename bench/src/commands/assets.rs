//! A folder of real pictures, packed by huepack and by a script that glues other programs together.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use huepack::{Image, decode, measure};
use wait4::Wait4;

use super::clips::version;
use super::publish;
use crate::Result;
use crate::provenance;
use crate::table::{Table, number};

const COLUMNS: [&str; 12] = [
    "maker",
    "options",
    "pngs",
    "png_bytes",
    "gifs",
    "gif_bytes",
    "bytes",
    "to_script",
    "score",
    "least_score",
    "cpu_s",
    "cpu_to_script",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Folders; each is one of the tree
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// The program `huepack`
    #[arg(long)]
    huepack: PathBuf,
    /// The script, which gets the folder
    #[arg(long, default_value = "bench/glue.sh")]
    script: PathBuf,
    /// More words for huepack, apart by spaces; each is a run of its own
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    options: Vec<String>,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What became of a tree.
#[derive(Default)]
struct Outcome {
    cpu_s: f64,
    pngs: u32,
    png_bytes: u64,
    gifs: u32,
    gif_bytes: u64,
    /// Of every PNG.
    scores: Vec<f64>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let mut notes = provenance::notes("assets");
        let versions = [("pngquant", 0), ("oxipng", 1), ("gifsicle", 2)]
            .map(|(program, place)| version(Path::new(program), "--version", place));
        notes.push(("peers".into(), versions.into_iter().collect::<Result<Vec<_>>>()?.join(", ")));
        let mut table = Table::new(notes, &COLUMNS);
        let mut script = Command::new("bash");
        script.arg(&self.script);
        let script = self.outcome(script)?;
        table.push(row("script", "", &script, &script));
        for options in &self.options {
            let mut huepack = Command::new(&self.huepack);
            huepack.args(["pack", "--in-place", "--quiet", "--no-cache"]).args(options.split_whitespace());
            table.push(row("huepack", options, &self.outcome(huepack)?, &script));
        }
        let mut none = Command::new("true");
        none.env_clear();
        table.push(row("source", "", &self.outcome(none)?, &script));
        publish(&table, self.out.as_deref())
    }

    /// Runs a program over a copy of the folders, which is its last argument, on one thread.
    fn outcome(&self, mut command: Command) -> Result<Outcome> {
        let tree = std::env::temp_dir().join(format!("huepack-assets-{}", std::process::id()));
        let copied = self
            .folders
            .iter()
            .try_for_each(|folder| copy(folder, &tree.join(folder.file_name().unwrap_or_default())));
        let outcome = copied.and_then(|()| {
            command.arg(&tree).env("RAYON_NUM_THREADS", "1").stdin(Stdio::null()).stdout(Stdio::null());
            let used = command.spawn()?.wait4()?;
            if !used.status.success() {
                return Err(format!("{:?}: {}", command.get_program(), used.status).into());
            }
            let cpu_s = (used.rusage.utime + used.rusage.stime).as_secs_f64();
            let mut outcome = Outcome { cpu_s, ..Outcome::default() };
            for folder in &self.folders {
                outcome.add(folder, &tree.join(folder.file_name().unwrap_or_default()))?;
            }
            Ok(outcome)
        });
        fs::remove_dir_all(&tree)?;
        outcome
    }
}

impl Outcome {
    /// Adds a folder, held against its source.
    fn add(&mut self, source: &Path, result: &Path) -> Result<()> {
        for name in names(source)? {
            let (source, result) = (source.join(&name), result.join(&name));
            if source.is_dir() {
                self.add(&source, &result)?;
                continue;
            }
            let bytes = || fs::metadata(&result).map(|metadata| metadata.len());
            match source.extension().and_then(|extension| extension.to_str()) {
                Some("png") => {
                    self.pngs += 1;
                    self.png_bytes += bytes()?;
                    let score =
                        measure::ssimulacra2_of_images(still(&source)?.view(), still(&result)?.view());
                    self.scores.push(score.map_err(|error| format!("{}: {error}", source.display()))?);
                }
                Some("gif") => {
                    self.gifs += 1;
                    self.gif_bytes += bytes()?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn bytes(&self) -> f64 {
        (self.png_bytes + self.gif_bytes) as f64
    }
}

fn row(maker: &str, options: &str, outcome: &Outcome, script: &Outcome) -> Vec<String> {
    let mean = outcome.scores.iter().sum::<f64>() / outcome.scores.len() as f64;
    let least = outcome.scores.iter().copied().fold(f64::INFINITY, f64::min);
    vec![
        maker.to_owned(),
        options.to_owned(),
        outcome.pngs.to_string(),
        outcome.png_bytes.to_string(),
        outcome.gifs.to_string(),
        outcome.gif_bytes.to_string(),
        number(outcome.bytes(), 0),
        number(outcome.bytes() / script.bytes(), 4),
        number(mean, 2),
        number(least, 1),
        number(outcome.cpu_s, 1),
        number(outcome.cpu_s / script.cpu_s, 3),
    ]
}

fn still(path: &Path) -> Result<Image> {
    let decoded = decode::Options::new().first_frame().decode(&fs::read(path)?);
    Ok(decoded.map_err(|error| format!("{}: {error}", path.display()))?.image)
}

fn names(folder: &Path) -> Result<Vec<std::ffi::OsString>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names = entries.map(|entry| Ok(entry?.file_name())).collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for name in names(from)? {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            // Not the file's mode: a source that is read-only stays so.
            fs::write(to, fs::read(from)?)?;
        }
    }
    Ok(())
}
