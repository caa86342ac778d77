//! pngquant's command line: its options, the names of its results, and its exit codes.

mod options;
mod picture;
mod quality;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use options::{Asked, Options, parse};
use picture::Packing;
pub(crate) use quality::score;

use crate::failure::shown;
use crate::output::Target;
use crate::terminal::{Status, complain, say, tell};

/// The exit codes that pngquant 2.17 ends with.
mod code {
    pub(super) const MISSING_ARGUMENT: u8 = 1;
    pub(super) const READ_ERROR: u8 = 2;
    pub(super) const INVALID_ARGUMENT: u8 = 4;
    pub(super) const EXISTS: u8 = 15;
    pub(super) const CANNOT_WRITE: u8 = 16;
    pub(super) const DAMAGED: u8 = 25;
    pub(super) const TOO_LARGE: u8 = 98;
    pub(super) const TOO_LOW_QUALITY: u8 = 99;
}

const HELP: &str = "\
huepack compat pngquant [OPTIONS] [COLOURS] FILE...
huepack compat pngquant [OPTIONS] [COLOURS] - <FILE >FILE

Packs PNG pictures with huepack, by pngquant's options, names and exit codes.

  COLOURS              most colours, 2 to 256 [default: 256]
  -f, --force          overwrite outputs
  -o, --output FILE    write here; - for standard output
      --ext TEXT       replace .png by this [default: -fs8.png, -or8.png without dithering]
  -Q, --quality RANGE  min-max: smallest file as good as max; exit 99 if it is below min
      --skip-if-larger write nothing that is not smaller; exit 98
  -s, --speed N        1 (best) to 11 (fast, no dithering) [default: 4]
      --nofs           no dithering; also --ordered
      --floyd[=N]      how much dithering, 0 to 1
      --posterize N    cut off so many bits of each channel, 0 to 4
      --map FILE       take the colours of this picture
      --strip          keep no metadata
  -v, --verbose        say what was done; --quiet does not
  -V, --version        --help, -h

docs/cli.md says what is different.";

/// Packs every picture; ends with the code of the last that failed, as pngquant does.
pub(crate) fn run(arguments: &[OsString]) -> Status {
    let options = match parse(arguments) {
        Ok(Asked::Help) => {
            say(HELP);
            return Status::Done;
        }
        Ok(Asked::Version) => {
            // Scripts look at the beginning.
            say(concat!("2.17.0 (huepack ", env!("CARGO_PKG_VERSION"), ")"));
            return Status::Done;
        }
        Ok(Asked::Pictures(options)) => options,
        Err(wrong) => {
            complain(&wrong.message);
            return Status::Compat(wrong.code);
        }
    };
    for ignored in &options.ignored {
        tell(&format!("huepack: {ignored} means nothing here and is passed over"));
    }
    let packing = match Packing::of(&options) {
        Ok(packing) => packing,
        Err(failed) => return failed.told(),
    };
    let jobs: Vec<(PathBuf, Target)> = match &options.inputs[..] {
        [] => {
            vec![(PathBuf::from("-"), options.output.as_deref().map_or(Target::StandardOutput, Target::of))]
        }
        inputs => inputs.iter().map(|input| (input.clone(), target(&options, input))).collect(),
    };
    let mut status = Status::Done;
    for (input, target) in jobs {
        match packing.pack(&input, &target) {
            Ok(line) if options.verbose => tell(&format!("{}: {line}", shown(&input))),
            Ok(_) => {}
            Err(failed) => status = failed.told(),
        }
    }
    status
}

/// Where the result of a file goes.
fn target(options: &Options, input: &Path) -> Target {
    if let Some(output) = &options.output {
        return Target::of(output);
    }
    let usual = if options.dither == 0.0 || options.speed == 11 { "-or8.png" } else { "-fs8.png" };
    let is_png = input.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
    let mut name = if is_png { input.with_extension("") } else { input.to_owned() }.into_os_string();
    name.push(options.extension.as_deref().unwrap_or(usual.as_ref()));
    Target::File(name.into())
}
