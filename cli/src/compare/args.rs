//! What can be asked of `huepack compare`.

use std::path::PathBuf;

use crate::args::{DitherArg, ReadingArgs};
use crate::source;

#[derive(clap::Args, Debug)]
pub(crate) struct CompareArgs {
    /// The picture, or the clip that results are held against; - for standard input
    #[arg(value_name = "INPUT")]
    pub(crate) input: PathBuf,
    /// Files made of it: each is measured, and nothing is packed
    #[arg(value_name = "RESULT", conflicts_with_all = ["colors", "dither", "sample", "seed", "first_frame", "salvage"])]
    pub(crate) results: Vec<PathBuf>,
    /// Colours in each palette, 2 to 256
    #[arg(short, long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(2..=256))]
    pub(crate) colors: u16,
    /// none, floyd-steinberg, ordered or auto, the same for every method
    #[arg(long, value_enum, default_value_t = DitherArg::None, hide_possible_values = true)]
    pub(crate) dither: DitherArg,
    /// Fit to N pixels picked at random; 1000 is what scikit-learn's example takes [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) sample: Option<u32>,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Write the picture of panels here [default: beside the input, its name with -compare.png]; with results, a sheet of
    /// frames [default: none]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write a page as well: before/after slider, palettes, bytes; with results, players and charts
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Overwrite outputs
    #[arg(long)]
    pub(crate) force: bool,
    /// Print JSON instead of the table
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

impl CompareArgs {
    /// Where the picture of panels goes: the name asked for, or `<stem>-compare.png` beside the input.
    pub(super) fn output_path(&self) -> PathBuf {
        self.output.clone().unwrap_or_else(|| source::beside(&self.input, "-compare.png"))
    }
}
