//! Decoding, seen from outside: small files are built here, and their pixels computed independently.
#![cfg(feature = "decode")]

mod png_file;

use std::borrow::Cow;

use huepack::Error;
use huepack::decode::{Decoded, Format, Options};
use png::{BitDepth, ColorType};
use png_file::{PngFile, stored};

fn decode(bytes: &[u8]) -> Decoded {
    Options::new().decode(bytes).expect("a good picture")
}

fn refusal(bytes: &[u8]) -> Error {
    Options::new().decode(bytes).expect_err("a bad picture")
}

fn pixels(bytes: &[u8]) -> Vec<[u8; 4]> {
    decode(bytes).image.pixels().to_vec()
}

#[test]
fn the_content_names_the_format() {
    assert_eq!(Format::of(b"\xff\xd8\xff\xe0"), Some(Format::Jpeg));
    assert_eq!(Format::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(Format::WebP));
    assert_eq!(Format::of(b"RIFF\x10\0\0\0WAVEfmt "), None);
    assert!(matches!(refusal(b""), Error::NoData));
    assert!(matches!(refusal(b"<html>"), Error::UnknownFormat));
}

#[test]
fn sixteen_bits_are_rounded_to_the_nearest_eight() {
    // 0x0180 is 384 of 65,535, which is 1.49 of 255; 0x0181 is 1.498; 0x0182 is 1.502.
    let file = PngFile::new(4, 1, 16, 0).rows(&[&[0x00, 0x80, 0x01, 0x80, 0x01, 0x82, 0xFF, 0x80]]);
    let grays: Vec<u8> = pixels(&file).iter().map(|pixel| pixel[0]).collect();
    assert_eq!(grays, [0, 1, 2, 255]);
}

#[test]
fn a_transparent_colour_is_compared_at_full_depth() {
    let key = [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC];
    let near = [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBD];
    let row = [key, near].concat();
    let file = PngFile::new(2, 1, 16, 2).chunk(b"tRNS", &key).rows(&[&row]);
    let alphas: Vec<u8> = pixels(&file).iter().map(|pixel| pixel[3]).collect();
    assert_eq!(alphas, [0, 255]);
}

#[test]
fn grays_below_eight_bits_span_the_whole_range() {
    let file = PngFile::new(4, 1, 2, 0).chunk(b"tRNS", &[0, 2]).rows(&[&[0b00_01_10_11]]);
    let wanted = [[0, 0, 0, 255], [85, 85, 85, 255], [170, 170, 170, 0], [255, 255, 255, 255]];
    assert_eq!(pixels(&file), wanted);
}

#[test]
fn palettes_carry_their_alpha() {
    let file = PngFile::new(2, 2, 1, 3)
        .chunk(b"PLTE", &[255, 0, 0, 0, 0, 255])
        .chunk(b"tRNS", &[128])
        .rows(&[&[0b0100_0000], &[0b1000_0000]]);
    let (red, blue) = ([255, 0, 0, 128], [0, 0, 255, 255]);
    assert_eq!(pixels(&file), [red, blue, blue, red]);
}

#[test]
fn interlaced_pictures_are_put_together() {
    let mut bytes = Vec::new();
    let (width, height) = (11u32, 9u32);
    let gray = |x: u32, y: u32| (x * 20 + y) as u8;
    let plain: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| gray(x, y))).collect();
    let passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    for (left, top, across, down) in passes {
        for y in (top..height).step_by(down) {
            bytes.push(0);
            bytes.extend((left..width).step_by(across).map(|x| gray(x, y)));
        }
    }
    let file = PngFile::interlaced(width, height, 8, 0).data(&bytes);
    let grays: Vec<u8> = pixels(&file).iter().map(|pixel| pixel[0]).collect();
    assert_eq!(grays, plain);
}

