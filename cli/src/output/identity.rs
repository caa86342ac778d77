//! Which file a name leads to.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

/// What changes when somebody else writes a file or puts another one in its place, and stays when it is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    modified: Option<SystemTime>,
}

impl Identity {
    pub(crate) fn of(file: &Metadata) -> Self {
        #[cfg(unix)]
        let (device, inode) =
            (std::os::unix::fs::MetadataExt::dev(file), std::os::unix::fs::MetadataExt::ino(file));
        #[cfg(not(unix))]
        let (device, inode) = (0, 0);
        Self { device, inode, length: file.len(), modified: file.modified().ok() }
    }

    /// The same in a few letters for the name of a file. The device is left out: another start of the machine may number
    /// it otherwise.
    pub(super) fn mark(&self) -> String {
        let since = self.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.inode.to_le_bytes());
        hasher.update(&self.length.to_le_bytes());
        hasher.update(&since.map_or(0, |since| since.as_nanos()).to_le_bytes());
        hasher.finalize().to_hex()[..16].to_owned()
    }
}
