//! Turning pictures upright.

use image::metadata::Orientation;

use super::limits::transparent_pixels;
use crate::error::Result;
use crate::image::Image;

/// The orientation that EXIF metadata asks for; none where it cannot be read.
pub(super) fn from_exif(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

/// Whether rows become columns.
pub(super) fn is_quarter_turn(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// The picture as it is meant to be seen. Flips and half turns need no second picture.
pub(super) fn apply(mut image: Image, orientation: Orientation) -> Result<Image> {
    let width = image.width() as usize;
    match orientation {
        Orientation::NoTransforms => {}
        Orientation::FlipHorizontal => image.pixels_mut().chunks_exact_mut(width).for_each(<[_]>::reverse),
        Orientation::Rotate180 => image.pixels_mut().reverse(),
        Orientation::FlipVertical => flip_vertically(&mut image),
        Orientation::Rotate90FlipH => return transpose(&image),
        Orientation::Rotate90 => {
            let turned = transpose(&image)?;
            return apply(turned, Orientation::FlipHorizontal);
        }
        Orientation::Rotate270 => {
            let turned = transpose(&image)?;
            return apply(turned, Orientation::FlipVertical);
        }
        Orientation::Rotate270FlipH => {
            let turned = transpose(&image)?;
            return apply(turned, Orientation::Rotate180);
        }
    }
    Ok(image)
}

fn flip_vertically(image: &mut Image) {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let (upper, lower) = image.pixels_mut().split_at_mut(height / 2 * width);
    for (top, bottom) in upper.chunks_exact_mut(width).zip(lower.chunks_exact_mut(width).rev()) {
        top.swap_with_slice(bottom);
    }
}

/// Mirrors at the diagonal from the top left, so that rows become columns.
fn transpose(image: &Image) -> Result<Image> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut pixels = transparent_pixels(image.height(), image.width())?;
    for (y, row) in image.view().rows().enumerate() {
        for (x, &pixel) in row.iter().enumerate() {
            pixels[x * height + y] = pixel;
        }
    }
    debug_assert_eq!(pixels.len(), width * height);
    Image::new(image.height(), image.width(), pixels)
}
