use std::collections::HashSet;

use super::super::squeeze::tests::{grainy, palette, picture, streaks_of_sky};
use super::super::{Coder, Dither, MapOptions};
use crate::color::{ColorSpace, distance_squared};
use crate::effort::Effort;
use crate::encode::gif;
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::random::Random;
use crate::simd::Simd;

fn options(lambda: f32) -> MapOptions {
    MapOptions::new().coder(Coder::Lzw).lambda(lambda)
}

/// Cuts must fill the picture, and each phrase must be one that a decoder knows by then, but for the first symbol.
fn assert_is_cut_as_a_decoder_reads_it(indexed: &Indexed) {
    let (indices, cuts) = (indexed.indices(), indexed.cuts().unwrap());
    let mut known: HashSet<&[u8]> = HashSet::new();
    let (mut start, mut clears) = (0, cuts.clears.iter());
    let mut clear = clears.next();
    for &end in &cuts.ends {
        let phrase = &indices[start..end as usize];
        assert!(phrase.len() == 1 || known.contains(phrase), "{start}..{end}");
        if clear == Some(&end) {
            known.clear();
            clear = clears.next();
        } else if (end as usize) < indices.len() {
            known.insert(&indices[start..=end as usize]);
        }
        start = end as usize;
    }
    assert_eq!((start, clear), (indices.len(), None));
}

#[test]
fn every_instruction_set_finds_the_same_phrases_and_what_is_fixed_stays() {
    let mut random = Random::new(12);
    let sizes = [(1, 1), (1, 40), (2, 30), (3, 25), (40, 1), (61, 47), (200, 260)];
    for (&(width, height), count) in sizes.iter().zip([1, 2, 3, 16, 17, 256, 40]) {
        for opaque in [true, false] {
            let pixels = picture(width, height, opaque, &mut random);
            let palette = palette(count, &pixels, &mut random);
            let kept = palette.colors()[0];
            let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
            let options = options(0.5).keep(&[kept]);
            let scalar = options.clone().simd(Simd::Scalar).map(image, &palette);
            assert_is_cut_as_a_decoder_reads_it(&scalar);
            for simd in Simd::available() {
                let same = options.clone().simd(simd).map(image, &palette) == scalar;
                assert!(same, "{simd:?} {width}x{height} {count}");
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

#[test]
fn long_phrases_over_narrow_rows_are_cut_as_a_decoder_reads_them() {
    for width in [1, 2, 3, 4, 5, 9, 30, 33, 34, 40] {
        let (pixels, palette) = grainy(width, 3_000 / width);
        let image = ImageRef::new(width as u32, (3_000 / width) as u32, &pixels).unwrap();
        for lambda in [0.1, 3.0, 1e6] {
            assert_is_cut_as_a_decoder_reads_it(&options(lambda).map(image, &palette));
        }
    }
}

#[test]
fn dictionaries_that_fill_up_are_cut_as_a_decoder_reads_them() {
    let (pixels, palette) = grainy(230, 200);
    let image = ImageRef::new(230, 200, &pixels).unwrap();
    for effort in Effort::ALL {
        let indexed = options(0.02).effort(effort).map(image, &palette);
        assert!(!indexed.cuts().unwrap().clears.is_empty());
        assert_is_cut_as_a_decoder_reads_it(&indexed);
    }
}

#[test]
fn without_lambda_the_coder_changes_nothing() {
    let (pixels, palette) = grainy(50, 40);
    let image = ImageRef::new(50, 40, &pixels).unwrap();
    for dither in [Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered] {
        let plain = MapOptions::new().dither(dither).map(image, &palette);
        assert!(options(0.0).dither(dither).map(image, &palette) == plain, "{dither:?}");
    }
}

#[test]
fn the_more_a_bit_is_worth_the_fewer_are_taken_and_the_larger_is_the_error() {
    let (pixels, palette) = grainy(160, 120);
    let image = ImageRef::new(160, 120, &pixels).unwrap();
    let space = ColorSpace::Perceptual;
    let of = |lambda: f32| {
        let indexed = options(lambda).dither(Dither::None).map(image, &palette);
        let pairs = pixels.iter().zip(indexed.pixels());
        let error = |(&pixel, got)| f64::from(distance_squared(space.point(pixel), space.point(got)));
        (gif::Options::new().encode(&indexed).unwrap().len(), pairs.map(error).sum::<f64>())
    };
    let (plain_bytes, plain_error) = of(0.0);
    let (bytes, error) = of(1e-7);
    assert!(error < 1.001 * plain_error, "next to nothing changes little: {error} {plain_error}");
    assert!(bytes < plain_bytes + plain_bytes / 10, "{bytes} {plain_bytes}");
    let curve = [0.06, 0.25, 1.0, 4.0, 1e6].map(of);
    assert!(curve.is_sorted_by(|a, b| a.0 > b.0 && a.1 < b.1), "{curve:?}");
    assert!(curve[1].0 < plain_bytes && 10 * curve[2].0 < 7 * plain_bytes, "{plain_bytes} {curve:?}");
}

#[test]
fn smooth_skies_get_no_streaks() {
    let [plain, squeezed, more] = [0.0, 0.25, 1.0].map(|lambda| streaks_of_sky(&options(lambda)));
    assert!(squeezed < 2.0 * plain, "{plain} {squeezed} {more}");
}
