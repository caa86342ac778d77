//! What can be typed: arguments as given, not yet checked against the world.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use huepack::{ColorSpace, Delay, Dither, Effort, Format, Memory, Mode, Rgba8, Weighting, decode};

use crate::color;
use crate::folder::FolderArgs;

/// Make web images smaller: fit a palette and write real indexed PNG and GIF files.
#[derive(Debug, Parser)]
#[command(
    name = "huepack",
    version = VERSION,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    override_usage = "huepack [OPTIONS] <INPUT>...\n       huepack <COMMAND>",
    disable_help_subcommand = true,
    after_help = EXAMPLES,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) pack: PackArgs,
}

/// The version of the program, and that of the bytes it writes, `huepack::OUTPUT_VERSION`.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (output 1)");

const EXAMPLES: &str = "\
Examples:
  huepack photo.jpg                     writes photo-hue.png and says what was saved
  huepack --in-place assets/            every PNG and GIF of a folder
  huepack frame-*.png --fps 12 -o clip.gif
  huepack compare china.jpg --colors 64 --html china.html";

/// Options that ask for fewer colours, bytes or points.
const LOSSY: [&str; 14] = [
    "fps",
    "width",
    "colors",
    "min_score",
    "quality",
    "max_size",
    "keep_color",
    "palette",
    "guard",
    "requantize",
    "dither_strength",
    "lambda",
    "mode",
    "matte",
];

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Pack pictures; the same as giving them without a command
    #[command(after_help = EXAMPLES)]
    Pack(Box<PackArgs>),
    /// Hold palettes of several methods side by side: a table, a picture, a page
    Compare(crate::compare::CompareArgs),
    /// Draw bytes against score: a chart, a table, and the point to take
    Curve(crate::curve::CurveArgs),
    /// Show what a file is made of and what a repack would save
    Inspect(InspectArgs),
    /// Change nothing, and say what could be smaller; exits 1 if anything could
    Check(crate::check::CheckArgs),
    /// Bring originals back that --backup-dir has kept
    Restore(crate::backup::RestoreArgs),
    /// Print what huepack.toml says about files, and where
    Config(crate::config::ConfigArgs),
    /// Make palettes of their own
    Palette {
        #[command(subcommand)]
        command: PaletteCommand,
    },
    /// Merge the reports of several runs
    Report {
        #[command(subcommand)]
        command: ReportCommand,
    },
    /// Print a huepack.toml of what imagemin, image-actions or imgbot were told
    Migrate(crate::migrate::MigrateArgs),
    /// Take the command line of another program
    Compat {
        #[command(subcommand)]
        command: crate::compat::CompatCommand,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PaletteCommand {
    /// Fit one palette to many pictures
    Fit(crate::palette_fit::FitArgs),
    /// Count the colours of pictures, for a palette that is fitted to those of several machines
    Count(crate::palette_count::CountArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Merge what several runs printed with --json, as if one had done all
    Merge(crate::merge::MergeArgs),
}

#[derive(Args, Clone, Debug)]
pub(crate) struct PackArgs {
    /// Pictures: PNG, JPEG, GIF, WebP, BMP, TIFF, PNM or QOI; - for standard input; folders
    #[arg(required_unless_present = "manifest", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Write here; - for standard output [default: beside the input]
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["out_dir", "suffix"])]
    pub(crate) output: Option<PathBuf>,
    /// Write into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: Option<PathBuf>,
    /// Add this to the name [default: -hue, or nothing with --out-dir]
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, hide_short_help = true)]
    pub(crate) suffix: Option<String>,
    /// Replace each input by its result, if that is smaller; formats stay
    #[arg(short, long, conflicts_with_all = ["output", "out_dir", "suffix", "format", "force", "first_frame", "salvage"])]
    pub(crate) in_place: bool,
    /// In place: keep each original in this folder first; huepack restore DIR brings them back
    #[arg(long, value_name = "DIR", requires = "in_place", hide_short_help = true)]
    pub(crate) backup_dir: Option<PathBuf>,
    /// Replace a file that has other names (hard links), which keep the old one
    #[arg(long, hide_short_help = true)]
    pub(crate) break_links: bool,
    /// Read each result again before it gets its name; always done in place
    #[arg(long, hide_short_help = true)]
    pub(crate) verify: bool,
    /// png or gif [default: as the output is named, else png]
    #[arg(short, long, value_enum, hide_possible_values = true)]
    pub(crate) format: Option<FormatArg>,
    /// Most colours, 2 to 256 [default: 256, or all if smaller]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=256))]
    pub(crate) colors: Option<u16>,
    /// Smallest file with at least this SSIMULACRA2 score, such as 80; an error if no palette is as good
    #[arg(long, value_name = "SCORE", value_parser = score, conflicts_with = "max_size", hide_short_help = true)]
    pub(crate) min_score: Option<f64>,
    /// Smallest file of this score, such as 80, or the best there is
    #[arg(long, value_name = "SCORE", value_parser = score, conflicts_with_all = ["max_size", "min_score"])]
    pub(crate) quality: Option<f64>,
    /// Best picture that fits, such as 40kB or 64KiB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,
    /// Frames a second: of all inputs as one animation, or another rate for one
    #[arg(long, value_name = "N", value_parser = frame_rate, conflicts_with = "in_place")]
    pub(crate) fps: Option<Delay>,
    /// Scale to so many columns; rows follow
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_535), conflicts_with = "in_place", hide_short_help = true)]
    pub(crate) width: Option<u32>,
    /// Hold this colour exactly, such as '#0055ff' or '#0055ff80'; may be given several times
    #[arg(long, value_name = "COLOR", value_parser = color::parse, hide_short_help = true)]
    pub(crate) keep_color: Vec<Rgba8>,
    /// Take the colours of this file instead of fitting: .png, .gpl, .hex, .act or .json
    #[arg(long, value_name = "FILE", conflicts_with_all = ["colors", "keep_color"], hide_short_help = true)]
    pub(crate) palette: Option<PathBuf>,
    /// Raise the colours until none is lost: no region changes, no two merge
    #[arg(long, hide_short_help = true)]
    pub(crate) guard: bool,
    /// Change no pixel, delay or loop: GIF, animated or not, as it is done anyway, and PNG
    #[arg(long, conflicts_with_all = LOSSY, hide_short_help = true)]
    pub(crate) lossless: bool,
    /// Fit a new palette to a picture that has one; without this, it is repacked losslessly
    #[arg(long, hide_short_help = true)]
    pub(crate) requantize: bool,
    /// perceptual; for least error oklab, lab, rgb, linear
    #[arg(long, value_enum, default_value_t = SpaceArg::Perceptual, hide_possible_values = true, hide_short_help = true)]
    pub(crate) space: SpaceArg,
    /// auto (where it shows), none, floyd-steinberg or ordered
    #[arg(long, value_enum, default_value_t = DitherArg::Auto, hide_possible_values = true)]
    pub(crate) dither: DitherArg,
    /// Part of the error that dithering spreads, 0 to 1 [default: 0.75]
    #[arg(long, value_name = "X", value_parser = unit, hide_short_help = true)]
    pub(crate) dither_strength: Option<f32>,
    /// Smaller files, larger errors [default: 0.1, GIF 0.4, scaled by the palette's error]
    #[arg(long, value_name = "X", value_parser = lambda, allow_negative_numbers = true, hide_short_help = true)]
    pub(crate) lambda: Option<f32>,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0, hide_short_help = true)]
    pub(crate) seed: u64,
    /// Time for a smaller file: fast, balanced or best
    #[arg(long, value_enum, default_value_t = EffortArg::Balanced, hide_possible_values = true)]
    pub(crate) effort: EffortArg,
    /// PNG: auto (grey or true colour where those are smaller) or palette (always one)
    #[arg(long, value_enum, default_value_t = ModeArg::Auto, hide_possible_values = true, hide_short_help = true)]
    pub(crate) mode: ModeArg,
    /// GIF: alpha from which a pixel is opaque, 0 to 255 [default: 128, with --matte 1]
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub(crate) alpha_threshold: Option<u8>,
    /// GIF: background for partly transparent pixels, such as '#ffffff'
    #[arg(long, value_name = "COLOR", value_parser = color::parse_opaque, hide_short_help = true)]
    pub(crate) matte: Option<[u8; 3]>,
    /// Keep icc,exif,xmp,text,density or all [default: density of PNG]
    #[arg(
        long,
        value_name = "LIST",
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) keep: Vec<KeepArg>,
    /// Keep nothing but the picture
    #[arg(long, conflicts_with = "keep", hide_short_help = true)]
    pub(crate) strip: bool,
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Overwrite outputs, and write them even if larger than the source
    #[arg(long)]
    pub(crate) force: bool,
    /// Report as JSON, one object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Report nothing but errors
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
    /// The names of what was typed, which no config overrules.
    #[arg(skip)]
    pub(crate) typed: Vec<String>,
}

