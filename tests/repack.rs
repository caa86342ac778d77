//! A GIF that is repacked shows the same, frame by frame, by a decoder and a canvas that are not ours.
#![cfg(feature = "decode")]

use std::borrow::Cow;
use std::path::Path;

use gif::{DisposalMethod, Repeat};
use huepack::{Effort, Error, GifRepacker, decode};
use proptest::prelude::*;

type Canvas = Vec<[u8; 4]>;

/// Every frame as it is seen, with its delay in hundredths of a second, and how often all play: read by the `gif` crate,
/// drawn the plain way on whole canvases.
fn shown(bytes: &[u8]) -> (Vec<(Canvas, u16)>, Repeat) {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).expect("a header");
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let mut canvas = vec![[0; 4]; width * height];
    let mut all = Vec::new();
    while let Some(frame) = decoder.read_next_frame().expect("a frame") {
        let before = canvas.clone();
        let mut cleared = canvas.clone();
        let columns = usize::from(frame.width).max(1);
        for (y, row) in frame.buffer.as_chunks::<4>().0.chunks_exact(columns).enumerate() {
            for (x, &pixel) in row.iter().enumerate() {
                let (x, y) = (x + usize::from(frame.left), y + usize::from(frame.top));
                if x < width && y < height {
                    cleared[y * width + x] = [0; 4];
                    if pixel[3] > 0 {
                        canvas[y * width + x] = pixel;
                    }
                }
            }
        }
        all.push((canvas.clone(), frame.delay));
        match frame.dispose {
            DisposalMethod::Any | DisposalMethod::Keep => {}
            DisposalMethod::Previous => canvas = before,
            DisposalMethod::Background => {
                for (pixel, cleared) in canvas.iter_mut().zip(cleared) {
                    *pixel = if cleared[3] == 0 { [0; 4] } else { *pixel };
                }
            }
        }
    }
    (all, decoder.repeat())
}

const COLORS: [[u8; 3]; 8] = [
    [0, 0, 0],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [9, 9, 9],
    [250, 250, 0],
    [0, 250, 250],
    [255, 255, 255],
];

fn written(width: u16, height: u16, frames: &[gif::Frame<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &COLORS.concat()).unwrap();
    encoder.set_repeat(Repeat::Finite(3)).unwrap();
    frames.iter().for_each(|frame| encoder.write_frame(frame).unwrap());
    drop(encoder);
    bytes
}

/// Always the same noise of so many indices.
fn noise(length: usize, indices: u64) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        // Knuth's multiplier for numbers of 64 bits (MMIX).
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % indices) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Whole frames of noise over which a box moves.
fn moving_box(interlaced: bool) -> Vec<u8> {
    let (width, height) = (120, 90);
    let ground = noise(width * height, 7);
    let frame = |number: usize| {
        let mut buffer = ground.clone();
        for y in 0..20 {
            buffer[(y + 10 + number) * width + 7 * number..][..20].fill(7);
        }
        gif::Frame {
            delay: 7 + number as u16,
            dispose: [DisposalMethod::Keep, DisposalMethod::Background, DisposalMethod::Previous][number % 3],
            width: width as u16,
            height: height as u16,
            interlaced,
            palette: (number == 4).then(|| COLORS.concat()),
            buffer: Cow::Owned(buffer),
            ..gif::Frame::default()
        }
    };
    written(width as u16, height as u16, &(0..9).map(frame).collect::<Vec<_>>())
}

/// Repacks, and holds all that is promised of it.
#[track_caller]
fn repacked(before: &[u8], effort: Effort) -> Vec<u8> {
    let repacker = GifRepacker::new().effort(effort);
    let after = repacker.repack(before).expect("a whole file");
    assert!(shown(before) == shown(&after.bytes), "{effort:?}: another animation");
    assert_eq!(after.frames as usize, shown(before).0.len());
    assert!(after.bytes.len() <= before.len());
    assert!(repacker.repack(&after.bytes).unwrap() == after, "{effort:?}: a second time changes something");
    after.bytes
}

