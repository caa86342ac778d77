//! What is done with one file of a folder.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use huepack::{Format, RepackedGif, decode};

use super::gallery::Exhibit;
use super::item::{Goal, Item, Task};
use super::kind::Kind;
use crate::cache::{Cache, Entry, Key, Outcome};
use crate::failure::Failure;
use crate::made::Room;
use crate::output::{Target, Verify, content, folder_of, holds};
use crate::pack::{self, is_smaller, made, pack_in_place};
use crate::plan::Place;
use crate::repacked::{self, Repacked};
use crate::report::{self, Summary};
use crate::source::{Source, read_bytes};

/// What became of a file, that which says most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Became {
    /// A smaller file was written.
    Packed,
    /// The smaller file was there already.
    Unchanged,
    /// Nothing smaller is as good.
    Kept,
    /// It is not for huepack.
    LeftAlone,
}

/// What was made of a file.
#[derive(Debug)]
pub(crate) enum Made {
    Still(Box<Summary>),
    /// A GIF that stayed one, without loss.
    Gif(Repacked),
}

/// A file that is done.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) became: Became,
    pub(crate) kind: Kind,
    /// Bytes before and after; the same where it was not packed.
    pub(crate) before: u64,
    pub(crate) after: u64,
    /// What was written in this run: the packed file, or a copy.
    pub(crate) written: Option<PathBuf>,
    pub(crate) made: Option<Made>,
    /// What a page shows of it, if there is to be one.
    pub(crate) exhibit: Option<Box<Exhibit>>,
    /// What is to be remembered.
    pub(crate) entries: Vec<Entry>,
}

/// Does a file with as much memory as was allowed. Whatever goes wrong in it stays with it.
pub(crate) fn work(item: &Item, cache: &Cache, most_memory: u64) -> Result<Done, Failure> {
    let task = item.task.as_ref().map_err(Clone::clone)?;
    let alone = task.settings.plan.decoder.memory_limit();
    let decoder = task.settings.plan.decoder.clone().max_memory(alone.min(most_memory));
    let work = || work_on(&item.path, task, cache, &decoder);
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Failure::bug(&item.path)))
}

fn work_on(path: &Path, task: &Task, cache: &Cache, decoder: &decode::Options) -> Result<Done, Failure> {
    if task.format().is_none() {
        return leave(path, task, task.kind);
    }
    let bytes = read_bytes(path, decoder.memory_limit())?;
    let key = Key { content: blake3::hash(&bytes), options: task.settings.fingerprint };
    let known = match cache.outcome(key) {
        Some(outcome) => remembered(path, task, bytes.len() as u64, outcome)?,
        None => None,
    };
    if let Some(done) = known {
        return Ok(done);
    }
    let stays_gif = task.format() == Some(Format::Gif) && repacked::is_wanted(&task.settings.plan, &bytes);
    if decode::is_animated(&bytes) && !stays_gif && !task.settings.first_frame {
        return leave(path, task, Kind::Animated);
    }
    match &task.goal {
        Goal::InPlace => {
            let exhibit = if stays_gif { exhibit_of_gif(task, &bytes, decoder) } else { None };
            drop(bytes);
            match pack_in_place(&task.settings.plan, path, decoder, None, task.allowance)? {
                pack::Done::Still(summary) => Ok(Done::of(task, Made::Still(summary), Some(path))),
                pack::Done::Gif(gif) => Ok(Done { exhibit, ..Done::of(task, Made::Gif(gif), Some(path)) }),
                // It has become one since it was looked at.
                pack::Done::Clip(_) => leave(path, task, Kind::Animated),
            }
        }
        Goal::Mirror { packed, copied } => {
            let names = (packed.as_path(), copied.as_path());
            if stays_gif && let Some(gif) = repacked::made(&task.settings.plan, path, &bytes, decoder)? {
                let exhibit = exhibit_of_gif(task, &bytes, decoder);
                return Ok(Done { exhibit, ..mirror_gif(path, task, &bytes, &gif, names)? });
            }
            mirror(path, task, decoder, bytes, names)
        }
    }
}

