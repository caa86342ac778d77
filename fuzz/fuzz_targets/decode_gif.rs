//! Any GIF is read or refused, and what the `gif` crate reads alone looks the same.
#![no_main]

use huepack::decode::Format;
use huepack::{Image, Rgba8};
use huepack_fuzz::{check_decoding, fail_on_our_panics, visible};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: fail_on_our_panics(), |bytes: &[u8]| -> Corpus {
    check_decoding(&[Format::Gif], bytes, |image| compare(image, bytes))
});

/// Compares a first frame that fills its canvas, unless there is a profile to convert its colours by.
fn compare(image: &Image, bytes: &[u8]) {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    options.allow_unknown_blocks(true);
    let Ok(mut decoder) = options.read_info(bytes) else { return };
    let canvas = (decoder.width(), decoder.height());
    let Ok(Some(frame)) = decoder.read_next_frame() else { return };
    if (frame.width, frame.height) != canvas || (frame.left, frame.top) != (0, 0) {
        return;
    }
    let pixels: Vec<Rgba8> = frame.buffer.as_chunks().0.iter().copied().map(visible).collect();
    if decoder.icc_profile().is_none() {
        assert_eq!(image.pixels(), pixels);
    }
}
