//! The picture that everybody gets: opaque, since half of the peers know no alpha, unless all of them do.

use std::path::Path;

use huepack::{ImageRef, Rgba8};

use crate::Result;

/// Where a part of a picture is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Middle,
    /// At the top left.
    Corner,
}

/// A decoded picture.
#[derive(Clone)]
pub(crate) struct Picture {
    /// The file's name without its folder.
    pub(crate) name: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<Rgba8>,
}

impl Picture {
    /// Reads a JPEG or PNG; transparency is blended onto white, so alpha is 255 throughout.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::open_as(path, |pixel| {
            let [r, g, b] = over(pixel, 255);
            [r, g, b, 255]
        })
    }

    /// Reads a JPEG or PNG with its transparency; where nothing is seen, there is no colour either.
    pub(crate) fn open_with_alpha(path: &Path) -> Result<Self> {
        Self::open_as(path, |pixel| if pixel[3] == 0 { [0; 4] } else { pixel })
    }

    fn open_as(path: &Path, pixel: impl Fn(Rgba8) -> Rgba8) -> Result<Self> {
        let decoded = image::open(path).map_err(|error| format!("{}: {error}", path.display()))?.to_rgba8();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pixels = decoded.pixels().map(|decoded| pixel(decoded.0)).collect();
        Ok(Self { name, width: decoded.width(), height: decoded.height(), pixels })
    }

    /// A part of the picture, at most `most` pixels wide and high.
    pub(crate) fn cropped(&self, most: u32, place: Place) -> Self {
        let (width, height) = (self.width.min(most), self.height.min(most));
        let (left, top) = match place {
            Place::Middle => ((self.width - width) / 2, (self.height - height) / 2),
            Place::Corner => (0, 0),
        };
        let rows = self.pixels.chunks(self.width as usize).skip(top as usize).take(height as usize);
        let pixels = rows.flat_map(|row| &row[left as usize..][..width as usize]).copied().collect();
        Self { name: self.name.clone(), width, height, pixels }
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

/// A pixel blended onto an opaque grey in sRGB, as a browser does.
pub(crate) fn over([r, g, b, a]: Rgba8, grey: u8) -> [u8; 3] {
    let (alpha, rest) = (u32::from(a), u32::from(grey) * u32::from(255 - a));
    [r, g, b].map(|channel| ((u32::from(channel) * alpha + rest + 127) / 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_pixels_stay_and_through_transparent_ones_the_ground_is_seen() {
        assert_eq!(over([1, 2, 3, 255], 255), [1, 2, 3]);
        assert_eq!(over([1, 2, 3, 0], 255), [255; 3]);
        assert_eq!(over([1, 2, 3, 0], 0), [0; 3]);
        assert_eq!(over([200, 100, 0, 51], 0), [40, 20, 0]);
    }

    #[test]
    fn a_crop_is_the_middle_or_a_corner() {
        let pixels = (0..5 * 4).map(|i| [i, 0, 0, 255]).collect();
        let picture = Picture { name: "test".into(), width: 5, height: 4, pixels };
        let wanted = [
            (Place::Middle, [1, 2, 3, 6, 7, 8, 11, 12, 13]),
            (Place::Corner, [0, 1, 2, 5, 6, 7, 10, 11, 12]),
        ];
        for (place, wanted) in wanted {
            let part = picture.cropped(3, place);
            let reds: Vec<u8> = part.pixels.iter().map(|pixel| pixel[0]).collect();
            assert_eq!((part.width, part.height), (3, 3));
            assert_eq!(reds, wanted);
            assert_eq!(picture.cropped(100, place).pixels, picture.pixels);
        }
    }
}
