//! Originals that are kept before they are replaced, and `huepack restore`, which brings them back.

mod args;
mod manifest;
mod record;
mod restore;
mod root;

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use args::RestoreArgs;
pub(crate) use manifest::NAME as MANIFEST;
use manifest::{Generation, Manifest};
use record::{Content, PathText, Record, Stamp};
pub(crate) use restore::run;

use crate::args::PackArgs;
use crate::config::Finder;
use crate::failure::{Failure, shown};
use crate::output::{content, copy_apart, folder_of, make_folder, remove_left_over};

/// Where originals are kept.
#[derive(Debug)]
pub(crate) struct Backup {
    /// As it was given.
    name: PathBuf,
    folder: PathBuf,
    /// The tree that it is of.
    root: PathBuf,
    manifest: Mutex<Manifest>,
    /// Folders of originals that hold nothing any more of runs that were killed.
    clean: Mutex<HashSet<PathBuf>>,
}

impl Backup {
    /// The one that was asked for.
    pub(crate) fn of(args: &PackArgs, finder: &mut Finder) -> Result<Option<Arc<Self>>, Failure> {
        let open = |name: &PathBuf| Self::open(name, &args.inputs, finder).map(Arc::new);
        args.backup_dir.as_ref().map(open).transpose()
    }

    /// Opens the backup in a folder, which is made if there is none.
    fn open(name: &Path, inputs: &[PathBuf], finder: &mut Finder) -> Result<Self, Failure> {
        let failed = |error: io::Error| {
            Failure::new(
                name,
                format!("no originals can be kept there: {error}"),
                "choose another --backup-dir",
            )
        };
        let is_there = name.join(MANIFEST).exists();
        if !is_there && fs::read_dir(name).is_ok_and(|mut entries| entries.next().is_some()) {
            let reason = "it is not empty, and holds no backup";
            return Err(Failure::new(name, reason, "choose another --backup-dir"));
        }
        make_private(name).map_err(failed)?;
        let folder = fs::canonicalize(name).map_err(failed)?;
        root::check_apart(name, &folder, inputs)?;
        let root = root::seen_from(&folder, &root::of(&folder, inputs, finder));
        let manifest = Manifest::open_or_make(&folder.join(MANIFEST), &root).map_err(failed)?;
        make_ignored(&folder).map_err(failed)?;
        let root = manifest.root().ok_or_else(|| failed(io::Error::other("its manifest is damaged")))?;
        let root = fs::canonicalize(folder.join(root)).map_err(|error| {
            failed(io::Error::other(format!("the tree that it is of is not there: {error}")))
        })?;
        Ok(Self {
            name: name.to_owned(),
            folder,
            root,
            manifest: Mutex::new(manifest),
            clean: Mutex::default(),
        })
    }

    /// Keeps a file that is about to be replaced, unless it is known already; `false` if it is no longer the file that
    /// `is_expected` knows. When this returns, the original is on disk and was read again from there.
    pub(crate) fn keep(
        &self,
        name: &Path,
        path: &Path,
        result: blake3::Hash,
        is_expected: impl Fn(&Metadata) -> bool,
    ) -> Result<bool, Failure> {
        let Ok(relative) = path.strip_prefix(&self.root) else {
            let reason =
                format!("it is not in {}, whose originals {} keeps", shown(&self.root), shown(&self.name));
            return Err(Failure::new(name, reason, "choose another --backup-dir for it"));
        };
        // A panic elsewhere leaves the manifest as good as it was.
        let mut manifest = self.manifest.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = manifest.locked(|manifest| self.add(manifest, path, relative, result, &is_expected));
        kept.map_err(|error| {
            let reason = format!("its original cannot be kept in {}: {error}", shown(&self.name));
            Failure::new(name, reason, "it stays as it is; make room, or choose another --backup-dir")
        })
    }

    fn add(
        &self,
        manifest: &mut Manifest,
        path: &Path,
        relative: &Path,
        result: blake3::Hash,
        is_expected: &dyn Fn(&Metadata) -> bool,
    ) -> io::Result<bool> {
        let result = result.to_hex().to_string();
        let now = content(path)?.to_hex().to_string();
        let last = manifest.generations(relative).last().cloned();
        let known = last.as_ref().filter(|last| last.knows(&now) && self.holds(relative, last));
        if known.is_some_and(|known| known.results.contains(&result)) {
            return Ok(true);
        }
        let record =
            |generation, original| Record { path: PathText::of(relative), generation, original, result };
        let record = match known {
            Some(known) => record(known.number, known.original.clone()),
            None => {
                // What was there first keeps its place, whatever comes later.
                let first = last.map_or(1, |last| last.number + u32::from(last.original.hash != now));
                match self.copy(path, relative, first, is_expected)? {
                    Some((number, original)) => record(number, original),
                    None => return Ok(false),
                }
            }
        };
        manifest.add(record)?;
        Ok(true)
    }

    /// Copies an original to the first of its places, from this one on, that is free or holds it already.
    fn copy(
        &self,
        path: &Path,
        relative: &Path,
        first: u32,
        is_expected: &dyn Fn(&Metadata) -> bool,
    ) -> io::Result<Option<(u32, Content)>> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let original = |hash: blake3::Hash| {
            let stamp = Stamp::of(&metadata);
            Content { hash: hash.to_hex().to_string(), bytes: metadata.len(), stamp }
        };
        for number in first.. {
            let stored = stored(&self.folder, relative, number);
            if fs::symlink_metadata(&stored).is_ok() {
                let (there, now) = (content(&stored), content(path)?);
                if there.is_ok_and(|there| there == now) {
                    return Ok(is_expected(&file.metadata()?).then(|| (number, original(now))));
                }
                continue;
            }
            self.make_clean(folder_of(&stored))?;
            let hash = copy_apart(&mut file, &stored, is_expected)?;
            return Ok(hash.map(|hash| (number, original(hash))));
        }
        Err(io::Error::other("there are too many originals of it"))
    }

    fn make_clean(&self, folder: &Path) -> io::Result<()> {
        make_folder(folder)?;
        if self.clean.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned()) {
            remove_left_over(folder);
        }
        Ok(())
    }

    /// Whether the original is there, whole.
    fn holds(&self, relative: &Path, generation: &Generation) -> bool {
        content(&stored(&self.folder, relative, generation.number))
            .is_ok_and(|hash| *hash.to_hex() == *generation.original.hash)
    }
}

/// Where an original is kept: a tree like its own, and others for what took its place and was not huepack's.
fn stored(folder: &Path, relative: &Path, generation: u32) -> PathBuf {
    match generation {
        0 | 1 => folder.join("originals").join(relative),
        later => folder.join(format!("originals-{later}")).join(relative),
    }
}

/// The folder is its owner's: what is kept there may come from folders that others cannot look into.
fn make_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    make_folder(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Git passes over originals, which it knows already.
fn make_ignored(folder: &Path) -> io::Result<()> {
    match fs::OpenOptions::new().write(true).create_new(true).open(folder.join(".gitignore")) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
