//! Copies that are kept apart from their source, and must outlive a power cut.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::temporary::sync_folder;
use super::{Readers, Temporary, folder_of};

/// Bytes that are copied at a time.
const PART: usize = 64 << 10;

/// Copies an open file to a name that must be free, and tells what it holds; none if `is_expected` no longer knows the
/// file after that. The copy has its name once it is on disk, and was read again from there.
pub(crate) fn copy_apart(
    file: &mut File,
    target: &Path,
    is_expected: impl Fn(&Metadata) -> bool,
) -> io::Result<Option<blake3::Hash>> {
    let mut new = Temporary::new(folder_of(target), Readers::Owner)?;
    file.seek(SeekFrom::Start(0))?;
    let hash = hashed(file, |part| new.file.write_all(part))?;
    let metadata = file.metadata()?;
    if !is_expected(&metadata) {
        return Ok(None);
    }
    new.file.set_permissions(readable(&metadata))?;
    new.file.sync_all()?;
    new.file.seek(SeekFrom::Start(0))?;
    if hashed(&mut new.file, |_| Ok(()))? != hash {
        return Err(io::Error::other("what was written is another file"));
    }
    new.take_free_name(target)?;
    Ok(Some(hash))
}

/// What a file holds.
pub(crate) fn content(path: &Path) -> io::Result<blake3::Hash> {
    hashed(&mut File::open(path)?, |_| Ok(()))
}

/// Makes a folder and those above it, each known to the disk.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    make_folder(folder_of(folder))?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(folder),
    }
}

fn hashed(file: &mut File, mut see: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    let mut part = vec![0; PART];
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(length) => {
                hasher.update(&part[..length]);
                see(&part[..length])?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Who may read the source may read its copy. Nobody runs it as somebody else.
fn readable(source: &Metadata) -> fs::Permissions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::Permissions::from_mode(source.permissions().mode() & 0o777)
    }
    #[cfg(not(unix))]
    source.permissions()
}
