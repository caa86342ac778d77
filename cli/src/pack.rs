//! The main job: each input through the library, one line about each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use huepack::decode::{self, Decoded};
use huepack::{Delay, Effort, Format, Memory, Mode};

use crate::args::PackArgs;
use crate::backup::Backup;
use crate::batch;
use crate::clip::{self, Best, ClipSummary, Footage};
use crate::config::Finder;
use crate::failure::{Failure, shown};
use crate::findings;
use crate::folder::{self, Allowance, Exhibit};
use crate::made::{Made, Room, Truecolor};
use crate::output::{self, Original, Target};
use crate::palette_file;
use crate::plan::{Job, Place, Plan, Talk};
use crate::progress::Progress;
use crate::repacked::{self, Repacked};
use crate::report::{self, Outcome, Summary};
use crate::source::{self, Source, remark_damage};
use crate::terminal::{Status, complain, say, tell};

/// How often a file may change under our hands before it is left to whoever writes it.
const ATTEMPTS: u32 = 5;

/// Packs every input; one that fails does not stop the others.
pub(crate) fn run(args: &PackArgs) -> Status {
    if let Some(finder) = folder::meant(args) {
        return folder::run(args, finder);
    }
    let mut plan = match Plan::of(args) {
        Ok(plan) => plan,
        Err(usage) => {
            complain(&usage);
            return Status::Usage;
        }
    };
    if let Some(file) = &args.palette {
        // The frames of an animation share a palette.
        let decoder = args.reading.limits.decoder(Memory::default()).first_frame();
        match palette_file::read(file, &decoder) {
            Ok(palette) => plan.packer = plan.packer.palette(palette),
            Err(failure) => {
                complain(&failure.to_string());
                return Status::Failed;
            }
        }
    }
    match Backup::of(args, &mut Finder::default()) {
        Ok(backup) => plan.backup = backup,
        Err(failure) => {
            complain(&failure.to_string());
            return Status::Failed;
        }
    }
    if let Some(folder) = &args.out_dir
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        complain(&Failure::writing(folder, &error).to_string());
        return Status::Failed;
    }
    if let Some(delay) = plan.row {
        return tell_of(&plan.jobs[0], pack_row(&plan, args, delay), plan.talk);
    }
    let progress = Progress::start(plan.jobs.len(), plan.talk);
    let mut status = Status::Done;
    for jobs in plan.jobs.chunks(batch::WINDOW) {
        let beside = batch::together(jobs, plan.decoder.memory_limit(), |job, most_memory| {
            pack_beside(&plan, job, most_memory)
        });
        for (job, done) in jobs.iter().zip(beside) {
            progress.next(&job.input);
            let done = done.unwrap_or_else(|| pack(&plan, job, &plan.decoder, Some(&progress)));
            progress.pause(|| status = status.max(tell_of(job, done, plan.talk)));
        }
    }
    status
}

/// What was packed.
pub(crate) enum Done {
    Still(Box<Summary>),
    Clip(ClipSummary),
    /// A GIF that stayed one, without loss.
    Gif(Repacked),
}

/// Says how a job went.
fn tell_of(job: &Job, done: Result<Done, Failure>, talk: Talk) -> Status {
    match done {
        Ok(Done::Still(summary)) => {
            remark_damage(&job.input, summary.source_format, summary.damage.as_deref());
            report(&summary, talk);
            Status::Done
        }
        Ok(Done::Clip(summary)) => {
            if talk != Talk::Quiet {
                let input = shown(&job.input);
                summary.remarks().iter().for_each(|remark| tell(&format!("{input}: {remark}")));
            }
            if talk == Talk::Lines
                && let Some(reached) = summary.reached()
            {
                tell(&format!("{}: {reached}", shown(&job.input)));
            }
            print(talk, summary.place.is_beside(), || summary.line(), || summary.json().to_string());
            Status::Done
        }
        Ok(Done::Gif(gif)) => {
            print(talk, gif.place.is_beside(), || gif.line(), || gif.json().to_string());
            Status::Done
        }
        Err(failure) => {
            if talk == Talk::Json {
                say(&failure.json().to_string());
            }
            complain(&failure.to_string());
            Status::Failed
        }
    }
}

/// Packs a file that takes at most so much memory, beside others; none if it takes more, or if it is to go where order
/// matters.
fn pack_beside(plan: &Plan, job: &Job, most_memory: u64) -> Option<Result<Done, Failure>> {
    let in_order =
        job.input == Path::new("-") || job.place.as_ref() == Ok(&Place::Apart(Target::StandardOutput));
    if in_order {
        return None;
    }
    batch::unless_more_is_wanted(pack(plan, job, &plan.decoder.clone().max_memory(most_memory), None))
}

