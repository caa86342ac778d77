//! The config that a file belongs to: the nearest above it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Config, FILE, read};
use crate::failure::Failure;
use crate::output::folder_of;

/// Looks configs up, and reads each once.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    folders: HashMap<PathBuf, Result<Option<Arc<Config>>, Failure>>,
    /// Where folders really are.
    real: HashMap<PathBuf, Result<PathBuf, Failure>>,
}

/// The config of a file, and the file as seen from its folder.
#[derive(Clone, Debug)]
pub(crate) struct Belonging {
    pub(crate) config: Arc<Config>,
    pub(crate) relative: PathBuf,
}

impl Finder {
    /// The config of a file, if there is one: in its folder or the nearest above, up to the root of the repository, or of
    /// the file system where there is none.
    pub(crate) fn of(&mut self, file: &Path) -> Result<Option<Belonging>, Failure> {
        let folder = folder_of(file);
        let folder = match self.real.get(folder) {
            Some(real) => real.clone()?,
            None => {
                let real = fs::canonicalize(folder).map_err(|error| Failure::reading(file, &error));
                self.real.insert(folder.to_owned(), real.clone());
                real?
            }
        };
        let Some(config) = self.of_folder(&folder)? else { return Ok(None) };
        let path = folder.join(file.file_name().unwrap_or_default());
        let relative = path.strip_prefix(config.folder()).unwrap_or(&path).to_owned();
        Ok(Some(Belonging { config, relative }))
    }

    /// The config of a folder, which is where it really is.
    pub(crate) fn of_folder(&mut self, folder: &Path) -> Result<Option<Arc<Config>>, Failure> {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let found = match config_in(folder) {
            Ok(Some(config)) => Ok(Some(Arc::new(config))),
            Ok(None) => match folder.parent() {
                Some(above) if !folder.join(".git").exists() => self.of_folder(above),
                _ => Ok(None),
            },
            Err(failure) => Err(failure),
        };
        self.folders.insert(folder.to_owned(), found.clone());
        found
    }
}

fn config_in(folder: &Path) -> Result<Option<Config>, Failure> {
    let path = folder.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => read::read(&path, &text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Failure::new(&path, "it is not text in UTF-8", "save it as UTF-8"))
        }
        Err(error) => Err(Failure::reading(&path, &error)),
    }
}
