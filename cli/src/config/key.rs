//! The options that a config may set for files: how each is written, and what it changes.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use huepack::Rgba8;
use toml::de::DeValue;

use crate::args::{self, DitherArg, EffortArg, FormatArg, PackArgs};
use crate::color::{self, css};
use crate::failure::shown;

/// An option with its value.
#[derive(Clone, Debug)]
pub(crate) enum Setting {
    Colors(u16),
    MinScore(f64),
    KeepColor(Vec<Rgba8>),
    /// As seen from the config.
    Palette(PathBuf),
    Format(FormatArg),
    Effort(EffortArg),
    Lambda(f32),
    Dither(DitherArg),
}

/// The names of the options, as on the command line.
pub(crate) const NAMES: [&str; 8] =
    ["colors", "min-score", "keep-color", "palette", "format", "effort", "lambda", "dither"];

impl Setting {
    /// Reads the value of an option; none if there is no option of that name. An error says what is wanted.
    pub(crate) fn read(name: &str, value: &DeValue<'_>) -> Option<Result<Self, String>> {
        Some(match name {
            "colors" => number(value)
                .filter(|n: &f64| n.fract() == 0.0 && (2.0..=256.0).contains(n))
                .map(|n| Self::Colors(n as u16))
                .ok_or_else(|| "a whole number from 2 to 256".into()),
            "min-score" => number(value)
                .filter(|n| (0.0..=100.0).contains(n))
                .map(Self::MinScore)
                .ok_or_else(|| "a number from 0 to 100".into()),
            "keep-color" => colors(value)
                .map(Self::KeepColor)
                .ok_or_else(|| "a list of colours such as [\"#0055ff\", \"#fff\"]".into()),
            "palette" => value
                .as_str()
                .map(|text| Self::Palette(text.into()))
                .ok_or_else(|| "the name of a palette file, such as \"brand.gpl\"".into()),
            "format" => choice(value).map(Self::Format),
            "effort" => choice(value).map(Self::Effort),
            "lambda" => number(value)
                .and_then(|n| args::lambda(&n.to_string()).ok())
                .map(Self::Lambda)
                .ok_or_else(|| "a number of 0 or more".into()),
            "dither" => choice(value).map(Self::Dither),
            _ => return None,
        })
    }

    /// As on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Colors(_) => "colors",
            Self::MinScore(_) => "min-score",
            Self::KeepColor(_) => "keep-color",
            Self::Palette(_) => "palette",
            Self::Format(_) => "format",
            Self::Effort(_) => "effort",
            Self::Lambda(_) => "lambda",
            Self::Dither(_) => "dither",
        }
    }

    /// Whether it stands against another: a palette is fitted, or it is given.
    pub(crate) fn excludes(&self, name: &str) -> bool {
        match self {
            Self::Palette(_) => matches!(name, "colors" | "keep-color"),
            Self::Colors(_) | Self::KeepColor(_) => name == "palette",
            _ => false,
        }
    }

    /// Sets it where nothing was typed; `folder` is that of the config.
    pub(crate) fn apply(&self, args: &mut PackArgs, folder: &Path) {
        match self {
            Self::Colors(colors) => args.colors = Some(*colors),
            Self::MinScore(score) => args.min_score = Some(*score),
            Self::KeepColor(colors) => args.keep_color.clone_from(colors),
            Self::Palette(path) => args.palette = Some(folder.join(path)),
            Self::Format(format) => args.format = Some(*format),
            Self::Effort(effort) => args.effort = *effort,
            Self::Lambda(lambda) => args.lambda = Some(*lambda),
            Self::Dither(dither) => args.dither = *dither,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = ", self.name())?;
        match self {
            Self::Colors(colors) => write!(f, "{colors}"),
            Self::MinScore(score) => write!(f, "{score}"),
            Self::KeepColor(colors) => {
                let colors: Vec<String> = colors.iter().map(|&color| format!("\"{}\"", css(color))).collect();
                write!(f, "[{}]", colors.join(", "))
            }
            Self::Palette(path) => write!(f, "\"{}\"", shown(path)),
            Self::Format(format) => write!(f, "\"{}\"", spelled(format)),
            Self::Effort(effort) => write!(f, "\"{}\"", spelled(effort)),
            Self::Lambda(lambda) => write!(f, "{lambda}"),
            Self::Dither(dither) => write!(f, "\"{}\"", spelled(dither)),
        }
    }
}

/// The words that one may choose from.
pub(crate) fn choices<T: ValueEnum>() -> Vec<String> {
    T::value_variants().iter().map(spelled).collect()
}

fn spelled<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned())
}

fn choice<T: ValueEnum>(value: &DeValue<'_>) -> Result<T, String> {
    let wanted = || format!("one of \"{}\"", choices::<T>().join("\", \""));
    value.as_str().and_then(|text| T::from_str(text, false).ok()).ok_or_else(wanted)
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        DeValue::Float(float) => float.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn colors(value: &DeValue<'_>) -> Option<Vec<Rgba8>> {
    let color = |value: &DeValue<'_>| value.as_str().and_then(|text| color::parse(text).ok());
    value.as_array()?.iter().map(|value| color(value.get_ref())).collect()
}
