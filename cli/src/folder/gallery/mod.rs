//! The report that people look at: one page for a run over folders, with what became of each file and the pictures before
//! and after.

mod allowance;
mod exhibit;
mod heat;
mod link;
mod page;
mod scaled;
mod treemap;

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use allowance::Allowance;
use allowance::MOST_PICTURES;
pub(crate) use exhibit::Exhibit;

use super::item::{Goal, Item};
use super::report::Totals;
use super::settings::Refusal;
use super::work::{Became, Done, Made};
use crate::args::PackArgs;
use crate::failure::{Failure, shown};
use crate::output::{self, Existing, HardLinks, Target, Writer, folder_of, same_file};
use crate::report::Summary;

/// What was done in a run, kept for the page.
#[derive(Debug)]
pub(crate) struct Gallery {
    path: PathBuf,
    /// Where the page is, for links.
    folder: PathBuf,
    existing: Existing,
    /// What was packed.
    name: String,
    entries: Vec<Entry>,
    /// How many have pictures.
    exhibits: usize,
    /// Whether there were more pictures than are shown.
    is_cut: bool,
}

/// A file that is packed, kept, or failed.
#[derive(Debug)]
struct Entry {
    name: String,
    /// Links, where there is something to lead to.
    source: Option<String>,
    result: Option<String>,
    fate: Fate,
    before: u64,
    after: u64,
    form: Option<Form>,
    exhibit: Option<Exhibit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Packed,
    Unchanged,
    Kept,
    /// With the reason.
    Failed(String),
}

/// What a picture is stored as, and how good it is.
#[derive(Clone, Debug, PartialEq)]
struct Form {
    name: String,
    colors: Option<usize>,
    is_lossless: bool,
    score: Option<f64>,
    /// Infinite where no visible pixel changed.
    psnr_db: f64,
}

impl Gallery {
    /// A page that is asked for; one that could not be written is told before the work.
    pub(crate) fn of(args: &PackArgs, items: &[Item]) -> Result<Option<Self>, Refusal> {
        let Some(path) = &args.folder.html else { return Ok(None) };
        if let Some(item) = items.iter().find(|item| is_of(item, path)) {
            let reason = format!("--html {}: the page would overwrite {}", shown(path), shown(&item.path));
            return Err(Refusal::usage(reason));
        }
        let failed = |failure: Failure| Refusal::failed(failure.to_string());
        let existing = if args.force || page::is_page(path) { Existing::Replace } else { Existing::Keep };
        // --force, which `refuse_early` would advise, does not go together with --in-place.
        if existing == Existing::Keep && path.is_file() {
            let reason = "it exists already, and is no page of a run";
            return Err(failed(Failure::new(path, reason, "choose another name for --html")));
        }
        output::refuse_early(path, existing).map_err(failed)?;
        let folder =
            fs::canonicalize(folder_of(path)).map_err(|error| failed(Failure::writing(path, &error)))?;
        let inputs = args.inputs.iter().chain(&args.folder.manifest);
        let names: Vec<String> = inputs.map(|input| name(input)).collect();
        let name = names.join(", ");
        let entries = Vec::new();
        Ok(Some(Self { path: path.clone(), folder, existing, name, entries, exhibits: 0, is_cut: false }))
    }

    /// Takes what is shown of a file that is done.
    pub(crate) fn add(&mut self, item: &Item, done: Result<Done, Failure>) {
        let entry = match done {
            Ok(done) if done.became == Became::LeftAlone => return,
            Ok(done) => self.entry(item, done),
            Err(failure) => Entry {
                name: shown(&item.path),
                source: self.link(&item.path),
                result: None,
                fate: Fate::Failed(failure.reason),
                before: 0,
                after: 0,
                form: None,
                exhibit: None,
            },
        };
        self.exhibits += usize::from(entry.exhibit.is_some());
        self.entries.push(entry);
        if self.exhibits > MOST_PICTURES {
            self.take_down();
        }
    }

    fn entry(&self, item: &Item, done: Done) -> Entry {
        let fate = match done.became {
            Became::Packed => Fate::Packed,
            Became::Unchanged => Fate::Unchanged,
            Became::Kept | Became::LeftAlone => Fate::Kept,
        };
        let goal = item.task.as_ref().ok().map(|task| &task.goal);
        let (source, result) = match goal {
            Some(Goal::Mirror { packed, copied }) => {
                (Some(item.path.as_path()), Some(if fate == Fate::Kept { copied } else { packed }.as_path()))
            }
            // What was there before is gone.
            _ => (None, Some(item.path.as_path())),
        };
        let form = done.made.as_ref().filter(|_| fate != Fate::Kept).map(Form::of);
        Entry {
            name: shown(&item.path),
            source: source.and_then(|path| self.link(path)),
            result: result.and_then(|path| self.link(path)),
            fate,
            before: done.before,
            after: done.after,
            form,
            exhibit: done.exhibit.map(|exhibit| *exhibit),
        }
    }

    fn link(&self, path: &Path) -> Option<String> {
        link::link(&self.folder, path)
    }

    /// Leaves away the pictures that saved the fewest bytes, the last of several.
    fn take_down(&mut self) {
        let shown = self.entries.iter_mut().filter(|entry| entry.exhibit.is_some());
        if let Some(least) = shown.rev().min_by_key(|entry| entry.saved()) {
            least.exhibit = None;
            self.exhibits -= 1;
            self.is_cut = true;
        }
    }

    /// Writes the page.
    pub(crate) fn write(&self, totals: &Totals) -> Result<(), Failure> {
        let writer = Writer { existing: self.existing, hard_links: HardLinks::Refuse, verify: None };
        writer.write(&Target::File(self.path.clone()), page::html(self, totals).as_bytes())
    }
}

impl Entry {
    fn saved(&self) -> u64 {
        self.before.saturating_sub(self.after)
    }
}

impl Form {
    fn of(made: &Made) -> Self {
        match made {
            Made::Still(summary) => Self::of_still(summary),
            Made::Gif(gif) => Self {
                name: gif.form(),
                colors: None,
                is_lossless: true,
                score: None,
                psnr_db: f64::INFINITY,
            },
        }
    }

    fn of_still(summary: &Summary) -> Self {
        let is_lossless = summary.report.mean_squared_error == 0.0;
        let reached = summary.report.reached.map(|reached| reached.score);
        Self {
            name: summary.color_type.name().to_owned(),
            colors: summary.colors(),
            is_lossless,
            // That of a palette that was not good enough says nothing of what was written.
            score: summary.score.or(reached).filter(|_| !is_lossless),
            psnr_db: summary.report.psnr_db(),
        }
    }
}

/// Whether a path is that of a file that is read or written.
fn is_of(item: &Item, path: &Path) -> bool {
    let target = |other: &Path| other == path || same_file(other, path);
    let goal = item.task.as_ref().ok().map(|task| &task.goal);
    target(&item.path)
        || matches!(goal, Some(Goal::Mirror { packed, copied }) if target(packed) || target(copied))
}

/// What to call an input: its own name, also where it is written as a dot.
fn name(input: &Path) -> String {
    let path = fs::canonicalize(input).ok();
    let name = path.as_deref().and_then(Path::file_name).or(input.file_name());
    name.map_or_else(|| shown(input), |name| shown(Path::new(name)))
}
