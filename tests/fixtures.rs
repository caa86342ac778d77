//! The fixtures are what their manifest says, and the generator still writes them.

#[path = "../fixtures/generate/mod.rs"]
mod generate;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What stands in the folder without being a fixture.
const ABOUT: [&str; 3] = ["ATTRIBUTION.md", "MANIFEST.tsv", "generate.rs"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The manifest's lines without the header, each as its columns by name.
fn manifest() -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(folder().join("MANIFEST.tsv")).expect("the manifest is there");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("the manifest has a header").split('\t').collect();
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), names.len(), "{line}");
            names.iter().zip(columns).map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect()
        })
        .collect()
}

/// Paths of all files in the fixtures' folder and in `broken/`, with `/` between folder and name.
fn files_in_folder() -> BTreeSet<String> {
    let names = |below: &str| -> Vec<String> {
        let entries = fs::read_dir(folder().join(below)).expect("the folder can be listed");
        entries
            .map(|entry| entry.expect("the folder can be listed"))
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().into_string().expect("fixtures have plain names"))
            // What the program writes beside its inputs, when it is tried on the fixtures.
            .filter(|name| !["-hue.png", "-hue.gif", "-compare.png"].iter().any(|end| name.ends_with(end)))
            .collect()
    };
    let broken = names("broken").into_iter().map(|name| format!("broken/{name}"));
    names("").into_iter().filter(|name| !ABOUT.contains(&name.as_str())).chain(broken).collect()
}

#[test]
fn every_file_is_in_the_manifest_and_every_line_has_its_file() {
    let listed: BTreeSet<String> =
        manifest().into_iter().map(|mut line| line.remove("path").unwrap()).collect();
    assert_eq!(listed, files_in_folder());
}

#[test]
fn every_file_has_the_length_and_the_checksum_of_its_line() {
    for line in manifest() {
        let path = &line["path"];
        let bytes = fs::read(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(bytes.len().to_string(), line["bytes"], "{path}");
        assert_eq!(format!("{:08x}", crc32fast::hash(&bytes)), line["crc32"], "{path}");
    }
}

#[test]
fn every_verdict_is_one_that_the_program_can_give() {
    for line in manifest() {
        let (path, verdict) = (&line["path"], &line["verdict"]);
        let refused = verdict.strip_prefix("refused: ").is_some_and(|reason| !reason.is_empty());
        assert!(["packs", "plays"].contains(&verdict.as_str()) || refused, "{path}: {verdict}");
        assert!(!path.starts_with("broken/") || refused, "{path} is broken, and must be refused");
    }
}

#[test]
fn the_generator_writes_the_same_bytes_again() {
    for (path, bytes) in generate::files() {
        let there = fs::read(folder().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(
            bytes == there,
            "{path} differs; if the generator or a compressor's version changed on purpose, run \
             `cargo run --example generate-fixtures` and look at what changed"
        );
    }
}