/// The sRGB code of linear light, by the formula of IEC 61966-2-1.
fn srgb(light: f64) -> u8 {
    let code = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (code.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[test]
fn gamma_becomes_srgb() {
    let samples = [0u8, 32, 64, 128, 200, 255];
    let linear = PngFile::new(6, 1, 8, 0).chunk(b"gAMA", &100_000u32.to_be_bytes()).rows(&[&samples]);
    let wanted: Vec<u8> = samples.iter().map(|&sample| srgb(f64::from(sample) / 255.0)).collect();
    let got: Vec<u8> = pixels(&linear).iter().map(|pixel| pixel[0]).collect();
    assert_eq!(got, wanted);
}

#[test]
fn the_usual_gamma_alone_changes_nothing() {
    let samples: Vec<u8> = (0..=255).collect();
    let file = PngFile::new(256, 1, 8, 0).chunk(b"gAMA", &45_455u32.to_be_bytes()).rows(&[&samples]);
    assert!(pixels(&file).iter().map(|pixel| pixel[0]).eq(0..=255));
}

#[test]
fn the_srgb_chunk_beats_gamma() {
    let file = PngFile::new(2, 1, 8, 0)
        .chunk(b"gAMA", &100_000u32.to_be_bytes())
        .chunk(b"sRGB", &[0])
        .rows(&[&[40, 200]]);
    assert_eq!(pixels(&file), [[40, 40, 40, 255], [200, 200, 200, 255]]);
}

/// A profile of display primaries with this power as its curve.
fn display_profile(power: f32) -> Vec<u8> {
    let mut profile = moxcms::ColorProfile::new_display_p3();
    let curve = moxcms::curve_from_gamma(power);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    profile.cicp = None;
    profile.encode().expect("a profile")
}

/// Content of an iCCP chunk, stored instead of compressed.
fn iccp(profile: &[u8]) -> Vec<u8> {
    [b"p\0\0", &stored(profile)[..]].concat()
}

#[test]
fn code_points_beat_the_icc_profile_and_the_profile_beats_srgb() {
    let row: &[u8] = &[10, 100, 200];
    let with = |chunks: &[(&[u8; 4], Vec<u8>)]| {
        let file = PngFile::new(1, 1, 8, 2);
        let file = chunks.iter().fold(file, |file, (kind, data)| file.chunk(kind, data));
        pixels(&file.rows(&[row]))[0]
    };
    let icc = (b"iCCP", iccp(&display_profile(1.0)));
    let srgb_code_points = (b"cICP", vec![1, 13, 0, 1]);
    assert_eq!(with(&[srgb_code_points, icc.clone()]), [10, 100, 200, 255]);
    let converted = with(std::slice::from_ref(&icc));
    assert_ne!(converted, [10, 100, 200, 255]);
    assert_eq!(with(&[icc.clone(), (b"sRGB", vec![0])]), converted);
    // Code points that say nothing leave the word to the profile.
    assert_eq!(with(&[(b"cICP", vec![2, 2, 0, 1]), icc]), converted);
}

#[test]
fn display_p3_becomes_srgb() {
    // The matrix from linear Display P3 to linear sRGB, which share their curve and white.
    let matrix =
        [[1.224_94, -0.224_94, 0.0], [-0.042_057, 1.042_057, 0.0], [-0.019_638, -0.078_636, 1.098_274]];
    let light = |code: u8| {
        let code = f64::from(code) / 255.0;
        if code <= 0.040_45 { code / 12.92 } else { ((code + 0.055) / 1.055).powf(2.4) }
    };
    let source = [120u8, 130, 90];
    let file = PngFile::new(1, 1, 8, 2).chunk(b"cICP", &[12, 13, 0, 1]).rows(&[&source]);
    let wanted = matrix.map(|row| srgb((0..3).map(|i| row[i] * light(source[i])).sum()));
    let [red, green, blue, _] = pixels(&file)[0];
    assert_eq!([red, green, blue], wanted);
}

#[test]
fn an_srgb_profile_changes_no_byte() {
    let profile = moxcms::ColorProfile::new_srgb().encode().expect("a profile");
    let row: Vec<u8> = (0..=255).flat_map(|value| [value, 255 - value, value / 2]).collect();
    let file = PngFile::new(256, 1, 8, 2).chunk(b"iCCP", &iccp(&profile)).rows(&[&row]);
    let got: Vec<u8> = pixels(&file).iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    assert_eq!(got, row);
}

#[test]
fn broken_metadata_never_refuses_a_picture() {
    let file = PngFile::new(1, 1, 8, 2)
        .chunk(b"cICP", &[9, 16, 7, 3])
        .chunk(b"iCCP", b"no profile at all")
        .chunk(b"gAMA", &[0; 4])
        .chunk(b"cHRM", &[0; 32])
        .chunk(b"eXIf", b"LoremIpsum")
        .chunk(b"zTXt", &[0; 3])
        .chunk(b"fcTL", &[1; 26])
        .rows(&[&[1, 2, 3]]);
    assert_eq!(pixels(&file), [[1, 2, 3, 255]]);
}

#[test]
fn every_exif_orientation_is_applied() {
    // 1 2 3
    // 4 5 6
    let expected: [(u32, [u8; 6]); 8] = [
        (3, [1, 2, 3, 4, 5, 6]),
        (3, [3, 2, 1, 6, 5, 4]),
        (3, [6, 5, 4, 3, 2, 1]),
        (3, [4, 5, 6, 1, 2, 3]),
        (2, [1, 4, 2, 5, 3, 6]),
        (2, [4, 1, 5, 2, 6, 3]),
        (2, [6, 3, 5, 2, 4, 1]),
        (2, [3, 6, 2, 5, 1, 4]),
    ];
    for (orientation, (width, grays)) in (1u8..).zip(expected) {
        let exif = [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]].concat();
        let file = PngFile::new(3, 2, 8, 0).chunk(b"eXIf", &exif).rows(&[&[1, 2, 3], &[4, 5, 6]]);
        let image = decode(&file).image;
        assert_eq!(image.width(), width, "orientation {orientation}");
        assert!(image.pixels().iter().map(|pixel| pixel[0]).eq(grays), "orientation {orientation}");
    }
}

#[test]
fn broken_pngs_are_refused() {
    let good = PngFile::new(2, 2, 8, 0).rows(&[&[1, 2], &[3, 4]]);
    assert_eq!(decode(&good).frames, 1);
    for length in 8..good.len() {
        assert!(matches!(refusal(&good[..length]), Error::Damaged { format: "PNG", .. }), "{length} bytes");
    }
    let palette = |colors: &[u8], row: u8| PngFile::new(1, 1, 8, 3).chunk(b"PLTE", colors).rows(&[&[row]]);
    assert_eq!(pixels(&palette(&[9, 8, 7], 0)), [[9, 8, 7, 255]]);
    assert!(matches!(refusal(&palette(&[9, 8, 7], 1)), Error::Damaged { .. }));
    assert!(matches!(refusal(&palette(&[9, 8, 7, 6], 0)), Error::Damaged { .. }));
    let critical = PngFile::new(1, 1, 8, 0).chunk(b"ABCD", &[]).rows(&[&[0]]);
    assert!(matches!(refusal(&critical), Error::Unsupported { .. }));
    for position in [20, good.len() - 24] {
        let mut flipped = good.clone();
        flipped[position] ^= 1;
        assert!(matches!(refusal(&flipped), Error::Damaged { .. }), "byte {position}");
    }
}

#[test]
fn a_header_alone_gets_no_memory() {
    for (width, height) in [(u32::MAX >> 1, u32::MAX >> 1), (100_000, 100_000)] {
        let file = PngFile::new(width, height, 16, 6).rows(&[]);
        assert!(matches!(refusal(&file), Error::TooLarge { .. }));
    }
    // Within the limit, and with nothing behind it.
    let file = PngFile::new(16_000, 16_000, 8, 6).rows(&[]);
    assert!(matches!(refusal(&file), Error::Damaged { .. }));
    let gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x01\0\0;";
    assert!(matches!(refusal(gif), Error::TooLarge { width: 65_535, height: 65_535, .. }));
}

#[test]
fn limits_are_what_was_asked_for() {
    let file = PngFile::new(2, 2, 8, 0).rows(&[&[1, 2], &[3, 4]]);
    assert!(Options::new().max_pixels(4).decode(&file).is_ok());
    assert!(matches!(Options::new().max_pixels(3).decode(&file), Err(Error::TooLarge { .. })));
    assert!(matches!(Options::new().max_memory(15).decode(&file), Err(Error::TooMuchMemory { .. })));
}

fn animated_png(frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_animated(frames, 0).expect("frames");
    let mut writer = encoder.write_header().expect("a header");
    for frame in 0..frames {
        writer.write_image_data(&[frame as u8, 7, 7]).expect("a frame");
    }
    writer.finish().expect("an end");
    bytes
}

#[test]
fn animated_pngs_are_refused_with_their_frame_count() {
    let file = animated_png(3);
    assert!(matches!(refusal(&file), Error::Animated { format: "PNG", frames: 3 }));
    let decoded = Options::new().first_frame().decode(&file).expect("the first frame");
    assert_eq!((decoded.image.pixels(), decoded.frames), (&[[0, 7, 7, 255]][..], 3));
    assert_eq!(decode(&animated_png(1)).frames, 1);
}

#[test]
fn frames_that_are_only_claimed_are_no_animation() {
    let file = PngFile::new(1, 1, 8, 0).chunk(b"acTL", &[0, 0, 0, 9, 0, 0, 0, 0]).rows(&[&[5]]);
    assert_eq!(decode(&file).frames, 1);
}

fn gif_file(frames: &[gif::Frame<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9];
    let mut encoder = gif::Encoder::new(&mut bytes, 3, 2, &palette).expect("an encoder");
    for frame in frames {
        encoder.write_frame(frame).expect("a frame");
    }
    drop(encoder);
    bytes
}

fn gif_frame(left: u16, top: u16, indices: &[u8]) -> gif::Frame<'_> {
    let (width, height) = (indices.len() as u16, 1);
    gif::Frame {
        left,
        top,
        width,
        height,
        transparent: Some(3),
        buffer: Cow::Borrowed(indices),
        ..Default::default()
    }
}

