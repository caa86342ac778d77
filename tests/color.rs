//! Colour is not changed by accident: one picture in many colour spaces comes out as one picture.
#![cfg(feature = "decode")]

#[path = "png_file/mod.rs"]
mod png_file;

use std::fs;
use std::path::PathBuf;

use huepack::decode::Options;
use huepack::{Error, Image};
use png_file::{PngFile, stored};

type Matrix = [[f64; 3]; 3];

/// Name and content of a PNG chunk.
type Chunk = (&'static [u8; 4], Vec<u8>);

fn multiply(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

/// From the linear light of a space to that of sRGB, both with white D65: by the chromaticities of ITU-R BT.709,
/// SMPTE EG 432-1, ITU-R BT.2020 and Adobe RGB (1998).
const SRGB: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
const DISPLAY_P3: Matrix =
    [[1.224_940, -0.224_940, 0.0], [-0.042_057, 1.042_057, 0.0], [-0.019_638, -0.078_636, 1.098_274]];
const REC_2020: Matrix = [
    [1.660_491, -0.587_641, -0.072_850],
    [-0.124_550, 1.132_900, -0.008_349],
    [-0.018_151, -0.100_579, 1.118_730],
];
const ADOBE_RGB: Matrix = [[1.398_356, -0.398_356, 0.0], [0.0, 1.0, 0.0], [0.0, -0.042_938, 1.042_938]];

/// A transfer curve by its formula.
#[derive(Clone, Copy, Debug)]
enum Curve {
    Srgb,
    Bt709,
    Power(f64),
}

impl Curve {
    fn light(self, code: f64) -> f64 {
        match self {
            Self::Srgb if code <= 0.040_45 => code / 12.92,
            Self::Srgb => ((code + 0.055) / 1.055).powf(2.4),
            Self::Bt709 if code < 0.081 => code / 4.5,
            Self::Bt709 => ((code + 0.099) / 1.099).powf(1.0 / 0.45),
            Self::Power(power) => code.powf(power),
        }
    }

    fn code(self, light: f64) -> f64 {
        match self {
            Self::Srgb if light <= 0.003_130_8 => light * 12.92,
            Self::Srgb => 1.055 * light.powf(1.0 / 2.4) - 0.055,
            Self::Bt709 if light < 0.018 => light * 4.5,
            Self::Bt709 => 1.099 * light.powf(0.45) - 0.099,
            Self::Power(power) => light.powf(1.0 / power),
        }
    }
}

/// The sRGB code of linear light, 0 to 255, not rounded; what lies outside is clipped.
fn srgb(light: f64) -> f64 {
    Curve::Srgb.code(light.clamp(0.0, 1.0)) * 255.0
}

// A picture without a corpus.

/// The corners and the insides of sRGB: 6 steps an axis.
fn cube() -> Vec<[u8; 3]> {
    let steps = || (0..=255u8).step_by(51);
    steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| [r, g, b]))).collect()
}

/// The inverse of a matrix to sRGB, by Cramer's rule.
fn inverse(m: &Matrix) -> Matrix {
    let cofactor = |r: usize, c: usize| {
        let at = |i: usize, j: usize| m[(r + i) % 3][(c + j) % 3];
        at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)
    };
    let determinant: f64 = (0..3).map(|c| m[0][c] * cofactor(0, c)).sum();
    std::array::from_fn(|r| std::array::from_fn(|c| cofactor(c, r) / determinant))
}

/// The cube as 16-bit samples of another space, in one row.
fn cube_in(space: &Matrix, curve: Curve) -> Vec<u8> {
    let from_srgb = inverse(space);
    let encode = |color: [u8; 3]| {
        let light = multiply(&from_srgb, color.map(|code| Curve::Srgb.light(f64::from(code) / 255.0)));
        light.map(|light| (curve.code(light.clamp(0.0, 1.0)) * 65_535.0).round() as u16)
    };
    cube().into_iter().flat_map(encode).flat_map(u16::to_be_bytes).collect()
}

/// cHRM: white, red, green and blue in hundred thousandths (PNG clause 11.3.2.1).
fn chromaticities(points: [u32; 8]) -> Vec<u8> {
    points.iter().flat_map(|point| point.to_be_bytes()).collect()
}

