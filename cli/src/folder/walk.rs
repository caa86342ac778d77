//! The files of folders, sorted by path, whatever the file system says.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::backup;
use crate::config;
use crate::failure::Failure;
use crate::globs::Globs;
use crate::output::same_file;

/// The name of files that say what huepack passes over, as `.gitignore` does.
const IGNORE_FILE: &str = ".huepackignore";

/// Which files are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// If there are any, one must hold.
    pub(crate) include: Globs,
    pub(crate) exclude: Globs,
    pub(crate) follow_links: bool,
    /// A folder that is passed over, since results go there.
    pub(crate) out_dir: Option<PathBuf>,
}

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// The same, as seen from the folder that was named.
    pub(crate) relative: PathBuf,
    /// Where its result goes, if a list says so.
    pub(crate) output: Option<PathBuf>,
    /// Or why it cannot be done.
    pub(crate) failure: Option<Failure>,
}

impl Found {
    fn file(path: PathBuf, root: &Path) -> Self {
        let relative = path.strip_prefix(root).unwrap_or(&path).to_owned();
        // Of this folder, nobody wants to read at every line that it is this one.
        let path = if root == Path::new(".") { relative.clone() } else { path };
        Self { path, relative, output: None, failure: None }
    }

    fn failed(path: PathBuf, root: &Path, failure: Failure) -> Self {
        let relative = path.strip_prefix(root).unwrap_or(&path).to_owned();
        Self { path, relative, output: None, failure: Some(failure) }
    }
}

/// All files that are wanted, of the inputs that are folders, and the other inputs.
pub(crate) fn walk(inputs: &[PathBuf], wanted: &Wanted) -> Vec<Found> {
    let mut all = Vec::new();
    for input in inputs {
        if input.is_dir() {
            all.extend(walk_folder(input, wanted));
        } else {
            let relative = PathBuf::from(input.file_name().unwrap_or_default());
            let failure = fs::metadata(input).err().map(|error| Failure::reading(input, &error));
            all.push(Found { path: input.clone(), relative, output: None, failure });
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all.dedup_by(|a, b| a.path == b.path);
    if wanted.follow_links {
        // A file that is reached twice is worked on once, under the first of its paths.
        let mut known = HashSet::new();
        all.retain(|found| fs::canonicalize(&found.path).map_or(true, |path| known.insert(path)));
    }
    all
}

fn walk_folder(root: &Path, wanted: &Wanted) -> Vec<Found> {
    let mut walk = WalkBuilder::new(root);
    walk.ignore(false)
        // What is passed over is to depend on the tree alone, not on whose machine it is.
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(wanted.follow_links)
        .add_custom_ignore_filename(IGNORE_FILE);
    let (exclude, folder) = (wanted.exclude.clone(), root.to_owned());
    let out_dir: Option<(PathBuf, OsString)> = wanted
        .out_dir
        .as_ref()
        .and_then(|path| Some((path.clone(), fs::canonicalize(path).ok()?.file_name()?.to_owned())));
    walk.filter_entry(move |entry| {
        let is_output = out_dir
            .as_ref()
            .is_some_and(|(path, name)| entry.file_name() == name && same_file(entry.path(), path));
        let relative = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
        !is_output && !keeps_originals(entry) && !exclude.hold(relative)
    });
    let found = walk.build().filter_map(|entry| match entry {
        Ok(entry) => look(entry, root, wanted),
        Err(error) => Some(failed(root, &error)),
    });
    found.collect()
}

/// Whether a folder keeps what was replaced elsewhere, and must stay as it is.
fn keeps_originals(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.path().join(backup::MANIFEST).exists()
}

/// A file if it is wanted; folders and links are not.
fn look(entry: DirEntry, root: &Path, wanted: &Wanted) -> Option<Found> {
    let kind = entry.file_type()?;
    if kind.is_dir() || kind.is_symlink() {
        return None;
    }
    if entry.file_name() == config::FILE {
        return None;
    }
    let found = Found::file(entry.into_path(), root);
    if !wanted.include.is_empty() && !wanted.include.hold(&found.relative) {
        return None;
    }
    if !kind.is_file() {
        return Some(Found { failure: Some(Failure::not_regular(&found.path)), ..found });
    }
    Some(found)
}

/// What the walk stumbled over, by name.
fn failed(root: &Path, error: &ignore::Error) -> Found {
    let (path, error) = named(root, error);
    let failure = match error {
        ignore::Error::Loop { ancestor, .. } => {
            let reason = format!("it is a link to {}, which it is in", ancestor.display());
            Failure::new(path, reason, "remove the link, or leave out --follow-links")
        }
        ignore::Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            Failure::new(path, "it is a link to a file that does not exist", "mend or remove it")
        }
        ignore::Error::Io(error) => Failure::reading(path, error),
        other => Failure::new(path, other.to_string(), ""),
    };
    Found::failed(path.to_owned(), root, failure)
}

/// The innermost error, and the path that it is about.
fn named<'a>(path: &'a Path, error: &'a ignore::Error) -> (&'a Path, &'a ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => named(path, err),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => named(path, err),
        ignore::Error::Loop { child, .. } => (child, error),
        _ => (path, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir, wanted: &Wanted) -> Vec<String> {
        let found = walk(&[folder.path().to_owned()], wanted);
        found.iter().map(|found| found.relative.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn files_come_in_the_order_of_their_paths_and_ignored_ones_do_not() {
        let folder = tree(&[
            ("b.png", ""),
            ("a/z.png", ""),
            ("a/b/c.png", ""),
            (".gitignore", "build/\n*.tmp\n"),
            ("build/out.png", ""),
            ("x.tmp", ""),
            ("a/.huepackignore", "z.png\n"),
            (".hidden/a.png", ""),
        ]);
        assert_eq!(names(&folder, &Wanted::default()), ["a/b/c.png", "b.png"]);
    }

    #[test]
    fn globs_take_and_leave_out() {
        let folder = tree(&[("a.png", ""), ("a.gif", ""), ("icons/b.png", ""), ("icons/old/c.png", "")]);
        let wanted = Wanted {
            include: Globs::of(&["*.png"]).unwrap(),
            exclude: Globs::of(&["icons/old"]).unwrap(),
            ..Wanted::default()
        };
        assert_eq!(names(&folder, &wanted), ["a.png", "icons/b.png"]);
    }

    #[test]
    fn the_folder_of_results_is_passed_over() {
        let folder = tree(&[("a.png", ""), ("dist/b.png", "")]);
        let wanted = Wanted { out_dir: Some(folder.path().join("dist")), ..Wanted::default() };
        assert_eq!(names(&folder, &wanted), ["a.png"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_when_asked_and_loops_are_told() {
        let folder = tree(&[("a/b.png", "")]);
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(folder.path().join(to), folder.path().join(name)).unwrap();
        };
        link("a", "c");
        link(".", "a/up");
        link("nowhere", "d.png");
        assert_eq!(names(&folder, &Wanted::default()), ["a/b.png"]);
        let found = walk(&[folder.path().to_owned()], &Wanted { follow_links: true, ..Wanted::default() });
        let failures: Vec<String> =
            found.iter().filter_map(|found| found.failure.as_ref()).map(Failure::to_string).collect();
        assert_eq!(found.len() - failures.len(), 1, "b.png once: {found:?}");
        assert!(failures.iter().any(|failure| failure.contains("which it is in")), "{failures:?}");
        assert!(
            failures.iter().any(|failure| failure.contains("d.png: it is a link to a file")),
            "{failures:?}"
        );
    }
}
