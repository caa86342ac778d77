//! The programs, and how each is told what to do.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::peers::PNGQUANT_DEFAULT;

/// A program with its options and its number of threads.
pub(super) struct Contender {
    pub(super) name: String,
    pub(super) threads: usize,
    program: PathBuf,
    options: Vec<String>,
    order: Order,
}

/// How a program wants its files named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// `IN -o OUT`
    Huepack,
    /// `IN OUT`
    Standin,
    /// `--output OUT -- IN`
    Pngquant,
}

impl Contender {
    pub(super) fn command(&self, input: &Path, output: &Path) -> Command {
        let threads = self.threads.to_string();
        let mut command = Command::new(&self.program);
        command.args(&self.options).env("RAYON_NUM_THREADS", &threads).env("OMP_NUM_THREADS", &threads);
        match self.order {
            Order::Huepack => command.arg(input).arg("-o").arg(output),
            Order::Standin => command.arg(input).arg(output),
            Order::Pngquant => command.arg("--output").arg(output).arg("--").arg(input),
        };
        command
    }

    /// Rows of one program together.
    pub(super) fn key(&self) -> (&str, usize) {
        (&self.name, self.threads)
    }
}

/// Every program whose name contains one of `words`, with each number of threads; Debian's pngquant only where there
/// is one.
pub(super) fn all(huepack: &Path, threads: &[usize], words: &[String]) -> Result<Vec<Contender>> {
    let bench = std::env::current_exe()?;
    let pngquant = pngquant_version();
    if pngquant.is_none() {
        eprintln!("pngquant is left out: there is none on the path");
    }
    let mut programs: Vec<(String, PathBuf, String, Order)> = Vec::new();
    for effort in ["fast", "balanced"] {
        let options = format!("pack --force --quiet --format png --colors 256 --effort {effort}");
        programs.push((format!("huepack {effort}"), huepack.to_owned(), options, Order::Huepack));
    }
    for speed in [1, 4, 11] {
        let name = if speed == 4 { PNGQUANT_DEFAULT.into() } else { format!("pngquant stand-in s{speed}") };
        programs.push((name, bench.clone(), format!("pngquant-standin --speed {speed}"), Order::Standin));
        if let Some(version) = &pngquant {
            let options = format!("--force --speed {speed} 256");
            programs.push((
                format!("pngquant {version} s{speed}"),
                "pngquant".into(),
                options,
                Order::Pngquant,
            ));
        }
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let mut contenders = Vec::new();
    for (name, program, options, order) in programs.iter().filter(|(name, ..)| wanted(name)) {
        contenders.extend(threads.iter().map(|&threads| Contender {
            name: name.clone(),
            threads,
            program: program.clone(),
            options: options.split(' ').map(str::to_owned).collect(),
            order: *order,
        }));
    }
    Ok(contenders)
}

/// The command of each program, for the notes of a table.
pub(super) fn notes(contenders: &[Contender]) -> Vec<(String, String)> {
    let mut notes: Vec<(String, String)> = Vec::new();
    for contender in contenders {
        let program = contender.program.file_name().unwrap_or_default().to_string_lossy();
        let command = format!("{}: {program} {}", contender.name, contender.options.join(" "));
        if !notes.iter().any(|(_, known)| *known == command) {
            notes.push(("program".into(), command));
        }
    }
    notes
}

/// The version of the pngquant on the path: the first word that it says of itself.
pub(in crate::commands) fn pngquant_version() -> Option<String> {
    let output = Command::new("pngquant").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| version.split_whitespace().next().map(str::to_owned))?
}
