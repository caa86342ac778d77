//! From arguments to jobs: which input goes where, in which format. Nothing is read or written yet.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use huepack::measure::Guard;
use huepack::{Delay, Dither, Effort, Format, Packer, Rgba8, decode};

use crate::args::{ModeArg, PackArgs};
use crate::backup::Backup;
use crate::clip::Changes;
use crate::failure::{Failure, shown};
use crate::keep::Keep;
use crate::made::{Floor, Truecolor};
use crate::output::{Existing, HardLinks, Target, Verify, Writer, folder_of};

/// Everything that a run does.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) jobs: Vec<Job>,
    pub(crate) packer: Packer,
    /// What results are written as, unless they replace their source.
    pub(crate) format: Format,
    pub(crate) decoder: decode::Options,
    /// Whether a picture that has a palette gets a new one.
    pub(crate) requantize: bool,
    /// Whether colours, a size or a score are wished for, so that something may be lost.
    pub(crate) has_wish: bool,
    /// The size or score that is asked for, unless colours are as well.
    pub(crate) goal: Option<huepack::Target>,
    /// Whether nothing may be lost.
    pub(crate) is_lossless: bool,
    /// Whether what is there of a damaged file will do.
    pub(crate) salvage: bool,
    /// Whether an animation is taken for its first frame.
    pub(crate) first_frame: bool,
    /// The format of animations, where one was asked for.
    pub(crate) clip_format: Option<Format>,
    /// Whether the output is named, whatever comes into it.
    pub(crate) is_named: bool,
    /// The time of each picture, where all of them are one animation.
    pub(crate) row: Option<Delay>,
    pub(crate) changes: Changes,
    pub(crate) truecolor: Truecolor,
    pub(crate) effort: Effort,
    /// Below which score a picture is packed without loss instead.
    pub(crate) floor: Option<Floor>,
    pub(crate) keep: Keep,
    pub(crate) existing: Existing,
    pub(crate) hard_links: HardLinks,
    pub(crate) verify: bool,
    /// Where originals are kept before they are replaced.
    pub(crate) backup: Option<Arc<Backup>>,
    pub(crate) talk: Talk,
}

/// One input and where its result goes.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) input: PathBuf,
    /// Or why this input cannot be done; the others still are.
    pub(crate) place: Result<Place, Failure>,
}

/// Where a result goes, as seen from its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Apart(Target),
    /// It replaces its source.
    InPlace,
}

impl Plan {
    /// Whether a result that is larger than its source is written all the same.
    pub(crate) fn writes_larger(&self, target: &Target) -> bool {
        self.existing == Existing::Replace || *target == Target::StandardOutput
    }

    /// How results are written.
    pub(crate) fn writer<'a>(&self, verify: Verify<'a>) -> Writer<'a> {
        Writer { existing: self.existing, hard_links: self.hard_links, verify: self.verify.then_some(verify) }
    }
}

/// How results are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Talk {
    Lines,
    Json,
    Quiet,
}

impl Talk {
    /// As `--json` and `--quiet` say.
    pub(crate) fn of(json: bool, quiet: bool) -> Self {
        match (json, quiet) {
            (true, _) => Self::Json,
            (_, true) => Self::Quiet,
            _ => Self::Lines,
        }
    }
}

impl Plan {
    /// Works out the jobs; an error is one of usage.
    pub(crate) fn of(args: &PackArgs) -> Result<Self, String> {
        let format = format(args)?;
        let keep = Keep::of(args);
        let is_row = args.fps.is_some() && args.inputs.len() > 1;
        if args.output.is_some() && args.inputs.len() > 1 && !is_row {
            return Err("-o names one output, but there are several inputs; use --out-dir".into());
        }
        if args.in_place && args.inputs.iter().any(|input| input == Path::new("-")) {
            return Err("standard input cannot be replaced in place; choose an output with -o".into());
        }
        check_room(&args.keep_color, colors(args))?;
        let packer = packer(args);
        let decoder = args.reading.decoder(packer.clone().format(format).memory());
        Ok(Self {
            jobs: if args.in_place { jobs_in_place(args) } else { jobs(args, format) },
            packer,
            format,
            decoder: keep.decoder(decoder, format),
            keep,
            // Naming a palette or a target is asking for it.
            requantize: args.requantize || args.palette.is_some() || goal(args).is_some(),
            has_wish: has_wish(args),
            goal: goal(args).filter(|_| !has_wish_for_colors(args)),
            is_lossless: args.lossless,
            salvage: args.reading.salvage,
            first_frame: args.reading.first_frame,
            clip_format: named_format(args)?,
            is_named: args.output.is_some(),
            row: args.fps.filter(|_| args.inputs.len() > 1),
            changes: Changes { delay: args.fps.filter(|_| args.inputs.len() == 1), width: args.width },
            truecolor: truecolor(args),
            effort: args.effort.into(),
            floor: None,
            existing: if args.force { Existing::Replace } else { Existing::Keep },
            hard_links: if args.break_links { HardLinks::Break } else { HardLinks::Refuse },
            verify: args.verify || args.in_place,
            backup: None,
            talk: Talk::of(args.json, args.quiet),
        })
    }
}

