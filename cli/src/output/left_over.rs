//! What runs that were killed have left behind.
//!
//! Whoever writes in a folder holds a lock on it, which goes with the process, however that ends. So what has the name of
//! a temporary file in a folder that nobody holds is nobody's: either a result that never got its name, or an original
//! whose place is taken. Only a file that was put there in the last moment, by somebody else, is neither.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::identity::Identity;
use crate::failure::Failure;

/// How temporary files are named: by chance while they are written, and then by marks of the new file and of the old one,
/// which is there under the same name a moment later.
pub(super) const PREFIX: &str = ".huepack-";
pub(super) const WRITTEN: &str = ".tmp";
const EXCHANGED: &str = ".swap";

/// A lock that is held while there are temporary files in a folder; none where the system has no such locks.
#[derive(Debug)]
pub(super) struct FolderLock(#[expect(dead_code, reason = "it is let go of when dropped")] Option<File>);

impl FolderLock {
    /// As one of many writers.
    pub(super) fn shared(folder: &Path) -> Self {
        Self(File::open(folder).and_then(|folder| folder.lock_shared().map(|()| folder)).ok())
    }

    /// As the only one; none if there are others, or no locks.
    fn alone(folder: &Path) -> Option<Self> {
        let folder = File::open(folder).ok()?;
        folder.try_lock().is_ok().then_some(Self(Some(folder)))
    }
}

/// The name for a complete file that is to take the place of another.
pub(super) fn exchanged_name(new: Identity, old: Identity) -> String {
    format!("{PREFIX}{}-{}{EXCHANGED}", new.mark(), old.mark())
}

/// Removes what was left in a folder; what may be somebody's is told instead.
pub(crate) fn remove_left_over(folder: &Path) -> Vec<Failure> {
    let is_there = |name: &fs::DirEntry| name.file_name().to_string_lossy().starts_with(PREFIX);
    let named = |folder| -> io::Result<Vec<PathBuf>> {
        Ok(fs::read_dir(folder)?.filter_map(Result::ok).filter(is_there).map(|entry| entry.path()).collect())
    };
    // A folder that cannot be read has something to say elsewhere.
    if named(folder).is_ok_and(|paths| paths.is_empty()) {
        return Vec::new();
    }
    let Some(_lock) = FolderLock::alone(folder) else { return Vec::new() };
    let paths = named(folder).unwrap_or_default();
    paths.iter().filter_map(|path| remove(path).err()).collect()
}

fn remove(path: &Path) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
    if !metadata.is_file() || !(name.ends_with(WRITTEN) || name.ends_with(EXCHANGED)) {
        return Ok(());
    }
    if name.ends_with(EXCHANGED) && !name.contains(&Identity::of(&metadata).mark()) {
        let reason = "it was kept when a run was killed, since somebody had changed it";
        return Err(Failure::new(path, reason, "look at it, and give it its name back or remove it"));
    }
    fs::remove_file(path).map_err(|error| Failure::new(path, format!("it cannot be removed: {error}"), ""))
}

// Where folders have no locks, nothing is removed.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn identity(path: &Path) -> Identity {
        Identity::of(&fs::metadata(path).unwrap())
    }

    #[test]
    fn what_nobody_holds_is_removed_and_what_somebody_changed_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        written(folder, ".huepack-abcdef.tmp", "half");
        let paths = ["new", "old", "other"].map(|name| written(folder, name, name));
        let name = exchanged_name(identity(&paths[0]), identity(&paths[1]));
        let lock = FolderLock::shared(folder);
        remove_left_over(folder);
        assert!(folder.join(".huepack-abcdef.tmp").exists(), "somebody is at work");
        drop(lock);
        for (path, is_known) in paths.iter().zip([true, true, false]) {
            fs::rename(path, folder.join(&name)).unwrap();
            let failures = remove_left_over(folder);
            assert_eq!((failures.is_empty(), folder.join(&name).exists()), (is_known, !is_known));
            assert!(!folder.join(".huepack-abcdef.tmp").exists());
        }
        let others = [".huepack-b", ".huepackignore", "a.tmp", "b.swap"];
        others.iter().for_each(|name| drop(written(folder, name, "mine")));
        remove_left_over(folder);
        assert!(others.iter().all(|name| folder.join(name).exists()));
    }
}
