//! Histogram, fit and map keep their words for any colours, weights and options.
#![no_main]

use std::collections::BTreeMap;

use huepack::{ColorSpace, Dither, FitOptions, Histogram, Image, MapOptions, Palette, Rgba8};
use huepack_fuzz::{AnyPicture, any_space, fail_on_our_panics, visible};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Choices {
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| u.int_in_range(2..=256))]
    colors: usize,
    #[arbitrary(with = any_space)]
    space: ColorSpace,
    seed: u64,
    samples: f32,
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| u.int_in_range(0..=2))]
    breaths: u32,
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| u.int_in_range(0..=20))]
    iterations: u32,
    /// More pixels of some colours: as many as no picture has.
    more: Vec<(Rgba8, u32)>,
}

fuzz_target!(init: fail_on_our_panics(), |any: (Choices, AnyPicture)| {
    let (choices, AnyPicture(image)) = any;
    let histogram = check_histogram(&choices, &image);
    let palette = check_fit(&choices, &histogram);
    check_map(&choices, &image, &palette);
});

/// The same as by counting one by one, whatever the order.
fn check_histogram(choices: &Choices, image: &Image) -> Histogram {
    let mut histogram = Histogram::of(image.view());
    let mut more = Histogram::default();
    let mut counted = BTreeMap::<Rgba8, u64>::new();
    for &pixel in image.pixels() {
        *counted.entry(visible(pixel)).or_default() += 1;
    }
    for &(color, count) in choices.more.iter().filter(|(_, count)| *count > 0) {
        more.add(color, u64::from(count));
        *counted.entry(visible(color)).or_default() += u64::from(count);
    }
    let mut turned = more.clone();
    turned.merge(&histogram);
    histogram.merge(&more);
    assert_eq!(histogram.len(), counted.len());
    let counted: Vec<_> = counted.into_iter().collect();
    assert_eq!(turned.exact_colors().as_ref(), Some(&counted));
    assert_eq!(histogram.exact_colors(), Some(counted));
    histogram
}

fn check_fit(choices: &Choices, histogram: &Histogram) -> Palette {
    let fit = FitOptions::new(choices.colors)
        .space(choices.space)
        .seed(choices.seed)
        // Eight is twice what any effort takes, and hours end somewhere.
        .samples(choices.samples.min(8.0))
        .breaths(choices.breaths.min(20))
        .iterations(choices.iterations);
    let palette = fit.fit(histogram).expect("2 to 256 colours, and something to fit to");
    assert_eq!(palette, fit.fit(histogram).expect("the same again"));
    let colors = palette.colors();
    assert!(colors.len() <= choices.colors);
    assert!(colors.is_sorted_by(|a, b| a < b), "not sorted, or a colour twice");
    let exact = histogram.exact_colors().expect("a small histogram is exact");
    if exact.len() <= choices.colors {
        assert!(exact.iter().map(|(color, _)| color).eq(colors));
    }
    // What is fully transparent stays so.
    assert!(exact[0].0[3] > 0 || colors[0] == [0; 4] || colors.iter().any(|color| color[3] == 0));
    palette
}

fn check_map(choices: &Choices, image: &Image, palette: &Palette) {
    for dither in [Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered] {
        let options = MapOptions::new().space(choices.space).dither(dither).strength(choices.samples);
        let indexed = options.map(image.view(), palette);
        assert_eq!(indexed.palette(), palette);
        let transparent = palette.colors().iter().any(|color| color[3] == 0);
        for (before, after) in image.pixels().iter().zip(indexed.pixels()) {
            assert!(before[3] > 0 || after[3] == 0 || !transparent, "a transparent pixel became {after:?}");
        }
    }
    // Between opaque colours, sRGB distances are whole numbers: the nearest colour by a plain search.
    let indexed = MapOptions::new().space(ColorSpace::Srgb).dither(Dither::None).map(image.view(), palette);
    if palette.colors().iter().all(|color| color[3] == 255) {
        for (&before, after) in
            image.pixels().iter().zip(indexed.pixels()).filter(|(pixel, _)| pixel[3] == 255)
        {
            let nearest = palette.colors().iter().map(|&color| distance(before, color)).min();
            assert_eq!(Some(distance(before, after)), nearest);
        }
    }
}

fn distance(a: Rgba8, b: Rgba8) -> u32 {
    (0..3).map(|i| u32::from(a[i].abs_diff(b[i])).pow(2)).sum()
}
