//! What must hold for any file that is read.

use huepack::Image;
use huepack::decode::{Decoded, Format, Options};
use libfuzzer_sys::Corpus;

/// Small, so that bombs end fast.
const MAX_PIXELS: u64 = 1 << 16;
const MAX_MEMORY: u64 = 16 << 20;

/// Reads a file of one of these formats with the default options and as its first frame, which is also given to
/// `compare`. Files of other formats are not worth mutating.
pub fn check_decoding(formats: &[Format], bytes: &[u8], compare: impl FnOnce(&Image)) -> Corpus {
    if !Format::of(bytes).is_some_and(|format| formats.contains(&format)) {
        return Corpus::Reject;
    }
    let options = Options::new().max_pixels(MAX_PIXELS).max_memory(MAX_MEMORY);
    let still = options.decode(bytes);
    let first = options.clone().first_frame().decode(bytes);
    for decoded in [&still, &first].into_iter().flatten() {
        check_size(decoded);
    }
    if let Ok(decoded) = &first {
        compare(&decoded.image);
    }
    match (still, first) {
        (Ok(still), first) => {
            assert_eq!(still.frames, 1);
            assert_eq!(first.expect("a still has a first frame"), still);
        }
        (Err(error), Ok(first)) => {
            assert!(first.frames > 1, "only the first frame is good, in spite of: {error}")
        }
        (Err(_), Err(_)) => {}
    }
    Corpus::Keep
}

fn check_size(decoded: &Decoded) {
    let image = &decoded.image;
    let pixels = u64::from(image.width()) * u64::from(image.height());
    assert_eq!(image.pixels().len() as u64, pixels);
    assert!((1..=MAX_PIXELS).contains(&pixels), "{}x{}", image.width(), image.height());
}

/// The picture in a file that huepack wrote.
pub fn decode_unlimited(bytes: &[u8]) -> Image {
    Options::new().decode(bytes).expect("huepack reads what it wrote").image
}
