//! pngquant's options as they are typed, in the manner of GNU: anywhere before `--`, and long ones as short as they are
//! clear.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::code;

/// What a command line asks for.
#[derive(Debug)]
pub(super) enum Asked {
    Help,
    Version,
    Pictures(Options),
}

/// A command line that makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) code: u8,
    pub(super) message: String,
}

/// How pictures are to be made smaller.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Options {
    /// Empty for standard input.
    pub(super) inputs: Vec<PathBuf>,
    pub(super) colors: Option<u16>,
    pub(super) output: Option<PathBuf>,
    /// What the name of a result ends with.
    pub(super) extension: Option<OsString>,
    pub(super) force: bool,
    pub(super) skip_if_larger: bool,
    /// The least and the most that is wanted, 0 to 100.
    pub(super) quality: Option<(u8, u8)>,
    pub(super) speed: u8,
    /// How much error is spread, 0 to 1.
    pub(super) dither: f32,
    /// Bits of a channel that are cut off.
    pub(super) posterize: u8,
    pub(super) strip: bool,
    pub(super) map: Option<PathBuf>,
    pub(super) verbose: bool,
    /// Options that mean nothing here.
    pub(super) ignored: Vec<&'static str>,
}

/// What may follow an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    None,
    /// Only after `=`.
    Optional,
    Wanted,
}

/// Long options, and the letter that stands for each.
const OPTIONS: [(&str, Option<char>, Value); 19] = [
    ("verbose", Some('v'), Value::None),
    ("quiet", Some('q'), Value::None),
    ("force", Some('f'), Value::None),
    ("no-force", None, Value::None),
    ("floyd", None, Value::Optional),
    ("nofs", None, Value::None),
    ("ordered", None, Value::None),
    ("iebug", None, Value::None),
    ("transbug", None, Value::None),
    ("ext", None, Value::Wanted),
    ("output", Some('o'), Value::Wanted),
    ("skip-if-larger", None, Value::None),
    ("speed", Some('s'), Value::Wanted),
    ("quality", Some('Q'), Value::Wanted),
    ("posterize", None, Value::Wanted),
    ("strip", None, Value::None),
    ("map", None, Value::Wanted),
    ("version", Some('V'), Value::None),
    ("help", Some('h'), Value::None),
];

type Result<T> = std::result::Result<T, Wrong>;

/// Reads a command line without the name of the program.
pub(super) fn parse(arguments: &[OsString]) -> Result<Asked> {
    let mut options = Options::default();
    let mut positional = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy();
        if text == "--" {
            positional.extend(rest.by_ref().cloned());
        } else if let Some(long) = text.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(cut(argument, value))),
                None => (long, None),
            };
            let (name, wants) = long_option(name)?;
            let value = match (wants, value) {
                (Value::Wanted, None) => Some(next(name, &mut rest)?),
                (Value::None, Some(_)) => return Err(usage(format!("--{name} takes no value"))),
                (_, value) => value,
            };
            if let Some(asked) = options.set(name, value)? {
                return Ok(asked);
            }
        } else if text.len() > 1 && text.starts_with('-') {
            if let Some(asked) = options.set_letters(argument, &text[1..], &mut rest)? {
                return Ok(asked);
            }
        } else {
            positional.push(argument.clone());
        }
    }
    options.place(positional, arguments.is_empty()).map(Asked::Pictures)
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            colors: None,
            output: None,
            extension: None,
            force: false,
            skip_if_larger: false,
            quality: None,
            speed: 4,
            dither: 1.0,
            posterize: 0,
            strip: false,
            map: None,
            verbose: false,
            ignored: Vec::new(),
        }
    }
}

