//! A walk over the blocks of a GIF (GIF89a specification, CompuServe 1990).

use super::anatomy::{Anatomy, Layout, printable};
use crate::color_type::ColorType;

/// Walks a GIF that the decoder has accepted. What does not hold a whole block counts as trailing.
pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut anatomy = Anatomy::default();
    let mut rest = bytes;
    if let Some(after) = screen(&mut anatomy, rest) {
        rest = after;
        while let Some((after, step)) = block(&mut anatomy, rest) {
            rest = after;
            if step == Step::End {
                break;
            }
        }
    }
    anatomy.trailing = rest.len() as u64;
    anatomy
}

/// Whether the walk goes on behind a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    On,
    End,
}

/// Signature, logical screen descriptor (clause 18) and the global palette; gives back what follows.
fn screen<'a>(anatomy: &mut Anatomy, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (header, rest) = bytes.split_first_chunk::<13>()?;
    anatomy.add("header", header.len());
    let Some(bits) = palette_bits(header[10]) else { return Some(rest) };
    let (palette, rest) = rest.split_at_checked(palette_bytes(bits))?;
    anatomy.add("global palette", palette.len());
    anatomy.layout = Some(Layout { color_type: ColorType::Indexed, bits, interlaced: false });
    Some(rest)
}

/// One block; gives back what follows it. Nothing is counted of a block that is cut off.
fn block<'a>(anatomy: &mut Anatomy, bytes: &'a [u8]) -> Option<(&'a [u8], Step)> {
    match bytes {
        [0x2c, ..] => Some((image(anatomy, bytes)?, Step::On)),
        [0x21, label, content @ ..] => {
            let after = behind_sub_blocks(content)?;
            anatomy.add(extension(*label), bytes.len() - after.len());
            if *label == 0xff {
                application(anatomy, content);
            }
            Some((after, Step::On))
        }
        [0x3b, after @ ..] => {
            anatomy.add("trailer", 1);
            Some((after, Step::End))
        }
        _ => None,
    }
}

/// A frame: descriptor (clause 20), local palette, LZW data (clause 22).
fn image<'a>(anatomy: &mut Anatomy, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (descriptor, rest) = bytes.split_first_chunk::<10>()?;
    let bits = palette_bits(descriptor[9]);
    let (palette, data) = rest.split_at_checked(bits.map_or(0, palette_bytes))?;
    let (_code_size, blocks) = data.split_first()?;
    let after = behind_sub_blocks(blocks)?;
    let is_first = anatomy.parts.iter().all(|part| part.kind != "image descriptor");
    if is_first && let Some(bits) = bits.or(anatomy.layout.map(|layout| layout.bits)) {
        let interlaced = descriptor[9] & 0x40 != 0;
        anatomy.layout = Some(Layout { color_type: ColorType::Indexed, bits, interlaced });
    }
    anatomy.add("image descriptor", descriptor.len());
    if bits.is_some() {
        anatomy.add("local palette", palette.len());
    }
    anatomy.add("LZW data", data.len() - after.len());
    Some(after)
}

/// The first sub-block names the application (clause 26).
fn application(anatomy: &mut Anatomy, content: &[u8]) {
    let Some((&length, rest)) = content.split_first() else { return };
    let name = printable(&rest[..usize::from(length).min(rest.len())]);
    anatomy.note("application", format!("\"{name}\""));
}

fn extension(label: u8) -> &'static str {
    match label {
        0xf9 => "graphic control",
        0xfe => "comment",
        0xff => "application",
        0x01 => "plain text",
        _ => "other extension",
    }
}

/// Bits of an index into the palette that follows a descriptor, if one does.
fn palette_bits(flags: u8) -> Option<u8> {
    (flags & 0x80 != 0).then_some((flags & 7) + 1)
}

fn palette_bytes(bits: u8) -> usize {
    3 << bits
}

/// What follows a chain of sub-blocks, which ends with an empty one (clause 15).
fn behind_sub_blocks(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        let (&length, rest) = bytes.split_first()?;
        bytes = rest.get(usize::from(length)..)?;
        if length == 0 {
            return Some(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(anatomy: &Anatomy) -> Vec<(&str, u64, u64)> {
        anatomy.parts.iter().map(|part| (&*part.kind, part.count, part.bytes)).collect()
    }

    #[test]
    fn every_byte_is_counted_once_and_bytes_behind_the_trailer_apart() {
        let bytes = [
            b"GIF89a\x01\0\x01\0\x80\0\0".to_vec(),
            vec![0; 6],
            b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0".to_vec(),
            b"\x21\xf9\x04\0\0\0\0\0".to_vec(),
            // Interlaced, with a local palette of four colours.
            b"\x2c\0\0\0\0\x01\0\x01\0\xc1".to_vec(),
            vec![0; 12],
            b"\x02\x02\x44\x01\0".to_vec(),
            b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0".to_vec(),
            b"\x21\xfe\x02hi\0;more".to_vec(),
        ]
        .concat();
        let anatomy = walk(&bytes);
        let wanted = [
            ("header", 1, 13),
            ("global palette", 1, 6),
            ("application", 1, 19),
            ("graphic control", 1, 8),
            ("image descriptor", 2, 20),
            ("local palette", 1, 12),
            ("LZW data", 2, 10),
            ("comment", 1, 6),
            ("trailer", 1, 1),
        ];
        assert_eq!(parts(&anatomy), wanted);
        assert_eq!(anatomy.trailing, 4);
        assert_eq!(anatomy.notes[0].text, "\"NETSCAPE2.0\"");
        let layout = Layout { color_type: ColorType::Indexed, bits: 2, interlaced: true };
        assert_eq!(anatomy.layout, Some(layout), "that of the first frame");
    }

    #[test]
    fn a_block_that_is_cut_off_counts_as_trailing() {
        let whole = b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe\x05hi".to_vec();
        let anatomy = walk(&whole);
        assert_eq!(parts(&anatomy), [("header", 1, 13)]);
        assert_eq!(anatomy.trailing, 5);
        assert_eq!(walk(b"GIF").trailing, 3);
    }
}