/// How inputs are read.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadingArgs {
    /// Take the first frame of an animation
    #[arg(long, hide_short_help = true)]
    pub(crate) first_frame: bool,
    /// Take what is there of a damaged picture
    #[arg(long, hide_short_help = true)]
    pub(crate) salvage: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// How much an input may ask for.
#[derive(Args, Clone, Debug)]
pub(crate) struct LimitArgs {
    /// Largest picture to accept, in pixels [default: 256 million]
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub(crate) max_pixels: Option<u64>,
    /// Most memory for a picture, such as 500MB or 4GiB
    #[arg(long, value_name = "SIZE", default_value = "2GB", value_parser = size, hide_short_help = true)]
    pub(crate) max_memory: u64,
}

impl LimitArgs {
    /// A decoder that refuses what `work`, which follows, has no memory for.
    pub(crate) fn decoder(&self, work: Memory) -> decode::Options {
        let decoder = decode::Options::new().max_memory(self.max_memory).work(work);
        match self.max_pixels {
            Some(pixels) => decoder.max_pixels(pixels),
            None => decoder,
        }
    }
}

impl ReadingArgs {
    pub(crate) fn decoder(&self, work: Memory) -> decode::Options {
        let mut decoder = self.limits.decoder(work);
        if self.first_frame {
            decoder = decoder.first_frame();
        }
        if self.salvage {
            decoder = decoder.salvage();
        }
        decoder
    }
}

