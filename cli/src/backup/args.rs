//! What can be typed after `huepack restore`.

use std::path::PathBuf;

use clap::Args;

/// Which originals come back, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct RestoreArgs {
    /// The folder that --backup-dir named
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Only these: files, folders, or patterns such as 'icons/**' [default: all]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Say what would come back, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Files that were changed or removed since they were packed as well
    #[arg(long)]
    pub(crate) force: bool,
    /// Of files that were replaced by hand and packed again, the first original instead of the last
    #[arg(long)]
    pub(crate) oldest: bool,
    /// Replace a file that has other names (hard links), which keep the packed one
    #[arg(long)]
    pub(crate) break_links: bool,
    /// Report as JSON, one object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Report nothing but errors
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}
