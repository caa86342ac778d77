//! Talk: results on standard output, everything else on standard error; and how a run ends.

use std::io::{self, Write};
use std::process::{ExitCode, Termination};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a result could not be told.
static RESULT_LOST: AtomicBool = AtomicBool::new(false);

/// How a run ended, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Done,
    /// A check found something to do.
    Work,
    /// The arguments made no sense; nothing was done.
    Usage,
    /// Some input failed; the others were done.
    Failed,
    /// Some input failed, in the words of another program.
    Compat(u8),
    /// A signal of this number came in.
    Signal(u8),
}

impl Termination for Status {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Work => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Compat(code) => code,
            Self::Signal(number) => 128 + number,
        })
    }
}

/// A result, on standard output.
pub(crate) fn say(line: &str) {
    match writeln!(io::stdout().lock(), "{line}") {
        // One complaint is enough, however many lines are lost.
        Err(error) if !is_gone(&error) && !RESULT_LOST.swap(true, Ordering::Relaxed) => {
            complain(&format!("standard output: cannot be written: {error}; the report is incomplete"));
        }
        _ => {}
    }
}

/// How the telling went, at the end.
pub(crate) fn status() -> Status {
    if RESULT_LOST.load(Ordering::Relaxed) { Status::Failed } else { Status::Done }
}

/// A remark, on standard error.
pub(crate) fn tell(line: &str) {
    // There is no other place to say that it could not be said.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// An error, on standard error.
pub(crate) fn complain(line: &str) {
    tell(&format!("huepack: {line}"));
}

/// A reader that has gone away, as in `huepack … | head`, is no error of ours.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