#[derive(Args, Clone, Debug)]
pub(crate) struct InspectArgs {
    /// The file; - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// List every colour of the palette, not only the most used
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    Png,
    Gif,
}

/// How a PNG stores colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    Auto,
    Palette,
}

/// A kind of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepArg {
    Icc,
    Exif,
    Xmp,
    Text,
    Density,
    All,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SpaceArg {
    Perceptual,
    Oklab,
    Lab,
    #[value(alias = "srgb")]
    Rgb,
    Linear,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DitherArg {
    Auto,
    None,
    FloydSteinberg,
    Ordered,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EffortArg {
    Fast,
    Balanced,
    Best,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Png => Self::Png,
            FormatArg::Gif => Self::Gif,
        }
    }
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Auto => Self::Auto,
            ModeArg::Palette => Self::Palette,
        }
    }
}

impl From<SpaceArg> for ColorSpace {
    fn from(space: SpaceArg) -> Self {
        match space {
            SpaceArg::Perceptual => Self::Perceptual,
            SpaceArg::Oklab => Self::Oklab,
            SpaceArg::Lab => Self::Lab,
            SpaceArg::Rgb => Self::Srgb,
            SpaceArg::Linear => Self::LinearRgb,
        }
    }
}

impl From<SpaceArg> for Weighting {
    fn from(space: SpaceArg) -> Self {
        match space {
            SpaceArg::Perceptual => Self::Visibility,
            SpaceArg::Oklab | SpaceArg::Lab | SpaceArg::Rgb | SpaceArg::Linear => Self::Equal,
        }
    }
}

