use huepack::decode::{Options, is_animated};
use huepack::{Delay, Disposal, Loops, Rgba8};
use proptest::prelude::*;

use crate::files::{GifImage, gif};
use crate::render::{DISPOSALS, HEIGHT, Layer, WIDTH, layers, render};
use crate::{read, rest_of, visible};

/// Index 3 is transparent where anything is.
const COLORS: [[u8; 3]; 4] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [250, 250, 0]];
const LOCAL: [[u8; 3]; 4] = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]];

fn color(index: u8) -> Rgba8 {
    let [red, green, blue] = COLORS[usize::from(index)];
    [red, green, blue, 255]
}

/// Layers of these colours as the images of a GIF; methods that mean the same take turns.
fn images(layers: &[Layer]) -> Vec<GifImage> {
    let index = |pixel: &Rgba8| {
        COLORS.iter().position(|color| pixel[..3] == *color).filter(|_| pixel[3] > 0).unwrap_or(3)
    };
    let image = |(number, layer): (usize, &Layer)| GifImage {
        left: layer.left as u16,
        top: layer.top as u16,
        width: layer.width as u16,
        height: layer.height as u16,
        indices: layer.pixels.iter().map(|pixel| index(pixel) as u8).collect(),
        colors: None,
        transparent: Some(3),
        interlaced: number % 3 == 1,
        method: match layer.disposal {
            Disposal::Keep => [0, 1, 5, 7][number % 4],
            Disposal::Clear => 2,
            Disposal::Restore => [3, 4][number % 2],
        },
        hundredths: number as u16,
    };
    layers.iter().enumerate().map(image).collect()
}

proptest! {
    #[test]
    fn every_disposal_and_place_is_drawn_as_the_plain_way(
        layers in layers(
            prop::sample::select(vec![color(0), color(1), color(2), [0; 4]]),
            &DISPOSALS,
        )
    ) {
        let layers: Vec<_> = layers.into_iter().map(|layer| Layer { replaces: false, ..layer }).collect();
        let bytes = gif(WIDTH as u16, HEIGHT as u16, &COLORS, &images(&layers));
        let seen = read(&bytes).expect("a whole file");
        prop_assert_eq!(is_animated(&bytes), layers.len() > 1);
        let canvases: Vec<_> = seen.iter().map(|(canvas, _)| canvas.clone()).collect();
        prop_assert_eq!(canvases, render(&layers));
        for (number, (_, delay)) in seen.iter().enumerate() {
            prop_assert_eq!(*delay, Delay::new(number as u32, 100));
        }
    }
}

#[test]
fn interlaced_rows_are_put_in_order() {
    let indices: Vec<u8> = (0..3 * 11).map(|i| (i / 3 % 3) as u8).collect();
    let plain = GifImage { width: 3, height: 11, indices, ..GifImage::dot(0, 0) };
    let interlaced = GifImage { interlaced: true, ..plain.clone() };
    let bytes = gif(3, 11, &COLORS, &[plain, interlaced]);
    let mut frames = Options::new().frames(&bytes).expect("a GIF");
    let first = frames.next_frame().expect("a frame").expect("two frames").stored.expect("indices");
    let second = frames.next_frame().expect("a frame").expect("two frames").stored.expect("indices");
    assert_eq!(first.picture, second.picture);
}

