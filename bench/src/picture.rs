//! The picture that everybody gets: opaque, since half of the peers know no alpha.

use std::path::Path;

use huepack::{ImageRef, Rgba8};

use crate::Result;

/// A decoded picture, alpha 255 throughout.
pub(crate) struct Picture {
    /// The file's name without its folder.
    pub(crate) name: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<Rgba8>,
}

impl Picture {
    /// Reads a JPEG or PNG; transparency is blended onto white.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let decoded = image::open(path).map_err(|error| format!("{}: {error}", path.display()))?.to_rgba8();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pixels = decoded.pixels().map(|pixel| on_white(pixel.0)).collect();
        Ok(Self { name, width: decoded.width(), height: decoded.height(), pixels })
    }

    pub(crate) fn view(&self) -> ImageRef<'_> {
        ImageRef::new(self.width, self.height, &self.pixels).expect("as many pixels as were decoded")
    }

    /// Red, green and blue alone.
    pub(crate) fn rgb(&self) -> impl Iterator<Item = [u8; 3]> {
        self.pixels.iter().map(|&[r, g, b, _]| [r, g, b])
    }

    /// The same for the same red, green and blue in the same order, whatever the file.
    pub(crate) fn checksum(&self) -> u32 {
        crc32fast::hash(&self.rgb().flatten().collect::<Vec<u8>>())
    }

    pub(crate) fn distinct_colors(&self) -> usize {
        let mut colors = self.pixels.clone();
        colors.sort_unstable();
        colors.dedup();
        colors.len()
    }
}

fn on_white([r, g, b, a]: Rgba8) -> Rgba8 {
    let (alpha, rest) = (u32::from(a), 255 * u32::from(255 - a));
    let blend = |channel: u8| ((u32::from(channel) * alpha + rest + 127) / 255) as u8;
    [blend(r), blend(g), blend(b), 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_pixels_stay_and_transparent_ones_are_white() {
        assert_eq!(on_white([1, 2, 3, 255]), [1, 2, 3, 255]);
        assert_eq!(on_white([1, 2, 3, 0]), [255; 4]);
    }
}
