//! Frame after frame onto the canvas.
//!
//! What becomes of a frame's place is known once the next one is: pixels that turn transparent have to be cleared by the
//! frame before, or by one that puts back what was there before it. So each frame waits for the next.

use super::ahead::{self, Ahead, Coming};
use super::exact::Exact;
use super::local::{self, Local};
use super::survey::Survey;
use super::writer::Writer;
use super::{ClipReport, PackedClip, Packer};
use crate::animation::{Blend, Delay, Disposal, Frame, Loops};
use crate::encode::Format;
use crate::encode::gif::Packed;
#[cfg(feature = "decode")]
use crate::error::Error;
use crate::error::Result;
use crate::image::{Image, ImageRef, Rgba8, visible};
use crate::indexed::Indexed;
use crate::map::{MapOptions, Seen};
use crate::measure;
use crate::memory;
use crate::palette::Palette;
use crate::place::{Place, changes};
#[cfg(feature = "decode")]
use crate::repack::GifRepacker;

/// A clip that is being packed.
pub(super) struct Stage<'a> {
    packer: &'a Packer,
    map: MapOptions,
    local: Option<Local<'a>>,
    width: u32,
    height: u32,
    palette: Palette,
    exact: Exact,
    writer: Writer,
    is_lossy: bool,
    ahead: Ahead,
    /// The source's last frame, that before it, and what is shown instead.
    source: Vec<Rgba8>,
    previous: Vec<Rgba8>,
    shown: Vec<Rgba8>,
    /// What was shown before that.
    before: Vec<Rgba8>,
    /// What changed with the last frame: what stands still there now may have been drawn badly.
    restless: Option<Place>,
    waiting: Option<Waiting>,
    frames: u32,
    local_palettes: u32,
    squared_error: f64,
    hardened: u64,
    /// Where there is a target.
    #[cfg(feature = "score")]
    scores: Option<Scores>,
    /// Of what every frame looks like.
    checksum: crc32fast::Hasher,
}

/// Scores of some frames.
#[cfg(feature = "score")]
struct Scores {
    /// Every which frame counts.
    apart: u32,
    sum: f64,
    count: u32,
}

/// Frames that are scored, at most twice as many: it takes longer than to pack them.
#[cfg(feature = "score")]
const SCORED: u32 = 24;

#[cfg(feature = "score")]
impl Scores {
    fn of(frames: u32) -> Self {
        Self { apart: (frames / SCORED).max(1), sum: 0.0, count: 0 }
    }
}

/// A frame that was mapped.
#[derive(Clone)]
struct Waiting {
    picture: Indexed,
    place: Place,
    delay: Delay,
    blend: Blend,
    /// Its stream in a GIF, where that is known.
    packed: Option<Packed>,
}

impl Waiting {
    /// Without borders in which nothing is drawn.
    fn cropped(self) -> Result<Self> {
        let (place, width) = (self.place, self.place.width());
        let colors = self.picture.palette().colors();
        let indices = self.picture.indices();
        let is_drawn = |pixel: usize| colors[usize::from(indices[pixel])][3] > 0;
        let drawn = Place::around(width, indices.len(), is_drawn).map(|part| part.within(place));
        self.at(drawn.unwrap_or(place.dot()))
    }

