//! What can go wrong, with the values that made it so.

use std::{fmt, io};

use crate::image::{Hex, Rgba8};

/// A result whose error is huepack's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a picture could not be read, packed or written.
///
/// The message says what was wanted and what came; the program adds the path and what to try.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A width or height of zero.
    EmptyImage {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A pixel or index buffer whose length does not fit the picture.
    BufferLength {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Length that the dimensions ask for, in the buffer's own items.
        wanted: u64,
        /// Length that came.
        got: u64,
    },
    /// A number of colours outside what was possible here.
    ColorCount {
        /// Smallest number allowed.
        min: usize,
        /// Largest number allowed.
        max: usize,
        /// Number that came.
        got: usize,
    },
    /// An index that points past the palette.
    IndexOutOfRange {
        /// The offending index.
        index: u8,
        /// Colours in the palette.
        colors: usize,
    },
    /// A histogram without any colour, so that no palette can be fitted.
    EmptyHistogram,
    /// A side longer than the format can say.
    TooWideFor {
        /// The format, in words.
        format: &'static str,
        /// Longest side that it can hold, in pixels.
        max: u32,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Bytes that start like no format known here.
    UnknownFormat,
    /// No bytes at all.
    NoData,
    /// A reader that failed.
    Read(io::Error),
    /// A picture whose header asks for more than the limits allow.
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What the limit is, in words.
        limit: String,
    },
    /// A picture whose header asks for more memory than the limits allow.
    TooMuchMemory {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes that reading it, and the work that was announced, would take.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// An animation of more frames, or more pixels in all of them, than the limits allow.
    TooManyFrames {
        /// Number of frames.
        frames: u32,
        /// Pixels of all frames.
        pixels: u64,
        /// What the limit is, in words.
        limit: String,
    },
    /// An animation where a still was wanted.
    Animated {
        /// The format, in words.
        format: &'static str,
        /// Number of frames.
        frames: u32,
    },
    /// Something that the format allows and huepack does not read.
    Unsupported {
        /// The format, in words.
        format: &'static str,
        /// What it is.
        what: String,
    },
    /// Bytes that break the format's own rules.
    Damaged {
        /// The format, in words.
        format: &'static str,
        /// What is broken.
        what: String,
    },
    /// A decoder that panicked; the picture is damaged, and the decoder has a bug.
    DecoderPanicked {
        /// The decoder's name.
        decoder: &'static str,
        /// What it said.
        what: String,
    },
    /// Not enough memory for a picture-sized buffer.
    OutOfMemory {
        /// Bytes asked for.
        bytes: u64,
    },
    /// Colours that changed beyond the limits of a guard, however many colours the palette had. The values are those of
    /// the worst.
    ColorsLost {
        /// Colours that the palette might have.
        colors: usize,
        /// How many findings there are.
        findings: usize,
        /// Mean colour of the region in the source.
        source: Rgba8,
        /// Mean colour in the result.
        result: Rgba8,
        /// Left edge of the region, in pixels.
        x: u32,
        /// Top edge of the region, in pixels.
        y: u32,
        /// How far the colour moved, or how far from it the colour was that it became one with, in CIEDE2000.
        delta_e: f64,
    },
    /// A size that no number of colours gets a file down to.
    TooManyBytes {
        /// Most bytes that were wanted.
        wanted: u64,
        /// Bytes of the smallest file.
        least: u64,
        /// Colours that it was allowed.
        colors: usize,
    },
    /// A score that no number of colours reaches.
    ScoreTooLow {
        /// Least SSIMULACRA2 score that was wanted.
        wanted: f64,
        /// The highest score.
        highest: f64,
        /// Colours that it took.
        colors: usize,
    },
    /// An encoder that failed, which is a bug.
    Encoder {
        /// The encoder's name.
        encoder: &'static str,
        /// What it said.
        what: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyImage { width, height } => {
                write!(f, "a picture needs at least one pixel, got {width}x{height}")
            }
            Self::BufferLength { width, height, wanted, got } => {
                write!(f, "{width}x{height} needs {wanted} items, got {got}")
            }
            Self::ColorCount { min, max, got } => {
                write!(f, "the number of colours must be {min} to {max}, got {got}")
            }
            Self::IndexOutOfRange { index, colors } => {
                write!(f, "index {index} points past a palette of {colors} colours")
            }
            Self::EmptyHistogram => f.write_str("the histogram holds no colour to fit a palette to"),
            Self::TooWideFor { format, max, width, height } => {
                write!(f, "{format} holds at most {max} pixels a side, got {width}x{height}")
            }
            Self::UnknownFormat => f.write_str("not a PNG, JPEG, GIF, WebP, BMP, TIFF, PNM or QOI picture"),
            Self::Read(error) => write!(f, "the data cannot be read: {error}"),
            Self::NoData => f.write_str("there are no bytes to read"),
            Self::TooLarge { width, height, limit } => {
                write!(f, "the header asks for {width}x{height} pixels, which is over the limit of {limit}")
            }
            Self::TooMuchMemory { width, height, bytes, limit } => {
                let (needed, limit) = (Megabytes(*bytes), Megabytes(*limit));
                write!(f, "{width}x{height} pixels need about {needed} of memory, and the limit is {limit}")
            }
            Self::TooManyFrames { frames, pixels, limit } => {
                write!(f, "{frames} frames of {pixels} pixels in all, which is over the limit of {limit}")
            }
            Self::Animated { format, frames } => {
                write!(f, "an animated {format} of {frames} frames, where a still picture is wanted")
            }
            Self::Unsupported { format, what } => write!(f, "{format} with {what} is not supported"),
            Self::Damaged { format, what } => write!(f, "damaged {format}: {what}"),
            Self::DecoderPanicked { decoder, what } => {
                write!(f, "the decoder {decoder} gave up on damaged data ({what})")
            }
            Self::OutOfMemory { bytes } => write!(f, "no memory for a buffer of {bytes} bytes"),
            Self::ColorsLost { colors, findings, source, result, x, y, delta_e } => {
                let (source, result) = (Hex(*source), Hex(*result));
                let others = match findings - 1 {
                    0 => String::new(),
                    others => format!(", and {others} more"),
                };
                write!(
                    f,
                    "{colors} colours do not satisfy the guard: {source} at {x},{y} becomes {result}, ΔE \
                     {delta_e:.1}{others}"
                )
            }
            Self::TooManyBytes { wanted, least, colors } => {
                write!(f, "it does not fit into {wanted} bytes: with {colors} colours it takes {least}")
            }
            Self::ScoreTooLow { wanted, highest, colors } => {
                write!(f, "no palette reaches a score of {wanted}: with {colors} colours it is {highest:.2}")
            }
            Self::Encoder { encoder, what } => write!(f, "the encoder {encoder} failed: {what}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // What it says is part of the message already.
            Self::Read(error) => error.source(),
            _ => None,
        }
    }
}

/// Memory as people ask for it, rounded up.
struct Megabytes(u64);

impl fmt::Display for Megabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes < 1_000_000 => write!(f, "{bytes} bytes"),
            bytes => write!(f, "{} MB", bytes.div_ceil(1_000_000)),
        }
    }
}
