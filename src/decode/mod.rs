//! Reading pictures: bytes of any common format become an upright sRGB [`Image`].
//!
//! The content names the format, never a file name. Sizes are checked against limits before anything is
//! allocated, colours are converted to sRGB, and the EXIF orientation is applied.

mod animation;
mod color;
mod damage;
mod format;
mod gif;
mod jpeg;
mod limits;
mod metadata;
mod orientation;
mod png;
mod samples;
mod simple;
mod tiff;
mod webp;
mod y4m;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use animation::{FileClip, Frames, Shown, is_animated};
use color::ProfileUse;
use damage::Damage;
pub use format::Format;
use limits::Limits;
pub use y4m::{Matrix, Y4m};

use crate::error::{Error, Result};
use crate::image::Image;
use crate::memory::Memory;
use crate::metadata::{Density, Metadata};

/// How pictures are read: limits, and what happens to animations and damage.
///
/// ```
/// use huepack::decode::{Format, Options};
///
/// let ppm = b"P6 2 1 255 \xff\x00\x00\x00\x00\xff";
/// let decoded = Options::new().decode(ppm)?;
/// assert_eq!(decoded.format, Format::Pnm);
/// assert_eq!(decoded.image.pixels(), [[255, 0, 0, 255], [0, 0, 255, 255]]);
/// assert!(Options::new().max_pixels(1).decode(ppm).is_err());
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    limits: Limits,
    several: Several,
    profile_use: ProfileUse,
    salvage: bool,
}

/// What happens to a file of several pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Several {
    #[default]
    Refuse,
    TakeFirst,
}

/// A picture that was read, and what its file was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The format, as found in the content.
    pub format: Format,
    /// The picture, upright, in sRGB.
    pub image: Image,
    /// Whether the file stores indices into a palette: a GIF, or an indexed PNG.
    pub indexed: bool,
    /// Pictures in the file: 1 for a still, the frames of an animation, the pages of a TIFF.
    pub frames: u32,
    /// What the file says beside its pixels, as far as it still applies: the profile only if the pixels are in it, the
    /// orientation set to upright, thumbnails gone.
    pub metadata: Metadata,
    /// What is damaged about the file, where [`Options::salvage`] took the picture all the same.
    pub damage: Option<String>,
}

/// The first picture of a file before it is turned upright.
struct Picture {
    image: Image,
    orientation: image::metadata::Orientation,
    indexed: bool,
    frames: u32,
    /// The profile that the pixels are in, unless they are sRGB.
    icc: Option<Vec<u8>>,
}

impl Options {
    /// The defaults: at most 256 Mi pixels and 2 GiB of memory, animations refused.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses pictures of more than this many pixels; 268,435,456 unless set.
    #[must_use]
    pub fn max_pixels(mut self, pixels: u64) -> Self {
        self.limits.max_pixels = pixels;
        self
    }