    /// At another place: what is outside is cut off, and where there was nothing, nothing is drawn.
    fn at(self, place: Place) -> Result<Self> {
        if place == self.place {
            return Ok(self);
        }
        let palette = self.picture.palette();
        let hole = palette.transparent().unwrap_or(0);
        let indices = self.place.moved(self.picture.indices(), place, hole);
        let picture = Indexed::new(place.width() as u32, place.height() as u32, palette.clone(), indices)?;
        Ok(Self { picture, place, packed: None, ..self })
    }
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        packer: &'a Packer,
        loops: Loops,
        survey: &Survey<'_>,
        palette: Palette,
    ) -> Result<Self> {
        // Who says what a bit is worth wants bits to be saved.
        let is_lossless = survey.is_lossless(packer) && packer.lambda.is_none_or(|lambda| lambda == 0.0);
        let lambda = if is_lossless { 0.0 } else { packer.clip_lambda() };
        let (width, height) = (survey.width, survey.height);
        let writer = Writer::new(packer, (width, height), loops, &palette)?;
        let empty = memory::zeroed(u64::from(width) * u64::from(height))?;
        Ok(Self {
            map: packer.clip_map(lambda),
            local: if is_lossless { None } else { Local::new(packer, lambda) },
            #[cfg(feature = "score")]
            scores: packer.target.map(|_| Scores::of(survey.frames())),
            packer,
            width,
            height,
            exact: Exact::new(&palette),
            palette,
            writer,
            is_lossy: !is_lossless,
            ahead: Ahead::new(if is_lossless { 0 } else { ahead::FRAMES }),
            source: memory::copied(&empty)?,
            previous: memory::copied(&empty)?,
            before: memory::copied(&empty)?,
            shown: empty,
            restless: None,
            waiting: None,
            frames: 0,
            local_palettes: 0,
            squared_error: 0.0,
            hardened: 0,
            checksum: crc32fast::Hasher::new(),
        })
    }

    pub(super) fn frames(&self) -> u32 {
        self.frames
    }

    pub(super) fn length(&self) -> usize {
        self.writer.length()
    }

    /// Takes a frame, and draws the one whose turn it is.
    pub(super) fn frame(&mut self, image: ImageRef<'_>, delay: Delay) -> Result<()> {
        let copy = Image::new(image.width(), image.height(), memory::copied(image.pixels())?)?;
        match self.ahead.push(self.packer, copy, delay) {
            Some(coming) => self.draw(&coming),
            None => Ok(()),
        }
    }

    /// Maps a frame, and writes the one before.
    fn draw(&mut self, coming: &Coming) -> Result<()> {
        let (source, delay) = (coming.image.view(), coming.delay);
        let binary = coming.binary(self.packer)?;
        let image = binary.as_ref().map_or(source, Image::view);
        self.hardened += self.packer.hardened(source, binary.as_ref());
        let width = self.width as usize;
        let mut place = changes(&self.source, image.pixels(), width);
        if let Some(waiting) = self.waiting.take()
            && let Some(cleared) = self.dispose(waiting, image.pixels())?
        {
            place = Some(place.map_or(cleared, |place| place.with(cleared)));
        }
        let changed = place;
        if let Some(restless) = self.restless.take() {
            place = Some(place.map_or(restless, |place| place.with(restless)));
        }
        // Nothing is to be mended where nothing is lost.
        self.restless = changed.filter(|_| self.is_lossy);
        std::mem::swap(&mut self.source, &mut self.previous);
        self.source.copy_from_slice(image.pixels());
        self.before.copy_from_slice(&self.shown);
        let place = place.unwrap_or(Place::all(self.width, self.height).dot());
        let (picture, place, blend) = self.narrowed(place)?;
        let waiting = self.lightest(Waiting { picture, place, delay, blend, packed: None })?;
        self.show(&waiting.picture, waiting.place, blend);
        if place.cut(&self.shown, width) == place.cut(&self.source, width) {
            self.restless = None;
        }
        self.local_palettes += u32::from(waiting.picture.palette() != &self.palette);
        self.waiting = Some(waiting);
        self.measure(source)
    }

    /// Holds what is shown against what should be.
    fn measure(&mut self, image: ImageRef<'_>) -> Result<()> {
        let canvas = ImageRef::new(self.width, self.height, &self.shown)?;
        let on_matte = self.packer.on_matte(image, self.shown.iter().copied())?;
        let (image, result) = match &on_matte {
            Some([image, result]) => (image.view(), result.view()),
            None => (image, canvas),
        };
        self.squared_error += measure::mean_squared_error_between(image, result);
        #[cfg(feature = "score")]
        if let Some(scores) = self.scores.as_mut().filter(|scores| self.frames.is_multiple_of(scores.apart)) {
            scores.sum += measure::ssimulacra2_of_images(image, result)?;
            scores.count += 1;
        }
        add(&mut self.checksum, canvas);
        self.frames += 1;
        Ok(())
    }

    /// The pixels of a place, or of the part of it in which something is drawn, if that is less than half: phrases that LZW was
    /// to find in the whole are none in a part, which has to be mapped by itself.
    fn narrowed(&self, place: Place) -> Result<(Indexed, Place, Blend)> {
        let (picture, blend) = self.mapped(place)?;
        if blend == Blend::Over && picture.cuts().is_some() {
            let (picture, delay) = (picture.clone(), Delay::new(0, 1));
            let waiting = Waiting { picture, place, delay, blend, packed: None };
            let part = waiting.cropped()?.place;
            if 2 * part.width() * part.height() < place.width() * place.height() {
                let (picture, blend) = self.mapped(part)?;
                return Ok((picture, part, blend));
            }
        }
        Ok((picture, place, blend))
    }

    /// A frame without borders in which nothing is drawn. Where LZW was to find phrases in the whole, only if it is no longer
    /// without them.
    fn lightest(&self, waiting: Waiting) -> Result<Waiting> {
        if waiting.blend == Blend::Replace {
            return Ok(waiting);
        }
        let cropped = waiting.clone().cropped()?;
        let Some(meant) = Packed::as_meant(&waiting.picture)? else {
            return Ok(cropped);
        };
        let settings = self.packer.effort.settings().lzw;
        let exact = self.exact(&waiting)?;
        let mut length = meant.len();
        let mut best = Waiting { packed: Some(meant), ..waiting };
        if let Some(packed) = Packed::shorter(&cropped.picture, settings, length)? {
            length = packed.len();
            best = Waiting { packed: Some(packed), ..cropped };
        }
        if best.picture.palette() != &self.palette {
            length += local::BYTES;
        }
        if let Some(exact) = exact
            && let Some(packed) = Packed::shorter(&exact.picture, settings, length)?
        {
            best = Waiting { packed: Some(packed), ..exact };
        }
        Ok(best)
    }

    /// A frame as it should be, where the shared palette can show that.
    fn exact(&self, waiting: &Waiting) -> Result<Option<Waiting>> {
        let (place, width) = (waiting.place, self.width as usize);
        let indices = self.exact.indices(&place.cut(&self.source, width), &place.cut(&self.shown, width));
        let Some(indices) = indices else { return Ok(None) };
        let (columns, rows) = (place.width() as u32, place.height() as u32);
        let picture = Indexed::new(columns, rows, self.palette.clone(), indices)?;
        Waiting { picture, packed: None, ..*waiting }.cropped().map(Some)
    }

    /// The pixels of a place, for it and those that are left as they are.
    fn mapped(&self, place: Place) -> Result<(Indexed, Blend)> {
        let width = self.width as usize;
        let cut = |canvas: &[Rgba8]| place.cut(canvas, width);
        let (source, previous, shown) = (cut(&self.source), cut(&self.previous), cut(&self.shown));
        let stays = self.ahead.stays(self.packer, &self.source, place, width)?;
        let size = (place.width() as u32, place.height() as u32);
        let piece = ImageRef::new(size.0, size.1, &source)?;
        let seen = Seen {
            canvas: ImageRef::new(size.0, size.1, &shown)?,
            source: ImageRef::new(size.0, size.1, &previous)?,
            stays: &stays,
        };
        // What is drawn over something else has to hide it.
        let covers = |(pixel, below): (&Rgba8, &Rgba8)| pixel[3] == 255 || below[3] == 0;
        if !source.iter().zip(&shown).all(covers) {
            return Ok((self.map.map(piece, &self.palette), Blend::Replace));
        }
        let own = match &self.local {
            Some(local) => local.palette(piece, &self.palette)?,
            None => None,
        };
        let picture = self.map.map_onto(piece, seen, own.as_ref().unwrap_or(&self.palette));
        // A pixel may be nearest to a colour that is not quite opaque.
        let hides = |(pixel, below): (Rgba8, &Rgba8)| matches!(pixel[3], 0 | 255) || below[3] == 0;
        if !picture.pixels().zip(&shown).all(hides) {
            return Ok((self.map.map(piece, &self.palette), Blend::Replace));
        }
        Ok((picture, Blend::Over))
    }

    /// Shows a picture at its place.
    fn show(&mut self, picture: &Indexed, place: Place, blend: Blend) {
        for (at, pixel) in place.pixels(self.width as usize).zip(picture.pixels()) {
            if pixel[3] > 0 || blend == Blend::Replace {
                self.shown[at] = visible(pixel);
            }
        }
    }

    /// Writes a frame, such that the next one can be drawn; tells what it takes away.
    fn dispose(&mut self, waiting: Waiting, next: &[Rgba8]) -> Result<Option<Place>> {
        let width = self.width as usize;
        let bare = |canvas: &[Rgba8]| {
            Place::around(width, next.len(), |pixel| next[pixel][3] == 0 && canvas[pixel][3] > 0)
        };
        // A PNG can draw transparent pixels.
        let bared = if self.packer.format == Format::Gif { bare(&self.shown) } else { None };
        let Some(bared) = bared else {
            self.write(waiting, Disposal::Keep)?;
            return Ok(None);
        };
        let cleared = waiting.place.with(bared);
        let mut without = memory::copied(&self.shown)?;
        cleared.rows(width).for_each(|row| without[row].fill([0; 4]));
        let differ = |canvas: &[Rgba8]| canvas.iter().zip(next).filter(|(a, b)| a != b).count();
        let restores = bare(&self.before).is_none() && differ(&self.before) <= differ(&without);
        let (after, disposal, place) = if restores {
            (memory::copied(&self.before)?, Disposal::Restore, waiting.place)
        } else {
            (without, Disposal::Clear, cleared)
        };
        let waiting = waiting.at(place)?;
        let changed = changes(&self.shown, &after, width);
        self.shown = after;
        self.write(waiting, disposal)?;
        Ok(changed)
    }

    fn write(&mut self, waiting: Waiting, disposal: Disposal) -> Result<()> {
        let Waiting { picture, place, delay, blend, packed } = waiting;
        let (left, top) = (place.left as u32, place.top as u32);
        self.writer.frame(&Frame { picture, left, top, delay, disposal }, blend, packed)
    }

    /// The file, which shows what was measured.
    pub(super) fn finish(mut self) -> Result<PackedClip> {
        while let Some(coming) = self.ahead.pop() {
            self.draw(&coming)?;
        }
        if let Some(waiting) = self.waiting.take() {
            self.write(waiting, Disposal::Keep)?;
        }
        let bytes = self.writer.finish()?;
        let (format, frames) = (self.packer.format, self.frames);
        #[cfg(feature = "decode")]
        let bytes = if self.is_lossy && self.palette.len() > MANY_COLORS {
            bytes
        } else {
            redrawn(bytes, self.packer)?
        };
        #[cfg(feature = "decode")]
        check_written(&bytes, frames, self.checksum.finalize(), format)?;
        let raw_rgb_bytes = 3 * u64::from(frames) * u64::from(self.width) * u64::from(self.height);
        let report = ClipReport {
            format,
            width: self.width,
            height: self.height,
            frames,
            colors: self.palette.len(),
            local_palettes: self.local_palettes,
            mean_squared_error: self.squared_error / f64::from(frames),
            hardened: self.hardened,
            raw_rgb_bytes,
            file_bytes: bytes.len() as u64,
            #[cfg(feature = "score")]
            score: self.scores.map(|scores| scores.sum / f64::from(scores.count.max(1))),
            #[cfg(feature = "score")]
            reached: None,
        };
        Ok(PackedClip { bytes, report })
    }
}

