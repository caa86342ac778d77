//! On the caller's thread alone.

/// Does nothing: the one thread runs.
pub(crate) fn start() {}

/// Calls `work` with 0, 1, … `count - 1`; results in that order.
pub(crate) fn map<R>(count: usize, work: impl Fn(usize) -> R + Send + Sync) -> Vec<R> {
    (0..count).map(work).collect()
}

/// Calls `work` on every chunk of `length` items (the last may be shorter); results in order.
pub(crate) fn map_chunks<T, R>(items: &[T], length: usize, work: impl Fn(&[T]) -> R + Send + Sync) -> Vec<R> {
    items.chunks(length).map(work).collect()
}

/// Calls `work` with the number and the items of every chunk of `length`; results in order.
pub(crate) fn map_chunks_mut<T, R>(
    items: &mut [T],
    length: usize,
    work: impl Fn(usize, &mut [T]) -> R + Send + Sync,
) -> Vec<R> {
    items.chunks_mut(length).enumerate().map(|(number, chunk)| work(number, chunk)).collect()
}

/// Both results.
pub(crate) fn join<A, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    (a(), b())
}
