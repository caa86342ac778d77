//! Reading inputs.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use huepack::decode::{self, Decoded};

use crate::failure::Failure;

/// A picture with the bytes that it came from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) bytes: Vec<u8>,
    pub(crate) decoded: Decoded,
}

/// Reads the bytes of a file, or of standard input for `-`, unless there are more of them than `limit`.
pub(crate) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        read_up_to(io::stdin().lock(), 0, limit)
    } else {
        // The length is what the system says now; what can be read counts.
        open(path).and_then(|file| {
            let length = file.metadata()?.len();
            read_up_to(file, length, limit)
        })
    };
    match read {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Failure::new(
            path,
            format!("there are more than the {limit} bytes that memory is limited to"),
            "if you trust the file, raise --max-memory",
        )),
        Err(error) => Err(Failure::reading(path, &error)),
    }
}

/// All bytes, of which there are probably `length`, or none where there are more than `limit`. A buffer that
/// there is no memory for is an error.
fn read_up_to(mut reader: impl Read, length: u64, limit: u64) -> io::Result<Option<Vec<u8>>> {
    if length > limit {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(length).unwrap_or(usize::MAX))?;
    reader.by_ref().take(limit).read_to_end(&mut bytes)?;
    let is_all = (bytes.len() as u64) < limit || reader.read(&mut [0])? == 0;
    Ok(is_all.then_some(bytes))
}

/// Reads and decodes a picture.
pub(crate) fn read(path: &Path, options: &decode::Options) -> Result<Source, Failure> {
    let bytes = read_bytes(path, options.memory_limit())?;
    let decoded = options.decode(&bytes).map_err(|error| Failure::library(path, &error))?;
    Ok(Source { bytes, decoded })
}

/// Opens a file; a folder is an error here, not at the first read.
fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}
