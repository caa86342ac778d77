//! How often each colour occurs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::image::{ImageRef, Rgba8};
use crate::par;

/// Most colours that are kept apart. Above, neighbours share a bin: k-means over half a million points
/// already takes a second, and the palette no longer changes in what can be seen.
const MAX_CELLS: usize = 1 << 19;

/// Pixels that one thread counts at a time; smaller pictures are not worth merging.
const CHUNK: usize = 1 << 21;

/// Pixels whose counts are in memory at once. A chunk of noise takes 50 MB, and as much again while its table
/// grows.
const WAVE: usize = 4 * CHUNK;

type Cells<T> = HashMap<u32, T, BuildHasherDefault<ColorHasher>>;

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
    /// Count of each colour, while `shift` is 0.
    colors: Cells<u64>,
    /// Bins, once there were too many colours.
    bins: Cells<Bin>,
    /// Low bits of each channel that bins ignore.
    shift: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    count: u64,
    /// Sum of each channel over what fell into the bin. Integers, so that order cannot matter.
    sums: [u64; 4],
}

/// A colour, possibly the mean of a bin, and how many pixels have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WeightedColor {
    /// sRGB and alpha, each 0 to 255.
    pub(crate) color: [f32; 4],
    pub(crate) count: u64,
}

impl Histogram {
    /// The colours of a picture.
    #[must_use]
    pub fn of(image: ImageRef<'_>) -> Self {
        let mut histogram = Self::default();
        for wave in image.pixels().chunks(WAVE) {
            for part in par::map_chunks(wave, CHUNK, Self::count) {
                if histogram.is_empty() { histogram = part } else { histogram.merge(&part) }
            }
        }
        histogram
    }

    fn count(pixels: &[Rgba8]) -> Self {
        let mut part = Self::default();
        for run in pixels.chunk_by(|a, b| a == b) {
            part.add(run[0], run.len() as u64);
        }
        part
    }

    /// Counts `count` more pixels of one colour.
    #[inline]
    pub fn add(&mut self, color: Rgba8, count: u64) {
        let color = if color[3] == 0 { [0; 4] } else { color };
        if self.shift > 0 {
            return self.add_bin(u32::from_be_bytes(color), Bin::of(color, count));
        }
        *self.colors.entry(u32::from_be_bytes(color)).or_default() += count;
        if self.colors.len() > MAX_CELLS {
            self.coarsen();
        }
    }

    /// Adds all colours of another histogram, for a palette that several pictures share.
    pub fn merge(&mut self, other: &Self) {
        while self.shift < other.shift {
            self.coarsen();
        }
        for (&key, &count) in &other.colors {
            self.add(key.to_be_bytes(), count);
        }
        for (&key, &bin) in &other.bins {
            self.add_bin(key, bin);
        }
    }

    /// Number of colours, or of bins where there are more colours than the histogram keeps apart.
    #[must_use]
    pub fn len(&self) -> usize {
        self.colors.len() + self.bins.len()
    }

    /// Whether no pixel has been counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every colour with its count, in the order of red, green, blue, alpha; `None` once colours share bins.
    #[must_use]
    pub fn exact_colors(&self) -> Option<Vec<(Rgba8, u64)>> {
        let colors = || self.colors.iter().map(|(key, &count)| (key.to_be_bytes(), count));
        (self.shift == 0).then(|| sorted(colors()))
    }

    /// Every colour or bin, in colour order.
    pub(crate) fn weighted_colors(&self) -> Vec<WeightedColor> {
        if let Some(colors) = self.exact_colors() {
            let exact = |(color, count): (Rgba8, u64)| WeightedColor { color: color.map(f32::from), count };
            return colors.into_iter().map(exact).collect();
        }
        let bins = sorted(self.bins.iter().map(|(key, &bin)| (key.to_be_bytes(), bin)));
        bins.into_iter().map(|(_, bin)| WeightedColor { color: bin.mean(), count: bin.count }).collect()
    }

    fn add_bin(&mut self, key: u32, more: Bin) {
        let bin = self.bins.entry(bin_key(key, self.shift)).or_default();
        bin.count += more.count;
        for (sum, more) in bin.sums.iter_mut().zip(more.sums) {
            *sum += more;
        }
        if self.bins.len() > MAX_CELLS {
            self.coarsen();
        }
    }

    /// Drops one more bit of every channel. Whether it comes to this depends on the set of colours alone.
    fn coarsen(&mut self) {
        self.shift += 1;
        // A list takes half the memory of the table, which is gone before the next one grows.
        let colors: Vec<_> = std::mem::take(&mut self.colors).into_iter().collect();
        for (key, count) in colors {
            self.add_bin(key, Bin::of(key.to_be_bytes(), count));
        }
        let bins: Vec<_> = std::mem::take(&mut self.bins).into_iter().collect();
        for (key, bin) in bins {
            self.add_bin(key, bin);
        }
    }
}

impl Bin {
    fn of(color: Rgba8, count: u64) -> Self {
        Self { count, sums: color.map(|channel| u64::from(channel) * count) }
    }

    fn mean(self) -> [f32; 4] {
        self.sums.map(|sum| (sum as f64 / self.count as f64) as f32)
    }
}

/// In colour order, which hash maps do not have.
fn sorted<T>(cells: impl Iterator<Item = (Rgba8, T)>) -> Vec<(Rgba8, T)> {
    let mut cells: Vec<_> = cells.collect();
    cells.sort_unstable_by_key(|&(color, _)| color);
    cells
}

/// Clears the low `shift` bits of each channel; full transparency keeps a bin of its own.
fn bin_key(key: u32, shift: u32) -> u32 {
    let mask = 0xff & (0xff << shift);
    let binned = key & (mask * 0x0101_0101);
    // Alpha 1 must not fall in with alpha 0, or transparent pixels would stop being exact.
    if binned & 0xff == 0 && key & 0xff != 0 { binned | 1 } else { binned }
}

/// Fibonacci hashing of a 32-bit colour, folded because the table uses the high bits as well as the low.
#[derive(Clone, Copy, Debug, Default)]
struct ColorHasher(u64);

impl Hasher for ColorHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    #[inline]
    fn write_u32(&mut self, key: u32) {
        let product = u64::from(key).wrapping_add(self.0).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 32);
    }
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
        assert_eq!(forward.exact_colors(), None);
        assert_eq!(forward.weighted_colors(), rest.weighted_colors());
        assert_eq!(forward.weighted_colors().iter().map(|c| c.count).sum::<u64>(), 900_000);
    }

    #[test]
    fn transparent_pixels_are_one_colour() {
        let mut histogram = Histogram::default();
        histogram.add([1, 2, 3, 0], 4);
        histogram.add([9, 9, 9, 0], 1);
        assert_eq!(histogram.exact_colors(), Some(vec![([0; 4], 5)]));
    }

    #[test]
    fn bins_keep_transparency_apart_from_the_faintest_colour() {
        assert_eq!(bin_key(0x0101_0100, 0), 0x0101_0100);
        assert_ne!(bin_key(0x0000_0001, 3), bin_key(0, 3));
    }
}