impl Options {
    /// Letters behind one hyphen, of which the last may have a value.
    fn set_letters<'a>(
        &mut self,
        argument: &OsStr,
        letters: &str,
        rest: &mut impl Iterator<Item = &'a OsString>,
    ) -> Result<Option<Asked>> {
        for (at, letter) in letters.char_indices() {
            let known = OPTIONS.iter().find(|(_, short, _)| *short == Some(letter));
            let &(name, _, wants) = known.ok_or_else(|| usage(format!("there is no option -{letter}")))?;
            let behind = &letters[at + letter.len_utf8()..];
            let value = match wants {
                Value::Wanted if behind.is_empty() => Some(next(name, rest)?),
                Value::Wanted => Some(cut(argument, behind)),
                _ => None,
            };
            if let Some(asked) = self.set(name, value)? {
                return Ok(Some(asked));
            }
            if wants == Value::Wanted {
                break;
            }
        }
        Ok(None)
    }

    fn set(&mut self, name: &'static str, value: Option<OsString>) -> Result<Option<Asked>> {
        let text = value.as_deref().unwrap_or_default().to_string_lossy().into_owned();
        match name {
            "help" => return Ok(Some(Asked::Help)),
            "version" => return Ok(Some(Asked::Version)),
            "verbose" => self.verbose = true,
            "quiet" => self.verbose = false,
            "force" => self.force = true,
            "no-force" => self.force = false,
            "skip-if-larger" => self.skip_if_larger = true,
            "strip" => self.strip = true,
            "nofs" | "ordered" => self.dither = 0.0,
            "iebug" => self.ignored.push("--iebug"),
            "transbug" => self.ignored.push("--transbug"),
            "floyd" if value.is_none() => self.dither = 1.0,
            "floyd" => {
                let strength = text.trim().parse().ok().filter(|x| (0.0..=1.0).contains(x));
                self.dither = strength.ok_or_else(|| usage("--floyd wants a number from 0 to 1"))?;
            }
            "speed" => self.speed = number(&text, 1..=11, "--speed wants 1 (slow) to 11 (fast)")?,
            "posterize" => {
                self.posterize = number(&text, 0..=4, "--posterize wants a number of bits, 0 to 4")?;
            }
            "quality" => self.quality = Some(quality(&text)?),
            "ext" => self.extension = value,
            "output" => self.output = value.map(PathBuf::from),
            _ => self.map = value.map(PathBuf::from),
        }
        Ok(None)
    }

    /// Tells the number of colours from the names of files.
    fn place(mut self, mut positional: Vec<OsString>, is_bare: bool) -> Result<Self> {
        let first = positional.first().and_then(|first| first.to_str());
        let number = first.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(text) = number {
            let colors = text.parse().ok().filter(|colors| (2..=256).contains(colors));
            self.colors = Some(colors.ok_or_else(|| usage("the number of colours must be from 2 to 256"))?);
            positional.remove(0);
        }
        // Among others it is the name of a file.
        let is_standard = positional == ["-"];
        let path = |name| if name == "-" { PathBuf::from("./-") } else { PathBuf::from(name) };
        self.inputs = if is_standard { Vec::new() } else { positional.into_iter().map(path).collect() };
        if self.inputs.is_empty() && is_bare {
            let message = "name a PNG file, or - for standard input; --help lists the options".into();
            return Err(Wrong { code: code::MISSING_ARGUMENT, message });
        }
        if self.output.is_some() && self.extension.is_some() {
            return Err(usage("--output and --ext do not go together; leave one of them out"));
        }
        if self.output.is_some() && self.inputs.len() > 1 {
            return Err(usage("--output names one file, but there are several inputs; use --ext"));
        }
        Ok(self)
    }
}

/// The option that a name, or the beginning of one, means.
fn long_option(name: &str) -> Result<(&'static str, Value)> {
    let fits: Vec<_> = OPTIONS.iter().filter(|(full, ..)| full.starts_with(name)).collect();
    match (fits.iter().find(|(full, ..)| *full == name), &fits[..]) {
        (Some(&&(full, _, value)), _) | (None, &[&(full, _, value)]) => Ok((full, value)),
        (None, []) => Err(usage(format!("there is no option --{name}"))),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|(full, ..)| format!("--{full}")).collect();
            Err(usage(format!("--{name} may mean {}", names.join(", "))))
        }
    }
}

