//! On rayon's threads.

use rayon::prelude::*;

/// Starts the threads, each with the memory that the allocator sets aside for it, so that what is left can be
/// asked for.
pub(crate) fn start() {
    // On one of them, they are there; and the others may have better to do than to answer.
    if rayon::current_thread_index().is_some() {
        return;
    }
    rayon::broadcast(|_| std::hint::black_box(&Box::new(0_u8)) as *const _ as usize);
}

/// Calls `work` with 0, 1, … `count - 1`; results in that order.
pub(crate) fn map<R: Send>(count: usize, work: impl Fn(usize) -> R + Send + Sync) -> Vec<R> {
    (0..count).into_par_iter().map(work).collect()
}

/// Calls `work` on every chunk of `length` items (the last may be shorter); results in order.
pub(crate) fn map_chunks<T: Sync, R: Send>(
    items: &[T],
    length: usize,
    work: impl Fn(&[T]) -> R + Send + Sync,
) -> Vec<R> {
    items.par_chunks(length).map(work).collect()
}

/// Calls `work` with the number and the items of every chunk of `length`; results in order.
pub(crate) fn map_chunks_mut<T: Send, R: Send>(
    items: &mut [T],
    length: usize,
    work: impl Fn(usize, &mut [T]) -> R + Send + Sync,
) -> Vec<R> {
    items.par_chunks_mut(length).enumerate().map(|(number, chunk)| work(number, chunk)).collect()
}

/// Both results; the second may be worked on at the same time as the first.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(a, b)
}
