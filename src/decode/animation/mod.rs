//! Reading animations: each frame as it is seen, one at a time.
//!
//! The formats hand over their frames as they store them; here they are drawn on the canvas. Memory holds the canvas, one
//! frame and what it covers, however many there are.

mod canvas;
mod clip;

use std::fmt;

use image::metadata::Orientation;

use super::color::ProfileUse;
use super::damage::Damage;
use super::gif::GifFrames;
use super::png::PngFrames;
use super::webp::WebPFrames;
use super::{Format, Options, Picture, Several, contained, damaged, metadata, orientation};
use crate::animation::{Delay, Frame, Loops};
use crate::error::{Error, Result};
use crate::image::{Image, ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::memory;
use crate::metadata::{Density, Metadata};
use canvas::Canvas;
pub(super) use canvas::{Drawn, Part};
pub use clip::FileClip;

/// What the frames of a file may add up to, as a multiple of the pixels that a picture may have: with the default limits,
/// eight thousand frames of full HD.
const MAX_PIXELS_FACTOR: u64 = 64;

/// The frames of an animation, read one after the other.
///
/// ```
/// use huepack::{Delay, Loops, decode::Options};
///
/// // One pixel that is first red and then, for half a second, blue.
/// let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0\
///     !\xf9\x04\0\x32\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02L\x01\0;";
/// let mut frames = Options::new().frames(gif)?;
/// assert_eq!((frames.width(), frames.height(), frames.count()), (1, 1, 2));
/// assert_eq!(frames.loops(), Loops::Times(1));
/// let first = frames.next_frame()?.expect("two frames");
/// assert_eq!(first.canvas.pixels(), [[255, 0, 0, 255]]);
/// let second = frames.next_frame()?.expect("two frames");
/// assert_eq!(second.canvas.pixels(), [[0, 0, 255, 255]]);
/// assert_eq!(second.delay, Delay::new(1, 2));
/// assert!(frames.next_frame()?.is_none());
/// # Ok::<(), huepack::Error>(())
/// ```
pub struct Frames<'a> {
    format: Format,
    options: Options,
    outline: Outline,
    metadata: Metadata,
    source: Source<'a>,
    canvas: Canvas,
    /// The canvas turned, where the file asks for that.
    upright: Option<Image>,
    /// Frames that were shown.
    shown: u32,
    damage: Damage,
    is_done: bool,
}

/// An animation at the time of one of its frames.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The whole canvas as it is seen.
    pub canvas: ImageRef<'a>,
    /// How long it is seen.
    pub delay: Delay,
    /// Of a GIF, what the file stores for this frame: its rectangle, which may reach beyond the canvas, its indices from
    /// the top and its palette in sRGB, in which the colour of the transparent index has an alpha of 0. None for the
    /// other formats, and for frames without pixels.
    pub stored: Option<Frame<Indexed>>,
}

/// What a walk over a file finds out about its frames, before any of them is read.
pub(super) struct Outline {
    pub(super) width: u32,
    pub(super) height: u32,
    /// At least one.
    pub(super) frames: u32,
    /// Of all frames.
    pub(super) pixels: u64,
    pub(super) loops: Loops,
    pub(super) background: Option<Rgba8>,
    pub(super) orientation: Orientation,
}

impl Outline {
    /// That of a file with one picture.
    pub(super) fn still(width: u32, height: u32, orientation: Orientation) -> Self {
        Self {
            width,
            height,
            frames: 1,
            pixels: u64::from(width) * u64::from(height),
            loops: Loops::Times(1),
            background: None,
            orientation,
        }
    }
}

