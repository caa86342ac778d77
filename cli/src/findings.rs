//! What is said of colours that were lost, and of the guard that brought them back.

use huepack::Guarded;
use huepack::measure::{Area, Finding};
use serde_json::{Value, json};

use crate::color::css;

/// Most findings that are told of a file; the others are counted.
const MOST_LINES: usize = 3;

/// A line each for the largest, and one for the number of the others.
pub(crate) fn lines(findings: &[Finding]) -> Vec<String> {
    let mut lines: Vec<String> = findings.iter().take(MOST_LINES).map(Finding::to_string).collect();
    if findings.len() > MOST_LINES {
        let others = findings.len() - MOST_LINES;
        lines.push(format!("{others} more such changes, which --json lists; --guard avoids them"));
    }
    lines
}

/// What the guard changed, if anything.
pub(crate) fn raised(guarded: Guarded) -> Option<String> {
    let Guarded { colors, restored, rounds, .. } = guarded;
    (rounds > 1).then(|| format!("the guard allowed {colors} colours, {restored} of them for what was lost"))
}

/// A finding with stable names.
pub(crate) fn json(finding: &Finding) -> Value {
    match *finding {
        Finding::Moved { source, result, area: place, delta_e } => json!({
            "kind": "moved",
            "source": css(source),
            "result": css(result),
            "area": area(place),
            "delta_e": delta_e,
        }),
        Finding::Merged { sources, result, areas, delta_e } => json!({
            "kind": "merged",
            "sources": sources.map(css),
            "result": css(result),
            "areas": areas.map(area),
            "delta_e": delta_e,
        }),
        // A kind that this program does not know.
        ref other => json!({ "kind": "other", "what": other.to_string(), "delta_e": other.delta_e() }),
    }
}

fn area(Area { x, y, width, height, pixels, regions, .. }: Area) -> Value {
    json!({ "x": x, "y": y, "width": width, "height": height, "pixels": pixels, "regions": regions })
}
