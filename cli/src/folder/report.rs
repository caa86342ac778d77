//! What is said of folders: a line or an object for a file, and the totals.

use std::collections::BTreeMap;
use std::path::Path;

use huepack::OUTPUT_VERSION;
use serde_json::{Value, json};

use super::kind::Kind;
use super::shard::Shard;
use super::work::{Became, Done, Made};
use crate::failure::{Failure, shown};
use crate::number::{change, grouped};
use crate::report::quality;

/// The form of the lines of a report. It is raised when somebody who reads them has to know of a change.
pub(crate) const VERSION: u64 = 1;

/// Files and bytes of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) packed: u64,
    pub(crate) unchanged: u64,
    pub(crate) kept: u64,
    pub(crate) left_alone: BTreeMap<Kind, u64>,
    pub(crate) failed: u64,
    /// Bytes of the pictures that were packed or kept.
    pub(crate) before: u64,
    pub(crate) after: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, done: &Result<Done, Failure>) {
        match done {
            Ok(done) => self.count(done.became, done.kind, (done.before, done.after)),
            Err(_) => self.failed += 1,
        }
    }

    /// Counts a file that is done, with its bytes before and after.
    pub(crate) fn count(&mut self, became: Became, kind: Kind, (before, after): (u64, u64)) {
        match became {
            Became::Packed => self.packed += 1,
            Became::Unchanged => self.unchanged += 1,
            Became::Kept => self.kept += 1,
            Became::LeftAlone => {
                *self.left_alone.entry(kind).or_default() += 1;
                return;
            }
        }
        self.before = self.before.saturating_add(before);
        self.after = self.after.saturating_add(after);
    }

    fn left_alone(&self) -> u64 {
        self.left_alone.values().sum()
    }

    fn files(&self) -> u64 {
        self.packed + self.unchanged + self.kept + self.left_alone() + self.failed
    }

    /// As people read it.
    pub(crate) fn line(&self) -> String {
        let mut parts = vec![format!("{} packed", grouped(self.packed))];
        if self.unchanged > 0 {
            parts.push(format!("{} unchanged", grouped(self.unchanged)));
        }
        parts.push(format!("{} kept", grouped(self.kept)));
        if !self.left_alone.is_empty() {
            let kinds =
                self.left_alone.iter().map(|(kind, &count)| format!("{} {}", grouped(count), kind.name()));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            parts.push(format!("{} left alone ({kinds})", grouped(self.left_alone())));
        }
        if self.failed > 0 {
            parts.push(format!("{} failed", grouped(self.failed)));
        }
        let files =
            if self.files() == 1 { "1 file".into() } else { format!("{} files", grouped(self.files())) };
        let change =
            if self.before > 0 { format!(" ({})", change(self.after, self.before)) } else { String::new() };
        let (before, after) = (grouped(self.before), grouped(self.after));
        format!("{files}: {}; {before} B -> {after} B{change}", parts.join(", "))
    }

    /// The same for machines, with what they have to know to merge it with those of other shards.
    pub(crate) fn json(&self, shard: Option<Shard>) -> Value {
        let kinds: BTreeMap<_, _> =
            self.left_alone.iter().map(|(kind, count)| (kind.stable_name(), count)).collect();
        json!({
            "totals": {
                "files": self.files(),
                "packed": self.packed,
                "unchanged": self.unchanged,
                "kept": self.kept,
                "left_alone": kinds,
                "failed": self.failed,
                "bytes": { "before": self.before, "after": self.after },
            },
            "version": VERSION,
            "output_version": OUTPUT_VERSION,
            "shard": shard.map(Shard::json),
        })
    }
}

/// A line on a file that was packed; there is none about others.
pub(crate) fn line(path: &Path, done: &Done) -> Option<String> {
    let made = done.made.as_ref().filter(|_| done.became == Became::Packed)?;
    let target = done.written.as_deref().filter(|&written| written != path);
    let target = target.map_or(String::new(), |target| format!(" -> {}", shown(target)));
    let (before, after) = (grouped(done.before), grouped(done.after));
    Some(format!(
        "{}{target}: {before} B -> {after} B ({}), {}",
        shown(path),
        change(done.after, done.before),
        form(made)
    ))
}

/// What a picture became, and how good it is.
fn form(made: &Made) -> String {
    let summary = match made {
        Made::Still(summary) => summary,
        Made::Gif(gif) => return format!("{}, lossless", gif.form()),
    };
    let form = format!("{}, {}", summary.color_type.name(), summary.colors_in_words());
    let is_lossless = summary.report.mean_squared_error == 0.0;
    match (summary.score, is_lossless) {
        (Some(score), false) => format!("{form}, SSIMULACRA2 {score:.1}"),
        (Some(score), true) => format!("{form}, lossless, since a palette scores {score:.1}"),
        (None, _) => format!("{form}, {}", quality(summary.report.psnr_db())),
    }
}

/// An object on a file, with stable names.
pub(crate) fn json(path: &Path, done: &Done) -> Value {
    let summary = match &done.made {
        Some(Made::Still(summary)) => Some(summary),
        _ => None,
    };
    let is_gif = matches!(done.made, Some(Made::Gif(_)));
    json!({
        "input": shown(path),
        "output": done.written.as_deref().map(shown),
        "status": done.became.stable_name(),
        "kind": done.kind.stable_name(),
        "bytes": { "before": done.before, "after": done.after },
        "color_type": summary.map(|summary| summary.color_type.stable_name()).or(is_gif.then_some("indexed")),
        "colors": summary.and_then(|summary| summary.colors()),
        "lossless": summary.map(|summary| summary.report.mean_squared_error == 0.0).or(is_gif.then_some(true)),
        "score": summary.and_then(|summary| summary.score),
    })
}

impl Became {
    /// The one of this stable name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Packed, Self::Unchanged, Self::Kept, Self::LeftAlone];
        all.into_iter().find(|became| became.stable_name() == name)
    }

    fn stable_name(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::Unchanged => "unchanged",
            Self::Kept => "kept",
            Self::LeftAlone => "left-alone",
        }
    }
}

impl Kind {
    /// The one of this stable name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.stable_name() == name)
    }

    /// For machines.
    pub(crate) fn stable_name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::DeepPng => "png16",
            Self::Gif => "gif",
            Self::Jpeg => "jpeg",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Pnm => "pnm",
            Self::Qoi => "qoi",
            Self::Svg => "svg",
            Self::Animated => "animated",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_name_what_was_done_and_what_was_not() {
        let left_alone = BTreeMap::from([(Kind::Jpeg, 2), (Kind::Other, 1)]);
        let totals = Totals {
            packed: 1200,
            kept: 3,
            left_alone,
            failed: 1,
            before: 4000,
            after: 1000,
            ..Totals::default()
        };
        let wanted = "1,207 files: 1,200 packed, 3 kept, 3 left alone (2 JPEG, 1 other), 1 failed; 4,000 B -> 1,000 B (-75.0 %)";
        assert_eq!(totals.line(), wanted);
        assert_eq!(Totals::default().line(), "0 files: 0 packed, 0 kept; 0 B -> 0 B");
    }
}
