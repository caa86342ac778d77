//! Metadata that is read, kept and written, as other people's readers see it.
#![cfg(feature = "decode")]

#[path = "png_file/mod.rs"]
mod png_file;

use std::fs;
use std::sync::LazyLock;

use huepack::decode::{Decoded, Options};
use huepack::{Density, DensityUnit, Effort, Format, LeftOut, Metadata, Packer, Text};
use png_file::{PngFile, stored};

/// Two rows of three greys, as the samples of an RGB picture.
const ROWS: [[u8; 9]; 2] = [[10, 10, 10, 20, 200, 30, 30, 30, 30], [40, 40, 40, 50, 50, 50, 60, 60, 60]];

fn source(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let file = PngFile::new(3, 2, 8, 2);
    let file = chunks.iter().fold(file, |file, (kind, data)| file.chunk(kind, data));
    file.rows(&ROWS.each_ref().map(|row| &row[..]))
}

fn decode(bytes: &[u8]) -> Decoded {
    Options::new().decode(bytes).expect("a good picture")
}

fn pack(format: Format, decoded: &Decoded) -> Vec<u8> {
    let packer = Packer::new().effort(Effort::Fast).format(format).metadata(decoded.metadata.clone());
    packer.pack(decoded.image.view()).expect("a file").bytes
}

/// One for all tests: it holds the second at which it was made.
fn display_p3() -> Vec<u8> {
    static PROFILE: LazyLock<Vec<u8>> =
        LazyLock::new(|| moxcms::ColorProfile::new_display_p3().encode().expect("a profile"));
    PROFILE.clone()
}

fn iccp(profile: &[u8]) -> Vec<u8> {
    [b"p\0\0", &stored(profile)[..]].concat()
}

/// A block of EXIF with nothing but an orientation.
fn exif(orientation: u8) -> Vec<u8> {
    [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]].concat()
}

fn xmp(orientation: u8) -> Vec<u8> {
    let start = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><a tiff:Orientation=\"";
    format!("{start}{orientation}\" caf\u{e9}=\"1\"/></x:xmpmeta>").into_bytes()
}

fn xmp_chunk(packet: &[u8]) -> Vec<u8> {
    [b"XML:com.adobe.xmp\0\0\0\0\0", packet].concat()
}

/// Names of a PNG's chunks.
fn chunk_names(file: &[u8]) -> Vec<String> {
    let (mut names, mut rest) = (Vec::new(), &file[8..]);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        names.push(String::from_utf8_lossy(&after[..4]).into_owned());
        rest = &after[8 + u32::from_be_bytes(*length) as usize..];
    }
    names
}

fn read_png(file: &[u8]) -> png::Info<'static> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("a picture");
    reader.finish().expect("an end");
    reader.info().clone()
}

#[test]
fn everything_comes_through_a_png_in_the_order_of_its_specification() {
    let profile = display_p3();
    let file = source(&[
        (b"iCCP", &iccp(&profile)),
        (b"gAMA", &100_000u32.to_be_bytes()),
        (b"pHYs", &[0, 0, 0x0B, 0x13, 0, 0, 0x16, 0x26, 1]),
        (b"eXIf", &exif(6)),
        (b"tIME", &[7, 208, 1, 1, 0, 0, 0]),
        (b"tEXt", b"Author\0Ada"),
        (b"zTXt", &[b"Comment\0\0", &stored(b"packed")[..]].concat()),
        (b"iTXt", &xmp_chunk(&xmp(6))),
    ]);
    let decoded = Options::new().keep_profile().decode(&file).expect("a good picture");
    // Turned by a quarter, and otherwise as it was.
    assert_eq!((decoded.image.width(), decoded.image.height()), (2, 3));
    assert_eq!(decoded.image.pixels()[3], [20, 200, 30, 255]);

    let packed = pack(Format::Png, &decoded);
    let wanted = ["IHDR", "iCCP", "PLTE", "pHYs", "eXIf", "iTXt", "tEXt", "zTXt", "IDAT", "IEND"];
    assert_eq!(chunk_names(&packed), wanted);
    let info = read_png(&packed);
    assert_eq!(info.icc_profile.as_deref(), Some(&profile[..]));
    let density = info.pixel_dims.expect("a density");
    assert_eq!((density.xppu, density.yppu, density.unit), (0x1626, 0x0B13, png::Unit::Meter));
    assert_eq!(info.exif_metadata.as_deref(), Some(&exif(1)[..]));
    let author = &info.uncompressed_latin1_text[0];
    assert_eq!((&author.keyword[..], &author.text[..]), ("Author", "Ada"));
    assert_eq!(info.compressed_latin1_text[0].get_text().expect("text"), "packed");
    let packet = info.utf8_text[0].get_text().expect("text");
    assert_eq!(packet.into_bytes(), xmp(1));
    // A second run finds what the first one wrote.
    let again = Options::new().keep_profile().decode(&packed).expect("our own file");
    assert_eq!(again.metadata, decoded.metadata);
}

