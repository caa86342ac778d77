//! PNG (third edition, W3C 2025).

use super::{Bomb, Fate, MEMORY, PIXELS, SIDE, bomb, packed_zeroes};

const BROKEN: Fate = Fate::Refused("damaged PNG: ");

pub(crate) fn bombs() -> Vec<Bomb> {
    vec![
        bomb("claim.png", PIXELS, || still(65_535, 65_535, [8, 2, 0], 1)),
        bomb("claim-widest.png", PIXELS, || still(0x7fff_ffff, 1, [16, 6, 0], 1)),
        bomb("claim-wide.png", MEMORY, || still(200_000_000, 1, [16, 6, 0], 1)),
        bomb("claim-tall.png", MEMORY, || still(1, 200_000_000, [8, 0, 0], 1)),
        bomb("claim-square.png", MEMORY, || still(16_384, 16_384, [16, 6, 1], 1)),
        bomb("cut-gray.png", BROKEN, || still(SIDE, SIDE, [1, 0, 0], 1)),
        // As much data as makes the claim possible.
        bomb("cut-rgb.png", BROKEN, || still(SIDE, SIDE, [8, 2, 0], 9 << 20)),
        bomb("cut-deep.png", BROKEN, || still(SIDE, SIDE, [16, 6, 0], 9 << 20)),
        bomb("cut-wide.png", BROKEN, || still(30_000_000, 1, [16, 6, 0], 9 << 20)),
        bomb("cut-interlaced.png", BROKEN, || still(SIDE, SIDE, [8, 6, 1], 9 << 20)),
        bomb("zeroes-over-pixels.png", PIXELS, || still(30_000, 30_000, [1, 0, 0], 30_000 * 3751)),
        bomb("zeroes-over-memory.png", MEMORY, || still(16_000, 16_000, [1, 0, 0], 16_000 * 2001)),
        bomb("text.png", Fate::Packed, || {
            with(&chunk(b"zTXt", &[b"a\0\0", &packed_zeroes(1 << 28)[..]].concat()))
        }),
        bomb("international-text.png", Fate::Packed, || {
            with(&chunk(b"iTXt", &[b"a\0\x01\0\0\0", &packed_zeroes(1 << 28)[..]].concat()))
        }),
        bomb("profile.png", Fate::Packed, || {
            with(&chunk(b"iCCP", &[b"a\0\0", &packed_zeroes(1 << 28)[..]].concat()))
        }),
        bomb("many-texts.png", Fate::Packed, || with(&chunk(b"tEXt", b"a\0").repeat(500_000))),
        bomb("many-profiles.png", Fate::Packed, || {
            with(&chunk(b"iCCP", &[b"a\0\0", &packed_zeroes(1 << 20)[..]].concat()).repeat(2_000))
        }),
        bomb("many-gammas.png", Fate::Packed, || with(&chunk(b"gAMA", &[0, 0, 177, 143]).repeat(300_000))),
        bomb("many-data-chunks.png", Fate::Packed, || dot(&[], &chunk(b"IDAT", &[]).repeat(1_000_000))),
        bomb("many-frames.png", BROKEN, || {
            let control = [chunk(b"fcTL", &[0; 26]), chunk(b"fdAT", &[0; 14])].concat();
            dot(&chunk(b"acTL", &[0, 0, 0xc3, 0x50, 0, 0, 0, 0]), &control.repeat(50_000))
        }),
        bomb("frame-claim.png", Fate::Packed, || {
            let control = [&[0; 4][..], &[0x7f; 16], &[0; 6]].concat();
            with(&[chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]), chunk(b"fcTL", &control)].concat())
        }),
    ]
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    [&(data.len() as u32).to_be_bytes()[..], &named, &checksum].concat()
}

/// A picture of depth, colour type and interlacing as given, of which only so many bytes are there.
fn still(width: u32, height: u32, [depth, color, interlacing]: [u8; 3], bytes: u64) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&sides[..], &[depth, color, 0, 0, interlacing]].concat();
    file(&[chunk(b"IHDR", &header), chunk(b"IDAT", &packed_zeroes(bytes))])
}

/// A black dot with chunks before its data.
fn with(chunks: &[u8]) -> Vec<u8> {
    dot(chunks, &[])
}

/// A black dot with chunks before and behind its data.
fn dot(before: &[u8], behind: &[u8]) -> Vec<u8> {
    let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    file(&[header, before.to_vec(), chunk(b"IDAT", &packed_zeroes(2)), behind.to_vec()])
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n", &chunks.concat()[..], &chunk(b"IEND", &[])].concat()
}