/// Where frames come from.
enum Source<'a> {
    Gif(GifFrames<'a>),
    Png(PngFrames<'a>),
    WebP(WebPFrames<'a>),
    /// The one picture of a format without animations, until it is shown.
    Still(Option<Image>),
}

impl<'a> Source<'a> {
    fn open(
        format: Format,
        bytes: &'a [u8],
        options: &Options,
        damage: &mut Damage,
    ) -> Result<(Self, Outline)> {
        match format {
            Format::Gif => {
                GifFrames::open(bytes, options, damage).map(|(frames, outline)| (Self::Gif(frames), outline))
            }
            Format::Png => {
                PngFrames::open(bytes, options, damage).map(|(frames, outline)| (Self::Png(frames), outline))
            }
            Format::WebP => WebPFrames::open(bytes, options, damage)
                .map(|(frames, outline)| (Self::WebP(frames), outline)),
            Format::Jpeg | Format::Tiff | Format::Bmp | Format::Pnm | Format::Qoi => {
                // The pages of a TIFF are no frames.
                let options = Options { several: Several::Refuse, ..options.clone() };
                let Picture { image, orientation, .. } = options.read(format, bytes, damage)?;
                let outline = Outline::still(image.width(), image.height(), orientation);
                Ok((Self::Still(Some(image)), outline))
            }
        }
    }

    fn next_part(&mut self, options: &Options) -> Result<Option<Part>> {
        match self {
            Self::Gif(frames) => frames.next_part(options),
            Self::Png(frames) => frames.next_part(options),
            Self::WebP(frames) => frames.next_part(options),
            Self::Still(image) => Ok(image.take().map(Part::still)),
        }
    }
}

/// Whether a file holds several frames: a GIF of several images, an APNG or a WebP that announces them and has them.
///
/// Nothing is unpacked, and of a damaged file the frames count that are there.
///
/// ```
/// assert!(!huepack::decode::is_animated(b"P6 1 1 255 abc"));
/// ```
#[must_use]
pub fn is_animated(bytes: &[u8]) -> bool {
    match Format::of(bytes) {
        Some(Format::Gif) => GifFrames::are_several(bytes),
        Some(Format::Png) => PngFrames::are_several(bytes),
        Some(Format::WebP) => WebPFrames::are_several(bytes),
        _ => false,
    }
}

impl Options {
    /// Reads the frames of a GIF, an APNG or a WebP, each as browsers show it. A still, of whatever format, is an animation of
    /// one frame.
    ///
    /// Colours are converted to sRGB, whatever [`keep_profile`](Self::keep_profile) says. With [`salvage`](Self::salvage),
    /// a damaged file ends after its last whole frame.
    ///
    /// # Errors
    /// Those of [`decode`](Self::decode), [`Error::TooManyFrames`] beyond [`max_frames`](Self::max_frames). The whole
    /// file is walked over, so that one that ends early is refused before its first frame.
    pub fn frames<'a>(&self, bytes: &'a [u8]) -> Result<Frames<'a>> {
        if bytes.is_empty() {
            return Err(Error::NoData);
        }
        let format = Format::of(bytes).ok_or(Error::UnknownFormat)?;
        let mut options = self.clone().first_frame();
        if options.profile_use == ProfileUse::Keep {
            options.profile_use = ProfileUse::Convert;
        }
        options.limits.file = bytes.len() as u64;
        let mut damage = Damage::new(self.salvage);
        let opened = contained(format, || Source::open(format, bytes, &options, &mut damage));
        let (source, outline) = opened.map_err(|error| damage.cause(error))?;
        options.check_total(&outline)?;
        let mut metadata = metadata::read(format, bytes, None);
        if orientation::is_quarter_turn(outline.orientation) {
            metadata.density = metadata.density.map(Density::turned);
        }
        let canvas = Canvas::new(outline.width, outline.height)?;
        Ok(Frames {
            format,
            options,
            outline,
            metadata,
            source,
            canvas,
            upright: None,
            shown: 0,
            damage,
            is_done: false,
        })
    }

    fn check_total(&self, outline: &Outline) -> Result<()> {
        let Outline { frames, pixels, .. } = *outline;
        let max_pixels = self.limits.max_pixels.saturating_mul(MAX_PIXELS_FACTOR);
        let limit = if frames > self.limits.max_frames {
            format!("{} frames", self.limits.max_frames)
        } else if pixels > max_pixels {
            format!("{max_pixels} pixels in all")
        } else {
            return Ok(());
        };
        Err(Error::TooManyFrames { frames, pixels, limit })
    }
}

