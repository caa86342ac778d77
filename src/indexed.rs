//! An indexed picture: a palette and one byte for each pixel.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::image::{Rgba8, check_length};
use crate::palette::Palette;

/// A palette with one index a pixel, rows from the top; every index lies within the palette.
#[derive(Clone, Debug)]
pub struct Indexed {
    width: u32,
    height: u32,
    palette: Palette,
    indices: Vec<u8>,
    cuts: Option<Arc<Cuts>>,
}

/// How indices were meant to be cut into phrases of LZW when they were chosen. Another cut teaches the dictionary other
/// phrases, and finds few of those again that made this one short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cuts {
    /// Where phrases end, in order.
    pub(crate) ends: Vec<u32>,
    /// Where the dictionary is cleared, in order: at the ends of phrases.
    pub(crate) clears: Vec<u32>,
}

/// Pictures are equal whatever is known about how to pack them.
impl PartialEq for Indexed {
    fn eq(&self, other: &Self) -> bool {
        (self.width, self.height) == (other.width, other.height)
            && self.palette == other.palette
            && self.indices == other.indices
    }
}

impl Eq for Indexed {}

impl Indexed {
    /// Takes `width * height` indices into `palette`.
    ///
    /// # Errors
    /// [`Error::EmptyImage`] for a side of zero, [`Error::BufferLength`] when the number of indices is
    /// off, [`Error::IndexOutOfRange`] when one points past the palette.
    ///
    /// ```
    /// use huepack::{Indexed, Palette};
    /// let palette = Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255]])?;
    /// assert!(Indexed::new(2, 1, palette.clone(), vec![0, 1]).is_ok());
    /// assert!(Indexed::new(2, 1, palette, vec![0, 2]).is_err());
    /// # Ok::<(), huepack::Error>(())
    /// ```
    pub fn new(width: u32, height: u32, palette: Palette, indices: Vec<u8>) -> Result<Self> {
        check_length(width, height, 1, indices.len())?;
        // A maximum over bytes is one vector instruction a block; an early exit would be slower.
        let index = indices.iter().copied().max().unwrap_or(0);
        if usize::from(index) >= palette.len() {
            return Err(Error::IndexOutOfRange { index, colors: palette.len() });
        }
        Ok(Self { width, height, palette, indices, cuts: None })
    }

    /// The same picture, to be cut like that.
    pub(crate) fn with_cuts(self, cuts: Option<Arc<Cuts>>) -> Self {
        Self { cuts, ..self }
    }

    /// How the indices were meant to be cut, if they were chosen for LZW.
    pub(crate) fn cuts(&self) -> Option<&Arc<Cuts>> {
        self.cuts.as_ref()
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The palette.
    #[must_use]
    pub fn palette(&self) -> &Palette {
        &self.palette
    }

    /// One index a pixel, rows from the top.
    #[must_use]
    pub fn indices(&self) -> &[u8] {
        &self.indices
    }

    /// The colour of each pixel, rows from the top.
    pub fn pixels(&self) -> impl ExactSizeIterator<Item = Rgba8> + Clone {
        self.indices.iter().map(|&index| self.palette.colors()[usize::from(index)])
    }

    /// How many pixels use each colour of the palette, in palette order.
    #[must_use]
    pub fn uses(&self) -> Vec<u64> {
        let mut uses = [0_u64; 256];
        for &index in &self.indices {
            uses[usize::from(index)] += 1;
        }
        uses[..self.palette.len()].to_vec()
    }
}
