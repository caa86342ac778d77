//! Scores along time, as places in an SVG.

use serde::Serialize;

use super::measured::{Instant, Measured};

/// Size of the picture in its own units, which are pixels where there is room.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 260.0;
/// Room around the plot, for the marks of the axes.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;

/// Scores below that are drawn at the lower border: pictures are poor there, and the others need the room.
const LEAST_SCORE: f64 = -20.0;
/// Marks along time, at most.
const MOST_MARKS: f64 = 10.0;

#[derive(Serialize)]
pub(super) struct Chart {
    title: &'static str,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    bottom: f64,
    score_marks: Vec<Mark>,
    time_marks: Vec<Mark>,
    /// The places of a polyline for each result.
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Mark {
    at: f64,
    text: String,
}

/// What the score of an instant is, if it has one.
pub(super) type Score = fn(&Instant) -> Option<f64>;

impl Chart {
    /// One line for each result; none where nothing has a score.
    pub(super) fn of(title: &'static str, results: &[Measured<'_>], score: Score) -> Option<Self> {
        let instants = || results.iter().flat_map(|result| &result.instants);
        let least = instants().filter_map(score).fold(f64::INFINITY, f64::min);
        if least == f64::INFINITY {
            return None;
        }
        let end = instants().map(|instant| instant.start + instant.seconds).fold(0.0, f64::max);
        let low = (10.0 * (least / 10.0).floor()).clamp(LEAST_SCORE, 90.0);
        let x = |seconds: f64| rounded(LEFT + seconds / end * (WIDTH - LEFT - RIGHT));
        let y =
            |score: f64| rounded(TOP + (100.0 - score.max(low)) / (100.0 - low) * (HEIGHT - TOP - BOTTOM));
        let line = |result: &Measured<'_>| -> String {
            let scored = result.instants.iter().filter_map(|instant| Some((instant, score(instant)?)));
            let places = scored.map(|(instant, score)| {
                // A canvas is seen for a while.
                format!(
                    "{},{} {},{}",
                    x(instant.start),
                    y(score),
                    x(instant.start + instant.seconds),
                    y(score)
                )
            });
            places.collect::<Vec<_>>().join(" ")
        };
        let steps = ((100.0 - low) / 10.0) as u32;
        let score_mark = |i: u32| {
            let value = 100.0 - 10.0 * f64::from(i);
            Mark { at: y(value), text: value.to_string() }
        };
        let step = time_step(end);
        let time_mark = |i: u32| {
            let seconds = step * f64::from(i);
            Mark { at: x(seconds), text: format!("{} s", (1000.0 * seconds).round() / 1000.0) }
        };
        Some(Self {
            title,
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            right: WIDTH - RIGHT,
            bottom: HEIGHT - BOTTOM,
            score_marks: (0..=steps).map(score_mark).collect(),
            time_marks: (0..=(end / step) as u32).map(time_mark).collect(),
            lines: results.iter().map(line).collect(),
        })
    }
}

/// Seconds between marks: a round number.
fn time_step(end: f64) -> f64 {
    let rough = end / MOST_MARKS;
    let power = 10_f64.powi(rough.log10().floor() as i32);
    [1.0, 2.0, 5.0].into_iter().map(|part| part * power).find(|&step| step >= rough).unwrap_or(10.0 * power)
}

fn rounded(pixels: f64) -> f64 {
    (10.0 * pixels).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_time_are_round_and_few() {
        for (end, step) in [(1.0, 0.1), (1.7, 0.2), (3.3, 0.5), (70.0, 10.0)] {
            assert!((time_step(end) - step).abs() < 1e-12, "{end} {}", time_step(end));
        }
    }
}