impl Frames<'_> {
    /// The format, as found in the content.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Width of the canvas in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        if orientation::is_quarter_turn(self.outline.orientation) {
            self.outline.height
        } else {
            self.outline.width
        }
    }

    /// Height of the canvas in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        if orientation::is_quarter_turn(self.outline.orientation) {
            self.outline.width
        } else {
            self.outline.height
        }
    }

    /// How many frames there are, at least one; of a damaged file, those whose blocks are whole.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.outline.frames
    }

    /// How often they are played.
    #[must_use]
    pub fn loops(&self) -> Loops {
        self.outline.loops
    }

    /// The colour that a GIF or a WebP names for what no frame covers, which no browser shows, and neither does
    /// [`Shown::canvas`].
    #[must_use]
    pub fn background(&self) -> Option<Rgba8> {
        self.outline.background
    }

    /// What the file says beside its pixels, as with [`Options::decode`].
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What is damaged about the file, as far as it was read, where [`Options::salvage`] bears it.
    #[must_use]
    pub fn damage(&self) -> Option<&str> {
        self.damage.found.as_deref()
    }

    /// The next frame; none after the last.
    ///
    /// # Errors
    /// Those of [`Options::decode`], with the number of the frame, from 1, where it is damaged. Nothing follows an error.
    pub fn next_frame(&mut self) -> Result<Option<Shown<'_>>> {
        if self.is_done {
            return Ok(None);
        }
        // Until the frame is drawn: what comes after an error would be drawn on the wrong canvas.
        self.is_done = true;
        let number = self.shown + 1;
        let part = contained(self.format, || self.source.next_part(&self.options));
        let Some(part) = self.bear_after_the_first(part.map_err(|error| in_frame(number, error)))? else {
            return Ok(None);
        };
        self.canvas.draw(&part)?;
        self.turn()?;
        self.shown = number;
        self.is_done = false;
        let Frame { picture, left, top, delay, disposal } = part.frame;
        let stored = match picture {
            Drawn::Indexed(picture) => Some(Frame { picture, left, top, delay, disposal }),
            Drawn::Image(_) | Drawn::Nothing => None,
        };
        Ok(Some(Shown { canvas: self.canvas(), delay, stored }))
    }

    /// The canvas as the last frame that was read left it; transparent before the first.
    #[must_use]
    pub fn canvas(&self) -> ImageRef<'_> {
        self.upright.as_ref().map_or_else(|| self.canvas.view(), Image::view)
    }

    /// The frame, or none at the end, which damage that is borne is as well once something was shown.
    fn bear_after_the_first(&mut self, part: Result<Option<Part>>) -> Result<Option<Part>> {
        if self.shown > 0 { self.damage.bear(part).map(Option::flatten) } else { part }
    }

    fn turn(&mut self) -> Result<()> {
        if self.outline.orientation != Orientation::NoTransforms {
            let image = self.canvas.image();
            let copy = Image::new(image.width(), image.height(), memory::copied(image.pixels())?)?;
            self.upright = Some(orientation::apply(copy, self.outline.orientation)?);
        }
        Ok(())
    }
}

impl fmt::Debug for Frames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = (self.width(), self.height());
        f.debug_struct("Frames")
            .field("format", &self.format)
            .field("size", &(width, height))
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

/// Refuses a frame without pixels or beyond its canvas, where the format forbids that.
pub(super) fn check_place(
    format: Format,
    (left, top): (u32, u32),
    (width, height): (u32, u32),
    (canvas_width, canvas_height): (u32, u32),
) -> Result<()> {
    let fits = |offset: u32, side: u32, canvas: u32| {
        side > 0 && offset.checked_add(side).is_some_and(|end| end <= canvas)
    };
    if fits(left, width, canvas_width) && fits(top, height, canvas_height) {
        return Ok(());
    }
    Err(damaged(
        format,
        format!(
            "{width}x{height} pixels at {left},{top} do not fit the canvas of {canvas_width}x{canvas_height}"
        ),
    ))
}

/// The error with the number of the frame that it belongs to, from 1.
pub(super) fn in_frame(number: u32, error: Error) -> Error {
    let numbered = |what| format!("frame {number}: {what}");
    match error {
        Error::Damaged { format, what } => Error::Damaged { format, what: numbered(what) },
        Error::Unsupported { format, what } => Error::Unsupported { format, what: numbered(what) },
        error => error,
    }
}