/// Whether the colours to keep are no more than those that a palette may have.
pub(crate) fn check_room(kept: &[Rgba8], colors: u16) -> Result<(), String> {
    // All that is fully transparent is one colour.
    let distinct: HashSet<_> = kept.iter().map(|&color| if color[3] == 0 { [0; 4] } else { color }).collect();
    match distinct.len() {
        kept if kept > usize::from(colors) => {
            Err(format!("--keep-color names {kept} colours, and --colors allows {colors}; raise it"))
        }
        _ => Ok(()),
    }
}

fn jobs_in_place(args: &PackArgs) -> Vec<Job> {
    let job = |input: &PathBuf| Job { input: input.clone(), place: Ok(Place::InPlace) };
    args.inputs.iter().map(job).collect()
}

/// A job for every input. An output must not meet that of an earlier input, nor be an input itself.
fn jobs<'a>(args: &'a PackArgs, format: Format) -> Vec<Job> {
    let sources: HashSet<PathBuf> =
        args.inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).collect();
    let mut taken: HashMap<Target, &'a Path> = HashMap::new();
    let job = |input: &'a PathBuf| {
        let target = target(args, input, format);
        let place = place(&target);
        if is_source(&place, &sources) {
            let failure = Failure::new(
                input,
                "its output would overwrite an input",
                "--in-place does that safely; else choose another name with -o or --suffix",
            );
            return Job { input: input.clone(), place: Err(failure) };
        }
        if let Some(other) = taken.get(&place) {
            let reason = format!("its output would be that of {}", shown(other));
            let failure = Failure::new(input, reason, "pack it on its own with -o");
            return Job { input: input.clone(), place: Err(failure) };
        }
        taken.insert(place, input);
        Job { input: input.clone(), place: Ok(Place::Apart(target)) }
    };
    args.inputs.iter().map(job).collect()
}

/// The target however its folder is spelled, so that `a.png` and `./a.png` are one.
fn place(target: &Target) -> Target {
    match target {
        Target::File(path) => match (fs::canonicalize(folder_of(path)), path.file_name()) {
            (Ok(folder), Some(name)) => Target::File(folder.join(name)),
            _ => target.clone(),
        },
        Target::StandardOutput => Target::StandardOutput,
    }
}

/// Whether writing there would change a file that is still to be read, perhaps through a link.
fn is_source(place: &Target, sources: &HashSet<PathBuf>) -> bool {
    let Target::File(path) = place else { return false };
    fs::canonicalize(path).is_ok_and(|path| sources.contains(&path))
}

/// The most colours of a palette.
fn colors(args: &PackArgs) -> u16 {
    args.colors.unwrap_or(256)
}

/// Whether something may be lost for fewer colours or bytes.
fn has_wish(args: &PackArgs) -> bool {
    goal(args).is_some() || has_wish_for_colors(args)
}

fn has_wish_for_colors(args: &PackArgs) -> bool {
    let has_palette = args.colors.is_some() || args.palette.is_some() || !args.keep_color.is_empty();
    has_palette || args.guard || args.requantize
}

/// What is to be reached.
fn goal(args: &PackArgs) -> Option<huepack::Target> {
    let goal = args.min_score.map(huepack::Target::MinScore);
    let goal = goal.or(args.quality.map(huepack::Target::Quality));
    goal.or(args.max_size.map(huepack::Target::MaxBytes))
}

/// What is done with true colour. Who says what the palette is to be wants one.
fn truecolor(args: &PackArgs) -> Truecolor {
    if args.lossless {
        return Truecolor::Insisted;
    }
    match (args.mode, args.quiet) {
        (ModeArg::Palette, _) => Truecolor::Ignored,
        _ if args.colors.is_none() && args.palette.is_none() => Truecolor::Written,
        (ModeArg::Auto, true) => Truecolor::Ignored,
        (ModeArg::Auto, false) => Truecolor::Told,
    }
}

