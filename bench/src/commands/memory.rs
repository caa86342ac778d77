//! Peak memory of a whole program, as the kernel counts it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use super::publish;
use crate::Result;
use crate::provenance;
use crate::table::{Table, number};

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// The picture that the program works on: its pixels are what the memory is divided by
    #[arg(long)]
    image: PathBuf,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
    /// The program and its arguments, after `--`
    #[arg(required = true, last = true)]
    program: Vec<String>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let (width, height) = image::image_dimensions(&self.image)
            .map_err(|error| format!("{}: {error}", self.image.display()))?;
        // A child starts with its parent's peak, so this is the least that can be measured.
        let floor = peak_bytes(UsageWho::RUSAGE_SELF)?;
        let start = Instant::now();
        let status = Command::new(&self.program[0])
            .args(&self.program[1..])
            .stdout(Stdio::null())
            .status()
            .map_err(|error| format!("{}: {error}", self.program[0]))?;
        let wall_ms = start.elapsed().as_secs_f64() * 1e3;
        if !status.success() {
            return Err(format!("{}: {status}", self.program[0]).into());
        }
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let cpu_ms = milliseconds(usage.user_time()) + milliseconds(usage.system_time());
        let peak = peak_bytes(UsageWho::RUSAGE_CHILDREN)?;
        let pixels = f64::from(width) * f64::from(height);
        let mut table = Table::new(
            provenance::notes("memory"),
            &["program", "megapixels", "peak_mb", "bytes_per_pixel", "cpu_ms", "wall_ms", "floor_mb"],
        );
        table.push(vec![
            self.program.join(" "),
            number(pixels / 1e6, 2),
            number(peak / 1e6, 1),
            number(peak / pixels, 2),
            number(cpu_ms, 0),
            number(wall_ms, 0),
            number(floor / 1e6, 1),
        ]);
        publish(&table, self.out.as_deref())
    }
}

/// Linux counts in kibibytes.
fn peak_bytes(who: UsageWho) -> Result<f64> {
    Ok(getrusage(who)?.max_rss() as f64 * 1024.0)
}

fn milliseconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 * 1e3 + time.tv_usec() as f64 * 1e-3
}
