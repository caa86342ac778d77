//! Floors under quality on real fixtures, so that faster cannot quietly mean worse.
#![cfg(feature = "decode")]

use huepack::{
    ColorSpace, Dither, Effort, FitOptions, Format, Histogram, Image, MapOptions, Packer, Weighting, decode,
    encode, measure,
};
use kmeans_colors::get_kmeans_hamerly;
use palette::Srgb;

fn china() -> Image {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/china.jpg")).unwrap();
    decode::Options::new().decode(&bytes).unwrap().image
}

/// Inertia per pixel in sRGB, undithered.
fn inertia(image: &Image, colors: usize, effort: Effort) -> f64 {
    let options = FitOptions::new(colors).space(ColorSpace::Srgb).effort(effort);
    let palette = options.fit(&Histogram::of(image.view())).unwrap();
    let map = MapOptions::new().space(ColorSpace::Srgb).dither(Dither::None);
    measure::mean_squared_error(image.view(), &map.map(image.view(), &palette))
}

#[test]
fn inertia_on_the_photograph_stays_within_two_per_cent_of_the_best_known() {
    let image = china();
    // Best known with an 8-bit palette: 343.155, 111.404, 42.470.
    for (colors, limit) in [(16, 344.5), (64, 112.5), (256, 43.3)] {
        let inertia = inertia(&image, colors, Effort::Balanced);
        assert!(inertia < limit, "{colors} colours: {inertia}");
    }
}

#[test]
fn more_effort_is_never_worse() {
    let image = china();
    let [fast, balanced, best] = Effort::ALL.map(|effort| inertia(&image, 64, effort));
    assert!(fast < 117.0 && balanced <= fast && best <= balanced, "{fast} {balanced} {best}");
}

#[test]
fn the_palette_beats_the_textbook_method() {
    let image = china();
    let pixels: Vec<Srgb<f32>> =
        image.pixels().iter().map(|&[r, g, b, _]| Srgb::new(r, g, b).into_format()).collect();
    let run = get_kmeans_hamerly(16, 20, 0.0025, false, &pixels, 0);
    let colors = run.centroids.iter().map(|&color| {
        let color: Srgb<u8> = color.into_format();
        [color.red, color.green, color.blue, 255]
    });
    let palette = huepack::Palette::new(colors.collect()).unwrap();
    let map = MapOptions::new().space(ColorSpace::Srgb).dither(Dither::None);
    let textbook = measure::mean_squared_error(image.view(), &map.map(image.view(), &palette));
    assert!(textbook > 340.0, "the oracle works: {textbook}");
    assert!(inertia(&image, 16, Effort::Balanced) < textbook);
}

#[test]
fn sixty_four_colours_meet_the_byte_goals() {
    let image = china();
    let packer =
        Packer::new().colors(64).space(ColorSpace::Srgb).weighting(Weighting::Equal).dither(Dither::None);
    let png = packer.clone().pack(image.view()).unwrap();
    assert!(png.bytes.len() <= 91_000, "{}", png.bytes.len());
    let gif = packer.format(Format::Gif).pack(image.view()).unwrap();
    assert!(gif.bytes.len() <= 107_000, "{}", gif.bytes.len());
}

#[test]
fn gifs_of_the_photograph_are_smaller_than_plain_lzw() {
    let image = china();
    for (colors, limits) in [(256, [0.985, 0.980, 0.978]), (64, [0.984, 0.979, 0.977])] {
        let packer = Packer::new().colors(colors).dither(Dither::FloydSteinberg).effort(Effort::Fast);
        let indexed = packer.format(Format::Gif).pack(image.view()).unwrap().indexed;
        let mut frame = gif::Frame::from_indexed_pixels(640, 427, indexed.indices(), None);
        frame.make_lzw_pre_encoded();
        for (effort, limit) in Effort::ALL.into_iter().zip(limits) {
            let file = encode::gif::Options::new().effort(effort).encode(&indexed).unwrap();
            // Header, palette, control block and the frame's head beside it, and a length for each 255 bytes.
            let lzw = (file.len() - 13 - 3 * colors - 8 - 10 - 2) as f64 * 255.0 / 256.0;
            let ratio = lzw / frame.buffer.len() as f64;
            assert!(ratio < limit, "{colors} colours, {effort:?}: {ratio}");
        }
    }
}

#[test]
fn no_file_is_larger_for_lambda_and_photographs_are_far_smaller() {
    for name in ["flower.jpg", "screenshot.png", "logo.png", "gradient.png", "pixel-art-12.png"] {
        let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let image = decode::Options::new().decode(&std::fs::read(path).unwrap()).unwrap().image;
        for colors in [5, 16, 120] {
            let bytes = |lambda: f32| {
                Packer::new().colors(colors).lambda(lambda).pack(image.view()).unwrap().bytes.len()
            };
            let (plain, squeezed, more) = (bytes(0.0), bytes(0.1), bytes(1.0));
            assert!(squeezed <= plain && more <= plain, "{name} {colors}: {plain} {squeezed} {more}");
            let wanted = if name == "flower.jpg" && colors == 120 { plain * 9 / 10 } else { plain };
            assert!(squeezed <= wanted, "{name}: {plain} {squeezed}");
        }
    }
}

#[cfg(feature = "score")]
#[test]
fn dithering_where_it_shows_looks_better_than_none() {
    let image = china();
    let score = |dither| {
        let packed = Packer::new().colors(64).dither(dither).effort(Effort::Fast).pack(image.view()).unwrap();
        measure::ssimulacra2(image.view(), &packed.indexed).unwrap()
    };
    let [none, auto] = [Dither::None, Dither::Auto].map(score);
    assert!(auto > 60.5 && none > 53.0 && auto > none + 6.0, "{auto} {none}");
}
