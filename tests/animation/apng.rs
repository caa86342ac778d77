use huepack::decode::{Options, is_animated};
use huepack::{Delay, Disposal, Loops, Rgba8};
use proptest::prelude::*;

use crate::files::{PngFile, apng, control, rgba_rows, stored};
use crate::render::{DISPOSALS, HEIGHT, Layer, WIDTH, layers, render, soft_pixels};
use crate::{read, visible};

const RED: Rgba8 = [255, 0, 0, 255];
const GREEN: Rgba8 = [0, 255, 0, 255];

proptest! {
    #[test]
    fn every_disposal_and_blending_is_drawn_as_the_plain_way(
        layers in layers(soft_pixels(), &DISPOSALS),
        plays in 0..3u32,
    ) {
        let bytes = apng(&layers, plays);
        prop_assert_eq!(is_animated(&bytes), layers.len() > 1);
        let wanted = if plays == 0 { Loops::Forever } else { Loops::Times(plays) };
        prop_assert_eq!(Options::new().frames(&bytes).expect("an APNG").loops(), wanted);
        for ((canvas, delay), wanted) in read(&bytes).expect("a whole file").iter().zip(render(&layers)) {
            prop_assert_eq!(visible(canvas), visible(&wanted));
            prop_assert_eq!(*delay, Delay::new(1, 30));
        }
    }
}

fn full(color: Rgba8, disposal: Disposal) -> Layer {
    let pixels = vec![color; (WIDTH * HEIGHT) as usize];
    Layer { left: 0, top: 0, width: WIDTH, height: HEIGHT, pixels, replaces: false, disposal }
}

fn part(color: Rgba8, disposal: Disposal) -> Layer {
    Layer { left: 1, top: 1, width: 2, height: 2, pixels: vec![color; 4], replaces: false, disposal }
}

/// The cases of regions and of a source on a transparent colour that the suite of Philip Taylor describes.
#[test]
fn regions_are_disposed_of_alone() {
    let nothing =
        Layer { left: 0, top: 0, width: 1, height: 1, pixels: vec![[0; 4]], ..part([0; 4], Disposal::Keep) };
    let last = |layers: &[Layer]| read(&apng(layers, 1)).expect("a whole file").pop().expect("frames").0;
    let red = full(RED, Disposal::Keep);
    let cleared = last(&[red.clone(), part(GREEN, Disposal::Clear), nothing.clone()]);
    assert_eq!(cleared.iter().filter(|pixel| pixel[3] == 0).count(), 4);
    assert_eq!(cleared[(WIDTH + 1) as usize], [0; 4]);
    assert_eq!(last(&[red.clone(), part(GREEN, Disposal::Restore), nothing]), vec![RED; 20]);
    let replaced = Layer { replaces: true, ..full([0; 4], Disposal::Keep) };
    assert_eq!(last(&[red, replaced]), vec![[0; 4]; 20]);
}

/// A picture of two bits a pixel that is the first frame, and a second frame in two pieces.
#[test]
fn the_picture_may_be_the_first_frame_and_palettes_are_those_of_the_file() {
    let rows = |bits: u8| stored(&[0, bits]);
    let data = rows(0b0110_0000);
    let (start, end) = data.split_at(5);
    let bytes = PngFile::new(2, 1, 2, 3)
        .chunk(b"PLTE", &[255, 0, 0, 0, 255, 0, 0, 0, 255])
        .chunk(b"tRNS", &[255, 255, 0])
        .chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])
        .chunk(b"fcTL", &control(0, [2, 1, 0, 0], [50, 0], [0, 1]))
        .chunk(b"IDAT", &rows(0))
        .chunk(b"fcTL", &control(1, [2, 1, 0, 0], [1, 1000], [0, 1]))
        .chunk(b"fdAT", &[&[0, 0, 0, 2], start].concat())
        .chunk(b"tEXt", b"Title\0between")
        .chunk(b"fdAT", &[&[0, 0, 0, 3], end].concat())
        .chunk(b"IEND", &[])
        .bytes();
    let seen = read(&bytes).expect("a whole file");
    assert_eq!(seen[0], (vec![RED, RED], Delay::new(1, 2)));
    // The second pixel is the transparent colour.
    assert_eq!(seen[1], (vec![GREEN, RED], Delay::new(1, 1000)));
}

#[test]
fn what_breaks_the_rules_is_an_error_with_the_number_of_the_frame() {
    let start = |frames: u8| {
        let pixel = rgba_rows(1, &[RED]);
        PngFile::new(1, 1, 8, 6).chunk(b"acTL", &[0, 0, 0, frames, 0, 0, 0, 0]).chunk(b"IDAT", &pixel)
    };
    let control = |sequence: u32, place: [u32; 4]| control(sequence, place, [1, 1], [0, 0]);
    let data = |sequence: u8, pixels: &[Rgba8]| [&[0, 0, 0, sequence][..], &rgba_rows(1, pixels)].concat();
    let dot = [1, 1, 0, 0];
    let frame = |file: PngFile, sequence: u8| {
        file.chunk(b"fcTL", &control(sequence.into(), dot)).chunk(b"fdAT", &data(sequence + 1, &[GREEN]))
    };
    let error =
        |file: PngFile| read(&file.chunk(b"IEND", &[]).bytes()).expect_err("broken rules").to_string();
    let said = |file, wanted: &str| {
        let error = error(file);
        assert!(error.contains(wanted), "{error}");
    };
    said(frame(start(2), 0), "frame 2: the acTL chunk announces 2 frames, got 1");
    said(frame(frame(start(1), 0), 2), "frame 2: the acTL chunk announces 1 frames, and more follow");
    said(frame(frame(start(2), 0), 3), "frame 2: the sequence number of the fcTL chunk should be 2, got 3");
    said(start(1).chunk(b"fdAT", &data(0, &[GREEN])), "frame 1: an fdAT chunk follows no fcTL");
    said(start(1).chunk(b"fcTL", &control(0, dot)), "frame 1: there is no data");
    said(start(1).chunk(b"fcTL", &control(0, [1, 1, 1, 0])), "frame 1: 1x1 pixels at 1,0 do not fit");
    said(start(1).chunk(b"fcTL", &control(0, [1, 1, u32::MAX, 0])), "do not fit");
    said(start(1).chunk(b"fcTL", &control(0, [0, 1, 0, 0])), "do not fit");
    said(start(0), "announces 0 frames");
    let tall = start(1).chunk(b"fcTL", &control(0, dot)).chunk(b"fdAT", &data(1, &[GREEN, GREEN]));
    said(tall, "frame 1: there is more picture data");
    let short = start(1).chunk(b"fcTL", &control(0, dot)).chunk(b"fdAT", &data(1, &[]));
    said(short, "frame 1: the picture data ends early");
}
