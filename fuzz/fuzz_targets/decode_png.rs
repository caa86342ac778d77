//! Any PNG is read or refused, and what the `png` crate reads alone looks the same. Checksums do not count here, see
//! `src/decode/png`.
#![no_main]

use std::io::Cursor;

use huepack::Image;
use huepack::decode::Format;
use huepack_fuzz::{check_decoding, fail_on_our_panics};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: fail_on_our_panics(), |bytes: &[u8]| -> Corpus {
    check_decoding(&[Format::Png], bytes, |image| compare(image, bytes))
});

fn compare(image: &Image, bytes: &[u8]) {
    // Where colours are converted or the picture is turned, there is nothing to compare.
    let changed =
        |name: &[u8]| [b"gAMA", b"cHRM", b"iCCP", b"cICP", b"eXIf"].iter().any(|known| name == *known);
    if bytes.windows(4).any(changed) {
        return;
    }
    let Some((color_type, samples)) = expanded(bytes) else { return };
    let same = match color_type {
        png::ColorType::Rgba => image.pixels().as_flattened() == samples,
        _ => samples
            .as_chunks()
            .0
            .iter()
            .map(|&[grey, alpha]| [grey, grey, grey, alpha])
            .eq(image.pixels().iter().copied()),
    };
    assert!(same, "the png crate alone reads other pixels");
}

/// Grey or colours with alpha, by the decoder's own expansion. None for 16 bits, which huepack rounds and it cuts off,
/// and where it minds what huepack does not show it.
fn expanded(bytes: &[u8]) -> Option<(png::ColorType, Vec<u8>)> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().ok()?;
    let info = reader.info();
    // Of a transparent grey, only as many bits count as a sample has (clause 11.3.1.1), which the crate overlooks.
    let keyed = info.color_type == png::ColorType::Grayscale && info.trns.is_some();
    if info.bit_depth == png::BitDepth::Sixteen || keyed && info.bit_depth != png::BitDepth::Eight {
        return None;
    }
    let mut samples = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut samples).ok()?;
    Some((info.color_type, samples))
}
