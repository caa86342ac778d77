//! RIFF chunks of WebP beside the picture (RFC 9649 clause 2.7.1).

use super::{Found, Profile};

pub(super) fn walk(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut rest = bytes.get(12..)?;
    loop {
        let (head, after) = rest.split_first_chunk::<8>()?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let data = after.get(..length)?;
        match &head[..4] {
            b"ICCP" => found.profile = Profile::Present,
            b"EXIF" => found.exif(data),
            b"XMP " => found.xmp(data),
            _ => {}
        }
        // Chunks of odd length are followed by a byte of padding.
        rest = after.get(length + length % 2..)?;
    }
}
