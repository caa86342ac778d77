//! APNG of indexed pictures, frame by frame (PNG specification, third edition, W3C 2025, clause 11.3.6).

use super::super::chunk::push;
use super::super::header::{Colors, Header};
use super::super::metadata::into_png;
use super::super::stream::Samples;
use super::{Options, TRIAL_LEVEL};
use crate::animation::{Blend, Disposal, Frame, Loops};
use crate::error::Result;
use crate::indexed::Indexed;
use crate::palette::Palette;

/// An APNG that is being written, frame after frame.
///
/// ```
/// use huepack::{Blend, Delay, Disposal, Frame, Indexed, Loops, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 128]])?;
/// let mut png = encode::png::Options::new().animation(1, 1, Loops::Times(3), &palette);
/// for index in [0, 1] {
///     let picture = Indexed::new(1, 1, palette.clone(), vec![index])?;
///     let frame = Frame { picture, left: 0, top: 0, delay: Delay::new(1, 60), disposal: Disposal::Keep };
///     png.frame(&frame, Blend::Replace)?;
/// }
/// let bytes = png.finish();
/// let mut frames = huepack::decode::Options::new().frames(&bytes)?;
/// assert_eq!((frames.count(), frames.loops()), (2, Loops::Times(3)));
/// assert_eq!(frames.next_frame()?.expect("two frames").delay, Delay::new(1, 60));
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Debug)]
pub struct Animation {
    options: Options,
    canvas: Header,
    plays: u32,
    frames: u32,
    /// Numbers of `fcTL` and `fdAT`, which are counted together.
    sequence: u32,
    /// From the first `fcTL` on.
    chunks: Vec<u8>,
}

/// Data in one `fdAT`, below the 2 GiB that clause 5.3 allows, its number not counted.
const MAX_DATA: usize = 1 << 30;

impl Options {
    /// Begins an APNG on a canvas, whose frames all have the palette that is given: the format knows one for the file.
    #[must_use]
    pub fn animation(&self, width: u32, height: u32, loops: Loops, palette: &Palette) -> Animation {
        let colors = Colors::Palette(palette.colors().to_vec());
        let plays = match loops {
            Loops::Forever => 0,
            Loops::Times(times) => times,
        };
        Animation {
            options: self.clone(),
            canvas: Header { width, height, bits: palette.bits_per_index(), colors },
            plays,
            frames: 0,
            sequence: 0,
            chunks: Vec::new(),
        }
    }
}

impl Animation {
    /// Writes a frame. Its indices mean what they mean in the palette of the file. The first has to cover the canvas, or
    /// is filled up with its first transparent colour.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory).
    pub fn frame(&mut self, frame: &Frame<Indexed>, blend: Blend) -> Result<()> {
        if self.frames == 0 {
            let whole = self.whole(frame)?;
            return self.write(&whole, blend);
        }
        self.write(frame, blend)
    }

    fn write(&mut self, frame: &Frame<Indexed>, blend: Blend) -> Result<()> {
        let control = self.control(frame, blend);
        push(&mut self.chunks, b"fcTL", &control);
        let settings = self.options.effort.settings();
        let header =
            Header { width: frame.picture.width(), height: frame.picture.height(), ..self.canvas.clone() };
        let samples = Samples::of(&frame.picture, header.bits)?;
        let trial = samples.best(header.filters(settings.filters), TRIAL_LEVEL);
        let stream = trial.pack(settings.deflate, false);
        for data in stream.chunks(MAX_DATA) {
            if self.frames == 0 {
                push(&mut self.chunks, b"IDAT", data);
            } else {
                let number = self.next_number();
                push(&mut self.chunks, b"fdAT", &[&number.to_be_bytes(), data].concat());
            }
        }
        self.frames += 1;
        Ok(())
    }

    /// What `fcTL` says of a frame (clause 11.3.6.2).
    fn control(&mut self, frame: &Frame<Indexed>, blend: Blend) -> Vec<u8> {
        let Frame { picture, left, top, delay, disposal } = frame;
        // Two bytes for each part: beyond them, thousandths are near enough.
        let (numerator, denominator) = match (delay.numerator().try_into(), delay.denominator().try_into()) {
            (Ok(numerator), Ok(denominator)) => (numerator, denominator),
            _ => (delay.rounded_to(1000).min(u64::from(u16::MAX)) as u16, 1000_u16),
        };
        let disposal = match disposal {
            Disposal::Keep => 0,
            Disposal::Clear => 1,
            Disposal::Restore => 2,
        };
        let blend = match blend {
            Blend::Replace => 0,
            Blend::Over => 1,
        };
        let numbers = [self.next_number(), picture.width(), picture.height(), *left, *top];
        let mut control: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        control.extend(numerator.to_be_bytes());
        control.extend(denominator.to_be_bytes());
        control.extend([disposal, blend]);
        control
    }

    fn next_number(&mut self) -> u32 {
        let number = self.sequence;
        self.sequence += 1;
        number
    }

    /// A frame that covers the canvas, as the first one has to (clause 11.3.6.2).
    fn whole(&self, frame: &Frame<Indexed>) -> Result<Frame<Indexed>> {
        let (width, height) = (self.canvas.width, self.canvas.height);
        let Frame { picture, left, top, .. } = frame;
        let hole = picture.palette().transparent().unwrap_or(0);
        let mut indices = crate::memory::zeroed(u64::from(width) * u64::from(height))?;
        indices.fill(hole);
        let rows = indices.chunks_exact_mut(width as usize).skip(*top as usize);
        for (row, piece) in rows.zip(picture.indices().chunks_exact(picture.width() as usize)) {
            row[*left as usize..][..piece.len()].copy_from_slice(piece);
        }
        let picture = Indexed::new(width, height, picture.palette().clone(), indices)?;
        Ok(Frame { picture, left: 0, top: 0, delay: frame.delay, disposal: frame.disposal })
    }

    /// Bytes that were written so far.
    #[must_use]
    pub fn length(&self) -> usize {
        self.chunks.len()
    }

    /// The file.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = self.canvas.start();
        push(&mut bytes, b"acTL", &[self.frames.to_be_bytes(), self.plays.to_be_bytes()].concat());
        bytes.extend(self.chunks);
        push(&mut bytes, b"IEND", &[]);
        into_png(bytes, &self.options.metadata)
    }
}
