//! Copies of files, however large.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::Path;

use super::{Existing, Readers, Temporary, Writer, folder_of, names};
use crate::failure::Failure;

/// Bytes that are compared at a time.
const PART: usize = 64 << 10;

impl Writer<'_> {
    /// Copies a file, which appears under its name once it is complete and on disk; `false` if it is there already.
    pub(crate) fn copy(self, source: &Path, target: &Path) -> Result<bool, Failure> {
        let writing = |error| Failure::writing(target, &error);
        let mut file = File::open(source).map_err(|error| Failure::reading(source, &error))?;
        if target.exists() {
            if holds(target, &mut file).map_err(|error| Failure::reading(target, &error))? {
                return Ok(false);
            }
            if self.existing == Existing::Keep {
                return Err(writing(io::ErrorKind::AlreadyExists.into()));
            }
            file = File::open(source).map_err(|error| Failure::reading(source, &error))?;
        }
        self.copy_open(&mut file, target).map_err(writing)?;
        Ok(true)
    }

    fn copy_open(self, file: &mut File, target: &Path) -> io::Result<()> {
        let mut new = Temporary::new(folder_of(target), Readers::Usual)?;
        io::copy(file, &mut new.file)?;
        new.file.set_permissions(file.metadata()?.permissions())?;
        new.file.sync_all()?;
        match fs::metadata(target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => new.take_free_name(target),
            Err(error) => Err(error),
            Ok(old) if !old.is_file() => Err(io::Error::other("it is not a regular file")),
            Ok(old) if names(&old) > 1 => Err(io::Error::other(format!("it has {} names", names(&old)))),
            Ok(_) => new.replace(&fs::canonicalize(target)?, None).map(|_| ()),
        }
    }
}

/// Puts other bytes into a file of huepack's own, whole or not at all.
pub(crate) fn replace_own(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = Temporary::new(folder_of(path), Readers::Usual)?;
    new.file.write_all(bytes)?;
    new.file.sync_all()?;
    new.replace(path, None).map(|_| ())
}

/// Whether a file holds exactly these bytes.
pub(crate) fn holds(path: &Path, mut wanted: impl Read) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let (mut a, mut b) = (Vec::with_capacity(PART), Vec::with_capacity(PART));
    loop {
        a.clear();
        b.clear();
        Read::by_ref(&mut file).take(PART as u64).read_to_end(&mut a)?;
        Read::by_ref(&mut wanted).take(PART as u64).read_to_end(&mut b)?;
        if a != b || a.is_empty() {
            return Ok(a == b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::HardLinks;

    #[test]
    fn a_copy_is_made_once_and_does_not_overwrite() {
        let folder = tempfile::tempdir().unwrap();
        let (source, target) = (folder.path().join("a"), folder.path().join("b"));
        let copy = |existing| {
            Writer { existing, hard_links: HardLinks::Refuse, verify: None }.copy(&source, &target)
        };
        fs::write(&source, vec![7; PART + 1]).unwrap();
        assert_eq!((copy(Existing::Keep), copy(Existing::Keep)), (Ok(true), Ok(false)));
        fs::write(&source, vec![7; PART]).unwrap();
        assert!(copy(Existing::Keep).is_err());
        assert_eq!(copy(Existing::Replace), Ok(true));
        assert_eq!(fs::read(&target).unwrap(), vec![7; PART]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no litter");
    }
}
