//! The main job: each input through the library, one line about each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::args::PackArgs;
use crate::failure::Failure;
use crate::output::{Existing, Target, folder_of};
use crate::plan::{Job, Plan, Talk};
use crate::progress::Progress;
use crate::report::{Outcome, Summary};
use crate::source::remark_damage;
use crate::terminal::{Status, complain, say, tell};

/// Packs every input; one that fails does not stop the others.
pub(crate) fn run(args: &PackArgs) -> Status {
    let plan = match Plan::of(args) {
        Ok(plan) => plan,
        Err(usage) => {
            complain(&usage);
            return Status::Usage;
        }
    };
    if let Some(folder) = &args.out_dir
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        complain(&Failure::writing(folder, &error).to_string());
        return Status::Failed;
    }
    let progress = Progress::start(plan.jobs.len(), plan.talk);
    let mut status = Status::Done;
    for Job { input, target } in &plan.jobs {
        progress.next(input);
        // Whatever goes wrong in one file stays with that file.
        let done = match target {
            Ok(target) => catch_unwind(AssertUnwindSafe(|| pack(&plan, input, target)))
                .unwrap_or_else(|_| Err(Failure::bug(input))),
            Err(failure) => Err(failure.clone()),
        };
        progress.pause(|| match done {
            Ok(summary) => {
                remark_damage(input, summary.source_format, summary.damage.as_deref());
                report(&summary, plan.talk);
            }
            Err(failure) => {
                if plan.talk == Talk::Json {
                    say(&failure.json().to_string());
                }
                complain(&failure.to_string());
                status = Status::Failed;
            }
        });
    }
    status
}

fn pack(plan: &Plan, input: &Path, target: &Target) -> Result<Summary, Failure> {
    refuse_early(plan, input, target)?;
    let source = crate::source::read(input, &plan.decoder)?;
    let packed =
        plan.packer.pack(source.decoded.image.view()).map_err(|error| Failure::library(input, &error))?;
    // A damaged source is never the better file.
    let whole = source.decoded.damage.is_none();
    let larger = packed.bytes.len() >= source.bytes.len() && source.decoded.format.is_web() && whole;
    let outcome = if larger && plan.existing == Existing::Keep && *target != Target::StandardOutput {
        Outcome::Kept
    } else {
        target.write(&packed.bytes, plan.existing)?;
        Outcome::Written
    };
    Ok(Summary {
        input: input.to_path_buf(),
        target: target.clone(),
        outcome,
        source_format: source.decoded.format,
        source_bytes: source.bytes.len() as u64,
        damage: source.decoded.damage,
        report: packed.report,
    })
}

/// What would fail at the end is told before the work.
fn refuse_early(plan: &Plan, input: &Path, target: &Target) -> Result<(), Failure> {
    match target {
        Target::File(path) if plan.existing == Existing::Keep && path.exists() => {
            Err(Failure::writing(path, &std::io::ErrorKind::AlreadyExists.into()))
        }
        Target::File(path) => match folder_of(path).metadata() {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::writing(path, &error)),
        },
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
    let beside = summary.target == Target::StandardOutput;
    match talk {
        Talk::Quiet => {}
        Talk::Json if beside => tell(&summary.json().to_string()),
        Talk::Json => say(&summary.json().to_string()),
        Talk::Lines if beside => tell(&summary.line()),
        Talk::Lines => say(&summary.line()),
    }
}
