//! How often each colour occurs.

mod bytes;
mod count;
mod cubes;
mod morton;

use std::borrow::Cow;

use crate::activity;
use crate::image::{ImageRef, Rgba8};
use crate::par;
use crate::simd::Simd;
use cubes::{Cubes, Seen};
use morton::{color_of, key_of};

/// Most colours that are kept apart. Above, neighbours share a bin: k-means over half a million points
/// already takes a second, and the palette no longer changes in what can be seen.
const MAX_CELLS: usize = 1 << 19;

/// Most pixels for each colour of a photograph, unless it has many. Screenshots have 18 and more, and lost up to 9 points
/// of SSIMULACRA2 in bins at 256 colours; photographs of half a megapixel have 2 to 20.
const PIXELS_PER_COLOR: usize = 16;

/// Colours that only photographs have, however large they are: one of 10 megapixels has 446,000, a drawing of 6 has 135,000,
/// and loses 3 points in bins.
const MANY_COLORS: usize = 1 << 18;

/// Pixels whose counts are in memory at once. A chunk of noise takes 32 MB.
const WAVE: usize = 4 * count::CHUNK;

/// Colours added one by one that wait before they are sorted in, at least.
const MIN_PENDING: usize = 1 << 12;

/// Colours with their counts: every distinct colour up to 524,288 of them, beyond that bins that know the true
/// mean of what fell into them. All fully transparent pixels count as one colour.
///
/// The content does not depend on the order in which pixels or histograms were added.
///
/// ```
/// use huepack::{Histogram, ImageRef};
/// let pixels = [[9, 9, 9, 255], [1, 2, 3, 255], [9, 9, 9, 255]];
/// let histogram = Histogram::of(ImageRef::new(3, 1, &pixels)?);
/// assert_eq!(histogram.exact_colors(), Some(vec![([1, 2, 3, 255], 1), ([9, 9, 9, 255], 2)]));
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// Colours by key, each once, while `shift` is 0.
    colors: Vec<Counted>,
    /// Bins by key, once there were too many colours.
    bins: Vec<Bin>,
    /// Colours that wait to be sorted in, in any order.
    pending: Vec<Counted>,
    /// Low bits of each channel that bins ignore.
    shift: u32,
    /// Distinct colours in the bins, where they were counted.
    distinct: Option<usize>,
}

/// A colour, as the key that sorts it beside its neighbours, and its count. Counts and sums end at the largest number,
/// whatever the order in which they are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    key: u32,
    count: u64,
}

#[derive(Clone, Copy, Debug)]
struct Bin {
    /// The least of its colours'.
    key: u32,
    count: u64,
    /// Sum of each channel over what fell into the bin. Integers, so that order cannot matter.
    sums: [u64; 4],
}

/// A colour, possibly the mean of a bin, and how many pixels have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WeightedColor {
    /// Colours with most leading bits in common are neighbours.
    pub(crate) key: u32,
    /// sRGB and alpha, each 0 to 255.
    pub(crate) color: [f32; 4],
    pub(crate) count: u64,
}

impl Histogram {
    /// The colours of a picture.
    #[must_use]
    pub fn of(image: ImageRef<'_>) -> Self {
        Self::collect(image.pixels(), |pixels, _| count::sorted(pixels, |_| 1))
    }