#[test]
fn what_stands_still_is_not_stored_again() {
    for interlaced in [false, true] {
        let before = moving_box(interlaced);
        for effort in Effort::ALL {
            let after = repacked(&before, effort);
            // The noise once, and eight boxes.
            assert!(4 * after.len() < before.len(), "{} of {}", after.len(), before.len());
        }
    }
}

#[test]
fn opaque_black_is_not_taken_for_transparent() {
    let frame = |buffer: Vec<u8>, transparent| gif::Frame {
        width: 8,
        height: 8,
        transparent,
        buffer: Cow::Owned(buffer),
        ..gif::Frame::default()
    };
    let holes = (0..64).map(|i| if i % 3 == 0 { 7 } else { 0 }).collect();
    repacked(&written(8, 8, &[frame(holes, Some(7)), frame(vec![0; 64], None)]), Effort::Balanced);
}

#[test]
fn two_hundred_and_fifty_six_colours_and_a_bare_column_need_no_place_more() {
    let palette: Vec<u8> = (0..=255).flat_map(|i: u8| [i, i / 2, 255 - i]).collect();
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 17, 16, &palette).unwrap();
    for number in 0..3_u8 {
        let buffer: Vec<u8> = (0..=255).map(|i: u8| if i < 9 { i.wrapping_mul(number) } else { i }).collect();
        let frame =
            gif::Frame { left: 1, width: 16, height: 16, buffer: buffer.into(), ..gif::Frame::default() };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    repacked(&bytes, Effort::Balanced);
}

proptest! {
    // Not interlaced: gif 0.14.2 misses the last rows of some small frames that are.
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_animation_is_the_same_afterwards(
        frames in prop::collection::vec(
            (0..9_u16, 0..7_u16, 1..12_u16, 1..10_u16, 0..4_usize, any::<u64>(), prop::option::of(0..8_u8)),
            1..7,
        ),
        fast in any::<bool>(),
    ) {
        let methods = [
            DisposalMethod::Any,
            DisposalMethod::Keep,
            DisposalMethod::Background,
            DisposalMethod::Previous,
        ];
        let frame = |&(left, top, width, height, method, seed, transparent): &(u16, u16, u16, u16, usize, u64, Option<u8>)| {
            let length = usize::from(width) * usize::from(height);
            let runs = 1 + (seed % 5) as usize;
            let buffer: Vec<u8> =
                noise(length + 64, 8)[(seed % 64) as usize..].iter().flat_map(|&i| vec![i; runs]).take(length).collect();
            gif::Frame {
                left, top, width, height, transparent,
                delay: (seed % 3) as u16,
                dispose: methods[method],
                palette: (seed % 4 == 1).then(|| COLORS.iter().rev().flatten().copied().collect()),
                buffer: buffer.into(),
                ..gif::Frame::default()
            }
        };
        // Some frames reach beyond the canvas of 13x11.
        let before = written(13, 11, &frames.iter().map(frame).collect::<Vec<_>>());
        repacked(&before, if fast { Effort::Fast } else { Effort::Balanced });
    }
}

#[test]
fn what_is_cut_is_refused_and_what_follows_the_trailer_goes() {
    let whole = moving_box(false);
    let repack = |bytes: &[u8]| GifRepacker::new().effort(Effort::Fast).repack(bytes);
    let trailing = [&whole[..], b"behind the trailer"].concat();
    assert_eq!(repack(&trailing).unwrap().bytes, repack(&whole).unwrap().bytes);
    for length in [5, 12, 20, whole.len() / 2, whole.len() - 1] {
        let refused = repack(&whole[..length]);
        assert!(matches!(refused, Err(Error::Damaged { .. } | Error::UnknownFormat)), "{length}");
    }
    assert!(matches!(repack(b""), Err(Error::NoData)));
    assert!(matches!(repack(b"\x89PNG\r\n\x1a\n"), Err(Error::UnknownFormat)));
    // A frame that claims to be taller than its data.
    let mut tall = whole.clone();
    let place = tall.windows(10).rposition(|bytes| bytes[..9] == *b",\0\0\0\0\x78\0\x5a\0").unwrap();
    tall[place + 7] = 200;
    assert!(matches!(repack(&tall), Err(Error::Damaged { .. })));
}

