//! What can be typed for whole folders.

use std::path::PathBuf;

use clap::Args;

use super::shard::Shard;

/// What a run over folders takes, and how it goes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct FolderArgs {
    /// Say what would be done, file by file, and do nothing
    #[arg(long, hide_short_help = true)]
    pub(crate) dry_run: bool,
    /// Inputs, and outputs if named, from a list with an object a line, as --dry-run --json prints; - for standard input
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) manifest: Option<PathBuf>,
    /// Do one part of all files, such as 3/16, for several runs that do them together
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, hide_short_help = true)]
    pub(crate) shard: Option<Shard>,
    /// Folders: take only what matches, such as '*.png' or 'icons/**'; may be given several times
    #[arg(long, value_name = "GLOB", hide_short_help = true)]
    pub(crate) include: Vec<String>,
    /// Folders: leave out what matches; may be given several times
    #[arg(long, value_name = "GLOB", hide_short_help = true)]
    pub(crate) exclude: Vec<String>,
    /// Folders: go where links lead
    #[arg(long, hide_short_help = true)]
    pub(crate) follow_links: bool,
    /// Folders: make every picture a PNG, or what --format says; without it, formats stay
    #[arg(long, requires = "out_dir", hide_short_help = true)]
    pub(crate) convert: bool,
    /// Folders: write a page with what became of each file, and the pictures before and after
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) html: Option<PathBuf>,
    /// Folders: remember here what was done [default: .huepack/cache beside huepack.toml, or in the folder]
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Folders: remember nothing, and use nothing that was remembered
    #[arg(long, conflicts_with = "cache_dir", hide_short_help = true)]
    pub(crate) no_cache: bool,
}

impl FolderArgs {
    /// Whether anything was given that means nothing to single files.
    pub(crate) fn is_given(&self) -> bool {
        let Self {
            dry_run,
            manifest,
            shard,
            include,
            exclude,
            follow_links,
            convert,
            html,
            cache_dir,
            no_cache,
        } = self;
        let has_globs = !include.is_empty() || !exclude.is_empty();
        let has_part = manifest.is_some() || shard.is_some();
        let has_paths = html.is_some() || cache_dir.is_some();
        *dry_run || *follow_links || *convert || *no_cache || has_globs || has_part || has_paths
    }
}

/// The inputs that are folders.
pub(crate) fn folders(inputs: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    inputs.iter().filter(|input| input.is_dir())
}
