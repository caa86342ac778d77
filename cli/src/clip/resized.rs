//! Another size, by the cubic kernel of Catmull and Rom, which rounds the same everywhere.

use std::path::Path;

use huepack::{Clip, Delay, ImageRef, Loops, Rgba8};
use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Rgba};

use crate::failure::Failure;

/// A clip with frames of another size.
pub(super) struct Resized<'a> {
    pub(super) clip: &'a mut dyn Clip,
    pub(super) size: (u32, u32),
}

/// Most pixels of a scaled picture, as many as one that is read may have unless told otherwise.
const MAX_PIXELS: u64 = 256 << 20;

/// Rows of a picture that is scaled to so many columns, rounded to the nearest, at least one.
pub(crate) fn rows_for(input: &Path, columns: u32, (width, height): (u32, u32)) -> Result<u32, Failure> {
    let (width, height, wanted) = (u64::from(width.max(1)), u64::from(height), u64::from(columns));
    let rows = ((height * wanted + width / 2) / width).max(1);
    if rows * wanted > MAX_PIXELS {
        let reason = format!("with {columns} columns it would have {rows} rows");
        return Err(Failure::new(input, reason, "choose a smaller --width"));
    }
    Ok(rows as u32)
}

impl Clip for Resized<'_> {
    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn loops(&self) -> Loops {
        self.clip.loops()
    }

    fn play(
        &mut self,
        show: &mut dyn FnMut(ImageRef<'_>, Delay) -> huepack::Result<()>,
    ) -> huepack::Result<()> {
        let (width, height) = self.size;
        self.clip.play(&mut |image, delay| {
            if (image.width(), image.height()) == (width, height) {
                return show(image, delay);
            }
            show(ImageRef::new(width, height, &resized(image, width, height))?, delay)
        })
    }
}

/// Colours are mixed by how opaque they are.
pub(crate) fn resized(image: ImageRef<'_>, width: u32, height: u32) -> Vec<Rgba8> {
    let samples = image.pixels().iter().flat_map(|&[r, g, b, a]| {
        // Up to 1, which is what floats are cut off at.
        let [r, g, b, a] = [r, g, b, a].map(|channel| f32::from(channel) / 255.0);
        [r * a, g * a, b * a, a]
    });
    let source: ImageBuffer<Rgba<f32>, Vec<f32>> =
        ImageBuffer::from_raw(image.width(), image.height(), samples.collect()).expect("four for each pixel");
    let byte = |sample: f32| (255.0 * sample).round().clamp(0.0, 255.0) as u8;
    let pixel = |&Rgba([r, g, b, a]): &Rgba<f32>| {
        if byte(a) == 0 {
            return [0; 4];
        }
        [byte(r / a), byte(g / a), byte(b / a), byte(a)]
    };
    resize(&source, width, height, FilterType::CatmullRom).pixels().map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_colours_do_not_bleed() {
        let pixels: Vec<Rgba8> =
            (0..64).map(|i| if i % 8 < 4 { [255, 0, 0, 255] } else { [0, 255, 0, 0] }).collect();
        let small = resized(ImageRef::new(8, 8, &pixels).unwrap(), 3, 3);
        assert!(small.iter().all(|pixel| pixel[1] == 0), "{small:?}");
        assert_eq!(small[0], [255, 0, 0, 255]);
    }

    #[test]
    fn rows_follow_columns_as_far_as_there_is_room() {
        let rows = |columns, size| rows_for(Path::new("a.png"), columns, size);
        assert_eq!(rows(100, (200, 99)), Ok(50));
        assert_eq!(rows(1, (2000, 3)), Ok(1));
        assert!(rows(60_000, (1, 60_000)).is_err());
    }

    #[test]
    fn one_colour_stays_what_it_is() {
        let pixels = [[12, 200, 7, 255]; 100];
        let small = resized(ImageRef::new(10, 10, &pixels).unwrap(), 7, 4);
        assert_eq!(small, [[12, 200, 7, 255]; 28]);
    }
}