/// Packs a file. Whatever goes wrong in it stays with it. A clip is not packed beside other files, and so wants a progress.
fn pack(
    plan: &Plan,
    job: &Job,
    decoder: &decode::Options,
    progress: Option<&Progress>,
) -> Result<Done, Failure> {
    let pack = || match &job.place {
        Ok(Place::Apart(target)) => pack_apart(plan, &job.input, target, decoder, progress),
        Ok(Place::InPlace) => pack_in_place(plan, &job.input, decoder, progress, None),
        Err(failure) => Err(failure.clone()),
    };
    catch_unwind(AssertUnwindSafe(pack)).unwrap_or_else(|_| Err(Failure::bug(&job.input)))
}

/// Pictures as the frames of one clip.
fn pack_row(plan: &Plan, args: &PackArgs, delay: Delay) -> Result<Done, Failure> {
    let input = &args.inputs[0];
    let format = plan.clip_format.unwrap_or(Format::Gif);
    let target = match (&args.output, &args.out_dir) {
        (Some(output), _) => Target::of(output),
        (None, Some(folder)) => {
            Target::File(folder.join(clip::name_of_row(input, format).file_name().unwrap_or_default()))
        }
        (None, None) => Target::File(clip::name_of_row(input, format)),
    };
    refuse_early(plan, input, &target)?;
    let progress = Progress::start(1, plan.talk);
    let pack = || {
        let mut footage = Footage::row(&args.inputs, delay, &plan.decoder)?;
        clip::pack_apart(plan, &mut footage, format, &target, &progress).map(Done::Clip)
    };
    catch_unwind(AssertUnwindSafe(pack)).unwrap_or_else(|_| Err(Failure::bug(input)))
}

fn pack_apart(
    plan: &Plan,
    input: &Path,
    target: &Target,
    decoder: &decode::Options,
    progress: Option<&Progress>,
) -> Result<Done, Failure> {
    // Otherwise what comes in tells what it is called.
    if plan.is_named || *target == Target::StandardOutput {
        refuse_early(plan, input, target)?;
    }
    if clip::is_video(input) {
        let Some(progress) = progress else { return Err(Failure::later(input)) };
        let (format, target) = clip_target(plan, input, target, Format::Gif)?;
        let mut footage = Footage::video(input, decoder)?;
        return clip::pack_apart(plan, &mut footage, format, &target, progress).map(Done::Clip);
    }
    let bytes = source::read_bytes(input, decoder.memory_limit())?;
    if plan.clip_format != Some(Format::Png) && repacked::is_wanted(plan, &bytes) {
        let (_, target) = clip_target(plan, input, target, Format::Gif)?;
        if let Some(gif) = repacked::pack_apart(plan, input, &bytes, &target, decoder)? {
            return Ok(Done::Gif(gif));
        }
    }
    if clip::is_clip(&bytes, plan) {
        repacked::refuse_loss(plan, input)?;
        let Some(progress) = progress else { return Err(Failure::later(input)) };
        let is_png = decode::Format::of(&bytes) == Some(decode::Format::Png);
        let usual = if is_png { Format::Png } else { Format::Gif };
        let (format, target) = clip_target(plan, input, target, usual)?;
        let mut footage = Footage::animation(input, &bytes, decoder)?;
        let lossless = repacked::without_loss(plan, &bytes, format, decoder);
        return match clip::best(plan, &mut footage, format, progress, lossless)? {
            Best::Packed(packed) => clip::write_apart(plan, &footage, &target, &packed).map(Done::Clip),
            Best::Repacked(gif) => repacked::write_apart(plan, input, &bytes, &target, &gif).map(Done::Gif),
        };
    }
    refuse_early(plan, input, target)?;
    pack_still_apart(plan, input, target, source::decode(input, bytes, decoder)?, decoder)
}

fn pack_still_apart(
    plan: &Plan,
    input: &Path,
    target: &Target,
    mut source: Source,
    decoder: &decode::Options,
) -> Result<Done, Failure> {
    let room = Room { input, now: decoder.memory_limit(), alone: plan.decoder.memory_limit() };
    if let Some(width) = plan.changes.width {
        source.scale(input, width)?;
    }
    let (made, remarks) = made(plan, &mut source, plan.format, room)?;
    let outcome = if plan.writes_larger(target) || is_smaller(&made, &source) {
        let image = source.decoded.image.view();
        plan.writer(&|written| made.verify(written, image)).write(target, made.bytes())?;
        Outcome::Written
    } else {
        Outcome::Kept
    };
    let summary = Summary::of(input, Place::Apart(target.clone()), outcome, &source, &made);
    let score = score(plan, &made, outcome, &source, room)?;
    Ok(Done::Still(Box::new(Summary { remarks, score, ..summary })))
}