    /// The colours of a picture, in bins of 8x8x8 of them that know the mean of what fell into each: a fifth as many that
    /// take half the time. `None` for a picture with fewer bins than `least`, with anything but opaque pixels, or with few
    /// colours for its size: that was drawn, and each of its common colours matters. Weights are 1 to 255.
    pub(crate) fn coarse(image: ImageRef<'_>, weights: Option<&[u8]>, least: usize) -> Option<Self> {
        let pixels = image.pixels();
        if pixels.iter().fold(255, |all, pixel| all & pixel[3]) < 255 {
            return None;
        }
        let mut histogram = Self { shift: cubes::SHIFT, ..Self::default() };
        let mut seen: Option<Seen> = None;
        let take = |part: Cubes| {
            histogram.take_bins(part.bins);
            match &mut seen {
                Some(seen) => seen.absorb(&part.seen),
                None => seen = Some(part.seen),
            }
        };
        match weights {
            Some(weights) => {
                in_chunks(
                    pixels,
                    |pixels, from| Cubes::of(pixels, |pixel| u32::from(weights[from + pixel])),
                    take,
                );
            }
            None => in_chunks(pixels, |pixels, _| Cubes::of(pixels, |_| 1), take),
        }
        let distinct = seen.map_or(0, |seen| seen.count());
        histogram.distinct = Some(distinct);
        let is_drawn = distinct < MANY_COLORS.min(pixels.len() / PIXELS_PER_COLOR);
        (histogram.bins.len() >= least && !is_drawn).then_some(histogram)
    }

    /// The colours of a picture, a pixel counting as much as an error of it shows: 255 in flat surroundings down to 1
    /// in wild ones, by the variance of luma in 5x5 pixels.
    #[must_use]
    pub fn visible(image: ImageRef<'_>) -> Self {
        Self::weighted(image, &activity::weights(image, Simd::default()))
    }

