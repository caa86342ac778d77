//! What a target asks for is what comes out, and nothing better is passed over.
#![cfg(feature = "score")]

use huepack::{Dither, Effort, Error, Format, Image, Packed, Packer, Palette, Target, measure};

/// Slow waves of three channels, with a step across.
fn picture() -> Image {
    let channel = |x: u32, y: u32, period: f32| 128.0 + 100.0 * ((x + 2 * y) as f32 / period).sin();
    let color = |x: u32, y: u32| {
        let darker = if x > y { 0.7 } else { 1.0 };
        [7.0, 19.0, 31.0].map(|period| (darker * channel(x, y, period)) as u8)
    };
    let pixels = (0..96_u32 * 96).map(|i| {
        let [r, g, b] = color(i % 96, i / 96);
        [r, g, b, 255]
    });
    Image::new(96, 96, pixels.collect()).unwrap()
}

fn packer() -> Packer {
    Packer::new().effort(Effort::Fast)
}

fn score(image: &Image, packed: &Packed) -> f64 {
    measure::ssimulacra2(image.view(), &packed.indexed).unwrap()
}

#[test]
fn a_file_fits_and_looks_no_worse_than_any_other_that_does() {
    let image = picture();
    for (format, most) in [(Format::Png, 3_000), (Format::Png, 6_000), (Format::Gif, 6_000)] {
        let packed = packer().format(format).target(Target::MaxBytes(most)).pack(image.view()).unwrap();
        let reached = packed.report.reached.unwrap();
        assert!(packed.bytes.len() as u64 <= most);
        assert_eq!(reached.score, score(&image, &packed));
        for dither in [Dither::Auto, Dither::None] {
            // Not every number was tried; twice as many colours would be clearly better.
            let colors = (2 * reached.colors).min(256);
            let other = packer().format(format).dither(dither).colors(colors).pack(image.view()).unwrap();
            assert!(other.bytes.len() as u64 > most || score(&image, &other) <= reached.score, "{reached:?}");
        }
    }
}

#[test]
fn a_score_is_reached_with_no_more_colours_than_it_takes() {
    let image = picture();
    for least in [50.0, 75.0, 85.0] {
        let plain = packer().lambda(0.0);
        let packed = plain.clone().target(Target::MinScore(least)).pack(image.view()).unwrap();
        let reached = packed.report.reached.unwrap();
        assert!(reached.score >= least && reached.score == score(&image, &packed), "{reached:?}");
        let half = plain.dither(reached.dither).colors(reached.colors / 2);
        assert!(score(&image, &half.pack(image.view()).unwrap()) < least, "{reached:?}");
    }
}

#[test]
fn no_search_without_lambda_finds_a_smaller_file() {
    let image = picture();
    for least in [75.0, 85.0] {
        let target = Target::MinScore(least);
        let packed = packer().target(target).pack(image.view()).unwrap();
        let reached = packed.report.reached.unwrap();
        assert!(reached.score >= least && reached.score == score(&image, &packed), "{reached:?}");
        let plain = packer().lambda(0.0).target(target).pack(image.view()).unwrap();
        assert!(packed.bytes.len() <= plain.bytes.len(), "{reached:?}");
    }
}

#[test]
fn quality_takes_the_best_where_none_is_as_good() {
    let image = picture();
    let packer = packer().colors(4);
    let score_of =
        |target| packer.clone().target(target).pack(image.view()).map(|packed| score(&image, &packed));
    let Err(Error::ScoreTooLow { highest, .. }) = score_of(Target::MinScore(99.0)) else { panic!() };
    assert_eq!(score_of(Target::Quality(99.0)).unwrap(), highest);
    let reachable = Target::MinScore(highest - 5.0);
    assert_eq!(score_of(Target::Quality(highest - 5.0)).unwrap(), score_of(reachable).unwrap());
}

#[test]
fn what_is_out_of_reach_is_an_error_with_the_nearest_miss() {
    let image = picture();
    let error = packer().target(Target::MaxBytes(99)).pack(image.view()).unwrap_err();
    assert!(matches!(error, Error::TooManyBytes { wanted: 99, least: 100.., colors: 2 }), "{error}");
    let error = packer().colors(4).target(Target::MinScore(99.0)).pack(image.view()).unwrap_err();
    let Error::ScoreTooLow { highest, colors, .. } = error else { panic!("{error}") };
    let plain = packer().colors(colors).pack(image.view()).unwrap();
    let flat = packer().colors(colors).dither(Dither::None).pack(image.view()).unwrap();
    assert!(highest >= score(&image, &plain).max(score(&image, &flat)));
}

#[test]
fn what_was_asked_for_beside_holds() {
    let image = picture();
    let kept = [[1, 2, 3, 255], [200, 0, 200, 255], [0, 200, 0, 255]];
    let target = Target::MaxBytes(4_000);
    let ordered = packer().keep_colors(&kept).dither(Dither::Ordered).colors(40).target(target);
    let reached = ordered.pack(image.view()).unwrap().report.reached.unwrap();
    assert!((4..=40).contains(&reached.colors) && reached.dither == Dither::Ordered, "{reached:?}");
    let palette = Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255], [120, 120, 120, 255]]).unwrap();
    let fixed = packer().palette(palette.clone()).target(target).pack(image.view()).unwrap();
    assert!(fixed.indexed.palette().colors().iter().all(|color| palette.colors().contains(color)));
}
