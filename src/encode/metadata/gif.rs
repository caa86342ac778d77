//! Extensions of GIF, after the global colour table.

use super::plain;
use crate::metadata::Metadata;

/// Longest content of a block (GIF89a clause 15).
const BLOCK: usize = 255;

/// Most text that is unpacked, since comments are not packed.
const MAX_TEXT_BYTES: usize = 8 << 20;

/// The file with comments and XMP. GIF has no place for EXIF and density, and profiles in it are an extension that
/// browsers do not know, so that pixels in one would be shown in wrong colours.
pub(in crate::encode) fn into_gif(file: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let mut extensions = Vec::new();
    // Of all texts together, so that many small packed ones cannot unpack to more than one large one.
    let mut room = MAX_TEXT_BYTES;
    for text in &metadata.text {
        let Some(text) = plain(text, room).filter(|text| !text.is_empty()) else { continue };
        room = room.saturating_sub(text.len());
        extensions.extend(b"!\xFE");
        for block in text.as_bytes().chunks(BLOCK) {
            extensions.push(block.len() as u8);
            extensions.extend(block);
        }
        extensions.push(0);
    }
    // A zero within would end the extension early.
    if let Some(xmp) = metadata.xmp.as_ref().filter(|xmp| !xmp.contains(&0)) {
        extensions.extend(b"!\xFF\x0BXMP DataXMP");
        extensions.extend(xmp);
        // XMP stands as it is, not in blocks. To a reader of blocks each byte is the length of one; wherever it lands
        // in these, it is led to the last but one (XMP specification part 3, clause 1.1.2).
        extensions.push(1);
        extensions.extend((0..=255u8).rev());
        extensions.push(0);
    }
    if extensions.is_empty() {
        return file;
    }
    // A file of our own has a global table, of as many colours as its flags say (clause 18).
    let after_table = 13 + (3 << ((file[10] & 7) + 1));
    [&file[..after_table], &extensions, &file[after_table..]].concat()
}
