//! The same input, options and version give the same bytes.
#![cfg(feature = "decode")]

use huepack::{ColorSpace, Dither, Effort, Format, Packer, decode};

/// CRC-32 of what each kind of run writes. A change here is a change of output, and goes into the changelog.
const GOLDEN: [(&str, u32); 4] = [
    ("logo.png", 1_861_577_757),
    ("screenshot.png", 1_710_456_676),
    ("pixel-art-12.png", 3_030_969_108),
    ("gradient.png", 1_676_678_905),
];

/// All formats, spaces and dithers over one fixture, checksummed.
fn checksum(name: &str) -> u32 {
    let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let image = decode::Options::new().decode(&std::fs::read(path).unwrap()).unwrap().image;
    let mut crc = crc32fast::Hasher::new();
    for format in [Format::Png, Format::Gif] {
        for space in ColorSpace::ALL {
            for dither in [Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered] {
                let packer = Packer::new().colors(24).format(format).space(space).dither(dither);
                crc.update(&packer.effort(Effort::Fast).pack(image.view()).unwrap().bytes);
            }
        }
    }
    crc.finalize()
}

#[test]
fn bytes_are_those_that_were_always_written() {
    let got = GOLDEN.map(|(name, _)| (name, checksum(name)));
    assert_eq!(got, GOLDEN);
}

#[cfg(feature = "parallel")]
#[test]
fn the_number_of_threads_does_not_matter() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/china.jpg");
    let image = decode::Options::new().decode(&std::fs::read(path).unwrap()).unwrap().image;
    let pack = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Packer::new().colors(100).pack(image.view()).unwrap().bytes)
    };
    let one = pack(1);
    assert!(pack(2) == one && pack(7) == one);
}
