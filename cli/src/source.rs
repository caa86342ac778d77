//! Reading inputs.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use huepack::Image;
use huepack::decode::{self, Decoded, Format};

use crate::clip::{resized, rows_for};
use crate::failure::{Failure, shown};
use crate::terminal::complain;

/// A picture with the bytes that it came from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) bytes: Vec<u8>,
    pub(crate) decoded: Decoded,
}

impl Source {
    /// Scales the picture to so many columns. It is another picture then, without the palette that it may have had.
    pub(crate) fn scale(&mut self, input: &Path, columns: u32) -> Result<(), Failure> {
        let image = &self.decoded.image;
        let rows = rows_for(input, columns, (image.width(), image.height()))?;
        if (columns, rows) != (image.width(), image.height()) {
            let pixels = resized(image.view(), columns, rows);
            self.decoded.image =
                Image::new(columns, rows, pixels).map_err(|error| Failure::library(input, &error))?;
            self.decoded.indexed = false;
        }
        Ok(())
    }
}

/// Reads the bytes of a file, or of standard input for `-`, unless there are more of them than `limit`.
pub(crate) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::reading(path, &error);
    let bytes = if path == Path::new("-") {
        read_up_to(io::stdin().lock(), 0, limit).map_err(failed)?
    } else {
        let metadata = fs::metadata(path).map_err(failed)?;
        // A folder is an error here, not at the first read; and opening a pipe would wait for its writer.
        if metadata.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() && !is_descriptor(path) {
            return Err(Failure::not_regular(path));
        }
        // The length is what the system says now; what can be read counts.
        File::open(path).and_then(|file| read_up_to(file, metadata.len(), limit)).map_err(failed)?
    };
    bytes.ok_or_else(|| Failure::too_long(path, limit))
}

/// What a shell hands over with `<(command)` is open already, and is meant to be read.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|folder| path.starts_with(folder))
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
    decode(path, read_bytes(path, options.memory_limit())?, options)
}

/// Decodes a picture that was read.
pub(crate) fn decode(path: &Path, bytes: Vec<u8>, options: &decode::Options) -> Result<Source, Failure> {
    let decoded = options.decode(&bytes).map_err(|error| Failure::library(path, &error))?;
    Ok(Source { bytes, decoded })
}

/// What to call a picture: the name of its file. It may hold any character.
pub(crate) fn name(input: &Path) -> String {
    file_name(input).to_string_lossy().into_owned()
}

/// Where something about a picture goes unless told otherwise: beside it, the extension changed to this ending.
pub(crate) fn beside(input: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = Path::new(file_name(input)).file_stem().unwrap_or_default().into();
    name.push(ending);
    input.with_file_name(name)
}

fn file_name(input: &Path) -> &OsStr {
    if input == Path::new("-") { OsStr::new("stdin") } else { input.file_name().unwrap_or_default() }
}

/// Says what a picture lacks that `--salvage` took, however quiet the run: it must not pass for whole.
pub(crate) fn remark_damage(path: &Path, format: Format, damage: Option<&str>) {
    if let Some(damage) = damage {
        complain(&format!("{}: damaged {}: {damage}; packed what is there", shown(path), format.name()));
    }
}
