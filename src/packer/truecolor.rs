//! The same picture without a palette.

use super::{Packer, Report};
use crate::effort::Effort;
use crate::encode::{self, Format, Mode};
use crate::error::{Error, Result};
use crate::histogram::Histogram;
use crate::image::ImageRef;
use crate::palette::MAX_COLORS;
use crate::readback::holds;

impl Packer {
    /// Packs a picture as true colour, or as grey with alpha, in which every visible pixel stays as it is, if that takes at
    /// most so many bytes: those of the file that [`pack`](Self::pack) made, when the better of the two is wanted. Smooth
    /// gradients have more colours than a palette holds, and take next to nothing. Options for palettes have no effect,
    /// those for the effort and the metadata have. `None` for what is larger, for GIF, and at [`Effort::Fast`], which does
    /// not look; pictures of which an estimate is half as large again are not tried, nor icons from a third more on.
    ///
    /// ```
    /// use huepack::{ImageRef, Packer};
    /// let pixels: Vec<[u8; 4]> = (0..4096).map(|i| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, 128, 255]).collect();
    /// let image = ImageRef::new(64, 64, &pixels)?;
    /// let packer = Packer::new();
    /// let packed = packer.pack(image)?;
    /// let lossless = packer.pack_truecolor(image, packed.bytes.len())?.unwrap();
    /// assert!(packed.report.mean_squared_error > 0.0 && lossless.len() < packed.bytes.len());
    /// assert!(packer.pack_truecolor(image, 100)?.is_none());
    /// # Ok::<(), huepack::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`OutOfMemory`](Error::OutOfMemory) where there is less than [`lossless_memory`](encode::png::lossless_memory)
    /// says, [`Encoder`](Error::Encoder) if the file, decoded again, does not hold the picture, which would be a bug.
    pub fn pack_truecolor(&self, image: ImageRef<'_>, most_bytes: usize) -> Result<Option<Vec<u8>>> {
        if self.format != Format::Png || self.effort == Effort::Fast {
            return Ok(None);
        }
        match encode::lossless_within(image, self.effort, &self.metadata, most_bytes)? {
            Some(file) if !holds(&file, image)? => {
                let what = "the file that it made holds another picture".to_owned();
                Err(Error::Encoder { encoder: "PNG", what })
            }
            file => Ok(file),
        }
    }

    /// Packs an icon of more colours than a palette holds as [`pack_truecolor`](Self::pack_truecolor) does, if that takes
    /// so few bytes that [`pack`](Self::pack) need not look for a palette, which would take many times as long and weigh
    /// 780 bytes alone. `None` where only `pack` tells: that is for all that has a target, a palette or a number of colours
    /// or bits to save of its own, and wherever `pack_truecolor` does not look.
    ///
    /// ```
    /// use huepack::{ImageRef, Packer};
    /// let pixels: Vec<[u8; 4]> = (0..1024).map(|i| [(i % 32) as u8 * 8, (i / 32) as u8 * 8, 128, 255]).collect();
    /// let image = ImageRef::new(32, 32, &pixels)?;
    /// let (file, report) = Packer::new().pack_tiny(image)?.unwrap();
    /// assert!(file.len() < 200 && report.source_colors == Some(1024));
    /// assert!(Packer::new().colors(64).pack_tiny(image)?.is_none());
    /// # Ok::<(), huepack::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `pack_truecolor`.
    pub fn pack_tiny(&self, image: ImageRef<'_>) -> Result<Option<(Vec<u8>, Report)>> {
        #[cfg(feature = "score")]
        if self.target.is_some() {
            return Ok(None);
        }
        let is_free = self.colors == MAX_COLORS && self.palette.is_none() && self.lambda.is_none();
        if !is_free || self.mode == Mode::Palette || image.pixels().len() > TINY_PIXELS {
            return Ok(None);
        }
        let colors = Histogram::of(image).len();
        if colors <= MAX_COLORS {
            return Ok(None);
        }
        let file = self.pack_truecolor(image, TINY_BYTES)?;
        Ok(file.map(|file| {
            let report = Report::of_truecolor(image, colors, &file);
            (file, report)
        }))
    }
}

/// Pixels of the largest picture that may be tiny.
const TINY_PIXELS: usize = 64 * 64;

/// Bytes of a file that no palette would shorten. Of 290 icons of more than 256 colours, all of the 101 that take no more
/// in true colour take more with a palette.
const TINY_BYTES: usize = 1200;
