//! Partly transparent pixels, where a format knows nothing between opaque and fully transparent.

use super::Packer;
use crate::encode::Format;
use crate::error::Result;
use crate::image::{Image, ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::measure;
use crate::memory;

impl Packer {
    /// Colours as pixels of them come into the file.
    pub(super) fn as_written(&self, colors: &[Rgba8]) -> Vec<Rgba8> {
        match self.format {
            Format::Png => colors.to_vec(),
            Format::Gif => colors.iter().map(|&color| self.binary(color)).collect(),
        }
    }

    /// Whether the picture has pixels between opaque and fully transparent, and the format knows nothing between.
    pub(super) fn hardens(&self, image: ImageRef<'_>) -> bool {
        // Some at a time, as vectors look at them.
        let is_any_soft = |pixels: &[Rgba8]| pixels.iter().fold(false, |soft, pixel| soft | is_soft(pixel));
        self.format == Format::Gif && image.pixels().chunks(64).any(is_any_soft)
    }

    /// How many pixels of a picture are only opaque or fully transparent in its binary form because the format knows nothing
    /// between; a matte is a wish for that.
    pub(super) fn hardened(&self, source: ImageRef<'_>, binary: Option<&Image>) -> u64 {
        let count = || source.pixels().iter().filter(|pixel| is_soft(pixel)).count() as u64;
        binary.filter(|_| self.matte.is_none()).map_or(0, |_| count())
    }

    /// How far a picture is from its source.
    pub(super) fn error(&self, source: ImageRef<'_>, result: &Indexed) -> Result<f64> {
        Ok(match self.on_matte(source, result.pixels())? {
            Some([source, result]) => measure::mean_squared_error_between(source.view(), result.view()),
            None => measure::mean_squared_error(source, result),
        })
    }

    /// Its SSIMULACRA2.
    #[cfg(feature = "score")]
    pub(super) fn score(&self, source: ImageRef<'_>, result: &Indexed) -> Result<f64> {
        match self.on_matte(source, result.pixels())? {
            Some([source, result]) => measure::ssimulacra2_of_images(source.view(), result.view()),
            None => measure::ssimulacra2(source, result),
        }
    }

    /// A picture that is hardened and its result as they look on the matte, if there is one: who gives it means to put them
    /// there.
    pub(super) fn on_matte(
        &self,
        source: ImageRef<'_>,
        result: impl Iterator<Item = Rgba8>,
    ) -> Result<Option<[Image; 2]>> {
        if self.matte.is_none() || !self.hardens(source) {
            return Ok(None);
        }
        let image = |pixels: &mut dyn Iterator<Item = Rgba8>| {
            let pixels =
                memory::collected(source.pixels().len(), pixels.map(|pixel| blend(pixel, self.matte)))?;
            Image::new(source.width(), source.height(), pixels)
        };
        let (source, mut result) = (&mut source.pixels().iter().copied(), result);
        Ok(Some([image(source)?, image(&mut result)?]))
    }

    /// The picture with every pixel opaque or fully transparent, where the format knows nothing between.
    pub(super) fn with_binary_alpha(&self, image: ImageRef<'_>) -> Result<Option<Image>> {
        self.hardens(image).then(|| self.binary_image(image)).transpose()
    }

    /// The same of one that hardens.
    pub(super) fn binary_image(&self, image: ImageRef<'_>) -> Result<Image> {
        let binary = image.pixels().iter().map(|&pixel| self.binary(pixel));
        let pixels = memory::collected(image.pixels().len(), binary)?;
        Image::new(image.width(), image.height(), pixels)
    }

    /// The same of one of its pixels.
    pub(super) fn binary(&self, pixel: Rgba8) -> Rgba8 {
        let usual = if self.matte.is_some() { 1 } else { ALPHA_THRESHOLD };
        let threshold = self.alpha_threshold.unwrap_or(usual);
        match pixel[3] {
            alpha if alpha < threshold || alpha == 0 => [0; 4],
            _ => blend(pixel, self.matte),
        }
    }
}

/// Alpha from which a pixel is more there than not.
const ALPHA_THRESHOLD: u8 = 128;

/// Whether a pixel is neither opaque nor fully transparent.
fn is_soft(pixel: &Rgba8) -> bool {
    !matches!(pixel[3], 0 | 255)
}

/// A pixel on a matte, opaque.
fn blend([r, g, b, a]: Rgba8, matte: Option<[u8; 3]>) -> Rgba8 {
    let Some(matte) = matte else {
        return [r, g, b, 255];
    };
    let alpha = u32::from(a);
    let mix = |c: u8, m: u8| ((u32::from(c) * alpha + u32::from(m) * (255 - alpha) + 127) / 255) as u8;
    [mix(r, matte[0]), mix(g, matte[1]), mix(b, matte[2]), 255]
}
