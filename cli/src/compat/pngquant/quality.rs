//! What pngquant's quality means in SSIMULACRA2 scores.

/// Scores of what pngquant writes with `--quality q-q`, the median of those of 22 pictures that it could do: docs/cli.md
/// says which. Its quality is of squared errors, and so stands for other scores in other pictures.
const SCORES: [(u8, f64); 12] = [
    (0, 0.0),
    (10, 45.0),
    (20, 56.0),
    (30, 60.0),
    (40, 64.0),
    (50, 67.0),
    (60, 72.0),
    (70, 75.0),
    (80, 79.0),
    (90, 87.0),
    (95, 90.0),
    (100, 95.0),
];

/// The score that a quality stands for; on a line between those that were measured.
pub(crate) fn score(quality: u8) -> f64 {
    let at = SCORES.iter().rposition(|&(known, _)| known <= quality).unwrap_or(0);
    let (left, low) = SCORES[at];
    match SCORES.get(at + 1) {
        Some(&(right, high)) => low + (high - low) * f64::from(quality - left) / f64::from(right - left),
        None => low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_quality_is_a_higher_score() {
        assert!((0..100).all(|quality| score(quality) < score(quality + 1)));
        assert_eq!((score(0), score(80), score(100)), (0.0, 79.0, 95.0));
    }
}