/// `min-max`, `max`, which allows a tenth less, `min-` or `-max`. What follows is passed over, as pngquant does.
fn quality(text: &str) -> Result<(u8, u8)> {
    let wrong = || usage("--quality wants min-max, such as 65-80, of numbers from 0 to 100");
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let text = text.trim_start();
    let (first, rest) = text.split_at(digits(text));
    let bounds = match rest.strip_prefix('-') {
        Some(last) => {
            let last = &last[..digits(last)];
            if first.is_empty() && last.is_empty() {
                return Err(wrong());
            }
            (if first.is_empty() { "0" } else { first }, if last.is_empty() { "100" } else { last })
        }
        None if rest.is_empty() => {
            let most: u8 = first.parse().map_err(|_| wrong())?;
            return if most <= 100 { Ok(((u16::from(most) * 9 / 10) as u8, most)) } else { Err(wrong()) };
        }
        None => return Err(wrong()),
    };
    match (bounds.0.parse(), bounds.1.parse()) {
        (Ok(least), Ok(most)) if least <= most && most <= 100 => Ok((least, most)),
        _ => Err(wrong()),
    }
}

fn number(text: &str, range: std::ops::RangeInclusive<u8>, wanted: &str) -> Result<u8> {
    text.trim().parse().ok().filter(|number| range.contains(number)).ok_or_else(|| usage(wanted))
}

fn next<'a>(name: &str, rest: &mut impl Iterator<Item = &'a OsString>) -> Result<OsString> {
    rest.next().cloned().ok_or_else(|| usage(format!("--{name} wants a value")))
}

/// The end of an argument, bytes that are no text included.
fn cut(argument: &OsStr, end: &str) -> OsString {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        // What comes before is options, and so text, but for a value that is not.
        let bytes = argument.as_bytes();
        let head = argument.to_string_lossy().len() - end.len();
        bytes.get(head..).map_or_else(|| OsString::from(end), |bytes| OsStr::from_bytes(bytes).to_owned())
    }
    #[cfg(not(unix))]
    {
        let _ = argument;
        OsString::from(end)
    }
}

fn usage(message: impl Into<String>) -> Wrong {
    Wrong { code: code::INVALID_ARGUMENT, message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Asked> {
        let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        parse(&arguments)
    }

    fn options(line: &str) -> Options {
        match parsed(line) {
            Ok(Asked::Pictures(options)) => options,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn options_stand_anywhere_and_may_be_cut_short() {
        let wanted = Options {
            inputs: vec!["a.png".into(), "b.png".into()],
            colors: Some(16),
            force: true,
            speed: 1,
            quality: Some((60, 80)),
            ..Options::default()
        };
        for line in [
            "-f -s1 -Q 60-80 16 a.png b.png",
            "16 a.png --force b.png --speed 1 --quality=60-80",
            "-fs 1 --qual 60-80 -- 16 a.png b.png",
        ] {
            assert_eq!(options(line), wanted, "{line}");
        }
        assert_eq!(options("-- a.png -f").inputs, [PathBuf::from("a.png"), "-f".into()]);
        assert_eq!(options("-").inputs, Vec::<PathBuf>::new());
        assert_eq!(options("a.png -").inputs, [PathBuf::from("a.png"), "./-".into()], "a file of that name");
    }

    #[test]
    fn a_quality_is_a_range_in_four_forms() {
        for (text, wanted) in [
            ("60-80", (60, 80)),
            ("80", (72, 80)),
            ("60-", (60, 100)),
            ("-80", (0, 80)),
            ("60-80,x", (60, 80)),
        ] {
            assert_eq!(quality(text), Ok(wanted), "{text}");
        }
        for text in ["", "-", "x", "80-60", "101", "0-101", "60:80", "300"] {
            assert!(quality(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn dithering_is_a_number() {
        assert_eq!(options("--nofs a.png").dither, 0.0);
        assert_eq!(options("--ordered a.png").dither, 0.0);
        assert_eq!(options("--floyd a.png").dither, 1.0);
        assert_eq!(options("--floyd=0.5 a.png").dither, 0.5);
    }

    #[test]
    fn what_makes_no_sense_has_the_exit_code_of_pngquant() {
        for line in ["--bogus a.png", "-x a.png", "--s 3 a.png", "1 a.png", "300 a.png", "-s 0 a.png", "-o"] {
            assert_eq!(parsed(line).unwrap_err().code, 4, "{line}");
        }
        assert_eq!(parsed("").unwrap_err().code, 1);
    }
}
