//! Findings for machines, with stable names.

use serde_json::{Value, json};

use super::Findings;
use super::anatomy::Layout;

pub(super) fn object(findings: &Findings) -> Value {
    let anatomy = &findings.anatomy;
    let palette = findings
        .palette
        .iter()
        .map(|swatch| json!({ "index": swatch.index, "color": swatch.css(), "pixels": swatch.pixels }));
    let parts = anatomy
        .parts
        .iter()
        .map(|part| json!({ "kind": part.kind, "count": part.count, "bytes": part.bytes }));
    let notes = anatomy.notes.iter().map(|note| json!({ "kind": note.kind, "text": note.text }));
    let repacks = findings.repacks.iter().map(|repack| {
        json!({
            "format": repack.form.format().extension(),
            // Null is truecolour.
            "colors": repack.form.colors(),
            "bytes": repack.bytes,
            "lossless": repack.is_lossless(),
            // JSON knows no infinity: null is lossless.
            "psnr_db": (!repack.is_lossless()).then_some(repack.psnr_db),
        })
    });
    json!({
        "input": findings.input,
        "status": "inspected",
        "format": findings.format.name(),
        "bytes": findings.bytes,
        "width": findings.size.0,
        "height": findings.size.1,
        "frames": findings.frames,
        "layout": anatomy.layout.map(layout),
        // Null is more than are counted.
        "colors": findings.colors,
        "palette": palette.collect::<Vec<_>>(),
        "parts": parts.collect::<Vec<_>>(),
        "trailing_bytes": anatomy.trailing,
        "notes": notes.collect::<Vec<_>>(),
        "repacks": repacks.collect::<Vec<_>>(),
    })
}

fn layout(layout: Layout) -> Value {
    json!({ "color_type": layout.color_type.stable_name(), "bits": layout.bits, "interlaced": layout.interlaced })
}
