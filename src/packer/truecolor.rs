//! The same picture without a palette.

use super::Packer;
use crate::effort::Effort;
use crate::encode::{self, Format};
use crate::error::{Error, Result};
use crate::image::ImageRef;
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
        let file = encode::lossless_within(image, self.effort, &self.metadata, most_bytes)?;
        match file {
            Some(file) if !holds(&file, image)? => {
                let what = "the file that it made holds another picture".to_owned();
                Err(Error::Encoder { encoder: "PNG", what })
            }
            file => Ok(file),
        }
    }
}
