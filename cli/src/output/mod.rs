//! Writing outputs: whole or not at all.

mod apart;
mod attributes;
mod copy;
mod identity;
mod left_over;
mod original;
mod temporary;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
pub(crate) use apart::{content, copy_apart, make_folder};
pub(crate) use copy::{holds, replace_own};
pub(crate) use left_over::remove_left_over;
pub(crate) use original::{Original, put_new};
#[cfg(unix)]
pub(crate) use temporary::remove_all as remove_temporary_files;
use temporary::{Readers, Temporary};

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

/// What to do with a file that has other names, which a new file would not take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HardLinks {
    Refuse,
    Break,
}

/// Looks at a file that was written, and says what is wrong with it.
pub(crate) type Verify<'a> = &'a dyn Fn(&[u8]) -> Result<(), String>;

/// How files are written.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) existing: Existing,
    pub(crate) hard_links: HardLinks,
    /// Sees each file, read again, before it gets its name.
    pub(crate) verify: Option<Verify<'a>>,
}

impl Target {
    /// `-` is standard output.
    pub(crate) fn of(path: &Path) -> Self {
        if path == Path::new("-") { Self::StandardOutput } else { Self::File(path.to_path_buf()) }
    }
}

/// Tells before the work what would fail at its end: a file in the way, or no folder to write to.
pub(crate) fn refuse_early(path: &Path, existing: Existing) -> Result<(), Failure> {
    if existing == Existing::Keep
        && let Ok(old) = path.metadata()
        && !is_stream(&old)
    {
        return Err(Failure::writing(path, &io::ErrorKind::AlreadyExists.into()));
    }
    folder_of(path).metadata().map(|_| ()).map_err(|error| Failure::writing(path, &error))
}

/// The same for what is said about an input, which must not be written over.
pub(crate) fn refuse_early_beside(input: &Path, output: &Path, existing: Existing) -> Result<(), Failure> {
    if output == Path::new("-") {
        return Ok(());
    }
    if same_file(input, output) {
        return Err(Failure::new(input, "the output is the input", "choose another name"));
    }
    refuse_early(output, existing)
}

impl Writer<'_> {
    /// Writes the bytes: a file appears under its name once it is complete and on disk.
    pub(crate) fn write(self, target: &Target, bytes: &[u8]) -> Result<(), Failure> {
        match target {
            Target::StandardOutput => write_standard_output(bytes),
            Target::File(path) => {
                self.write_file(path, bytes).map_err(|error| Failure::writing(path, &error))
            }
        }
    }

    fn write_file(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let old = match fs::metadata(path) {
            Ok(old) => old,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.write_new(path, bytes),
            Err(error) => return Err(error),
        };
        if old.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        if is_stream(&old) {
            return open_stream(path)?.write_all(bytes);
        }
        if self.existing == Existing::Keep {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !old.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        if self.hard_links == HardLinks::Refuse && names(&old) > 1 {
            return Err(io::Error::other(format!(
                "it has {} names; --break-links replaces this one",
                names(&old)
            )));
        }
        // A link stays, what it points to is replaced.
        let path = fs::canonicalize(path)?;
        self.written_beside(&path, bytes, Some(&old))?.replace(&path, None).map(|_| ())
    }

    fn write_new(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // What a dangling link points to is not made: nobody has asked for that name.
        if fs::symlink_metadata(path).is_ok() {
            return Err(io::Error::other("it is a link to a file that does not exist"));
        }
        self.written_beside(path, bytes, None)?.take_free_name(path)
    }

    /// A complete temporary file beside `path`, on disk, with the attributes of the old file.
    fn written_beside(self, path: &Path, bytes: &[u8], old: Option<&Metadata>) -> io::Result<Temporary> {
        let readers = if old.is_some() { Readers::Owner } else { Readers::Usual };
        let mut new = Temporary::new(folder_of(path), readers)?;
        new.file.write_all(bytes)?;
        if let Some(old) = old {
            attributes::copy(path, old, &new.file)?;
        }
        new.file.sync_all()?;
        if let Some(verify) = self.verify {
            let mut written = Vec::with_capacity(bytes.len());
            new.file.seek(SeekFrom::Start(0))?;
            new.file.read_to_end(&mut written)?;
            verify(&written).map_err(io::Error::other)?;
        }
        Ok(new)
    }
}

fn write_standard_output(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        // A reader that has gone away has had enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::writing(Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}

/// Opens a pipe or a device. A pipe that nobody reads is an error at once: who knows whether anybody ever will.
fn open_stream(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        use std::os::unix::fs::OpenOptionsExt;
        let nobody = |error: io::Error| match error.raw_os_error() {
            Some(number) if number == rustix::io::Errno::NXIO.raw_os_error() => {
                io::Error::other("nobody reads from it")
            }
            _ => error,
        };
        let mut options = OpenOptions::new();
        options.write(true).custom_flags(OFlags::NONBLOCK.bits() as i32);
        let stream = options.open(path).map_err(nobody)?;
        // A reader who is there may take as long as it likes.
        fcntl_setfl(&stream, fcntl_getfl(&stream)? - OFlags::NONBLOCK)?;
        Ok(stream)
    }
    #[cfg(not(unix))]
    OpenOptions::new().write(true).open(path)
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether two paths lead to the same file.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// A pipe, a terminal, `/dev/null`: what is written there replaces nothing.
fn is_stream(file: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        file.file_type().is_fifo() || file.file_type().is_char_device()
    }
    #[cfg(not(unix))]
    !(file.is_file() || file.is_dir())
}

/// Under how many names the system knows a file.
fn names(file: &Metadata) -> u64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::nlink(file)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        1
    }
}

#[cfg(test)]
mod tests {
    use super::identity::Identity;
    use super::*;

    fn writer(existing: Existing) -> Writer<'static> {
        Writer { existing, hard_links: HardLinks::Refuse, verify: None }
    }

    #[test]
    fn an_existing_file_is_kept_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        writer(Existing::Keep).write_file(&path, b"one").unwrap();
        assert!(writer(Existing::Keep).write_file(&path, b"two").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        writer(Existing::Replace).write_file(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no litter");
    }

    #[test]
    fn a_file_that_is_not_as_it_should_be_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let verify =
            |written: &[u8]| if written == b"one" { Ok(()) } else { Err("it is not one".to_owned()) };
        let writer = Writer { verify: Some(&verify), ..writer(Existing::Replace) };
        writer.write_file(&path, b"one").unwrap();
        let failure = writer.write_file(&path, b"two").unwrap_err();
        assert!(failure.to_string().contains("it is not one"), "{failure}");
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no litter");
    }

    #[test]
    fn a_file_that_is_not_the_expected_one_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        fs::write(&path, b"mine").unwrap();
        let old = fs::metadata(&path).unwrap();
        let new = writer(Existing::Replace).written_beside(&path, b"new", Some(&old)).unwrap();
        let other = tempfile::NamedTempFile::new().unwrap();
        let other = Identity::of(&other.as_file().metadata().unwrap());
        assert!(!new.replace(&path, Some(other)).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"mine");
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
        writer(Existing::Replace).write_file(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
