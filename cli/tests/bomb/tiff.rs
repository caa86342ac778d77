//! TIFF (revision 6.0).

use super::{Bomb, Fate, MEMORY, PIXELS, SIDE, bomb, packed_zeroes};

const BROKEN: Fate = Fate::Refused("TIFF");

const NONE: u32 = 1;
const LZW: u32 = 5;
const DEFLATE: u32 = 8;
const PACK_BITS: u32 = 32_773;

const COMPRESSION: u16 = 259;
const ROWS_PER_STRIP: u16 = 278;

pub(crate) fn bombs() -> Vec<Bomb> {
    vec![
        bomb("claim.tif", PIXELS, || strip(0x7fff_ffff, NONE, &[0])),
        bomb("claim-square.tif", MEMORY, || strip(16_000, NONE, &[0])),
        bomb("cut.tif", BROKEN, || strip(SIDE, NONE, &[0; 64])),
        bomb("cut-deflate.tif", BROKEN, || strip(SIDE, DEFLATE, &packed_zeroes(1 << 20))),
        bomb("cut-lzw.tif", BROKEN, || strip(SIDE, LZW, &[0x80, 0, 0x40, 0x20])),
        bomb("cut-pack-bits.tif", BROKEN, || strip(SIDE, PACK_BITS, &[0x81, 0])),
        bomb("long-deflate.tif", Fate::Packed, || strip(8, DEFLATE, &packed_zeroes(1 << 28))),
        bomb("tiles.tif", BROKEN, || tiles(SIDE, 0x7fff_fff0)),
        bomb("tiles-of-a-dot.tif", BROKEN, || tiles(1, 32_768)),
        bomb("many-samples.tif", BROKEN, || {
            directory(
                &[
                    (256, 3, 1, 1),
                    (257, 3, 1, 1),
                    (258, 3, 65_535, 8),
                    (262, 3, 1, 2),
                    (277, 3, 1, 65_535),
                    (273, 4, 1, 8),
                ],
                &[0; 64],
            )
        }),
        bomb("tag-count.tif", BROKEN, || {
            let mut tags = plain(SIDE, NONE, 64);
            tags.iter_mut().filter(|tag| matches!(tag.0, 273 | 279)).for_each(|tag| tag.2 = 0x7fff_ffff);
            directory(&tags, &[0; 64])
        }),
        bomb("strip-length.tif", BROKEN, || directory(&plain(SIDE, DEFLATE, 0xffff_fff0), &[0; 64])),
        bomb("no-rows.tif", BROKEN, || {
            let mut tags = plain(SIDE, NONE, 64);
            tags.iter_mut().filter(|tag| tag.0 == ROWS_PER_STRIP).for_each(|tag| tag.3 = 0);
            directory(&tags, &[0; 64])
        }),
        bomb("pages.tif", Fate::Refused("damaged TIFF: the chain of its pages has no end"), || {
            let mut bytes = strip(8, NONE, &[0; 64]);
            let end = bytes.len() - 4;
            // The next directory is this one again.
            let this: [u8; 4] = bytes[4..8].try_into().expect("four bytes");
            bytes[end..].copy_from_slice(&this);
            bytes
        }),
    ]
}

/// Tag, type (3 short, 4 long), count and value.
type Tag = (u16, u16, u32, u32);

/// Tags of a grey picture in one strip behind the file's header.
fn plain(side: u32, compression: u32, bytes: u32) -> Vec<Tag> {
    vec![
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 8),
        (COMPRESSION, 3, 1, compression),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (ROWS_PER_STRIP, 4, 1, side),
        (279, 4, 1, bytes),
    ]
}

fn strip(side: u32, compression: u32, data: &[u8]) -> Vec<u8> {
    directory(&plain(side, compression, data.len() as u32), data)
}

/// A grey picture in tiles of so many pixels a side.
fn tiles(side: u32, tile: u32) -> Vec<u8> {
    let mut tags: Vec<Tag> = plain(side, DEFLATE, 64).into_iter().take_while(|tag| tag.0 < 273).collect();
    tags.extend([(277, 3, 1, 1), (322, 4, 1, tile), (323, 4, 1, tile), (324, 4, 1, 8), (325, 4, 1, 64)]);
    directory(&tags, &[0; 64])
}

/// Header, data, and a directory with no other behind it.
fn directory(tags: &[Tag], data: &[u8]) -> Vec<u8> {
    let mut bytes = b"II*\0".to_vec();
    bytes.extend((8 + data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes.extend((tags.len() as u16).to_le_bytes());
    for &(tag, kind, count, value) in tags {
        bytes.extend(tag.to_le_bytes().into_iter().chain(kind.to_le_bytes()));
        bytes.extend(count.to_le_bytes().into_iter().chain(value.to_le_bytes()));
    }
    bytes.extend([0; 4]);
    bytes
}
