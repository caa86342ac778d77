//! A file of a folder and what is to become of it. Nothing is written yet.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use huepack::Format;

use super::gallery::Allowance;
use super::kind::Kind;
use super::settings::Settings;
use super::walk::Found;
use crate::failure::{Failure, shown};
use crate::output::folder_of;

/// One file.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) path: PathBuf,
    /// The same, as seen from the folder that was named.
    pub(crate) relative: PathBuf,
    /// Or why it cannot be done; the others still are.
    pub(crate) task: Result<Task, Failure>,
}

/// What is to be done with a file.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) kind: Kind,
    pub(crate) settings: Arc<Settings>,
    pub(crate) goal: Goal,
    /// What pictures of it may take on a page, if there is to be one.
    pub(crate) allowance: Option<Allowance>,
}

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    InPlace,
    /// Into a tree beside it, under one name if it is packed and another if it is copied; they differ where the format
    /// does.
    Mirror {
        packed: PathBuf,
        copied: PathBuf,
    },
}

impl Task {
    /// The format that the file is packed as, unless it is left alone.
    pub(crate) fn format(&self) -> Option<Format> {
        match self.kind {
            kind if self.settings.converts && kind.is_picture() => Some(self.settings.plan.format),
            Kind::Png => Some(Format::Png),
            Kind::Gif => Some(Format::Gif),
            _ => None,
        }
    }
}

impl Task {
    /// A result under a name that was given: it has to be that of the format.
    fn goal_at(&self, path: &Path, output: PathBuf) -> Result<Goal, Failure> {
        let extension = |path: &Path| path.extension().unwrap_or_default().to_ascii_lowercase();
        let format = self.format();
        let is_format = format.is_some_and(|format| extension(&output) == format.extension());
        let stays = format.is_none_or(|format| self.kind.is(format));
        let is_like_input = stays && extension(&output) == extension(path);
        if !is_format && !is_like_input {
            let becomes = format.map_or(self.kind.name(), Format::name);
            let reason = format!("it becomes no {} but {becomes}", shown(&output));
            return Err(Failure::new(
                path,
                reason,
                "--convert changes formats; else outputs end as their inputs do",
            ));
        }
        let copied = match stays {
            true => output.clone(),
            false => output.with_extension(path.extension().unwrap_or_default()),
        };
        Ok(Goal::Mirror { packed: output, copied })
    }
}

impl Item {
    pub(crate) fn of(found: Found, out_dir: Option<&Path>, settings: Result<Arc<Settings>, Failure>) -> Self {
        let Found { path, relative, output, failure } = found;
        let settings = failure.map_or(settings, Err);
        let kind = || Kind::of(&path).map_err(|error| Failure::reading(&path, &error));
        let task = settings.and_then(|settings| Ok((settings, kind()?))).and_then(|(settings, kind)| {
            let mut task = Task { kind, settings, goal: Goal::InPlace, allowance: None };
            if let Some(output) = output {
                task.goal = task.goal_at(&path, output)?;
            } else if let Some(folder) = out_dir {
                let copied = folder.join(&relative);
                let packed = match task.format() {
                    Some(format) if !kind.is(format) => copied.with_extension(format.extension()),
                    _ => copied.clone(),
                };
                task.goal = Goal::Mirror { packed, copied };
            }
            Ok(task)
        });
        Self { path, relative, task }
    }

    /// The folder that its result is written to.
    pub(crate) fn folder(&self) -> &Path {
        match &self.task {
            Ok(Task { goal: Goal::Mirror { copied, .. }, .. }) => folder_of(copied),
            _ => folder_of(&self.path),
        }
    }
}

/// Has pictures made of those that are packed, for a page that all of them share.
pub(crate) fn show(items: &mut [Item]) {
    let is_shown = |item: &&mut Item| matches!(&item.task, Ok(task) if task.format().is_some());
    let allowance = Allowance::of_each(items.iter_mut().filter(is_shown).count());
    for task in items.iter_mut().filter_map(|item| item.task.as_mut().ok()) {
        task.allowance = Some(allowance);
    }
}

/// Sees to it that no two files meet under one name. Who keeps its name goes before who would get a new one.
pub(crate) fn part(items: &mut [Item]) {
    let mut taken: HashMap<PathBuf, PathBuf> = HashMap::new();
    for may_change in [false, true] {
        for item in items.iter_mut() {
            let Ok(Task { goal: Goal::Mirror { packed, copied }, .. }) = &item.task else { continue };
            if (packed != copied) != may_change {
                continue;
            }
            if let Some(other) = taken.get(packed).or_else(|| taken.get(copied)) {
                let reason = format!("its output would be that of {}", shown(other));
                item.task = Err(Failure::new(&item.path, reason, "pack it on its own, into another folder"));
            } else {
                taken.insert(packed.clone(), item.path.clone());
                taken.insert(copied.clone(), item.path.clone());
            }
        }
    }
}

impl Kind {
    /// Whether files of it are of a format.
    fn is(self, format: Format) -> bool {
        matches!((self, format), (Self::Png | Self::DeepPng, Format::Png) | (Self::Gif, Format::Gif))
    }
}
