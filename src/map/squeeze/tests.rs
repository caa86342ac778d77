use super::super::{Dither, MapOptions};
use crate::color::{ColorSpace, distance_squared};
use crate::encode::png;
use crate::fit::FitOptions;
use crate::histogram::Histogram;
use crate::image::{ImageRef, Rgba8};
use crate::palette::Palette;
use crate::random::Random;
use crate::simd::Simd;

/// Slopes with noise and a few spots, opaque or with soft holes.
pub(in crate::map) fn picture(width: usize, height: usize, opaque: bool, random: &mut Random) -> Vec<Rgba8> {
    let pixel = |i: usize| {
        let (x, y) = (i % width, i / width);
        let noise = random.next() as u8 % 16;
        let a = if opaque {
            255
        } else {
            ((x * 9 % 600) as i32 - 100 + (y * 5 % 200) as i32).clamp(0, 255) as u8
        };
        match (x / 8 + y / 8) % 7 {
            0 => [90, 90, 90, a],
            _ => [(x * 255 / width) as u8 ^ noise, (y * 255 / height) as u8 ^ noise, noise * 9, a],
        }
    };
    (0..width * height).map(pixel).collect()
}

pub(in crate::map) fn palette(count: usize, pixels: &[Rgba8], random: &mut Random) -> Palette {
    Palette::new((0..count).map(|_| pixels[random.next() as usize % pixels.len()]).collect()).unwrap()
}

#[test]
fn every_instruction_set_finds_the_same_path_and_what_is_fixed_stays() {
    let mut random = Random::new(11);
    let sizes = [(1, 1), (1, 40), (2, 30), (3, 25), (40, 1), (61, 47), (500, 1_060)];
    for (&(width, height), count) in sizes.iter().zip([1, 2, 3, 16, 17, 256, 40]) {
        for opaque in [true, false] {
            let pixels = picture(width, height, opaque, &mut random);
            let palette = palette(count, &pixels, &mut random);
            let kept = palette.colors()[0];
            let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
            for space in [ColorSpace::Srgb, ColorSpace::Perceptual] {
                let options = MapOptions::new().space(space).keep(&[kept]).lambda(0.5);
                let scalar = options.clone().simd(Simd::Scalar).map(image, &palette);
                for simd in Simd::available() {
                    let same = options.clone().simd(simd).map(image, &palette) == scalar;
                    assert!(same, "{simd:?} {space:?} {width}x{height} {count}");
                }
                let has_hole = palette.colors().iter().any(|color| color[3] == 0);
                let has_other = palette.colors().iter().any(|color| color[3] > 0);
                for (pixel, got) in pixels.iter().zip(scalar.pixels()) {
                    assert!(*pixel != kept || got == kept || kept[3] == 0);
                    assert!(pixel[3] > 0 || !has_hole || got[3] == 0, "a hole was filled");
                    assert!(pixel[3] < 255 || !has_other || got[3] > 0, "a hole was made");
                }
            }
        }
    }
}

/// A photograph's worth of grain over slopes, and a palette for it.
pub(in crate::map) fn grainy(width: usize, height: usize) -> (Vec<Rgba8>, Palette) {
    let mut random = Random::new(3);
    let pixel = |i: usize| {
        let (x, y) = ((i % width) as f32, (i / width) as f32);
        let grain = (random.next() % 9) as f32 - 4.0;
        let wave = 60.0 * (x / 23.0).sin() * (y / 31.0).cos();
        [120.0 + wave + grain, 110.0 + 0.5 * wave + grain, 90.0 + 0.4 * y + grain].map(|value| value as u8)
    };
    let pixels: Vec<Rgba8> = (0..width * height).map(pixel).map(|[r, g, b]| [r, g, b, 255]).collect();
    let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
    let palette = FitOptions::new(128).fit(&Histogram::of(image)).unwrap();
    (pixels, palette)
}

#[test]
fn the_more_a_bit_is_worth_the_fewer_are_taken_and_the_larger_is_the_error() {
    let (pixels, palette) = grainy(160, 120);
    let image = ImageRef::new(160, 120, &pixels).unwrap();
    let space = ColorSpace::Perceptual;
    let of = |lambda: f32| {
        let indexed = MapOptions::new().dither(Dither::None).lambda(lambda).map(image, &palette);
        let error: f64 = pixels
            .iter()
            .zip(indexed.pixels())
            .map(|(&pixel, got)| f64::from(distance_squared(space.point(pixel), space.point(got))))
            .sum();
        (png::Options::new().encode(&indexed).unwrap().len(), error)
    };
    let (plain_bytes, plain_error) = of(0.0);
    let (bytes, error) = of(1e-7);
    assert!(error < 1.001 * plain_error, "next to nothing changes little: {error} {plain_error}");
    assert!(bytes < plain_bytes + plain_bytes / 50);
    let curve = [0.06, 0.25, 1.0, 4.0, 1e6].map(of);
    assert!(curve.is_sorted_by(|a, b| a.0 > b.0 && a.1 < b.1), "{curve:?}");
    assert!(curve[0].0 < plain_bytes && 10 * curve[1].0 < 9 * plain_bytes, "{plain_bytes} {curve:?}");
}

