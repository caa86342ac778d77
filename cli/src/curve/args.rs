//! What can be asked of `huepack curve`.

use std::path::PathBuf;

use crate::args::{EffortArg, ReadingArgs, SpaceArg};
use crate::source;

#[derive(clap::Args, Debug)]
pub(crate) struct CurveArgs {
    /// The picture; - for standard input
    #[arg(value_name = "INPUT")]
    pub(crate) input: PathBuf,
    /// Most colours, 2 to 256
    #[arg(short, long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(2..=256))]
    pub(crate) colors: u16,
    /// perceptual; for least error oklab, lab, rgb, linear
    #[arg(long, value_enum, default_value_t = SpaceArg::Perceptual, hide_possible_values = true)]
    pub(crate) space: SpaceArg,
    /// Time for smaller files: fast, balanced or best
    #[arg(long, value_enum, default_value_t = EffortArg::Balanced, hide_possible_values = true)]
    pub(crate) effort: EffortArg,
    /// Leave out pngquant, which is run for comparison if it is installed
    #[arg(long)]
    pub(crate) no_pngquant: bool,
    /// Write the page with the chart here [default: beside the input, its name with -curve.html]
    #[arg(short = 'o', long, alias = "output", value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Overwrite the page
    #[arg(long)]
    pub(crate) force: bool,
    /// Print JSON instead of the table
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

impl CurveArgs {
    /// Where the page goes.
    pub(super) fn page_path(&self) -> PathBuf {
        self.html.clone().unwrap_or_else(|| source::beside(&self.input, "-curve.html"))
    }
}
