//! Reading inputs.

use std::fs::{self, File};
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
    let failed = |error| Failure::reading(path, &error);
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    let metadata = fs::metadata(path).map_err(failed)?;
    // A folder is an error here, not at the first read; and opening a pipe would wait for its writer.
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() && !is_descriptor(path) {
        return Err(Failure::not_regular(path));
    }
    File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}

/// What a shell hands over with `<(command)` is open already, and is meant to be read.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|folder| path.starts_with(folder))
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
