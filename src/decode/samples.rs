//! Sample arithmetic that the formats share: fewer bits, more channels.

use crate::image::Rgba8;

/// One pixel of 16-bit samples.
pub(super) type Rgba16 = [u16; 4];

/// The nearest 8-bit sample. Dropping the low byte instead would darken every second value.
pub(super) fn narrow(sample: u16) -> u8 {
    ((u32::from(sample) * 255 + 32_767) / 65_535) as u8
}

/// The pixel with its samples rounded to 8 bits.
pub(super) fn narrow_pixel(pixel: Rgba16) -> Rgba8 {
    pixel.map(narrow)
}

/// Widens the packed pixels of `N` bytes at the start of the buffer to RGBA over the whole of it: grey,
/// grey and alpha, or red, green and blue. In place, so that a decoder needs no second picture.
pub(super) fn spread<const N: usize>(pixels: &mut [Rgba8]) {
    // From the back: pixel i is read at byte N*i and written at 4*i, which is past all that is unread.
    for i in (0..pixels.len()).rev() {
        let bytes = pixels.as_flattened();
        let packed: [u8; N] = std::array::from_fn(|channel| bytes[N * i + channel]);
        pixels[i] = match packed[..] {
            [gray] => [gray, gray, gray, 255],
            [gray, alpha] => [gray, gray, gray, alpha],
            [red, green, blue] => [red, green, blue, 255],
            _ => unreachable!("pixels are packed in 1 to 3 bytes"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrowing_is_exact_rounding_and_undoes_widening() {
        for sample in 0..=u16::MAX {
            let exact = f64::from(sample) / 257.0;
            assert!((f64::from(narrow(sample)) - exact).abs() <= 0.5);
        }
        assert!((0..=255u8).all(|byte| narrow(u16::from(byte) * 257) == byte));
    }

    #[test]
    fn packed_pixels_spread_in_place() {
        let mut gray = vec![[1, 2, 3, 0], [0; 4], [0; 4]];
        spread::<1>(&mut gray);
        assert_eq!(gray, [[1, 1, 1, 255], [2, 2, 2, 255], [3, 3, 3, 255]]);
        let mut rgb = vec![[1, 2, 3, 4], [5, 6, 0, 0]];
        spread::<3>(&mut rgb);
        assert_eq!(rgb, [[1, 2, 3, 255], [4, 5, 6, 255]]);
    }
}
