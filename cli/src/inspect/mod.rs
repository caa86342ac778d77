//! `huepack inspect`: what a file is made of, and what other forms of the same picture would take.
//!
//! Walkers look at the container, the library at the picture; nothing here is estimated.

mod anatomy;
mod gif;
mod json;
mod palette;
mod png;
mod repack;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use huepack::{Histogram, decode};

use crate::args::InspectArgs;
use crate::failure::{Failure, shown};
use crate::plan::Talk;
use crate::progress::Progress;
use crate::source::{self, Source};
use crate::terminal::{Status, complain, say};
use anatomy::Anatomy;
use palette::Swatch;
use repack::Repack;

/// All that is known of a file.
#[derive(Debug)]
struct Findings {
    /// The path, as it is shown.
    input: String,
    format: decode::Format,
    bytes: u64,
    /// Width and height of the picture, upright.
    size: (u32, u32),
    /// Pictures in the file; everything about pixels is about the first.
    frames: u32,
    /// Distinct colours; `None` if there are more than a histogram keeps apart.
    colors: Option<usize>,
    anatomy: Anatomy,
    /// The file's palette in its order; empty for a picture without one, and for an animation.
    palette: Vec<Swatch>,
    repacks: Vec<Repack>,
}

/// Inspects a file and prints what was found.
pub(crate) fn run(args: &InspectArgs) -> Status {
    let progress = Progress::start(1, if args.json { Talk::Json } else { Talk::Lines });
    progress.next(&args.input);
    // Whatever a damaged file sets off ends as a message with its name.
    let found = catch_unwind(AssertUnwindSafe(|| Findings::of(args)))
        .unwrap_or_else(|_| Err(Failure::bug(&args.input)));
    drop(progress);
    match found {
        Ok(findings) if args.json => say(&json::object(&findings).to_string()),
        Ok(findings) => say(&text::page(&findings, args.all)),
        Err(failure) => {
            if args.json {
                say(&failure.json().to_string());
            }
            complain(&failure.to_string());
            return Status::Failed;
        }
    }
    Status::Done
}

impl Findings {
    fn of(args: &InspectArgs) -> Result<Self, Failure> {
        let decoder = args.limits.decoder(repack::memory()).first_frame();
        let source = source::read(&args.input, &decoder)?;
        Self::of_source(&args.input, &source)
    }

    fn of_source(input: &Path, Source { bytes, decoded }: &Source) -> Result<Self, Failure> {
        let image = decoded.image.view();
        let anatomy = Anatomy::of(decoded.format, bytes);
        let repacks =
            repack::measure(bytes, decoded, &anatomy).map_err(|error| Failure::library(input, &error))?;
        Ok(Self {
            input: shown(input),
            format: decoded.format,
            bytes: bytes.len() as u64,
            size: (image.width(), image.height()),
            frames: decoded.frames,
            colors: Histogram::of(image).exact_colors().map(|colors| colors.len()),
            palette: if decoded.frames == 1 && decoded.indexed {
                palette::of_file(bytes)
            } else {
                Vec::new()
            },
            anatomy,
            repacks,
        })
    }
}
