//! What is said of a packed file: one line for people, one object for machines.

use std::path::{Path, PathBuf};

use huepack::measure::Finding;
use huepack::{Dither, Reached, Report, decode};
use serde_json::{Value, json};

use crate::color_type::ColorType;
use crate::failure::{Failure, shown};
use crate::findings;
use crate::folder::Exhibit;
use crate::made::{Alternative, Made};
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

impl Outcome {
    /// For machines.
    pub(crate) fn stable_name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Kept => "kept",
        }
    }
}

impl Place {
    /// Where a result went, for people.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Apart(Target::StandardOutput) => "standard output".into(),
            Self::Apart(Target::File(path)) => shown(path),
            Self::InPlace => "in place".into(),
        }
    }

    /// The file that was written, for machines; none on standard output.
    pub(crate) fn output(&self, outcome: Outcome, input: &Path) -> Option<String> {
        match (outcome, self) {
            (Outcome::Written, Self::Apart(Target::File(path))) => Some(shown(path)),
            (Outcome::Written, Self::InPlace) => Some(shown(input)),
            _ => None,
        }
    }

    /// Whether the result itself goes to standard output, so that talk goes beside it.
    pub(crate) fn is_beside(&self) -> bool {
        *self == Self::Apart(Target::StandardOutput)
    }

    /// What to say where the source was the better file; in place nothing could be done about it.
    pub(crate) fn advice_where_kept(&self) -> &'static str {
        if *self == Self::InPlace { "" } else { "; --force writes it" }
    }
}

/// A file that was packed.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) input: PathBuf,
    pub(crate) place: Place,
    pub(crate) outcome: Outcome,
    pub(crate) source_format: decode::Format,
    pub(crate) source_bytes: u64,
    /// The source, and what was made of it.
    pub(crate) contents: [blake3::Hash; 2],
    /// What is wrong with a source of which `--salvage` took what is there.
    pub(crate) damage: Option<String>,
    pub(crate) report: Report,
    /// Colours that were lost.
    pub(crate) findings: Vec<Finding>,
    pub(crate) color_type: ColorType,
    /// The form that was not chosen.
    pub(crate) alternative: Option<Alternative>,
    /// The SSIMULACRA2 score of what is not written, or of the palette where it had to reach one.
    pub(crate) score: Option<f64>,
    /// What to say beside that, such as metadata that has no place in the result.
    pub(crate) remarks: Vec<String>,
    /// What a page shows of it, if there is to be one.
    pub(crate) exhibit: Option<Box<Exhibit>>,
}

impl Summary {
    pub(crate) fn of(input: &Path, place: Place, outcome: Outcome, source: &Source, made: &Made) -> Self {
        Self {
            input: input.to_path_buf(),
            place,
            outcome,
            source_format: source.decoded.format,
            source_bytes: source.bytes.len() as u64,
            contents: [&source.bytes, made.bytes()].map(blake3::hash),
            damage: source.decoded.damage.clone(),
            report: made.report(),
            findings: made.findings(),
            color_type: made.color_type(),
            alternative: made.alternative(),
            score: made.known_score(),
            remarks: Vec::new(),
            exhibit: None,
        }
    }

    /// Source, raw RGB and indexed bytes, what that saves, and how close the picture stayed.
    pub(crate) fn line(&self) -> String {
        let Report { format, bytes, .. } = self.report;
        let form = format!("{} {}", self.color_type.name(), format.name());
        let (colors, quality) = (self.colors_in_words(), quality(self.report.psnr_db()));
        let (input, source) = (shown(&self.input), grouped(self.source_bytes));
        let (raw, file) = (grouped(bytes.raw_rgb), grouped(bytes.file));
        if self.outcome == Outcome::Kept {
            let advice = self.place.advice_where_kept();
            let score = self.score.map_or(String::new(), |score| format!(", SSIMULACRA2 {score:.1}"));
            return format!(
                "{input}: not written, {source} B as {} is no more than {file} B as {form} \
                 ({raw} B raw RGB, {colors}, {quality}{score}){advice}",
                self.source_format.name(),
            );
        }
        let target = self.place.in_words();
        format!(
            "{input} -> {target}: {source} B source, {raw} B raw RGB, {file} B {form} \
             ({} of source, {} of raw), {colors}, {quality}{}",
            change(bytes.file, self.source_bytes),
            change(bytes.file, bytes.raw_rgb),
            self.palette_in_words().unwrap_or_default(),
        )
    }

