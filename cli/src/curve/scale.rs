//! Axes: from numbers to places, and where their marks are.

/// A mark of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) text: String,
}

/// Steps of one scale, each such a part of a power of ten.
const STEPS: [&[f64]; 5] = [
    &[1.0],
    &[1.0, 3.0],
    &[1.0, 2.0, 5.0],
    &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0],
    &[1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 8.0, 9.0],
];

/// How many marks an axis should have at least, if that can be.
const ENOUGH: usize = 4;

/// Marks of a logarithmic axis of bytes, in kB; the fewest that are enough.
pub(super) fn byte_ticks(low: f64, high: f64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    for steps in STEPS {
        ticks = (0..12)
            .flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power)))
            .filter(|bytes| (low..=high).contains(bytes))
            .map(|value| Tick { value, text: kilobytes(value) })
            .collect();
        if ticks.len() >= ENOUGH {
            break;
        }
    }
    ticks
}

/// Without zeros that say nothing: `0.012`, `1.5`, `200`.
fn kilobytes(bytes: f64) -> String {
    let text = format!("{:.3}", bytes / 1000.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Marks of an axis of scores.
pub(super) fn score_ticks(low: f64, high: f64) -> Vec<Tick> {
    let fits = |step: &&f64| (high / **step).floor() - (low / **step).ceil() >= (ENOUGH - 1) as f64;
    let step = *[20.0, 10.0, 5.0, 2.0, 1.0].iter().find(fits).unwrap_or(&0.5);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let tick = |i: i64| Tick { value: i as f64 * step, text: (i as f64 * step).to_string() };
    (first..=last).map(tick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.text.as_str()).collect()
    }

    #[test]
    fn bytes_have_round_marks_at_any_size() {
        assert_eq!(texts(&byte_ticks(900.0, 2e6)), ["1", "10", "100", "1000"]);
        let photo = ["40", "50", "70", "100", "150", "200", "300", "400"];
        assert_eq!(texts(&byte_ticks(40e3, 400e3)), photo);
        assert_eq!(texts(&byte_ticks(95.0, 160.0)), ["0.1", "0.12", "0.14", "0.16"]);
    }

    #[test]
    fn scores_have_round_marks_below_zero_as_well() {
        assert_eq!(texts(&score_ticks(28.0, 95.0)), ["30", "40", "50", "60", "70", "80", "90"]);
        assert_eq!(texts(&score_ticks(-11.0, 33.0)), ["-10", "0", "10", "20", "30"]);
        assert_eq!(texts(&score_ticks(94.5, 96.1)), ["94.5", "95", "95.5", "96"]);
    }
}
