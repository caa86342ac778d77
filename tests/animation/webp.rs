use huepack::decode::{Options, is_animated};
use huepack::{Delay, Disposal, Loops};
use proptest::prelude::*;

use crate::files::webp;
use crate::render::{DISPOSALS, Layer, layers, render, soft_pixels};
use crate::{read, visible};

proptest! {
    #[test]
    fn every_blending_and_place_is_drawn_as_the_plain_way(
        layers in layers(soft_pixels(), &DISPOSALS[..2]),
        plays in 0..3u16,
    ) {
        let bytes = webp(&layers, plays);
        prop_assert_eq!(is_animated(&bytes), layers.len() > 1);
        let wanted = if plays == 0 { Loops::Forever } else { Loops::Times(plays.into()) };
        prop_assert_eq!(Options::new().frames(&bytes).expect("a WebP").loops(), wanted);
        for ((canvas, delay), wanted) in read(&bytes).expect("a whole file").iter().zip(render(&layers)) {
            prop_assert_eq!(visible(canvas), visible(&wanted));
            prop_assert_eq!(*delay, Delay::new(40, 1000));
        }
    }
}

#[test]
fn stills_are_animations_of_one_frame() {
    for name in ["lossy-alpha.webp", "lossless.webp"] {
        let path = format!("{}/tests/hostile/samples/{name}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).expect("a sample");
        let seen = read(&bytes).expect("a whole file");
        let still = Options::new().decode(&bytes).expect("a still");
        assert_eq!(seen, [(still.image.pixels().to_vec(), Delay::ZERO)]);
    }
}

#[test]
fn frames_that_do_not_fit_are_errors() {
    let layer = Layer {
        left: 0,
        top: 0,
        width: 2,
        height: 2,
        pixels: vec![[1, 2, 3, 255]; 4],
        replaces: true,
        disposal: Disposal::Keep,
    };
    let whole = webp(&[layer.clone(), layer], 0);
    let frames: Vec<_> = (0..whole.len()).filter(|&at| whole[at..].starts_with(b"ANMF")).collect();
    let mut outside = whole.clone();
    outside[frames[1] + 8] = 2;
    let error = read(&outside).expect_err("a frame outside").to_string();
    assert_eq!(error, "damaged WebP: frame 2: 2x2 pixels at 4,0 do not fit the canvas of 5x4");
    let mut other_size = whole;
    other_size[frames[0] + 14] = 2;
    let error = read(&other_size).expect_err("a picture of another size").to_string();
    assert!(error.starts_with("damaged WebP: frame 1: "), "{error}");
}
