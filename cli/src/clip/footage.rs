//! Where frames come from.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use huepack::{Clip, Delay, Error, ImageRef, Loops, Result, decode};

use crate::failure::Failure;
use crate::source;

/// A clip, by where it comes from.
pub(crate) struct Footage<'a> {
    /// What the clip is called.
    input: &'a Path,
    decoder: &'a decode::Options,
    reel: Reel<'a>,
    /// What was wrong with a picture of its own.
    failure: RefCell<Option<Failure>>,
}

enum Reel<'a> {
    /// An animation in a file.
    Animation { clip: decode::FileClip<'a>, format: decode::Format, bytes: u64 },
    /// Raw video, which can be read again.
    Video { file: RefCell<File>, size: (u32, u32), delay: Delay },
    /// Pictures in a row.
    Row { pictures: &'a [PathBuf], size: (u32, u32), delay: Delay },
}

/// How raw video starts.
const VIDEO: &[u8] = b"YUV4MPEG2";

/// Whether an input is raw video; what was read of standard input to tell stays there to be read.
pub(crate) fn is_video(input: &Path) -> bool {
    if input == Path::new("-") {
        return io::stdin().lock().fill_buf().is_ok_and(|start| start.starts_with(VIDEO));
    }
    let mut start = [0; VIDEO.len()];
    std::fs::metadata(input).is_ok_and(|metadata| metadata.is_file())
        && File::open(input).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == VIDEO
}

impl<'a> Footage<'a> {
    /// That of a file that moves.
    pub(crate) fn animation(
        input: &'a Path,
        bytes: &'a [u8],
        decoder: &'a decode::Options,
    ) -> Result<Self, Failure> {
        let clip = decoder.clip(bytes).map_err(|error| Failure::library(input, &error))?;
        let format = decode::Format::of(bytes).expect("it was recognised to move");
        let reel = Reel::Animation { clip, format, bytes: bytes.len() as u64 };
        Ok(Self { input, decoder, reel, failure: RefCell::new(None) })
    }

    /// That of raw video. It is played twice, so what comes through a pipe is put into a file that nobody else sees.
    pub(crate) fn video(input: &'a Path, decoder: &'a decode::Options) -> Result<Self, Failure> {
        let file = if input == Path::new("-") {
            spooled(io::stdin().lock()).map_err(|error| {
                let reason = format!("video cannot be kept in the folder for temporary files: {error}");
                Failure::new(input, reason, "make room there, or name another folder in TMPDIR")
            })?
        } else {
            File::open(input).map_err(|error| Failure::reading(input, &error))?
        };
        let failed = |error: Error| Failure::library(input, &error);
        let video = decoder.y4m(&file).map_err(failed)?;
        let (size, delay) = ((video.width(), video.height()), video.delay());
        let reel = Reel::Video { file: RefCell::new(file), size, delay };
        Ok(Self { input, decoder, reel, failure: RefCell::new(None) })
    }

    /// That of pictures, all as large as the first.
    pub(crate) fn row(
        pictures: &'a [PathBuf],
        delay: Delay,
        decoder: &'a decode::Options,
    ) -> Result<Self, Failure> {
        let first = source::read(&pictures[0], decoder)?.decoded.image;
        let size = (first.width(), first.height());
        let reel = Reel::Row { pictures, size, delay };
        Ok(Self { input: &pictures[0], decoder, reel, failure: RefCell::new(None) })
    }

    pub(crate) fn input(&self) -> &Path {
        self.input
    }

    /// The time between frames, where it is one for all.
    pub(crate) fn delay(&self) -> Option<Delay> {
        match self.reel {
            Reel::Animation { .. } => None,
            Reel::Video { delay, .. } | Reel::Row { delay, .. } => Some(delay),
        }
    }

    /// What the source is, in words.
    pub(crate) fn form(&self) -> &'static str {
        match self.reel {
            Reel::Animation { format, .. } => format.name(),
            Reel::Video { .. } => "Y4M",
            Reel::Row { .. } => "pictures",
        }
    }

    /// Bytes of a source that is a file to be held against.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self.reel {
            Reel::Animation { bytes, .. } => Some(bytes),
            Reel::Video { .. } | Reel::Row { .. } => None,
        }
    }

    /// Whether a result of so many bytes is worth having beside the source.
    pub(crate) fn is_worth(&self, bytes: u64) -> bool {
        self.bytes().is_none_or(|source| bytes < source)
    }

    /// What went wrong, by the picture in which it did.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        self.failure.borrow_mut().take().unwrap_or_else(|| Failure::library(self.input, error))
    }

    fn play_row(
        &self,
        pictures: &[PathBuf],
        delay: Delay,
        show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>,
    ) -> Result<()> {
        let size = self.size();
        for path in pictures {
            let failed = |failure| {
                self.failure.replace(Some(failure));
                Error::NoData
            };
            let image = source::read(path, self.decoder).map_err(failed)?.decoded.image;
            if (image.width(), image.height()) != size {
                let (width, height) = (image.width(), image.height());
                let reason =
                    format!("it has {width}x{height} pixels, and the first of the row {}x{}", size.0, size.1);
                let advice = "all frames of a clip are of one size; leave it out, or resize it first";
                return Err(failed(Failure::new(path, reason, advice)));
            }
            show(image.view(), delay)?;
        }
        Ok(())
    }
}

impl Clip for Footage<'_> {
    fn size(&self) -> (u32, u32) {
        match &self.reel {
            Reel::Animation { clip, .. } => clip.size(),
            Reel::Video { size, .. } | Reel::Row { size, .. } => *size,
        }
    }

    fn loops(&self) -> Loops {
        match &self.reel {
            Reel::Animation { clip, .. } => clip.loops(),
            Reel::Video { .. } | Reel::Row { .. } => Loops::Forever,
        }
    }

    fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()> {
        match &mut self.reel {
            Reel::Animation { clip, .. } => clip.play(show),
            Reel::Video { file, .. } => {
                let mut file = file.borrow_mut();
                file.rewind().map_err(Error::Read)?;
                let mut video = self.decoder.y4m(BufReader::new(&mut *file))?;
                let delay = video.delay();
                while let Some(image) = video.next_frame()? {
                    show(image, delay)?;
                }
                Ok(())
            }
            &mut Reel::Row { pictures, delay, .. } => self.play_row(pictures, delay, show),
        }
    }
}

/// Everything that comes, in a file without a name.
fn spooled(mut reader: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut reader, &mut file)?;
    file.rewind()?;
    Ok(file)
}
