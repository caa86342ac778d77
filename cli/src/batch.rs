//! Files at the same time: one alone does not keep many threads busy.

use crate::failure::Failure;

/// Jobs whose reports wait for each other.
pub(crate) const WINDOW: usize = 64;

/// Calls `work` on every job and the memory that it may take, several at a time, which together take no more than so many
/// bytes: as many as there are threads, and those for which a thread's share is too little, such that there is no result,
/// a quarter as many. What wants more yet is left for who can give it all. Results in order.
#[cfg(feature = "parallel")]
pub(crate) fn together<J: Sync, R: Send>(
    jobs: &[J],
    most_memory: u64,
    work: impl Fn(&J, u64) -> Option<R> + Sync,
) -> Vec<Option<R>> {
    let mut results: Vec<Option<R>> = jobs.iter().map(|_| None).collect();
    let threads = rayon::current_num_threads();
    let mut tried = usize::MAX;
    for lanes in [threads, threads / 4] {
        let left: Vec<usize> = (0..jobs.len()).filter(|&job| results[job].is_none()).collect();
        let lanes = lanes.min(left.len());
        if lanes < 2 || lanes >= tried {
            break;
        }
        tried = lanes;
        for (job, result) in in_lanes(&left, lanes, |job| work(&jobs[job], most_memory / lanes as u64)) {
            results[job] = result;
        }
    }
    results
}

/// What became of a job, unless it wants more memory than it was given.
pub(crate) fn unless_more_is_wanted<R>(done: Result<R, Failure>) -> Option<Result<R, Failure>> {
    match done {
        Err(failure) if failure.wants_memory() => None,
        done => Some(done),
    }
}

/// Calls `work` on each of the jobs, and never on more than so many at a time. A thread that waits for a part of one would
/// begin another if they were on a list of their own.
#[cfg(feature = "parallel")]
fn in_lanes<R: Send>(
    jobs: &[usize],
    lanes: usize,
    work: impl Fn(usize) -> R + Sync,
) -> impl Iterator<Item = (usize, R)> {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rayon::prelude::*;
    let next = AtomicUsize::new(0);
    let take = || jobs.get(next.fetch_add(1, Ordering::Relaxed)).copied();
    let lane = |_| std::iter::from_fn(take).map(|job| (job, work(job))).collect::<Vec<_>>();
    let done: Vec<Vec<(usize, R)>> = (0..lanes).into_par_iter().with_max_len(1).map(lane).collect();
    done.into_iter().flatten()
}

/// Nothing is done at the same time as anything else.
#[cfg(not(feature = "parallel"))]
pub(crate) fn together<J, R>(jobs: &[J], _: u64, _: impl Fn(&J, u64) -> Option<R>) -> Vec<Option<R>> {
    jobs.iter().map(|_| None).collect()
}

#[cfg(all(test, feature = "parallel"))]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// With so many threads.
    fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    #[test]
    fn results_come_in_order_and_what_wants_all_memory_has_none() {
        let jobs: Vec<u64> = (1..=100).collect();
        for threads in [2, 7, 16] {
            let results = with_threads(threads, || {
                together(&jobs, 180, |&job, most| (job <= most).then_some(10 * job))
            });
            let most = if threads < 8 { 180 / threads as u64 } else { 45 };
            let wanted: Vec<Option<u64>> =
                jobs.iter().map(|&job| (job <= most).then_some(10 * job)).collect();
            assert_eq!(results, wanted, "{threads} threads");
        }
        let alone = with_threads(1, || together(&jobs, 180, |&job, _| Some(job)));
        assert!(alone.iter().all(Option::is_none));
    }

    #[test]
    fn those_that_are_at_work_take_no_more_than_there_is_though_parts_of_them_wait_for_others() {
        let (taken, peak) = (AtomicU64::new(0), AtomicU64::new(0));
        let jobs: Vec<u64> = (0..64).collect();
        let work = |&job: &u64, most: u64| {
            let wanted = if job % 8 == 0 { 300 } else { 90 };
            if wanted > most {
                return None;
            }
            peak.fetch_max(taken.fetch_add(wanted, Ordering::SeqCst) + wanted, Ordering::SeqCst);
            let nap = || std::thread::sleep(std::time::Duration::from_millis(1));
            rayon::join(nap, || rayon::join(nap, nap));
            taken.fetch_sub(wanted, Ordering::SeqCst);
            Some(job)
        };
        let results = with_threads(8, || together(&jobs, 800, work));
        assert_eq!(results.iter().flatten().count(), 64);
        assert!(peak.into_inner() <= 800);
    }
}