impl From<DitherArg> for Dither {
    fn from(dither: DitherArg) -> Self {
        match dither {
            DitherArg::Auto => Self::Auto,
            DitherArg::None => Self::None,
            DitherArg::FloydSteinberg => Self::FloydSteinberg,
            DitherArg::Ordered => Self::Ordered,
        }
    }
}

impl From<EffortArg> for Effort {
    fn from(effort: EffortArg) -> Self {
        match effort {
            EffortArg::Fast => Self::Fast,
            EffortArg::Balanced => Self::Balanced,
            EffortArg::Best => Self::Best,
        }
    }
}

/// A number from 0 to 1.
fn unit(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or_else(|| "wanted a number from 0 to 1".into())
}

/// What a bit of the file is worth.
pub(crate) fn lambda(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|lambda: &f32| lambda.is_finite() && *lambda >= 0.0)
        .ok_or_else(|| "lambda must be 0 or more".into())
}

/// An SSIMULACRA2 score.
fn score(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|x| (0.0..=100.0).contains(x))
        .ok_or_else(|| "wanted a number from 0 to 100".into())
}

/// A frame rate as the time of a frame: a whole number, a ratio or a decimal.
fn frame_rate(text: &str) -> Result<Delay, String> {
    let wanted = || "wanted frames a second, such as 12, 12.5 or 30000/1001".to_owned();
    let whole = |text: &str| text.parse().ok().filter(|&number: &u32| number > 0);
    let (frames, seconds) = match text.split_once('/') {
        Some((frames, seconds)) => (whole(frames), whole(seconds)),
        None => match whole(text) {
            Some(frames) => (Some(frames), Some(1)),
            // In thousandths of a frame.
            None => {
                let rate = text.parse().ok().filter(|rate: &f64| (0.001..=4e6).contains(rate));
                (rate.map(|rate| (rate * 1000.0).round() as u32), Some(1000))
            }
        },
    };
    match (frames, seconds) {
        (Some(frames), Some(seconds)) => Ok(Delay::new(seconds, frames)),
        _ => Err(wanted()),
    }
}

/// A number of bytes: plain, or with a unit of a thousand (kB, MB, GB) or of 1024 (KiB, MiB, GiB).
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let wanted = || "wanted a size such as 500MB, 2GiB or a number of bytes".to_owned();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let bytes: u64 = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "ki" | "kib" => 1 << 10,
        "mi" | "mib" => 1 << 20,
        "gi" | "gib" => 1 << 30,
        _ => return Err(wanted()),
    };
    number.parse().ok().and_then(|number: u64| number.checked_mul(bytes)).ok_or_else(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn lambda_is_finite_and_not_negative() {
        assert_eq!((lambda("0"), lambda("0.25")), (Ok(0.0), Ok(0.25)));
        let refused = Err("lambda must be 0 or more".to_owned());
        assert!(["-1", "inf", "NaN", "1e99", "much", ""].iter().all(|text| lambda(text) == refused));
    }

    #[test]
    fn frame_rates_are_whole_broken_or_decimal() {
        assert_eq!(frame_rate("12"), Ok(Delay::new(1, 12)));
        assert_eq!(frame_rate("30000/1001"), Ok(Delay::new(1001, 30_000)));
        assert_eq!(frame_rate("12.5"), Ok(Delay::new(2, 25)));
        assert!(
            ["", "0", "-1", "0/1", "1/0", "a", "1/2/3", "NaN", "inf"]
                .iter()
                .all(|text| frame_rate(text).is_err())
        );
    }

    #[test]
    fn sizes_are_read_with_and_without_a_unit() {
        assert_eq!(size("1024"), Ok(1024));
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!((size("3 k"), size("1kib")), (Ok(3000), Ok(1024)));
        assert!(
            ["", "MB", "-1", "1.5GB", "2TB", "99999999999GB", "2é"].iter().all(|text| size(text).is_err())
        );
    }
}