/// What a page shows of a GIF that stays one: its first frame, which loses nothing.
fn exhibit_of_gif(task: &Task, bytes: &[u8], decoder: &decode::Options) -> Option<Box<Exhibit>> {
    let allowance = task.allowance?;
    let frame = decoder.clone().first_frame().decode(bytes).ok()?;
    Exhibit::of(frame.image.view(), None, None, allowance).ok().map(Box::new)
}

/// A file that is not packed: a tree beside the other gets a copy, so that it is whole.
fn leave(path: &Path, task: &Task, kind: Kind) -> Result<Done, Failure> {
    let length = fs::metadata(path).map_err(|error| Failure::reading(path, &error))?.len();
    let written = match &task.goal {
        Goal::InPlace => None,
        Goal::Mirror { copied, .. } => copy(path, task, copied)?,
    };
    Ok(Done { kind, written, ..Done::known(task, Became::LeftAlone, length, length) })
}

/// A file that is done already, as far as was remembered; none where there is something to do.
fn remembered(path: &Path, task: &Task, length: u64, outcome: Outcome) -> Result<Option<Done>, Failure> {
    match (outcome, &task.goal) {
        (Outcome::Kept, Goal::InPlace) => Ok(Some(Done::known(task, Became::Kept, length, length))),
        (Outcome::Kept, Goal::Mirror { copied, .. }) => {
            let written = copy(path, task, copied)?;
            Ok(Some(Done { written, ..Done::known(task, Became::Kept, length, length) }))
        }
        (Outcome::Packed { .. }, Goal::InPlace) => Ok(None),
        (Outcome::Packed { result, bytes, .. }, Goal::Mirror { packed, .. }) => {
            let is_there = content(packed).is_ok_and(|content| content == result);
            Ok(is_there.then(|| Done::known(task, Became::Unchanged, length, bytes)))
        }
    }
}

fn copy(path: &Path, task: &Task, copied: &Path) -> Result<Option<PathBuf>, Failure> {
    make_folder(copied)?;
    let is_new = task.settings.plan.writer(&|_| Ok(())).copy(path, copied)?;
    Ok(is_new.then(|| copied.to_owned()))
}

/// Packs a file into a tree beside its own.
fn mirror(
    path: &Path,
    task: &Task,
    decoder: &decode::Options,
    bytes: Vec<u8>,
    (packed, copied): (&Path, &Path),
) -> Result<Done, Failure> {
    let plan = &task.settings.plan;
    let format = task.format().unwrap_or_default();
    let room = Room { input: path, now: decoder.memory_limit(), alone: plan.decoder.memory_limit() };
    let decoded = decoder.decode(&bytes).map_err(|error| Failure::library(path, &error))?;
    let mut source = Source { bytes, decoded };
    let (made, remarks) = made(plan, &mut source, format, room)?;
    let is_packed = is_smaller(&made, &source);
    let outcome = if is_packed { report::Outcome::Written } else { report::Outcome::Kept };
    let place = Place::Apart(Target::File(packed.to_owned()));
    let exhibit = task.allowance.and_then(|allowance| Exhibit::of_made(&source, &made, outcome, allowance));
    let summary = Summary { remarks, exhibit, ..Summary::of(path, place, outcome, &source, &made) };
    let image = source.decoded.image.view();
    let verify = |written: &[u8]| made.verify(written, image);
    let bytes = is_packed.then_some(made.bytes());
    let written = put(path, task, (packed, copied), bytes, &verify)?;
    Ok(Done::of(task, Made::Still(Box::new(summary)), written.as_deref()))
}

