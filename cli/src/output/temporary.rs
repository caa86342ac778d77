//! New files under a random name beside their target, which go away again unless they take its place.

use std::fs::{self, File};
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

use super::folder_of;
use super::identity::Identity;
use super::left_over::{FolderLock, PREFIX, WRITTEN, exchanged_name};
use crate::signal;

/// Every temporary file that there is, so that a signal leaves none. Who holds the lock may be sure that no signal
/// ends the program meanwhile.
static ALL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that exists only until it is renamed or dropped.
#[derive(Debug)]
pub(super) struct Temporary {
    path: PathBuf,
    pub(super) file: File,
    /// Tells others that the file is not left over.
    _lock: FolderLock,
}

/// Who may read a file before it has its final mode.
#[derive(Clone, Copy, Debug)]
pub(super) enum Readers {
    /// Its owner alone: what it replaces may be private.
    Owner,
    /// As the user's mask says for new files.
    Usual,
}

impl Temporary {
    /// A new file in the folder, opened exclusively: no other file is ever touched. Its name is not made of the
    /// target's, which may be as long as names can be.
    pub(super) fn new(folder: &Path, readers: Readers) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(WRITTEN);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = match readers {
                Readers::Owner => 0o600,
                Readers::Usual => 0o666,
            };
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = readers;
        let lock = FolderLock::shared(folder);
        let mut all = all();
        let (file, path) = builder.tempfile_in(folder)?.into_parts();
        let path = path.keep().map_err(|error| error.error)?;
        all.push(path.clone());
        Ok(Self { path, file, _lock: lock })
    }

    /// Renames the file to a name that must still be free.
    pub(super) fn take_free_name(mut self, target: &Path) -> io::Result<()> {
        let mut all = lock_to_rename()?;
        // `TempPath` knows how to do that without a race on each system; it leaves the file where it fails.
        let path = TempPath::try_from_path(self.path.clone())?;
        let renamed = path.persist_noclobber(target);
        match renamed {
            Ok(()) => self.forget(&mut all),
            Err(error) => {
                // Its own clean-up would come a second time in ours.
                let _ = error.path.keep();
                return Err(error.error);
            }
        }
        sync_folder(target).inspect_err(|_| {
            // What may not survive a power cut is not left behind as if it would.
            let _ = fs::remove_file(target);
        })
    }

    /// Takes the place of another file, or leaves it as it was. Where only one is expected there, the file that was
    /// replaced is looked at; if it is another one, that is not an error: then it is back in its place.
    pub(super) fn replace(mut self, target: &Path, expected: Option<Identity>) -> io::Result<bool> {
        let is_expected = |old: &fs::Metadata| expected.is_none_or(|expected| Identity::of(old) == expected);
        let mut all = lock_to_rename()?;
        if let Some(expected) = expected {
            self.rename_to_exchange(expected, &mut all)?;
        }
        if !exchange(&self.path, target)? {
            // A file system that cannot exchange two names: what is under the other can only be looked at before.
            if !is_expected(&fs::symlink_metadata(target)?) {
                return Ok(false);
            }
            fs::rename(&self.path, target)?;
            self.forget(&mut all);
            return sync_folder(target).map(|()| true);
        }
        // From here to the end, the file under the temporary name is the old one.
        let old = mem::take(&mut self.path);
        all.retain(|path| *path != old);
        let put_back = || {
            fs::rename(&old, target).map_err(|error| {
                io::Error::other(format!("{error}; the original is now named {}", old.display()))
            })
        };
        match fs::symlink_metadata(&old).map(|old| is_expected(&old)) {
            Ok(true) => {}
            Ok(false) => return put_back().map(|()| false),
            Err(error) => return put_back().and(Err(error)),
        }
        if let Err(error) = sync_folder(target).and_then(|()| fs::remove_file(&old)) {
            return put_back().and(Err(error));
        }
        Ok(true)
    }

    /// Takes the name under which a run that comes after a sudden end knows both files. Where the system cannot rename
    /// without a risk to others, the name stays.
    fn rename_to_exchange(&mut self, expected: Identity, all: &mut Vec<PathBuf>) -> io::Result<()> {
        let name = exchanged_name(Identity::of(&self.file.metadata()?), expected);
        let path = folder_of(&self.path).join(name);
        if rename_to_free(&self.path, &path)? {
            let old = mem::replace(&mut self.path, path.clone());
            all.retain(|other| *other != old);
            all.push(path);
        }
        Ok(())
    }

    /// The name is no longer that of a temporary file.
    fn forget(&mut self, all: &mut Vec<PathBuf>) {
        let path = mem::take(&mut self.path);
        all.retain(|other| *other != path);
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        let mut all = all();
        // There is nobody left to tell, and the error that led here is told already.
        let _ = fs::remove_file(&self.path);
        self.forget(&mut all);
    }
}

/// Removes every temporary file, and keeps any other from being made or renamed as long as the guard lives.
#[cfg(unix)]
pub(crate) fn remove_all() -> impl Sized {
    let all = all();
    for path in &*all {
        let _ = fs::remove_file(path);
    }
    all
}

fn all() -> MutexGuard<'static, Vec<PathBuf>> {
    // A panic elsewhere leaves the list as good as it was.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock for the last step, which is not taken any more once the program was told to stop.
fn lock_to_rename() -> io::Result<MutexGuard<'static, Vec<PathBuf>>> {
    let all = all();
    if signal::received().is_some() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(all) }
}

/// Gives two files each other's name at once; `false` where the system cannot.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    rename_with(a, b, rustix::fs::RenameFlags::EXCHANGE)
}

/// Renames a file to a name that nobody has; `false` where the system cannot make sure of that.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn rename_to_free(a: &Path, b: &Path) -> io::Result<bool> {
    rename_with(a, b, rustix::fs::RenameFlags::NOREPLACE)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn rename_with(a: &Path, b: &Path, flags: rustix::fs::RenameFlags) -> io::Result<bool> {
    use rustix::fs::{CWD, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, flags) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn rename_to_free(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Makes the names in a file's folder survive a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}
