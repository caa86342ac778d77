//! What a manifest says of a file: JSON, a line each, of which the first names the version and the tree.

use std::fs::{File, FileTimes, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The version of manifests that are written, and the last one that is understood.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) huepack_backup: u32,
    /// The tree that paths are seen from, itself as seen from the backup.
    pub(super) root: PathText,
}

/// A file that was, or was about to be, replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) path: PathText,
    /// 1 for the oldest original of this path; one more for each that somebody put there after huepack.
    pub(super) generation: u32,
    pub(super) original: Content,
    /// The BLAKE3 hash of what took its place.
    pub(super) result: String,
}

/// An original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    /// BLAKE3, in hexadecimal digits.
    pub(super) hash: String,
    pub(super) bytes: u64,
    #[serde(flatten)]
    pub(super) stamp: Stamp,
}

/// What a file carries beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// Where the system has such: who may read, write and run it.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<Time>,
}

/// Since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Time {
    seconds: i64,
    nanoseconds: u32,
}

/// A path as JSON holds it: text with slashes, or bytes that are no text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum PathText {
    Text(String),
    Bytes { base64: String },
}

impl PathText {
    pub(super) fn of(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.replace(std::path::MAIN_SEPARATOR, "/")),
            None => Self::Bytes { base64: STANDARD.encode(path.as_os_str().as_encoded_bytes()) },
        }
    }

    /// The path, if it is one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(PathBuf::from(text)),
            #[cfg(unix)]
            Self::Bytes { base64 } => {
                use std::os::unix::ffi::OsStringExt;
                Some(std::ffi::OsString::from_vec(STANDARD.decode(base64).ok()?).into())
            }
            #[cfg(not(unix))]
            Self::Bytes { .. } => None,
        }
    }

    /// The path if it leads down from where it begins and nowhere else: a manifest may have come from anywhere.
    pub(super) fn path_below(&self) -> Option<PathBuf> {
        let path = self.path()?;
        let leads_down = path.components().all(|part| matches!(part, Component::Normal(_)));
        (leads_down && path.file_name().is_some()).then_some(path)
    }
}

impl Stamp {
    pub(super) fn of(file: &Metadata) -> Self {
        #[cfg(unix)]
        let mode = Some(std::os::unix::fs::MetadataExt::mode(file) & 0o777);
        #[cfg(not(unix))]
        let mode = None;
        Self { mode, modified: file.modified().ok().and_then(Time::of) }
    }

    /// Gives a file the same.
    pub(super) fn apply(self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(mode) = self.mode {
            use std::os::unix::fs::PermissionsExt;
            file.set_permissions(std::fs::Permissions::from_mode(mode & 0o777))?;
        }
        match self.modified.and_then(Time::system_time) {
            Some(time) => file.set_times(FileTimes::new().set_modified(time)),
            None => Ok(()),
        }
    }
}

impl Time {
    fn of(time: SystemTime) -> Option<Self> {
        // Times before 1970 are counted from the second below.
        let (seconds, nanoseconds) = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => (i64::try_from(since.as_secs()).ok()?, since.subsec_nanos()),
            Err(error) => {
                let until = error.duration();
                let seconds = i64::try_from(until.as_secs()).ok()?;
                match until.subsec_nanos() {
                    0 => (-seconds, 0),
                    rest => (-seconds - 1, 1_000_000_000 - rest),
                }
            }
        };
        Some(Self { seconds, nanoseconds })
    }

    fn system_time(self) -> Option<SystemTime> {
        let whole = Duration::from_secs(self.seconds.unsigned_abs());
        let second =
            if self.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second?.checked_add(Duration::from_nanos(self.nanoseconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_lead_down_are_followed() {
        let leads = |text: &str| PathText::Text(text.into()).path_below().is_some();
        assert!(leads("a.png") && leads("icons/a.png"));
        for wrong in ["", "/etc/passwd", "../a.png", "a/../../b.png", "./a.png", ".."] {
            assert!(!leads(wrong), "{wrong:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_come_back_as_they_were() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xff/b.png"));
        let line = serde_json::to_string(&PathText::of(path)).unwrap();
        let read: PathText = serde_json::from_str(&line).unwrap();
        assert_eq!(read.path_below().as_deref(), Some(path));
    }

    #[test]
    fn times_come_back_to_the_nanosecond_also_from_before_1970() {
        for seconds in [0, 1_700_000_000] {
            for nanoseconds in [0, 1, 999_999_999] {
                let since = Duration::new(seconds, nanoseconds);
                for time in [UNIX_EPOCH + since, UNIX_EPOCH - since] {
                    assert_eq!(Time::of(time).unwrap().system_time(), Some(time));
                }
            }
        }
    }
}