#[test]
fn a_gif_frame_lies_on_its_canvas() {
    let image = decode(&gif_file(&[gif_frame(1, 1, &[2, 3])])).image;
    let none = [0; 4];
    assert_eq!(image.pixels(), [none, none, none, none, [0, 0, 255, 255], none]);
    // The part outside of the canvas is not seen.
    let image = decode(&gif_file(&[gif_frame(2, 0, &[0, 1])])).image;
    assert_eq!(image.pixels(), [none, none, [255, 0, 0, 255], none, none, none]);
}

#[test]
fn animated_gifs_are_refused_with_their_frame_count() {
    let file = gif_file(&[gif_frame(0, 0, &[0]), gif_frame(0, 0, &[1]), gif_frame(0, 0, &[2])]);
    assert!(matches!(refusal(&file), Error::Animated { format: "GIF", frames: 3 }));
    let decoded = Options::new().first_frame().decode(&file).expect("the first frame");
    assert_eq!((decoded.image.pixels()[0], decoded.frames), ([255, 0, 0, 255], 3));
}

#[test]
fn cut_gifs_are_refused() {
    let file = gif_file(&[gif_frame(0, 0, &[0, 1, 2])]);
    for length in 6..file.len() {
        assert!(matches!(refusal(&file[..length]), Error::Damaged { format: "GIF", .. }), "{length} bytes");
    }
}

