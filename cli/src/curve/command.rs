//! The command that makes the file of a point.

use std::path::Path;

use clap::ValueEnum;
use huepack::decode::{self, Decoded};

use super::CurveArgs;
use super::point::Point;
use crate::args::{EffortArg, SpaceArg};
use crate::failure::shown;

/// `huepack photo.jpg --lambda 0.25`, with whatever else it takes to get the very same bytes.
pub(super) fn of(args: &CurveArgs, decoded: &Decoded, point: &Point) -> String {
    let mut words = vec!["huepack".to_owned(), input(&args.input)];
    if point.setting.colors != 256 {
        words.push(format!("--colors {}", point.setting.colors));
    }
    if let Some(lambda) = point.setting.lambda.filter(|_| !point.is_lossless()) {
        words.push(format!("--lambda {lambda}"));
    }
    if !matches!(args.space, SpaceArg::Perceptual) {
        words.push(format!("--space {}", spelled(&args.space)));
    }
    if !matches!(args.effort, EffortArg::Balanced) {
        words.push(format!("--effort {}", spelled(&args.effort)));
    }
    let flags = [
        (args.reading.first_frame, "--first-frame"),
        (args.reading.salvage, "--salvage"),
        // Else a picture that has a palette is repacked without loss.
        (decoded.indexed && !point.is_lossless(), "--requantize"),
        // The curve is about the picture alone.
        (decoded.format == decode::Format::Png && decoded.metadata.density.is_some(), "--strip"),
    ];
    words.extend(flags.into_iter().filter(|&(is_needed, _)| is_needed).map(|(_, flag)| flag.to_owned()));
    words.join(" ")
}

/// An option's value as it is typed.
fn spelled(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

/// A path as a shell takes it.
fn input(path: &Path) -> String {
    if path == Path::new("-") {
        return "-".to_owned();
    }
    let path = shown(path);
    let path = if path.starts_with('-') { format!("./{path}") } else { path };
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