    /// The colours of a picture, a pixel counting as often as its weight says; one that weighs nothing is no colour of it.
    ///
    /// # Panics
    /// Unless there is one weight for each pixel.
    ///
    /// ```
    /// use huepack::{Histogram, ImageRef};
    /// let pixels = [[9, 9, 9, 255], [1, 2, 3, 255], [9, 9, 9, 255]];
    /// let histogram = Histogram::weighted(ImageRef::new(3, 1, &pixels)?, &[2, 0, 5]);
    /// assert_eq!(histogram.exact_colors(), Some(vec![([9, 9, 9, 255], 7)]));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn weighted(image: ImageRef<'_>, weights: &[u8]) -> Self {
        assert_eq!(weights.len(), image.pixels().len(), "one weight for each pixel");
        Self::collect(image.pixels(), |pixels, from| {
            let mut counted = count::sorted(pixels, |pixel| u32::from(weights[from + pixel]));
            counted.retain(|counted| counted.count > 0);
            counted
        })
    }

    /// Merges what `count` makes of chunks of the pixels, given with the number of their first.
    fn collect(pixels: &[Rgba8], count: impl Fn(&[Rgba8], usize) -> Vec<Counted> + Send + Sync) -> Self {
        let mut histogram = Self::default();
        in_chunks(pixels, count, |part| histogram.take(part));
        histogram
    }

    /// Counts `count` more pixels of one colour.
    #[inline]
    pub fn add(&mut self, color: Rgba8, count: u64) {
        // What no pixel has is no colour.
        if count == 0 {
            return;
        }
        self.distinct = None;
        self.pending.push(Counted { key: key_of(color), count });
        if self.pending.len() >= MIN_PENDING.max(self.colors.len() + self.bins.len()) {
            self.settle();
        }
    }

    /// Adds all colours of another histogram, for a palette that several pictures share.
    pub fn merge(&mut self, other: &Self) {
        self.settle();
        self.distinct = None;
        let other = other.settled();
        while self.shift < other.shift {
            self.coarsen();
        }
        if other.shift == 0 {
            self.take(other.colors.clone());
        } else {
            self.take_bins(other.bins.clone());
        }
    }

    /// Number of colours, or of bins where there are more colours than the histogram keeps apart.
    #[must_use]
    pub fn len(&self) -> usize {
        let settled = self.settled();
        settled.colors.len() + settled.bins.len()
    }

    /// Whether no pixel has been counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.colors.is_empty() && self.bins.is_empty() && self.pending.is_empty()
    }

    /// Number of distinct colours; `None` if there are more than 524,288, or colours that share bins were added to.
    #[must_use]
    pub fn distinct_colors(&self) -> Option<usize> {
        let settled = self.settled();
        let distinct = if settled.shift == 0 { Some(settled.colors.len()) } else { settled.distinct };
        distinct.filter(|&distinct| distinct <= MAX_CELLS)
    }

    /// Every colour with its count, in the order of red, green, blue, alpha; `None` once colours share bins.
    #[must_use]
    pub fn exact_colors(&self) -> Option<Vec<(Rgba8, u64)>> {
        let settled = self.settled();
        if settled.shift > 0 {
            return None;
        }
        let mut colors: Vec<_> =
            settled.colors.iter().map(|counted| (color_of(counted.key), counted.count)).collect();
        colors.sort_unstable();
        Some(colors)
    }

    /// Every colour or bin that counts, those next to each other in colour mostly next to each other in the list. What is fully
    /// transparent comes first.
    pub(crate) fn weighted_colors(&self) -> Vec<WeightedColor> {
        let settled = self.settled();
        let exact = |&Counted { key, count }: &Counted| WeightedColor {
            key,
            color: color_of(key).map(f32::from),
            count,
        };
        let mean = |bin: &Bin| WeightedColor { key: bin.key, color: bin.mean(), count: bin.count };
        settled.colors.iter().map(exact).chain(settled.bins.iter().map(mean)).collect()
    }

    /// With nothing pending.
    fn settled(&self) -> Cow<'_, Self> {
        if self.pending.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut settled = self.clone();
        settled.settle();
        Cow::Owned(settled)
    }

    fn settle(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_unstable();
        pending.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            kept.count = kept.count.saturating_add(if same { next.count } else { 0 });
            same
        });
        self.take(pending);
    }

    /// Takes in sorted colours.
    fn take(&mut self, colors: Vec<Counted>) {
        if self.shift > 0 {
            return self.take_bins(colors.into_iter().map(Bin::of).collect());
        }
        self.colors = merged(
            &std::mem::take(&mut self.colors),
            colors,
            |counted| counted.key,
            |kept, more| {
                kept.count = kept.count.saturating_add(more.count);
            },
        );
        if self.colors.len() > MAX_CELLS {
            self.coarsen();
        }
    }

    /// Takes in sorted bins, or colours as bins.
    fn take_bins(&mut self, bins: Vec<Bin>) {
        let shift = self.shift;
        self.bins = merged(&std::mem::take(&mut self.bins), bins, |bin| bin_key(bin.key, shift), Bin::absorb);
        if self.bins.len() > MAX_CELLS {
            self.coarsen();
        }
    }

    /// Drops one more bit of every channel. Whether it comes to this depends on the set of colours alone.
    fn coarsen(&mut self) {
        self.shift += 1;
        let colors = std::mem::take(&mut self.colors).into_iter().map(Bin::of);
        let bins = std::mem::take(&mut self.bins).into_iter().chain(colors).collect();
        self.take_bins(bins);
    }
}

/// Counts chunks of pixels, given with the number of their first, on as many threads as there are, and hands what comes
/// of them over in turn.
fn in_chunks<T: Send>(
    pixels: &[Rgba8],
    count: impl Fn(&[Rgba8], usize) -> T + Send + Sync,
    take: impl FnMut(T),
) {
    let mut take = take;
    for (number, wave) in pixels.chunks(WAVE).enumerate() {
        let parts = par::map(wave.len().div_ceil(count::CHUNK), |part| {
            let from = part * count::CHUNK;
            count(&wave[from..wave.len().min(from + count::CHUNK)], number * WAVE + from)
        });
        parts.into_iter().for_each(&mut take);
    }
}

impl Bin {
    fn of(Counted { key, count }: Counted) -> Self {
        Self { key, count, sums: color_of(key).map(|channel| u64::from(channel).saturating_mul(count)) }
    }