/// How much of what is left of lightness errors after averaging over `along` pixels in a row lies in it, in ratio to the same
/// down the columns: 1 where errors have no direction.
fn streaks(width: usize, errors: &[f32]) -> f64 {
    const ALONG: usize = 16;
    let height = errors.len() / width;
    let energy = |at: &dyn Fn(usize, usize) -> f32, length: usize, lines: usize| {
        let mut sum = 0.0;
        for line in 0..lines {
            for start in (0..length - ALONG).step_by(ALONG) {
                let mean: f32 = (start..start + ALONG).map(|i| at(i, line)).sum::<f32>() / ALONG as f32;
                sum += f64::from(mean * mean);
            }
        }
        sum / (lines * (length / ALONG)) as f64
    };
    energy(&|x, y| errors[y * width + x], width, height)
        / energy(&|y, x| errors[y * width + x], height, width)
}

/// A blue slope, and a palette for it.
pub(in crate::map) fn sky(width: usize, height: usize) -> (Vec<Rgba8>, Palette) {
    let sky = |i: usize| {
        let (x, y) = ((i % width) as f32 / 256.0, (i / width) as f32 / 256.0);
        [120.0 + 60.0 * y + 10.0 * x, 160.0 + 40.0 * y + 15.0 * x, 230.0 + 20.0 * y]
            .map(|value| (value + 0.5) as u8)
    };
    let pixels: Vec<Rgba8> = (0..width * height).map(sky).map(|[r, g, b]| [r, g, b, 255]).collect();
    let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
    let palette = FitOptions::new(12).fit(&Histogram::of(image)).unwrap();
    (pixels, palette)
}

/// How much more of the lightness errors of a mapped sky runs along rows than down columns.
pub(in crate::map) fn streaks_of_sky(options: &MapOptions) -> f64 {
    let (pixels, palette) = sky(256, 256);
    let space = ColorSpace::Perceptual;
    let indexed = options.map(ImageRef::new(256, 256, &pixels).unwrap(), &palette);
    let pairs = pixels.iter().zip(indexed.pixels());
    let errors: Vec<f32> = pairs.map(|(&pixel, got)| space.point(got)[0] - space.point(pixel)[0]).collect();
    streaks(256, &errors)
}

#[test]
fn smooth_skies_get_no_streaks() {
    let of = |lambda: f32| streaks_of_sky(&MapOptions::new().lambda(lambda));
    let (plain, squeezed, more) = (of(0.0), of(0.25), of(1.0));
    assert!(squeezed < 1.3 * plain && more < 1.6 * plain, "{plain} {squeezed} {more}");
}

#[test]
fn flat_stretches_are_jumped_over_and_stay_what_they_are() {
    // Bars with slanted ends, each wider than the longest repeat, between edges of many colours; and marks that the rows
    // below them must not repeat.
    let (width, height) = (1_200, 90);
    let bars = [[20, 30, 60, 255], [240, 240, 235, 255], [200, 40, 40, 255], [0; 4]];
    let is_edge = |x: usize, y: usize| (x + y / 3) % 300 < 9;
    let pixel = |i: usize| {
        let (x, y) = (i % width, i / width);
        let shade = ((x * 31 + y * y * 17) % 180) as u8;
        let is_mark = y % 10 == 3 && (x + y / 3) % 300 / 3 == 50;
        match (x + y / 3) / 300 {
            _ if is_edge(x, y) => [shade, shade / 2, 255 - shade, 255],
            bar => bars[(bar + usize::from(is_mark)) % 4],
        }
    };
    let pixels: Vec<Rgba8> = (0..width * height).map(pixel).collect();
    let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
    let palette = FitOptions::new(32).fit(&Histogram::of(image)).unwrap();
    let options = MapOptions::new().lambda(0.5);
    let plain = MapOptions::new().map(image, &palette);
    let squeezed = options.clone().simd(Simd::Scalar).map(image, &palette);
    for simd in Simd::available() {
        assert!(options.clone().simd(simd).map(image, &palette) == squeezed, "{simd:?}");
    }
    for (i, got) in squeezed.pixels().enumerate() {
        let (x, y) = (i % width, i / width);
        // Errors of the edges above and to the left reach no further than this.
        let is_near =
            (x.saturating_sub(16)..x + 16).any(|x| is_edge(x, y) || is_edge(x, y.saturating_sub(12)));
        assert!(is_near || got == pixels[i], "{x} {y}: {got:?}");
    }
    let bytes = |indexed| png::Options::new().encode(indexed).unwrap().len();
    assert!(bytes(&squeezed) < bytes(&plain), "{} {}", bytes(&squeezed), bytes(&plain));
}
