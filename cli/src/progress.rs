//! Progress on a terminal, once work has taken longer than a second.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::shown;
use crate::plan::Talk;

/// Shorter work is done before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error that stays hidden at first, and always where that is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    waiter: Option<(std::sync::mpsc::Sender<()>, std::thread::JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn start(files: usize, talk: Talk) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        if talk == Talk::Quiet || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            return Self { bar, waiter: None };
        }
        let template = "{spinner} {pos}/{len} {elapsed} {wide_msg}";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is a constant"));
        let (done, wait) = std::sync::mpsc::channel();
        let shown = bar.clone();
        let began = Instant::now();
        let waiter = std::thread::spawn(move || {
            let left = PATIENCE.saturating_sub(began.elapsed());
            if wait.recv_timeout(left) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { bar, waiter: Some((done, waiter)) }
    }

    /// Work on a file begins.
    pub(crate) fn next(&self, input: &Path) {
        self.bar.set_message(shown(input));
    }

    /// How far the work on a file is.
    pub(crate) fn say(&self, step: String) {
        self.bar.set_message(step);
    }

    /// A file is done: takes the bar away while `talk` prints.
    pub(crate) fn pause(&self, talk: impl FnOnce()) {
        self.bar.suspend(talk);
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, waiter)) = self.waiter.take() {
            drop(done);
            // A waiter that panicked has nothing left to show.
            let _ = waiter.join();
        }
        self.bar.finish_and_clear();
    }
}
