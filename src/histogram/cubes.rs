//! Counting in cubes of eight by eight by eight colours at once. A pixel adds to sums in the second level of the cache,
//! and marks its colour in a bitmap, so that how many there are is known too.

use super::morton::{color_of, key_of_opaque, opaque_keys};
use super::{Bin, count};
use crate::image::Rgba8;

/// Low bits of each channel that a cube ignores.
pub(super) const SHIFT: u32 = 3;

/// Bits of a colour's place within its cube, and words that have one bit for each place.
const WITHIN: u32 = 3 * SHIFT;
const WORDS: usize = (1 << WITHIN) / u64::BITS as usize;

const CUBES: usize = 1 << (24 - WITHIN);

/// What one chunk of opaque pixels holds, in Morton order.
pub(super) struct Cubes {
    pub(super) bins: Vec<Bin>,
    pub(super) seen: Seen,
}

/// Which colours occurred.
pub(super) struct Seen(Vec<[u64; WORDS]>);

impl Cubes {
    /// Counts at most [`count::CHUNK`] opaque pixels, whose weights are 1 to 255.
    pub(super) fn of(pixels: &[Rgba8], weight: impl Fn(usize) -> u32) -> Self {
        debug_assert!(pixels.len() <= count::CHUNK);
        // What the low bits add up to, and how many pixels there are: at most 7 * 255 * 2²⁰.
        let mut sums = vec![[0_u32; 4]; CUBES];
        let mut seen = Seen::none();
        for (number, (&pixel, key)) in pixels.iter().zip(opaque_keys(pixels)).enumerate() {
            let (cube, within) = ((key >> WITHIN) as usize, key as usize % (1 << WITHIN));
            let [r, g, b, _] = pixel.map(|channel| u32::from(channel) % (1 << SHIFT));
            let weight = weight(number);
            let sum = &mut sums[cube];
            *sum = [sum[0] + weight * r, sum[1] + weight * g, sum[2] + weight * b, sum[3] + weight];
            seen.0[cube][within / 64] |= 1 << (within % 64);
        }
        let cubes = sums.iter().zip(&seen.0).enumerate().filter(|(_, (sum, _))| sum[3] > 0);
        let bins = cubes.map(|(cube, (&[r, g, b, count], seen))| {
            let opaque = cube << WITHIN | first(seen);
            let key = key_of_opaque(opaque >> 12, opaque & 0xfff);
            let count = u64::from(count);
            let high = color_of(key).map(|channel| count * u64::from(channel >> SHIFT << SHIFT));
            let sums = [high[0] + u64::from(r), high[1] + u64::from(g), high[2] + u64::from(b), 255 * count];
            Bin { key, count, sums }
        });
        Self { bins: bins.collect(), seen }
    }
}

impl Seen {
    pub(super) fn none() -> Self {
        Self(vec![[0; WORDS]; CUBES])
    }

    pub(super) fn absorb(&mut self, more: &Self) {
        for (words, more) in self.0.as_flattened_mut().iter_mut().zip(more.0.as_flattened()) {
            *words |= more;
        }
    }

    /// How many colours occurred.
    pub(super) fn count(&self) -> usize {
        self.0.as_flattened().iter().map(|words| words.count_ones() as usize).sum()
    }
}

/// The lowest place that is marked, of a cube that has one.
fn first(seen: &[u64; WORDS]) -> usize {
    let word = seen.iter().position(|&word| word > 0).unwrap_or(0);
    64 * word + seen[word].trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::super::morton::key_of;
    use super::super::{Counted, Histogram, bin_key};
    use super::*;
    use crate::image::ImageRef;
    use crate::random::Random;

    /// More than a chunk, of more colours than a histogram keeps apart, some of them many times.
    fn pixels() -> Vec<Rgba8> {
        let mut random = Random::new(3);
        let mut color = || (random.next() as u32 | 255).to_be_bytes();
        (0..1_200_000).map(|i| if i % 7 == 0 { [9, 9, 9, 255] } else { color() }).collect()
    }

    #[test]
    fn cubes_hold_what_their_colours_add_up_to() {
        let pixels = pixels();
        let image = ImageRef::new(1_200, 1_000, &pixels).unwrap();
        let weights: Vec<u8> = (0..pixels.len()).map(|i| (i % 255 + 1) as u8).collect();
        for weights in [None, Some(&weights[..])] {
            let coarse = Histogram::coarse(image, weights, 2).unwrap();
            let mut all = Histogram { shift: SHIFT, ..Histogram::default() };
            let weight = |i: usize| weights.map_or(1, |weights| u64::from(weights[i]));
            let counted = |(i, &color)| Bin::of(Counted { key: key_of(color), count: weight(i) });
            let mut exact: Vec<Bin> = pixels.iter().enumerate().map(counted).collect();
            exact.sort_by_key(|bin| bin.key);
            all.take_bins(exact);
            let content = |histogram: &Histogram| -> Vec<_> {
                histogram.bins.iter().map(|bin| (bin.key, bin.count, bin.sums)).collect()
            };
            assert_eq!(content(&coarse), content(&all));
            assert!(coarse.bins.is_sorted_by_key(|bin| bin_key(bin.key, SHIFT)));
        }
    }

    #[test]
    fn colours_are_told_apart_all_the_same() {
        let mut pixels = pixels();
        pixels.truncate(300_000);
        let image = ImageRef::new(300, 1_000, &pixels).unwrap();
        let exact = Histogram::of(image);
        let coarse = Histogram::coarse(image, None, 2).unwrap();
        assert!(coarse.len() < exact.len() / 5);
        assert_eq!(coarse.distinct_colors(), Some(exact.len()));
        assert_eq!(exact.distinct_colors(), Some(exact.len()));
        let mut more = coarse;
        more.add([1, 2, 3, 255], 1);
        assert_eq!(more.distinct_colors(), None);
    }

    #[test]
    fn what_is_not_opaque_or_was_drawn_is_left_to_be_counted_exactly() {
        let opaque = [[0, 0, 0, 255], [255; 4]];
        let of =
            |pixels: &[Rgba8], least| Histogram::coarse(ImageRef::new(2, 1, pixels).unwrap(), None, least);
        assert!(of(&opaque, 2).is_some() && of(&opaque, 3).is_none());
        assert!(of(&[[0, 0, 0, 254], [255; 4]], 1).is_none());
        let drawn: Vec<Rgba8> = (0..320).map(|i| [9 * (i % 19) as u8, 0, 0, 255]).collect();
        let of =
            |side| Histogram::coarse(ImageRef::new(side, 10, &drawn[..10 * side as usize]).unwrap(), None, 2);
        assert!(of(30).is_some() && of(32).is_none());
    }
}
