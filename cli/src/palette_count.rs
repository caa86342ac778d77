//! `huepack palette count`: the colours of many pictures in a file, so that several machines can count for one palette.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use huepack::decode::{self, Decoded};
use huepack::{Effort, Histogram, Packer, Weighting};
use serde_json::json;

use crate::args::{ReadingArgs, SpaceArg};
use crate::failure::{Failure, shown};
use crate::folder::{Shard, Shards};
use crate::histogram_file::{self, Counted};
use crate::number::grouped;
use crate::output::{self, Existing, HardLinks, Target, Writer, same_file};
use crate::plan::Talk;
use crate::progress::Progress;
use crate::report::counted;
use crate::source::{self, remark_damage};
use crate::terminal::{Status, complain, say};

#[derive(clap::Args, Debug)]
pub(crate) struct CountArgs {
    /// Pictures, and files of this command; - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write here, such as part.huehist
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Count one part of the inputs, such as 3/16
    #[arg(long, value_name = "I/N", value_parser = Shard::parse)]
    shard: Option<Shard>,
    /// The space of the palette: in perceptual, pixels count as they show, and else all the same
    #[arg(long, value_enum, default_value_t = SpaceArg::Perceptual, hide_possible_values = true)]
    space: SpaceArg,
    #[command(flatten)]
    run: RunArgs,
}

/// How pictures are read, and how the run goes.
#[derive(clap::Args, Debug)]
pub(crate) struct RunArgs {
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

impl RunArgs {
    pub(crate) fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Keep }
    }

    pub(crate) fn talk(&self) -> Talk {
        Talk::of(self.json, self.quiet)
    }

    /// A decoder that refuses what cannot be counted and fitted, which takes less than packing does.
    pub(crate) fn decoder(&self, effort: Effort) -> decode::Options {
        self.reading.decoder(Packer::new().effort(effort).memory())
    }
}

/// Counts and writes. Every input that fails is told, and then nothing is written: the colours of the others would pass
/// for those of all.
pub(crate) fn run(args: &CountArgs) -> Status {
    let is_mine = |input: &&PathBuf| args.shard.is_none_or(|shard| shard.holds(input));
    let inputs: Vec<PathBuf> = args.inputs.iter().filter(is_mine).cloned().collect();
    let talk = args.run.talk();
    let decoder = args.run.decoder(Effort::default());
    let done = refuse_early(&args.inputs, &args.output, args.run.existing())
        .and_then(|()| count_all(&inputs, &decoder, args.space.into(), talk))
        .and_then(|counted| as_shard(counted, args))
        .and_then(|counted| write(args, &counted, talk).map_err(|failure| vec![failure]));
    finish(&done, talk)
}

/// What a shard has counted is known as that, so that no palette is fitted before all are there.
fn as_shard(counted: Counted, args: &CountArgs) -> Result<Counted, Vec<Failure>> {
    match (args.shard, &counted.shards) {
        (None, _) => Ok(counted),
        (Some(shard), None) => Ok(Counted { shards: Some(Shards::from(shard)), ..counted }),
        (Some(_), Some(_)) => {
            let reason = "an input is a shard already, and cannot be divided again";
            Err(vec![Failure::new(&args.output, reason, "leave out --shard to merge shards")])
        }
    }
}

/// Says what failed, if anything did.
pub(crate) fn finish(done: &Result<(), Vec<Failure>>, talk: Talk) -> Status {
    for failure in done.as_ref().err().into_iter().flatten() {
        if talk == Talk::Json {
            say(&failure.json().to_string());
        }
        complain(&failure.to_string());
    }
    if done.is_ok() { Status::Done } else { Status::Failed }
}

/// What would fail at the end is told before the work.
pub(crate) fn refuse_early(
    inputs: &[PathBuf],
    output: &Path,
    existing: Existing,
) -> Result<(), Vec<Failure>> {
    if inputs.iter().any(|input| same_file(input, output)) {
        return Err(vec![Failure::new(output, "the output is an input", "choose another name")]);
    }
    output::refuse_early(output, existing).map_err(|failure| vec![failure])
}

/// The colours of all pictures, each pixel of each picture as much as any other, and of histograms.
pub(crate) fn count_all(
    inputs: &[PathBuf],
    decoder: &decode::Options,
    weighting: Weighting,
    talk: Talk,
) -> Result<Counted, Vec<Failure>> {
    let progress = Progress::start(inputs.len(), talk);
    let mut all = Counted::of_nothing(weighting);
    let mut failures = Vec::new();
    for input in inputs {
        progress.next(input);
        let counted = catch_unwind(AssertUnwindSafe(|| count(input, decoder, weighting)))
            .unwrap_or_else(|_| Err(Failure::bug(input)));
        progress.pause(|| match counted {
            Ok((counted, remark)) => {
                if let Some((format, damage)) = remark {
                    remark_damage(input, format, damage.as_deref());
                }
                failures.extend(all.merge(input, counted).err());
            }
            Err(failure) => failures.push(failure),
        });
    }
    if failures.is_empty() { Ok(all) } else { Err(failures) }
}

/// The format of a picture, and what is damaged about it.
type Remark = (decode::Format, Option<String>);

fn count(
    input: &Path,
    decoder: &decode::Options,
    weighting: Weighting,
) -> Result<(Counted, Option<Remark>), Failure> {
    let bytes = source::read_bytes(input, decoder.memory_limit())?;
    if histogram_file::is_one(&bytes) {
        let counted = histogram_file::read(input, &bytes)?;
        if counted.weighting != weighting {
            let reason = match weighting {
                Weighting::Visibility => "it counts all pixels the same, and here they count as they show",
                Weighting::Equal => "its pixels count as they show, and here all count the same",
            };
            return Err(Failure::new(input, reason, "count and fit with the same --space"));
        }
        return Ok((counted, None));
    }
    let Decoded { image, format, damage, .. } = source::decode(input, bytes, decoder)?.decoded;
    let histogram = match weighting {
        Weighting::Visibility => Histogram::visible(image.view()),
        Weighting::Equal => Histogram::of(image.view()),
    };
    Ok((Counted { histogram, pictures: 1, ..Counted::of_nothing(weighting) }, Some((format, damage))))
}

fn write(args: &CountArgs, all: &Counted, talk: Talk) -> Result<(), Failure> {
    let writer = Writer { existing: args.run.existing(), hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::File(args.output.clone()), &histogram_file::write(all))?;
    let (output, colors) = (shown(&args.output), all.histogram.len() as u64);
    match talk {
        Talk::Quiet => {}
        Talk::Json => {
            say(&json!({ "output": output, "pictures": all.pictures, "colors": colors }).to_string());
        }
        Talk::Lines => say(&format!("{} -> {output}: {}", pictures(all.pictures), counted(colors))),
    }
    Ok(())
}

/// How many pictures there are, in words.
pub(crate) fn pictures(count: u64) -> String {
    if count == 1 { "1 picture".into() } else { format!("{} pictures", grouped(count)) }
}
