//! Histograms as bytes, so that several machines can count and one can fit.
//!
//! [`MAGIC`], a byte for the version, one for the low bits that bins ignore, and the number of cells. Then each cell in
//! the order of keys: how far its key is above the one before, its count, and for a bin the sums of its channels. The
//! CRC-32 of all that ends it, in little-endian order. Numbers are LEB128: seven bits a byte, the lowest first.

use super::morton::color_of;
use super::{Bin, Counted, Histogram, MAX_CELLS, bin_key};
use crate::error::{Error, Result};

/// The first bytes: one that is no text, and a name.
const MAGIC: [u8; 8] = *b"\x89HUEHIST";

/// The form of what follows the magic.
const VERSION: u8 = 1;

/// With so many low bits ignored, there are fewer bins than cells may be, so that no more are ever dropped.
const MAX_SHIFT: u8 = 4;

/// Most pixels, each as often as it weighs, that can have been counted: 4,096 pictures of 256 Mi pixels that weigh 255
/// each, and no sum of a few thousand such histograms leaves 64 bits.
const MAX_TOTAL: u64 = 1 << 48;

const CHECKSUM: usize = 4;

impl Histogram {
    /// The content as bytes, the same whatever order pixels and histograms were added in.
    ///
    /// ```
    /// use huepack::Histogram;
    /// let mut histogram = Histogram::default();
    /// histogram.add([1, 2, 3, 255], 7);
    /// let mut other = Histogram::from_bytes(&histogram.to_bytes())?;
    /// other.merge(&histogram);
    /// assert_eq!(other.exact_colors(), Some(vec![([1, 2, 3, 255], 14)]));
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let settled = self.settled();
        let mut bytes = MAGIC.to_vec();
        // A shift is at most MAX_SHIFT.
        bytes.extend([VERSION, settled.shift as u8]);
        put(&mut bytes, settled.len() as u64);
        let mut before = 0;
        let exact = settled.colors.iter().map(|counted| (counted.key, counted.count, None));
        let bins = settled.bins.iter().map(|bin| (bin.key, bin.count, Some(bin.sums)));
        for (key, count, sums) in exact.chain(bins) {
            put(&mut bytes, u64::from(key - before));
            put(&mut bytes, count);
            sums.into_iter().flatten().for_each(|sum| put(&mut bytes, sum));
            before = key;
        }
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    /// Reads what [`Histogram::to_bytes`] has written.
    ///
    /// # Errors
    /// [`Error::Damaged`] for bytes that no histogram is written as, and for one that counts more than 2^48 pixels;
    /// [`Error::Unsupported`] for one of a newer version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let Some(rest) = bytes.strip_prefix(&MAGIC) else {
            return Err(damaged("it does not begin as one"));
        };
        // A newer one may end otherwise, so its version is looked at first.
        match rest.first() {
            Some(&VERSION) => {}
            None | Some(0) => return Err(damaged("it has no version")),
            Some(version) => {
                return Err(Error::Unsupported { format: FORMAT, what: format!("version {version}") });
            }
        }
        let Some((content, checksum)) = bytes.split_last_chunk::<CHECKSUM>() else { return Err(cut()) };
        if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
            return Err(damaged("its checksum is wrong"));
        }
        let mut reader = Reader(content.get(MAGIC.len() + 1..).ok_or_else(cut)?);
        let histogram = reader.histogram()?;
        if reader.0.is_empty() {
            Ok(histogram)
        } else {
            Err(damaged("there is something after its last cell"))
        }
    }
}

const FORMAT: &str = "histogram";

fn damaged(what: &str) -> Error {
    Error::Damaged { format: FORMAT, what: what.into() }
}

