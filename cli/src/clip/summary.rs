//! What is said of a packed clip: one line for people, one object for machines.

use std::path::PathBuf;

use huepack::ClipReport;
use serde_json::{Value, json};

use super::Footage;
use crate::failure::shown;
use crate::number::{change, grouped};
use crate::plan::Place;
use crate::report::Outcome;

/// A clip that was packed.
#[derive(Debug)]
pub(crate) struct ClipSummary {
    input: PathBuf,
    pub(crate) place: Place,
    outcome: Outcome,
    source_form: &'static str,
    source_bytes: Option<u64>,
    report: ClipReport,
}

impl ClipSummary {
    pub(super) fn of(footage: &Footage<'_>, place: Place, outcome: Outcome, report: ClipReport) -> Self {
        Self {
            input: footage.input().to_path_buf(),
            place,
            outcome,
            source_form: footage.form(),
            source_bytes: footage.bytes(),
            report,
        }
    }

    /// What the target took, if there was one.
    pub(crate) fn reached(&self) -> Option<String> {
        self.report.reached.filter(|_| self.outcome == Outcome::Written).map(crate::report::reached)
    }

    /// What could not be kept.
    pub(crate) fn remarks(&self) -> Vec<String> {
        crate::report::hardened(self.report.hardened).into_iter().collect()
    }

    pub(crate) fn line(&self) -> String {
        let ClipReport { format, frames, colors, file_bytes, local_palettes, .. } = self.report;
        let input = shown(&self.input);
        let file =
            format!("{} B {} of {frames} {}", grouped(file_bytes), format.name(), plural("frame", frames));
        let quality = crate::report::quality(self.report.psnr_db());
        let own = match local_palettes {
            0 => String::new(),
            some => format!(", {some} {} of their own", plural("palette", some)),
        };
        let looks = format!("{}{own}, {quality}", crate::report::counted(colors as u64));
        if self.outcome == Outcome::Kept {
            let source = grouped(self.source_bytes.unwrap_or(0));
            let (form, advice) = (self.source_form, self.place.advice_where_kept());
            return format!(
                "{input}: not written, {source} B as {form} is no more than {file} ({looks}){advice}"
            );
        }
        let target = self.place.in_words();
        let saved = match self.source_bytes {
            Some(source) => {
                format!("{} B source, {file} ({} of source)", grouped(source), change(file_bytes, source))
            }
            None => file,
        };
        format!("{input} -> {target}: {saved}, {looks}")
    }

    /// The same and more, with stable names.
    pub(crate) fn json(&self) -> Value {
        let report = &self.report;
        let psnr = report.psnr_db();
        json!({
            "input": shown(&self.input),
            "output": self.place.output(self.outcome, &self.input),
            "status": self.outcome.stable_name(),
            "format": report.format.extension(),
            "width": report.width,
            "height": report.height,
            "frames": report.frames,
            "source_format": self.source_form,
            "colors": report.colors,
            "local_palettes": report.local_palettes,
            "bytes": {
                "source": self.source_bytes,
                "raw_rgb": report.raw_rgb_bytes,
                "file": report.file_bytes,
            },
            "mean_squared_error": report.mean_squared_error,
            "remarks": self.remarks(),
            "score": report.score,
            "target": report.reached.map(crate::report::reached_json),
            // JSON knows no infinity: null is lossless.
            "psnr_db": psnr.is_finite().then_some(psnr),
        })
    }
}

fn plural(noun: &str, number: u32) -> String {
    if number == 1 { noun.into() } else { format!("{noun}s") }
}
