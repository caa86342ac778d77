//! From arguments to files: the only part of `huepack compare` that touches the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use huepack::Packer;

use super::{CompareArgs, Comparison, Source, clips, compare};
use crate::failure::Failure;
use crate::output::{self, Existing, HardLinks, Target, Writer};
use crate::source::{self, remark_damage};
use crate::terminal::{Status, complain, say, tell};

/// Compares, writes what was asked for and prints the table.
pub(crate) fn run(args: &CompareArgs) -> Status {
    let work = if args.results.is_empty() { compare_and_write } else { clips::compare_and_write };
    let done =
        catch_unwind(AssertUnwindSafe(|| work(args))).unwrap_or_else(|_| Err(Failure::bug(&args.input)));
    match done {
        Ok(()) => Status::Done,
        Err(failure) => {
            complain(&failure.to_string());
            Status::Failed
        }
    }
}

fn compare_and_write(args: &CompareArgs) -> Result<(), Failure> {
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let panels = args.output_path();
    let outputs: Vec<&Path> = std::iter::once(panels.as_path()).chain(args.html.as_deref()).collect();
    for (i, output) in outputs.iter().enumerate() {
        output::refuse_early_beside(&args.input, output, existing)?;
        if outputs[..i].contains(output) {
            return Err(Failure::new(
                output,
                "picture and page have one name",
                "choose another with -o or --html",
            ));
        }
    }
    let decoder = args.reading.decoder(Packer::new().memory());
    let read = source::read(&args.input, &decoder).map_err(Failure::in_comparison)?;
    remark_damage(&args.input, read.decoded.format, read.decoded.damage.as_deref());
    let source = Source { name: source::name(&args.input), bytes: read.bytes, image: read.decoded.image };
    let comparison = compare(args, &source).map_err(|error| Failure::library(&args.input, &error))?;
    let writer = Writer { existing, hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::of(&panels), &comparison.panels)?;
    if let Some(html) = &args.html {
        writer.write(&Target::of(html), comparison.html().as_bytes())?;
    }
    let piped = outputs.contains(&Path::new("-"));
    print(args, &comparison, if piped { tell } else { say });
    Ok(())
}

fn print(args: &CompareArgs, comparison: &Comparison<'_>, line: fn(&str)) {
    match (args.quiet, args.json) {
        (true, _) => {}
        (false, true) => line(&comparison.json().to_string()),
        (false, false) => line(comparison.table().trim_end()),
    }
}
