//! What can be typed for a check.

use std::path::{Path, PathBuf};

use clap::{Args, Parser};

use crate::args::{LimitArgs, PackArgs, size};
use crate::folder::FolderArgs;
use crate::threshold::Threshold;

#[derive(Args, Clone, Debug)]
pub(crate) struct CheckArgs {
    /// Folders and files
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Pass over what would save less than a part (5%) or a size (1KiB); given twice, than either [default: 5%]
    #[arg(long, value_name = "X", value_parser = Threshold::parse)]
    pub(crate) min_savings: Vec<Threshold>,
    /// The only colours that pictures may have: .png, .gpl, .hex, .act or .json
    #[arg(long, value_name = "FILE")]
    pub(crate) palette_only: Option<PathBuf>,
    /// Pack what could be smaller
    #[arg(long)]
    pub(crate) fix: bool,
    /// Report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a table in Markdown as well; - for standard output, instead of lines
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Most bytes of that: 64KiB for a comment, 1MiB for a job summary
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "64KiB")]
    pub(crate) markdown_limit: u64,
    /// Write SARIF 2.1.0 as well; - as above
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,
    /// Write JUnit XML as well; - as above
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Take only what matches; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Leave out what matches; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Go where links lead
    #[arg(long)]
    pub(crate) follow_links: bool,
    /// Remember here what was seen [default: .huepack/cache beside huepack.toml, or in the folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Remember nothing, and use nothing that was remembered
    #[arg(long, conflicts_with = "cache_dir")]
    pub(crate) no_cache: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Report nothing but errors
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

/// The arguments of a run that packs, when nothing is typed.
#[derive(Parser)]
struct Packing {
    #[command(flatten)]
    pack: PackArgs,
}

impl CheckArgs {
    /// The reports that are wanted on standard output, instead of lines.
    pub(super) fn on_standard_output(&self) -> Vec<&'static str> {
        let files = [("--markdown", &self.markdown), ("--sarif", &self.sarif), ("--junit", &self.junit)];
        let files = files.into_iter().filter(|(_, path)| path.as_deref() == Some(Path::new("-")));
        self.json.then_some("--json").into_iter().chain(files.map(|(option, _)| option)).collect()
    }

    /// The run over the same files that would pack them.
    pub(super) fn packing(&self) -> PackArgs {
        let mut pack = Packing::parse_from(["huepack", "--in-place", "."]).pack;
        pack.inputs.clone_from(&self.paths);
        pack.reading.limits = self.limits.clone();
        pack.quiet = self.quiet;
        pack.folder = FolderArgs {
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            follow_links: self.follow_links,
            cache_dir: self.cache_dir.clone(),
            no_cache: self.no_cache,
            ..FolderArgs::default()
        };
        pack
    }
}