    fn absorb(&mut self, more: Self) {
        self.key = self.key.min(more.key);
        self.count = self.count.saturating_add(more.count);
        for (sum, more) in self.sums.iter_mut().zip(more.sums) {
            *sum = sum.saturating_add(more);
        }
    }

    fn mean(self) -> [f32; 4] {
        self.sums.map(|sum| (sum as f64 / self.count as f64) as f32)
    }
}

/// The bin of a colour, without the low `shift` bits of each channel; full transparency keeps one of its own, or
/// transparent pixels would stop being exact.
pub(crate) fn bin_key(key: u32, shift: u32) -> u32 {
    if key == 0 { 0 } else { (key >> (4 * shift)) + 1 }
}

/// Two sorted lists as one, items of the same key joined.
fn merged<T: Copy>(a: &[T], b: Vec<T>, key: impl Fn(&T) -> u32, join: impl Fn(&mut T, T)) -> Vec<T> {
    if a.is_empty() && b.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])) {
        return b;
    }
    let mut all: Vec<T> = Vec::with_capacity(a.len() + b.len());
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(&x), Some(&y)) if key(x) <= key(y) => left.next(),
            (_, Some(_)) => right.next(),
            _ => left.next(),
        };
        let Some(&next) = next else { break };
        match all.last_mut() {
            Some(last) if key(last) == key(&next) => join(last, next),
            _ => all.push(next),
        }
    }
    all.shrink_to_fit();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many_colours() -> Vec<Rgba8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()
        };
        (0..900_000).map(|_| next()).collect()
    }

    #[test]
    fn the_order_of_pixels_does_not_matter() {
        let colors = many_colours();
        let mut forward = Histogram::default();
        colors.iter().for_each(|&color| forward.add(color, 1));
        let (first, second) = colors.split_at(200_000);
        let mut parts = Histogram::default();
        second.iter().rev().for_each(|&color| parts.add(color, 1));
        let mut rest = Histogram::default();
        first.iter().for_each(|&color| rest.add(color, 1));
        rest.merge(&parts);
        let at_once = Histogram::of(ImageRef::new(900, 1_000, &colors).unwrap());
        assert_eq!(forward.exact_colors(), None);
        let weights = |histogram: &Histogram| -> Vec<_> {
            histogram.weighted_colors().into_iter().map(|cell| (cell.color, cell.count)).collect()
        };
        assert_eq!(weights(&forward), weights(&rest));
        assert_eq!(weights(&forward), weights(&at_once));
        assert_eq!(forward.weighted_colors().iter().map(|c| c.count).sum::<u64>(), 900_000);
    }

    #[test]
    fn transparent_pixels_are_one_colour() {
        let mut histogram = Histogram::default();
        histogram.add([1, 2, 3, 0], 4);
        histogram.add([9, 9, 9, 0], 1);
        assert_eq!(histogram.exact_colors(), Some(vec![([0; 4], 5)]));
        assert_eq!(histogram.len(), 1);
    }

    #[test]
    fn bins_keep_transparency_apart_from_the_faintest_colour() {
        assert_ne!(bin_key(key_of([0, 0, 0, 1]), 0), bin_key(key_of([0; 4]), 0));
        assert_ne!(bin_key(key_of([0, 0, 0, 1]), 3), bin_key(key_of([0; 4]), 3));
    }

    #[test]
    fn weights_count_as_often_as_they_say() {
        let pixels = [[9, 9, 9, 255], [1, 2, 3, 255], [9, 9, 9, 255], [5, 5, 5, 0]];
        let histogram = Histogram::weighted(ImageRef::new(2, 2, &pixels).unwrap(), &[3, 7, 255, 1]);
        assert_eq!(
            histogram.exact_colors().unwrap(),
            [([0; 4], 1), ([1, 2, 3, 255], 7), ([9, 9, 9, 255], 258)]
        );
    }
}
