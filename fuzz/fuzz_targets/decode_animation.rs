//! Any GIF, APNG or WebP is read frame by frame or refused, within its limits; what is salvaged begins with the same
//! frames, and the first frame of a GIF is its still.
#![no_main]

use huepack::decode::{Format, Options};
use huepack::{Error, Rgba8};
use huepack_fuzz::{fail_on_our_panics, visible};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Small, so that bombs end fast.
const MAX_PIXELS: u64 = 1 << 12;
const MAX_FRAMES: u32 = 64;

fuzz_target!(init: fail_on_our_panics(), |bytes: &[u8]| -> Corpus {
    if !matches!(Format::of(bytes), Some(Format::Gif | Format::Png | Format::WebP)) {
        return Corpus::Reject;
    }
    let options = Options::new().max_pixels(MAX_PIXELS).max_memory(16 << 20).max_frames(MAX_FRAMES);
    let (frames, error) = read(&options, bytes);
    let (salvaged, salvage_error) = read(&options.clone().salvage(), bytes);
    if error.is_none() {
        assert!(salvage_error.is_none());
        assert_eq!(frames.len(), salvaged.len());
    }
    for (frame, salvaged) in frames.iter().zip(&salvaged) {
        assert_eq!(frame, salvaged);
    }
    if let (Some(Format::Gif), Some(first)) = (Format::of(bytes), frames.first())
        && let Ok(still) = options.first_frame().decode(bytes)
    {
        assert_eq!(*first, pixels(still.image.pixels()));
    }
    Corpus::Keep
});

/// The frames up to the first error.
fn read(options: &Options, bytes: &[u8]) -> (Vec<Vec<Rgba8>>, Option<Error>) {
    let mut seen = Vec::new();
    let mut frames = match options.frames(bytes) {
        Ok(frames) => frames,
        Err(error) => return (seen, Some(error)),
    };
    let (width, height, count) = (frames.width(), frames.height(), frames.count());
    assert!(u64::from(width) * u64::from(height) <= MAX_PIXELS && (1..=MAX_FRAMES).contains(&count));
    let error = loop {
        match frames.next_frame() {
            Ok(Some(shown)) => {
                assert_eq!((shown.canvas.width(), shown.canvas.height()), (width, height));
                seen.push(pixels(shown.canvas.pixels()));
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(seen.len() <= count as usize);
    assert!(error.is_some() || frames.damage().is_some() || seen.len() == count as usize);
    (seen, error)
}

fn pixels(pixels: &[Rgba8]) -> Vec<Rgba8> {
    pixels.iter().copied().map(visible).collect()
}
