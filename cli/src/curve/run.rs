//! From arguments to files: the only part of `huepack curve` that touches the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use huepack::Target as Goal;

use super::draw::draw;
use super::{CurveArgs, page, table};
use crate::failure::{Failure, shown};
use crate::output::{self, Existing, HardLinks, Target, Writer};
use crate::plan::Talk;
use crate::source::{self, remark_damage};
use crate::terminal::{Status, complain, say, tell};

/// Draws the curve, writes the page and prints the table.
pub(crate) fn run(args: &CurveArgs) -> Status {
    let done = catch_unwind(AssertUnwindSafe(|| draw_and_write(args)))
        .unwrap_or_else(|_| Err(Failure::bug(&args.input)));
    match done {
        Ok(()) => Status::Done,
        Err(failure) => {
            if args.json {
                say(&failure.json().to_string());
            }
            complain(&failure.to_string());
            Status::Failed
        }
    }
}

fn draw_and_write(args: &CurveArgs) -> Result<(), Failure> {
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let page = args.page_path();
    output::refuse_early_beside(&args.input, &page, existing)?;
    // Scores take more memory than packing does, and a packer with a goal counts them.
    let memory = args.packer().target(Goal::MinScore(0.0)).memory();
    let source = source::read(&args.input, &args.reading.decoder(memory))?;
    remark_damage(&args.input, source.decoded.format, source.decoded.damage.as_deref());
    let curve = draw(args, &source).map_err(|error| Failure::library(&args.input, &error))?;
    let writer = Writer { existing, hard_links: HardLinks::Refuse, verify: None };
    writer.write(&Target::of(&page), page::html(&curve).as_bytes())?;
    if !args.quiet {
        curve.remarks.iter().for_each(|remark| tell(&format!("{}: {remark}", shown(&args.input))));
    }
    let is_piped = page == Path::new("-");
    let line = if is_piped { tell } else { say };
    match Talk::of(args.json, args.quiet) {
        Talk::Quiet => {}
        Talk::Json => line(&curve.json().to_string()),
        Talk::Lines if is_piped => line(&table::text(&curve)),
        Talk::Lines => line(&format!("{}\nchart: {}", table::text(&curve), shown(&page))),
    }
    Ok(())
}
