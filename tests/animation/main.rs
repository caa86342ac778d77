//! Animations frame by frame: against a renderer that keeps whole canvases, against the expectations of conformance
//! suites where they are at hand, and cut, oversized or put together wrongly.
#![cfg(feature = "decode")]

mod apng;
mod files;
mod gif;
mod limits;
mod render;
mod suites;
mod webp;

use huepack::decode::{Frames, Options};
use huepack::{Delay, Result, Rgba8};

/// What is seen, and for how long.
type Seen = Vec<(Vec<Rgba8>, Delay)>;

fn read(bytes: &[u8]) -> Result<Seen> {
    rest_of(&mut Options::new().frames(bytes)?)
}

fn rest_of(frames: &mut Frames<'_>) -> Result<Seen> {
    let mut seen = Vec::new();
    while let Some(shown) = frames.next_frame()? {
        seen.push((shown.canvas.pixels().to_vec(), shown.delay));
    }
    assert!(frames.next_frame()?.is_none(), "nothing follows the last frame");
    Ok(seen)
}

/// Transparent pixels have no colour to compare.
fn visible(pixels: &[Rgba8]) -> Vec<Rgba8> {
    pixels.iter().map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect()
}
