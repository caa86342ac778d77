//! What huepack says of every file of the corpus, stored in `tests/verdicts.tsv`, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use huepack::decode::Options;
use huepack::{Error, Result};
use rayon::prelude::*;

/// A reason: its code in the table, what it means, and parts of the messages that belong to it.
struct Reason {
    code: &'static str,
    meaning: &'static str,
    messages: &'static [&'static str],
}

const fn reason(code: &'static str, meaning: &'static str, messages: &'static [&'static str]) -> Reason {
    Reason { code, meaning, messages }
}

/// The first that fits counts. A message that fits none is a failure: each one is to be read by people.
const REASONS: [Reason; 17] = [
    reason("whole", "accepted: a still picture without damage that could change a pixel", &[]),
    reason("animated", "a valid animation; its first frame is read with first_frame", &[]),
    reason("not-a-picture", "no signature of a format that is read, or no bytes", &["not a PNG", "no bytes"]),
    reason("too-large", "more pixels or memory than the default limits", &["over the limit"]),
    reason("no-pixels", "a width or height of zero", &["at least one pixel"]),
    reason(
        "coding",
        "a coding that is not read: arithmetic, lossless, 12 bits, odd scans",
        &["coding is not", "-bit samples", "sequential scans"],
    ),
    reason(
        "colours",
        "valid, but the file does not say what its colours are",
        &["no profile", "no colour table"],
    ),
    reason("critical-chunk", "a critical PNG chunk that nobody knows", &["critical chunk"]),
    reason("checksum", "a checksum is wrong", &["checksum"]),
    reason(
        "palette",
        "a palette or its transparency has an impossible length",
        &["a palette of", "transparency chunk of"],
    ),
    reason("index", "a pixel points past the palette", &["index "]),
    reason(
        "truncated",
        "the file, a part of it or the picture data ends too early",
        &["ends within", "ends early", "ends before", "ends after", "ends without", "no picture in the file"],
    ),
    reason(
        "missing",
        "a part without which there is no picture is not there",
        &["is missing", "is no frame header", "is no picture data", "first chunk is not"],
    ),
    reason(
        "misplaced",
        "a part is there twice, or in the wrong place",
        &["a second", "stands behind", "stand between"],
    ),
    reason(
        "stray",
        "bytes that belong to nothing",
        &[
            "where a block should start",
            "more picture data than",
            "not of four letters",
            "signature was changed",
        ],
    ),
    reason(
        "header",
        "a header, table or extension with values that cannot be",
        &[
            "header asks",
            "header makes no sense",
            "not of 4 bytes",
            "LZW code size",
            "Huffman table",
            "more than anybody",
        ],
    ),
    reason(
        "data",
        "picture data that cannot be unpacked",
        &[
            "means nothing",
            "makes no sense after",
            "cannot be inflated",
            "does not exist",
            "decoder cannot read",
        ],
    ),
];

fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdicts.tsv")
}

/// The code of a verdict's reason.
fn code<T>(result: &Result<T>) -> &'static str {
    match result {
        Ok(_) => "whole",
        Err(Error::Animated { .. }) => "animated",
        Err(error) => {
            let message = error.to_string();
            // An index names its palette as well.
            let fits = |reason: &&Reason| reason.messages.iter().any(|part| message.contains(part));
            if message.contains("index ") {
                return "index";
            }
            REASONS.iter().find(fits).unwrap_or_else(|| panic!("no reason fits: {message}")).code
        }
    }
}

/// Verdict and reason of every file by its path in the corpus, as lines of the manifest.
fn verdicts(root: &Path, files: &[PathBuf]) -> Vec<String> {
    let line = |path: &PathBuf| {
        let bytes = fs::read(path).expect("a file");
        let result = Options::new().decode(&bytes);
        let name = path.strip_prefix(root).expect("a file of the corpus").display().to_string();
        let first = Options::new().first_frame().decode(&bytes);
        // An animation may be damaged as well, which shows once its first frame is asked for.
        let code = if first.is_ok() { code(&result) } else { code(&first) };
        assert_eq!(first.is_ok(), matches!(code, "whole" | "animated"), "{name}: the first frame");
        match Options::new().first_frame().salvage().decode(&bytes) {
            Ok(salvaged) => assert_eq!(salvaged.damage.is_some(), first.is_err(), "{name}: what is salvaged"),
            Err(_) => assert!(first.is_err(), "{name}: a good file is not salvaged"),
        }
        let verdict = if code == "whole" { "accept" } else { "refuse" };
        format!("{verdict}\t{code}\t{name}")
    };
    files.par_iter().map(line).collect()
}

/// The manifest as it should be: what the codes mean, with their numbers of files, then the files.
fn text(verdicts: &[String]) -> String {
    let mut counts = BTreeMap::new();
    for line in verdicts {
        *counts.entry(line.split('\t').nth(1).expect("a reason")).or_insert(0) += 1;
    }
    let mut text = String::from(
        "# What huepack says of each file of the conformance corpus; docs/formats.md tells how this was checked.\n\
         # Written by: cargo test --test conformance -- --ignored\n#\n# files  reason          meaning\n",
    );
    for Reason { code, meaning, .. } in &REASONS {
        let count = counts.get(code).copied().unwrap_or(0);
        writeln!(text, "# {count:5}  {code:14}  {meaning}").expect("a string takes all");
    }
    text.push_str("#\n");
    verdicts.iter().for_each(|line| text.extend([line, "\n"]));
    text
}

#[test]
fn every_file_of_the_corpus_has_the_verdict_and_the_reason_in_the_manifest() {
    let Some(files) = super::corpus("") else { return };
    let stored = fs::read_to_string(manifest()).expect("the manifest");
    let found = text(&verdicts(&super::root(), &files));
    for (stored, found) in stored.lines().zip(found.lines()) {
        assert_eq!(found, stored);
    }
    assert_eq!(found.len(), stored.len());
}

#[test]
#[ignore = "rewrites tests/verdicts.tsv; read the difference before you keep it"]
fn write_the_manifest() {
    let Some(files) = super::corpus("") else { return };
    fs::write(manifest(), text(&verdicts(&super::root(), &files))).expect("the manifest is written");
}
