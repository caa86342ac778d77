//! `huepack compare` as people run it.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn huepack() -> Command {
    Command::new(env!("CARGO_BIN_EXE_huepack"))
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name)
}

#[test]
fn one_call_makes_a_table_a_picture_and_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a & 'b'.png");
    std::fs::copy(fixture("logo.png"), &input).unwrap();
    let html = folder.path().join("page.html");
    let run = huepack().arg("compare").arg(&input).args(["-c", "16", "--html"]).arg(&html).assert().success();
    let table = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(table.starts_with("a & 'b'.png: 96 x 96 pixels"), "{table}");
    assert!(table.contains("\nk-means Oklab "), "{table}");
    let panels = std::fs::read(folder.path().join("a & 'b'-compare.png")).unwrap();
    assert!(panels.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(std::fs::read_to_string(html).unwrap().contains("<bdi>a &amp; &#x27;b&#x27;.png</bdi>"));
}

#[test]
fn json_is_all_that_goes_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let panels = folder.path().join("panels.png");
    let input = fixture("screenshot.png");
    let run = huepack().arg("compare").arg(input).args(["--json", "-o"]).arg(&panels).assert().success();
    let json: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 7);
    assert_eq!(json["source"]["width"], 320);
    assert!(panels.exists());
}

#[test]
fn numbers_of_colours_that_no_palette_has_are_refused() {
    for colors in ["1", "257", "many"] {
        huepack().args(["compare", "picture.png", "--colors", colors]).assert().code(2);
    }
}

#[test]
fn a_file_that_exists_is_left_alone_and_the_input_always_is() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.png");
    std::fs::copy(fixture("one-pixel.png"), &input).unwrap();
    let before = std::fs::read(&input).unwrap();
    let compare =
        |rest: &[&str]| huepack().current_dir(&folder).args(["compare", "a.png"]).args(rest).assert();
    compare(&[]).success();
    compare(&[]).code(3);
    compare(&["--force"]).success();
    compare(&["--force", "-o", "a.png"]).code(3);
    compare(&["--force", "-o", "b", "--html", "b"]).code(3);
    assert_eq!(std::fs::read(&input).unwrap(), before);
    assert!(!folder.path().join("b").exists());
}
