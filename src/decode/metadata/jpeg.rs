//! Segments of JPEG before its first scan: JFIF (T.871), EXIF, XMP, comments.

use super::{Found, Profile};
use crate::metadata::{Density, DensityUnit};

/// The name of XMP (XMP specification part 3, clause 1.1.3).
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

pub(super) fn walk(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut rest = bytes.get(2..)?;
    loop {
        // Fill bytes may stand before a marker.
        let start = rest.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF))?;
        let marker = rest[start + 1];
        rest = &rest[start + 2..];
        match marker {
            // Scans and the end: the metadata is behind us.
            0xD9 | 0xDA => return None,
            // These have no length.
            0x01 | 0xD0..=0xD8 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let (segment, after) = rest.split_at_checked(length.max(2))?;
        rest = after;
        take(marker, &segment[2..], found);
    }
}

fn take(marker: u8, content: &[u8], found: &mut Found) {
    match (marker, content) {
        (0xE0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x1, x0, y1, y0, ..]) => {
            let (x, y) = (u16::from_be_bytes([*x1, *x0]), u16::from_be_bytes([*y1, *y0]));
            found.metadata.density = density(*unit, u32::from(x), u32::from(y));
        }
        (0xE1, [b'E', b'x', b'i', b'f', 0, _, block @ ..]) => found.exif(block),
        (0xE1, _) => {
            if let Some(packet) = content.strip_prefix(XMP) {
                found.xmp(packet);
            }
        }
        (0xE2, _) if content.starts_with(b"ICC_PROFILE\0") => found.profile = Profile::Present,
        (0xFE, _) => found.comment(content),
        _ => {}
    }
}

/// T.871 clause 10.1; square pixels of no size, which most files claim, say nothing.
fn density(unit: u8, x: u32, y: u32) -> Option<Density> {
    let in_metres = |x: u32, y: u32| Density { x, y, unit: DensityUnit::Metre };
    // An inch is 0.0254 metres.
    let from_inch = |dots: u32| (dots * 10_000 + 127) / 254;
    match unit {
        _ if x == 0 || y == 0 => None,
        0 if x != y => Some(Density { x, y, unit: DensityUnit::Ratio }),
        1 => Some(in_metres(from_inch(x), from_inch(y))),
        2 => Some(in_metres(100 * x, 100 * y)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_an_inch_are_rounded_to_pixels_a_metre() {
        let metres = |dots| density(1, dots, dots).map(|density| density.x);
        assert_eq!([72, 96, 300].map(metres), [Some(2835), Some(3780), Some(11_811)]);
        assert_eq!(density(0, 1, 1), None);
    }
}
