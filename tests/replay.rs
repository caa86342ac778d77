//! What fuzzing found and grew, on stable Rust: the files that broke something, and a small set that reaches all that
//! was reached.
#![cfg(feature = "decode")]

use std::fs;
use std::path::{Path, PathBuf};

use huepack::decode::{Decoded, Options};
use huepack::{Effort, Error, Packer, read_back, reduce};

/// The files in the folders below `folder`, sorted.
fn files_below(folder: &str) -> Vec<PathBuf> {
    let list = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.map(|entry| entry.expect("the folder can be listed").path()).collect()
    };
    let folders = list(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let mut files: Vec<PathBuf> = folders.into_iter().filter(|path| path.is_dir()).flat_map(list).collect();
    files.sort();
    files
}

/// The limits that the fuzz targets set.
fn options() -> Options {
    Options::new().max_pixels(1 << 16).max_memory(16 << 20)
}

fn check_packing(decoded: &Decoded, path: &Path) {
    let packed = Packer::new().colors(16).effort(Effort::Fast).pack(decoded.image.view());
    let packed = packed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read = read_back(&packed.bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read = reduce::trim(&read).unwrap_or(read);
    assert!(read == packed.indexed, "{}", path.display());
}

/// Files that make another crate panic say so in their names. They must be refused, and other files not like this.
fn check_refusal(error: &Error, path: &Path) {
    let name = path.file_name().expect("a name").to_string_lossy();
    let panicked = matches!(error, Error::DecoderPanicked { .. });
    assert!(!panicked || name.starts_with("panics-in-"), "{name}: {error}");
}

/// Reads the frames of one file up to its end or its first damage, and again with damage borne.
fn replay_frames(bytes: &[u8], path: &Path) {
    for options in [options(), options().salvage()] {
        let seen = options.frames(bytes).and_then(|mut frames| {
            while frames.next_frame()?.is_some() {}
            Ok(())
        });
        if let Err(error) = seen {
            check_refusal(&error, path);
        }
    }
}

/// Decodes one file as a still and as its first frame. True if there was a picture.
fn replay(path: &Path) -> bool {
    let bytes = fs::read(path).expect("the file can be read");
    let still = options().decode(&bytes);
    let first = options().first_frame().decode(&bytes);
    for error in [&still, &first].into_iter().filter_map(|result| result.as_ref().err()) {
        check_refusal(error, path);
    }
    if let Ok(still) = &still {
        assert_eq!(first.as_ref().ok(), Some(still), "{}", path.display());
    }
    if let Ok(first) = &first {
        check_packing(first, path);
    }
    replay_frames(&bytes, path);
    first.is_ok()
}

#[test]
fn every_seed_is_read_or_refused_and_what_is_read_can_be_packed() {
    let files = files_below("fuzz/seeds");
    let pictures = files.iter().filter(|path| replay(path)).count();
    // 257 when they were stored: most ways through a decoder end in a refusal. Far fewer, and it refuses too much.
    assert!(pictures > 200, "only {pictures} of {} seeds are pictures", files.len());
}
