//! What must hold for any file that is read.

use huepack::decode::{Decoded, Format, Options};
use huepack::{Effort, Image, Indexed, Metadata, Palette, encode};
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
    check_salvage(&options.clone().first_frame(), bytes, first.as_ref().ok());
    check_metadata(&options.first_frame().keep_profile(), bytes);
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

/// What is whole is salvaged as it is, and what is not is said to be damaged.
fn check_salvage(options: &Options, bytes: &[u8], whole: Option<&Decoded>) {
    let salvaged = options.clone().salvage().decode(bytes).ok();
    if let Some(salvaged) = &salvaged {
        check_size(salvaged);
        assert_eq!(salvaged.damage.is_none(), whole.is_some(), "{:?}", salvaged.damage);
    }
    if whole.is_some() {
        assert_eq!(salvaged.as_ref(), whole);
    }
}

/// Whatever stood beside the pixels can be written beside others, and read again.
fn check_metadata(options: &Options, bytes: &[u8]) {
    let Ok(Decoded { metadata, .. }) = options.decode(bytes) else { return };
    if metadata == Metadata::default() {
        return;
    }
    let palette = Palette::new(vec![[9, 9, 9, 255]]).expect("one colour");
    let dot = Indexed::new(1, 1, palette, vec![0]).expect("one pixel");
    let png = encode::png::Options::new().effort(Effort::Fast).metadata(metadata.clone()).encode(&dot);
    let gif = encode::gif::Options::new().metadata(metadata).encode(&dot);
    for file in [png, gif] {
        assert_eq!(decode_unlimited(&file.expect("a dot can be written")).pixels().len(), 1);
    }
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
