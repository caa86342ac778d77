//! Chunks of PNG beside the picture (PNG clause 11.3).

use super::{Found, MAX_BYTES, Profile};
use crate::metadata::{Density, DensityUnit, LeftOut, Metadata, Text};
use crate::zlib;

/// The keyword of XMP (XMP specification part 3, clause 1.1.5).
const XMP: &[u8] = b"XML:com.adobe.xmp\0";

/// Profiles that ImageMagick once hid in texts, with orientations and thumbnails of their own.
const HIDDEN: &[u8] = b"Raw profile type ";

pub(super) fn walk(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = big_endian(rest.get(..4)?) as usize;
        let (whole, after) = rest.split_at_checked(length.checked_add(12)?)?;
        rest = after;
        let (named, checksum) = whole[4..].split_at(length + 4);
        let (kind, data) = named.split_first_chunk::<4>()?;
        let wanted = matches!(kind, b"iCCP" | b"eXIf" | b"pHYs" | b"tEXt" | b"zTXt" | b"iTXt");
        if wanted && crc32fast::hash(named) == big_endian(checksum) {
            take(*kind, data, found);
        }
    }
}

fn take(kind: [u8; 4], data: &[u8], found: &mut Found) {
    match &kind {
        b"iCCP" => found.profile = Profile::Present,
        b"eXIf" => found.exif(data),
        b"pHYs" => found.metadata.density = density(data),
        b"iTXt" if data.starts_with(XMP) => take_xmp(&data[XMP.len()..], found),
        _ if data.starts_with(HIDDEN) => {}
        _ => found.text(Text::PngChunk { kind, data: data.to_vec() }),
    }
}

/// The first four bytes as a number.
fn big_endian(bytes: &[u8]) -> u32 {
    bytes[..4].iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// Only the first packet is unpacked, so that a file of many costs no more than one.
fn take_xmp(data: &[u8], found: &mut Found) {
    let Metadata { xmp, left_out, .. } = &mut found.metadata;
    if xmp.is_some() || left_out.contains(&LeftOut::Xmp) {
        return;
    }
    match international(data) {
        Some(packet) => found.xmp(&packet),
        None => left_out.push(LeftOut::Xmp),
    }
}

fn density(data: &[u8]) -> Option<Density> {
    let unit = match data.get(8)? {
        0 => DensityUnit::Ratio,
        1 => DensityUnit::Metre,
        _ => return None,
    };
    let (x, y) = (big_endian(data), big_endian(&data[4..]));
    (x > 0 && y > 0 && data.len() == 9).then_some(Density { x, y, unit })
}

/// The text of an iTXt chunk after its keyword: flag, method, language, translated keyword (clause 11.3.3.4).
fn international(data: &[u8]) -> Option<Vec<u8>> {
    let (&[packed, method], rest) = data.split_first_chunk::<2>()?;
    let text = rest.splitn(3, |&byte| byte == 0).nth(2)?;
    match (packed, method) {
        (0, _) => Some(text.to_vec()),
        (1, 0) => zlib::inflate(text, MAX_BYTES),
        _ => None,
    }
}