#[test]
fn limits_hold() {
    let whole = moving_box(false);
    let repack = |options: decode::Options| GifRepacker::new().decoder(options).repack(&whole);
    assert!(matches!(
        repack(decode::Options::new().max_frames(8)),
        Err(Error::TooManyFrames { frames: 9, .. })
    ));
    assert!(matches!(repack(decode::Options::new().max_pixels(100)), Err(Error::TooLarge { .. })));
    assert!(matches!(repack(decode::Options::new().max_memory(1 << 20)), Err(Error::TooMuchMemory { .. })));
}

/// A canvas of 2x2 with four colours, and a frame that fills it.
const SCREEN: &[u8] = b"GIF89a\x02\0\x02\0\x81\0\0\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff";
const IMAGE: &[u8] = b",\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x34\x05\0";

#[test]
fn extensions_stay_in_their_order_unless_they_are_dropped() {
    let comment: &[u8] = b"!\xfe\x05hello\0";
    let other: &[u8] = b"!\xff\x0bSOMETHING.0\x01a\0";
    let xmp: &[u8] = b"!\xff\x0bXMP DataXMP\x03<x>\0";
    let profile: &[u8] = b"!\xff\x0bICCRGBG1012\x03abc\0";
    let loops: &[u8] = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let before = [SCREEN, loops, comment, xmp, IMAGE, profile, other, IMAGE, b";"].concat();
    let holds = |file: &[u8], part: &[u8]| file.windows(part.len()).any(|bytes| bytes == part);
    let all = GifRepacker::new().repack(&before).unwrap().bytes;
    assert!([comment, xmp, profile, other, loops].iter().all(|part| holds(&all, part)));
    let few = GifRepacker::new().drop_text().drop_xmp().drop_unknown().repack(&before).unwrap().bytes;
    assert!([profile, loops].iter().all(|part| holds(&few, part)));
    assert!(![comment, xmp, other].iter().any(|part| holds(&few, part)));
    assert!(shown(&before) == shown(&few));
}

#[test]
fn frames_without_pixels_and_letters_leave_every_frame_as_it_is() {
    let empty: &[u8] = b",\0\0\0\0\0\0\x02\0\0\x02\x01\x2c\0";
    let far: &[u8] = b",\x09\0\x09\0\x02\0\x02\0\0\x02\x03\x44\x34\x05\0";
    let letters: &[u8] = b"!\xf9\x04\0\0\0\0\0!\x01\x0c\0\0\0\0\x02\0\x02\0\x01\x01\0\x01\x01a\0";
    for odd in [empty, far, letters] {
        let before = [SCREEN, IMAGE, odd, IMAGE, b";"].concat();
        let after = GifRepacker::new().repack(&before).unwrap().bytes;
        assert_eq!(after, before, "there is nothing to gain");
    }
}

/// Where a corpus is at hand: every GIF that can be read at all.
#[test]
fn the_frames_of_the_corpus_stay_the_same() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("CORPUS").map_or(corpus, Into::into);
    let (mut folders, mut count) = (vec![corpus.join("conformance")], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(before) = std::fs::read(&path) else { continue };
            // Larger ones take longer and show no more.
            if !before.starts_with(b"GIF8") || before.len() > 200_000 {
                continue;
            }
            let repacker = GifRepacker::new().effort(Effort::Fast);
            let Ok(after) = repacker.repack(&before) else { continue };
            count += 1;
            assert!(after.bytes.len() <= before.len(), "{}", path.display());
            let again = repacker.repack(&after.bytes).expect("a file of our own");
            assert!(again == after, "{}: a second time changes something", path.display());
        }
    }
    println!("{count} files");
}
