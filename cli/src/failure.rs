//! Errors as people meet them: the path, the reason, what to try.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;

use huepack::Error;

/// Why one input could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The path as it was given, or what stands for it.
    pub(crate) subject: String,
    pub(crate) reason: String,
    /// What to try; may be empty.
    pub(crate) advice: &'static str,
    kind: Kind,
}

/// What a failure is to those who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The picture takes more memory than was allowed.
    Memory,
    Animation,
    Other,
}

impl Failure {
    pub(crate) fn new(subject: &Path, reason: impl Into<String>, advice: &'static str) -> Self {
        Self { subject: shown(subject), reason: reason.into(), advice, kind: Kind::Other }
    }

    /// A file that could not be read.
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        let (reason, advice) = match error.kind() {
            io::ErrorKind::NotFound => ("there is no such file".into(), "check the name and the folder"),
            io::ErrorKind::IsADirectory => ("this is a folder".into(), "name the files in it"),
            io::ErrorKind::PermissionDenied => {
                ("no permission to read it".into(), "check its mode and its owner")
            }
            io::ErrorKind::OutOfMemory => ("no memory to read it into".into(), "pack a smaller picture"),
            _ => (format!("cannot be read: {error}"), ""),
        };
        Self::new(path, reason, advice)
    }

    /// A file that could not be written.
    pub(crate) fn writing(path: &Path, error: &io::Error) -> Self {
        let (reason, advice) = match error.kind() {
            io::ErrorKind::NotFound => {
                ("the folder to write to does not exist".into(), "make it first, or choose another")
            }
            io::ErrorKind::NotADirectory => {
                ("a part of the path is not a folder".into(), "choose another output")
            }
            io::ErrorKind::PermissionDenied => {
                ("no permission to write there".into(), "choose another folder with --out-dir")
            }
            io::ErrorKind::AlreadyExists => {
                ("it exists already".into(), "--force overwrites it, -o or --suffix choose another name")
            }
            io::ErrorKind::InvalidFilename => {
                ("the name is too long for the system".into(), "choose another with -o or --suffix")
            }
            io::ErrorKind::StorageFull => ("the disk is full".into(), "make room; nothing was written"),
            io::ErrorKind::ReadOnlyFilesystem => {
                ("the file system is read-only".into(), "choose another folder with --out-dir")
            }
            _ => (format!("cannot be written: {error}"), "nothing was written"),
        };
        Self::new(path, reason, advice)
    }

    /// A file of more bytes than memory is limited to.
    pub(crate) fn too_long(path: &Path, limit: u64) -> Self {
        let reason = format!("there are more than the {limit} bytes that memory is limited to");
        let advice = "if you trust the file, raise --max-memory";
        Self { kind: Kind::Memory, ..Self::new(path, reason, advice) }
    }

    /// A picture that takes more memory than it may beside others; it is done again alone.
    pub(crate) fn later(path: &Path) -> Self {
        let reason = "there is too little memory for it beside others";
        Self { kind: Kind::Memory, ..Self::new(path, reason, "") }
    }

    /// Whether there was only too little memory allowed.
    pub(crate) fn wants_memory(&self) -> bool {
        self.kind == Kind::Memory
    }

    /// A pipe, a socket or a device where a file is wanted.
    pub(crate) fn not_regular(path: &Path) -> Self {
        Self::new(path, "skipped, since it is not a regular file", "send a pipe to standard input, named -")
    }

    /// A panic outside the decoders, which contain their own.
    pub(crate) fn bug(subject: &Path) -> Self {
        Self::new(subject, "huepack broke down on it", "this is a bug; please report it with the file")
    }

    /// A picture that the library refused.
    pub(crate) fn library(path: &Path, error: &Error) -> Self {
        let advice = match error {
            Error::NoData | Error::Damaged { .. } | Error::DecoderPanicked { .. } => {
                "export or download it again"
            }
            Error::UnknownFormat => "check that it is a picture, and if so convert it to PNG first",
            Error::Unsupported { .. } => "convert it to PNG first",
            Error::TooLarge { .. } => "if you trust the file, raise --max-pixels",
            Error::TooMuchMemory { .. } => "if you trust the file, raise --max-memory",
            Error::OutOfMemory { .. } => "pack a smaller picture",
            Error::Animated { .. } => "--first-frame packs its first frame",
            Error::TooManyFrames { .. } => "if you trust the file, raise --max-pixels, or cut it into parts",
            Error::Read(_) => "check the disk or the pipe that it comes from",
            // Numbers that are typed were checked before.
            Error::ColorCount { .. } => {
                "transparent pixels need a place as well; leave room for one colour more"
            }
            Error::ColorsLost { .. } => "without --guard it is written, and what changed is told",
            Error::TooManyBytes { .. } => "make the picture smaller, or raise --max-size",
            Error::ScoreTooLow { .. } => "lower --min-score, allow more --colors, or keep the source",
            Error::TooWideFor { .. } => "use --format png, or make the picture smaller",
            Error::Encoder { .. } => "this is a bug in huepack; please report it",
            _ => "",
        };
        let kind = match error {
            Error::TooMuchMemory { .. } => Kind::Memory,
            Error::Animated { .. } => Kind::Animation,
            _ => Kind::Other,
        };
        Self { kind, ..Self::new(path, error.to_string(), advice) }
    }
}

impl Failure {
    /// The same where palettes were to be compared.
    pub(crate) fn in_comparison(self) -> Self {
        match self.kind {
            Kind::Animation => Self {
                advice: "name what was made of it as well, or take its first frame with --first-frame",
                ..self
            },
            _ => self,
        }
    }

    /// The same where the file was to be replaced, and a part of it or its first frame would not do.
    pub(crate) fn in_place(self) -> Self {
        match self.kind {
            Kind::Animation => {
                Self { advice: "it is kept as it is, since a still cannot stand for it", ..self }
            }
            _ => self,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some decoders end their messages with a full stop, or break lines in them.
        let reason = self.reason.trim_end_matches('.').replace(char::is_control, " ");
        write!(f, "{}: {reason}", self.subject)?;
        if !self.advice.is_empty() {
            write!(f, "; {}", self.advice)?;
        }
        Ok(())
    }
}

/// A path on one line, whatever bytes it is made of.
pub(crate) fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".into();
    }
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    OsStr::to_string_lossy(path.as_os_str()).chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_line() {
        let failure = Failure::new(Path::new("a\nb\u{1b}[1m.png"), "it is\nbroken", "mend it");
        assert_eq!(failure.to_string(), "a\\nb\\u{1b}[1m.png: it is broken; mend it");
    }
}
