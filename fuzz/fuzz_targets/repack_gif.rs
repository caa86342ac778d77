//! Any GIF is refused or repacked: the same frames to huepack's decoder, never longer, and a second time nothing changes.
#![no_main]

use huepack::{Effort, GifRepacker, decode};
use huepack_fuzz::fail_on_our_panics;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: fail_on_our_panics(), |bytes: &[u8]| -> Corpus {
    let limits = decode::Options::new().max_pixels(1 << 16).max_frames(64);
    let repacker = GifRepacker::new().effort(Effort::Fast).decoder(limits.clone());
    let Ok(repacked) = repacker.repack(bytes) else {
        return Corpus::Reject;
    };
    assert!(repacked.bytes.len() <= bytes.len());
    let (mut wanted, mut got) =
        (limits.frames(bytes).expect("it was read"), limits.frames(&repacked.bytes).expect("it was written"));
    assert_eq!((wanted.count(), wanted.loops()), (got.count(), got.loops()));
    while let Some(wanted) = wanted.next_frame().expect("a whole frame") {
        let got = got.next_frame().expect("a whole frame").expect("as many frames");
        assert_eq!(wanted.delay, got.delay);
        assert!(wanted.canvas.pixels() == got.canvas.pixels());
    }
    assert!(repacker.repack(&repacked.bytes).expect("a file of our own") == repacked);
    Corpus::Keep
});
