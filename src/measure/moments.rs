//! Two clips along the time that they have in common: frames that were merged, dropped or rounded to another clock meet
//! what is seen at the same time in the source.

use crate::animation::Delay;
#[cfg(feature = "decode")]
use crate::decode::Frames;
#[cfg(feature = "decode")]
use crate::error::Error;
use crate::error::Result;
use crate::image::ImageRef;

/// Seconds up to which changes of the two clips are one. GIF's clock has hundredths, and encoders round to them in
/// different ways; without this, each change would be a moment of its own at which the two show different frames. A bit
/// more than a hundredth, since sums of seconds are rounded.
const TOGETHER: f64 = 0.0101;

/// Seconds: frames of at most this delay are seen for [`SEEN`] instead: what browsers do.
const AT_ONCE: f64 = 0.01;
const SEEN: f64 = 0.1;

/// What shows one canvas after the other.
pub trait Player {
    /// What can go wrong.
    type Error;

    /// Goes on to the next canvas, and says how long it is seen; none after the last, whose canvas stays.
    ///
    /// # Errors
    /// Where there is a next canvas, and it cannot be had.
    fn advance(&mut self) -> Result<Option<Delay>, Self::Error>;

    /// What is seen now.
    fn canvas(&self) -> ImageRef<'_>;
}

#[cfg(feature = "decode")]
impl Player for Frames<'_> {
    type Error = Error;

    fn advance(&mut self) -> Result<Option<Delay>> {
        Ok(self.next_frame()?.map(|shown| shown.delay))
    }

    fn canvas(&self) -> ImageRef<'_> {
        Frames::canvas(self)
    }
}

/// Walks two clips along their common time, from change to change of either.
///
/// They are played once. The one that ends first stays on its last canvas until the other ends. Frames with a delay of a
/// hundredth or less are seen for a tenth of a second, as in browsers, and changes up to a hundredth apart are one.
///
/// ```
/// use huepack::{decode::Options, measure::Moments};
///
/// // One pixel that is first red and then, for half a second, blue.
/// let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0\
///     !\xf9\x04\0\x32\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02L\x01\0;";
/// let open = || Options::new().frames(gif);
/// let mut moments = Moments::new(open()?, open()?);
/// let first = moments.next_moment()?.expect("two frames");
/// assert_eq!((first.source_frame, first.result_frame, first.seconds), (1, 1, 0.1));
/// assert_eq!(first.source.pixels(), [[255, 0, 0, 255]]);
/// assert_eq!(moments.next_moment()?.expect("two frames").seconds, 0.5);
/// assert!(moments.next_moment()?.is_none());
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Debug)]
pub struct Moments<S, R> {
    source: Side<S>,
    result: Side<R>,
    /// Seconds from the start to the next moment.
    now: f64,
}

/// A time during which neither clip changes.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// What is seen of the source.
    pub source: ImageRef<'a>,
    /// What is seen of the result.
    pub result: ImageRef<'a>,
    /// The source's frame, from 1.
    pub source_frame: u32,
    /// The result's frame, from 1.
    pub result_frame: u32,
    /// When it begins, in seconds from the start.
    pub start: f64,
    /// How long it is, in seconds.
    pub seconds: f64,
}

impl<S: Player, R: Player<Error = S::Error>> Moments<S, R> {
    /// From the start of both, of which none was played yet.
    pub fn new(source: S, result: R) -> Self {
        Self { source: Side::new(source), result: Side::new(result), now: 0.0 }
    }

    /// The next moment; none after the last.
    ///
    /// # Errors
    /// Those of the players.
    pub fn next_moment(&mut self) -> Result<Option<Moment<'_>>, S::Error> {
        let ended = self.source.end.min(self.result.end);
        if self.source.end <= ended + TOGETHER {
            self.source.advance()?;
        }
        if self.result.end <= ended + TOGETHER {
            self.result.advance()?;
        }
        let (start, end) = (self.now, self.source.end.min(self.result.end));
        if end == f64::INFINITY {
            return Ok(None);
        }
        self.now = end;
        Ok(Some(Moment {
            source: self.source.player.canvas(),
            result: self.result.player.canvas(),
            source_frame: self.source.frame,
            result_frame: self.result.frame,
            start,
            seconds: end - start,
        }))
    }
}

