//! The same pictures in fewer bytes: a GIF packed anew without loss, still or animated.

mod blocks;
mod colors;
mod plain;
mod scenes;
mod sprite;

use crate::decode;
use crate::effort::{Effort, Lzw};
use crate::error::{Error, Result};
use crate::memory::{self, Memory};
use crate::par;
use blocks::{Block, Control, Extension, Walk};
use colors::{Numbers, Shared, table};
use sprite::Sprite;

/// Frames that are packed side by side, and wait for each other.
const FRAMES_AT_ONCE: usize = 256;

/// Pixels of such frames.
const PIXELS_AT_ONCE: usize = 3 << 20;

/// What repacking takes beside the decoder. For a pixel: two canvases of four bytes, a frame of four, six ways to store
/// it, and its codes. Whatever the size: that much for small frames side by side, and tables of codes.
const MEMORY: Memory = Memory { base: 32 << 20, per_pixel: 24, per_counted_pixel: 0 };

/// Packs a GIF anew so that every frame looks the same, as long, and as often: no visible pixel, delay or loop count
/// changes, and no frame goes.
///
/// Frames are cut to what changes, pixels that stand there already may become transparent, palettes keep the colours that
/// are drawn, and one for all frames is shared where that is smaller; how frames are disposed of follows from that. No
/// frame is interlaced. What follows the trailer is left out, and so are controls that say nothing.
///
/// ```
/// use huepack::{GifRepacker, Indexed, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 255]])?;
/// let flag = encode::gif::Options::new().encode(&Indexed::new(3, 2, palette, vec![0, 1, 0, 1, 0, 1])?)?;
/// let repacked = GifRepacker::new().repack(&flag)?;
/// assert_eq!((repacked.width, repacked.height, repacked.frames), (3, 2, 1));
/// assert!(repacked.bytes.len() <= flag.len());
/// assert_eq!(GifRepacker::new().repack(&repacked.bytes)?.bytes, repacked.bytes);
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct GifRepacker {
    effort: Effort,
    decoder: decode::Options,
    dropped: Vec<Extension>,
}

/// A GIF that was repacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepackedGif {
    /// The file, never longer than the source.
    pub bytes: Vec<u8>,
    /// Width of the canvas in pixels.
    pub width: u32,
    /// Height of the canvas in pixels.
    pub height: u32,
    /// Number of frames, 1 for a still.
    pub frames: u32,
}

impl GifRepacker {
    /// [`Effort::Balanced`], the limits of [`decode::Options`], and all extensions kept.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How hard to look for shorter streams of codes. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// What limits there are. Whatever else these options say is not heard: every frame is read, and damage is refused.
    #[must_use]
    pub fn decoder(mut self, decoder: decode::Options) -> Self {
        self.decoder = decoder;
        self
    }

    /// Leaves comments out.
    #[must_use]
    pub fn drop_text(mut self) -> Self {
        self.dropped.push(Extension::Comment);
        self
    }

    /// Leaves XMP out.
    #[must_use]
    pub fn drop_xmp(mut self) -> Self {
        self.dropped.push(Extension::Xmp);
        self
    }

    /// Leaves extensions out that change neither pictures nor times, and that nobody here knows. Loops, colour profiles
    /// and plain text always stay.
    #[must_use]
    pub fn drop_unknown(mut self) -> Self {
        self.dropped.push(Extension::Other);
        self
    }

    /// Packs a file.
    ///
    /// # Errors
    /// [`Error::NoData`], [`Error::UnknownFormat`] for what is no GIF, and those of [`decode::Options::frames`], for a
    /// file that ends too early or whose frames are damaged.
    pub fn repack(&self, bytes: &[u8]) -> Result<RepackedGif> {
        let is_gif = bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a");
        if !is_gif && !bytes.is_empty() {
            return Err(Error::UnknownFormat);
        }
        par::start();
        let frames = self.raw_colors().frames(bytes)?;
        let (width, height, count) = (frames.width(), frames.height(), frames.count());
        drop(frames);
        let done = |bytes| Ok(RepackedGif { bytes, width, height, frames: count });
        if let Some(redrawn) = self.redraw(bytes)? {
            return done(redrawn);
        }
        let repacked = plain::repack(bytes, self)?;
        if repacked.len() >= bytes.len() {
            return done(memory::copied(bytes)?);
        }
        self.verify(bytes, &repacked)?;
        done(repacked)
    }

