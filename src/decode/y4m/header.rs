//! The first line: parameters, each a letter with its value.

use super::{damaged, unsupported};
use crate::animation::Delay;
use crate::error::Result;

const SIGNATURE: &[u8] = b"YUV4MPEG2";

/// What the first line says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) delay: Delay,
    pub(super) layout: Layout,
    pub(super) range: Range,
}

/// Where the samples of the colour differences lie among those of the brightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Mono,
    Color { across: Siting, down: Siting },
}

/// Along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Siting {
    /// One for each.
    Full,
    /// One for two, in the middle between them.
    Between,
    /// One for two, at the first of them.
    OnFirst,
}

/// What the samples span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// 0 to 255.
    Full,
    /// 16 to 235, and 16 to 240 for colour differences.
    Video,
}

impl Header {
    pub(super) fn read(line: &[u8]) -> Result<Self> {
        let mut words = line.split(|&byte| byte == b' ');
        if words.next() != Some(SIGNATURE) {
            return Err(damaged("it does not start with YUV4MPEG2"));
        }
        let (mut width, mut height, mut rate) = (None, None, None);
        let (mut layout, mut range) = (Layout::of_name("420jpeg").expect("a name of the list"), None);
        for word in words {
            let word = String::from_utf8_lossy(word);
            let Some(kind) = word.chars().next() else { continue };
            let value = &word[kind.len_utf8()..];
            match kind {
                'W' => width = value.parse().ok(),
                'H' => height = value.parse().ok(),
                'F' => rate = read_ratio(value),
                'C' => {
                    layout =
                        Layout::of_name(value).ok_or_else(|| unsupported(format!("the layout {value}")))?;
                }
                // Progressive, or unknown, which in practice is the same.
                'I' if !matches!(value, "p" | "?") => return Err(unsupported("interlaced frames")),
                'X' => match value {
                    "COLORRANGE=FULL" => range = Some(Range::Full),
                    "COLORRANGE=LIMITED" => range = Some(Range::Video),
                    _ => {}
                },
                _ => {}
            }
        }
        let missing = |what: &str| damaged(format!("the header does not say {what}"));
        let default_range = if layout == Layout::Mono { Range::Full } else { Range::Video };
        Ok(Self {
            width: width.ok_or_else(|| missing("the width"))?,
            height: height.ok_or_else(|| missing("the height"))?,
            delay: rate.ok_or_else(|| missing("the frame rate"))?,
            layout,
            range: range.unwrap_or(default_range),
        })
    }
}

/// The frame rate as the time of a frame. An unknown one, 0:0, is 25 a second to ffmpeg.
fn read_ratio(value: &str) -> Option<Delay> {
    let (frames, seconds) = value.split_once(':')?;
    match (frames.parse().ok()?, seconds.parse().ok()?) {
        (0, 0) => Some(Delay::new(1, 25)),
        (0, _) | (_, 0) => None,
        (frames, seconds) => Some(Delay::new(seconds, frames)),
    }
}

impl Layout {
    fn of_name(name: &str) -> Option<Self> {
        let (across, down) = match name {
            "mono" => return Some(Self::Mono),
            "420jpeg" | "420" => (Siting::Between, Siting::Between),
            "420mpeg2" => (Siting::OnFirst, Siting::Between),
            "420paldv" => (Siting::OnFirst, Siting::OnFirst),
            "422" => (Siting::OnFirst, Siting::Full),
            "444" => (Siting::Full, Siting::Full),
            _ => return None,
        };
        Some(Self::Color { across, down })
    }

    /// Bytes of a frame.
    pub(super) fn bytes(self, width: u32, height: u32) -> u64 {
        let pixels = u64::from(width) * u64::from(height);
        match self {
            Self::Mono => pixels,
            Self::Color { across, down } => {
                pixels + 2 * u64::from(across.samples(width)) * u64::from(down.samples(height))
            }
        }
    }
}

impl Siting {
    /// Samples for so many pixels.
    pub(super) fn samples(self, pixels: u32) -> u32 {
        if self == Self::Full { pixels } else { pixels.div_ceil(2) }
    }

    /// The two samples that a pixel lies between, of so many, and how many quarters the second one counts.
    pub(super) fn around(self, pixel: usize, samples: usize) -> (usize, usize, i32) {
        let sample = pixel / 2;
        let next = (sample + 1).min(samples - 1);
        match (self, pixel % 2) {
            (Self::Full, _) => (pixel, pixel, 0),
            (Self::Between, 0) => (sample.saturating_sub(1), sample, 3),
            (Self::Between, _) => (sample, next, 1),
            (Self::OnFirst, 0) => (sample, sample, 0),
            (Self::OnFirst, _) => (sample, next, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_two_pixels_lies_between_them_or_on_the_first() {
        let mix = |siting: Siting, pixel| {
            let (first, second, quarters) = siting.around(pixel, 3);
            4 * first as i32 + quarters * (second as i32 - first as i32)
        };
        // In quarters of a sample: pixel p lies at p / 2 - 1 / 4, or at p / 2.
        assert_eq!([1, 2, 3, 4].map(|pixel| mix(Siting::Between, pixel)), [1, 3, 5, 7]);
        assert_eq!([0, 1, 2, 3].map(|pixel| mix(Siting::OnFirst, pixel)), [0, 2, 4, 6]);
        assert_eq!([0, 1, 2].map(|pixel| mix(Siting::Full, pixel)), [0, 4, 8]);
        // The edge is drawn out.
        assert_eq!((mix(Siting::Between, 0), mix(Siting::Between, 5), mix(Siting::OnFirst, 5)), (0, 8, 8));
    }

    #[test]
    fn rates_are_turned_over() {
        assert_eq!(read_ratio("30000:1001"), Some(Delay::new(1001, 30_000)));
        assert_eq!(read_ratio("0:0"), Some(Delay::new(1, 25)));
        assert_eq!([read_ratio("0:1"), read_ratio("25"), read_ratio("a:b")], [None; 3]);
    }
}
