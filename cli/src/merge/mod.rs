//! `huepack report merge`: the results of several runs as those of one.

mod entry;
mod results;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;

use results::Results;

use crate::failure::{Failure, shown};
use crate::folder::{Refusal, Shards};
use crate::output::{self, Existing, HardLinks, Target, Writer, same_file};
use crate::terminal::{Status, complain, say, tell};

#[derive(Args, Debug)]
pub(crate) struct MergeArgs {
    /// What runs over folders printed with --json; - for standard input
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Write the merged lines here
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite the output
    #[arg(long, requires = "output")]
    force: bool,
    /// Print the merged lines instead of the totals
    #[arg(long)]
    json: bool,
}

/// Merges what there is, and says what is missing.
pub(crate) fn run(args: &MergeArgs) -> Status {
    match refuse_early(args).and_then(|()| Results::read(&args.inputs)) {
        Ok(results) => report(&results, args),
        Err(refusal) => {
            complain(&refusal.message);
            refusal.status
        }
    }
}

fn refuse_early(args: &MergeArgs) -> Result<(), Refusal> {
    let failed = |failure: Failure| Refusal::failed(failure.to_string());
    if args.inputs.iter().filter(|input| *input == Path::new("-")).count() > 1 {
        return Err(Refusal::usage("standard input can be read only once"));
    }
    let Some(output) = &args.output else { return Ok(()) };
    if args.inputs.iter().any(|input| same_file(input, output)) {
        return Err(failed(Failure::new(output, "the output is an input", "choose another name")));
    }
    output::refuse_early(output, existing(args)).map_err(failed)
}

fn existing(args: &MergeArgs) -> Existing {
    if args.force { Existing::Replace } else { Existing::Keep }
}

fn report(results: &Results, args: &MergeArgs) -> Status {
    let mut words = results.words.clone();
    let lack = results.shards.as_ref().map(Shards::lack);
    if lack == Some(None) {
        results.cut.iter().for_each(|word| tell(word));
    } else {
        words.extend_from_slice(&results.cut);
    }
    let advise = |lack| format!("{lack}; run what is missing, and merge its report as well");
    words.extend(lack.flatten().map(advise));
    let mut told = HashSet::new();
    words.extend(results.failures().filter(|failure| told.insert(*failure)).map(str::to_owned));
    words.iter().for_each(|word| complain(word));
    let mut status = if words.is_empty() { Status::Done } else { Status::Failed };
    let totals = results.totals();
    if args.json || args.output.is_some() {
        let lines = results.lines(&totals);
        if args.json {
            lines.iter().for_each(|line| say(line));
        }
        if let Some(Err(failure)) = args.output.as_ref().map(|output| write(args, output, &lines)) {
            complain(&failure.to_string());
            status = Status::Failed;
        }
    }
    if !args.json {
        say(&totals.line());
    }
    status
}

fn write(args: &MergeArgs, output: &Path, lines: &[String]) -> Result<(), Failure> {
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let writer = Writer { existing: existing(args), hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::of(output), text.as_bytes())
}

/// The name of a report in a message, with the line.
fn at(path: &Path, place: usize) -> String {
    format!("{}:{}", shown(path), place + 1)
}
