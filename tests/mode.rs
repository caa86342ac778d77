//! A file may be indexed, grey or true colour, and is what is smallest.
#![cfg(feature = "decode")]

use huepack::{
    Effort, Error, Format, Image, Metadata, Mode, Packed, Packer, Palette, Rgba8, Text, decode, encode,
    read_back, reduce,
};
use proptest::prelude::*;

mod png_file;

use png_file::PngFile;

fn image(width: u32, height: u32, color: impl Fn(u32, u32) -> Rgba8) -> Image {
    let pixels = (0..width * height).map(|i| color(i % width, i / width));
    Image::new(width, height, pixels.collect()).unwrap()
}

fn grey(shade: u32) -> Rgba8 {
    [shade as u8, shade as u8, shade as u8, 255]
}

/// A ripple in so many shades, evenly spread from black to white.
fn ripple(shades: u32) -> Image {
    ripple_of(96, 64, shades)
}

fn ripple_of(width: u32, height: u32, shades: u32) -> Image {
    image(width, height, |x, y| {
        let height = (((x * x + 2 * y * y) as f32) / 900.0).sin();
        let shade = ((height + 1.0) / 2.0 * shades as f32) as u32;
        grey(shade.min(shades - 1) * 255 / (shades - 1))
    })
}

fn visible(image: &Image) -> Vec<Rgba8> {
    image.pixels().iter().map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect()
}

fn decoded(bytes: &[u8]) -> Image {
    decode::Options::new().decode(bytes).unwrap().image
}

/// Bits a sample and colour type, from the header.
fn kind(packed: &Packed) -> [u8; 2] {
    [packed.bytes[24], packed.bytes[25]]
}

#[test]
fn greys_go_without_a_palette_where_that_is_smaller() {
    for effort in Effort::ALL {
        // The best takes many times as long as the rest.
        let (width, height) = if effort == Effort::Best { (40, 20) } else { (96, 64) };
        for (shades, bits) in [(2, 1), (4, 2), (16, 4), (256, 8)] {
            let source = ripple_of(width, height, shades);
            let packer = Packer::new().effort(effort);
            let packed = packer.pack(source.view()).unwrap();
            let indexed = packer.clone().mode(Mode::Palette).pack(source.view()).unwrap();
            assert_eq!(kind(&packed)[1], 0, "{shades} shades, {effort:?}");
            assert!(kind(&packed)[0] == bits || effort != Effort::Fast, "{shades} shades, {effort:?}");
            assert_eq!(kind(&indexed)[1], 3, "{shades} shades, {effort:?}");
            assert!(packed.bytes.len() < indexed.bytes.len(), "{shades} shades, {effort:?}");
            assert!(decoded(&packed.bytes) == source && decoded(&indexed.bytes) == source);
            assert_eq!(packed.report.mean_squared_error, 0.0);
        }
    }
}

#[test]
fn the_picture_in_a_grey_file_has_the_shades_that_are_used_for_a_palette() {
    let source = image(64, 64, |x, y| grey(if x > 50 { 255 } else { x + y }));
    let packed = Packer::new().pack(source.view()).unwrap();
    assert_eq!(kind(&packed), [8, 0]);
    let shades: Vec<Rgba8> = (0..114).chain([255]).map(grey).collect();
    assert_eq!(packed.indexed.palette().colors(), shades);
    assert!(packed.indexed.pixels().eq(source.pixels().iter().copied()));
    let read = read_back(&packed.bytes).unwrap();
    assert_eq!(read.palette().len(), 256);
    assert_eq!(reduce::trim(&read).unwrap(), packed.indexed);
    assert_eq!(packed.report.colors, 115);
}

#[test]
fn a_shade_of_eight_bits_may_stand_for_transparency() {
    // The hidden colours of transparent pixels are no colours of the picture.
    let source = image(96, 64, |x, y| if x > y { [x as u8, 9, 200, 0] } else { grey((x + 3 * y) / 2) });
    let packed = Packer::new().pack(source.view()).unwrap();
    assert_eq!(kind(&packed), [8, 0]);
    assert!(packed.bytes.windows(4).any(|window| window == b"tRNS"));
    assert_eq!(visible(&decoded(&packed.bytes)), visible(&source));
    assert_eq!(packed.report.mean_squared_error, 0.0);
    assert!(packed.indexed.palette().colors().contains(&[0; 4]));
}

#[test]
fn what_lost_colours_has_a_palette_so_that_a_later_run_knows_it() {
    let source = ripple(256);
    for colors in [2, 16, 200] {
        let packed = Packer::new().colors(colors).pack(source.view()).unwrap();
        assert_eq!(kind(&packed)[1], 3, "{colors} colours");
    }
}

