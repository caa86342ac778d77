//! The same input, options and version give the same bytes.
#![cfg(feature = "decode")]

use huepack::{ColorSpace, Dither, Effort, Format, Packer, Simd, decode};

/// CRC-32 of what each kind of run writes. A change here is a change of output, and goes into the changelog.
const GOLDEN: [(&str, u32); 4] = [
    ("logo.png", 3_536_680_762),
    ("screenshot.png", 88_455_813),
    ("pixel-art-12.png", 3_510_640_871),
    ("gradient.png", 1_313_303_611),
];

/// The same for a photograph's palettes and indices, on every processor and in every build.
const GOLDEN_INDICES: u32 = 263_271_000;

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

/// Palettes and indices of a photograph at several sizes and efforts, with one set of instructions.
fn palettes_and_indices(simd: Simd) -> u32 {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/flower.jpg");
    let image = decode::Options::new().decode(&std::fs::read(path).unwrap()).unwrap().image;
    let mut crc = crc32fast::Hasher::new();
    let kinds = [(7, Effort::Balanced), (64, Effort::Fast), (256, Effort::Balanced)];
    for ((colors, effort), format) in
        kinds.iter().flat_map(|&kind| [(kind, Format::Gif), (kind, Format::Png)])
    {
        for (space, dither) in [(ColorSpace::Srgb, Dither::None), (ColorSpace::Perceptual, Dither::Auto)] {
            let packer = Packer::new().colors(colors).space(space).dither(dither).format(format);
            let indexed = packer.effort(effort).simd(simd).pack(image.view()).unwrap().indexed;
            crc.update(indexed.palette().colors().as_flattened());
            crc.update(indexed.indices());
        }
    }
    crc.finalize()
}

#[test]
fn every_instruction_set_gives_the_golden_palettes_and_indices() {
    for simd in Simd::available() {
        assert_eq!(palettes_and_indices(simd), GOLDEN_INDICES, "{simd:?}");
    }
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
    for format in [Format::Png, Format::Gif] {
        let pack = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Packer::new().colors(100).format(format).pack(image.view()).unwrap().bytes)
        };
        let one = pack(1);
        assert!(pack(3) == one && pack(7) == one, "{format:?}");
    }
}
