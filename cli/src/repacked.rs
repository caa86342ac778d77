//! A GIF repacked without loss, whatever number of frames it has: from bytes to bytes, and what is said of it.

use std::path::{Path, PathBuf};

use huepack::{Error, Format, GifRepacker, RepackedGif, decode};
use serde_json::{Value, json};

use crate::failure::{Failure, shown};
use crate::number::{change, grouped};
use crate::output::{Original, Target};
use crate::plan::{Place, Plan};
use crate::report::Outcome;

/// What was made of a GIF.
#[derive(Debug)]
pub(crate) struct Repacked {
    input: PathBuf,
    pub(crate) place: Place,
    pub(crate) outcome: Outcome,
    pub(crate) source_bytes: u64,
    pub(crate) bytes: u64,
    /// The source, and what was made of it.
    pub(crate) contents: [blake3::Hash; 2],
    width: u32,
    height: u32,
    frames: u32,
}

/// How a file that was to be replaced went.
pub(crate) enum InPlace {
    Done(Repacked),
    /// Somebody else wrote it meanwhile.
    Changed,
    /// It cannot be repacked, but `--salvage` may take what is there.
    Damaged,
}

/// Whether a file is a GIF that is to stay as it looks: no still is wanted of it, no other size or rate, and nothing that
/// costs colours. A still is repacked whatever its colours are to be, unless new ones were asked for.
pub(crate) fn is_wanted(plan: &Plan, bytes: &[u8]) -> bool {
    let is_to_stay = is_unchanged_gif(plan, bytes) && !plan.requantize && !plan.first_frame;
    is_to_stay && (!plan.has_wish || !decode::is_animated(bytes))
}

fn is_unchanged_gif(plan: &Plan, bytes: &[u8]) -> bool {
    let is_gif = decode::Format::of(bytes) == Some(decode::Format::Gif);
    is_gif && plan.changes.width.is_none() && plan.changes.delay.is_none()
}

/// An animated GIF as it looks, where a size or a score is asked for and nothing else: what loses nothing may do.
pub(crate) fn without_loss(
    plan: &Plan,
    bytes: &[u8],
    format: Format,
    decoder: &decode::Options,
) -> Option<RepackedGif> {
    let may_do = plan.goal.is_some() && format == Format::Gif && is_unchanged_gif(plan, bytes);
    // Whatever is wrong with it is found again with losses.
    if may_do { repacker(plan, decoder).repack(bytes).ok() } else { None }
}

/// Refuses to pack an animation where nothing may be lost.
pub(crate) fn refuse_loss(plan: &Plan, input: &Path) -> Result<(), Failure> {
    if !plan.is_lossless {
        return Ok(());
    }
    let reason = "an animation is only packed without loss from GIF to GIF";
    Err(Failure::new(input, reason, "leave out --lossless, or --first-frame packs its first frame"))
}

/// Repacks a GIF into another file; none if it is damaged and what is there of it will do.
pub(crate) fn pack_apart(
    plan: &Plan,
    input: &Path,
    bytes: &[u8],
    target: &Target,
    decoder: &decode::Options,
) -> Result<Option<Repacked>, Failure> {
    let gif = made(plan, input, bytes, decoder)?;
    gif.map(|gif| write_apart(plan, input, bytes, target, &gif)).transpose()
}

/// Writes what was made of a GIF.
pub(crate) fn write_apart(
    plan: &Plan,
    input: &Path,
    bytes: &[u8],
    target: &Target,
    gif: &RepackedGif,
) -> Result<Repacked, Failure> {
    let outcome = if plan.writes_larger(target) || gif.bytes.len() < bytes.len() {
        plan.writer(&|written| is_same(written, &gif.bytes)).write(target, &gif.bytes)?;
        Outcome::Written
    } else {
        Outcome::Kept
    };
    Ok(Repacked::of(input, Place::Apart(target.clone()), outcome, bytes, gif))
}

/// Replaces a GIF by its repacked form, if that is smaller.
pub(crate) fn pack_in_place(
    plan: &Plan,
    input: &Path,
    bytes: &[u8],
    original: &Original,
    decoder: &decode::Options,
) -> Result<InPlace, Failure> {
    match made(plan, input, bytes, decoder)? {
        Some(gif) => replace(plan, input, bytes, original, &gif),
        None => Ok(InPlace::Damaged),
    }
}

