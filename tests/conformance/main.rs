//! A sweep over a corpus of good and bad files, where it is at hand; it is too large for the repository.
#![cfg(feature = "decode")]

mod verdicts;

use std::fs;
use std::path::{Path, PathBuf};

use huepack::decode::Options;
use huepack::{Error, Image};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/conformance")
}

/// The corpus, or none with a line that says so.
fn corpus(folder: &str) -> Option<Vec<PathBuf>> {
    let root = root().join(folder);
    if !root.is_dir() {
        println!("skipped: no corpus at {}", root.display());
        return None;
    }
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    files.sort();
    Some(files)
}

fn decode(path: &Path) -> Result<Image, Error> {
    Options::new().first_frame().decode(&fs::read(path).expect("a file")).map(|decoded| decoded.image)
}

#[test]
fn png_suite_gets_the_right_verdict_on_every_file() {
    let Some(files) = corpus("pngsuite") else { return };
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "png")) {
        let name = path.file_name().expect("a name").to_string_lossy();
        // Files that start with x are broken.
        assert_eq!(decode(path).is_err(), name.starts_with('x'), "{name}");
    }
}

/// The pixels of all files of up to 8 bits, by the `png` library's own expansion.
#[test]
fn png_suite_has_the_pixels_of_the_plain_decoder() {
    let Some(files) = corpus("pngsuite") else { return };
    let mut compared = 0;
    for path in files {
        let mut bytes = fs::read(&path).expect("a file");
        // Colour conversion is another test's matter, and nobody knows chunks of these names.
        for (chunk, unknown) in [(b"gAMA", b"gAma"), (b"cHRM", b"cHrm")] {
            if let Some(position) = bytes.windows(4).position(|window| window == chunk) {
                bytes[position..position + 4].copy_from_slice(unknown);
                let end = position
                    + 4
                    + u32::from_be_bytes(*bytes[position - 4..].first_chunk().expect("a length")) as usize;
                let checksum = crc32fast::hash(&bytes[position..end]);
                bytes[end..end + 4].copy_from_slice(&checksum.to_be_bytes());
            }
        }
        let Ok(decoded) = Options::new().decode(&bytes) else { continue };
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&bytes));
        decoder.set_transformations(png::Transformations::ALPHA);
        let mut reader = decoder.read_info().expect("a good file");
        if reader.info().bit_depth == png::BitDepth::Sixteen {
            continue;
        }
        let mut raw = vec![0; reader.output_buffer_size().expect("a size")];
        let output = reader.next_frame(&mut raw).expect("a good file");
        let wanted: Vec<u8> = match output.color_type {
            png::ColorType::Rgba => raw,
            _ => raw.chunks_exact(2).flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect(),
        };
        assert!(decoded.image.pixels().as_flattened() == wanted, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 120, "only {compared} files were compared");
}

#[test]
fn no_file_makes_a_decoder_panic_or_grow_beyond_its_limits() {
    let Some(files) = corpus("") else { return };
    let limits = Options::new().first_frame().max_pixels(64 << 20);
    for path in files {
        match limits.decode(&fs::read(&path).expect("a file")) {
            Ok(decoded) => assert!(decoded.image.pixels().len() <= 64 << 20, "{}", path.display()),
            Err(Error::DecoderPanicked { what, .. }) => panic!("{}: {what}", path.display()),
            Err(_) => {}
        }
    }
}

/// GIFs whose frame 0 is made of several images in the suite's view. Every browser takes them for frames
/// of an animation, and so does huepack: its first frame is the first image.
const COMPOSED: [&str; 6] = [
    "animation-multi-image",
    "animation-multi-image-explicit-zero-delay",
    "dispose-restore-previous",
    "high-color",
    "images-combine",
    "images-overlap",
];

/// GIFs without an image, or with one that the file ends in; the suite wants an empty canvas.
const WITHOUT_IMAGE: [&str; 4] = ["image-zero-height", "image-zero-size", "image-zero-width", "no-data"];

/// The suite describes each file: which frames it has, and the pixels of each.
#[test]
fn gif_suite_files_have_the_first_frame_that_the_suite_wants() {
    let Some(files) = corpus("pygif_suite") else { return };
    let mut compared = 0;
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "conf")) {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let text = fs::read_to_string(path).expect("a description");
        let value = |key: &str| {
            let line = text.lines().find(|line| line.split(" = ").next() == Some(key))?;
            line.split_once(" = ").map(|(_, value)| path.with_file_name(value.trim()))
        };
        let decoded = decode(&value("input").expect("a GIF"));
        let Some(wanted) = value("pixels") else {
            // Text beside the image is not drawn, as nowhere else.
            assert_eq!(decoded.is_ok(), name == "plain-text", "{name}");
            continue;
        };
        if WITHOUT_IMAGE.contains(&&*name) {
            assert!(decoded.is_err(), "{name}");
            continue;
        }
        let image = decoded.unwrap_or_else(|error| panic!("{name}: {error}"));
        if COMPOSED.contains(&&*name) {
            continue;
        }
        let wanted = fs::read(wanted).expect("pixels");
        // Transparent pixels have no colour to compare.
        let visible = |pixels: &[[u8; 4]]| -> Vec<[u8; 4]> {
            pixels.iter().map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect()
        };
        assert!(visible(image.pixels()) == visible(wanted.as_chunks().0), "{name}");
        compared += 1;
    }
    assert!(compared > 60, "only {compared} files were compared");
}
