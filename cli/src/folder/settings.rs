//! How a file of a folder is packed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use huepack::Memory;

use super::args::FolderArgs;
use crate::args::{ModeArg, PackArgs};
use crate::backup::Backup;
use crate::config::{Belonging, Finder};
use crate::failure::Failure;
use crate::made::{Floor, Truecolor};
use crate::palette_file;
use crate::plan::Plan;
use crate::terminal::Status;

/// The least SSIMULACRA2 score of a picture whose colours are reduced unless told otherwise: most differences are hidden.
pub(crate) const MIN_SCORE: f64 = 80.0;

/// What applies to a file; several share it.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Without jobs.
    pub(crate) plan: Plan,
    /// Whether pictures of other formats become that of the plan.
    pub(crate) converts: bool,
    /// Whether an animation stands for its first frame.
    pub(crate) first_frame: bool,
    /// Stands for everything that results depend on beside the source.
    pub(crate) fingerprint: u64,
}

/// Why nothing is done at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) message: String,
}

impl Refusal {
    /// What was typed makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: Status::Usage, message: message.into() }
    }

    /// Something that is needed is not there.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self { status: Status::Failed, message: message.into() }
    }
}

impl Settings {
    /// What arguments ask for.
    pub(crate) fn of(args: &PackArgs) -> Result<Self, Refusal> {
        let mut args = PackArgs { inputs: Vec::new(), ..args.clone() };
        let mut fingerprint = fingerprint(&args);
        // Among many files the score is a floor, not something to search for.
        let min_score = args.min_score.take();
        let mut plan = Plan::of(&args).map_err(Refusal::usage)?;
        // A target of its own says how good pictures are to be.
        let has_target = args.quality.is_some() || args.max_size.is_some();
        let score = min_score.unwrap_or(if has_target { 0.0 } else { MIN_SCORE });
        // Scores of bad pictures are negative: 0 is for who wants no floor.
        if score > 0.0 {
            let truecolor = args.mode != ModeArg::Palette;
            plan.floor = Some(Floor { score, truecolor, lambda: args.lambda, effort: plan.effort });
        }
        // What has a palette keeps it unless that is said: quantizing twice loses twice.
        plan.requantize = args.requantize;
        plan.has_wish = false;
        if plan.truecolor == Truecolor::Told {
            plan.truecolor = Truecolor::Ignored;
        }
        if let Some(file) = &args.palette {
            // The frames of an animation share a palette.
            let decoder = args.reading.limits.decoder(Memory::default()).first_frame();
            let palette =
                palette_file::read(file, &decoder).map_err(|failure| Refusal::failed(failure.to_string()))?;
            fingerprint.update(palette.colors().as_flattened());
            plan.packer = plan.packer.palette(palette);
        }
        let mut first = [0; 8];
        fingerprint.finalize_xof().fill(&mut first);
        let fingerprint = u64::from_le_bytes(first);
        Ok(Self { plan, converts: args.folder.convert, first_frame: args.reading.first_frame, fingerprint })
    }
}

/// Everything that was typed or stands in a config, but for what no result depends on. An option that is new is in it
/// by itself.
fn fingerprint(args: &PackArgs) -> blake3::Hasher {
    let folder = FolderArgs { convert: args.folder.convert, ..FolderArgs::default() };
    let args = PackArgs {
        inputs: Vec::new(),
        output: None,
        out_dir: None,
        in_place: false,
        backup_dir: None,
        break_links: false,
        verify: false,
        // Its colours count, not its name.
        palette: None,
        folder,
        force: false,
        json: false,
        quiet: false,
        typed: Vec::new(),
        ..args.clone()
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("{args:?}").as_bytes());
    hasher
}

/// Settings that were worked out, each once.
#[derive(Debug)]
pub(crate) struct Known {
    args: PackArgs,
    /// Where no config says anything.
    plain: Arc<Settings>,
    finder: Finder,
    backup: Option<Arc<Backup>>,
    /// By config and the rules in it that hold.
    by_rules: HashMap<(PathBuf, Vec<usize>), Result<Arc<Settings>, Failure>>,
}

impl Known {
    pub(crate) fn new(args: &PackArgs, finder: Finder) -> Result<Self, Refusal> {
        let plain = Arc::new(Settings::of(args)?);
        Ok(Self { args: args.clone(), plain, finder, backup: None, by_rules: HashMap::new() })
    }

    /// The same with originals kept.
    pub(crate) fn backed_up(mut self, backup: Option<Arc<Backup>>) -> Self {
        if let Some(plain) = Arc::get_mut(&mut self.plain) {
            plain.plan.backup.clone_from(&backup);
        }
        self.backup = backup;
        self
    }

    /// The config of a file.
    pub(crate) fn belonging(&mut self, path: &Path) -> Result<Option<Belonging>, Failure> {
        self.finder.of(path)
    }

    /// What applies to a file; none if its config leaves it out.
    pub(crate) fn of(&mut self, path: &Path) -> Result<Option<Arc<Settings>>, Failure> {
        let Some(belonging) = self.finder.of(path)? else { return Ok(Some(Arc::clone(&self.plain))) };
        let config = &belonging.config;
        if config.excludes(&belonging.relative).is_some() {
            return Ok(None);
        }
        let rules = config.rules_of(&belonging.relative);
        let settings = || {
            let args = config.over(&self.args, &rules);
            let wrong = |refusal: Refusal| Failure::new(&config.path, refusal.message, "");
            let mut settings = Settings::of(&args).map_err(wrong)?;
            settings.plan.backup.clone_from(&self.backup);
            Ok(Arc::new(settings))
        };
        let known = self.by_rules.entry((config.path.clone(), rules.clone())).or_insert_with(settings);
        known.clone().map(Some)
    }
}