#[test]
fn a_palette_or_a_profile_that_was_asked_for_is_in_the_file() {
    let source = ripple(2);
    let black_and_white = Palette::new(vec![grey(0), grey(255)]).unwrap();
    let packed = Packer::new().palette(black_and_white).pack(source.view()).unwrap();
    assert_eq!(kind(&packed), [1, 3]);
    // A profile of colours says nothing about greys.
    let metadata = || Metadata { icc: Some(vec![7; 200]), ..Metadata::default() };
    let packed = Packer::new().metadata(metadata()).pack(source.view()).unwrap();
    assert_eq!(kind(&packed), [1, 3]);
    let bytes = encode::png::Options::new().metadata(metadata()).encode(&packed.indexed).unwrap();
    assert_eq!(bytes[24..26], [1, 3]);
}

#[test]
fn colours_and_soft_alpha_are_no_greys() {
    for odd in [[10, 10, 11, 255], [0, 0, 0, 128]] {
        let source = image(32, 32, |x, y| if (x, y) == (30, 1) { odd } else { grey(8 * x) });
        assert_eq!(kind(&Packer::new().pack(source.view()).unwrap())[1], 3, "{odd:?}");
    }
}

#[test]
fn grey_files_of_others_are_read_back() {
    // White, the second darkest, black and the second lightest of two bits.
    let row = [0b11_01_00_10];
    let plain = read_back(&PngFile::new(4, 1, 2, 0).rows(&[&row])).unwrap();
    assert!(plain.pixels().eq([255, 85, 0, 170].map(grey)));
    let keyed = PngFile::new(4, 1, 2, 0).chunk(b"tRNS", &[0, 1]).rows(&[&row]);
    assert!(read_back(&keyed).unwrap().pixels().eq([grey(255), [85, 85, 85, 0], grey(0), grey(170)]));
    let deep = read_back(&PngFile::new(1, 1, 16, 0).rows(&[&[1, 2]])).unwrap_err();
    assert!(matches!(deep, Error::Unsupported { format: "PNG", .. }), "{deep}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn greys_are_never_larger_and_come_back(
        width in 1..40_u32, height in 1..40_u32, shades in prop::collection::vec((any::<u8>(), 0..20_u8), 1..300),
        fast in any::<bool>()
    ) {
        let pixel = |i: u32| {
            let (shade, transparent) = shades[(i as usize).wrapping_mul(7) % shades.len()];
            if transparent == 0 { [0; 4] } else { grey(u32::from(shade)) }
        };
        let source = image(width, height, |x, y| pixel(y * width + x));
        let packer = Packer::new().effort(if fast { Effort::Fast } else { Effort::Balanced });
        // Two hundred and fifty-six shades and transparency are one colour too many.
        prop_assume!(distinct(&source) <= 256);
        let packed = packer.pack(source.view()).unwrap();
        let indexed = packer.clone().mode(Mode::Palette).pack(source.view()).unwrap();
        prop_assert!(packed.bytes.len() <= indexed.bytes.len());
        prop_assert_eq!(&visible(&decoded(&packed.bytes)), &visible(&source));
        prop_assert_eq!(packer.pack(decoded(&packed.bytes).view()).unwrap().bytes, packed.bytes);
    }
}

fn distinct(image: &Image) -> usize {
    visible(image).into_iter().collect::<std::collections::BTreeSet<_>>().len()
}

/// A gradient of more colours than a palette has.
fn gradient(width: u32, height: u32) -> Image {
    image(width, height, |x, y| [x as u8, 2 * y as u8, (x + y) as u8 / 2, 255])
}

#[test]
fn true_colour_wins_where_pixels_are_smooth_and_changes_none() {
    for (effort, source) in [(Effort::Balanced, gradient(160, 120)), (Effort::Best, gradient(60, 40))] {
        let packer = Packer::new().effort(effort);
        let packed = packer.pack(source.view()).unwrap();
        let lossless = packer.pack_truecolor(source.view(), packed.bytes.len()).unwrap().unwrap();
        assert!(lossless.len() < packed.bytes.len() / 4, "{effort:?}");
        assert_eq!(lossless[24..26], [8, 2]);
        assert!(decoded(&lossless) == source, "{effort:?}");
        // At most so many bytes means so many and no fewer.
        let limited = |most: usize| packer.pack_truecolor(source.view(), most).unwrap();
        assert!(limited(lossless.len()) == Some(lossless.clone()) && limited(lossless.len() - 1).is_none());
    }
}

