//! CPU time of the process: unlike wall time, it does not count what other programs do meanwhile.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// Measures one lap after the other.
pub(crate) struct Stopwatch {
    last: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { last: cpu_time() }
    }

    /// CPU milliseconds since the last lap, or since the start.
    pub(crate) fn lap_ms(&mut self) -> f64 {
        let now = cpu_time();
        let lap = now - self.last;
        self.last = now;
        lap.as_secs_f64() * 1e3
    }
}

fn cpu_time() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("every POSIX system has this clock").into()
}

/// The median; of an even number of values the mean of the middle two.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => 0.5 * (sorted[middle - 1] + sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }
}
