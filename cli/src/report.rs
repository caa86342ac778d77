//! What is said of a packed file: one line for people, one object for machines.

use std::path::PathBuf;

use huepack::{Report, decode};
use serde_json::{Value, json};

use crate::failure::{Failure, shown};
use crate::number::{change, grouped};
use crate::output::Target;

/// What became of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Written,
    /// The source is the better file: nothing was written.
    Kept,
}

/// A file that was packed.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) input: PathBuf,
    pub(crate) target: Target,
    pub(crate) outcome: Outcome,
    pub(crate) source_format: decode::Format,
    pub(crate) source_bytes: u64,
    /// What is wrong with a source of which `--salvage` took what is there.
    pub(crate) damage: Option<String>,
    pub(crate) report: Report,
}

impl Summary {
    /// Source, raw RGB and indexed bytes, what that saves, and how close the picture stayed.
    pub(crate) fn line(&self) -> String {
        let Report { format, colors, bytes, .. } = self.report;
        let psnr = match self.report.psnr_db() {
            psnr if psnr.is_finite() => format!("{psnr:.2} dB"),
            _ => "lossless".into(),
        };
        let colors = if colors == 1 { "1 colour".into() } else { format!("{colors} colours") };
        let (input, source) = (shown(&self.input), grouped(self.source_bytes));
        let (raw, file) = (grouped(bytes.raw_rgb), grouped(bytes.file));
        if self.outcome == Outcome::Kept {
            return format!(
                "{input}: not written, {source} B as {} is no more than {file} B as indexed {} \
                 ({raw} B raw RGB, {colors}, {psnr}); --force writes it",
                self.source_format.name(),
                format.name(),
            );
        }
        let target = match &self.target {
            Target::StandardOutput => "standard output".into(),
            Target::File(path) => shown(path),
        };
        format!(
            "{input} -> {target}: {source} B source, {raw} B raw RGB, {file} B indexed {} \
             ({} of source, {} of raw), {colors}, {psnr}",
            format.name(),
            change(bytes.file, self.source_bytes),
            change(bytes.file, bytes.raw_rgb),
        )
    }

    /// The same and more, with stable names.
    pub(crate) fn json(&self) -> Value {
        let report = &self.report;
        let psnr = report.psnr_db();
        json!({
            "input": shown(&self.input),
            "output": match (&self.outcome, &self.target) {
                (Outcome::Written, Target::File(path)) => Some(shown(path)),
                _ => None,
            },
            "status": match self.outcome {
                Outcome::Written => "written",
                Outcome::Kept => "kept",
            },
            "format": report.format.extension(),
            "width": report.width,
            "height": report.height,
            "source_format": self.source_format.name(),
            "damage": self.damage,
            "source_colors": report.source_colors,
            "colors": report.colors,
            "bytes": {
                "source": self.source_bytes,
                "raw_rgb": report.bytes.raw_rgb,
                "indexed": report.bytes.indexed,
                "packed_bits": report.bytes.packed_bits,
                "file": report.bytes.file,
            },
            "mean_squared_error": report.mean_squared_error,
            // JSON knows no infinity: null is lossless.
            "psnr_db": psnr.is_finite().then_some(psnr),
        })
    }
}

impl Failure {
    /// As an object for machines.
    pub(crate) fn json(&self) -> Value {
        json!({ "input": self.subject, "status": "failed", "reason": self.reason, "advice": self.advice })
    }
}
