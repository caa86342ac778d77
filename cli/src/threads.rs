//! The threads that work is spread over.

/// Starts the threads, or sees to it that there are none: where the system allows no more of them, or no memory
/// for their stacks, the first use would be a panic.
#[cfg(feature = "parallel")]
pub(crate) fn start() {
    // A pool that was asked for in vain cannot be asked for again, so a trial goes first.
    if rayon::ThreadPoolBuilder::new().build().is_err() {
        // There is no other pool yet, and this one needs nothing.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    }
}

/// There are none.
#[cfg(not(feature = "parallel"))]
pub(crate) fn start() {}