#[test]
fn metadata_changes_no_other_byte() {
    let mut decoded = decode(&source(&[(b"tEXt", b"Comment\0a"), (b"eXIf", &exif(1))]));
    for format in [Format::Png, Format::Gif] {
        let with = pack(format, &decoded);
        let metadata = std::mem::take(&mut decoded.metadata);
        let without = pack(format, &decoded);
        decoded.metadata = metadata;
        assert!(with.len() > without.len());
        let same = with.iter().zip(&without).take_while(|(a, b)| a == b).count();
        assert!(with.ends_with(&without[same..]), "{format:?}");
    }
}

#[test]
fn a_kept_profile_leaves_every_sample_as_it_is() {
    let file = source(&[(b"iCCP", &iccp(&display_p3()))]);
    let samples = |decoded: &Decoded| {
        let pixels = decoded.image.pixels();
        pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect::<Vec<u8>>()
    };
    let kept = Options::new().keep_profile().decode(&file).expect("a good picture");
    assert_eq!((samples(&kept), &kept.metadata.icc), (ROWS.concat(), &Some(display_p3())));
    let converted = decode(&file);
    assert_ne!(samples(&converted), ROWS.concat());
    assert_eq!((converted.metadata.icc, &converted.metadata.left_out[..]), (None, &[LeftOut::Profile][..]));
}

#[test]
fn a_profile_that_does_not_fit_is_left_out_and_said_so() {
    let gray = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().expect("a profile");
    let gray_file =
        |profile: &[u8]| PngFile::new(2, 1, 8, 0).chunk(b"iCCP", &iccp(profile)).rows(&[&[60, 90]]);
    let overruled = source(&[(b"cICP", &[1, 13, 0, 1]), (b"iCCP", &iccp(&display_p3()))]);
    for file in [gray_file(&gray), gray_file(b"no profile"), overruled] {
        let kept = Options::new().keep_profile().decode(&file).expect("a good picture");
        assert_eq!(kept.image, decode(&file).image);
        assert_eq!((kept.metadata.icc, &kept.metadata.left_out[..]), (None, &[LeftOut::Profile][..]));
    }
    // No profile, nothing to say: code points and gamma become sRGB.
    for chunk in [(b"cICP", [12, 13, 0, 1]), (b"gAMA", 100_000u32.to_be_bytes())] {
        let kept =
            Options::new().keep_profile().decode(&source(&[(chunk.0, &chunk.1)])).expect("a good picture");
        assert_eq!(kept.metadata, Metadata::default());
        assert_ne!(kept.image.pixels()[1], [20, 200, 30, 255]);
    }
}

/// A JPEG of the fixtures with segments put in front of its own, and its JFIF density changed to dots an inch.
fn jpeg(segments: &[(u8, &[u8])], density: [u8; 5]) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/china.jpg");
    let mut file = fs::read(path).expect("a fixture");
    assert_eq!(file[6..11], *b"JFIF\0");
    file[13..18].copy_from_slice(&density);
    for (marker, content) in segments.iter().rev() {
        let length = (content.len() as u16 + 2).to_be_bytes();
        file.splice(20..20, [&[0xFF, *marker][..], &length, content].concat());
    }
    file
}

