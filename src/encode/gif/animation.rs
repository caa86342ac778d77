//! GIF of several pictures, frame by frame.

use super::{MAX_SIDE, Options, Packed};
use crate::animation::{Delay, Disposal, Frame, Loops};
use crate::encode::metadata::into_gif;
use crate::error::{Error, Result};
use crate::indexed::Indexed;
use crate::palette::Palette;

/// A GIF that is being written, frame after frame.
///
/// ```
/// use huepack::{Delay, Disposal, Frame, Indexed, Loops, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 255]])?;
/// let mut gif = encode::gif::Options::new().animation(1, 1, Loops::Forever, &palette)?;
/// for index in [0, 1] {
///     let picture = Indexed::new(1, 1, palette.clone(), vec![index])?;
///     gif.frame(&Frame { picture, left: 0, top: 0, delay: Delay::new(1, 2), disposal: Disposal::Keep })?;
/// }
/// let bytes = gif.finish()?;
/// let mut frames = huepack::decode::Options::new().frames(&bytes)?;
/// assert_eq!((frames.count(), frames.loops()), (2, Loops::Forever));
/// assert_eq!(frames.next_frame()?.expect("two frames").delay, Delay::new(50, 100));
/// # Ok::<(), huepack::Error>(())
/// ```
pub struct Animation {
    encoder: ::gif::Encoder<Vec<u8>>,
    options: Options,
    global: Palette,
    clock: Clock,
}

impl Options {
    /// Begins a GIF of several pictures on a canvas. Frames with the palette that is given share it, the others have one of
    /// their own. [`Loops::Times`] of 1 is written as no loop block at all.
    ///
    /// # Errors
    /// [`Error::TooWideFor`] for a side over 65,535, [`Error::Unsupported`] for more than 65,536 loops.
    pub fn animation(&self, width: u32, height: u32, loops: Loops, palette: &Palette) -> Result<Animation> {
        let (columns, rows) = sides(width, height)?;
        let repeat = match loops {
            Loops::Forever => ::gif::Repeat::Infinite,
            Loops::Times(times) => {
                let again = u16::try_from(times.saturating_sub(1)).map_err(|_| Error::Unsupported {
                    format: "GIF",
                    what: format!("an animation that is played {times} times"),
                })?;
                ::gif::Repeat::Finite(again)
            }
        };
        let encoder = ::gif::Encoder::new(Vec::new(), columns, rows, &channels(palette))
            .and_then(|mut encoder| encoder.set_repeat(repeat).map(|()| encoder))
            .map_err(|error| failed(&error))?;
        Ok(Animation { encoder, options: self.clone(), global: palette.clone(), clock: Clock::default() })
    }
}

impl Animation {
    /// Writes a frame. Times are rounded to hundredths of a second such that what was shown so far is never off by more
    /// than half of one.
    ///
    /// # Errors
    /// [`Error::TooWideFor`] for a side or an offset over 65,535, [`Error::Unsupported`] for a colour that is partly
    /// transparent, or more than one that is fully so.
    pub fn frame(&mut self, frame: &Frame<Indexed>) -> Result<()> {
        let packed = Packed::of(&frame.picture, self.options.effort.settings().lzw)?;
        self.packed_frame(frame, packed)
    }

    /// Writes a frame that was packed already.
    pub(crate) fn packed_frame(&mut self, frame: &Frame<Indexed>, packed: Packed) -> Result<()> {
        let Frame { picture, left, top, delay, disposal } = frame;
        let (width, height) = sides(picture.width(), picture.height())?;
        let (left, top) = sides(*left, *top)?;
        let palette = (picture.palette() != &self.global).then(|| channels(picture.palette()));
        let frame = ::gif::Frame {
            left,
            top,
            width,
            height,
            palette,
            transparent: packed.transparent,
            delay: self.clock.hundredths(*delay),
            dispose: match disposal {
                Disposal::Keep => ::gif::DisposalMethod::Keep,
                Disposal::Clear => ::gif::DisposalMethod::Background,
                Disposal::Restore => ::gif::DisposalMethod::Previous,
            },
            buffer: packed.codes.into(),
            ..::gif::Frame::default()
        };
        self.encoder.write_lzw_pre_encoded_frame(&frame).map_err(|error| failed(&error))
    }

    /// Bytes that were written so far.
    #[must_use]
    pub fn length(&self) -> usize {
        self.encoder.get_ref().len()
    }

    /// The file.
    ///
    /// # Errors
    /// [`Error::Encoder`], which would be a bug.
    pub fn finish(self) -> Result<Vec<u8>> {
        let bytes = self.encoder.into_inner().map_err(|error| failed(&error))?;
        Ok(into_gif(bytes, &self.options.metadata))
    }
}

impl std::fmt::Debug for Animation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Animation").field("length", &self.length()).finish_non_exhaustive()
    }
}

/// The time that was shown, exact and as it was written.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    /// Seconds.
    exact: f64,
    written: u64,
}

impl Clock {
    /// A delay in hundredths of a second, such that the sum stays right.
    fn hundredths(&mut self, delay: Delay) -> u16 {
        self.exact += f64::from(delay.numerator()) / f64::from(delay.denominator());
        let due = (self.exact * 100.0).round() as u64;
        let hundredths = due.saturating_sub(self.written).min(u64::from(u16::MAX));
        // What the format cannot state is lost, not made up for by the frames after it.
        self.written = due;
        hundredths as u16
    }
}

pub(super) fn channels(palette: &Palette) -> Vec<u8> {
    palette.colors().iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect()
}

/// Two numbers as the format states them.
pub(super) fn sides(width: u32, height: u32) -> Result<(u16, u16)> {
    match (u16::try_from(width), u16::try_from(height)) {
        (Ok(columns), Ok(rows)) => Ok((columns, rows)),
        _ => Err(Error::TooWideFor { format: "GIF", max: MAX_SIDE, width, height }),
    }
}

pub(super) fn failed(error: &::gif::EncodingError) -> Error {
    Error::Encoder { encoder: "gif", what: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up_however_they_are_divided() {
        let mut clock = Clock::default();
        let written: Vec<u16> = (0..6).map(|_| clock.hundredths(Delay::new(1, 30))).collect();
        assert_eq!(written, [3, 4, 3, 3, 4, 3]);
        let mut clock = Clock::default();
        let exact: Vec<u16> = [7, 0, 1, 12].map(|delay| clock.hundredths(Delay::new(delay, 100))).to_vec();
        assert_eq!(exact, [7, 0, 1, 12], "hundredths are kept");
        let mut clock = Clock::default();
        let long = [Delay::new(1000, 1), Delay::new(5, 100)].map(|delay| clock.hundredths(delay));
        assert_eq!(long, [u16::MAX, 5]);
    }
}
