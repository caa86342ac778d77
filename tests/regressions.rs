//! One test for every bug that was found.

use huepack::{ColorSpace, Dither, Format, ImageRef, Indexed, Packer, Palette, encode, read_back};

/// Counting the indices of a full palette ran past 255 once, which panics where overflow is checked.
#[test]
fn a_gif_of_256_colours_does_not_overflow_its_index() {
    let colors = (0..=255).map(|grey| [grey, grey, grey, 255]).collect();
    let indexed = Indexed::new(16, 16, Palette::new(colors).unwrap(), (0..=255).collect()).unwrap();
    let bytes = encode::gif::Options::new().encode(&indexed).unwrap();
    assert_eq!(read_back(&bytes).unwrap(), indexed);
}

/// GIF fills palettes up to a power of two, and the filling was reported as colours: 200 became 256.
#[test]
fn the_filling_of_a_gif_palette_is_no_colour() {
    let pixels: Vec<[u8; 4]> = (0..60).map(|i| [i % 5 * 50, 0, 0, 255]).collect();
    let image = ImageRef::new(10, 6, &pixels).unwrap();
    for format in [Format::Png, Format::Gif] {
        let packed = Packer::new().format(format).pack(image).unwrap();
        assert_eq!(packed.report.colors, 5, "{format:?}");
        assert_eq!(packed.report.bytes.indexed, 60 + 3 * 5, "{format:?}");
        assert!(packed.indexed.pixels().eq(pixels.iter().copied()), "{format:?}");
    }
}

/// Counting the indices of a full palette overflowed behind the last one, where overflow is checked.
#[test]
fn a_gif_holds_256_colours() {
    let pixels: Vec<[u8; 4]> = (0..=255).map(|i| [i, 0, 0, 255]).collect();
    let packed = Packer::new().format(Format::Gif).pack(ImageRef::new(16, 16, &pixels).unwrap()).unwrap();
    assert_eq!((packed.report.colors, packed.report.mean_squared_error), (256, 0.0));
}

/// The GIF decoder's own limit of 50 MB refused large pictures that had just been written.
#[test]
fn a_gif_of_60_megapixels_is_read_back() {
    let palette = Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255]]).unwrap();
    let indexed = Indexed::new(10_000, 6_000, palette, vec![1; 60_000_000]).unwrap();
    let bytes = encode::gif::Options::new().encode(&indexed).unwrap();
    assert_eq!(read_back(&bytes).unwrap().indices(), indexed.indices());
}

/// A header of 33 bytes took gigabytes.
#[test]
fn a_size_without_data_is_refused() {
    let palette = Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255]]).unwrap();
    let indexed = Indexed::new(8, 8, palette, vec![1; 64]).unwrap();
    let mut gif = encode::gif::Options::new().encode(&indexed).unwrap();
    gif[6..10].fill(0xff);
    assert!(read_back(&gif).unwrap_err().to_string().contains("cannot be in so small a file"));
}

/// White is nearer to nothing than to black: where the palette was short, opaque pixels became holes.
#[test]
fn an_opaque_pixel_never_becomes_transparent() {
    let mut pixels = [[0, 0, 0, 255]; 64];
    pixels[0] = [0; 4];
    pixels[63] = [255; 4];
    let image = ImageRef::new(8, 8, &pixels).unwrap();
    for format in [Format::Png, Format::Gif] {
        for space in ColorSpace::ALL {
            for dither in [Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered] {
                let packer = Packer::new().colors(2).format(format).space(space).dither(dither);
                let packed = packer.pack(image).unwrap();
                let kept = packed.indexed.pixels().zip(pixels).all(|(after, before)| after[3] == before[3]);
                assert!(kept, "{format:?} {space:?} {dither:?}");
            }
        }
    }
}
