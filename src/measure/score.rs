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
    let opaque = |alpha: u8| alpha == 255;
    let mut alphas = result.palette().colors().iter().map(|color| color[3]);
    if alphas.all(opaque) && source.pixels().iter().all(|pixel| opaque(pixel[3])) {
        return score_over(source, result, 0);
    }
    Ok(0.5 * (score_over(source, result, 0)? + score_over(source, result, 255)?))
}

/// About the most memory that [`ssimulacra2`] takes beside the two pictures.
#[must_use]
pub fn ssimulacra2_memory() -> Memory {
    // 126 with the picture, at 1.5 and at 6 megapixels.
    Memory { base: 1 << 20, per_pixel: 125, per_counted_pixel: 0 }
}

fn score_over(source: ImageRef<'_>, result: &Indexed, grey: u8) -> Result<f64> {
    let failed = |what: String| Error::Unsupported { format: "SSIMULACRA2", what };
    let length = 3 * source.pixels().len();
    let flatten = |pixels: &mut dyn Iterator<Item = Rgba8>| {
        memory::collected(length, pixels.flat_map(|pixel| over(pixel, grey)))
    };
    let source_bytes = flatten(&mut source.pixels().iter().copied())?;
    let result_bytes = flatten(&mut result.pixels())?;
    let slice = |bytes, width: u32, height| {
        let descriptor = fast_ssim2::PixelDescriptor::RGB8_SRGB;
        fast_ssim2::PixelSlice::new(bytes, width, height, 3 * width as usize, descriptor)
            .map_err(|error| failed(error.to_string()))
    };
    let source_slice = slice(&source_bytes, source.width(), source.height())?;
    let result_slice = slice(&result_bytes, result.width(), result.height())?;
    fast_ssim2::compute_ssimulacra2(&source_slice, &result_slice).map_err(|error| failed(error.to_string()))
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