    /// Refuses pictures that would take more than about this many bytes, the file among them; 2 GiB unless set.
    #[must_use]
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.limits.max_memory = bytes;
        self
    }

    /// Refuses animations of more than this many frames; 65,536 unless set. What all frames together may have is 64
    /// times [`max_pixels`](Self::max_pixels).
    #[must_use]
    pub fn max_frames(mut self, frames: u32) -> Self {
        self.limits.max_frames = frames;
        self
    }

    /// Counts what follows against [`max_memory`](Self::max_memory) as well, so that a picture is refused by its
    /// header that could be read and then not be worked on. Nothing follows unless this is set.
    ///
    /// ```
    /// use huepack::{Packer, decode::Options};
    /// let ppm = b"P6 2 1 255 \xff\x00\x00\x00\x00\xff";
    /// let options = Options::new().max_memory(1000);
    /// assert!(options.decode(ppm).is_ok());
    /// assert!(options.work(Packer::new().memory()).decode(ppm).is_err());
    /// ```
    #[must_use]
    pub fn work(mut self, memory: Memory) -> Self {
        self.limits.work = memory;
        self
    }

    /// The most memory that a picture may take, in bytes.
    #[must_use]
    pub fn memory_limit(&self) -> u64 {
        self.limits.max_memory
    }

    /// Reads the first frame of an animation, or the first page of a TIFF, instead of refusing it.
    ///
    /// The first frame of an APNG is the picture that a viewer without animations shows.
    #[must_use]
    pub fn first_frame(mut self) -> Self {
        self.several = Several::TakeFirst;
        self
    }

    /// Leaves pixels in the RGB space of their ICC profile, and hands that over in [`Decoded::metadata`], instead of
    /// converting them to sRGB.
    ///
    /// Pixels of a grey or CMYK profile are converted all the same, and so are those of a GIF and of a PNG whose cICP
    /// overrules the profile. huepack compares colours as if they were sRGB, so that palettes of other spaces are fitted
    /// a little less well.
    #[must_use]
    pub fn keep_profile(mut self) -> Self {
        self.profile_use = ProfileUse::Keep;
        self
    }

    /// Leaves the colours of GIF frames as they are in the file.
    pub(crate) fn ignore_profile(mut self) -> Self {
        self.profile_use = ProfileUse::Ignore;
        self
    }

    /// Refuses what is damaged, whatever was said before.
    pub(crate) fn whole(mut self) -> Self {
        self.salvage = false;
        self
    }

    /// Takes what is there of a damaged PNG, JPEG or GIF, and says in [`Decoded::damage`] what is wrong.
    ///
    /// What is missing is transparent in a PNG or a GIF, and what the decoder makes of it in a JPEG. A
    /// picture of which nothing can be read, not even its size, is still refused, and so are damaged
    /// files of the other formats, whose decoders give no part of a picture.
    ///
    /// ```
    /// use huepack::decode::Options;
    ///
    /// // One pixel, and no trailer.
    /// let cut = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0";
    /// assert!(Options::new().decode(cut).is_err());
    /// let decoded = Options::new().salvage().decode(cut)?;
    /// assert_eq!(decoded.image.pixels(), [[255, 0, 0, 255]]);
    /// assert_eq!(decoded.damage.as_deref(), Some("the file ends without its trailer"));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn salvage(mut self) -> Self {
        self.salvage = true;
        self
    }

    /// Reads a picture.
    ///
    /// A decoder that panics is contained and reported. The panic hook still runs before that, and the
    /// default one prints: a program that wants silence sets its own with [`std::panic::set_hook`], which
    /// a library must not do behind its back.
    ///
    /// # Errors
    /// [`Error::NoData`] and [`Error::UnknownFormat`] for bytes that start no picture,
    /// [`Error::TooLarge`] and [`Error::TooMuchMemory`] beyond the limits, [`Error::Animated`] for several frames,
    /// [`Error::Unsupported`], [`Error::Damaged`], [`Error::DecoderPanicked`] and
    /// [`Error::OutOfMemory`].
    pub fn decode(&self, bytes: &[u8]) -> Result<Decoded> {
        if bytes.is_empty() {
            return Err(Error::NoData);
        }
        let format = Format::of(bytes).ok_or(Error::UnknownFormat)?;
        let mut options = self.clone();
        options.limits.file = bytes.len() as u64;
        let mut damage = Damage::new(self.salvage);
        // A decoder that panicked is dropped with all that it borrowed mutably, so nothing half-changed
        // is seen afterwards.
        let picture = contained(format, || options.read(format, bytes, &mut damage))
            .map_err(|error| damage.cause(error))?;
        let image = orientation::apply(picture.image, picture.orientation)?;
        let mut metadata = metadata::read(format, bytes, picture.icc);
        if orientation::is_quarter_turn(picture.orientation) {
            metadata.density = metadata.density.map(Density::turned);
        }
        Ok(Decoded {
            format,
            image,
            indexed: picture.indexed,
            frames: picture.frames,
            metadata,
            damage: damage.found,
        })
    }

    fn read(&self, format: Format, bytes: &[u8], damage: &mut Damage) -> Result<Picture> {
        match format {
            Format::Png => png::read(bytes, self, damage),
            Format::Jpeg => jpeg::read(bytes, self, damage),
            Format::Gif => gif::read(bytes, self, damage),
            Format::WebP => webp::read(bytes, self),
            Format::Tiff => tiff::read(bytes, self),
            Format::Bmp | Format::Pnm | Format::Qoi => simple::read(format, bytes, self),
        }
    }

    /// Refuses an animation, unless its first frame was asked for.
    fn check_frames(&self, format: Format, frames: u32) -> Result<()> {
        if frames > 1 && self.several == Several::Refuse {
            return Err(Error::Animated { format: format.name(), frames });
        }
        Ok(())
    }
}

/// What the decoder of a format says; a panic is an error.
fn contained<T>(format: Format, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        Err(Error::DecoderPanicked { decoder: format.decoder(), what: panic_message(&*panic) })
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}

/// The error for bytes that break a format's rules.
fn damaged(format: Format, what: impl Into<String>) -> Error {
    Error::Damaged { format: format.name(), what: what.into() }
}

/// What a decoder said, as a reason: on one line, and without quotation marks around it.
fn in_its_words(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("the decoder cannot read it ({})", text.trim_matches('"'))
}

/// The error for what a format allows and huepack does not read.
fn unsupported(format: Format, what: impl Into<String>) -> Error {
    Error::Unsupported { format: format.name(), what: what.into() }
}
