//! Being told to stop: at once, with every original in its place and nothing half-done beside it.

#[cfg(unix)]
pub(crate) use unix::{catch, received};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, LazyLock, mpsc};

    use rustix::process::Signal;

    /// Those that end a program; the last comes at the limit of processor time.
    const ENDING: [Signal; 5] = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM, Signal::XCPU];

    /// The signal that came, or 0.
    static RECEIVED: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

    /// The signal that told the program to stop. From then on, no file may get its name.
    pub(crate) fn received() -> Option<u8> {
        Some(RECEIVED.load(Ordering::SeqCst)).filter(|&signal| signal != 0).map(|signal| signal as u8)
    }

    /// From here on, [`ENDING`] signals remove the temporary files and end the program with 128 and their number, as
    /// shells say it. One that was ignored when the program began, as `nohup` does, stays ignored.
    ///
    /// # Errors
    /// Where the system gives no thread that could wait for them.
    pub(crate) fn catch() -> io::Result<()> {
        let ignored = ignored_signals();
        let wanted = ENDING.into_iter().map(Signal::as_raw);
        let wanted = wanted.filter(|signal| ignored & 1 << (signal - 1) == 0);
        // A file that grows over its limit is an error of writing, as soon as the signal does not end the program.
        signal_hook::flag::register(Signal::XFSZ.as_raw(), Arc::default())?;
        // The note is made in the handler itself, so that a rename that is about to begin sees it.
        for signal in wanted.clone() {
            signal_hook::flag::register_usize(signal, Arc::clone(&RECEIVED), signal as usize)?;
        }
        let mut signals = signal_hook::iterator::Signals::new(wanted)?;
        // A thread that finds no memory to begin with brings the program down, so nobody takes any until it has begun.
        let (begun, begins) = mpsc::channel();
        let wait = move || {
            let _main_waits = begun.send(());
            if let Some(signal) = signals.forever().next() {
                let _nothing_is_renamed = crate::output::remove_temporary_files();
                std::process::exit(128 + signal);
            }
        };
        std::thread::Builder::new().name("signals".into()).spawn(wait)?;
        let _it_has_begun = begins.recv();
        Ok(())
    }

    /// A bit for each signal that is ignored, the first for signal 1.
    #[cfg(target_os = "linux")]
    fn ignored_signals() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    }

    #[cfg(not(target_os = "linux"))]
    fn ignored_signals() -> u64 {
        0
    }
}

#[cfg(not(unix))]
pub(crate) fn catch() -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn received() -> Option<u8> {
    None
}
