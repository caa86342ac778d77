//! What must hold for any picture.

use huepack::{
    ColorSpace, Dither, Effort, FitOptions, Format, Histogram, Image, Indexed, MapOptions, Packer, Rgba8,
    encode, read_back, reduce,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Small pictures: noise, few colours, soft alpha, all at once.
fn pictures() -> impl Strategy<Value = Image> {
    (1..24_u32, 1..24_u32, 1..400_usize).prop_flat_map(|(width, height, colors)| {
        let color = prop_oneof![
            any::<[u8; 3]>().prop_map(|[r, g, b]| [r, g, b, 255]),
            any::<[u8; 4]>(),
            any::<[u8; 3]>().prop_map(|[r, g, b]| [r, g, b, 0]),
        ];
        let area = (width * height) as usize;
        (vec(color, colors), vec(any::<prop::sample::Index>(), area)).prop_map(move |(colors, picks)| {
            let pixels = picks.iter().map(|pick| colors[pick.index(colors.len())]).collect();
            Image::new(width, height, pixels).expect("one pick a pixel")
        })
    })
}

fn spaces() -> impl Strategy<Value = ColorSpace> {
    prop::sample::select(ColorSpace::ALL.to_vec())
}

fn dithers() -> impl Strategy<Value = Dither> {
    prop::sample::select(vec![Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered])
}

/// What can be seen of a pixel.
fn visible(pixel: Rgba8) -> Rgba8 {
    if pixel[3] == 0 { [0; 4] } else { pixel }
}

fn distinct(image: &Image) -> usize {
    Histogram::of(image.view()).exact_colors().expect("small pictures are exact").len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_picture_packs_into_the_colours_asked_for(
        image in pictures(), colors in 2..=256_usize, space in spaces(), dither in dithers()
    ) {
        let packed = Packer::new().colors(colors).space(space).dither(dither).effort(Effort::Fast)
            .pack(image.view()).unwrap();
        prop_assert!(packed.indexed.palette().len() <= colors);
        let read = read_back(&packed.bytes).unwrap();
        prop_assert_eq!(&reduce::trim(&read).unwrap_or(read), &packed.indexed);
        for (before, after) in image.pixels().iter().zip(packed.indexed.pixels()) {
            // What is transparent stays so.
            prop_assert!(before[3] > 0 || after == [0; 4]);
        }
    }

    #[test]
    fn few_colours_come_back_pixel_for_pixel(image in pictures(), space in spaces(), dither in dithers()) {
        let colors = distinct(&image).max(2);
        prop_assume!(colors <= 256);
        let packed = Packer::new().colors(colors).space(space).dither(dither).effort(Effort::Fast)
            .pack(image.view()).unwrap();
        for (&before, after) in image.pixels().iter().zip(packed.indexed.pixels()) {
            prop_assert_eq!(visible(before), visible(after));
        }
        prop_assert_eq!(packed.report.mean_squared_error, 0.0);
    }

    #[test]
    fn pixels_of_kept_colours_come_back_exactly(
        image in pictures(), picks in vec(any::<prop::sample::Index>(), 1..8), more in any::<[u8; 4]>(),
        colors in 9..64_usize, space in spaces(), dither in dithers(), gif in any::<bool>()
    ) {
        let mut kept: Vec<Rgba8> = picks.iter().map(|pick| image.pixels()[pick.index(image.pixels().len())]).collect();
        // One that the picture probably lacks; GIF knows no alpha between.
        kept.push(more);
        let format = if gif { Format::Gif } else { Format::Png };
        let packed = Packer::new().colors(colors).space(space).dither(dither).format(format).keep_colors(&kept)
            .effort(Effort::Fast).pack(image.view()).unwrap();
        prop_assert!(packed.indexed.palette().len() <= colors);
        for (&before, after) in image.pixels().iter().zip(packed.indexed.pixels()) {
            if kept.contains(&before) && (!gif || before[3] == 255) {
                prop_assert_eq!(visible(before), after);
            }
        }
    }

    #[test]
    fn a_fixed_palette_is_all_that_a_picture_gets(
        image in pictures(), colors in vec(any::<[u8; 4]>(), 1..40), space in spaces(), dither in dithers(),
        gif in any::<bool>()
    ) {
        let palette = huepack::Palette::new(colors.clone()).unwrap();
        let format = if gif { Format::Gif } else { Format::Png };
        let packed = Packer::new().palette(palette).space(space).dither(dither).format(format).effort(Effort::Fast)
            .pack(image.view()).unwrap();
        // GIF knows opaque and transparent only, and so the palette becomes.
        let seen = |[r, g, b, a]: Rgba8| if gif && a >= 128 { [r, g, b, 255] } else { [r, g, b, a] };
        for (before, after) in image.pixels().iter().zip(packed.indexed.pixels()) {
            prop_assert!(before[3] > 0 || after == [0; 4]);
            prop_assert!(after == [0; 4] || colors.iter().any(|&color| seen(color) == after));
        }
    }

    #[test]
    fn gif_pixels_are_opaque_or_transparent(image in pictures(), threshold in any::<u8>()) {
        let packed = Packer::new().format(Format::Gif).alpha_threshold(threshold).pack(image.view()).unwrap();
        for (before, after) in image.pixels().iter().zip(packed.indexed.pixels()) {
            let opaque = before[3] >= threshold.max(1);
            prop_assert_eq!(after[3], if opaque { 255 } else { 0 });
        }
    }

    #[test]
    fn packing_twice_changes_nothing(image in pictures(), colors in 2..=64_usize) {
        let packer = Packer::new().colors(colors);
        let once = packer.pack(image.view()).unwrap();
        let pixels = once.indexed.pixels().collect();
        let again = Image::new(image.width(), image.height(), pixels).unwrap();
        prop_assert_eq!(packer.pack(again.view()).unwrap().bytes, once.bytes);
    }

    #[test]
    fn reducing_keeps_every_visible_pixel(image in pictures()) {
        let palette = FitOptions::new(40).effort(Effort::Fast).fit(&Histogram::of(image.view())).unwrap();
        let mapped = MapOptions::new().dither(Dither::None).map(image.view(), &palette);
        let trimmed = reduce::trim(&mapped).unwrap_or_else(|| mapped.clone());
        prop_assert_eq!(reduce::trim(&trimmed), None);
        prop_assert!(trimmed.uses().iter().all(|&uses| uses > 0));
        for order in reduce::Order::ALL {
            let ordered = reduce::order(&trimmed, order).unwrap_or_else(|| trimmed.clone());
            prop_assert!(ordered.pixels().map(visible).eq(mapped.pixels().map(visible)));
        }
        let sorted = reduce::order(&trimmed, reduce::Order::Luma).unwrap_or(trimmed);
        prop_assert_eq!(reduce::order(&sorted, reduce::Order::Luma), None);
    }

    #[test]
    fn encoders_lose_no_index(
        width in 1..40_u32, height in 1..40_u32, colors in vec(any::<[u8; 3]>(), 1..=256), seed in any::<u64>()
    ) {
        let count = colors.len() as u64;
        let palette = Palette(colors);
        let mut state = seed;
        let indices = (0..width * height).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % count) as u8
        }).collect();
        let indexed = Indexed::new(width, height, palette.opaque(), indices).unwrap();
        let png = encode::png::Options::new().effort(Effort::Fast).encode(&indexed).unwrap();
        prop_assert_eq!(&read_back(&png).unwrap(), &indexed);
        let gif = read_back(&encode::gif::Options::new().encode(&indexed).unwrap()).unwrap();
        prop_assert_eq!(gif.indices(), indexed.indices());
        // GIF fills the palette up to a power of two.
        prop_assert_eq!(&gif.palette().colors()[..indexed.palette().len()], indexed.palette().colors());
    }
}

/// Colours yet without alpha.
struct Palette(Vec<[u8; 3]>);

impl Palette {
    fn opaque(&self) -> huepack::Palette {
        huepack::Palette::new(self.0.iter().map(|&[r, g, b]| [r, g, b, 255]).collect()).unwrap()
    }
}
