//! Writing outputs: whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    StandardOutput,
    File(PathBuf),
}

/// What to do with a file that stands where the result should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Keep,
    Replace,
}

impl Target {
    /// `-` is standard output.
    pub(crate) fn of(path: &Path) -> Self {
        if path == Path::new("-") { Self::StandardOutput } else { Self::File(path.to_path_buf()) }
    }

    /// Writes the bytes: a file appears under its name once it is complete and on disk.
    pub(crate) fn write(&self, bytes: &[u8], existing: Existing) -> Result<(), Failure> {
        match self {
            Self::StandardOutput => {
                let mut stdout = io::stdout().lock();
                match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
                    // A reader that has gone away has had enough.
                    Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                        Err(Failure::writing(Path::new("standard output"), &error))
                    }
                    _ => Ok(()),
                }
            }
            Self::File(path) => {
                write_file(path, bytes, existing).map_err(|error| Failure::writing(path, &error))
            }
        }
    }
}

fn write_file(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    let old = match fs::metadata(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if let Some(old) = &old {
        if existing == Existing::Keep {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if old.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        if !old.is_file() {
            // A device or a pipe is written to, never replaced.
            return OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
    }
    // A link stays, what it points to is replaced.
    let path = if old.is_some() { fs::canonicalize(path)? } else { path.to_path_buf() };
    let folder = folder_of(&path);
    let mut new = temporary_file(folder, old.as_ref())?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    match existing {
        Existing::Keep => new.persist_noclobber(&path)?,
        Existing::Replace => new.persist(&path)?,
    };
    sync_folder(folder)
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file of a random name in the same folder, removed again unless it is renamed. It gets the mode of the
/// file that it will replace, else the one that new files get.
fn temporary_file(folder: &Path, old: Option<&fs::Metadata>) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".huepack-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system takes the user's mask off.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let new = builder.tempfile_in(folder)?;
    if let Some(old) = old {
        new.as_file().set_permissions(old.permissions())?;
    }
    Ok(new)
}

/// Makes the new name survive a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Whether two paths lead to the same file.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_kept_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let target = Target::of(&path);
        target.write(b"one", Existing::Keep).unwrap();
        assert!(target.write(b"two", Existing::Keep).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        target.write(b"two", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no litter");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_modes_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.png"), folder.path().join("link.png"));
        fs::write(&path, b"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        Target::of(&link).write(b"two", Existing::Replace).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
