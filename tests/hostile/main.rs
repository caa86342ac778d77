//! Pictures cut, flipped and put together wrongly: each has its verdict, and none makes anything panic.
#![cfg(feature = "decode")]

mod gif;
mod png;

use huepack::decode::{Format, Options};
use huepack::{Error, Image};
use image::{ExtendedColorType, ImageEncoder, codecs};

/// A small whole file of every format and of every way to pack one.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let rgb: Vec<u8> = (0..5 * 4 * 3).map(|i| (i * 37 % 251) as u8).collect();
    let encode = |write: &dyn Fn(&mut Vec<u8>, &[u8])| {
        let mut bytes = Vec::new();
        write(&mut bytes, &rgb);
        bytes
    };
    let kind = ExtendedColorType::Rgb8;
    vec![
        ("indexed.png", png::indexed().bytes()),
        ("interlaced.png", png::interlaced().bytes()),
        ("still.gif", gif::still()),
        ("baseline.jpg", include_bytes!("samples/baseline.jpg").to_vec()),
        ("progressive.jpg", include_bytes!("samples/progressive.jpg").to_vec()),
        ("restarts.jpg", include_bytes!("samples/restarts.jpg").to_vec()),
        ("lossy-alpha.webp", include_bytes!("samples/lossy-alpha.webp").to_vec()),
        ("lossless.webp", include_bytes!("samples/lossless.webp").to_vec()),
        (
            "rgb.bmp",
            encode(&|out, rgb| {
                codecs::bmp::BmpEncoder::new(out).encode(rgb, 5, 4, kind).expect("a BMP");
            }),
        ),
        (
            "rgb.qoi",
            encode(&|out, rgb| {
                codecs::qoi::QoiEncoder::new(out).write_image(rgb, 5, 4, kind).expect("a QOI");
            }),
        ),
        (
            "rgb.tiff",
            encode(&|out, rgb| {
                let mut cursor = std::io::Cursor::new(Vec::new());
                codecs::tiff::TiffEncoder::new(&mut cursor).write_image(rgb, 5, 4, kind).expect("a TIFF");
                *out = cursor.into_inner();
            }),
        ),
        ("binary.ppm", encode(&|out, rgb| *out = [b"P6 5 4 255\n", rgb].concat())),
        ("plain.pgm", b"P2\n# plain\n3 2\n15\n0 1 2\n13 14 9\n".to_vec()),
        ("bits.pbm", b"P4 9 2\n\xaa\x80\x55\x00".to_vec()),
    ]
}

fn decode(bytes: &[u8]) -> Result<Image, Error> {
    Options::new().decode(bytes).map(|decoded| decoded.image)
}

/// Fails where a decoder panicked, in either way of reading.
fn never_panics(bytes: &[u8], name: &str) {
    for options in [Options::new().first_frame(), Options::new().first_frame().salvage()] {
        if let Err(Error::DecoderPanicked { decoder, what }) = options.decode(bytes) {
            panic!("{name}: {decoder} panicked: {what}");
        }
    }
}

/// The message of a refusal; none where the picture was read.
fn refusal(bytes: &[u8]) -> Option<String> {
    decode(bytes).err().map(|error| error.to_string())
}

#[test]
fn samples_are_whole() {
    for (name, bytes) in samples() {
        let image = decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let salvaged = Options::new().salvage().decode(&bytes).expect("a whole file");
        assert_eq!((salvaged.image, salvaged.damage), (image, None), "{name}");
    }
}

#[test]
fn a_cut_file_is_refused_or_has_all_its_pixels() {
    for (name, bytes) in samples() {
        let whole = decode(&bytes).expect("a whole file");
        for length in 0..bytes.len() {
            never_panics(&bytes[..length], name);
            if let Ok(image) = decode(&bytes[..length]) {
                assert_eq!(image, whole, "{name}: {length} of {} bytes", bytes.len());
                // Only the end of a sequential JPEG, padding and white space can be done without.
                let spare = bytes.len() - length;
                assert!(spare <= 2, "{name}: {spare} bytes were not missed");
            }
        }
    }
}

#[test]
fn no_flipped_bit_makes_anything_panic() {
    for (name, bytes) in samples() {
        for position in 0..bytes.len() {
            for change in [0x01, 0x02, 0x10, 0x80, 0xFF] {
                let mut flipped = bytes.clone();
                flipped[position] ^= change;
                never_panics(&flipped, &format!("{name}: byte {position} changed by {change:#04x}"));
            }
        }
    }
}

#[test]
fn every_flipped_bit_of_a_png_is_found() {
    for file in [png::indexed().bytes(), png::interlaced().bytes()] {
        for position in 0..file.len() {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[position] ^= 1 << bit;
                assert!(decode(&flipped).is_err(), "bit {bit} of byte {position}");
            }
        }
    }
}

#[test]
fn salvage_takes_the_rows_that_are_there() {
    let opaque = |bytes: &[u8]| {
        let decoded = Options::new().salvage().decode(bytes).expect("a part of the picture");
        assert!(decoded.damage.is_some());
        decoded.image.pixels().iter().filter(|pixel| pixel[3] > 0).count()
    };
    let file = png::rows_of_noise();
    let whole = decode(&file).expect("a whole file");
    let seen = opaque(&file[..file.len() / 2]);
    let total = whole.pixels().len();
    assert!((total / 4..3 * total / 4).contains(&seen), "{seen} of {total} pixels");
    let cut = Options::new().salvage().decode(&file[..file.len() / 2]).expect("a part");
    // Of the last row that is there nothing is guessed.
    let rows = seen / whole.width() as usize;
    let length = rows * whole.width() as usize;
    assert_eq!(cut.image.pixels()[..length], whole.pixels()[..length]);
    // One whole code after the one that clears.
    assert_eq!(opaque(&gif::of_data(&[0x44])), 1);
}

#[test]
fn salvage_shows_what_a_cut_jpeg_still_holds() {
    let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/china.jpg")).expect("a fixture");
    let whole = decode(&file).expect("a whole file");
    let cut = Options::new().salvage().decode(&file[..file.len() / 2]).expect("a part of it");
    assert!(cut.damage.is_some_and(|damage| damage.starts_with("the picture data ends after")));
    let rows = whole.width() as usize * whole.height() as usize / 4;
    assert_eq!(cut.image.pixels()[..rows], whole.pixels()[..rows]);
}

#[test]
fn salvage_makes_up_no_size() {
    for (name, bytes) in samples() {
        let start = &bytes[..13.min(bytes.len() / 3)];
        assert!(Options::new().salvage().decode(start).is_err(), "{name}");
        assert!(Format::of(&bytes).is_some(), "{name}");
    }
}