#[test]
fn unknown_gif_extensions_are_skipped() {
    let mut file = gif_file(&[gif_frame(0, 0, &[0, 1, 2])]);
    let after_palette = 13 + 12;
    file.splice(after_palette..after_palette, *b"!\x42\x03abc\0");
    assert_eq!(pixels(&file)[1], [0, 255, 0, 255]);
}

/// A grey baseline JPEG of `across` by `down` blocks: each block is one code for its brightness, and one
/// for no detail. The first table has the codes 00 for "no change" and 01 for "one bit follows".
fn gray_jpeg(across: u16, down: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xdb\0\x43\0".to_vec();
    bytes.extend([8; 64]);
    bytes.extend(b"\xff\xc0\0\x0b\x08");
    bytes.extend((down * 8).to_be_bytes());
    bytes.extend((across * 8).to_be_bytes());
    bytes.extend(b"\x01\x01\x11\0");
    bytes.extend(b"\xff\xc4\0\x15\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07");
    bytes.extend(b"\xff\xc4\0\x14\x10\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes.extend(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0");
    // Every block is 00 00: a nibble. The pad is of ones.
    let blocks = usize::from(across) * usize::from(down);
    bytes.extend(vec![0; blocks / 2]);
    if blocks % 2 == 1 {
        bytes.push(0x0F);
    }
    bytes.extend(b"\xff\xd9");
    bytes
}

#[test]
fn cut_jpegs_are_refused_to_the_last_byte() {
    let file = gray_jpeg(5, 3);
    let image = decode(&file).image;
    assert_eq!((image.width(), image.height()), (40, 24));
    assert!(image.pixels().iter().all(|&pixel| pixel == [128, 128, 128, 255]));
    // Salvaged, nothing but the last marker is missing.
    let salvaged = Options::new().salvage().decode(&file[..file.len() - 2]).expect("all blocks are there");
    assert_eq!(salvaged.damage.as_deref(), Some("the file ends without its last marker"));
    assert_eq!(salvaged.image, image);
    // What follows the picture is none of its business.
    assert_eq!(decode(&[&file[..], b"trailing"].concat()).image, image);
    for length in 3..file.len() {
        assert!(matches!(refusal(&file[..length]), Error::Damaged { format: "JPEG", .. }), "{length} bytes");
    }
    // A block short, with the last marker in its place.
    let short = [&file[..file.len() - 3], b"\xff\xd9"].concat();
    assert!(matches!(refusal(&short), Error::Damaged { format: "JPEG", .. }));
}

