//! How a file of a folder is packed.

use huepack::Memory;

use crate::args::{ModeArg, PackArgs};
use crate::made::{Floor, Truecolor};
use crate::palette_file;
use crate::plan::Plan;
use crate::terminal::Status;

/// The least SSIMULACRA2 score of a picture whose colours are reduced unless told otherwise: most differences are hidden.
pub(crate) const MIN_SCORE: f64 = 80.0;

/// What applies to a file; several share it.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Without jobs.
    pub(crate) plan: Plan,
    /// Whether pictures of other formats become that of the plan.
    pub(crate) converts: bool,
    /// Whether an animation stands for its first frame.
    pub(crate) first_frame: bool,
}

/// Why nothing is done at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) message: String,
}

impl Refusal {
    /// What was typed makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: Status::Usage, message: message.into() }
    }

    /// Something that is needed is not there.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self { status: Status::Failed, message: message.into() }
    }
}

impl Settings {
    /// What arguments ask for.
    pub(crate) fn of(args: &PackArgs) -> Result<Self, Refusal> {
        let mut args = PackArgs { inputs: Vec::new(), ..args.clone() };
        // Among many files the score is a floor, not something to search for.
        let min_score = args.min_score.take();
        let mut plan = Plan::of(&args).map_err(Refusal::usage)?;
        // A target of its own says how good pictures are to be.
        let has_target = args.quality.is_some() || args.max_size.is_some();
        if !has_target || min_score.is_some() {
            let score = min_score.unwrap_or(MIN_SCORE);
            plan.floor = Some(Floor { score, truecolor: args.mode != ModeArg::Palette, effort: plan.effort });
        }
        // What has a palette keeps it unless that is said: quantizing twice loses twice.
        plan.requantize = args.requantize;
        if plan.truecolor == Truecolor::Told {
            plan.truecolor = Truecolor::Ignored;
        }
        if let Some(file) = &args.palette {
            // The frames of an animation share a palette.
            let decoder = args.reading.limits.decoder(Memory::default()).first_frame();
            let palette =
                palette_file::read(file, &decoder).map_err(|failure| Refusal::failed(failure.to_string()))?;
            plan.packer = plan.packer.palette(palette);
        }
        Ok(Self { plan, converts: args.folder.convert, first_frame: args.reading.first_frame })
    }
}