/// Replaces a GIF by what was made of it, if that is smaller.
pub(crate) fn replace(
    plan: &Plan,
    input: &Path,
    bytes: &[u8],
    original: &Original,
    gif: &RepackedGif,
) -> Result<InPlace, Failure> {
    let outcome = if gif.bytes.len() >= bytes.len() {
        Outcome::Kept
    } else if original.replace(&gif.bytes, plan.writer(&|written| is_same(written, &gif.bytes)))? {
        Outcome::Written
    } else {
        return Ok(InPlace::Changed);
    };
    Ok(InPlace::Done(Repacked::of(input, Place::InPlace, outcome, bytes, gif)))
}

/// Through the library; none if the file is damaged and what is there of it will do.
pub(crate) fn made(
    plan: &Plan,
    input: &Path,
    bytes: &[u8],
    decoder: &decode::Options,
) -> Result<Option<RepackedGif>, Failure> {
    match repacker(plan, decoder).repack(bytes) {
        Ok(repacked) => Ok(Some(repacked)),
        Err(Error::Damaged { .. }) if plan.salvage => Ok(None),
        Err(error) => Err(Failure::library(input, &error)),
    }
}

fn repacker(plan: &Plan, decoder: &decode::Options) -> GifRepacker {
    plan.keep.repacker().effort(plan.effort).decoder(decoder.clone())
}

/// Whether a file that was written is the one that the library made, and compared with the source.
pub(crate) fn is_same(written: &[u8], wanted: &[u8]) -> Result<(), String> {
    if written == wanted { Ok(()) } else { Err("what was written is another file".into()) }
}

impl Repacked {
    pub(crate) fn of(
        input: &Path,
        place: Place,
        outcome: Outcome,
        source: &[u8],
        repacked: &RepackedGif,
    ) -> Self {
        let &RepackedGif { width, height, frames, ref bytes, .. } = repacked;
        let contents = [source, bytes].map(blake3::hash);
        let (source_bytes, bytes) = (source.len() as u64, bytes.len() as u64);
        Self {
            input: input.to_path_buf(),
            place,
            outcome,
            source_bytes,
            bytes,
            contents,
            width,
            height,
            frames,
        }
    }

    /// For people.
    pub(crate) fn line(&self) -> String {
        let (input, source, file) = (shown(&self.input), grouped(self.source_bytes), grouped(self.bytes));
        let form = self.form();
        if self.outcome == Outcome::Kept {
            let advice = self.place.advice_where_kept();
            return format!(
                "{input}: not written, {source} B is the least for this {form}, lossless{advice}"
            );
        }
        let target = self.place.in_words();
        let change = change(self.bytes, self.source_bytes);
        format!("{input} -> {target}: {source} B source, {file} B {form} ({change}), lossless")
    }

    /// What it is, in words.
    pub(crate) fn form(&self) -> String {
        match self.frames {
            1 => "GIF".to_owned(),
            frames => format!("GIF of {} frames", grouped(frames.into())),
        }
    }

    /// For machines: the names of any picture, with null for what is not looked at where nothing is lost.
    pub(crate) fn json(&self) -> Value {
        json!({
            "input": shown(&self.input),
            "output": self.place.output(self.outcome, &self.input),
            "status": self.outcome.stable_name(),
            "format": Format::Gif.extension(),
            "width": self.width,
            "height": self.height,
            "frames": self.frames,
            "source_format": decode::Format::Gif.name(),
            "damage": null,
            "source_colors": null,
            "color_type": "indexed",
            "colors": null,
            "bytes": {
                "source": self.source_bytes,
                "raw_rgb": 3 * u64::from(self.width) * u64::from(self.height) * u64::from(self.frames),
                "indexed": null,
                "packed_bits": null,
                "file": self.bytes,
            },
            "mean_squared_error": 0.0,
            "remarks": [],
            "findings": [],
            "guard": null,
            "target": null,
            "psnr_db": null,
            "score": null,
            "alternative": null,
        })
    }
}
