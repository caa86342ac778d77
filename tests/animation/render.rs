//! A renderer that does the plainest thing: whole canvases, one pixel at a time.

use huepack::{Disposal, Rgba8};
use proptest::prelude::*;

/// The canvas of every test.
pub(crate) const WIDTH: u32 = 5;
pub(crate) const HEIGHT: u32 = 4;

#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<Rgba8>,
    pub(crate) replaces: bool,
    pub(crate) disposal: Disposal,
}

/// What is seen after each layer.
pub(crate) fn render(layers: &[Layer]) -> Vec<Vec<Rgba8>> {
    let mut canvas = vec![[0; 4]; (WIDTH * HEIGHT) as usize];
    let mut seen = Vec::new();
    for layer in layers {
        let before = canvas.clone();
        let mut after = before.clone();
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let inside = (layer.left..layer.left + layer.width).contains(&x)
                    && (layer.top..layer.top + layer.height).contains(&y);
                if !inside {
                    continue;
                }
                let at = (y * WIDTH + x) as usize;
                let pixel = layer.pixels[((y - layer.top) * layer.width + x - layer.left) as usize];
                canvas[at] = if layer.replaces { pixel } else { over(pixel, before[at]) };
                after[at] = match layer.disposal {
                    Disposal::Keep => canvas[at],
                    Disposal::Clear => [0; 4],
                    Disposal::Restore => before[at],
                };
            }
        }
        seen.push(canvas);
        canvas = after;
    }
    seen
}

/// Porter and Duff's operator in whole numbers: 65,025 is an alpha of 1.
fn over(top: Rgba8, below: Rgba8) -> Rgba8 {
    let [a, b] = [top[3], below[3]].map(u64::from);
    let alpha = a * 255 + b * (255 - a);
    let round = |part: u64, whole: u64| if whole == 0 { 0 } else { ((2 * part + whole) / (2 * whole)) as u8 };
    let channel =
        |at: usize| round(u64::from(top[at]) * a * 255 + u64::from(below[at]) * b * (255 - a), alpha);
    [channel(0), channel(1), channel(2), round(alpha, 255)]
}

pub(crate) const DISPOSALS: [Disposal; 3] = [Disposal::Keep, Disposal::Clear, Disposal::Restore];

/// Layers that lie within the canvas, at even places, of these pixels and disposals.
pub(crate) fn layers(
    pixel: impl Strategy<Value = Rgba8> + Clone + 'static,
    disposals: &'static [Disposal],
) -> impl Strategy<Value = Vec<Layer>> {
    let place = (0..=WIDTH / 2, 0..HEIGHT / 2).prop_map(|(x, y)| (2 * x, 2 * y));
    let place =
        place.prop_flat_map(|(left, top)| (Just(left), Just(top), 1..=WIDTH - left, 1..=HEIGHT - top));
    let layer = place.prop_flat_map(move |(left, top, width, height)| {
        let pixels = prop::collection::vec(pixel.clone(), (width * height) as usize);
        (pixels, any::<bool>(), prop::sample::select(disposals)).prop_map(
            move |(pixels, replaces, disposal)| Layer {
                left,
                top,
                width,
                height,
                pixels,
                replaces,
                disposal,
            },
        )
    });
    prop::collection::vec(layer, 1..6)
}

/// Few colours and few alphas, so that they meet.
pub(crate) fn soft_pixels() -> impl Strategy<Value = Rgba8> + Clone {
    let value = || prop::sample::select(vec![0u8, 1, 77, 128, 254, 255]);
    (value(), value(), value(), value()).prop_map(|(red, green, blue, alpha)| [red, green, blue, alpha])
}
