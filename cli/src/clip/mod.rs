//! Animations: files that move, raw video, and pictures in a row that are one clip.

mod footage;
mod rated;
mod resized;
mod summary;

use std::path::Path;

use huepack::{Clip, ClipStep, Delay, Error, Format, PackedClip, Packer, RepackedGif, decode};

use crate::failure::Failure;
use crate::output::{Original, Target};
use crate::plan::{Place, Plan};
use crate::progress::Progress;
use crate::repacked::is_same;
use crate::report::Outcome;
pub(crate) use footage::{Footage, is_video};
use rated::Rated;
use resized::Resized;
pub(crate) use resized::{resized, rows_for};
pub(crate) use summary::ClipSummary;

/// How frames are changed before they are packed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Changes {
    /// Time between frames.
    pub(crate) delay: Option<Delay>,
    /// Columns; rows follow.
    pub(crate) width: Option<u32>,
}

/// The shortest time that browsers show a frame of a GIF for: one that asks for less gets a tenth of a second.
const SHORTEST_OF_GIF: (u32, u32) = (1, 50);

/// Packs a clip that goes to a file of its own.
pub(crate) fn pack_apart(
    plan: &Plan,
    footage: &mut Footage<'_>,
    format: Format,
    target: &Target,
    progress: &Progress,
) -> Result<ClipSummary, Failure> {
    let packed = packed(plan, footage, format, progress)?.map_err(|error| footage.failure(&error))?;
    write_apart(plan, footage, target, &packed)
}

/// What an animation is best written as.
pub(crate) enum Best {
    Packed(PackedClip),
    Repacked(RepackedGif),
}

/// Packs a clip, unless what loses nothing is as small or the only thing that reaches the goal.
pub(crate) fn best(
    plan: &Plan,
    footage: &mut Footage<'_>,
    format: Format,
    progress: &Progress,
    lossless: Option<RepackedGif>,
) -> Result<Best, Failure> {
    let Some(gif) = lossless else {
        let packed = packed(plan, footage, format, progress)?;
        return packed.map(Best::Packed).map_err(|error| footage.failure(&error));
    };
    if matches!(plan.goal, Some(huepack::Target::MaxBytes(most)) if gif.bytes.len() as u64 <= most) {
        return Ok(Best::Repacked(gif));
    }
    // A wish is answered with the nearest where it is out of reach.
    let reaches = |packed: &PackedClip| match plan.goal {
        Some(huepack::Target::Quality(least)) => packed.report.score >= Some(least),
        _ => true,
    };
    match packed(plan, footage, format, progress)? {
        Ok(packed) if packed.bytes.len() < gif.bytes.len() && reaches(&packed) => Ok(Best::Packed(packed)),
        Ok(_) | Err(Error::ScoreTooLow { .. }) => Ok(Best::Repacked(gif)),
        Err(error) => Err(footage.failure(&error)),
    }
}

/// Writes a clip that was packed.
pub(crate) fn write_apart(
    plan: &Plan,
    footage: &Footage<'_>,
    target: &Target,
    packed: &PackedClip,
) -> Result<ClipSummary, Failure> {
    let wanted = plan.writes_larger(target);
    let outcome = if wanted || footage.is_worth(packed.bytes.len() as u64) {
        plan.writer(&|written| is_same(written, &packed.bytes)).write(target, &packed.bytes)?;
        Outcome::Written
    } else {
        Outcome::Kept
    };
    Ok(ClipSummary::of(footage, Place::Apart(target.clone()), outcome, packed.report))
}

/// Replaces a clip by one that was packed, if that is smaller; none if somebody else wrote the file meanwhile.
pub(crate) fn replace(
    plan: &Plan,
    footage: &Footage<'_>,
    original: &Original,
    packed: &PackedClip,
) -> Result<Option<ClipSummary>, Failure> {
    let outcome = if !footage.is_worth(packed.bytes.len() as u64) {
        Outcome::Kept
    } else if original.replace(&packed.bytes, plan.writer(&|written| is_same(written, &packed.bytes)))? {
        Outcome::Written
    } else {
        return Ok(None);
    };
    Ok(Some(ClipSummary::of(footage, Place::InPlace, outcome, packed.report)))
}

fn packed(
    plan: &Plan,
    footage: &mut Footage<'_>,
    format: Format,
    progress: &Progress,
) -> Result<huepack::Result<PackedClip>, Failure> {
    let packer = plan.packer.clone().format(format);
    let mut changes = plan.changes;
    let shortest = Delay::new(SHORTEST_OF_GIF.0, SHORTEST_OF_GIF.1);
    if format == Format::Gif
        && changes.delay.is_none()
        && footage.delay().is_some_and(|delay| delay < shortest)
    {
        changes.delay = Some(shortest);
    }
    let rows = changes.width.map(|width| rows_for(footage.input(), width, footage.size())).transpose()?;
    let pack = |clip: &mut dyn Clip| pack(&packer, clip, progress);
    Ok(rated(changes.delay, footage, &mut |clip| match changes.width.zip(rows) {
        Some(size) => pack(&mut Resized { clip, size }),
        None => pack(clip),
    }))
}

/// Does something with a clip at another frame rate.
fn rated<R>(delay: Option<Delay>, clip: &mut dyn Clip, work: &mut dyn FnMut(&mut dyn Clip) -> R) -> R {
    match delay {
        Some(delay) => work(&mut Rated { clip, delay }),
        None => work(clip),
    }
}

fn pack(packer: &Packer, clip: &mut dyn Clip, progress: &Progress) -> huepack::Result<PackedClip> {
    packer.pack_clip_with_progress(clip, &mut |step| match step {
        ClipStep::Surveyed { frames } => progress.say(format!("frame {frames}: its colours")),
        ClipStep::Packed { frames, of, bytes } => {
            progress
                .say(format!("frame {frames} of {of}, {} B so far", crate::number::grouped(bytes as u64)));
        }
        _ => {}
    })
}

/// Whether bytes are a clip, unless only their first frame is wanted.
pub(crate) fn is_clip(bytes: &[u8], plan: &Plan) -> bool {
    !plan.first_frame && decode::is_animated(bytes)
}

/// Where pictures in a row go unless told otherwise: `frame-01.png` to `frame.gif`.
pub(crate) fn name_of_row(first: &Path, format: Format) -> std::path::PathBuf {
    let stem = first.file_stem().unwrap_or_default().to_string_lossy();
    let trimmed = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_', '.', ' ']);
    let name = if trimmed.is_empty() { "clip" } else { trimmed };
    first.with_file_name(format!("{name}.{}", format.extension()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_after_what_its_pictures_have_in_common() {
        let name = |first| name_of_row(Path::new(first), Format::Gif);
        assert_eq!(name("a/frame-01.png"), Path::new("a/frame.gif"));
        assert_eq!(name("shot_0001.png"), Path::new("shot.gif"));
        assert_eq!(name("a/0001.png"), Path::new("a/clip.gif"));
    }
}
