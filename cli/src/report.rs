//! What is said of a packed file: one line for people, one object for machines.

use std::path::{Path, PathBuf};

use huepack::measure::Finding;
use huepack::{Dither, Packed, Reached, Report, decode};
use serde_json::{Value, json};

use crate::failure::{Failure, shown};
use crate::findings;
use crate::number::{change, grouped};
use crate::output::Target;
use crate::plan::Place;
use crate::source::Source;

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
    pub(crate) place: Place,
    pub(crate) outcome: Outcome,
    pub(crate) source_format: decode::Format,
    pub(crate) source_bytes: u64,
    /// What is wrong with a source of which `--salvage` took what is there.
    pub(crate) damage: Option<String>,
    pub(crate) report: Report,
    /// Colours that were lost.
    pub(crate) findings: Vec<Finding>,
    /// What to say beside that, such as metadata that has no place in the result.
    pub(crate) remarks: Vec<String>,
}

impl Summary {
    pub(crate) fn of(input: &Path, place: Place, outcome: Outcome, source: &Source, packed: &Packed) -> Self {
        Self {
            input: input.to_path_buf(),
            place,
            outcome,
            source_format: source.decoded.format,
            source_bytes: source.bytes.len() as u64,
            damage: source.decoded.damage.clone(),
            report: packed.report,
            findings: packed.findings.clone(),
            remarks: Vec::new(),
        }
    }

    /// With what is to be said beside the numbers.
    pub(crate) fn remarking(self, remarks: Vec<String>) -> Self {
        Self { remarks, ..self }
    }

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
            let advice = if self.place == Place::InPlace { "" } else { "; --force writes it" };
            return format!(
                "{input}: not written, {source} B as {} is no more than {file} B as indexed {} \
                 ({raw} B raw RGB, {colors}, {psnr}){advice}",
                self.source_format.name(),
                format.name(),
            );
        }
        let target = match &self.place {
            Place::Apart(Target::StandardOutput) => "standard output".into(),
            Place::Apart(Target::File(path)) => shown(path),
            Place::InPlace => "in place".into(),
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
            "output": match (&self.outcome, &self.place) {
                (Outcome::Written, Place::Apart(Target::File(path))) => Some(shown(path)),
                (Outcome::Written, Place::InPlace) => Some(shown(&self.input)),
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
            "remarks": self.remarks,
            "findings": self.findings.iter().map(findings::json).collect::<Vec<_>>(),
            "guard": report.guarded.map(|guarded| json!({
                "colors": guarded.colors,
                "restored": guarded.restored,
                "rounds": guarded.rounds,
            })),
            "target": report.reached.map(|reached| json!({
                "colors": reached.colors,
                "dither": dithering(reached.dither),
                "lambda": reached.lambda,
                "score": reached.score,
                "tries": reached.tries,
            })),
            // JSON knows no infinity: null is lossless.
            "psnr_db": psnr.is_finite().then_some(psnr),
        })
    }
}

/// What a target took.
pub(crate) fn reached(reached: Reached) -> String {
    let Reached { colors, dither, lambda, score, tries, .. } = reached;
    format!(
        "{colors} colours, dither {}, lambda {lambda}, score {score:.2}, found in {tries} tries",
        dithering(dither)
    )
}

/// As the option is spelled.
fn dithering(dither: Dither) -> &'static str {
    match dither {
        Dither::None => "none",
        Dither::FloydSteinberg => "floyd-steinberg",
        Dither::Ordered => "ordered",
        _ => "auto",
    }
}

impl Failure {
    /// As an object for machines.
    pub(crate) fn json(&self) -> Value {
        json!({ "input": self.subject, "status": "failed", "reason": self.reason, "advice": self.advice })
    }
}
