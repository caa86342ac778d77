//! Progress on a terminal, once work has taken longer than a second.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::shown;
use crate::plan::Talk;

/// Shorter work is done before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error that stays hidden at first, and always where that is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Bytes.
    saved: AtomicU64,
    waiter: Option<(std::sync::mpsc::Sender<()>, std::thread::JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn start(files: usize, talk: Talk) -> Self {
        Self::with_template(files, talk, "{spinner} {pos}/{len} {elapsed} {wide_msg}")
    }

    /// A bar for many files, which also says what was saved and how long it will take.
    pub(crate) fn of_folder(files: usize, talk: Talk) -> Self {
        let template = "{spinner} [{wide_bar}] {pos}/{len} files, {msg} saved, {eta} left";
        let progress = Self::with_template(files, talk, template);
        progress.bar.set_message("0 B");
        progress
    }

    fn with_template(files: usize, talk: Talk, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        if talk == Talk::Quiet || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
            return Self { bar, saved: AtomicU64::new(0), waiter: None };
        }
        let style = ProgressStyle::with_template(template).expect("templates are constants");
        bar.set_style(style.progress_chars("=> "));
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
        Self { bar, saved: AtomicU64::new(0), waiter: Some((done, waiter)) }
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

    /// A file of a folder is done, with so many bytes saved.
    pub(crate) fn done(&self, bytes: u64) {
        let saved = self.saved.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.bar.set_message(format!("{}", HumanBytes(saved)));
        self.bar.inc(1);
    }

    /// Takes the bar away while `talk` prints.
    pub(crate) fn suspend(&self, talk: impl FnOnce()) {
        self.bar.suspend(talk);
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
