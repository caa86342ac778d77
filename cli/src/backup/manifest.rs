//! The manifest of a backup: a file of lines to which runs append, several at once if need be.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::record::{Content, Head, PathText, Record, VERSION};

/// Its name, by which a backup is known.
pub(crate) const NAME: &str = "huepack-backup.jsonl";

/// A manifest that is open.
#[derive(Debug)]
pub(super) struct Manifest {
    file: File,
    /// Bytes of it that were read: whole lines.
    read: u64,
    head: Option<Head>,
    files: BTreeMap<PathBuf, Vec<Generation>>,
    /// Lines that make no sense.
    pub(super) damaged: usize,
}

/// An original of a file, and what huepack put in its place, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    pub(super) number: u32,
    pub(super) original: Content,
    pub(super) results: Vec<String>,
}

impl Generation {
    /// Whether a file of this content is the original or what huepack made of it.
    pub(super) fn knows(&self, hash: &str) -> bool {
        self.original.hash == hash || self.results.iter().any(|result| result == hash)
    }
}

impl Manifest {
    /// Opens a manifest, which is made where there is none; `root` says what tree a new one is of.
    pub(super) fn open_or_make(path: &Path, root: &PathText) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut manifest = Self::of(file);
        manifest.locked(|manifest| {
            if manifest.head.is_none() {
                let head = Head { huepack_backup: VERSION, root: root.clone() };
                manifest.append(&head)?;
                manifest.head = Some(head);
            }
            Ok(())
        })?;
        Ok(manifest)
    }

    /// Opens a manifest to read it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut manifest = Self::of(File::open(path)?);
        manifest.read_new()?;
        if manifest.head.is_none() {
            return Err(io::Error::other("its manifest is empty"));
        }
        Ok(manifest)
    }

    fn of(file: File) -> Self {
        Self { file, read: 0, head: None, files: BTreeMap::new(), damaged: 0 }
    }

    /// The tree that paths are seen from, itself as seen from the backup.
    pub(super) fn root(&self) -> Option<PathBuf> {
        self.head.as_ref()?.root.path()
    }

    /// All originals of a file, the oldest first.
    pub(super) fn generations(&self, path: &Path) -> &[Generation] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }

    /// All files, by path.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Path, &[Generation])> {
        self.files.iter().map(|(path, generations)| (&**path, &**generations))
    }

    /// Does something while no other run appends, and knowing what others did.
    pub(super) fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        // Where there are no locks, what several runs append at once may tear lines.
        let is_locked = self.file.lock().is_ok();
        let result = self.read_new().and_then(|()| work(self));
        if is_locked {
            self.file.unlock()?;
        }
        result
    }

    /// Adds what became of a file, and returns once that is on disk.
    pub(super) fn add(&mut self, record: Record) -> io::Result<()> {
        self.append(&record)?;
        self.take(record);
        Ok(())
    }

    /// Appends a line, in place of what a run that was killed has left of one: what that was about was not replaced.
    fn append(&mut self, line: &impl serde::Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        let written = self.write(&line);
        if written.is_err() {
            // The next run does the same where this fails as well.
            let _ = self.file.set_len(self.read);
        }
        written?;
        self.read += line.len() as u64;
        Ok(())
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.file.set_len(self.read)?;
        self.file.seek(SeekFrom::Start(self.read))?;
        self.file.write_all(line)?;
        self.file.sync_all()
    }

    /// Reads the whole lines that were not read yet.
    fn read_new(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(self.read))?;
        self.file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        for line in bytes[..whole].split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            if self.head.is_none() {
                self.head = Some(head(line)?);
                continue;
            }
            match serde_json::from_slice::<Record>(line) {
                Ok(record) if record.path.path_below().is_some() => self.take(record),
                _ => self.damaged += 1,
            }
        }
        self.read += whole as u64;
        Ok(())
    }

    fn take(&mut self, record: Record) {
        let Record { path, generation: number, original, result } = record;
        let Some(path) = path.path_below() else { return };
        let generations = self.files.entry(path).or_default();
        match generations.iter_mut().find(|generation| generation.number == number) {
            Some(generation) => generation.results.push(result),
            None => {
                generations.push(Generation { number, original, results: vec![result] });
                generations.sort_by_key(|generation| generation.number);
            }
        }
    }
}

fn head(line: &[u8]) -> io::Result<Head> {
    // A newer one may have other keys, but says so.
    let version = serde_json::from_slice::<serde_json::Value>(line)
        .ok()
        .and_then(|head| head.get("huepack_backup")?.as_u64())
        .ok_or_else(|| io::Error::other("its manifest is damaged"))?;
    if version > VERSION.into() {
        return Err(io::Error::other("it is of a newer huepack"));
    }
    serde_json::from_slice(line).map_err(|_| io::Error::other("its manifest is damaged"))
}