fn packer(args: &PackArgs) -> Packer {
    let mut packer = Packer::new()
        .colors(usize::from(colors(args)))
        .mode(args.mode.into())
        .space(args.space.into())
        .weighting(args.space.into())
        .dither(args.dither.into())
        .seed(args.seed)
        .keep_colors(&args.keep_color)
        .effort(args.effort.into());
    if args.lossless {
        // A palette that loses anything is not taken, so nothing is done to make one look well.
        packer = packer.dither(Dither::None).lambda(0.0);
    }
    if let Some(strength) = args.dither_strength {
        packer = packer.dither_strength(strength);
    }
    if let Some(lambda) = args.lambda {
        packer = packer.lambda(lambda);
    }
    if let Some(threshold) = args.alpha_threshold {
        packer = packer.alpha_threshold(threshold);
    }
    if let Some(matte) = args.matte {
        packer = packer.matte(matte);
    }
    if let Some(goal) = goal(args) {
        packer = packer.target(goal);
    }
    if args.guard {
        packer = packer.guard(Guard::new());
    }
    packer
}

fn format(args: &PackArgs) -> Result<Format, String> {
    named_format(args).map(Option::unwrap_or_default)
}

/// The format asked for, or the one that the output is named after.
fn named_format(args: &PackArgs) -> Result<Option<Format>, String> {
    let asked = args.format.map(Format::from);
    let Some(extension) = args.output.as_deref().and_then(Path::extension) else {
        return Ok(asked);
    };
    let named = match extension.to_ascii_lowercase().to_str() {
        Some("png") => Some(Format::Png),
        Some("gif") => Some(Format::Gif),
        _ => None,
    };
    match (asked, named) {
        (Some(asked), Some(named)) if asked != named => Err(format!(
            "--format {} and an output named .{} do not agree; leave one of them out",
            asked.extension(),
            named.extension()
        )),
        (Some(format), _) | (None, Some(format)) => Ok(Some(format)),
        (None, None) => Err(format!(
            "an output named .{} is neither .png nor .gif; rename it, or say --format",
            extension.to_string_lossy()
        )),
    }
}

/// Where the result of an input goes.
fn target(args: &PackArgs, input: &Path, format: Format) -> Target {
    let standard = Path::new("-");
    match (&args.output, &args.out_dir) {
        (Some(output), _) => Target::of(output),
        (None, None) if input == standard => Target::StandardOutput,
        (None, Some(folder)) => {
            Target::File(folder.join(name(input, args.suffix.as_deref().unwrap_or(""), format)))
        }
        (None, None) => {
            Target::File(input.with_file_name(name(input, args.suffix.as_deref().unwrap_or("-hue"), format)))
        }
    }
}

/// The input's name with the suffix and the format's extension.
fn name(input: &Path, suffix: &str, format: Format) -> OsString {
    let stem = if input == Path::new("-") { Some(OsStr::new("stdin")) } else { input.file_stem() };
    let mut name = stem.unwrap_or_default().to_owned();
    name.push(suffix);
    name.push(".");
    name.push(format.extension());
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::Parser;

    fn plan(arguments: &[&str]) -> Result<Plan, String> {
        let cli = Cli::try_parse_from(std::iter::once(&"huepack").chain(arguments)).expect("arguments parse");
        Plan::of(&cli.pack)
    }

    fn target_of(arguments: &[&str]) -> Target {
        match plan(arguments).unwrap().jobs.remove(0).place.unwrap() {
            Place::Apart(target) => target,
            Place::InPlace => panic!("{arguments:?} are in place"),
        }
    }

    #[test]
    fn outputs_are_named_after_their_inputs() {
        assert_eq!(target_of(&["a/photo.jpg"]), Target::File("a/photo-hue.png".into()));
        assert_eq!(target_of(&["a/photo.jpg", "-f", "gif"]), Target::File("a/photo-hue.gif".into()));
        assert_eq!(target_of(&["a/photo.jpg", "--out-dir", "b"]), Target::File("b/photo.png".into()));
        assert_eq!(target_of(&["photo.jpg", "--suffix", ".min"]), Target::File("photo.min.png".into()));
        assert_eq!(target_of(&["photo.jpg", "-o", "-"]), Target::StandardOutput);
        assert_eq!(target_of(&["-"]), Target::StandardOutput);
    }

    #[test]
    fn contradictions_are_errors_of_usage() {
        assert!(plan(&["a.jpg", "-o", "a.gif", "--format", "png"]).is_err());
        assert!(plan(&["a.jpg", "-o", "a.webp"]).is_err());
        assert!(plan(&["a.jpg", "b.jpg", "-o", "c.png"]).is_err());
        assert!(plan(&["--in-place", "-"]).is_err());
    }

    #[test]
    fn two_inputs_do_not_meet_in_one_output() {
        let jobs = plan(&["a.jpg", "a.png", "b.png"]).unwrap().jobs;
        assert_eq!(jobs.iter().map(|job| job.place.is_ok()).collect::<Vec<_>>(), [true, false, true]);
    }
}