/// The format of a clip, and its target by that name, where neither was asked for.
fn clip_target(
    plan: &Plan,
    input: &Path,
    target: &Target,
    usual: Format,
) -> Result<(Format, Target), Failure> {
    let format = plan.clip_format.unwrap_or(usual);
    let target = match target {
        Target::File(path) if !plan.is_named => Target::File(path.with_extension(format.extension())),
        _ => target.clone(),
    };
    refuse_early(plan, input, &target)?;
    Ok((format, target))
}

/// Replaces a file by its packed form, if that is smaller. Should somebody else write it meanwhile, their file is
/// what is packed. What a page is to show is made while there is something to show.
pub(crate) fn pack_in_place(
    plan: &Plan,
    input: &Path,
    decoder: &decode::Options,
    progress: Option<&Progress>,
    allowance: Option<Allowance>,
) -> Result<Done, Failure> {
    let room = Room { input, now: decoder.memory_limit(), alone: plan.decoder.memory_limit() };
    for _ in 0..ATTEMPTS {
        let original = Original::of(input, plan.hard_links)?.kept_in(plan.backup.as_ref());
        let bytes = source::read_bytes(input, decoder.memory_limit())?;
        if repacked::is_wanted(plan, &bytes) {
            match repacked::pack_in_place(plan, input, &bytes, &original, decoder)? {
                repacked::InPlace::Done(gif) => return Ok(Done::Gif(gif)),
                repacked::InPlace::Changed => continue,
                repacked::InPlace::Damaged => {}
            }
        }
        if clip::is_clip(&bytes, plan) && decode::Format::of(&bytes) != Some(decode::Format::WebP) {
            repacked::refuse_loss(plan, input)?;
            let Some(progress) = progress else { return Err(Failure::later(input)) };
            let mut footage = Footage::animation(input, &bytes, decoder)?;
            let format = if footage.form() == Format::Gif.name() { Format::Gif } else { Format::Png };
            let lossless = repacked::without_loss(plan, &bytes, format, decoder);
            match clip::best(plan, &mut footage, format, progress, lossless)? {
                Best::Packed(packed) => {
                    if let Some(summary) = clip::replace(plan, &footage, &original, &packed)? {
                        return Ok(Done::Clip(summary));
                    }
                }
                Best::Repacked(gif) => {
                    let replaced = repacked::replace(plan, input, &bytes, &original, &gif)?;
                    if let repacked::InPlace::Done(gif) = replaced {
                        return Ok(Done::Gif(gif));
                    }
                }
            }
            continue;
        }
        let source = source::decode(input, bytes, decoder).map_err(Failure::in_place)?;
        if let Some(summary) = pack_still_in_place(plan, source, &original, room, allowance)? {
            return Ok(Done::Still(Box::new(summary)));
        }
    }
    Err(Failure::new(input, "it changes while it is being packed", "try again when it is complete"))
}

/// The same for a still picture that was read; none if somebody else wrote it meanwhile.
fn pack_still_in_place(
    plan: &Plan,
    mut source: Source,
    original: &Original,
    room: Room<'_>,
    allowance: Option<Allowance>,
) -> Result<Option<Summary>, Failure> {
    let format = match source.decoded.format {
        decode::Format::Png => Format::Png,
        decode::Format::Gif => Format::Gif,
        other => {
            let reason = format!("a {} stays a {0}, and only PNG and GIF are written", other.name());
            return Err(Failure::new(room.input, reason, "choose an output with -o or --out-dir"));
        }
    };
    let (made, remarks) = made(plan, &mut source, format, room)?;
    let image = source.decoded.image.view();
    let outcome = if !is_smaller(&made, &source) {
        Outcome::Kept
    } else if original.replace(made.bytes(), plan.writer(&|written| made.verify(written, image)))? {
        Outcome::Written
    } else {
        return Ok(None);
    };
    let summary = Summary::of(room.input, Place::InPlace, outcome, &source, &made);
    let score = score(plan, &made, outcome, &source, room)?;
    let exhibit = allowance.and_then(|allowance| Exhibit::of_made(&source, &made, outcome, allowance));
    Ok(Some(Summary { remarks, score, exhibit, ..summary }))
}

