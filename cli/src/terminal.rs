//! Talk: results on standard output, everything else on standard error; and how a run ends.

use std::io::{self, Write};
use std::process::{ExitCode, Termination};

/// How a run ended, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Done,
    /// The arguments made no sense; nothing was done.
    Usage,
    /// Some input failed; the others were done.
    Failed,
}

impl Termination for Status {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Usage => 2,
            Self::Failed => 3,
        })
    }
}

/// A result, on standard output.
pub(crate) fn say(line: &str) {
    print(io::stdout().lock(), line);
}

/// A remark, on standard error.
pub(crate) fn tell(line: &str) {
    print(io::stderr().lock(), line);
}

/// An error, on standard error.
pub(crate) fn complain(line: &str) {
    print(io::stderr().lock(), &format!("huepack: {line}"));
}

/// A reader that has gone away, as in `huepack … | head`, is no error of ours.
fn print(mut stream: impl Write, line: &str) {
    let _ = writeln!(stream, "{line}");
}
