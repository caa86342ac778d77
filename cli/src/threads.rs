//! The threads that work is spread over.

/// Starts the threads, or sees to it that there are none: where one is all that there is to be, which then need not wait
/// for another, and where the system allows no more of them, or no memory for their stacks, since the first use would be
/// a panic.
#[cfg(feature = "parallel")]
pub(crate) fn start() {
    // A pool that was asked for in vain cannot be asked for again, so a trial goes first.
    let trial = || rayon::ThreadPoolBuilder::new().build();
    if !has_room() || trial().map_or(1, |pool| pool.current_num_threads()) == 1 {
        // There is no other pool yet, and this one needs nothing.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    }
}

/// Whether there are addresses for the threads. One whose stack fits, but not what the standard library or the
/// allocator sets aside when it starts (128 MB in glibc), brings the program down.
#[cfg(feature = "parallel")]
fn has_room() -> bool {
    const THREAD_BYTES: usize = 132 << 20;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    is_free(threads * THREAD_BYTES)
}

/// There are none.
#[cfg(not(feature = "parallel"))]
pub(crate) fn start() {}

/// Whether the system would give so many bytes.
pub(crate) fn is_free(bytes: usize) -> bool {
    std::hint::black_box(&mut Vec::<u8>::new()).try_reserve_exact(bytes).is_ok()
}
