//! What became of one file, as a line of a report says.

use std::cmp::Reverse;
use std::path::PathBuf;

use serde_json::Value;

use crate::folder::{Became, Kind, Totals};

/// A line about a file.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) input: PathBuf,
    /// As it was printed: it is printed so again.
    pub(super) text: String,
    end: End,
}

#[derive(Clone, Debug)]
enum End {
    Done {
        became: Became,
        kind: Kind,
        before: u64,
        after: u64,
    },
    /// With the line that was told.
    Failed(String),
}

impl Entry {
    /// Reads a line; or why it is none that a run over folders prints.
    pub(super) fn of(text: &str, value: &Value) -> Result<Self, &'static str> {
        let word = |key: &str| value.get(key).and_then(Value::as_str);
        let input = word("input").ok_or("it is no line of a report")?;
        if word("plan").is_some() {
            return Err("it is the plan of a dry run, which has no results");
        }
        let end = match word("status").ok_or("it has no status")? {
            "failed" => {
                let advice = word("advice").filter(|advice| !advice.is_empty());
                let advice = advice.map_or(String::new(), |advice| format!("; {advice}"));
                End::Failed(format!("{input}: {}{advice}", word("reason").unwrap_or("it failed")))
            }
            status => {
                let bytes = |key: &str| value.get("bytes").and_then(|bytes| bytes.get(key)?.as_u64());
                let became = Became::named(status).ok_or("it is no result of a run over folders")?;
                let kind = word("kind").and_then(Kind::named).ok_or("it has no kind")?;
                let (before, after) = bytes("before").zip(bytes("after")).ok_or("it has no bytes")?;
                End::Done { became, kind, before, after }
            }
        };
        Ok(Self { input: input.into(), text: text.to_owned(), end })
    }

    pub(super) fn failure(&self) -> Option<&str> {
        match &self.end {
            End::Done { .. } => None,
            End::Failed(line) => Some(line),
        }
    }

    pub(super) fn count(&self, totals: &mut Totals) {
        match self.end {
            End::Done { became, kind, before, after } => totals.count(became, kind, (before, after)),
            End::Failed(_) => totals.failed += 1,
        }
    }

    /// Whether it says more about its file than another line does: what was packed once is only kept when its run is
    /// repeated. Of lines that say the same, one is chosen whatever the order that they come in.
    pub(super) fn says_more_than(&self, other: &Self) -> bool {
        self.rank() < other.rank()
    }

    /// The least is what says most.
    fn rank(&self) -> (bool, Option<Became>, Reverse<u64>, &str) {
        match self.end {
            End::Done { became, before, .. } => (false, Some(became), Reverse(before), &self.text),
            End::Failed(_) => (true, None, Reverse(0), &self.text),
        }
    }
}