fn cut() -> Error {
    damaged("it ends too early")
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8> {
        let (&first, rest) = self.0.split_first().ok_or_else(cut)?;
        self.0 = rest;
        Ok(first)
    }

    /// A number as it is written: in no more bytes than it takes.
    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for place in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << place >> place != bits || byte == 0 && place > 0 {
                break;
            }
            number |= bits << place;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged("a number is not written as numbers are"))
    }

    fn histogram(&mut self) -> Result<Histogram> {
        let shift = self.byte()?;
        if shift > MAX_SHIFT {
            return Err(damaged("its bins are too large"));
        }
        let shift = u32::from(shift);
        // Two bytes a colour, six a bin: nothing is reserved for what cannot be there.
        let least = if shift == 0 { 2 } else { 6 };
        let cells = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if cells > MAX_CELLS || cells > self.0.len() / least {
            return Err(damaged("it names more cells than it holds"));
        }
        let mut histogram = Histogram { shift, ..Histogram::default() };
        let mut before = None;
        let mut total = 0_u64;
        for _ in 0..cells {
            let key = self.key(before, shift)?;
            let count = self.number()?;
            total = total.saturating_add(count);
            if count == 0 || total > MAX_TOTAL {
                return Err(damaged("a count is none that pictures have"));
            }
            if shift == 0 {
                histogram.colors.push(Counted { key, count });
            } else {
                histogram.bins.push(self.bin(key, count, shift)?);
            }
            before = Some(key);
        }
        Ok(histogram)
    }

    /// The key of a colour that may come next.
    fn key(&mut self, before: Option<u32>, shift: u32) -> Result<u32> {
        let key = self.number()?.saturating_add(u64::from(before.unwrap_or(0)));
        let key = u32::try_from(key).map_err(|_| damaged("a colour is none"))?;
        // All that is fully transparent has the key 0.
        if key > 0 && color_of(key)[3] == 0 {
            return Err(damaged("a transparent colour is not the one"));
        }
        // The key of a bin has no place for white where no bit is ignored.
        let cell = |key| if shift == 0 { key } else { bin_key(key, shift) };
        match before {
            Some(before) if cell(before) >= cell(key) => Err(damaged("its cells are not in order")),
            _ => Ok(key),
        }
    }

    /// A bin, whose mean lies within it.
    fn bin(&mut self, key: u32, count: u64, shift: u32) -> Result<Bin> {
        let mut sums = [0; 4];
        for (sum, channel) in sums.iter_mut().zip(color_of(key)) {
            *sum = self.number()?;
            let width = if key == 0 { 0 } else { (1 << shift) - 1 };
            let least = u64::from(channel) & !width;
            // No overflow: a count is at most MAX_TOTAL.
            if !(least * count..=(least + width) * count).contains(sum) {
                return Err(damaged("a bin has a mean outside of it"));
            }
        }
        Ok(Bin { key, count, sums })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::image::Rgba8;

    fn histogram(colors: impl IntoIterator<Item = (Rgba8, u64)>) -> Histogram {
        let mut histogram = Histogram::default();
        colors.into_iter().for_each(|(color, count)| histogram.add(color, count));
        histogram
    }

    /// More colours than are kept apart, of any transparency.
    fn many(seed: u32) -> Vec<(Rgba8, u64)> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        };
        (0..400_000).map(|_| (next().to_be_bytes(), u64::from(next() >> 22))).collect()
    }

    /// A histogram with something changed, and the checksum that belongs to it.
    fn changed(bytes: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = bytes[..bytes.len() - CHECKSUM].to_vec();
        change(&mut bytes);
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    fn refusal(bytes: &[u8]) -> String {
        Histogram::from_bytes(bytes).unwrap_err().to_string()
    }

    #[test]
    fn parts_are_the_whole_in_any_order_and_grouping() {
        let parts = [1, 2, 3].map(many);
        let whole = histogram(parts.iter().flatten().copied()).to_bytes();
        let [a, b, c] = parts.map(|part| Histogram::from_bytes(&histogram(part).to_bytes()).unwrap());
        assert_eq!([a.shift, b.shift, c.shift], [0; 3]);
        for order in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a]] {
            let mut all = Histogram::default();
            order.iter().for_each(|part| all.merge(part));
            assert!(all.shift > 0 && all.to_bytes() == whole);
            let mut pair = order[1].clone();
            pair.merge(order[2]);
            let mut pair = Histogram::from_bytes(&pair.to_bytes()).unwrap();
            assert!(pair.shift > 0);
            pair.merge(order[0]);
            assert!(pair.to_bytes() == whole);
        }
    }

    #[test]
    fn no_histogram_is_coarser_than_can_be_read() {
        // One colour in each of the bins that ignore three bits, which are more than there may be.
        let all = histogram((0..1_u32 << 20).map(|bin| (color_of(bin << 12 | 0x111), 1)));
        assert_eq!(all.shift, u32::from(MAX_SHIFT));
        assert!(Histogram::from_bytes(&all.to_bytes()).unwrap().to_bytes() == all.to_bytes());
    }

    #[test]
    fn the_first_and_the_last_of_all_keys_come_back() {
        let colors = [([0; 4], 1), ([0, 0, 0, 1], 2), ([255, 255, 255, 254], 3), ([255; 4], 4)];
        let read = Histogram::from_bytes(&histogram(colors).to_bytes()).unwrap();
        assert_eq!(read.exact_colors(), Some(colors.to_vec()));
    }

    #[test]
    fn nothing_is_a_histogram_too() {
        assert!(Histogram::from_bytes(&Histogram::default().to_bytes()).unwrap().is_empty());
        assert!(Histogram::from_bytes(&histogram([([1; 4], 0)]).to_bytes()).unwrap().is_empty());
    }

    #[test]
    fn what_is_damaged_is_refused_with_what_is_wrong() {
        let good = histogram([([1, 2, 3, 255], 7), ([0; 4], 2), ([200, 2, 3, 255], 300)]).to_bytes();
        assert!(refusal(b"GIF89a").ends_with("it does not begin as one"));
        assert!(refusal(&MAGIC).ends_with("it has no version"));
        assert_eq!(
            refusal(&changed(&good, |bytes| bytes[8] = 2)),
            "histogram with version 2 is not supported"
        );
        assert!(refusal(&changed(&good, |bytes| bytes[9] = 5)).ends_with("its bins are too large"));
        assert!(refusal(&changed(&good, |bytes| bytes[10] = 100)).ends_with("more cells than it holds"));
        assert!(refusal(&changed(&good, |bytes| bytes[10] = 2)).ends_with("after its last cell"));
        assert!(refusal(&changed(&good, |bytes| bytes[12] = 0)).ends_with("none that pictures have"));
        for end in 0..good.len() {
            Histogram::from_bytes(&good[..end]).unwrap_err();
            Histogram::from_bytes(&changed(&good, |bytes| bytes.truncate(end.min(bytes.len() - 1))))
                .unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn histograms_come_back(colors in prop::collection::vec((any::<Rgba8>(), 1..1_u64 << 40), 0..200)) {
            let histogram = histogram(colors);
            let bytes = histogram.to_bytes();
            let read = Histogram::from_bytes(&bytes).unwrap();
            prop_assert_eq!(read.exact_colors(), histogram.exact_colors());
            prop_assert_eq!(read.to_bytes(), bytes);
        }

        /// Whatever the bytes after the version, they are refused, or are just what that histogram is written as.
        #[test]
        fn any_bytes_are_refused_or_are_a_histogram(
            shift in 0..6_u8,
            cells in 0..4_u8,
            rest in prop::collection::vec(prop_oneof![0..4_u8, any::<u8>()], 0..40),
        ) {
            let head = [&MAGIC[..], &[VERSION, shift, cells], &rest, &[0; CHECKSUM]].concat();
            let bytes = changed(&head, |_| {});
            if let Ok(mut histogram) = Histogram::from_bytes(&bytes) {
                prop_assert_eq!(&histogram.to_bytes(), &bytes);
                histogram.merge(&histogram.clone());
                if !histogram.is_empty() {
                    crate::FitOptions::new(4).fit(&histogram).unwrap();
                }
            }
        }

        #[test]
        fn a_changed_byte_is_found(place in 0..80_usize, change in 1..=255_u8) {
            let mut bytes = histogram((0..20).map(|i| ([i, 2 * i, 9, 255], 1 + u64::from(i)))).to_bytes();
            let place = place % bytes.len();
            bytes[place] ^= change;
            prop_assert!(Histogram::from_bytes(&bytes).is_err());
        }
    }
}