#[test]
fn stored_frames_are_what_the_file_has() {
    let image = GifImage {
        width: 2,
        height: 1,
        indices: vec![2, 1],
        colors: Some(LOCAL.to_vec()),
        transparent: Some(1),
        method: 3,
        ..GifImage::dot(1, 3)
    };
    let bytes = gif(2, 4, &COLORS, &[GifImage::dot(0, 0), image]);
    let mut frames = Options::new().frames(&bytes).expect("a GIF");
    assert_eq!(frames.background(), Some(color(0)));
    let first = frames.next_frame().expect("a frame").expect("two frames").stored.expect("indices");
    assert_eq!(first.picture.palette().colors(), [color(0), color(1), color(2), color(3)]);
    let shown = frames.next_frame().expect("a frame").expect("two frames");
    // The second pixel of the frame is outside of the canvas, and transparent.
    assert_eq!(shown.canvas.pixels()[6..], [[0; 4], [7, 8, 9, 255]]);
    let stored = shown.stored.expect("indices");
    assert_eq!((stored.left, stored.top, stored.disposal), (1, 3, Disposal::Restore));
    assert_eq!(stored.delay, Delay::new(7, 100));
    assert_eq!((stored.picture.width(), stored.picture.height()), (2, 1));
    assert_eq!(stored.picture.indices(), [2, 1]);
    let local = LOCAL.map(|[red, green, blue]| [red, green, blue, 255]);
    let mut wanted = local;
    wanted[1][3] = 0;
    assert_eq!(stored.picture.palette().colors(), wanted);
}

#[test]
fn a_transparent_index_needs_no_colour() {
    let image = GifImage { indices: vec![200], transparent: Some(200), ..GifImage::dot(0, 0) };
    let bytes = gif(1, 1, &COLORS, &[GifImage::dot(0, 0), image.clone()]);
    assert_eq!(read(&bytes).expect("a whole file")[1].0, [color(1)]);
    let bytes = gif(1, 1, &COLORS, &[GifImage::dot(0, 0), GifImage { transparent: Some(199), ..image }]);
    let error = read(&bytes).expect_err("an index past the palette").to_string();
    assert_eq!(error, "damaged GIF: frame 2: index 200 in a palette of 4 colours");
}

#[test]
fn frames_outside_of_the_canvas_change_nothing_and_count() {
    let outside = GifImage { method: 2, ..GifImage::dot(9, 9) };
    let empty = GifImage { width: 0, indices: vec![], method: 3, ..GifImage::dot(0, 0) };
    let bytes = gif(2, 2, &COLORS, &[GifImage::dot(0, 0), outside, empty, GifImage::dot(1, 0)]);
    let seen = read(&bytes).expect("a whole file");
    let dot = [color(1), [0; 4], [0; 4], [0; 4]];
    assert_eq!(seen[1].0, dot);
    assert_eq!(seen[2].0, dot);
    assert_eq!(seen[3].0, [color(1), color(1), [0; 4], [0; 4]]);
}

#[test]
fn the_first_frame_is_what_a_still_is() {
    for name in ["still.gif", "animated.gif", "flower.jpg"] {
        let bytes =
            std::fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a fixture");
        let still = Options::new().first_frame().decode(&bytes).expect("a picture");
        let mut frames = Options::new().frames(&bytes).expect("a picture");
        assert_eq!(frames.count(), still.frames);
        assert_eq!(frames.metadata(), &still.metadata);
        let seen = rest_of(&mut frames).expect("a whole file");
        assert_eq!(seen.len(), still.frames as usize);
        assert_eq!(visible(&seen[0].0), visible(still.image.pixels()));
    }
}

#[test]
fn netscape_counts_how_often_a_file_is_played_again() {
    let bytes = gif(1, 1, &COLORS, &[GifImage::dot(0, 0)]);
    let loops = |block: &[u8]| {
        // Behind the header and the table of four colours.
        let bytes = [&bytes[..25], block, &bytes[25..]].concat();
        Options::new().frames(&bytes).expect("a GIF").loops()
    };
    assert_eq!(loops(&[]), Loops::Times(1));
    assert_eq!(loops(b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"), Loops::Forever);
    assert_eq!(loops(b"!\xff\x0bNETSCAPE2.0\x03\x01\x02\0\0"), Loops::Times(3));
    assert_eq!(loops(b"!\xff\x0bANIMEXTS1.0\x03\x01\xff\xff\0"), Loops::Times(65_536));
    // A buffer size, and somebody else's block.
    assert_eq!(loops(b"!\xff\x0bNETSCAPE2.0\x05\x02\0\x04\0\0\0"), Loops::Times(1));
    assert_eq!(loops(b"!\xff\x0bSOMETHING.0\x03\x01\0\0\0"), Loops::Times(1));
}
