//! GIFs repacked without loss beside `gifsicle -O3`: whole programs, whole files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use wait4::Wait4;

use super::lzw::gifsicle_version;
use super::publish;
use crate::Result;
use crate::clock::median;
use crate::provenance;
use crate::table::{Table, number};

const COLUMNS: [&str; 10] = [
    "image",
    "frames",
    "effort",
    "source",
    "bytes",
    "gifsicle",
    "to_gifsicle",
    "to_keep_empty",
    "cpu_ms",
    "cpu_to_gifsicle",
];

/// Those of the program.
pub(super) const EFFORTS: [&str; 3] = ["fast", "balanced", "best"];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// GIFs
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// The program to measure
    #[arg(long)]
    huepack: PathBuf,
    /// Only these efforts
    #[arg(long, value_delimiter = ',', default_value = "fast,balanced,best")]
    efforts: Vec<String>,
    /// How often each program runs; the time is the median
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
}

/// A program with its options, and what it did.
struct Contender {
    command: Vec<String>,
    bytes: u64,
    cpu_ms: Vec<f64>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let mut notes = provenance::notes("repack");
        notes.push(("threads".into(), "1".into()));
        notes.push(("peers".into(), gifsicle_version()?));
        let mut table = Table::new(notes, &COLUMNS);
        let output = std::env::temp_dir().join(format!("huepack-bench-{}.gif", std::process::id()));
        for image in &self.images {
            eprintln!("{}", image.display());
            let added = self.add_rows(&mut table, image, &output);
            added.map_err(|error| format!("{}: {error}", image.display()))?;
        }
        fs::remove_file(&output)?;
        publish(&table, self.out.as_deref())
    }

    fn add_rows(&self, table: &mut Table, image: &Path, output: &Path) -> Result<()> {
        let program = self.huepack.display().to_string();
        let mut gifsicle = Contender::new(&["gifsicle", "--no-warnings", "-O3"]);
        let mut keeping = Contender::new(&["gifsicle", "--no-warnings", "-O3", "-Okeep-empty"]);
        let efforts = EFFORTS.iter().filter(|effort| self.efforts.iter().any(|asked| asked == *effort));
        let mut ours: Vec<(&str, Contender)> = efforts
            .map(|&effort| (effort, Contender::new(&[&program, "--force", "--quiet", "--effort", effort])))
            .collect();
        for _ in 0..self.rounds {
            gifsicle.take_turn(image, output)?;
            keeping.take_turn(image, output)?;
            for (_, contender) in &mut ours {
                contender.take_turn(image, output)?;
            }
        }
        let source = fs::metadata(image)?.len();
        for (effort, ours) in &ours {
            let ratio = |theirs: &Contender| number(ours.bytes as f64 / theirs.bytes as f64, 4);
            table.push(vec![
                image.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                frames(image)?.to_string(),
                (*effort).to_owned(),
                source.to_string(),
                ours.bytes.to_string(),
                gifsicle.bytes.to_string(),
                ratio(&gifsicle),
                ratio(&keeping),
                number(median(&ours.cpu_ms), 0),
                number(median(&ours.cpu_ms) / median(&gifsicle.cpu_ms), 2),
            ]);
        }
        Ok(())
    }
}

impl Contender {
    fn new(command: &[&str]) -> Self {
        let command = command.iter().map(|&word| word.to_owned()).collect();
        Self { command, bytes: 0, cpu_ms: Vec::new() }
    }

    fn take_turn(&mut self, image: &Path, output: &Path) -> Result<()> {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).arg(image).arg("-o").arg(output).env("RAYON_NUM_THREADS", "1");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let used = child.wait4()?;
        if !used.status.success() {
            return Err(format!("{} failed", self.command.join(" ")).into());
        }
        self.cpu_ms.push((used.rusage.utime + used.rusage.stime).as_secs_f64() * 1e3);
        self.bytes = fs::metadata(output)?.len();
        Ok(())
    }
}

fn frames(image: &Path) -> Result<u32> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(File::open(image)?)?;
    let mut count = 0;
    while decoder.next_frame_info()?.is_some() {
        count += 1;
    }
    Ok(count)
}
