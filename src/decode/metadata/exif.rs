//! EXIF blocks, which are TIFF files without a picture (CIPA DC-008 clause 4.5.2), and the same tags in TIFF itself.

use super::{Found, Profile};

const ORIENTATION: u16 = 0x0112;
const XMP: u16 = 700;
const ICC: u16 = 34_675;
/// Where the thumbnail begins, and its length (clause 4.6.4, table 4).
const THUMBNAIL: [u16; 2] = [0x0201, 0x0202];

/// The type of 16-bit numbers.
const SHORT: u16 = 3;

/// Numbers in the byte order of a block.
struct Tags<'a> {
    bytes: &'a [u8],
    little_endian: bool,
}

/// An entry of a directory.
struct Entry {
    tag: u16,
    kind: u16,
    count: usize,
    /// Where its value stands, or the place of it.
    at: usize,
}

impl<'a> Tags<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let little_endian = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, little_endian })
    }

    fn number(&self, at: usize, length: usize) -> Option<usize> {
        let field = self.bytes.get(at..at.checked_add(length)?)?;
        let push = |number: usize, &byte: &u8| number << 8 | usize::from(byte);
        Some(if self.little_endian { field.iter().rev().fold(0, push) } else { field.iter().fold(0, push) })
    }

    /// The entries of a directory, and where the place of the next one stands.
    fn directory(&self, at: usize) -> Option<(Vec<Entry>, usize)> {
        let count = self.number(at, 2)?;
        let end = at.checked_add(2 + 12 * count)?;
        let entry = |i: usize| {
            let at = at + 2 + 12 * i;
            let (tag, kind) = (self.number(at, 2)? as u16, self.number(at + 2, 2)? as u16);
            Some(Entry { tag, kind, count: self.number(at + 4, 4)?, at: at + 8 })
        };
        let entries = (0..count).map(entry).collect::<Option<Vec<_>>>()?;
        Some((entries, end))
    }
}

/// Sets the orientation to 1 and takes the thumbnail out, since it shows the picture as it was. Nothing moves, so that
/// offsets in makers' notes stay right. None where the block cannot be read.
pub(super) fn set_upright(block: &mut Vec<u8>) -> Option<()> {
    let tags = Tags::new(block)?;
    let (entries, link) = tags.directory(tags.number(4, 4)?)?;
    let orientation = entries.iter().find(|entry| entry.tag == ORIENTATION && entry.kind == SHORT);
    let (orientation, little_endian) = (orientation.map(|entry| entry.at), tags.little_endian);
    let length = thumbnail(&tags, link).unwrap_or(block.len());
    if let Some(value) = orientation.and_then(|at| block.get_mut(at..at + 2)) {
        value.copy_from_slice(&if little_endian { 1u16.to_le_bytes() } else { 1u16.to_be_bytes() });
    }
    // Some writers leave the link out where nothing follows.
    if let Some(link) = block.get_mut(link..link + 4) {
        link.fill(0);
    }
    block.truncate(length);
    Some(())
}

/// The length of the block without the thumbnail, where that is the last of it.
fn thumbnail(tags: &Tags<'_>, link: usize) -> Option<usize> {
    let (entries, _) = tags.directory(tags.number(link, 4).filter(|&at| at != 0)?)?;
    let [start, length] = THUMBNAIL.map(|tag| {
        let entry = entries.iter().find(|entry| entry.tag == tag)?;
        tags.number(entry.at, 4)
    });
    let (start, end) = (start?, start?.checked_add(length?)?);
    (start > link && end == tags.bytes.len()).then_some(start)
}

/// XMP in the first directory of a TIFF file (XMP specification part 3, clause 1.1.4).
pub(super) fn walk_tiff(bytes: &[u8], found: &mut Found) -> Option<()> {
    let tags = Tags::new(bytes)?;
    let (entries, _) = tags.directory(tags.number(4, 4)?)?;
    if entries.iter().any(|entry| entry.tag == ICC) {
        found.profile = Profile::Present;
    }
    // Bytes, or bytes of no type; a value of up to four would stand in its own place, and be no XMP.
    let xmp =
        entries.iter().find(|entry| entry.tag == XMP && matches!(entry.kind, 1 | 7) && entry.count > 4)?;
    let start = tags.number(xmp.at, 4)?;
    found.xmp(bytes.get(start..start.checked_add(xmp.count)?)?);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with an orientation, and a thumbnail of four bytes at its end.
    fn block() -> Vec<u8> {
        [
            &b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\x1a"[..],
            b"\0\x02\x02\x01\0\x04\0\0\0\x01\0\0\0\x38\x02\x02\0\x04\0\0\0\x01\0\0\0\x04\0\0\0\0",
            b"JPEG",
        ]
        .concat()
    }

    #[test]
    fn the_orientation_is_reset_and_the_thumbnail_is_gone() {
        let mut changed = block();
        assert_eq!(changed.len(), 60);
        assert!(set_upright(&mut changed).is_some());
        assert_eq!(changed.len(), 56);
        assert_eq!(changed[18..26], [0, 1, 0, 0, 0, 0, 0, 0], "orientation 1, no next directory");
        let again = changed.clone();
        assert!(set_upright(&mut changed).is_some());
        assert_eq!(changed, again);
    }

    #[test]
    fn no_cut_or_changed_block_is_a_reason_to_panic() {
        for length in 0..60 {
            let _ = set_upright(&mut block()[..length].to_vec());
        }
        for position in 0..60 {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut changed = block();
                changed[position] = value;
                let _ = set_upright(&mut changed);
            }
        }
        assert!(set_upright(&mut b"LoremIpsum".to_vec()).is_none());
    }
}
