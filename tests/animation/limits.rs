use huepack::decode::Options;
use huepack::{Disposal, Error};

use crate::files::{GifImage, apng, gif, webp};
use crate::render::{HEIGHT, Layer, WIDTH};
use crate::{read, rest_of};

const COLORS: [[u8; 3]; 2] = [[0, 0, 0], [255, 255, 255]];

fn layers() -> Vec<Layer> {
    let layer = |gray: u8| Layer {
        left: 0,
        top: 0,
        width: WIDTH,
        height: HEIGHT,
        pixels: vec![[gray, gray, gray, 255]; (WIDTH * HEIGHT) as usize],
        replaces: true,
        disposal: Disposal::Keep,
    };
    vec![layer(10), layer(20), layer(30)]
}

fn animations() -> [(&'static str, Vec<u8>); 3] {
    let images = [GifImage::dot(0, 0), GifImage::dot(1, 0), GifImage::dot(2, 0)];
    [("GIF", gif(3, 1, &COLORS, &images)), ("PNG", apng(&layers(), 0)), ("WebP", webp(&layers(), 0))]
}

#[test]
fn a_cut_file_is_refused_or_salvaged_up_to_its_last_whole_frame() {
    for (name, whole) in animations() {
        let frames = read(&whole).expect("a whole file");
        let mut salvaged_at_most = 0;
        for length in 0..whole.len() {
            let cut = &whole[..length];
            assert!(read(cut).is_err(), "{name} cut at {length}");
            let Ok(mut salvaged) = Options::new().salvage().frames(cut) else { continue };
            assert!(salvaged.damage().is_some(), "{name} cut at {length}");
            let count = salvaged.count() as usize;
            let Ok(seen) = rest_of(&mut salvaged) else { continue };
            assert_eq!(seen, frames[..seen.len()], "{name} cut at {length}");
            assert_eq!(seen.len(), count, "{name} cut at {length}");
            assert!(seen.len() >= salvaged_at_most);
            salvaged_at_most = seen.len();
        }
        assert!(salvaged_at_most >= 2, "{name}: {salvaged_at_most}");
    }
}

#[test]
fn a_changed_byte_never_panics() {
    for (name, whole) in animations() {
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut changed = whole.clone();
                changed[at] = value;
                for options in [Options::new(), Options::new().salvage()] {
                    let seen = options.frames(&changed).and_then(|mut frames| rest_of(&mut frames));
                    assert!(!matches!(seen, Err(Error::DecoderPanicked { .. })), "{name}, {value} at {at}");
                }
            }
        }
    }
}

#[test]
fn the_frame_that_is_cut_is_named() {
    let (_, whole) = &animations()[0];
    // The last data block, its end and the trailer.
    let error = read(&whole[..whole.len() - 3]).expect_err("a cut file").to_string();
    assert_eq!(error, "damaged GIF: frame 3: the file ends within the data of a frame");
    let error = read(&whole[..whole.len() - 1]).expect_err("a cut file").to_string();
    assert_eq!(error, "damaged GIF: frame 4: the file ends without its trailer");
}

#[test]
fn the_canvas_is_held_against_the_limits_before_it_is_made() {
    let largest = gif(u16::MAX, u16::MAX, &COLORS, &[GifImage::dot(0, 0)]);
    assert!(matches!(read(&largest), Err(Error::TooLarge { width: 65_535, .. })));
    let frame = GifImage { width: u16::MAX, height: u16::MAX, ..GifImage::dot(0, 0) };
    let bytes = gif(1, 1, &COLORS, &[GifImage::dot(0, 0), frame]);
    assert!(matches!(read(&bytes), Err(Error::TooLarge { width: 65_535, .. })));
    let empty = gif(0, 1, &COLORS, &[GifImage::dot(0, 0)]);
    assert!(matches!(read(&empty), Err(Error::EmptyImage { .. })));
    for (name, bytes) in animations() {
        let tight = Options::new().max_memory(bytes.len() as u64 + 10);
        assert!(matches!(tight.frames(&bytes), Err(Error::TooMuchMemory { .. })), "{name}");
        let few = Options::new().max_frames(2);
        assert!(matches!(few.frames(&bytes), Err(Error::TooManyFrames { frames: 3, .. })), "{name}");
        assert!(Options::new().max_frames(3).frames(&bytes).is_ok(), "{name}");
    }
}

#[test]
fn all_frames_together_are_limited() {
    let image = GifImage { width: 8, height: 8, indices: vec![1; 64], ..GifImage::dot(0, 0) };
    let bytes = gif(8, 8, &COLORS, &vec![image; 65]);
    let options = Options::new().max_pixels(64);
    let error = options.frames(&bytes).expect_err("too much in all");
    assert!(matches!(error, Error::TooManyFrames { frames: 65, pixels: 4160, .. }), "{error}");
}

#[test]
fn files_without_frames_are_refused() {
    assert!(matches!(read(&[]), Err(Error::NoData)));
    assert!(matches!(read(b"P6 1 1 255 ab"), Err(Error::Damaged { .. })));
    let error = read(&gif(1, 1, &COLORS, &[])).expect_err("no frame").to_string();
    assert_eq!(error, "damaged GIF: there is no picture in the file");
    let error = read(&webp(&[], 0)).expect_err("no frame").to_string();
    assert_eq!(error, "damaged WebP: there is no frame in the animation");
}
