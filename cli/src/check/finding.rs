//! What a check finds, in words.

use std::path::PathBuf;

use huepack::Rgba8;

use crate::color::css;
use crate::failure::shown;
use crate::number::{change, grouped};

/// Something to be done about a file, or about several.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The file; for a budget its config.
    pub(crate) path: PathBuf,
    pub(crate) what: What,
    /// The line of the config that asks for it.
    pub(crate) line: Option<usize>,
    /// What happened to it meanwhile, or was to happen.
    pub(crate) note: Option<String>,
}

/// What is amiss.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// It could be smaller.
    Smaller { before: u64, after: u64 },
    /// All files together are larger than they may be.
    Budget { pattern: String, most: u64, bytes: u64, files: u64 },
    /// It has colours that it must not have, of which these are the first.
    Colors { outside: Vec<Rgba8>, count: usize },
    /// Its colours were reduced, and those of what came out again.
    Twice,
}

/// How many colours are named.
const MOST_COLORS: usize = 5;

impl What {
    /// The names of all that can be found, with what they mean.
    pub(crate) const RULES: [(&'static str, &'static str); 4] = [
        ("smaller", "A picture could take fewer bytes and stay as good."),
        ("budget", "Files take more bytes together than huepack.toml allows."),
        ("colors", "A picture has colours outside the palette that it is held to."),
        ("lossy-twice", "A picture lost colours in a run, and the result lost colours again."),
    ];

    pub(crate) fn rule(&self) -> &'static str {
        match self {
            Self::Smaller { .. } => "smaller",
            Self::Budget { .. } => "budget",
            Self::Colors { .. } => "colors",
            Self::Twice => "lossy-twice",
        }
    }

    /// What is amiss, without the path.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Smaller { before, after } => {
                let (saved, change) = (grouped(before - after), change(*after, *before));
                format!(
                    "could be {saved} B smaller ({change}): {} B -> {} B",
                    grouped(*before),
                    grouped(*after)
                )
            }
            Self::Budget { pattern, most, bytes, files } => {
                let files = if *files == 1 { "1 file".into() } else { format!("{} files", grouped(*files)) };
                let (bytes, over, most) = (grouped(*bytes), grouped(bytes - most), grouped(*most));
                format!("{files} of {pattern:?} take {bytes} B, {over} B more than the budget of {most} B")
            }
            Self::Colors { outside, count } => {
                let named: Vec<String> = outside.iter().take(MOST_COLORS).map(|&color| css(color)).collect();
                let others = count - named.len();
                let others =
                    if others > 0 { format!(" and {} more", grouped(others as u64)) } else { String::new() };
                format!("has colours outside the palette: {}{others}", named.join(", "))
            }
            Self::Twice => {
                "lost colours twice: it was packed from what had lost some already; go back to the original"
                    .into()
            }
        }
    }
}

impl Finding {
    /// The whole line.
    pub(crate) fn line(&self) -> String {
        let place = self.line.map_or(String::new(), |line| format!(":{line}"));
        format!("{}{place}: {}", shown(&self.path), self.message())
    }

    pub(crate) fn message(&self) -> String {
        let note = self.note.as_ref().map_or(String::new(), |note| format!("; {note}"));
        format!("{}{note}", self.what.message())
    }
}