/// Through the library, with remarks on metadata. A picture that has a palette keeps every colour of it, and a palette,
/// by which a later run knows it, unless a new one was asked for: quantizing twice loses twice.
pub(crate) fn made(
    plan: &Plan,
    source: &mut Source,
    format: Format,
    room: Room<'_>,
) -> Result<(Made, Vec<String>), Failure> {
    if plan.is_lossless && has_16_bits(source) {
        let reason = "it has 16 bits a channel, of which 8 would be lost";
        return Err(Failure::new(room.input, reason, "leave out --lossless if 8 will do"));
    }
    let (metadata, mut remarks) = plan.keep.choose(&mut source.decoded, format);
    let mut packer = plan.packer.clone().format(format).metadata(metadata);
    let mut truecolor = plan.truecolor;
    let repack = source.decoded.indexed && !plan.requantize;
    if repack {
        packer = packer.colors(256).mode(Mode::Palette);
        truecolor = if plan.is_lossless { Truecolor::Insisted } else { Truecolor::Ignored };
    }
    // Before anything is packed in vain.
    if plan.floor.is_some() && !repack {
        room.has_place_for_a_score(source)?;
    }
    let mut made = Made::of(&packer, source, truecolor, plan.effort, room)?;
    if let Some(floor) = plan.floor {
        made = made.above(floor, &packer, source, room)?;
    }
    // A GIF of 256 colours that leaves a part of its canvas bare has one colour too many.
    let same_format = format.name() == source.decoded.format.name();
    if repack && same_format && made.report().mean_squared_error > 0.0 {
        return Err(Failure::new(
            room.input,
            "it has a palette already, and cannot be repacked without loss",
            "--requantize fits a new palette",
        ));
    }
    remarks.extend(report::hardened(made.report().hardened));
    Ok((made, remarks))
}

/// Whether a PNG has samples of 16 bits (PNG specification, third edition, 11.2.1).
fn has_16_bits(source: &Source) -> bool {
    source.decoded.format == decode::Format::Png && source.bytes.get(24) == Some(&16)
}

/// How good the file would have been that is not written, for who wonders whether to write it all the same. It takes
/// longer than packing where that is to be fast.
fn score(
    plan: &Plan,
    made: &Made,
    outcome: Outcome,
    source: &Source,
    room: Room<'_>,
) -> Result<Option<f64>, Failure> {
    let is_told = outcome == Outcome::Kept && plan.talk != Talk::Quiet && plan.effort != Effort::Fast;
    if is_told && plan.floor.is_none() { made.score(source, room) } else { Ok(made.known_score()) }
}

/// Whether the result is worth having beside a source that browsers show already. A damaged source is never the
/// better file.
pub(crate) fn is_smaller(made: &Made, source: &Source) -> bool {
    let Decoded { format, damage, .. } = &source.decoded;
    let is_better = made.bytes().len() < source.bytes.len() || !format.is_web() || damage.is_some();
    is_better && !made.is_below_floor()
}

/// What would fail at the end is told before the work.
fn refuse_early(plan: &Plan, input: &Path, target: &Target) -> Result<(), Failure> {
    match target {
        Target::File(path) => output::refuse_early(path, plan.existing),
        Target::StandardOutput if std::io::IsTerminal::is_terminal(&std::io::stdout()) => Err(Failure::new(
            input,
            "a picture is not written to a terminal",
            "choose a file with -o, or send standard output to one",
        )),
        Target::StandardOutput => Ok(()),
    }
}

fn report(summary: &Summary, talk: Talk) {
    // Where the picture goes to standard output, talk goes beside it.
    let beside = summary.place.is_beside();
    if talk != Talk::Quiet {
        summary.remarks.iter().for_each(|remark| tell(&format!("{}: {remark}", shown(&summary.input))));
    }
    if talk == Talk::Lines && summary.outcome == Outcome::Written {
        let input = shown(&summary.input);
        findings::lines(&summary.findings).iter().for_each(|line| tell(&format!("{input}: {line}")));
        if let Some(line) = summary.report.guarded.and_then(findings::raised) {
            tell(&format!("{input}: {line}"));
        }
        if let Some(reached) = summary.report.reached {
            tell(&format!("{input}: {}", report::reached(reached)));
        }
    }
    if talk == Talk::Lines
        && let Some(line) = summary.advice()
    {
        tell(&line);
    }
    print(talk, beside, || summary.line(), || summary.json().to_string());
}

/// Tells a result in the way that was asked for.
fn print(talk: Talk, beside: bool, line: impl Fn() -> String, json: impl Fn() -> String) {
    match talk {
        Talk::Quiet => {}
        Talk::Json if beside => tell(&json()),
        Talk::Json => say(&json()),
        Talk::Lines if beside => tell(&line()),
        Talk::Lines => say(&line()),
    }
}