    /// What true colour would take, where a palette was asked for.
    pub(crate) fn advice(&self) -> Option<String> {
        let Alternative { color_type, bytes, .. } = self.alternative.filter(|_| !self.is_truecolor())?;
        let (input, form, bytes) = (shown(&self.input), color_type.name(), grouped(bytes));
        Some(format!(
            "{input}: as {form} PNG it would be {bytes} B, lossless; without --colors or --palette that is written"
        ))
    }

    /// What a palette would take and lose, where true colour was chosen for that.
    fn palette_in_words(&self) -> Option<String> {
        let Alternative { colors, bytes, psnr_db, .. } =
            self.alternative.filter(|alternative| alternative.psnr_db.is_finite())?;
        let (bytes, colors, quality) = (grouped(bytes), counted(colors? as u64), quality(psnr_db));
        Some(format!("; a palette takes {bytes} B, {colors}, {quality}"))
    }

    /// Colours of the file: those of the source where it has no palette.
    pub(crate) fn colors(&self) -> Option<usize> {
        if self.is_truecolor() { self.report.source_colors } else { Some(self.report.colors) }
    }

    pub(crate) fn colors_in_words(&self) -> String {
        self.colors().map_or("more than 524,288 colours".into(), |colors| counted(colors as u64))
    }

    fn is_truecolor(&self) -> bool {
        matches!(self.color_type, ColorType::GrayAlpha | ColorType::Rgb | ColorType::Rgba)
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
            "frames": 1,
            "source_format": self.source_format.name(),
            "damage": self.damage,
            "source_colors": report.source_colors,
            "color_type": self.color_type.stable_name(),
            "colors": self.colors(),
            "bytes": {
                "source": self.source_bytes,
                "raw_rgb": report.bytes.raw_rgb,
                "indexed": (!self.is_truecolor()).then_some(report.bytes.indexed),
                "packed_bits": (!self.is_truecolor()).then_some(report.bytes.packed_bits),
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
            "target": report.reached.map(reached_json),
            // JSON knows no infinity: null is lossless.
            "psnr_db": psnr.is_finite().then_some(psnr),
            "score": self.score,
            "alternative": self.alternative.map(|alternative| json!({
                "color_type": alternative.color_type.stable_name(),
                "colors": alternative.colors,
                "bytes": alternative.bytes,
                "psnr_db": alternative.psnr_db.is_finite().then_some(alternative.psnr_db),
            })),
        })
    }
}

/// How close a picture stayed.
pub(crate) fn quality(psnr_db: f64) -> String {
    if psnr_db.is_finite() { format!("{psnr_db:.2} dB") } else { "lossless".into() }
}

/// What became of pixels that the format cannot hold as they are.
pub(crate) fn hardened(pixels: u64) -> Option<String> {
    let (pixels, verb) = match pixels {
        0 => return None,
        1 => ("a partly transparent pixel".to_owned(), "is"),
        more => (format!("{} partly transparent pixels", grouped(more)), "are"),
    };
    Some(format!(
        "{pixels} {verb} opaque or fully transparent now, since GIF knows nothing between; --matte COLOR blends them onto a \
         background, PNG keeps them"
    ))
}

pub(crate) fn counted(colors: u64) -> String {
    if colors == 1 { "1 colour".into() } else { format!("{} colours", grouped(colors)) }
}

/// What a target took.
pub(crate) fn reached(reached: Reached) -> String {
    let Reached { colors, dither, lambda, score, tries, .. } = reached;
    format!(
        "{colors} colours, dither {}, lambda {lambda}, score {score:.2}, found in {tries} tries",
        dithering(dither)
    )
}

/// The same with stable names.
pub(crate) fn reached_json(reached: Reached) -> Value {
    json!({
        "colors": reached.colors,
        "dither": dithering(reached.dither),
        "lambda": reached.lambda,
        "score": reached.score,
        "tries": reached.tries,
    })
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