#[test]
fn true_colour_is_none_where_a_palette_wins_or_nobody_looks() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/china.jpg");
    let photo = decoded(&std::fs::read(path).unwrap());
    let packer = Packer::new();
    let most = packer.pack(photo.view()).unwrap().bytes.len();
    assert!(packer.pack_truecolor(photo.view(), most).unwrap().is_none());
    let source = gradient(160, 120);
    for packer in [Packer::new().effort(Effort::Fast), Packer::new().format(Format::Gif)] {
        assert!(packer.pack_truecolor(source.view(), usize::MAX).unwrap().is_none());
    }
}

/// Greys with soft alpha, more of them than a palette holds.
fn soft_greys() -> Image {
    image(64, 64, |x, y| [4 * x as u8, 4 * x as u8, 4 * x as u8, 4 * y as u8])
}

#[test]
fn greys_with_soft_alpha_take_two_channels() {
    for (effort, source) in Effort::ALL[1..].iter().map(|&effort| (effort, soft_greys())) {
        let packer = Packer::new().effort(effort);
        let packed = packer.pack(source.view()).unwrap();
        let lossless = packer.pack_truecolor(source.view(), packed.bytes.len()).unwrap().unwrap();
        assert_eq!(lossless[24..26], [8, 4], "{effort:?}");
        let read = decode::Options::new().decode(&lossless).unwrap();
        assert_eq!(read.image.pixels(), visible(&source));
    }
}

#[test]
fn a_profile_of_colours_goes_with_colours() {
    let profile = Metadata { icc: Some(vec![0; 132]), ..Metadata::default() };
    let lossless = Packer::new().metadata(profile).pack_truecolor(soft_greys().view(), usize::MAX);
    assert_eq!(lossless.unwrap().unwrap()[24..26], [8, 6]);
}

#[test]
fn true_colour_keeps_soft_alpha_and_metadata_and_hides_nothing() {
    let source =
        image(64, 64, |x, y| [4 * x as u8, 4 * y as u8, 99, if x < 8 { 0 } else { (4 * y + 1) as u8 }]);
    let comment = Metadata { text: vec![Text::Comment("a gradient".into())], ..Metadata::default() };
    let packer = Packer::new().metadata(comment.clone());
    let lossless = packer.pack_truecolor(source.view(), usize::MAX).unwrap().unwrap();
    assert_eq!(lossless[24..26], [8, 6]);
    let read = decode::Options::new().decode(&lossless).unwrap();
    assert_eq!(read.image.pixels(), visible(&source));
    assert!(lossless.windows(10).any(|window| window == b"a gradient"));
}

#[test]
fn icons_of_many_colours_in_few_bytes_need_no_palette() {
    for effort in Effort::ALL {
        let packer = Packer::new().effort(effort);
        let tiny = packer.pack_tiny(gradient(32, 32).view()).unwrap();
        assert_eq!(tiny.is_some(), effort != Effort::Fast);
        let Some((file, report)) = tiny else { continue };
        assert_eq!(Some(&file), packer.pack_truecolor(gradient(32, 32).view(), usize::MAX).unwrap().as_ref());
        assert_eq!(decoded(&file), gradient(32, 32));
        assert_eq!((report.width, report.height, report.mean_squared_error), (32, 32, 0.0));
        let (colors, bytes) = (distinct(&gradient(32, 32)), report.bytes);
        assert_eq!((report.source_colors, report.colors), (Some(colors), colors));
        assert_eq!((bytes.raw_rgb, bytes.file), (3 * 1024, file.len() as u64));
        assert!(file.len() < packer.pack(gradient(32, 32).view()).unwrap().bytes.len());
    }
}

#[test]
fn whether_an_icon_needs_a_palette_is_for_pack_to_find_out_where_it_is_not_clear() {
    let noise = image(32, 32, |x, y| (x * x * x + y * y * 77_777).wrapping_mul(0x9e37_79b1).to_be_bytes());
    for (name, source) in [("few colours", gradient(10, 10)), ("large", gradient(64, 65)), ("noise", noise)] {
        let in_truecolor = Packer::new().pack_truecolor(source.view(), 1200).unwrap();
        assert_eq!(in_truecolor.is_none(), name == "noise");
        assert!(Packer::new().pack_tiny(source.view()).unwrap().is_none(), "{name}");
    }
    let palette = Palette::new(vec![[0, 0, 0, 255], [255; 4]]).unwrap();
    let packers = [
        Packer::new().colors(255),
        Packer::new().palette(palette),
        Packer::new().lambda(1.0),
        Packer::new().mode(Mode::Palette),
        Packer::new().format(Format::Gif),
    ];
    for packer in packers {
        assert!(packer.pack_tiny(gradient(32, 32).view()).unwrap().is_none(), "{packer:?}");
    }
    #[cfg(feature = "score")]
    {
        let packer = Packer::new().target(huepack::Target::MaxBytes(100));
        assert!(packer.pack_tiny(gradient(32, 32).view()).unwrap().is_none());
    }
}