/// One of the two.
#[derive(Debug)]
struct Side<P> {
    player: P,
    /// The number of the canvas that is seen, from 1.
    frame: u32,
    /// Seconds from the start until it changes; infinite for the last once its time is over.
    end: f64,
}

impl<P: Player> Side<P> {
    fn new(player: P) -> Self {
        Self { player, frame: 0, end: 0.0 }
    }

    fn advance(&mut self) -> Result<(), P::Error> {
        match self.player.advance()? {
            Some(delay) => {
                let seconds = f64::from(delay.numerator()) / f64::from(delay.denominator());
                self.frame += 1;
                self.end += if seconds <= AT_ONCE { SEEN } else { seconds };
            }
            None => self.end = f64::INFINITY,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::image::Rgba8;

    /// Frames of one pixel, whose red is their number from 1.
    struct Numbered {
        delays: std::vec::IntoIter<Delay>,
        pixel: [Rgba8; 1],
    }

    impl Player for Numbered {
        type Error = Infallible;

        fn advance(&mut self) -> Result<Option<Delay>, Infallible> {
            let delay = self.delays.next();
            self.pixel[0][0] += u8::from(delay.is_some());
            Ok(delay)
        }

        fn canvas(&self) -> ImageRef<'_> {
            ImageRef::new(1, 1, &self.pixel).unwrap()
        }
    }

    fn numbered(delays: &[(u32, u32)]) -> Numbered {
        let delays: Vec<_> =
            delays.iter().map(|&(numerator, denominator)| Delay::new(numerator, denominator)).collect();
        Numbered { delays: delays.into_iter(), pixel: [[0, 0, 0, 255]] }
    }

    /// Frames of both, and hundredths.
    fn walked(source: &[(u32, u32)], result: &[(u32, u32)]) -> Vec<(u32, u32, u32)> {
        let mut moments = Moments::new(numbered(source), numbered(result));
        let mut walked = Vec::new();
        let mut end = 0.0;
        while let Some(moment) = moments.next_moment().unwrap() {
            assert_eq!(u32::from(moment.source.pixels()[0][0]), moment.source_frame);
            assert_eq!(u32::from(moment.result.pixels()[0][0]), moment.result_frame);
            assert_eq!(moment.start, end);
            end = moment.start + moment.seconds;
            walked.push((moment.source_frame, moment.result_frame, (100.0 * moment.seconds).round() as u32));
        }
        walked
    }

    #[test]
    fn frames_that_were_merged_are_held_against_each_that_they_stand_for() {
        let walked = walked(&[(1, 10), (1, 10), (2, 10)], &[(2, 10), (2, 10)]);
        assert_eq!(walked, [(1, 1, 10), (2, 1, 10), (3, 2, 20)]);
    }

    #[test]
    fn times_that_were_rounded_are_the_same_times() {
        let source: Vec<_> = (0..30).map(|_| (1, 30)).collect();
        let hundredths = |end: u32| (100 * end + 15) / 30;
        let result: Vec<_> = (0..30).map(|i| (hundredths(i + 1) - hundredths(i), 100)).collect();
        let walked = walked(&source, &result);
        assert_eq!(walked.len(), 30);
        assert!(walked.iter().all(|&(source, result, _)| source == result));
    }

    #[test]
    fn a_clip_that_ends_early_stays_on_its_last_frame() {
        assert_eq!(walked(&[(1, 10), (1, 10)], &[(1, 10)]), [(1, 1, 10), (2, 1, 10)]);
        assert_eq!(walked(&[(1, 10)], &[(1, 10), (1, 2)]), [(1, 1, 10), (1, 2, 50)]);
    }

    #[test]
    fn frames_of_no_time_are_seen_for_a_tenth_of_a_second() {
        assert_eq!(
            walked(&[(0, 1), (1, 100), (2, 100)], &[(1, 10), (1, 10), (2, 100)]),
            [(1, 1, 10), (2, 2, 10), (3, 3, 2)]
        );
    }
}
