//! A walk over the chunks of a PNG (PNG specification, third edition, W3C 2025).

use super::anatomy::{Anatomy, Layout, printable};
use crate::color_type::ColorType;

const SIGNATURE_BYTES: usize = 8;

/// Length, name and checksum (clause 5.3).
const FRAME_BYTES: usize = 12;

/// Walks a PNG that the decoder has accepted. What does not hold a whole chunk counts as trailing.
pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut anatomy = Anatomy::default();
    let (signature, mut rest) = bytes.split_at(bytes.len().min(SIGNATURE_BYTES));
    anatomy.add("signature", signature.len());
    while let Some((name, data, after)) = next_chunk(rest) {
        let kind = printable(&name);
        anatomy.add(&kind, FRAME_BYTES + data.len());
        if name == *b"IHDR" {
            anatomy.layout = layout(data);
        } else if let Some(text) = remark(name, data) {
            anatomy.note(&kind, text);
        }
        rest = after;
        if name == *b"IEND" {
            break;
        }
    }
    anatomy.trailing = rest.len() as u64;
    anatomy
}

/// Name and content of the first chunk, and what follows it.
fn next_chunk(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let (&length, rest) = bytes.split_first_chunk::<4>()?;
    let (&name, rest) = rest.split_first_chunk::<4>()?;
    let (data, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(length)).ok()?)?;
    let (_checksum, rest) = rest.split_first_chunk::<4>()?;
    Some((name, data, rest))
}

/// The header's last five bytes (clause 11.2.1).
fn layout(header: &[u8]) -> Option<Layout> {
    let &[bits, color_type, _compression, _filter, interlacing] = header.get(8..13)? else { return None };
    let color_type = ColorType::of_number(color_type)?;
    Some(Layout { color_type, bits, interlaced: interlacing != 0 })
}

/// What a chunk means to somebody who wonders about colours, or about what else the file gives away.
fn remark(name: [u8; 4], data: &[u8]) -> Option<String> {
    // Profiles and texts start with a name that ends with a zero byte (clauses 11.3.2.3 and 11.3.3).
    let keyword = || printable(data.split(|&byte| byte == 0).next().unwrap_or_default());
    Some(match &name {
        b"gAMA" => {
            let gamma = u32::from_be_bytes(*data.first_chunk()?);
            format!("a gamma of {:.5}", f64::from(gamma) / 100_000.0)
        }
        b"cHRM" => "primaries and white point".into(),
        b"sRGB" => format!("sRGB, {}", intent(*data.first()?)),
        b"iCCP" => format!("colour profile \"{}\"", keyword()),
        b"cICP" => {
            let &[primaries, transfer, ..] = data.first_chunk::<4>()?;
            format!("primaries {primaries} and transfer {transfer} of ITU-T H.273")
        }
        b"eXIf" => "may tell camera, time and place".into(),
        b"tEXt" | b"zTXt" | b"iTXt" => format!("text \"{}\"", keyword()),
        _ => return None,
    })
}

/// Rendering intents of the sRGB chunk (clause 11.3.2.5).
fn intent(number: u8) -> &'static str {
    match number {
        0 => "perceptual",
        1 => "relative colorimetric",
        2 => "saturation",
        3 => "absolute colorimetric",
        _ => "an unknown intent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        // The walk does not look at checksums.
        [&(data.len() as u32).to_be_bytes()[..], name, data, &[0; 4]].concat()
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
    }

    #[test]
    fn every_byte_is_counted_once_and_bytes_behind_the_end_apart() {
        let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 16, 6, 0, 0, 1]);
        let (first, second) = (chunk(b"IDAT", &[1, 2, 3]), chunk(b"IDAT", &[]));
        let bytes = file(&[header, first, second, chunk(b"IEND", &[]), b"more".to_vec()]);
        let anatomy = walk(&bytes);
        let parts: Vec<_> = anatomy.parts.iter().map(|part| (&*part.kind, part.count, part.bytes)).collect();
        assert_eq!(parts, [("signature", 1, 8), ("IHDR", 1, 25), ("IDAT", 2, 27), ("IEND", 1, 12)]);
        assert_eq!(anatomy.trailing, 4);
        let wanted = Layout { color_type: ColorType::Rgba, bits: 16, interlaced: true };
        assert_eq!(anatomy.layout, Some(wanted));
    }

    #[test]
    fn what_bears_on_colours_and_privacy_is_noted() {
        let chunks = [
            chunk(b"gAMA", &45_455_u32.to_be_bytes()),
            chunk(b"sRGB", &[1]),
            chunk(b"iCCP", b"Wide\x1b\n\0\0xx"),
            chunk(b"eXIf", b"II*\0"),
            chunk(b"pHYs", &[0; 9]),
        ];
        let notes: Vec<String> = walk(&file(&chunks)).notes.into_iter().map(|note| note.text).collect();
        let wanted = [
            "a gamma of 0.45455",
            "sRGB, relative colorimetric",
            "colour profile \"Wide??\"",
            "may tell camera, time and place",
        ];
        assert_eq!(notes, wanted);
    }

    #[test]
    fn a_cut_chunk_is_no_chunk() {
        let mut bytes = file(&[chunk(b"IDAT", &[7; 20])]);
        bytes.truncate(bytes.len() - 1);
        let anatomy = walk(&bytes);
        assert_eq!((anatomy.parts.len(), anatomy.trailing), (1, 31));
    }
}
