//! The file that a result takes the place of.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::identity::Identity;
use super::{HardLinks, Writer, names};
use crate::backup::Backup;
use crate::failure::Failure;

/// A file that is to be replaced, as it was before it was read.
#[derive(Debug)]
pub(crate) struct Original {
    /// As it was given.
    name: PathBuf,
    /// Where it really is: a link stays a link.
    path: PathBuf,
    metadata: Metadata,
    /// Where it is kept before it is replaced.
    backup: Option<Arc<Backup>>,
}

impl Original {
    /// Looks at a file, and refuses what must not or cannot be replaced.
    pub(crate) fn of(name: &Path, hard_links: HardLinks) -> Result<Self, Failure> {
        let reading = |error| Failure::reading(name, &error);
        let path = fs::canonicalize(name).map_err(reading)?;
        let metadata = fs::metadata(&path).map_err(reading)?;
        if metadata.is_dir() {
            return Err(reading(io::ErrorKind::IsADirectory.into()));
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
        Ok(Self { name: name.to_owned(), path, metadata, backup: None })
    }

    /// The same, to be kept in a backup.
    pub(crate) fn kept_in(self, backup: Option<&Arc<Backup>>) -> Self {
        Self { backup: backup.cloned(), ..self }
    }

    /// Puts `bytes` in its place; `false` if it is no longer the file that it was, and has been left alone.
    pub(crate) fn replace(&self, bytes: &[u8], writer: Writer<'_>) -> Result<bool, Failure> {
        let writing = |error| Failure::writing(&self.name, &error);
        let new = writer.written_beside(&self.path, bytes, Some(&self.metadata)).map_err(writing)?;
        let expected = Identity::of(&self.metadata);
        if let Some(backup) = &self.backup
            && !backup
                .keep(&self.name, &self.path, blake3::hash(bytes), |old| Identity::of(old) == expected)?
        {
            return Ok(false);
        }
        new.replace(&self.path, Some(expected)).map_err(writing)
    }

    /// The same for a file that gets more than bytes back.
    pub(crate) fn put_back(
        &self,
        bytes: &[u8],
        writer: Writer<'_>,
        stamp: impl Fn(&File) -> io::Result<()>,
    ) -> Result<bool, Failure> {
        let new = writer.written_beside(&self.path, bytes, Some(&self.metadata)).and_then(|new| {
            stamp(&new.file)?;
            new.file.sync_all()?;
            new.replace(&self.path, Some(Identity::of(&self.metadata)))
        });
        new.map_err(|error| Failure::writing(&self.name, &error))
    }
}

/// The same for one that is gone: its name must be free.
pub(crate) fn put_new(
    path: &Path,
    bytes: &[u8],
    writer: Writer<'_>,
    stamp: impl Fn(&File) -> io::Result<()>,
) -> io::Result<()> {
    let new = writer.written_beside(path, bytes, None)?;
    stamp(&new.file)?;
    new.file.sync_all()?;
    new.take_free_name(path)
}