/// Adds what a canvas looks like.
fn add(checksum: &mut crc32fast::Hasher, canvas: ImageRef<'_>) {
    for row in canvas.rows() {
        checksum.update(&row.iter().flat_map(|&pixel| visible(pixel)).collect::<Vec<u8>>());
    }
}

/// Colours of a clip from which on it is hardly ever smaller when it is drawn in other ways, unless it has no losses: with fewer,
/// those that few frames use can be put last, so that the codes of most are shorter, which took 1 to 9 % off three clips.
#[cfg(feature = "decode")]
const MANY_COLORS: usize = 128;

/// The file, drawn in other ways where those are smaller. Frames as they stand were packed as well as can be.
#[cfg(feature = "decode")]
fn redrawn(bytes: Vec<u8>, packer: &Packer) -> Result<Vec<u8>> {
    if packer.format != Format::Gif {
        return Ok(bytes);
    }
    let redrawn = GifRepacker::new().effort(packer.effort).decoder(unlimited()).redraw(&bytes)?;
    Ok(redrawn.unwrap_or(bytes))
}

/// For what was written just now.
#[cfg(feature = "decode")]
fn unlimited() -> crate::decode::Options {
    crate::decode::Options::new().max_pixels(u64::MAX).max_memory(u64::MAX).max_frames(u32::MAX)
}

/// Plays the file, and compares what it shows with what it should.
#[cfg(feature = "decode")]
fn check_written(bytes: &[u8], frames: u32, checksum: u32, format: Format) -> Result<()> {
    let options = unlimited();
    let mut read = options.frames(bytes)?;
    let mut hasher = crc32fast::Hasher::new();
    while let Some(shown) = read.next_frame()? {
        add(&mut hasher, shown.canvas);
    }
    if read.count() == frames && hasher.finalize() == checksum {
        return Ok(());
    }
    let what = "the file that it made shows another animation".to_owned();
    Err(Error::Encoder { encoder: format.name(), what })
}
