//! What would become of a file, without writing it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use huepack::{Format, decode};

use super::item::{Item, Task};
use super::work::Made;
use crate::cache::{Cache, Entry, Key, Outcome};
use crate::failure::Failure;
use crate::made::Room;
use crate::output::Target;
use crate::pack::{is_smaller, made};
use crate::plan::Place;
use crate::repacked::{self, Repacked};
use crate::report::{self, Summary};
use crate::source::{Source, read_bytes};

/// What is known of a file once it was looked at.
#[derive(Debug)]
pub(crate) struct Assessed {
    /// Bytes as it is, and as it could be; the same where nothing smaller is as good, and of what is left alone.
    pub(crate) before: u64,
    pub(crate) after: u64,
    /// The content of a picture that huepack packs.
    pub(crate) content: Option<blake3::Hash>,
    /// What is to be remembered.
    pub(crate) entries: Vec<Entry>,
}

/// Looks at a file with as much memory as was allowed.
pub(crate) fn assess(item: &Item, cache: &Cache, most_memory: u64) -> Result<Assessed, Failure> {
    let task = item.task.as_ref().map_err(Clone::clone)?;
    let alone = task.settings.plan.decoder.memory_limit();
    let decoder = task.settings.plan.decoder.clone().max_memory(alone.min(most_memory));
    let look = || look(&item.path, task, cache, &decoder);
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| Err(Failure::bug(&item.path)))
}

fn look(path: &Path, task: &Task, cache: &Cache, decoder: &decode::Options) -> Result<Assessed, Failure> {
    let alone = |length| Assessed { before: length, after: length, content: None, entries: Vec::new() };
    let Some(format) = task.format() else {
        let metadata = fs::metadata(path).map_err(|error| Failure::reading(path, &error))?;
        return Ok(alone(metadata.len()));
    };
    let bytes = read_bytes(path, decoder.memory_limit())?;
    let (before, content) = (bytes.len() as u64, blake3::hash(&bytes));
    let key = Key { content, options: task.settings.fingerprint };
    let assessed = |after, entries| Assessed { before, after, content: Some(content), entries };
    match cache.outcome(key) {
        Some(Outcome::Kept) => return Ok(assessed(before, Vec::new())),
        Some(Outcome::Packed { bytes, .. }) => return Ok(assessed(bytes, Vec::new())),
        None => {}
    }
    let plan = &task.settings.plan;
    if format == Format::Gif && repacked::is_wanted(plan, &bytes) {
        if let Some(gif) = repacked::made(plan, path, &bytes, decoder)? {
            let is_smaller = gif.bytes.len() < bytes.len();
            let (outcome, after) = if is_smaller {
                (report::Outcome::Written, gif.bytes.len() as u64)
            } else {
                (report::Outcome::Kept, before)
            };
            let made = Made::Gif(Repacked::of(path, Place::InPlace, outcome, &bytes, &gif));
            return Ok(assessed(after, made.entries(key.options)));
        }
    } else if decode::is_animated(&bytes) {
        return Ok(alone(before));
    }
    let room = Room { input: path, now: decoder.memory_limit(), alone: plan.decoder.memory_limit() };
    let decoded = decoder.decode(&bytes).map_err(|error| Failure::library(path, &error))?;
    let mut source = Source { bytes, decoded };
    let (made, _) = made(plan, &mut source, format, room)?;
    let (outcome, after) = if is_smaller(&made, &source) {
        (report::Outcome::Written, made.bytes().len() as u64)
    } else {
        (report::Outcome::Kept, before)
    };
    let place = Place::Apart(Target::File(path.to_owned()));
    let summary = Summary::of(path, place, outcome, &source, &made);
    Ok(assessed(after, Made::Still(Box::new(summary)).entries(key.options)))
}
