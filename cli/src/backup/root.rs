//! The tree that a backup is of, whose shape it has.

use std::fs;
use std::path::{Path, PathBuf};

use super::record::PathText;
use crate::config::{Config, Finder};
use crate::failure::{Failure, shown};
use crate::output::folder_of;

/// The tree of a new backup: the folder that holds it, or its `.huepack`, where that holds all inputs as well; else what
/// they have in common, each with the folder of its config, the folder that was named, or that of the file.
pub(super) fn of(backup: &Path, inputs: &[PathBuf], finder: &mut Finder) -> PathBuf {
    let mut above = folder_of(backup);
    if above.file_name().is_some_and(|name| name == ".huepack") {
        above = folder_of(above);
    }
    let folders: Vec<PathBuf> = inputs.iter().filter_map(|input| folder(input)).collect();
    if folders.iter().all(|folder| folder.starts_with(above)) {
        return above.to_owned();
    }
    let mut of_config = |folder: PathBuf| match finder.of_folder(&folder) {
        Ok(Some(config)) => fs::canonicalize(Config::folder(&config)).unwrap_or(folder),
        _ => folder,
    };
    let roots = folders.into_iter().map(&mut of_config);
    roots.reduce(|a, b| common(&a, &b)).unwrap_or_else(|| above.to_owned())
}

/// A tree as seen from its backup, so that both can be moved together; one that does not hold it by its full name.
pub(super) fn seen_from(backup: &Path, root: &Path) -> PathText {
    match backup.strip_prefix(root) {
        Ok(below) => PathText::of(&below.components().map(|_| "..").collect::<PathBuf>()),
        Err(_) => PathText::of(root),
    }
}

/// Refuses to keep originals around the files that they are of.
pub(super) fn check_apart(name: &Path, backup: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    let is_within = |input: &&PathBuf| folder(input).is_some_and(|folder| folder.starts_with(backup));
    match inputs.iter().find(is_within) {
        Some(input) => {
            let reason = format!("the folder for originals holds {}", shown(input));
            Err(Failure::new(name, reason, "choose another --backup-dir, beside it"))
        }
        None => Ok(()),
    }
}

/// The folder that an input is or is in, wherever links lead.
fn folder(input: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(input).ok()?;
    Some(if path.is_dir() { path } else { folder_of(&path).to_owned() })
}

fn common(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
}
