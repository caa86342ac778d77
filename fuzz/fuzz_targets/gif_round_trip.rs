//! A GIF that was written is the same picture to huepack's decoder and to the `gif` crate alone.
#![no_main]

use huepack::{Rgba8, encode};
use huepack_fuzz::{AnyIndexed, decode_unlimited, fail_on_our_panics, visible};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: fail_on_our_panics(), |any: AnyIndexed| -> Corpus {
    let AnyIndexed(indexed) = any;
    // Which palettes fit, the target `palettes` looks at.
    let Ok(bytes) = encode::gif::Options::new().encode(&indexed) else {
        return Corpus::Reject;
    };
    let wanted: Vec<Rgba8> = indexed.pixels().map(visible).collect();

    let image = decode_unlimited(&bytes);
    assert_eq!((image.width(), image.height()), (indexed.width(), indexed.height()));
    assert_eq!(image.pixels(), wanted);

    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    // Not the check for an end code: it misses the code at the end of one file in a hundred (gif 0.14.2).
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(&bytes[..]).expect("a good header");
    assert_eq!((u32::from(decoder.width()), u32::from(decoder.height())), (indexed.width(), indexed.height()));
    let frame = decoder.read_next_frame().expect("good data").expect("one frame");
    let pixels: Vec<Rgba8> = frame.buffer.as_chunks().0.iter().copied().map(visible).collect();
    assert_eq!(pixels, wanted);
    assert!(decoder.read_next_frame().expect("a good end").is_none());
    Corpus::Keep
});
