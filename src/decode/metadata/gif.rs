//! Extensions of GIF (GIF89a clauses 24 and 26): comments, XMP, and whether there is a profile.

use super::{Found, Profile};

pub(super) fn walk(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut rest = bytes.get(13 + color_table_bytes(*bytes.get(10)?)..)?;
    loop {
        match *rest.first()? {
            b'!' => {
                let label = *rest.get(1)?;
                rest = extension(label, rest.get(2..)?, found)?;
            }
            b',' => {
                let table = color_table_bytes(*rest.get(9)?);
                // After the descriptor and the table: the least code size, then blocks.
                rest = blocks(rest.get(11 + table..)?)?.1;
            }
            _ => return None,
        }
    }
}

/// Takes an extension, and returns what follows it.
fn extension<'a>(label: u8, content: &'a [u8], found: &mut Found) -> Option<&'a [u8]> {
    let (data, after) = blocks(content)?;
    match label {
        0xFE => found.comment(&data),
        0xFF if data.starts_with(b"ICCRGBG1012") => found.profile = Profile::Present,
        0xFF if data.starts_with(b"XMP DataXMP") => {
            // XMP is not in blocks: it stands as it is, and 257 bytes after it lead any reader to the end.
            let length = content.len() - after.len();
            found.xmp(content.get(12..length.checked_sub(258)?)?);
        }
        _ => {}
    }
    Some(after)
}

/// Joins blocks up to the empty one, and returns what follows that.
fn blocks(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut data = Vec::new();
    loop {
        let (&length, after) = rest.split_first()?;
        let (block, after) = after.split_at_checked(usize::from(length))?;
        rest = after;
        if block.is_empty() {
            return Some((data, rest));
        }
        data.extend(block);
    }
}

/// The length of a colour table by its packed flags (clause 18).
fn color_table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
