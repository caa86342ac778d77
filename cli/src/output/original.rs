//! The file that a result takes the place of.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{HardLinks, Writer, names};
use crate::failure::Failure;

/// A file that is to be replaced, as it was before it was read.
#[derive(Debug)]
pub(crate) struct Original {
    /// As it was given.
    name: PathBuf,
    /// Where it really is: a link stays a link.
    path: PathBuf,
    metadata: Metadata,
}

impl Original {
    /// Looks at a file, and refuses what must not or cannot be replaced.
    pub(crate) fn of(name: &Path, hard_links: HardLinks) -> Result<Self, Failure> {
        let reading = |error| Failure::reading(name, &error);
        let path = fs::canonicalize(name).map_err(reading)?;
        let metadata = fs::metadata(&path).map_err(reading)?;
        if metadata.is_dir() {
            return Err(reading(std::io::ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            return Err(Failure::not_regular(name));
        }
        if hard_links == HardLinks::Refuse && names(&metadata) > 1 {
            let reason = format!("it is one of {} names of the same file", names(&metadata));
            return Err(Failure::new(
                name,
                reason,
                "--break-links replaces this one and leaves the others the old file",
            ));
        }
        if metadata.permissions().readonly() {
            return Err(Failure::new(
                name,
                "it is write-protected",
                "allow writing to it first, as by chmod u+w",
            ));
        }
        // Renaming asks for no right to the file itself, so this must.
        if let Err(error) = fs::OpenOptions::new().write(true).open(&path) {
            return Err(Failure::writing(name, &error));
        }
        Ok(Self { name: name.to_owned(), path, metadata })
    }

    /// Puts `bytes` in its place; `false` if it is no longer the file that it was, and has been left alone.
    pub(crate) fn replace(&self, bytes: &[u8], writer: Writer<'_>) -> Result<bool, Failure> {
        let new = writer.written_beside(&self.path, bytes, Some(&self.metadata));
        new.and_then(|new| new.replace(&self.path, |old| identity(old) == identity(&self.metadata)))
            .map_err(|error| Failure::writing(&self.name, &error))
    }
}

/// What changes when somebody else writes a file or puts another one in its place.
fn identity(file: &Metadata) -> (u64, u64, u64, Option<SystemTime>) {
    #[cfg(unix)]
    let (device, inode) =
        (std::os::unix::fs::MetadataExt::dev(file), std::os::unix::fs::MetadataExt::ino(file));
    #[cfg(not(unix))]
    let (device, inode) = (0, 0);
    (device, inode, file.len(), file.modified().ok())
}
