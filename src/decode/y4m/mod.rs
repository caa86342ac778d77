//! YUV4MPEG2: raw video as programs hand it to each other through pipes.
//!
//! A line of text with the size and the layout, then each frame behind a line of its own. The format is as mjpegtools
//! describes it (yuv4mpeg(5)); `XCOLORRANGE` and what is left open are as ffmpeg does it.

mod convert;
mod header;

use std::io::{BufRead, BufReader, ErrorKind, Read};

use super::Options;
use super::limits::{transparent_pixels, zeroed};
use crate::animation::Delay;
use crate::error::{Error, Result};
use crate::image::{Image, ImageRef};
use convert::Converter;
use header::Header;

/// The longest line of text. ffmpeg reads at most 96 bytes.
const MAX_LINE: usize = 1024;

/// How brightness and two colour differences were made of red, green and blue. The format does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matrix {
    /// ITU-R BT.601, of standard definition, and of JPEG.
    Bt601,
    /// ITU-R BT.709, of high definition.
    Bt709,
}

/// Frames of raw video in the format YUV4MPEG2 (`.y4m`), read one after the other.
///
/// 8 bits, progressive, in the layouts `420jpeg`, `420mpeg2`, `420paldv`, `422`, `444` and `mono`. Memory holds one
/// frame, however many come.
///
/// ```
/// use huepack::{Delay, decode::Options};
///
/// let video = b"YUV4MPEG2 W2 H1 F25:1 Cmono\nFRAME\n\x00\xff";
/// let mut frames = Options::new().y4m(&video[..])?;
/// assert_eq!((frames.width(), frames.height(), frames.delay()), (2, 1, Delay::new(1, 25)));
/// let frame = frames.next_frame()?.expect("one frame");
/// assert_eq!(frame.pixels(), [[0, 0, 0, 255], [255, 255, 255, 255]]);
/// assert!(frames.next_frame()?.is_none());
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Debug)]
pub struct Y4m<R> {
    input: BufReader<R>,
    header: Header,
    converter: Converter,
    /// The three planes of a frame, one behind the other.
    planes: Vec<u8>,
    image: Image,
    /// Frames that were read.
    frames: u64,
    is_done: bool,
}

impl Options {
    /// Reads the head of a video in the format YUV4MPEG2, and its frames as they are asked for.
    ///
    /// Where the file does not say it, samples have video range (16 to 235), and grey ones full range. The colours are
    /// those of BT.709 from 1280 columns or 577 rows on, else of BT.601, as in players, unless [`Y4m::matrix`] says
    /// otherwise. Transfer curves are left alone, as everywhere.
    ///
    /// # Errors
    /// [`Error::Read`] where the reader fails, [`Error::NoData`], [`Error::Damaged`] for a header that makes no sense,
    /// [`Error::Unsupported`] for interlaced video and other layouts, [`Error::EmptyImage`], [`Error::TooLarge`] and
    /// [`Error::TooMuchMemory`] beyond the limits, [`Error::OutOfMemory`].
    pub fn y4m<R: Read>(&self, reader: R) -> Result<Y4m<R>> {
        let mut input = BufReader::new(reader);
        let line = read_line(&mut input, "its header")?.ok_or(Error::NoData)?;
        let header = Header::read(&line)?;
        let Header { width, height, layout, range, .. } = header;
        // The picture and the planes.
        self.limits.check(width, height, 4 + 3)?;
        let matrix = if width >= 1280 || height > 576 { Matrix::Bt709 } else { Matrix::Bt601 };
        Ok(Y4m {
            input,
            converter: Converter::new(layout, range, matrix),
            planes: zeroed(layout.bytes(width, height))?,
            image: Image::new(width, height, transparent_pixels(width, height)?)?,
            header,
            frames: 0,
            is_done: false,
        })
    }
}

impl<R: Read> Y4m<R> {
    /// Takes the colours for those of a matrix, whatever the size of the video.
    ///
    /// ffmpeg makes BT.601 of pictures, and hands on what it finds in a video, which is BT.709 in most of today's.
    #[must_use]
    pub fn matrix(mut self, matrix: Matrix) -> Self {
        self.converter = Converter::new(self.header.layout, self.header.range, matrix);
        self
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.header.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.header.height
    }

    /// How long each frame is seen: the frame rate, turned over.
    #[must_use]
    pub fn delay(&self) -> Delay {
        self.header.delay
    }

    /// The next frame; none after the last.
    ///
    /// # Errors
    /// [`Error::Read`] where the reader fails, [`Error::Damaged`] with the number of the frame, from 1, where something
    /// else stands in its place or a part of it is missing. Nothing follows an error.
    pub fn next_frame(&mut self) -> Result<Option<ImageRef<'_>>> {
        if std::mem::replace(&mut self.is_done, true) {
            return Ok(None);
        }
        let number = self.frames + 1;
        let damaged = |what: &str| damaged(format!("frame {number}: {what}"));
        let Some(line) = read_line(&mut self.input, &format!("the head of frame {number}"))? else {
            return Ok(None);
        };
        if line.split(|&byte| byte == b' ').next() != Some(b"FRAME") {
            return Err(damaged("something else stands where it should start"));
        }
        self.input.read_exact(&mut self.planes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => damaged("the file ends within it"),
            _ => Error::Read(error),
        })?;
        self.converter.convert(&self.planes, &mut self.image);
        self.frames = number;
        self.is_done = false;
        Ok(Some(self.image.view()))
    }
}

/// A line without its end; none where nothing more comes.
fn read_line(input: &mut impl BufRead, place: &str) -> Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(MAX_LINE as u64).read_until(b'\n', &mut line).map_err(Error::Read)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() + 1 == MAX_LINE => {
            Err(damaged(format!("{place} has more than {MAX_LINE} bytes")))
        }
        Some(_) => Err(damaged(format!("the file ends within {place}"))),
    }
}

fn damaged(what: impl Into<String>) -> Error {
    Error::Damaged { format: "Y4M", what: what.into() }
}

fn unsupported(what: impl Into<String>) -> Error {
    Error::Unsupported { format: "Y4M", what: what.into() }
}
