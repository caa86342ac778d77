//! Another frame rate: at each tick, the frame that is seen then.

use huepack::{Clip, Delay, ImageRef, Loops, Result};

/// A clip whose frames follow each other at one rate.
pub(super) struct Rated<'a> {
    pub(super) clip: &'a mut dyn Clip,
    pub(super) delay: Delay,
}

/// Sums of times are as good as equal: a millionth of a second.
const NEAR: f64 = 1e-6;

impl Clip for Rated<'_> {
    fn size(&self) -> (u32, u32) {
        self.clip.size()
    }

    fn loops(&self) -> Loops {
        self.clip.loops()
    }

    fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()> {
        let seconds = |delay: Delay| f64::from(delay.numerator()) / f64::from(delay.denominator());
        let (tick, mut ticks, mut end) = (seconds(self.delay), 0_u32, 0.0);
        self.clip.play(&mut |image, delay| {
            end += seconds(delay);
            // The first frame is shown, however short.
            while f64::from(ticks) * tick < end - NEAR || ticks == 0 {
                show(image, self.delay)?;
                ticks += 1;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Shades(Vec<(u8, Delay)>);

    impl Clip for Shades {
        fn size(&self) -> (u32, u32) {
            (1, 1)
        }

        fn loops(&self) -> Loops {
            Loops::Forever
        }

        fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()> {
            self.0.iter().try_for_each(|&(shade, delay)| show(ImageRef::new(1, 1, &[[shade; 4]])?, delay))
        }
    }

    fn shades(clip: &mut Shades, delay: Delay) -> Vec<u8> {
        let mut seen = Vec::new();
        let play = Rated { clip, delay }.play(&mut |image, shown| {
            assert_eq!(shown, delay);
            seen.push(image.pixels()[0][0]);
            Ok(())
        });
        play.unwrap();
        seen
    }

    #[test]
    fn frames_are_dropped_and_repeated_so_that_the_whole_takes_as_long() {
        let mut even = Shades((0..8).map(|shade| (shade, Delay::new(1, 24))).collect());
        assert_eq!(shades(&mut even, Delay::new(1, 12)), [0, 2, 4, 6]);
        assert_eq!(shades(&mut even, Delay::new(1, 24)), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(shades(&mut even, Delay::new(1, 48)).len(), 16);
        let mut uneven =
            Shades(vec![(1, Delay::new(1, 10)), (2, Delay::new(1, 100)), (3, Delay::new(3, 10))]);
        assert_eq!(shades(&mut uneven, Delay::new(1, 10)), [1, 2, 3, 3, 3]);
    }
}
