//! WebP (RFC 9649).

use super::{Bomb, Fate, MEMORY, SIDE, bomb};

const BROKEN: Fate = Fate::Refused("damaged WebP: ");

pub(crate) fn bombs() -> Vec<Bomb> {
    vec![
        bomb("claim-lossy.webp", MEMORY, || file(&lossy(16_383, 64))),
        bomb("claim-lossless.webp", MEMORY, || file(&lossless(16_383))),
        bomb("claim-canvas.webp", BROKEN, || file(&[extended(0, 1 << 24), lossless(1)].concat())),
        bomb("claim-canvas-alone.webp", BROKEN, || file(&extended(0, SIDE))),
        bomb("claim-animation.webp", BROKEN, || {
            file(&[extended(2, 1 << 24), animation(), frame(1 << 24)].concat())
        }),
        bomb("claim-frame.webp", BROKEN, || file(&[extended(2, 1), animation(), frame(16_384)].concat())),
        bomb("cut-lossy.webp", BROKEN, || file(&lossy(SIDE, 64))),
        bomb("cut-alpha.webp", BROKEN, || {
            file(&[extended(16, SIDE), chunk(b"ALPH", &[0; 4]), lossy(SIDE, 64)].concat())
        }),
        bomb("cut-frame.webp", BROKEN, || file(&[extended(2, SIDE), animation(), frame(SIDE)].concat())),
        bomb("many-frames.webp", BROKEN, || {
            file(&[extended(2, 1), animation(), frame(1).repeat(50_000)].concat())
        }),
        bomb("many-chunks.webp", Fate::Packed, || {
            file(&[extended(0, 1), lossless(1), chunk(b"abcd", &[]).repeat(500_000)].concat())
        }),
        bomb("profile-claim.webp", BROKEN, || {
            let mut profile = chunk(b"ICCP", &[]);
            profile[4..].copy_from_slice(&[0xf0, 0xff, 0xff, 0x7f]);
            file(&[extended(32, 1), profile, lossless(1)].concat())
        }),
    ]
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let fill = vec![0; data.len() % 2];
    [&name[..], &(data.len() as u32).to_le_bytes(), data, &fill].concat()
}

fn file(chunks: &[u8]) -> Vec<u8> {
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", chunks].concat()
}

fn three_bytes(number: u32) -> Vec<u8> {
    number.to_le_bytes()[..3].to_vec()
}

/// A canvas, with its flags.
fn extended(flags: u8, side: u32) -> Vec<u8> {
    chunk(b"VP8X", &[vec![flags, 0, 0, 0], three_bytes(side - 1), three_bytes(side - 1)].concat())
}

fn animation() -> Vec<u8> {
    chunk(b"ANIM", &[0; 6])
}

/// A frame of an animation, with a lossy picture that is not there.
fn frame(side: u32) -> Vec<u8> {
    let sides = [three_bytes(side - 1), three_bytes(side - 1)].concat();
    chunk(b"ANMF", &[vec![0; 6], sides, vec![0; 4], lossy(side.min(16_383), 16)].concat())
}

/// A key frame whose header says 16,383 pixels a side at most, and so many bytes of data.
fn lossy(side: u32, bytes: u32) -> Vec<u8> {
    // Key frame, version 0, shown, half the bytes in the first partition (RFC 6386 clause 9.1).
    let tag = three_bytes(1 << 4 | (bytes / 2) << 5);
    let sides = [(side as u16).to_le_bytes(), (side as u16).to_le_bytes()].concat();
    chunk(b"VP8 ", &[tag, vec![0x9d, 0x01, 0x2a], sides, vec![0x55; bytes as usize]].concat())
}

/// A picture of a single colour, all of whose codes are of no bits: whole, whatever its size.
fn lossless(side: u32) -> Vec<u8> {
    let mut bits: Vec<u8> = Vec::new();
    let mut put = |number: u32, count: u32| bits.extend((0..count).map(|i| (number >> i & 1) as u8));
    put(0x2f, 8);
    put(side - 1, 14);
    put(side - 1, 14);
    // No alpha, version 0; no transform, no cache of colours, no groups of codes.
    put(0, 4);
    put(0, 3);
    // Five codes of one symbol, 0, that is said in one bit (clause 3.7.2.1.1).
    (0..5).for_each(|_| put(0b0001, 4));
    let bytes: Vec<u8> =
        bits.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit)).collect();
    chunk(b"VP8L", &bytes)
}
