//! A picture through huepack, as pngquant's options ask for it.

use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clap::Parser;
use huepack::decode;
use huepack::{Format, Palette};

use super::options::Options;
use super::{code, quality};
use crate::args::{DitherArg, EffortArg, FormatArg, KeepArg, ModeArg, PackArgs};
use crate::failure::Failure;
use crate::made::{Made, Room};
use crate::number::{change, grouped};
use crate::output::{Existing, Target};
use crate::pack::made;
use crate::palette_file;
use crate::plan::Plan;
use crate::source::{self, Source, read_bytes};
use crate::terminal::{Status, complain};

/// What huepack spreads of an error unless told otherwise.
const DEFAULT_STRENGTH: f32 = 0.75;

/// How every picture of a command line is packed.
pub(super) struct Packing {
    plan: Plan,
    /// The least score, and what it stands for.
    least: Option<(u8, f64)>,
    skip_if_larger: bool,
    /// Bits to cut off, and how a picture is packed in the colours that are left.
    posterizing: Option<(u8, PackArgs)>,
}

/// A picture that was not packed, and the exit code for that.
pub(super) struct Failed {
    code: u8,
    failure: Failure,
}

/// Arguments for packing, when nothing is typed.
#[derive(Parser)]
struct Usual {
    #[command(flatten)]
    pack: PackArgs,
}

impl Failed {
    fn new(code: u8, failure: Failure) -> Self {
        Self { code, failure }
    }

    /// Says it, and ends with its code.
    pub(super) fn told(&self) -> Status {
        complain(&self.failure.to_string());
        Status::Compat(self.code)
    }
}

impl Packing {
    /// What the options mean for huepack.
    pub(super) fn of(options: &Options) -> Result<Self, Failed> {
        let mut args = Usual::parse_from(["huepack", "-"]).pack;
        args.mode = ModeArg::Palette;
        args.format = Some(FormatArg::Png);
        args.force = options.force;
        args.colors = options.colors;
        // Who names a number of colours or a quality wants it of a picture that has a palette as well.
        args.requantize = options.colors.is_some();
        args.quality = options.quality.map(|(_, most)| quality::score(most));
        args.palette.clone_from(&options.map);
        args.effort = match options.speed {
            1 => EffortArg::Best,
            10.. => EffortArg::Fast,
            _ => EffortArg::Balanced,
        };
        args.strip = options.strip;
        if !options.strip {
            args.keep = vec![KeepArg::Exif, KeepArg::Xmp, KeepArg::Text, KeepArg::Density];
        }
        if options.dither == 0.0 || options.speed == 11 {
            args.dither = DitherArg::None;
        } else if options.dither < 1.0 {
            // Full strength is what each program takes for the best.
            args.dither_strength = Some(DEFAULT_STRENGTH * options.dither);
        }
        let mut plan = Plan::of(&args)
            .map_err(|usage| Failed::new(code::INVALID_ARGUMENT, Failure::new(Path::new("-"), usage, "")))?;
        if let Some(map) = &options.map {
            let palette = palette_file::read(map, &plan.decoder.clone().first_frame());
            let palette = palette.map_err(|failure| Failed::new(code::INVALID_ARGUMENT, failure))?;
            plan.packer = plan.packer.palette(palette);
        }
        let plain = PackArgs { quality: None, colors: None, requantize: true, ..args };
        let posterizing = (options.posterize > 0).then_some((options.posterize, plain));
        let least = options.quality.map(|(least, _)| (least, quality::score(least)));
        Ok(Self {
            plan,
            least: least.filter(|&(least, _)| least > 0),
            skip_if_larger: options.skip_if_larger,
            posterizing,
        })
    }

    /// Packs a picture, and says in a line what it became.
    pub(super) fn pack(&self, input: &Path, target: &Target) -> Result<String, Failed> {
        let pack = || self.pack_one(input, target);
        let bug = |_| Err(Failed::new(code::DAMAGED, Failure::bug(input)));
        catch_unwind(AssertUnwindSafe(pack)).unwrap_or_else(bug)
    }