#[test]
fn one_picture_in_any_space_is_one_picture() {
    let gamma = |gamma: u32| (b"gAMA", gamma.to_be_bytes().to_vec());
    let icc = |profile: &moxcms::ColorProfile| {
        let profile = profile.encode().expect("a profile");
        (b"iCCP", [&b"p\0\0"[..], &stored(&profile)].concat())
    };
    let adobe_points =
        (b"cHRM", chromaticities([31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000]));
    let wide_points =
        (b"cHRM", chromaticities([31_270, 32_900, 70_800, 29_200, 17_000, 79_700, 13_100, 4_600]));
    let cases: [(&str, Matrix, Curve, Vec<Chunk>); 9] = [
        ("nothing said", SRGB, Curve::Srgb, vec![]),
        ("gAMA 1.8", SRGB, Curve::Power(100_000.0 / 55_556.0), vec![gamma(55_556)]),
        (
            "Adobe RGB by gAMA and cHRM",
            ADOBE_RGB,
            Curve::Power(563.0 / 256.0),
            vec![gamma(45_471), adobe_points],
        ),
        (
            "Adobe RGB by profile",
            ADOBE_RGB,
            Curve::Power(563.0 / 256.0),
            vec![icc(&moxcms::ColorProfile::new_adobe_rgb())],
        ),
        (
            "Display P3 by profile",
            DISPLAY_P3,
            Curve::Srgb,
            vec![icc(&moxcms::ColorProfile::new_display_p3())],
        ),
        (
            "Display P3 by cICP against a wrong gAMA",
            DISPLAY_P3,
            Curve::Srgb,
            vec![(b"cICP", vec![12, 13, 0, 1]), gamma(100_000)],
        ),
        ("Rec. 2020 by cICP", REC_2020, Curve::Bt709, vec![(b"cICP", vec![9, 14, 0, 1])]),
        ("linear Rec. 2020 by gAMA and cHRM", REC_2020, Curve::Power(1.0), vec![gamma(100_000), wide_points]),
        (
            "sRGB by cICP against a profile",
            SRGB,
            Curve::Srgb,
            vec![(b"cICP", vec![1, 13, 0, 1]), icc(&moxcms::ColorProfile::new_bt2020())],
        ),
    ];
    for (name, space, curve, chunks) in cases {
        let row = cube_in(&space, curve);
        let file = PngFile::new(216, 1, 16, 2);
        let file = chunks.iter().fold(file, |file, (kind, data)| file.chunk(kind, data));
        let image = Options::new().decode(&file.rows(&[&row])).expect(name).image;
        for (color, got) in cube().into_iter().zip(image.pixels()) {
            let far = color.iter().zip(got).map(|(a, b)| a.abs_diff(*b)).max().expect("three channels");
            assert!(far == 0, "{name}: {color:?} became {got:?}");
        }
    }
}

// The same with real files: a photograph and files that only test rounding.

/// What a file of the corpus should look like.
#[derive(Clone, Copy)]
enum Reference {
    /// The picture that the others were made from.
    Photo,
    /// Its luminance, weighted in linear light.
    Luminance,
    /// Its own samples, by the formulas of its space.
    Own(Matrix, Curve),
    /// The means of 16 tiles, from the top left, as LittleCMS 2.16 converts the file (perceptual).
    Tiles([[u8; 3]; 16]),
}

/// Largest mean differences of any channel, of 255.
#[derive(Clone, Copy)]
struct Limits {
    /// Of the absolute difference.
    mean: f64,
    /// Of the difference with its sign: noise of a codec cancels out in it, a wrong colour does not.
    bias: f64,
}

const NEAR: Limits = Limits { mean: 0.5, bias: 0.25 };
/// Rounding alone.
const EXACT: Limits = Limits { mean: 0.02, bias: 0.02 };

/// The means of the tiles of `cmyk_icc.jpg`. The colours are not those of the photo, which was turned into CMYK without
/// the profile that was then attached.
const CMYK_TILES: [[u8; 3]; 16] = [
    [255, 253, 235],
    [255, 253, 236],
    [255, 254, 237],
    [255, 253, 237],
    [187, 171, 154],
    [219, 207, 185],
    [238, 229, 204],
    [255, 246, 219],
    [161, 131, 95],
    [163, 147, 154],
    [152, 134, 122],
    [190, 181, 140],
    [126, 140, 149],
    [178, 154, 141],
    [170, 153, 134],
    [85, 108, 119],
];

/// From the red of ACES 2065-1 to linear sRGB: the first column of its profile, in D50, through the inverse of sRGB's.
/// Green and blue fall below zero.
const ACES_RED: Matrix = [[2.521_5, 0.0, 0.0], [-0.3, 0.0, 0.0], [-0.1, 0.0, 0.0]];

/// What JPEG loses on the photo at the quality of the file; other decoders lose as much, to 0.1.
const fn lossy(mean: f64) -> Limits {
    Limits { mean, bias: 0.3 }
}

