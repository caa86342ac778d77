//! Small files at the same time: one alone does not keep several threads busy.

/// Jobs that are done together, and whose reports wait for each other.
pub(crate) const WINDOW: usize = 64;

/// What a file may take, file and result included, to be done beside others; about 600,000 pixels. So a batch takes
/// little more memory than its largest file does alone.
pub(crate) const SMALL_MEMORY: u64 = 64 << 20;

/// Calls `work` on every job; results in order.
#[cfg(feature = "parallel")]
pub(crate) fn together<J: Sync, R: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> Option<R> + Send + Sync,
) -> Vec<Option<R>> {
    use rayon::prelude::*;
    if jobs.len() < 2 || rayon::current_num_threads() < 2 {
        return alone(jobs);
    }
    jobs.par_iter().with_max_len(1).map(work).collect()
}

#[cfg(not(feature = "parallel"))]
pub(crate) fn together<J, R>(jobs: &[J], _: impl Fn(&J) -> Option<R>) -> Vec<Option<R>> {
    alone(jobs)
}

/// Nothing to be done at the same time as others.
fn alone<J, R>(jobs: &[J]) -> Vec<Option<R>> {
    jobs.iter().map(|_| None).collect()
}
