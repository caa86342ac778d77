//! `huepack.toml`: what is to be done with the files below it, and how `huepack config` tells.

mod command;
mod date;
mod find;
mod key;
mod nearest;
mod read;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub(crate) use command::{ConfigArgs, run};
pub(crate) use date::Date;
pub(crate) use find::{Belonging, Finder};
pub(crate) use key::Setting;
pub(crate) use nearest::nearest;

use crate::args::PackArgs;
use crate::failure::{Failure, shown};
use crate::globs::Globs;
use crate::threshold::Threshold;

/// The name of a config.
pub(crate) const FILE: &str = "huepack.toml";

/// A config that was read.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// As it was found.
    pub(crate) path: PathBuf,
    /// For all files.
    pub(crate) defaults: Vec<Line<Setting>>,
    /// For those that match, later ones last.
    pub(crate) rules: Vec<Rule>,
    pub(crate) exclude: Vec<Line<Pattern>>,
    pub(crate) budgets: Vec<Line<Budget>>,
    pub(crate) ignores: Vec<Line<Ignore>>,
    pub(crate) check: CheckKeys,
}

/// Something with the line that it stands on.
#[derive(Clone, Debug)]
pub(crate) struct Line<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

/// A pattern of paths, as seen from the config's folder.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    pub(crate) globs: Globs,
}

/// Options for files that match.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) pattern: Pattern,
    pub(crate) settings: Vec<Line<Setting>>,
}

/// The most bytes that all files that match may have together.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) pattern: Pattern,
    pub(crate) bytes: u64,
}

/// Files of which a check says nothing for a while.
#[derive(Debug)]
pub(crate) struct Ignore {
    pub(crate) pattern: Pattern,
    pub(crate) reason: String,
    /// The last day.
    pub(crate) until: Date,
}

/// What a check is asked for.
#[derive(Debug, Default)]
pub(crate) struct CheckKeys {
    pub(crate) min_savings: Vec<Threshold>,
    /// As seen from the config.
    pub(crate) palette_only: Option<PathBuf>,
}

/// An option that applies to a file, and why.
#[derive(Clone, Debug)]
pub(crate) struct Applied<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) line: usize,
    /// The pattern of its rule.
    pub(crate) rule: Option<&'a str>,
}

/// Whether a text would be read as a config.
pub(crate) fn check(path: &Path, text: &str) -> Result<(), Failure> {
    read::read(path, text).map(|_| ())
}

/// The name of a config in messages: from here, if it is below.
pub(crate) fn name_of(path: &Path) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    let below = here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    shown(below.as_deref().unwrap_or(path))
}

impl Config {
    /// The folder that patterns are seen from.
    pub(crate) fn folder(&self) -> &Path {
        crate::output::folder_of(&self.path)
    }

    /// What excludes a file.
    pub(crate) fn excludes(&self, relative: &Path) -> Option<&Line<Pattern>> {
        self.exclude.iter().find(|pattern| pattern.value.globs.hold(relative))
    }

    /// Which rules hold for a file.
    pub(crate) fn rules_of(&self, relative: &Path) -> Vec<usize> {
        (0..self.rules.len()).filter(|&rule| self.rules[rule].pattern.globs.hold(relative)).collect()
    }

    /// The options that hold under these rules: of each, the last that was set.
    pub(crate) fn applied(&self, rules: &[usize]) -> Vec<Applied<'_>> {
        let mut applied: Vec<Applied<'_>> = Vec::new();
        let of_rules = rules.iter().map(|&rule| &self.rules[rule]);
        let of_rules =
            of_rules.flat_map(|rule| rule.settings.iter().map(|line| (Some(&*rule.pattern.text), line)));
        for (rule, line) in self.defaults.iter().map(|line| (None, line)).chain(of_rules) {
            let setting = &line.value;
            applied
                .retain(|old| old.setting.name() != setting.name() && !setting.excludes(old.setting.name()));
            applied.push(Applied { setting, line: line.line, rule });
        }
        applied
    }

    /// Arguments with what the config says, where nothing was typed.
    pub(crate) fn over(&self, args: &PackArgs, rules: &[usize]) -> PackArgs {
        let mut merged = args.clone();
        for Applied { setting, .. } in self.applied(rules) {
            let is_typed = |name: &str| args.typed.iter().any(|typed| typed == name);
            let is_excluded = args.typed.iter().any(|typed| setting.excludes(typed));
            if !is_typed(setting.name()) && !is_excluded {
                setting.apply(&mut merged, self.folder());
            }
        }
        merged
    }

    /// A place in it, as in messages.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", name_of(&self.path))
    }
}
