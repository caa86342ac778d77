//! GIF blocks put together wrongly, each with its verdict.

use super::{decode, refusal};

/// A canvas of 2x2 with four colours.
const SCREEN: &[u8] = b"GIF89a\x02\0\x02\0\x81\0\0\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff";
/// Makes the third colour transparent.
const CONTROL: &[u8] = b"!\xf9\x04\x01\0\0\x02\0";
/// A frame that fills the canvas.
const IMAGE: &[u8] = b",\0\0\0\0\x02\0\x02\0\0";
/// The LZW codes 4 (clear), 0, 1 and 2 of three bits, then 3 and 5 (end) of four.
const DATA: &[u8] = b"\x02\x03\x44\x34\x05\0";
const END: &[u8] = b";";

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const WHITE: [u8; 4] = [255; 4];

pub(super) fn still() -> Vec<u8> {
    [SCREEN, CONTROL, IMAGE, DATA, END].concat()
}

/// The same picture with one sub-block of this content.
pub(super) fn of_data(codes: &[u8]) -> Vec<u8> {
    [SCREEN, CONTROL, IMAGE, &[2, codes.len() as u8], codes, &[0], END].concat()
}

fn expect(what: &str, parts: &[&[u8]], words: &str) {
    let got = refusal(&parts.concat());
    assert!(got.as_ref().is_some_and(|got| got.contains(words)), "{what}: wanted {words:?}, got {got:?}");
}

fn pixels(parts: &[&[u8]]) -> Vec<[u8; 4]> {
    decode(&parts.concat()).expect("a whole file").pixels().to_vec()
}

#[test]
fn the_samples_codes_are_what_they_say() {
    assert_eq!(pixels(&[&still()]), [RED, GREEN, [0; 4], WHITE]);
    assert_eq!(pixels(&[&of_data(&[0x44, 0x34, 0x05])]), [RED, GREEN, [0; 4], WHITE]);
}

#[test]
fn cut_files_are_told_where_they_end() {
    expect("no trailer", &[SCREEN, CONTROL, IMAGE, DATA], "without its trailer");
    expect("no terminator", &[SCREEN, IMAGE, b"\x02\x03\x44\x34\x05"], "within the data of the first frame");
    expect("half a sub-block", &[SCREEN, IMAGE, b"\x02\x03\x44"], "within the data of the first frame");
    expect("half a descriptor", &[SCREEN, &IMAGE[..6]], "within the head of a frame");
    expect("half a table", &[&SCREEN[..20]], "within a colour table");
    expect("half an extension", &[SCREEN, b"!\xfe\x09abc"], "within an extension");
    expect("no picture", &[SCREEN, END], "there is no picture in the file");
    expect(
        "a stray byte",
        &[SCREEN, CONTROL, IMAGE, DATA, b"\0", END],
        "byte 0 stands where a block should start",
    );
}

#[test]
fn code_sizes_are_possible() {
    for size in [0u8, 12, 13, 255] {
        expect(
            "a code size",
            &[SCREEN, IMAGE, &[size], &DATA[1..], END],
            &format!("an LZW code size of {size}"),
        );
    }
    // Clear (2), 0 and 1 of two bits, then 1, 0 and 3 (end) of three.
    let one_bit = 2u32 | 1 << 4 | 1 << 6 | 3 << 12;
    let [low, high, ..] = one_bit.to_le_bytes();
    let image = [SCREEN, IMAGE, &[1, 2, low, high, 0], END];
    assert_eq!(pixels(&image), [RED, GREEN, GREEN, RED]);
}