#[test]
fn restarts_of_a_jpeg_are_counted() {
    let whole = gray_jpeg(30, 10);
    let start_of_scan = whole.windows(2).position(|marker| marker == b"\xff\xda").expect("a scan");
    let restarting = |intervals: u16| {
        let mut file = whole[..start_of_scan].to_vec();
        file.extend(b"\xff\xdd\0\x04\0\x01\xff\xda\0\x08\x01\x01\0\0\x3f\0");
        for interval in 0..intervals {
            if interval > 0 {
                file.extend([0xFF, 0xD0 + ((interval - 1) % 8) as u8]);
            }
            file.push(0x0F);
        }
        file.extend(b"\xff\xd9");
        file
    };
    assert_eq!(decode(&restarting(300)).image, decode(&whole).image);
    assert!(matches!(refusal(&restarting(299)), Error::Damaged { .. }));
}

#[test]
fn jpegs_are_turned_upright_in_spite_of_odd_metadata() {
    let file = gray_jpeg(2, 1);
    let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let odd = b"\xff\xee\0\x10Adobe\0\x64\0\0\0\0\x09\0\0\xff\xe2\0\x04ab\xff\xed\0\x03x";
    let image = decode(&[&file[..2], exif, odd, &file[2..]].concat()).image;
    assert_eq!((image.width(), image.height()), (8, 16));
}

#[test]
fn a_jpeg_header_alone_gets_no_memory() {
    let mut file = gray_jpeg(1, 1);
    let size = file.iter().position(|&byte| byte == 0xC0).expect("a frame header") + 4;
    file[size..size + 4].copy_from_slice(&[0x3E, 0x80, 0x3E, 0x80]);
    assert!(matches!(refusal(&file), Error::Damaged { .. }));
    file[size..size + 4].copy_from_slice(&[0xFF; 4]);
    assert!(matches!(refusal(&file), Error::TooLarge { .. }));
}

#[test]
fn cmyk_without_a_profile_is_not_guessed() {
    let mut file = b"\xff\xd8\xff\xdb\0\x43\0".to_vec();
    file.extend([8; 64]);
    file.extend(b"\xff\xc0\0\x14\x08\0\x08\0\x08\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0");
    file.extend(b"\xff\xc4\0\x14\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    file.extend(b"\xff\xc4\0\x14\x10\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    file.extend(b"\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0\0\0\xff\xd9");
    let Error::Unsupported { format, what } = refusal(&file) else { panic!("CMYK was read") };
    assert_eq!((format, &what[..]), ("JPEG", "CMYK colours and no profile"));
}

#[test]
fn deep_pnm_samples_are_rounded() {
    let file = b"P5 3 1 65535 \x01\x80\x01\x82\xff\xff";
    let grays: Vec<u8> = pixels(file).iter().map(|pixel| pixel[0]).collect();
    assert_eq!(grays, [1, 2, 255]);
}

#[test]
fn qoi_and_bmp_are_read() {
    let qoi = b"qoif\0\0\0\x01\0\0\0\x01\x04\0\xff\x0a\x14\x1e\x28\0\0\0\0\0\0\0\x01";
    assert_eq!(pixels(qoi), [[10, 20, 30, 40]]);
    let header = b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0";
    let bmp = [&header[..], &[0; 24], &[30, 20, 10, 0]].concat();
    assert_eq!(pixels(&bmp), [[10, 20, 30, 255]]);
}

/// A TIFF of one grey pixel a page.
fn tiff_file(pages: u32) -> Vec<u8> {
    let tags: [(u16, u16, u32); 8] = [
        (256, 3, 1),
        (257, 3, 1),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 4),
        (278, 3, 1),
        (279, 4, 1),
    ];
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for page in 1..=pages {
        bytes.extend((tags.len() as u16).to_le_bytes());
        for (tag, kind, value) in tags {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(1u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        let next = if page < pages { bytes.len() as u32 + 4 } else { 0 };
        bytes.extend(next.to_le_bytes());
    }
    bytes
}

#[test]
fn pages_of_a_tiff_are_counted() {
    // The strip of every page is the first byte of the offset in the header: 8.
    assert_eq!(pixels(&tiff_file(1)), [[8, 8, 8, 255]]);
    let Error::Unsupported { what, .. } = refusal(&tiff_file(3)) else { panic!("three pages were read") };
    assert_eq!(what, "3 pages");
    let decoded = Options::new().first_frame().decode(&tiff_file(3)).expect("the first page");
    assert_eq!(decoded.frames, 3);
}

#[test]
fn cut_webps_are_refused() {
    let mut bytes = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut bytes);
    encoder.encode(&[1, 2, 3, 4, 5, 6], 2, 1, image_webp::ColorType::Rgb8).expect("a WebP");
    assert_eq!(pixels(&bytes), [[1, 2, 3, 255], [4, 5, 6, 255]]);
    for length in 12..bytes.len() {
        assert!(matches!(refusal(&bytes[..length]), Error::Damaged { format: "WebP", .. }), "{length} bytes");
    }
}
