//! Files that were made of a clip, each measured against it: a table, a sheet of frames, a page with players.

mod chart;
mod measured;
mod page;
mod sheet;
mod table;

use std::path::Path;

use huepack::decode::{self, Frames};
use huepack::measure::Clip;
use huepack::{Effort, encode};
use serde_json::{Value, json};

use super::CompareArgs;
use crate::failure::Failure;
use crate::output::{self, Existing, HardLinks, Target, Writer};
use crate::plan::Talk;
use crate::progress::Progress;
use crate::source;
use crate::terminal::{say, tell};
use measured::Measured;

/// A file, and what its headers say.
struct File<'a> {
    path: &'a Path,
    name: String,
    bytes: Vec<u8>,
    width: u32,
    height: u32,
    frames: u32,
}

/// The source and everything that was made of it.
struct Comparison<'a> {
    source: File<'a>,
    results: Vec<Measured<'a>>,
}

/// Measures each result, writes what was asked for and prints the table.
pub(super) fn compare_and_write(args: &CompareArgs) -> Result<(), Failure> {
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    check_outputs(args, existing)?;
    let options = args.reading.decoder(Clip::memory());
    let source = File::read(&args.input, &options)?;
    let progress = Progress::start(args.results.len(), Talk::of(args.json, args.quiet));
    let mut results = Vec::new();
    for path in &args.results {
        progress.next(path);
        let file = File::read(path, &options)?;
        file.check_against(&source)?;
        results.push(Measured::of(&source, file, &options)?);
        progress.pause(|| ());
    }
    drop(progress);
    let comparison = Comparison { source, results };
    let writer = Writer { existing, hard_links: HardLinks::Refuse, verify: None };
    if let Some(path) = &args.output {
        let failed = |error| Failure::library(path, &error);
        let sheet = sheet::draw(&comparison).map_err(failed)?;
        let png = encode::png::lossless(sheet.view(), Effort::Balanced).map_err(failed)?;
        writer.write(&Target::of(path), &png)?;
    }
    if let Some(path) = &args.html {
        writer.write(&Target::of(path), page::html(&comparison).as_bytes())?;
    }
    let piped = [&args.output, &args.html].into_iter().flatten().any(|path| path == Path::new("-"));
    let line = if piped { tell } else { say };
    match Talk::of(args.json, args.quiet) {
        Talk::Quiet => {}
        Talk::Json => line(&comparison.json().to_string()),
        Talk::Lines => line(table::text(&comparison).trim_end()),
    }
    Ok(())
}

/// Tells before the work what would fail at its end.
fn check_outputs(args: &CompareArgs, existing: Existing) -> Result<(), Failure> {
    for output in [&args.output, &args.html].into_iter().flatten() {
        for input in std::iter::once(&args.input).chain(&args.results) {
            output::refuse_early_beside(input, output, existing)?;
        }
    }
    match (&args.output, &args.html) {
        (Some(sheet), Some(page)) if sheet == page => {
            Err(Failure::new(sheet, "sheet and page have one name", "choose another with -o or --html"))
        }
        _ => Ok(()),
    }
}

impl<'a> File<'a> {
    fn read(path: &'a Path, options: &decode::Options) -> Result<Self, Failure> {
        let bytes = source::read_bytes(path, options.memory_limit())?;
        let outline = options.frames(&bytes).map_err(|error| Failure::library(path, &error))?;
        let (width, height, frames) = (outline.width(), outline.height(), outline.count());
        Ok(Self { path, name: source::name(path), bytes, width, height, frames })
    }

    /// Whether it can be what became of `source`.
    fn check_against(&self, source: &Self) -> Result<(), Failure> {
        let Self { width, height, frames, .. } = *self;
        if (width, height) != (source.width, source.height) {
            let reason =
                format!("it is {width}x{height} pixels, and the source {}x{}", source.width, source.height);
            return Err(Failure::new(self.path, reason, "compare files of one size"));
        }
        let moves = |frames: u32| if frames > 1 { "an animation" } else { "a still" };
        if (frames > 1) != (source.frames > 1) {
            let reason = format!("it is {}, and the source {}", moves(frames), moves(source.frames));
            return Err(Failure::new(self.path, reason, "compare animations with animations"));
        }
        Ok(())
    }

    fn play(&'a self, options: &decode::Options) -> Result<Frames<'a>, Failure> {
        options.frames(&self.bytes).map_err(|error| Failure::library(self.path, &error))
    }
}

impl Comparison<'_> {
    fn json(&self) -> Value {
        let File { name, bytes, width, height, frames, .. } = &self.source;
        json!({
            "source": { "name": name, "width": width, "height": height, "frames": frames, "bytes": bytes.len() },
            "results": self.results.iter().map(Measured::json).collect::<Vec<_>>(),
        })
    }
}
