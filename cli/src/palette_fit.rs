//! `huepack palette fit`: one palette for many pictures, in a file of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use huepack::decode::{self, Decoded};
use huepack::{Dither, FitOptions, Histogram, Packer, Palette, Rgba8, Weighting};
use serde_json::json;

use crate::args::{EffortArg, ReadingArgs, SpaceArg};
use crate::color;
use crate::failure::{Failure, shown};
use crate::output::{self, Existing, HardLinks, Target, Writer, same_file};
use crate::palette_file::{self, Kind};
use crate::plan::{Talk, check_room};
use crate::progress::Progress;
use crate::source::remark_damage;
use crate::terminal::{Status, complain, say, tell};

#[derive(clap::Args, Debug)]
pub(crate) struct FitArgs {
    /// Pictures; - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write here: .gpl, .hex, .act, .json or .png, by the name
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Most colours, 2 to 256
    #[arg(short, long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(2..=256))]
    colors: u16,
    /// Hold this colour exactly, such as '#0055ff'; may be given several times
    #[arg(long, value_name = "COLOR", value_parser = color::parse)]
    keep_color: Vec<Rgba8>,
    /// Compare colours in oklab, lab, rgb or linear
    #[arg(long, value_enum, default_value_t = SpaceArg::Perceptual, hide_possible_values = true)]
    space: SpaceArg,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Time for a closer palette: fast, balanced or best
    #[arg(long, value_enum, default_value_t = EffortArg::Balanced, hide_possible_values = true)]
    effort: EffortArg,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Overwrite the output
    #[arg(long)]
    force: bool,
    /// Report as JSON
    #[arg(long)]
    json: bool,
    /// Report nothing but errors
    #[arg(short, long, conflicts_with = "json")]
    quiet: bool,
}

/// The colours of a picture, its format, and what is damaged about it.
type Counted = (Histogram, decode::Format, Option<String>);

/// Fits and writes. Every input that fails is told, and then nothing is written: a palette of the others would pass for
/// one of all.
pub(crate) fn run(args: &FitArgs) -> Status {
    let usage = check_room(&args.keep_color, args.colors);
    let kind = match usage.and_then(|()| Kind::of(&args.output).map_err(|failure| failure.to_string())) {
        Ok(kind) => kind,
        Err(usage) => {
            complain(&usage);
            return Status::Usage;
        }
    };
    let done = refuse_early(args)
        .and_then(|()| histogram(args))
        .and_then(|histogram| fit_and_write(args, kind, &histogram).map_err(|failure| vec![failure]));
    for failure in done.as_ref().err().into_iter().flatten() {
        if args.json {
            say(&failure.json().to_string());
        }
        complain(&failure.to_string());
    }
    if done.is_ok() { Status::Done } else { Status::Failed }
}

/// The colours of all pictures, each pixel of each picture as much as any other.
fn histogram(args: &FitArgs) -> Result<Histogram, Vec<Failure>> {
    // Counting and fitting take less than packing does.
    let memory = Packer::new().effort(args.effort.into()).memory();
    let decoder = args.reading.decoder(memory);
    let progress = Progress::start(args.inputs.len(), talk(args));
    let mut all = Histogram::default();
    let mut failures = Vec::new();
    for input in &args.inputs {
        progress.next(input);
        let counted = catch_unwind(AssertUnwindSafe(|| count(input, &decoder, args.space.into())))
            .unwrap_or_else(|_| Err(Failure::bug(input)));
        progress.pause(|| match counted {
            Ok((histogram, format, damage)) => {
                remark_damage(input, format, damage.as_deref());
                all.merge(&histogram);
            }
            Err(failure) => failures.push(failure),
        });
    }
    if failures.is_empty() { Ok(all) } else { Err(failures) }
}

fn count(input: &Path, decoder: &decode::Options, weighting: Weighting) -> Result<Counted, Failure> {
    let Decoded { image, format, damage, .. } = crate::source::read(input, decoder)?.decoded;
    let histogram = match weighting {
        Weighting::Visibility => Histogram::visible(image.view()),
        Weighting::Equal => Histogram::of(image.view()),
    };
    Ok((histogram, format, damage))
}

fn fit_and_write(args: &FitArgs, kind: Kind, histogram: &Histogram) -> Result<(), Failure> {
    let fit = FitOptions::new(args.colors.into())
        .space(args.space.into())
        .damping(Weighting::from(args.space).damping(args.colors.into(), Dither::default()))
        .seed(args.seed)
        .effort(args.effort.into())
        .keep(&args.keep_color);
    let palette = fit.fit(histogram).map_err(|error| Failure::library(&args.output, &error))?;
    let stated = kind.stated(palette.colors());
    if stated.is_empty() {
        let reason = "all colours are transparent, and its format cannot state that";
        return Err(Failure::new(&args.output, reason, "name it .act, .json or .png"));
    }
    let bytes =
        palette_file::write(kind, &palette).map_err(|error| Failure::library(&args.output, &error))?;
    let writer = Writer { existing: existing(args), hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::File(args.output.clone()), &bytes)?;
    report(args, &stated, &palette);
    Ok(())
}

/// What would fail at the end is told before the work.
fn refuse_early(args: &FitArgs) -> Result<(), Vec<Failure>> {
    let output = &args.output;
    if args.inputs.iter().any(|input| same_file(input, output)) {
        return Err(vec![Failure::new(output, "the output is an input", "choose another name")]);
    }
    output::refuse_early(output, existing(args)).map_err(|failure| vec![failure])
}

fn report(args: &FitArgs, stated: &[Rgba8], palette: &Palette) {
    let (pictures, output) = (args.inputs.len(), shown(&args.output));
    if stated != palette.colors() && talk(args) != Talk::Quiet {
        tell(&format!(
            "{output}: its format has no place for alpha, and some was dropped; .json and .png have"
        ));
    }
    match talk(args) {
        Talk::Quiet => {}
        Talk::Json => {
            let colors: Vec<String> = stated.iter().map(|&color| color::css(color)).collect();
            say(&json!({ "output": output, "pictures": pictures, "colors": colors }).to_string());
        }
        Talk::Lines => {
            let plural = if pictures == 1 { "" } else { "s" };
            say(&format!("{pictures} picture{plural} -> {output}: {} colours", stated.len()));
        }
    }
}

fn existing(args: &FitArgs) -> Existing {
    if args.force { Existing::Replace } else { Existing::Keep }
}

fn talk(args: &FitArgs) -> Talk {
    Talk::of(args.json, args.quiet)
}