#[test]
fn every_pixel_has_to_be_there_and_more_do_no_harm() {
    expect("no data", &[SCREEN, IMAGE, b"\x02\0", END], "after 0 of 4 pixels");
    expect("an early end", &[&of_data(&[0x44, 0x0A])], "after 2 of 4 pixels");
    expect("a code without meaning", &[&of_data(&[0xFC, 0xFF])], "means nothing follows after 0 of 4 pixels");
    assert_eq!(pixels(&[&of_data(&[0x44, 0x34])]), [RED, GREEN, [0; 4], WHITE], "no end code");
    assert_eq!(pixels(&[&of_data(&[0x44, 0x34, 0x05, 0xFF, 0xFF])]), [RED, GREEN, [0; 4], WHITE]);
}

#[test]
fn indices_stay_within_the_table() {
    let two_colors = [b"GIF89a\x02\0\x02\0\x80\0\0", &SCREEN[13..19]].concat();
    expect(
        "four indices, two colours",
        &[&two_colors, IMAGE, DATA, END],
        "index 2 in a palette of 2 colours",
    );
    let no_colors = b"GIF89a\x02\0\x02\0\x01\0\0";
    expect("no table", &[no_colors, IMAGE, DATA, END], "no colour table is not supported");
    let own_colors = [&IMAGE[..9], &[0x81], &SCREEN[13..]].concat();
    assert_eq!(pixels(&[no_colors, &own_colors, DATA, END])[3], WHITE);
    // An index that is transparent needs no colour.
    let beyond = b"!\xf9\x04\x01\0\0\x02\0";
    expect("one beyond", &[&two_colors, beyond, IMAGE, DATA, END], "index 3 in a palette of 2 colours");
}

#[test]
fn frames_beside_the_canvas_are_cut_to_it() {
    let at = |left: u8, top: u8| [b",", &[left, 0, top, 0][..], &IMAGE[5..]].concat();
    assert_eq!(pixels(&[SCREEN, &at(1, 1), DATA, END]), [[0; 4], [0; 4], [0; 4], RED]);
    assert_eq!(pixels(&[SCREEN, &at(9, 9), DATA, END]), [[0; 4]; 4]);
    let far = [b",\xff\xff\xff\xff", &IMAGE[5..]].concat();
    assert_eq!(pixels(&[SCREEN, &far, DATA, END]), [[0; 4]; 4]);
}

#[test]
fn sizes_of_zero_are_refused() {
    let frame = |width: u8, height: u8| [&IMAGE[..5], &[width, 0, height, 0, 0]].concat();
    expect("a flat frame", &[SCREEN, &frame(2, 0), DATA, END], "at least one pixel, got 2x0");
    expect("a thin frame", &[SCREEN, &frame(0, 2), DATA, END], "at least one pixel, got 0x2");
    let screen = [b"GIF89a\0\0\x02\0", &SCREEN[10..]].concat();
    expect("a thin canvas", &[&screen, IMAGE, DATA, END], "at least one pixel, got 0x2");
}

#[test]
fn extensions_are_skipped_unless_they_change_the_picture() {
    for label in [0x00, 0x01, 0x2C, 0x3B, 0x42, 0xCE, 0xFE, 0xFF] {
        let extension = [b'!', label, 3, b'a', b'b', b'c', 1, b'd', 0];
        assert_eq!(
            pixels(&[SCREEN, &extension, IMAGE, DATA, END])[2],
            [0, 0, 255, 255],
            "label {label:#04x}"
        );
        assert_eq!(pixels(&[SCREEN, IMAGE, DATA, &extension, END])[0], RED, "label {label:#04x}");
    }
    // Text uses up the control before it (clause 23).
    assert_eq!(pixels(&[SCREEN, CONTROL, b"!\x01\x01a\0", IMAGE, DATA, END])[2], [0, 0, 255, 255]);
    for control in [
        &b"!\xf9\0"[..],
        b"!\xf9\x03\x01\0\0\0",
        b"!\xf9\x05\x01\0\0\x02\0\0",
        b"!\xf9\x04\x01\0\0\x02\x01\0\0",
    ] {
        expect("a wrong control", &[SCREEN, control, IMAGE, DATA, END], "not of 4 bytes");
    }
}