#[test]
fn what_a_jpeg_says_is_read_and_set_upright() {
    let file = jpeg(
        &[
            (0xE1, &[b"Exif\0\0", &exif(8)[..]].concat()),
            (0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", &xmp(8)[..]].concat()),
            (0xFE, b"caf\xe9"),
            (0xFE, "na\u{ef}ve \u{2713}".as_bytes()),
        ],
        [1, 0, 72, 0, 144],
    );
    let Decoded { metadata, image, .. } = decode(&file);
    assert!(image.height() > image.width(), "the fixture is wide, and was turned");
    assert_eq!(metadata.exif, Some(exif(1)));
    assert_eq!(metadata.xmp, Some(xmp(1)));
    let comment = |text: &str| Text::Comment(text.into());
    assert_eq!(metadata.text, [comment("caf\u{e9}"), comment("na\u{ef}ve \u{2713}")]);
    assert_eq!(metadata.density, Some(Density { x: 5669, y: 2835, unit: DensityUnit::Metre }));

    let decoded = decode(&source(&[]));
    let info = read_png(&pack(Format::Png, &Decoded { metadata, ..decoded }));
    assert_eq!(info.uncompressed_latin1_text[0].text, "caf\u{e9}");
    assert_eq!(info.utf8_text[1].get_text().expect("text"), "na\u{ef}ve \u{2713}");
}

#[test]
fn what_a_webp_and_a_tiff_say_is_read() {
    let mut webp = Vec::new();
    let mut encoder = image_webp::WebPEncoder::new(&mut webp);
    encoder.set_icc_profile(display_p3());
    encoder.set_exif_metadata(exif(6));
    encoder.set_xmp_metadata(xmp(6));
    encoder.encode(&ROWS.concat(), 3, 2, image_webp::ColorType::Rgb8).expect("a WebP");
    let kept = Options::new().keep_profile().decode(&webp).expect("a good picture");
    assert_eq!(kept.image.pixels()[3], [20, 200, 30, 255]);
    let Metadata { icc, exif: block, xmp: packet, left_out, .. } = kept.metadata;
    assert_eq!(
        (icc, block, packet, &left_out[..]),
        (Some(display_p3()), Some(exif(1)), Some(xmp(1)), &[][..])
    );

    // One grey pixel, the 8 of the offset in the header, and the packet behind the directory.
    let packet = xmp(1);
    let size = packet.len() as u32;
    let tags: [(u16, u16, u32, u32); 9] = [
        (256, 3, 1, 1),
        (257, 3, 1, 1),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 4),
        (278, 3, 1, 1),
        (279, 4, 1, 1),
        (700, 1, size, 8 + 2 + 9 * 12 + 4),
    ];
    let mut tiff = b"II*\0\x08\0\0\0\x09\0".to_vec();
    for (tag, kind, count, value) in tags {
        tiff.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        tiff.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    tiff.extend([0; 4]);
    tiff.extend(&packet);
    assert_eq!(decode(&tiff).metadata, Metadata { xmp: Some(packet), ..Metadata::default() });
}

#[test]
fn a_gif_carries_xmp_and_comments_through_other_peoples_readers() {
    let file = source(&[
        (b"iTXt", &xmp_chunk(&xmp(1))),
        (b"tEXt", b"Comment\0from a PNG"),
        (b"zTXt", &[b"Title\0\0", &stored(&[b'x'; 300])[..]].concat()),
    ]);
    let decoded = decode(&file);
    let packed = pack(Format::Gif, &decoded);
    let mut reader = gif::DecodeOptions::new().read_info(&packed[..]).expect("a GIF");
    assert!(reader.read_next_frame().expect("a picture").is_some());
    assert_eq!(reader.xmp_metadata(), Some(&xmp(1)[..]));
    let back = decode(&packed);
    assert_eq!(back.image, decoded.image);
    let title = format!("Title: {}", "x".repeat(300));
    let texts = [Text::Comment("from a PNG".into()), Text::Comment(title)];
    assert_eq!((back.metadata.xmp, &back.metadata.text[..]), (Some(xmp(1)), &texts[..]));
}

#[test]
fn broken_metadata_is_dropped_and_the_picture_stays() {
    let good = decode(&source(&[]));
    let file = source(&[
        (b"eXIf", b"LoremIpsum"),
        (b"pHYs", &[0; 9]),
        (b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0not zlib"),
        (b"tEXt", b"Raw profile type exif\0\nexif\n 26\n4d4d"),
    ]);
    let decoded = decode(&file);
    assert_eq!(decoded.image, good.image);
    let nothing = Metadata { left_out: vec![LeftOut::Xmp, LeftOut::Exif], ..Metadata::default() };
    assert_eq!(decoded.metadata, nothing);
    // A wrong checksum costs the chunk.
    let mut file = source(&[(b"tEXt", b"Comment\0a")]);
    let text = file.windows(9).position(|window| window == b"Comment\0a").expect("the text");
    file[text + 8] = b'b';
    assert_eq!(decode(&file).metadata, Metadata::default());
}

#[test]
fn a_text_that_unpacks_to_too_much_is_never_unpacked() {
    let zeroes = vec![0; 9 << 20];
    let mut packed = Vec::new();
    // The png library packs rows as well as any; its IDAT is a zlib stream of 9 MiB.
    let mut encoder = png::Encoder::new(&mut packed, 9 << 10, 1 << 10);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header().expect("a header").write_image_data(&zeroes).expect("rows");
    let data = packed.windows(4).position(|window| window == b"IDAT").expect("data");
    let length = u32::from_be_bytes(packed[data - 4..data].try_into().expect("four bytes")) as usize;
    let stream = &packed[data + 4..data + 4 + length];

    let bomb = [b"Comment\0\0", stream].concat();
    let decoded = decode(&source(&[(b"zTXt", &bomb)]));
    assert_eq!(decoded.metadata.text, [Text::PngChunk { kind: *b"zTXt", data: bomb }]);
    assert_eq!(decode(&pack(Format::Gif, &decoded)).metadata.text, []);
    let bomb = [b"XML:com.adobe.xmp\0\x01\0\0\0", stream].concat();
    assert_eq!(decode(&source(&[(b"iTXt", &bomb)])).metadata.xmp, None);
    let long = [b"Comment\0", &vec![b'x'; 8 << 20][..]].concat();
    assert_eq!(decode(&source(&[(b"tEXt", &long)])).metadata.left_out, [LeftOut::TooLong]);
}
