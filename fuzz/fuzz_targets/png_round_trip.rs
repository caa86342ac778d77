//! A PNG that was written is the same picture to huepack's decoder and to the `png` crate alone.
#![no_main]

use std::io::Cursor;

use huepack::{Effort, Rgba8, encode};
use huepack_fuzz::{AnyIndexed, decode_unlimited, fail_on_our_panics};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fail_on_our_panics(), |any: (bool, AnyIndexed)| {
    let (quick, AnyIndexed(indexed)) = any;
    let effort = if quick { Effort::Fast } else { Effort::Balanced };
    let bytes = encode::png::Options::new().effort(effort).encode(&indexed).expect("PNG holds any palette");
    let wanted: Vec<Rgba8> = indexed.pixels().collect();

    let image = decode_unlimited(&bytes);
    assert_eq!((image.width(), image.height()), (indexed.width(), indexed.height()));
    assert_eq!(image.pixels(), wanted);

    let mut decoder = png::Decoder::new(Cursor::new(&bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().expect("a good header");
    assert_eq!(reader.info().size(), (indexed.width(), indexed.height()));
    assert_eq!(reader.info().bit_depth as u8, indexed.palette().bits_per_index());
    let mut samples = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut samples).expect("good data");
    assert_eq!(info.color_type, png::ColorType::Rgba);
    assert_eq!(samples.as_chunks().0, wanted);
    reader.finish().expect("a good end");
});
