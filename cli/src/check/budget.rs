//! Budgets: what all files of a pattern may take together.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::Checked;
use super::finding::{Finding, What};
use super::look::Subject;
use crate::config::{Belonging, Config, name_of};
use crate::folder::walk;

/// Adds up the files of every budget in the configs of these files. All files below the config count, also those that
/// the check was not asked about, or else a budget would depend on how it is asked.
pub(super) fn check(subjects: &[Subject], checked: &mut Checked) {
    let configs: BTreeMap<PathBuf, Arc<Config>> = subjects
        .iter()
        .filter_map(|subject| subject.belonging.as_ref())
        .map(|Belonging { config, .. }| (config.path.clone(), Arc::clone(config)))
        .collect();
    for config in configs.values().filter(|config| !config.budgets.is_empty()) {
        let found = walk(&[config.folder().to_owned()], &Default::default());
        let lengths: Vec<(PathBuf, u64)> = found
            .into_iter()
            .filter_map(|found| Some((found.relative, fs::metadata(found.path).ok()?.len())))
            .collect();
        for line in &config.budgets {
            let most = line.value.bytes;
            let of_pattern = lengths.iter().filter(|(path, _)| line.value.pattern.globs.hold(path));
            let (files, bytes) =
                of_pattern.fold((0, 0), |(files, bytes), (_, length)| (files + 1, bytes + length));
            if bytes > most {
                let pattern = line.value.pattern.text.clone();
                checked.findings.push(Finding {
                    path: name_of(&config.path).into(),
                    what: What::Budget { pattern, most, bytes, files },
                    line: Some(line.line),
                    note: None,
                });
            }
        }
    }
}
