//! BMP, PNM and QOI.

use super::{Bomb, Fate, MEMORY, PIXELS, SIDE, bomb};

const BROKEN_BMP: Fate = Fate::Refused("BMP");
const BROKEN_PNM: Fate = Fate::Refused("PNM");

pub(crate) fn bombs() -> Vec<Bomb> {
    let side = SIDE as i32;
    vec![
        bomb("claim.bmp", Fate::Refused("BMP"), || bmp(0x7fff_ffff, 0x7fff_ffff, 24, 0, &[0])),
        bomb("claim-pixels.bmp", PIXELS, || bmp(65_000, 65_000, 24, 0, &[0])),
        bomb("claim-square.bmp", MEMORY, || bmp(16_000, -16_000, 32, 0, &[0])),
        bomb("claim-height.bmp", BROKEN_BMP, || bmp(1, i32::MIN, 24, 0, &[0])),
        bomb("cut.bmp", BROKEN_BMP, move || bmp(side, side, 24, 0, &[0; 64])),
        bomb("cut-upside-down.bmp", BROKEN_BMP, move || bmp(side, -side, 32, 0, &[0; 64])),
        bomb("cut-indexed.bmp", BROKEN_BMP, move || bmp(side, side, 1, 0, &[0; 64])),
        bomb("cut-runs.bmp", BROKEN_BMP, move || bmp(side, side, 8, 1, &[255, 0])),
        bomb("no-runs.bmp", BROKEN_BMP, move || bmp(side, side, 8, 1, &[0, 1])),
        bomb("no-small-runs.bmp", BROKEN_BMP, move || bmp(side, side, 4, 2, &[0, 1])),
        bomb("leaps.bmp", BROKEN_BMP, move || bmp(side, side, 8, 1, &[0, 2, 255, 255].repeat(32))),
        bomb("palette.bmp", BROKEN_BMP, || {
            let mut bytes = bmp(8, 8, 8, 0, &[0; 64]);
            bytes[46..50].fill(0xff);
            bytes
        }),
        bomb("claim.pgm", PIXELS, || b"P5 65535 65535 255 x".to_vec()),
        bomb("claim-digits.pgm", BROKEN_PNM, || b"P5 99999999999999999999 1 255 x".to_vec()),
        bomb("claim-digits-alone.pgm", BROKEN_PNM, || [b"P5 ".to_vec(), vec![b'9'; 8 << 20]].concat()),
        bomb("claim-square.ppm", MEMORY, || b"P3 16000 16000 65535 1".to_vec()),
        bomb("cut-plain.pbm", BROKEN_PNM, || b"P1 8000 8000 1".to_vec()),
        bomb("cut-plain.pgm", BROKEN_PNM, || b"P2 8000 8000 255 1 2 3".to_vec()),
        bomb("cut-plain.ppm", BROKEN_PNM, || b"P3 8000 8000 65535 1 2 3".to_vec()),
        bomb("cut.pbm", BROKEN_PNM, || b"P4 8000 8000 x".to_vec()),
        bomb("cut.pgm", BROKEN_PNM, || b"P5 8000 8000 65535 x".to_vec()),
        bomb("cut.ppm", BROKEN_PNM, || b"P6 8000 8000 255 x".to_vec()),
        bomb("cut.pam", BROKEN_PNM, || {
            b"P7\nWIDTH 8000\nHEIGHT 8000\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nx".to_vec()
        }),
        bomb("comment.pgm", Fate::Packed, || {
            [b"P5\n#".to_vec(), vec![b'a'; 8 << 20], b"\n1 1 255\nx".to_vec()].concat()
        }),
        bomb("claim.qoi", Fate::Refused("damaged QOI: "), || qoi(65_535, &[0])),
        bomb("claim-square.qoi", MEMORY, || qoi(16_000, &[0])),
        bomb("cut.qoi", Fate::Refused("damaged QOI: "), || qoi(SIDE, &[0xfd; 9])),
    ]
}

/// A bitmap with a header of 40 bytes and 256 colours (BITMAPINFOHEADER).
fn bmp(width: i32, height: i32, bits: u16, compression: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"BM\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend((54_u32 + 1024).to_le_bytes());
    bytes.extend(40_u32.to_le_bytes());
    bytes.extend(width.to_le_bytes().into_iter().chain(height.to_le_bytes()));
    bytes.extend(1_u16.to_le_bytes().into_iter().chain(bits.to_le_bytes()));
    bytes.extend(compression.to_le_bytes());
    bytes.extend([0; 20 + 1024]);
    bytes.extend(data);
    bytes
}

fn qoi(side: u32, data: &[u8]) -> Vec<u8> {
    [b"qoif", &side.to_be_bytes()[..], &side.to_be_bytes(), &[3, 0], data, &[0, 0, 0, 0, 0, 0, 0, 1]].concat()
}