/// The same for a GIF that stays one.
fn mirror_gif(
    path: &Path,
    task: &Task,
    source: &[u8],
    gif: &RepackedGif,
    (packed, copied): (&Path, &Path),
) -> Result<Done, Failure> {
    let is_packed = gif.bytes.len() < source.len();
    let outcome = if is_packed { report::Outcome::Written } else { report::Outcome::Kept };
    let place = Place::Apart(Target::File(packed.to_owned()));
    let repacked = Repacked::of(path, place, outcome, source, gif);
    let verify = |written: &[u8]| repacked::is_same(written, &gif.bytes);
    let written = put(path, task, (packed, copied), is_packed.then_some(&gif.bytes), &verify)?;
    Ok(Done::of(task, Made::Gif(repacked), written.as_deref()))
}

/// Writes a result into the tree, or a copy of the source where there is none; tells what is new.
fn put(
    path: &Path,
    task: &Task,
    (packed, copied): (&Path, &Path),
    bytes: Option<&[u8]>,
    verify: Verify<'_>,
) -> Result<Option<PathBuf>, Failure> {
    let Some(bytes) = bytes else { return copy(path, task, copied) };
    let is_there =
        packed.exists() && holds(packed, bytes).map_err(|error| Failure::reading(packed, &error))?;
    if is_there {
        return Ok(None);
    }
    make_folder(packed)?;
    task.settings.plan.writer(verify).write(&Target::File(packed.to_owned()), bytes)?;
    Ok(Some(packed.to_owned()))
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    fs::create_dir_all(folder).map_err(|error| Failure::writing(folder, &error))
}

impl Done {
    /// A file that was packed or kept; `written` is what would be new if something was.
    fn of(task: &Task, mut made: Made, written: Option<&Path>) -> Self {
        let entries = made.entries(task.settings.fingerprint);
        let (before, result) = made.bytes();
        let (became, after) = match (made.outcome(), written) {
            (report::Outcome::Kept, _) => (Became::Kept, before),
            (report::Outcome::Written, Some(_)) => (Became::Packed, result),
            (report::Outcome::Written, None) => (Became::Unchanged, result),
        };
        let is_new = became == Became::Packed || task.goal != Goal::InPlace;
        let written = written.filter(|_| is_new).map(Path::to_owned);
        let exhibit = match &mut made {
            Made::Still(summary) => summary.exhibit.take(),
            Made::Gif(_) => None,
        };
        Self { written, made: Some(made), exhibit, entries, ..Self::known(task, became, before, after) }
    }

    /// A file of which nothing more is to be said.
    fn known(task: &Task, became: Became, before: u64, after: u64) -> Self {
        let (kind, entries) = (task.kind, Vec::new());
        Self { became, kind, before, after, written: None, made: None, exhibit: None, entries }
    }
}

impl Made {
    fn outcome(&self) -> report::Outcome {
        match self {
            Self::Still(summary) => summary.outcome,
            Self::Gif(gif) => gif.outcome,
        }
    }

    /// Bytes of the source, and of what was made of it.
    fn bytes(&self) -> (u64, u64) {
        match self {
            Self::Still(summary) => (summary.source_bytes, summary.report.bytes.file),
            Self::Gif(gif) => (gif.source_bytes, gif.bytes),
        }
    }

    fn is_lossy(&self) -> bool {
        matches!(self, Self::Still(summary) if summary.report.mean_squared_error > 0.0)
    }

    /// What is to be remembered: what is the result is to be kept itself.
    pub(super) fn entries(&self, options: u64) -> Vec<Entry> {
        let [content, result] = match self {
            Self::Still(summary) => summary.contents,
            Self::Gif(gif) => gif.contents,
        };
        let kept = |content| Entry { key: Key { content, options }, outcome: Outcome::Kept };
        if self.outcome() == report::Outcome::Kept {
            return vec![kept(content)];
        }
        let outcome = Outcome::Packed { result, bytes: self.bytes().1, is_lossy: self.is_lossy() };
        vec![Entry { key: Key { content, options }, outcome }, kept(result)]
    }
}