    /// The file with its frames drawn in other ways, if that is smaller.
    pub(crate) fn redraw(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>> {
        let redrawn = self.drawn_anew(bytes)?.filter(|file| file.len() < bytes.len());
        redrawn.map(|file| self.verify(bytes, &file).map(|()| file)).transpose()
    }

    /// Decoders for colours as the file has them.
    fn raw_colors(&self) -> decode::Options {
        self.decoder.clone().whole().ignore_profile().work(MEMORY)
    }

    fn keeps(&self, extension: Extension) -> bool {
        !self.dropped.contains(&extension)
    }

    /// Each frame with the freedom that it has; none if one has no other form than that in the file.
    fn drawn_anew(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>> {
        let options = self.raw_colors();
        let mut shared = Shared::new();
        let is_possible = scenes::play(bytes, &options, |scene| {
            shared.add(Sprite::drawn(scene).colors());
            Ok(true)
        })?;
        if !is_possible {
            return Ok(None);
        }
        let shared = shared.finish();
        let mut writer = Writer::new(bytes, self, &shared)?;
        let is_done = scenes::play(bytes, &options, |scene| {
            let Some(control) = writer.up_to_frame()? else { return Ok(false) };
            writer.push(Sprite::of(scene, control)?)
        })?;
        if is_done { writer.finish() } else { Ok(None) }
    }

    /// Compares every frame as it is seen, and for how long.
    fn verify(&self, source: &[u8], repacked: &[u8]) -> Result<()> {
        let options = self.raw_colors();
        let (mut wanted, mut got) = (options.frames(source)?, options.frames(repacked)?);
        let other = || Error::Encoder { encoder: "GIF", what: "it made another animation".into() };
        let head =
            |frames: &decode::Frames<'_>| (frames.width(), frames.height(), frames.count(), frames.loops());
        if head(&wanted) != head(&got) {
            return Err(other());
        }
        while let Some(wanted) = wanted.next_frame()? {
            let got = got.next_frame()?.ok_or_else(other)?;
            if got.delay != wanted.delay || got.canvas.pixels() != wanted.canvas.pixels() {
                return Err(other());
            }
        }
        Ok(())
    }
}

/// Writes frames between the extensions of the file.
struct Writer<'a> {
    walk: Walk<'a>,
    options: &'a GifRepacker,
    shared: &'a Numbers,
    file: Vec<u8>,
    /// Extensions, each with the sprite that follows it.
    waiting: Vec<(Vec<&'a [u8]>, Option<Sprite>)>,
    /// Extensions before the next frame.
    kept: Vec<&'a [u8]>,
    pixels: usize,
    settings: Lzw,
}

impl<'a> Writer<'a> {
    fn new(bytes: &'a [u8], options: &'a GifRepacker, shared: &'a Numbers) -> Result<Self> {
        let (walk, header, old_table) = Walk::new(bytes)?;
        let mut file = memory::with_room(bytes.len() as u64)?;
        file.extend_from_slice(header);
        // Older viewers expect no controls in version 87a, and no file has to say so.
        file[4] = b'9';
        let mut colors = shared.colors().to_vec();
        let background = old_table.as_chunks().0.get(usize::from(header[11]));
        file[11] = background.map_or(0, |&[red, green, blue]| place_of([red, green, blue, 255], &mut colors));
        let (flags, table) = if colors.is_empty() { (0, Vec::new()) } else { table(&colors) };
        // The depth of the original colours stays.
        file[10] = header[10] & 0x70 | flags;
        file.extend_from_slice(&table);
        let settings = options.effort.settings().lzw;
        Ok(Self { walk, options, shared, file, waiting: Vec::new(), kept: Vec::new(), pixels: 0, settings })
    }

    /// Goes to the next frame, and says what its control is; none where text has to be drawn before.
    fn up_to_frame(&mut self) -> Result<Option<Control>> {
        let mut control = Control::default();
        loop {
            match self.walk.next_block()? {
                Block::Control(next, _) => control = next,
                Block::Extension(Extension::PlainText, _) => return Ok(None),
                Block::Extension(extension, bytes) if self.options.keeps(extension) => self.kept.push(bytes),
                Block::Extension(..) => {}
                Block::Frame(_) | Block::Trailer => return Ok(Some(control)),
            }
        }
    }

    /// Takes a frame in; `false` if one cannot be stored.
    fn push(&mut self, sprite: Sprite) -> Result<bool> {
        self.pixels += sprite.size();
        self.waiting.push((std::mem::take(&mut self.kept), Some(sprite)));
        if self.pixels >= PIXELS_AT_ONCE || self.waiting.len() >= FRAMES_AT_ONCE {
            return self.flush();
        }
        Ok(true)
    }

    fn flush(&mut self) -> Result<bool> {
        let packed = par::map(self.waiting.len(), |number| {
            self.waiting[number].1.as_ref().map(|sprite| sprite.packed(self.shared, self.settings))
        });
        for ((kept, _), sprite) in self.waiting.drain(..).zip(packed) {
            kept.into_iter().for_each(|bytes| self.file.extend_from_slice(bytes));
            match sprite {
                Some(Some(bytes)) => self.file.extend_from_slice(&bytes),
                Some(None) => return Ok(false),
                None => {}
            }
        }
        self.pixels = 0;
        Ok(true)
    }

    /// The file, with what follows the last frame.
    fn finish(mut self) -> Result<Option<Vec<u8>>> {
        if self.up_to_frame()?.is_none() {
            return Ok(None);
        }
        self.waiting.push((std::mem::take(&mut self.kept), None));
        if !self.flush()? {
            return Ok(None);
        }
        self.file.push(b';');
        Ok(Some(self.file))
    }
}

/// The index of the background colour, which no browser shows: in the table, or where the table is filled up anyway.
fn place_of(color: crate::image::Rgba8, colors: &mut Vec<crate::image::Rgba8>) -> u8 {
    if let Some(index) = colors.iter().position(|&other| other == color) {
        return index as u8;
    }
    if colors.is_empty() || colors.len().is_power_of_two() && colors.len() != 1 {
        return 0;
    }
    colors.push(color);
    (colors.len() - 1) as u8
}
