//! Each file is looked at: what it could be, and what it must not be.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use huepack::{Memory, Palette};

use super::finding::{Finding, What};
use super::lineage::Lineage;
use super::{CheckArgs, Checked, colors};
use crate::args::PackArgs;
use crate::batch;
use crate::cache::Cache;
use crate::config::{Belonging, Date, Finder};
use crate::failure::Failure;
use crate::folder::{self, Assessed, Item, Known, Refusal};
use crate::palette_file;
use crate::plan::Talk;
use crate::progress::Progress;
use crate::terminal::complain;
use crate::threshold::Threshold;

/// What counts as much unless told otherwise.
const MIN_SAVINGS: Threshold = Threshold::Percent(5.0);

/// A file that is looked at.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) item: Item,
    pub(super) belonging: Option<Belonging>,
    /// The only colours that it may have.
    palette: Option<Arc<Palette>>,
}

/// The files that are to be looked at.
pub(super) fn subjects(args: &CheckArgs, packing: &PackArgs) -> Result<Vec<Subject>, Refusal> {
    let mut known = Known::new(packing, Finder::default())?;
    let mut palettes: HashMap<PathBuf, Result<Arc<Palette>, Failure>> = HashMap::new();
    let mut read = |path: PathBuf| {
        let decoder = args.limits.decoder(Memory::default()).first_frame();
        palettes
            .entry(path)
            .or_insert_with_key(|path| palette_file::read(path, &decoder).map(Arc::new))
            .clone()
    };
    // A palette that was typed is wanted for all, and nothing is done without it.
    let typed = args.palette_only.clone().map(&mut read).transpose();
    let typed = typed.map_err(|failure| Refusal::failed(failure.to_string()))?;
    let mut subjects = Vec::new();
    for found in folder::found(packing)? {
        // A config that is broken is told as the failure of the file.
        let belonging = known.belonging(&found.path).ok().flatten();
        let Some(mut item) =
            known.of(&found.path).transpose().map(|settings| Item::of(found, None, settings))
        else {
            continue;
        };
        let of_config = belonging.as_ref().and_then(|Belonging { config, .. }| {
            config.check.palette_only.as_ref().map(|path| config.folder().join(path))
        });
        let palette = match (&typed, of_config) {
            (Some(palette), _) => Some(Arc::clone(palette)),
            (None, Some(path)) => match read(path) {
                Ok(palette) => Some(palette),
                Err(failure) => {
                    item.task = Err(failure);
                    None
                }
            },
            (None, None) => None,
        };
        subjects.push(Subject { item, belonging, palette });
    }
    Ok(subjects)
}

/// Looks at all of them.
pub(super) fn look(args: &CheckArgs, subjects: &mut [Subject], cache: &mut Cache, checked: &mut Checked) {
    let talk = Talk::of(args.json, args.quiet);
    let progress = Progress::of_folder(subjects.len(), talk);
    let today = Date::today();
    let lineage = Lineage::of(cache);
    for window in subjects.chunks(batch::WINDOW) {
        let beside = batch::together(window, args.limits.max_memory, |subject, most_memory| {
            let assessed = folder::assess(&subject.item, cache, most_memory);
            let assessed = batch::unless_more_is_wanted(assessed)?;
            progress.done(0);
            Some(assessed)
        });
        let mut entries = Vec::new();
        for (subject, assessed) in window.iter().zip(beside) {
            let assessed = assessed.unwrap_or_else(|| {
                let assessed = folder::assess(&subject.item, cache, u64::MAX);
                progress.done(0);
                assessed
            });
            checked.files.push(subject.item.path.clone());
            entries.extend(assessed.iter().flat_map(|assessed| &assessed.entries));
            let found = assessed.and_then(|assessed| subject.findings(args, &assessed, &lineage));
            match found {
                Ok(found) => found.into_iter().for_each(|what| subject.take(what, today, checked)),
                Err(failure) => checked.failures.push((subject.item.path.clone(), failure)),
            }
        }
        if let Err(word) = cache.remember(&entries) {
            progress.suspend(|| complain(&word));
        }
    }
}

impl Subject {
    fn findings(
        &self,
        args: &CheckArgs,
        assessed: &Assessed,
        lineage: &Lineage,
    ) -> Result<Vec<What>, Failure> {
        let Assessed { before, after, content, .. } = *assessed;
        let mut found = Vec::new();
        let of_config = self.belonging.as_ref().map(|belonging| &*belonging.config.check.min_savings);
        let thresholds = match (&*args.min_savings, of_config) {
            ([], None | Some([])) => &[MIN_SAVINGS],
            ([], Some(thresholds)) => thresholds,
            (typed, _) => typed,
        };
        if after < before && thresholds.iter().all(|threshold| threshold.is_reached(before, after)) {
            found.push(What::Smaller { before, after });
        }
        if let (Some(palette), Some(_)) = (&self.palette, content) {
            let decoder = args.limits.decoder(Memory::default());
            found.extend(colors::outside(&self.item.path, &decoder, palette)?);
        }
        if content.is_some_and(|content| lineage.is_lossy_twice(content)) {
            found.push(What::Twice);
        }
        Ok(found)
    }

    /// Adds a finding, unless it is to be ignored.
    fn take(&self, what: What, today: Date, checked: &mut Checked) {
        let mut finding = Finding { path: self.item.path.clone(), what, line: None, note: None };
        let ignores = self.belonging.iter().flat_map(|Belonging { config, relative }| {
            let holds = |ignore: &&crate::config::Line<crate::config::Ignore>| {
                ignore.value.pattern.globs.hold(relative)
            };
            config.ignores.iter().filter(holds)
        });
        for ignore in ignores {
            if ignore.value.until >= today {
                checked.ignored.push((finding, ignore.value.reason.clone()));
                return;
            }
            finding.note = Some(format!("ignored until {}: {}", ignore.value.until, ignore.value.reason));
        }
        checked.findings.push(finding);
    }
}
