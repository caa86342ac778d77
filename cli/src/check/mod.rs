//! `huepack check`: what could be smaller, what is larger than it may be, and what has the wrong colours.

mod args;
mod budget;
mod colors;
mod finding;
mod json;
mod junit;
mod lineage;
mod look;
mod markdown;
mod sarif;

use std::path::{Path, PathBuf};

pub(crate) use args::CheckArgs;
use finding::{Finding, What};
use look::Subject;

use crate::failure::Failure;
use crate::folder::{self, Refusal};
use crate::number::grouped;
use crate::output::{Existing, HardLinks, Target, Writer};
use crate::terminal::{Status, complain, say};

/// All that a check found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Files that were looked at, sorted.
    files: Vec<PathBuf>,
    /// In the order of the files, budgets last.
    findings: Vec<Finding>,
    /// Those that a config says to ignore for now, with the reason.
    ignored: Vec<(Finding, String)>,
    failures: Vec<(PathBuf, Failure)>,
    /// Files that `--fix` packed, and the bytes that saved.
    fixed: u64,
    saved: u64,
}

/// Checks, and says what was found.
pub(crate) fn run(args: &CheckArgs) -> Status {
    match check(args) {
        Ok(checked) => checked.tell(args),
        Err(Refusal { status, message }) => {
            complain(&message);
            status
        }
    }
}

fn check(args: &CheckArgs) -> Result<Checked, Refusal> {
    if let [first, second, ..] = *args.on_standard_output() {
        return Err(Refusal::usage(format!(
            "{first} and {second} both write to standard output; give one of them a file"
        )));
    }
    let packing = args.packing();
    let mut subjects = look::subjects(args, &packing)?;
    let mut cache = folder::cache(&packing);
    let mut checked = Checked::default();
    look::look(args, &mut subjects, &mut cache, &mut checked);
    if args.fix {
        fix(&subjects, &mut cache, &mut checked);
    }
    budget::check(&subjects, &mut checked);
    cache.close();
    Ok(checked)
}

/// Packs what could be smaller.
fn fix(subjects: &[Subject], cache: &mut crate::cache::Cache, checked: &mut Checked) {
    folder::remove_left_over_files(subjects.iter().map(|subject| &subject.item));
    let is_smaller = |finding: &Finding| matches!(finding.what, What::Smaller { .. });
    let (smaller, rest) = std::mem::take(&mut checked.findings).into_iter().partition(is_smaller);
    checked.findings = rest;
    let smaller: Vec<Finding> = smaller;
    for finding in smaller {
        let Some(subject) = subjects.iter().find(|subject| subject.item.path == finding.path) else {
            continue;
        };
        match folder::work(&subject.item, cache, u64::MAX) {
            Ok(done) => {
                if let Err(word) = cache.remember(&done.entries) {
                    complain(&word);
                }
                checked.fixed += 1;
                checked.saved += done.before.saturating_sub(done.after);
            }
            Err(failure) => {
                checked.failures.push((finding.path.clone(), failure));
                checked.findings.push(finding);
            }
        }
    }
    checked.findings.sort_by(|a, b| a.path.cmp(&b.path));
}

impl Checked {
    fn status(&self) -> Status {
        if !self.failures.is_empty() {
            Status::Failed
        } else if self.findings.is_empty() {
            Status::Done
        } else {
            Status::Work
        }
    }

    /// Says what was found, in all forms that were asked for.
    fn tell(&self, args: &CheckArgs) -> Status {
        let mut told = Vec::new();
        for (_, failure) in &self.failures {
            let line = failure.to_string();
            if !told.contains(&line) {
                complain(&line);
                told.push(line);
            }
        }
        if args.json {
            say(&json::json(self).to_string());
        } else if !args.quiet && args.on_standard_output().is_empty() {
            self.findings.iter().for_each(|finding| say(&finding.line()));
            say(&self.totals());
        }
        let reports = [
            (
                &args.markdown,
                markdown::text(self, usize::try_from(args.markdown_limit).unwrap_or(usize::MAX)),
            ),
            (&args.sarif, sarif::text(self)),
            (&args.junit, junit::text(self)),
        ];
        let mut status = self.status();
        for (path, text) in reports {
            if let Some(path) = path
                && let Err(failure) = write(path, &text)
            {
                complain(&failure.to_string());
                status = Status::Failed;
            }
        }
        status
    }

    fn count(&self, rule: &str) -> usize {
        self.findings.iter().filter(|finding| finding.what.rule() == rule).count()
    }

    /// Bytes that could be saved.
    fn savings(&self) -> u64 {
        let saved = |finding: &Finding| match finding.what {
            What::Smaller { before, after } => before - after,
            _ => 0,
        };
        self.findings.iter().map(saved).sum()
    }

    /// All in a line.
    fn totals(&self) -> String {
        let counted = |count: usize, one: &str, many: &str| {
            (count > 0).then(|| format!("{} {}", grouped(count as u64), if count == 1 { one } else { many }))
        };
        let savings = format!("could be smaller by {} B", grouped(self.savings()));
        let mut parts: Vec<String> = [
            counted(self.count("smaller"), &savings, &savings),
            counted(self.count("budget"), "budget is broken", "budgets are broken"),
            counted(self.count("colors"), "has other colours", "have other colours"),
            counted(self.count("lossy-twice"), "lost colours twice", "lost colours twice"),
            counted(self.ignored.len(), "finding is ignored", "findings are ignored"),
            counted(self.failures.len(), "failed", "failed"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if self.fixed > 0 {
            parts.insert(0, format!("{} packed, {} B saved", grouped(self.fixed), grouped(self.saved)));
        }
        if self.findings.is_empty() && self.failures.is_empty() {
            let left = if self.fixed > 0 { "nothing left to do" } else { "nothing to do" };
            parts.insert(0, left.into());
        }
        let advice = if self.count("smaller") > 0 { "; huepack check --fix packs them" } else { "" };
        let files = self.files.len() as u64;
        let files = if files == 1 { "1 file".into() } else { format!("{} files", grouped(files)) };
        format!("{files} checked: {}{advice}", parts.join(", "))
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let writer = Writer { existing: Existing::Replace, hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::of(path), text.as_bytes())
}
