//! A palette: the colours that indices stand for.

use crate::error::{Error, Result};
use crate::image::Rgba8;

/// The largest palette that PNG and GIF can store.
pub(crate) const MAX_COLORS: usize = 256;

/// 1 to 256 colours in the order of their indices. Colours may repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    colors: Vec<Rgba8>,
}

/// Every grey that so many bits (1, 2, 4 or 8) can state, from black to white: what the samples of a greyscale PNG mean
/// (PNG specification, third edition, 13.12, linear equation).
pub(crate) fn greys(bits: u8) -> impl Iterator<Item = Rgba8> {
    let most = u8::MAX >> (8 - bits);
    // 255 divides by the largest sample of each depth: 1, 3, 15, 255.
    (0..=most).map(move |sample| sample * (u8::MAX / most)).map(|grey| [grey, grey, grey, 255])
}

impl Palette {
    /// Takes 1 to 256 colours.
    ///
    /// # Errors
    /// [`Error::ColorCount`] for none or more than 256.
    ///
    /// ```
    /// let palette = huepack::Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255]])?;
    /// assert_eq!(palette.bits_per_index(), 1);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    pub fn new(colors: Vec<Rgba8>) -> Result<Self> {
        if colors.is_empty() || colors.len() > MAX_COLORS {
            return Err(Error::ColorCount { min: 1, max: MAX_COLORS, got: colors.len() });
        }
        Ok(Self { colors })
    }

    /// The colours in the order of their indices.
    #[must_use]
    pub fn colors(&self) -> &[Rgba8] {
        &self.colors
    }

    /// How many colours there are, 1 to 256.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a palette is never empty")]
    pub fn len(&self) -> usize {
        self.colors.len()
    }

    /// The first index that is fully transparent.
    pub(crate) fn transparent(&self) -> Option<u8> {
        self.colors.iter().position(|color| color[3] == 0).map(|index| index as u8)
    }

    /// The fewest bits that hold every index: 1, 2, 4 or 8, the bit depths of an indexed PNG
    /// (PNG specification, third edition, 11.2.1).
    #[must_use]
    pub fn bits_per_index(&self) -> u8 {
        match self.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        }
    }
}