fn cases() -> Vec<(String, Reference, Limits)> {
    use Reference::{Luminance, Own, Photo, Tiles};
    let mut cases: Vec<(String, Reference, Limits)> = Vec::new();
    let mut add = |names: &[&str], reference, limits| {
        cases.extend(names.iter().map(|&name| (format!("synth_color/{name}"), reference, limits)));
    };
    // The samples are those of the photo.
    add(
        &[
            "ref_srgb.png",
            "srgb_chunk_8.png",
            "srgb_cicp_8.png",
            "srgb_iccv4_8.png",
            "srgb_beats_wrong_gama.png",
            "iccp_beats_wrong_gama.png",
            "bad_iccp_garbage_zlib.png",
            "bad_iccp_gray_profile_in_rgb.png",
            "bad_iccp_truncated.png",
        ],
        Photo,
        Limits { mean: 0.0, bias: 0.0 },
    );
    for orientation in 1..=8 {
        add(&[&format!("orient{orientation}_eXIf.png")], Photo, Limits { mean: 0.0, bias: 0.0 });
        add(&[&format!("orient{orientation}.jpg")], Photo, lossy(3.3));
    }
    add(
        &["adobe_icc_16.png", "p3_icc_16.png", "rec2020_icc_16.png", "gama_1.0_16.png", "gama_1.8_16.png"],
        Photo,
        EXACT,
    );
    // Eight bits of another space hold fewer colours of sRGB: the files themselves were rounded.
    add(
        &[
            "adobe_icc_8.png",
            "adobe_icc.webp",
            "p3_icc_8.png",
            "p3_icc.webp",
            "p3_cicp_8.png",
            "p3v4_icc_8.png",
            "rec2020_icc_8.png",
            "rec2020_icc.webp",
            "gama_1.0_8.png",
            "gama_1.8_8.png",
            "gama_2.2_8.png",
        ],
        Photo,
        NEAR,
    );
    // The file means the power 2.2, but says so with 45455 and no cHRM, as thousands of sRGB files do, whose colours
    // would be changed by believing it.
    add(&["gama_2.2_16.png"], Photo, Limits { mean: 1.7, bias: 0.9 });
    add(&["adobe_icc.jpg", "p3_icc.jpg", "rec2020_icc.jpg"], Photo, lossy(1.4));
    add(&["jpeg_baseline_444.jpg"], Photo, lossy(2.6));
    add(&["jpeg_progressive_420.jpg"], Photo, lossy(4.0));
    add(&["gray_icc_8.png", "gray_iccv4_16.png"], Luminance, EXACT);
    add(&["gray_icc.jpg"], Luminance, NEAR);
    add(
        &["photo16_rgb.png", "photo16_rgba_radial_alpha.png", "rgb16_trns_key.png"],
        Own(SRGB, Curve::Srgb),
        EXACT,
    );
    add(&["gradient16_subtle.png"], Own(SRGB, Curve::Srgb), EXACT);
    let adobe = Own(ADOBE_RGB, Curve::Power(563.0 / 256.0));
    // Half the colours of these are outside of sRGB, and clipped.
    add(&["adobe_gamut_ramp_icc.png"], adobe, NEAR);
    add(&["p3_gamut_ramp_icc.png"], Own(DISPLAY_P3, Curve::Srgb), NEAR);
    add(&["rec2020_gamut_ramp_icc.png"], Own(REC_2020, Curve::Bt709), NEAR);
    // The tiles are rounded themselves, and two interpolations of one table differ by a step here and there.
    add(&["cmyk_icc.jpg", "cmyk_icc_progressive.jpg"], Tiles(CMYK_TILES), Limits { mean: 0.8, bias: 0.5 });
    let aces = Own(ACES_RED, Curve::Power(1.0));
    cases.push(("widecolor/red_gradient_8bit_aces.png".into(), aces, NEAR));
    cases.push(("widecolor/red_gradient_10bit_aces.png".into(), aces, NEAR));
    let plain = Own(SRGB, Curve::Srgb);
    cases.push(("widecolor/red_gradient_8bit_untagged.png".into(), plain, EXACT));
    cases.push(("widecolor/red_gradient_10bit_untagged.png".into(), plain, EXACT));
    cases
}

/// The corpus, or none with a line that says so.
fn corpus() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");
    let root = std::env::var_os("HUEPACK_CORPUS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let folder = root.join("conformance");
    if !folder.join("synth_color").is_dir() {
        println!("skipped: no corpus at {}", root.display());
        return None;
    }
    Some(folder)
}

