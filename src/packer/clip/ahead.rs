//! A look at the frames that come next.

use std::collections::VecDeque;

use crate::animation::Delay;
use crate::error::Result;
use crate::image::{Image, Rgba8};
use crate::map::stands_still;
use crate::memory;
use crate::place::Place;
use crate::simd::{Kernel, Vector};

use super::Packer;

/// Frames that are looked at beyond the one that is drawn. With 4, files of the same mean score are 0.5 % larger.
pub(super) const FRAMES: usize = 8;

/// Frames that wait until those behind them are known, as they came.
pub(super) struct Ahead {
    frames: VecDeque<Coming>,
    most: usize,
}

/// A frame that waits.
pub(super) struct Coming {
    pub(super) image: Image,
    pub(super) delay: Delay,
    /// Whether it has pixels that the format cannot hold as they are.
    hardens: bool,
}

impl Coming {
    /// What the format can hold of it, where that is something else.
    pub(super) fn binary(&self, packer: &Packer) -> Result<Option<Image>> {
        self.hardens.then(|| packer.binary_image(self.image.view())).transpose()
    }
}

impl Ahead {
    /// Of so many frames.
    pub(super) fn new(most: usize) -> Self {
        Self { frames: VecDeque::new(), most }
    }

    /// Takes a frame, and hands out the one whose turn it is, if that is known well enough by now.
    pub(super) fn push(&mut self, packer: &Packer, image: Image, delay: Delay) -> Option<Coming> {
        self.frames.push_back(Coming { hardens: packer.hardens(image.view()), image, delay });
        if self.frames.len() > self.most { self.pop() } else { None }
    }

    /// The next frame.
    pub(super) fn pop(&mut self) -> Option<Coming> {
        self.frames.pop_front()
    }

    /// For how many frames, that of the picture included, each pixel of a place stays as it is.
    pub(super) fn stays(
        &self,
        packer: &Packer,
        picture: &[Rgba8],
        place: Place,
        width: usize,
    ) -> Result<Vec<u8>> {
        let count = place.width() * place.height();
        let mut stays = memory::collected(count, std::iter::repeat_n(1, count))?;
        let mut binary = Vec::new();
        for (coming, so_far) in self.frames.iter().zip(1..) {
            let mut count = 0;
            for (row, stays) in place.rows(width).zip(stays.chunks_mut(place.width())) {
                let (now, mut later) = (&picture[row.clone()], &coming.image.pixels()[row]);
                if coming.hardens {
                    binary.clear();
                    binary.extend(later.iter().map(|&pixel| packer.binary(pixel)));
                    later = &binary;
                }
                count += packer.simd.run(GoOn { stays, so_far, now, later });
            }
            if count == 0 {
                break;
            }
        }
        Ok(stays)
    }
}

/// Counts a frame more for pixels that stayed until now and still do; how many there are.
struct GoOn<'a> {
    stays: &'a mut [u8],
    so_far: u8,
    now: &'a [Rgba8],
    later: &'a [Rgba8],
}

impl Kernel for GoOn<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<V: Vector>(self) -> u32 {
        let mut count = 0;
        for (stays, (&now, &later)) in self.stays.iter_mut().zip(self.now.iter().zip(self.later)) {
            let goes_on = (*stays == self.so_far) & stands_still(later, now);
            *stays += u8::from(goes_on);
            count += u32::from(goes_on);
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_stay_until_they_change() {
        let frame = |shades: [u8; 4]| {
            let pixels = shades.map(|shade| [shade, shade, shade, 255]).to_vec();
            (Image::new(2, 2, pixels).unwrap(), Delay::new(1, 10))
        };
        let (packer, mut ahead) = (Packer::new(), Ahead::new(2));
        let frames = [[0, 50, 90, 7], [1, 50, 91, 200], [9, 50, 0, 7]].map(frame);
        let mut come =
            frames.into_iter().map(|(image, delay)| ahead.push(&packer, image, delay)).collect::<Vec<_>>();
        let first = come.pop().flatten().unwrap();
        assert!(come.iter().all(Option::is_none));
        let all = Place::all(2, 2);
        assert_eq!(ahead.stays(&packer, first.image.pixels(), all, 2).unwrap(), [2, 3, 2, 1]);
        let right = Place { left: 1, ..all };
        assert_eq!(ahead.stays(&packer, first.image.pixels(), right, 2).unwrap(), [3, 1]);
        let second = ahead.pop().unwrap();
        assert_eq!(ahead.stays(&packer, second.image.pixels(), all, 2).unwrap(), [1, 2, 1, 1]);
    }
}
