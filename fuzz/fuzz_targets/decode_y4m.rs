//! Any raw video is read frame by frame or refused, within its limits.
#![no_main]

use huepack::decode::Options;
use huepack_fuzz::fail_on_our_panics;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: fail_on_our_panics(), |bytes: &[u8]| -> Corpus {
    let Ok(mut video) = Options::new().max_pixels(1 << 12).y4m(bytes) else { return Corpus::Reject };
    let size = (video.width(), video.height());
    while let Ok(Some(frame)) = video.next_frame() {
        assert_eq!((frame.width(), frame.height()), size);
    }
    assert!(video.next_frame().expect("nothing follows an error").is_none());
    Corpus::Keep
});
