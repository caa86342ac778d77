//! SSIMULACRA2 (Sneyers, Cloudinary 2022), through `fast-ssim2`.

use super::over;
use crate::error::{Error, Result};
use crate::image::{ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::memory::{self, Memory};

/// The SSIMULACRA2 score of `result` against `source`: 100 for the same picture, about 90 for no visible
/// difference, 70 for high quality, 50 for medium, below 30 for poor. With transparency, the mean of the scores
/// over black and over white.
///
/// # Errors
/// [`Error::Unsupported`] if the two differ in size, or are over 268 megapixels.
pub fn ssimulacra2(source: ImageRef<'_>, result: &Indexed) -> Result<f64> {
    let is_seen_through = result.palette().colors().iter().any(|color| color[3] < 255);
    let size = (result.width(), result.height());
    over_grounds(is_seen_through || !is_opaque(source), |grey| {
        score_of_rgb(&Rgb::of(source, grey)?, &Rgb::new(size, result.pixels(), grey)?)
    })
}

/// [`ssimulacra2`] of a result in true colour.
///
/// # Errors
/// [`Error::Unsupported`] if the two differ in size, or are over 268 megapixels.
///
/// ```
/// use huepack::{ImageRef, measure};
/// let pixels = [[10, 20, 30, 255]; 64];
/// let image = ImageRef::new(8, 8, &pixels)?;
/// assert_eq!(measure::ssimulacra2_of_images(image, image)?, 100.0);
/// # Ok::<(), huepack::Error>(())
/// ```
pub fn ssimulacra2_of_images(source: ImageRef<'_>, result: ImageRef<'_>) -> Result<f64> {
    over_grounds(!is_opaque(source) || !is_opaque(result), |grey| {
        score_of_rgb(&Rgb::of(source, grey)?, &Rgb::of(result, grey)?)
    })
}

/// What is measured over black, or the mean over black and over white where something can be seen through.
pub(super) fn over_grounds(is_seen_through: bool, measure: impl Fn(u8) -> Result<f64>) -> Result<f64> {
    let black = measure(0)?;
    if is_seen_through { Ok(0.5 * (black + measure(255)?)) } else { Ok(black) }
}

pub(super) fn is_opaque(image: ImageRef<'_>) -> bool {
    image.pixels().iter().all(|pixel| pixel[3] == 255)
}

/// About the most memory that [`ssimulacra2`] takes beside the two pictures.
#[must_use]
pub fn ssimulacra2_memory() -> Memory {
    // 126 with the picture, at 1.5 and at 6 megapixels.
    Memory { base: 1 << 20, per_pixel: 125, per_counted_pixel: 0 }
}

/// A picture on an opaque ground, three bytes a pixel.
pub(super) struct Rgb {
    width: u32,
    height: u32,
    pub(super) bytes: Vec<u8>,
}

impl Rgb {
    fn new((width, height): (u32, u32), pixels: impl Iterator<Item = Rgba8>, grey: u8) -> Result<Self> {
        let length = 3 * width as usize * height as usize;
        let bytes = memory::collected(length, pixels.flat_map(|pixel| over(pixel, grey)))?;
        Ok(Self { width, height, bytes })
    }

    pub(super) fn of(image: ImageRef<'_>, grey: u8) -> Result<Self> {
        Self::new((image.width(), image.height()), image.pixels().iter().copied(), grey)
    }

    fn slice(&self) -> Result<fast_ssim2::PixelSlice<'_>> {
        let descriptor = fast_ssim2::PixelDescriptor::RGB8_SRGB;
        let stride = 3 * self.width as usize;
        fast_ssim2::PixelSlice::new(&self.bytes, self.width, self.height, stride, descriptor)
            .map_err(|error| failed(error.to_string()))
    }
}

/// The score of a picture against another.
pub(super) fn score_of_rgb(source: &Rgb, result: &Rgb) -> Result<f64> {
    fast_ssim2::compute_ssimulacra2(&source.slice()?, &result.slice()?)
        .map_err(|error| failed(error.to_string()))
}

fn failed(what: String) -> Error {
    Error::Unsupported { format: "SSIMULACRA2", what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Palette;

    #[test]
    fn the_same_picture_scores_100_and_a_worse_one_less() {
        let pixels: Vec<Rgba8> = (0..=255).map(|i| [i, 255 - i, i / 2, 255]).collect();
        let source = ImageRef::new(16, 16, &pixels).unwrap();
        let same = Indexed::new(16, 16, Palette::new(pixels.clone()).unwrap(), (0..=255).collect()).unwrap();
        let masked = |mask: u8| {
            let indices = same.indices().iter().map(|index| index & mask).collect();
            Indexed::new(16, 16, same.palette().clone(), indices).unwrap()
        };
        let score = |result: &Indexed| ssimulacra2(source, result).unwrap();
        assert!((score(&same) - 100.0).abs() < 1e-6);
        assert!(score(&masked(0xf0)) < 99.0);
        assert!(score(&masked(0x80)) < score(&masked(0xf0)) - 10.0);
    }
}
