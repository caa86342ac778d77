//! The subcommands: each measures one thing and makes one table.

mod assets;
mod best_known;
mod bytes;
mod clips;
mod hull;
mod looks;
mod lzw;
mod make_large;
mod memory;
mod palette;
mod pngquant_standin;
mod programs;
mod repack;
mod report;
mod stages;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::Result;
use crate::peers::{self, Peer, Python};
use crate::picture::Picture;
use crate::provenance;
use crate::table::Table;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Error and CPU time of palettes, without dithering
    Palette(palette::Arguments),
    /// Look for lower inertia than is known, and keep what is found
    BestKnown(best_known::Arguments),
    /// Bytes and score of files, with each peer's own dithering and without
    Bytes(bytes::Arguments),
    /// Score and bytes over many pictures, without times
    Looks(looks::Arguments),
    /// Bytes at equal quality beside the best that pngquant's settings give
    Hull(hull::Arguments),
    /// Bytes of animations at equal looks beside gifski, gifsicle and ffmpeg
    Clips(clips::Arguments),
    /// Bytes and CPU time of GIF's LZW beside gifsicle's, from the same indices
    Lzw(lzw::Arguments),
    /// Whole GIFs repacked without loss beside gifsicle
    Repack(repack::Arguments),
    /// Peak memory of a whole program
    Memory(memory::Arguments),
    /// CPU time of huepack's stages, beside what memory alone would take
    Stages(stages::Arguments),
    /// A folder of real pictures beside a script that glues other programs together
    Assets(assets::Arguments),
    /// A folder of icons in place: the first run, the second, and a check
    Tree(tree::Arguments),
    /// Time, memory, bytes and score of whole programs, PNG to PNG
    Programs(programs::Arguments),
    /// Quantize as pngquant 3 does: one of the programs
    PngquantStandin(pngquant_standin::Arguments),
    /// Make a large, noisy picture out of a small one, always the same
    MakeLarge(make_large::Arguments),
    /// Make Markdown from recorded tables
    Report(report::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Palette(arguments) => arguments.run(),
            Self::BestKnown(arguments) => arguments.run(),
            Self::Bytes(arguments) => arguments.run(),
            Self::Looks(arguments) => arguments.run(),
            Self::Hull(arguments) => arguments.run(),
            Self::Clips(arguments) => arguments.run(),
            Self::Lzw(arguments) => arguments.run(),
            Self::Repack(arguments) => arguments.run(),
            Self::Memory(arguments) => arguments.run(),
            Self::Stages(arguments) => arguments.run(),
            Self::Assets(arguments) => arguments.run(),
            Self::Tree(arguments) => arguments.run(),
            Self::Programs(arguments) => arguments.run(),
            Self::PngquantStandin(arguments) => arguments.run(),
            Self::MakeLarge(arguments) => arguments.run(),
            Self::Report(arguments) => arguments.run(),
        }
    }
}

/// What comparing peers needs to know.
#[derive(Args, Clone)]
pub(crate) struct Comparison {
    /// Pictures, JPEG or PNG
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// Palette sizes
    #[arg(long, value_delimiter = ',', default_value = "16,64,256")]
    #[arg(value_parser = clap::value_parser!(u16).range(2..=256))]
    colors: Vec<u16>,
    /// Only peers whose name contains one of these
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// A Python that has scikit-learn; without it scikit-learn is left out
    #[arg(long, env = "HUEPACK_BENCH_PYTHON", hide_env_values = true)]
    python: Option<PathBuf>,
    /// Threads for those who use them
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

impl Comparison {
    /// Does `work` on threads as asked for: what starts on a thread of the pool stays in the pool, so one
    /// thread is one thread for everybody.
    fn on_threads<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R> {
        Ok(rayon::ThreadPoolBuilder::new().num_threads(self.threads).build()?.install(work))
    }

    fn peers<'a>(&self, picture: &'a Picture, python: Option<&Python>) -> Vec<Box<dyn Peer + 'a>> {
        let wanted = |name: &str| self.peers.is_empty() || self.peers.iter().any(|part| name.contains(part));
        peers::all(picture, python).into_iter().filter(|peer| wanted(peer.name())).collect()
    }

    /// The Python for scikit-learn; says so where there is none.
    fn python(&self) -> Option<Python> {
        let python = self.python.as_deref().and_then(Python::at);
        if python.is_none() {
            eprintln!("scikit-learn is left out: --python wants a Python that has it");
        }
        python
    }

    /// Where a table of peers comes from.
    fn notes(&self, table: &str, python: Option<&Python>) -> Vec<(String, String)> {
        let mut notes = provenance::notes(table);
        let versions = python.map_or("left out", |python| python.versions.as_str());
        notes.push(("scikit-learn".into(), versions.to_owned()));
        notes.push(("threads".into(), self.threads.to_string()));
        notes
    }
}

/// Prints a table and records it where asked to.
fn publish(table: &Table, out: Option<&Path>) -> Result<()> {
    for (key, value) in &table.notes {
        println!("{key}: {value}");
    }
    print!("\n{}", table.to_text());
    match out {
        Some(path) => write(path, table.to_tsv()),
        None => Ok(()),
    }
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()).into())
}
