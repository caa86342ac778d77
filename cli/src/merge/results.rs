//! The lines of all reports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::at;
use super::entry::Entry;
use crate::failure::shown;
use crate::folder::{REPORT_VERSION, Refusal, Shard, Shards, Totals};
use crate::source::read_bytes;

/// What several runs did.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// By path, as a run goes.
    entries: BTreeMap<PathBuf, Entry>,
    /// Those of which there is a whole report, if the runs were shards.
    pub(super) shards: Option<Shards>,
    /// Whether there are totals of a run over all files.
    has_whole: bool,
    output_version: Option<u64>,
    /// What is wrong with the reports.
    pub(super) words: Vec<String>,
    /// What is wrong with those of runs that were cut off: nothing is missing for that where all shards are there.
    pub(super) cut: Vec<String>,
}

/// What was counted in a report, and what its totals count.
#[derive(Debug, Default)]
struct Counts {
    lines: u64,
    totals: u64,
    files: u64,
}

impl Results {
    /// Reads reports. What does not go together is refused; what is missing is told.
    pub(super) fn read(inputs: &[PathBuf]) -> Result<Self, Refusal> {
        let mut results = Self::default();
        for input in inputs {
            let bytes =
                read_bytes(input, u64::MAX).map_err(|failure| Refusal::failed(failure.to_string()))?;
            results.take(input, &bytes)?;
        }
        Ok(results)
    }

    /// Takes in a report, or several one after the other.
    fn take(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
        let mut counts = Counts::default();
        let mut words = Vec::new();
        for (place, text) in bytes.split(|&byte| byte == b'\n').enumerate() {
            if text.trim_ascii().is_empty() {
                continue;
            }
            let parsed = std::str::from_utf8(text).ok().map(str::trim);
            let parsed = parsed.and_then(|text| Some((text, serde_json::from_str::<Value>(text).ok()?)));
            let wrong = match parsed {
                Some((_, value)) if value.get("totals").is_some() => {
                    self.take_totals(&value, &mut counts)
                        .map_err(|reason| Refusal::failed(format!("{}: {reason}", at(path, place))))?;
                    continue;
                }
                Some((text, value)) => Entry::of(text, &value).map(|entry| self.insert(entry)).err(),
                None => Some("it is torn or no JSON"),
            };
            match wrong {
                None => counts.lines += 1,
                Some(wrong) => words.push(format!("{}: {wrong}; it is left out", at(path, place))),
            }
        }
        words.extend(counts.lack().map(|lack| format!("{}: {lack}", shown(path))));
        if counts.is_cut() { &mut self.cut } else { &mut self.words }.append(&mut words);
        Ok(())
    }

    fn insert(&mut self, entry: Entry) {
        match self.entries.get(&entry.input) {
            Some(other) if !entry.says_more_than(other) => {}
            _ => drop(self.entries.insert(entry.input.clone(), entry)),
        }
    }

    /// Takes in the last line of a run.
    fn take_totals(&mut self, value: &Value, counts: &mut Counts) -> Result<(), String> {
        let broken = "its totals are not those of a run over folders";
        let version = number(value, "version").ok_or(broken)?;
        if version > REPORT_VERSION {
            return Err("it is of a newer huepack; merge it with that".into());
        }
        let output_version = number(value, "output_version").ok_or(broken)?;
        let known = *self.output_version.get_or_insert(output_version);
        if known != output_version {
            return Err(format!(
                "its output is of version {output_version}, and that of others of {known}; run all with one huepack"
            ));
        }
        counts.totals += 1;
        counts.files = counts.files.saturating_add(number(&value["totals"], "files").ok_or(broken)?);
        let Some(shards) = shards(value).ok_or(broken)? else {
            self.has_whole = true;
            return self.agree(None);
        };
        self.agree(Some(shards.of))?;
        match &mut self.shards {
            Some(known) => known.there.extend(shards.there),
            None => self.shards = Some(shards),
        }
        Ok(())
    }

    /// Whether reports are of one job: all of them of as many shards, or none of any.
    fn agree(&self, shards: Option<u64>) -> Result<(), String> {
        let mixed =
            "shards of one job and other runs do not go together; merge those of one number of shards";
        match (shards, &self.shards) {
            (None, Some(_)) => Err(format!("it is no shard, and others are: {mixed}")),
            (Some(_), None) if self.has_whole => Err(format!("it is a shard, and others are none: {mixed}")),
            (Some(of), Some(Shards { of: other, .. })) if of != *other => {
                Err(format!("it is one of {of} shards, and others are of {other}: {mixed}"))
            }
            _ => Ok(()),
        }
    }

    /// Why files failed, by path.
    pub(super) fn failures(&self) -> impl Iterator<Item = &str> {
        self.entries.values().filter_map(Entry::failure)
    }

    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.entries.values().for_each(|entry| entry.count(&mut totals));
        totals
    }

    /// What one run over all files would have printed. Where shards are missing, the last line says which.
    pub(super) fn lines(&self, totals: &Totals) -> Vec<String> {
        let mut last = totals.json(None);
        if let Some(version) = self.output_version {
            last["output_version"] = version.into();
        }
        if let Some(shards) = self.shards.as_ref().filter(|shards| shards.lack().is_some()) {
            last["shards"] = json!({ "of": shards.of, "missing": shards.missing() });
        }
        let lines = self.entries.values().map(|entry| entry.text.clone());
        lines.chain([last.to_string()]).collect()
    }
}

fn number(value: &Value, key: &str) -> Option<u64> {
    value.get(key).and_then(Value::as_u64)
}

/// The shards that totals are of; `Some(None)` where they are of a whole run, none where they are broken.
fn shards(totals: &Value) -> Option<Option<Shards>> {
    match (&totals["shard"], totals.get("shards")) {
        (Value::Null, None) => Some(None),
        (Value::Null, Some(shards)) => {
            let of = number(shards, "of").filter(|&of| Shard::new(of, of).is_some())?;
            let missing: BTreeSet<u64> =
                shards["missing"].as_array()?.iter().filter_map(Value::as_u64).collect();
            let there = (1..=of).filter(|number| !missing.contains(number)).collect();
            Some(Some(Shards { of, there }))
        }
        (shard, _) => {
            let shard = Shard::new(number(shard, "number")?, number(shard, "of")?)?;
            Some(Some(Shards::from(shard)))
        }
    }
}

impl Counts {
    fn is_cut(&self) -> bool {
        self.totals == 0 || self.lines > self.files
    }

    /// What is missing, if anything is.
    fn lack(&self) -> Option<String> {
        let Self { lines, files, .. } = *self;
        if self.is_cut() {
            Some("it has no totals at its end, so its run was cut off".into())
        } else if lines < files {
            Some(format!("its totals are of {files} files, and it names {lines}: lines are missing"))
        } else {
            None
        }
    }
}