/// The samples of a PNG, 0 to 1, as they stand in the file: no colour is converted.
fn samples(bytes: &[u8]) -> Vec<[f64; 3]> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a good file");
    let mut raw = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut raw).expect("a good file");
    let values: Vec<f64> = match info.bit_depth {
        png::BitDepth::Sixteen => {
            raw.as_chunks().0.iter().map(|&bytes| f64::from(u16::from_be_bytes(bytes)) / 65_535.0).collect()
        }
        _ => raw.iter().map(|&byte| f64::from(byte) / 255.0).collect(),
    };
    values.chunks_exact(info.color_type.samples()).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

/// Pixels as they should be.
fn wanted(reference: Reference, photo: &[[f64; 3]], bytes: &[u8]) -> Vec<[f64; 3]> {
    let rounded = |light: [f64; 3]| light.map(|light| srgb(light).round());
    match reference {
        Reference::Photo => photo.iter().map(|pixel| pixel.map(|code| code * 255.0)).collect(),
        Reference::Luminance => {
            let luminance = |pixel: &[f64; 3]| {
                let [red, green, blue] = pixel.map(|code| Curve::Srgb.light(code));
                rounded([0.2126 * red + 0.7152 * green + 0.0722 * blue; 3])
            };
            photo.iter().map(luminance).collect()
        }
        Reference::Own(matrix, curve) => {
            let own = |pixel: [f64; 3]| rounded(multiply(&matrix, pixel.map(|code| curve.light(code))));
            samples(bytes).into_iter().map(own).collect()
        }
        Reference::Tiles(tiles) => tiles.iter().map(|tile| tile.map(f64::from)).collect(),
    }
}

/// The means of the picture's tiles, 4 by 4.
fn tiles(image: &Image) -> Vec<[f64; 3]> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let edges = |side: usize, i: usize| side * i / 4..side * (i + 1) / 4;
    let mean = |tile: usize| {
        let rows = edges(height, tile / 4);
        let count = (rows.len() * edges(width, tile % 4).len()) as f64;
        let pixels = rows.flat_map(|y| edges(width, tile % 4).map(move |x| image.pixels()[y * width + x]));
        let sum = pixels.fold([0.0; 3], |sum, pixel| std::array::from_fn(|c| sum[c] + f64::from(pixel[c])));
        sum.map(|sum| sum / count)
    };
    (0..16).map(mean).collect()
}

#[test]
fn every_disguise_of_the_photo_comes_off() {
    let Some(corpus) = corpus() else { return };
    let read = |name: &str| fs::read(corpus.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let photo = samples(&read("synth_color/ref_srgb.png"));
    let mut failures = Vec::new();
    for (name, reference, limits) in cases() {
        let bytes = read(&name);
        let image = Options::new().decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}")).image;
        let got: Vec<[f64; 3]> = match reference {
            Reference::Tiles(_) => tiles(&image),
            _ => image.pixels().iter().map(|&[r, g, b, _]| [r, g, b].map(f64::from)).collect(),
        };
        let wanted = wanted(reference, &photo, &bytes);
        assert_eq!(got.len(), wanted.len(), "{name}");
        let worst = |difference: &dyn Fn(f64, f64) -> f64| {
            let channel =
                |c: usize| got.iter().zip(&wanted).map(|(a, b)| difference(a[c], b[c])).sum::<f64>();
            (0..3).map(|c| channel(c).abs() / got.len() as f64).fold(0.0, f64::max)
        };
        let (mean, bias) = (worst(&|a, b| (a - b).abs()), worst(&|a, b| a - b));
        println!("{name}: mean {mean:.3}, bias {bias:.3}");
        if mean > limits.mean || bias > limits.bias {
            failures.push(format!(
                "{name}: mean {mean:.3} of {}, bias {bias:.3} of {}",
                limits.mean, limits.bias
            ));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_picture_of_the_set_is_listed_or_refused_for_its_reason() {
    let Some(corpus) = corpus() else { return };
    let listed: Vec<String> = cases().into_iter().map(|(name, ..)| name).collect();
    for folder in ["synth_color", "widecolor"] {
        for entry in fs::read_dir(corpus.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{folder}/{}", path.file_name().expect("a name").to_string_lossy());
            if path.extension().is_some_and(|extension| extension == "icc") || listed.contains(&name) {
                continue;
            }
            // Inks without a profile have no colour to be right about.
            assert_eq!(name, "synth_color/cmyk_noicc.jpg");
            let refused = Options::new().decode(&fs::read(path).expect("a file"));
            assert!(matches!(refused, Err(Error::Unsupported { .. })), "{refused:?}");
        }
    }
}
