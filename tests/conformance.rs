//! A sweep over a corpus of good and bad files, where it is at hand; it is too large for the repository.
#![cfg(feature = "decode")]

use std::fs;
use std::path::{Path, PathBuf};

use huepack::decode::Options;
use huepack::{Error, Image};

/// The corpus, or none with a line that says so.
fn corpus(folder: &str) -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/conformance").join(folder);
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

/// The suite describes each file; a plain picture among them is drawn as it says.
#[test]
fn gif_suite_stills_have_the_pixels_that_the_suite_wants() {
    let Some(files) = corpus("pygif_suite") else { return };
    let mut compared = 0;
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "conf")) {
        let text = fs::read_to_string(path).expect("a description");
        let value = |key: &str| {
            let line = text.lines().find(|line| line.split(" = ").next() == Some(key))?;
            line.split_once(" = ").map(|(_, value)| path.with_file_name(value.trim()))
        };
        let (Some(input), Some(wanted)) = (value("input"), value("pixels")) else { continue };
        let Ok(decoded) = Options::new().decode(&fs::read(input).expect("a GIF")) else { continue };
        let wanted = fs::read(wanted).expect("pixels");
        // Transparent pixels have no colour to compare.
        let visible = |pixels: &[[u8; 4]]| -> Vec<[u8; 4]> {
            pixels.iter().map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect()
        };
        assert_eq!(visible(decoded.image.pixels()), visible(wanted.as_chunks().0), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 40, "only {compared} files were compared");
}
