//! Reading inputs.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use huepack::decode::{self, Decoded, Format};

use crate::failure::{Failure, shown};
use crate::terminal::complain;

/// A picture with the bytes that it came from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) bytes: Vec<u8>,
    pub(crate) decoded: Decoded,
}

/// Reads the bytes of a file, or of standard input for `-`.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map(|_| bytes).map_err(|error| Failure::reading(path, &error))
}

/// Reads and decodes a picture.
pub(crate) fn read(path: &Path, options: &decode::Options) -> Result<Source, Failure> {
    let bytes = read_bytes(path)?;
    let decoded = options.decode(&bytes).map_err(|error| Failure::library(path, &error))?;
    Ok(Source { bytes, decoded })
}

/// Says what a picture lacks that `--salvage` took, however quiet the run: it must not pass for whole.
pub(crate) fn remark_damage(path: &Path, format: Format, damage: Option<&str>) {
    if let Some(damage) = damage {
        complain(&format!("{}: damaged {}: {damage}; packed what is there", shown(path), format.name()));
    }
}

/// Opens a file; a folder is an error here, not at the first read.
fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}
