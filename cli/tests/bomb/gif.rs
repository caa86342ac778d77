//! GIF (GIF89a specification, CompuServe 1990).

use super::{Bomb, Fate, MEMORY, PIXELS, SIDE, bomb};

const BROKEN: Fate = Fate::Refused("damaged GIF: ");

pub(crate) fn bombs() -> Vec<Bomb> {
    let side = SIDE as u16;
    vec![
        bomb("claim.gif", PIXELS, || file([65_535; 2], &frame([0; 2], [1; 2]))),
        bomb("claim-frame.gif", PIXELS, || file([1; 2], &frame([65_535; 2], [65_535; 2]))),
        bomb("claim-frame-alone.gif", PIXELS, || file([100; 2], &frame([0; 2], [20_000; 2]))),
        bomb("claim-square.gif", MEMORY, || file([16_000; 2], &frame([0; 2], [16_000; 2]))),
        bomb("claim-square-frame.gif", MEMORY, || file([1; 2], &frame([0; 2], [16_000; 2]))),
        bomb("cut.gif", BROKEN, move || file([side; 2], &frame([0; 2], [side; 2]))),
        bomb("cut-frame.gif", BROKEN, move || file([1; 2], &frame([0; 2], [side; 2]))),
        bomb("many-frames.gif", Fate::Packed, || file([1; 2], &frame([0; 2], [1; 2]).repeat(50_000))),
        bomb("many-huge-frames.gif", Fate::Refused("50000 frames of 214741811250000 pixels"), || {
            file([1; 2], &frame([65_535; 2], [65_535; 2]).repeat(50_000))
        }),
        bomb("many-comments.gif", Fate::Packed, || dot(&[0x21, 0xfe, 0].repeat(2_000_000))),
        bomb("long-comment.gif", Fate::Packed, || {
            dot(&[vec![0x21, 0xfe], [1, b'a'].repeat(3_000_000), vec![0]].concat())
        }),
        bomb("many-controls.gif", Fate::Packed, || dot(&[0x21, 0xf9, 4, 0, 0, 0, 0, 0].repeat(500_000))),
        bomb("long-profile.gif", Fate::Packed, || {
            let head = b"\x21\xff\x0bICCRGBG1012".to_vec();
            dot(&[head, [1, b'a'].repeat(3_000_000), vec![0]].concat())
        }),
        bomb("long-data.gif", Fate::Packed, || {
            let mut bytes = dot(&[]);
            let end = bytes.len() - 2;
            bytes.splice(end..end, [1, 0].repeat(3_000_000));
            bytes
        }),
    ]
}

/// A frame of which a single pixel is there.
fn frame(place: [u16; 2], size: [u16; 2]) -> Vec<u8> {
    let mut bytes = vec![0x2c];
    bytes.extend([place, size].concat().iter().flat_map(|side| side.to_le_bytes()));
    // Codes of three bits: clear, 0, end.
    bytes.extend([0, 2, 2, 0x44, 0x01, 0]);
    bytes
}

fn dot(blocks: &[u8]) -> Vec<u8> {
    file([1; 2], &[blocks, &frame([0; 2], [1; 2])].concat())
}

/// A canvas with a palette of two colours.
fn file(canvas: [u16; 2], blocks: &[u8]) -> Vec<u8> {
    let canvas: Vec<u8> = canvas.iter().flat_map(|side| side.to_le_bytes()).collect();
    [b"GIF89a", &canvas[..], &[0x80, 0, 0, 0, 0, 0, 255, 255, 255], blocks, b";"].concat()
}
