//! What each program makes of a picture when nothing is asked for.

use huepack::{Format, Packer};

use super::MAX_COLORS;
use super::likeness::Reference;
use super::point::{Maker, Point};
use super::source::Source;
use crate::Result;
use crate::summary;
use crate::table::number;

/// Columns of a record of nothing else: bytes and their ratio to the fewest of a peer, score and how far that is above the
/// best of a peer.
pub(super) const COLUMNS: [&str; 8] =
    ["set", "image", "colors", "bytes", "to_fewest", "ssimulacra2", "above_best", "default"];

/// huepack when nothing is asked for, and without oxipng.
pub(super) fn ours(source: &Source, reference: &Reference<'_>, format: Format) -> Result<Point> {
    let (program, dither, knob) = ("huepack default".into(), "auto".into(), "-".into());
    let maker = Maker { program, colors: MAX_COLORS, dither, knob };
    Point::of(maker, &Packer::new().format(format).pack(source.picture.view())?.bytes, reference)
}

/// Whether `ours` takes no more bytes than any of `theirs`, and looks no worse.
pub(super) fn verdict<'a>(ours: &Point, theirs: impl Iterator<Item = &'a Point>) -> &'static str {
    let (mut is_small, mut is_good) = (true, true);
    for peer in theirs {
        is_small &= ours.bytes <= peer.bytes;
        is_good &= ours.likeness.ssimulacra2 >= peer.likeness.ssimulacra2;
    }
    match (is_small, is_good) {
        (true, true) => summary::WINS,
        (true, false) => "looks worse",
        (false, true) => "larger",
        (false, false) => "loses",
    }
}

/// A row of the record, without the set, the picture and its colours.
pub(super) fn cells(ours: &Point, theirs: &[Point]) -> Vec<String> {
    let fewest = theirs.iter().map(|peer| peer.bytes).min().unwrap_or(0);
    let best = theirs.iter().map(|peer| peer.likeness.ssimulacra2).fold(f64::NEG_INFINITY, f64::max);
    let score = ours.likeness.ssimulacra2;
    vec![
        ours.bytes.to_string(),
        number(ours.bytes as f64 / fewest as f64, 4),
        number(score, 2),
        number(score - best, 2),
        verdict(ours, theirs.iter()).to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_wins_only_where_it_beats_every_one() {
        let peers = [Point::of_test(100, 80.0), Point::of_test(110, 81.0)];
        let beside = |bytes, score| verdict(&Point::of_test(bytes, score), peers.iter());
        assert_eq!(beside(100, 81.0), summary::WINS);
        assert_eq!(beside(105, 81.0), "larger");
        assert_eq!(beside(90, 80.5), "looks worse");
        assert_eq!(beside(105, 80.5), "loses");
    }

    #[test]
    fn bytes_are_held_against_the_fewest_and_the_score_against_the_best() {
        let cells = cells(&Point::of_test(90, 80.5), &[Point::of_test(100, 80.0), Point::of_test(120, 81.0)]);
        assert_eq!(cells, ["90", "0.9000", "80.50", "-0.50", "looks worse"]);
    }
}
