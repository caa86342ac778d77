//! What moving pictures are made of: frames, and how long each of them is seen.

use std::cmp::Ordering;

use crate::error::Result;
use crate::image::ImageRef;

/// One picture of an animation, at its place on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<F> {
    /// The picture.
    pub picture: F,
    /// Columns of the canvas to the left of it.
    pub left: u32,
    /// Rows of the canvas above it.
    pub top: u32,
    /// How long the canvas is seen with it.
    pub delay: Delay,
    /// What becomes of its place before the next frame is drawn.
    pub disposal: Disposal,
}

/// A time in seconds, kept exactly: hundredths (GIF), thousandths (WebP) and any fraction (APNG, video) lose nothing.
///
/// Zero is what the file says; browsers show a frame of a GIF for a tenth of a second where it asks for a hundredth or
/// less.
///
/// ```
/// use huepack::Delay;
/// let delay = Delay::new(50, 1000);
/// assert_eq!(delay, Delay::new(1, 20));
/// assert_eq!((delay.numerator(), delay.denominator()), (1, 20));
/// assert!(Delay::new(1001, 30_000) > Delay::new(3, 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delay {
    /// In lowest terms, so that equal times are equal numbers.
    numerator: u32,
    denominator: u32,
}

impl Delay {
    /// No time at all.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// So many parts of a second. A denominator of 0 stands for hundredths, as in APNG (PNG clause 11.3.6.2).
    #[must_use]
    pub fn new(numerator: u32, denominator: u32) -> Self {
        let denominator = if denominator == 0 { 100 } else { denominator };
        let divisor = greatest_common_divisor(numerator, denominator);
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// Parts of a second, in lowest terms.
    #[must_use]
    pub fn numerator(self) -> u32 {
        self.numerator
    }

    /// What a second is divided into, at least 1.
    #[must_use]
    pub fn denominator(self) -> u32 {
        self.denominator
    }

    /// In parts of which a second has so many, rounded to the nearest, halves up.
    ///
    /// ```
    /// use huepack::Delay;
    /// assert_eq!(Delay::new(1, 30).rounded_to(100), 3);
    /// assert_eq!(Delay::new(1, 40).rounded_to(100), 3);
    /// ```
    #[must_use]
    pub fn rounded_to(self, parts_per_second: u32) -> u64 {
        let (numerator, denominator) = (u64::from(self.numerator), u64::from(self.denominator));
        (numerator * u64::from(parts_per_second) + denominator / 2) / denominator
    }
}

impl Ord for Delay {
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |a: Self, b: Self| u64::from(a.numerator) * u64::from(b.denominator);
        cross(*self, *other).cmp(&cross(*other, *self))
    }
}

impl PartialOrd for Delay {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Pictures that follow each other, all of one size, which can be played from the start as often as wanted.
///
/// [`decode::FileClip`](crate::decode::FileClip) is that of a file.
pub trait Clip {
    /// Width and height in pixels.
    fn size(&self) -> (u32, u32);

    /// How often it is to be played.
    fn loops(&self) -> Loops;

    /// Shows every frame, as it is seen, with the time that it is seen for.
    ///
    /// # Errors
    /// Those of reading the frames, and those of `show`, after which no more frames are shown.
    fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()>;
}

/// How often an animation is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loops {
    /// Until somebody looks elsewhere.
    Forever,
    /// So many times in all, at least once.
    ///
    /// A GIF stores how often it is played again, so that a 2 in its file is a 3 here.
    Times(u32),
}

impl Loops {
    /// The number of APNG and WebP, where 0 stands for endless.
    #[cfg(feature = "decode")]
    pub(crate) fn of_plays(plays: u32) -> Self {
        if plays == 0 { Self::Forever } else { Self::Times(plays) }
    }
}

/// What becomes of a frame's place on the canvas before the next frame is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Disposal {
    /// It stays: methods 0 and 1 of GIF, which look the same.
    #[default]
    Keep,
    /// It becomes transparent, as in every browser, whatever background the file names.
    Clear,
    /// It becomes again what it was before the frame was drawn; before the first frame, that is transparent.
    Restore,
}

/// What transparent pixels of a frame do, and partly transparent ones in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blend {
    /// They let through what is below, as always in a GIF.
    Over,
    /// They replace it.
    Replace,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_are_equal_delays() {
        assert_eq!(Delay::new(10, 100), Delay::new(100, 1000));
        assert_eq!(Delay::new(7, 0), Delay::new(7, 100));
        assert_eq!(Delay::new(0, 30), Delay::ZERO);
        assert_eq!(Delay::new(u32::MAX, u32::MAX), Delay::new(1, 1));
        assert!(Delay::new(u32::MAX, 1) > Delay::new(u32::MAX - 1, 1));
    }
}
