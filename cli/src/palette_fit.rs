//! `huepack palette fit`: one palette for many pictures, in a file of its own.

use std::path::PathBuf;

use huepack::{Dither, FitOptions, Palette, Rgba8, Weighting};
use serde_json::json;

use crate::args::{EffortArg, SpaceArg};
use crate::color;
use crate::failure::{Failure, shown};
use crate::histogram_file::Counted;
use crate::output::{HardLinks, Target, Writer};
use crate::palette_count::{RunArgs, count_all, finish, pictures, refuse_early};
use crate::palette_file::{self, Kind};
use crate::plan::{Talk, check_room};
use crate::terminal::{Status, complain, say, tell};

#[derive(clap::Args, Debug)]
pub(crate) struct FitArgs {
    /// Pictures, and histograms of palette count; - for standard input
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
    run: RunArgs,
}

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
    let decoder = args.run.decoder(args.effort.into());
    let done = refuse_early(&args.inputs, &args.output, args.run.existing())
        .and_then(|()| count_all(&args.inputs, &decoder, args.space.into(), args.run.talk()))
        .and_then(|counted| fit_and_write(args, kind, &counted).map_err(|failure| vec![failure]));
    finish(&done, args.run.talk())
}

fn fit_and_write(args: &FitArgs, kind: Kind, counted: &Counted) -> Result<(), Failure> {
    counted.check_whole(&args.output)?;
    let fit = FitOptions::new(args.colors.into())
        .space(args.space.into())
        .damping(Weighting::from(args.space).damping(args.colors.into(), Dither::default()))
        .seed(args.seed)
        .effort(args.effort.into())
        .keep(&args.keep_color);
    let palette = fit.fit(&counted.histogram).map_err(|error| Failure::library(&args.output, &error))?;
    let stated = kind.stated(palette.colors());
    if stated.is_empty() {
        let reason = "all colours are transparent, and its format cannot state that";
        return Err(Failure::new(&args.output, reason, "name it .act, .json or .png"));
    }
    let bytes =
        palette_file::write(kind, &palette).map_err(|error| Failure::library(&args.output, &error))?;
    let writer = Writer { existing: args.run.existing(), hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::File(args.output.clone()), &bytes)?;
    report(args, counted.pictures, (&stated, &palette));
    Ok(())
}

fn report(args: &FitArgs, count: u64, (stated, palette): (&[Rgba8], &Palette)) {
    let output = shown(&args.output);
    if stated != palette.colors() && args.run.talk() != Talk::Quiet {
        tell(&format!(
            "{output}: its format has no place for alpha, and some was dropped; .json and .png have"
        ));
    }
    match args.run.talk() {
        Talk::Quiet => {}
        Talk::Json => {
            let colors: Vec<String> = stated.iter().map(|&color| color::css(color)).collect();
            say(&json!({ "output": output, "pictures": count, "colors": colors }).to_string());
        }
        Talk::Lines => {
            say(&format!("{} -> {output}: {} colours", pictures(count), stated.len()));
        }
    }
}