    fn pack_one(&self, input: &Path, target: &Target) -> Result<String, Failed> {
        self.refuse_early(input, target)?;
        let bytes = read_bytes(input, self.plan.decoder.memory_limit())
            .map_err(|failure| Failed::new(code::READ_ERROR, failure))?;
        let damaged = |failure| Failed::new(code::DAMAGED, failure);
        if decode::Format::of(&bytes) != Some(decode::Format::Png) {
            return Err(damaged(Failure::new(
                input,
                "it is no PNG",
                "huepack without compat reads other formats",
            )));
        }
        let mut source = source::decode(input, bytes, &self.plan.decoder).map_err(damaged)?;
        let limit = self.plan.decoder.memory_limit();
        let room = Room { input, now: limit, alone: limit };
        let made = self.made(&mut source, room).map_err(damaged)?;
        self.check_score(&made, &source, room, target)?;
        let (before, after) = (source.bytes.len() as u64, made.bytes().len() as u64);
        let line = format!("{} B -> {} B ({})", grouped(before), grouped(after), change(after, before));
        if self.skip_if_larger && after >= before {
            let failure =
                Failure::new(input, format!("the result is no smaller: {line}"), "the source is as good");
            return Err(self.instead(&source, target, Failed::new(code::TOO_LARGE, failure)));
        }
        let image = source.decoded.image.view();
        let written = self.plan.writer(&|written| made.verify(written, image)).write(target, made.bytes());
        written.map_err(|failure| Failed::new(code::CANNOT_WRITE, failure))?;
        Ok(format!("{line}, {} colours", made.report().colors))
    }

    /// What pngquant looks at before it works.
    fn refuse_early(&self, input: &Path, target: &Target) -> Result<(), Failed> {
        match target {
            Target::File(path) if self.plan.existing == Existing::Keep && path.exists() => {
                let failure = Failure::new(path, "it exists already", "--force overwrites it");
                Err(Failed::new(code::EXISTS, failure))
            }
            Target::StandardOutput if io::stdout().is_terminal() => {
                let reason = "a picture is not written to a terminal";
                let failure =
                    Failure::new(input, reason, "choose a file with -o, or send standard output to one");
                Err(Failed::new(code::CANNOT_WRITE, failure))
            }
            _ => Ok(()),
        }
    }

    /// The picture packed; if its colours are to have fewer bits, once more in those.
    fn made(&self, source: &mut Source, room: Room<'_>) -> Result<Made, Failure> {
        let metadata = source.decoded.metadata.clone();
        let (first, _) = made(&self.plan, source, Format::Png, room)?;
        let (Some((bits, plain)), Some(palette)) = (&self.posterizing, first.palette()) else {
            return Ok(first);
        };
        let mut plan = Plan::of(plain).map_err(|usage| Failure::new(room.input, usage, ""))?;
        plan.packer = plan.packer.palette(posterized(palette, *bits));
        source.decoded.metadata = metadata;
        made(&plan, source, Format::Png, room).map(|(made, _)| made)
    }

    /// Refuses what is not as good as it must be.
    fn check_score(
        &self,
        made: &Made,
        source: &Source,
        room: Room<'_>,
        target: &Target,
    ) -> Result<(), Failed> {
        let Some((least, wanted)) = self.least else { return Ok(()) };
        let score = made.score(source, room).map_err(|failure| Failed::new(code::DAMAGED, failure))?;
        match score {
            Some(score) if score < wanted => {
                let reason = format!("it scores {score:.1}, and a quality of {least} stands for {wanted:.1}");
                let failure = Failure::new(room.input, reason, "allow more colours, or a lower quality");
                Err(self.instead(source, target, Failed::new(code::TOO_LOW_QUALITY, failure)))
            }
            _ => Ok(()),
        }
    }

    /// Who reads standard output gets the picture in any case.
    fn instead(&self, source: &Source, target: &Target, failed: Failed) -> Failed {
        if *target != Target::StandardOutput {
            return failed;
        }
        match self.plan.writer(&|_| Ok(())).write(target, &source.bytes) {
            Ok(()) => failed,
            Err(failure) => Failed::new(code::CANNOT_WRITE, failure),
        }
    }
}

/// Colours without their lowest bits, in whose place the highest stand, so that black and white stay.
fn posterized(palette: &Palette, bits: u8) -> Palette {
    let cut = |channel: u8| {
        let high = channel & (0xff << bits);
        high | high >> (8 - bits)
    };
    let mut colors: Vec<_> = palette.colors().iter().map(|color| color.map(cut)).collect();
    colors.sort_unstable();
    colors.dedup();
    Palette::new(colors).unwrap_or_else(|_| palette.clone())
}
