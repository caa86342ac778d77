//! A second run changes no byte and does no work, whatever became of the first and of what it remembered.

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use program::{Folder, Run, decoded, fixture};

const CACHE: &str = "assets/.huepack/cache/outcomes.tsv";

/// Icons of several colours and sizes, each with its own content.
fn tree(icons: u32) -> Folder {
    let folder = Folder::with(&[]);
    for number in 0..icons {
        let path = folder.path(format!("assets/{}/{number}.png", number % 3));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, icon(number)).unwrap();
    }
    fs::copy(fixture("logo.png"), folder.path("assets/logo.png")).unwrap();
    fs::copy(fixture("still.gif"), folder.path("assets/still.gif")).unwrap();
    folder
}

/// A true-colour PNG of 24x24 with a disc on a gradient.
fn icon(number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 24, 24);
    encoder.set_color(png::ColorType::Rgba);
    let pixel = |i: u32| {
        let (x, y) = (i % 24, i / 24);
        let is_disc = (x as i32 - 12).pow(2) + (y as i32 - 12).pow(2) < (4 + number as i32 % 8).pow(2);
        if is_disc { [number as u8, 80, 200, 255] } else { [(x * 9) as u8, (y * 9) as u8, number as u8, 255] }
    };
    let data: Vec<u8> = (0..24 * 24).flat_map(pixel).collect();
    encoder.write_header().unwrap().write_image_data(&data).unwrap();
    bytes
}

/// All files but what is remembered.
fn pictures(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    folder.files().into_iter().filter(|(name, _)| !name.contains("/.huepack/")).collect()
}

#[test]
fn a_second_run_changes_no_byte_and_packs_nothing() {
    let folder = tree(5);
    folder.huepack(&["--in-place", "assets"]).succeeds();
    let once = folder.files();
    assert!(once.contains_key(CACHE) && once.contains_key("assets/.huepack/cache/.gitignore"));
    let run = folder.huepack(&["--in-place", "assets"]).done();
    assert!(run.text().starts_with("7 files: 0 packed, 7 kept;"), "{}", run.text());
    assert_eq!(folder.files(), once);
    // What is remembered, and not the picture, is what counts now: packed again it would come out smaller.
    let run = folder.huepack(&["--in-place", "assets", "--min-score", "20", "--dry-run"]).done();
    assert!(run.text().contains("to a score of 20"), "other options are other work");
}

#[test]
fn without_a_cache_the_tree_is_the_same() {
    let (with, without) = (tree(5), tree(5));
    with.huepack(&["--in-place", "assets"]).succeeds();
    without.huepack(&["--in-place", "assets", "--no-cache"]).succeeds();
    assert_eq!(pictures(&with), pictures(&without));
    assert!(without.files().keys().all(|name| !name.contains(".huepack")));
    let run = without.huepack(&["--in-place", "assets", "--no-cache"]).succeeds();
    assert!(run.text().contains("0 packed, 7 kept"), "{}", run.text());
}

#[test]
fn a_mirrored_tree_is_not_made_again() {
    let folder = tree(3);
    folder.huepack(&["assets", "--out-dir", "dist"]).succeeds();
    let once = folder.files();
    let run = folder.huepack(&["assets", "--out-dir", "dist"]).done();
    assert!(run.text().starts_with("5 files: 0 packed, 5 unchanged, 0 kept"), "{}", run.text());
    assert_eq!(folder.files(), once);
    fs::remove_file(folder.path("dist/logo.png")).unwrap();
    folder.huepack(&["assets", "--out-dir", "dist"]).succeeds();
    assert_eq!(folder.files(), once);
}

#[test]
fn a_cache_may_be_shared_and_stands_where_it_was_asked_for() {
    let (one, other) = (tree(3), tree(3));
    let cache = one.path("cache");
    let arguments = ["--in-place", "assets", "--cache-dir", cache.to_str().unwrap()];
    one.huepack(&arguments).succeeds();
    let packed = other.huepack(&arguments).succeeds();
    assert!(
        packed.text().contains("5 files: 5 packed"),
        "results are not remembered, only what became of files"
    );
    let before = fs::read(cache.join("outcomes.tsv")).unwrap();
    other.huepack(&arguments).done();
    assert_eq!(fs::read(cache.join("outcomes.tsv")).unwrap(), before);
    assert!(one.files().keys().all(|name| !name.contains(".huepack")));
}

#[test]
fn a_cache_that_is_no_good_is_ignored_with_a_word() {
    let folder = tree(3);
    folder.huepack(&["--in-place", "assets"]).succeeds();
    let once = pictures(&folder);
    let text = fs::read_to_string(folder.path(CACHE)).unwrap();
    let newer = text.replacen("huepack cache 1", "huepack cache 7", 1);
    let damaged = text.replacen("kept", "kepT", 1);
    let cases = [
        (&*newer, "of a newer huepack"),
        (&damaged, "1 line is damaged and passed over"),
        ("\0garbage\u{fffd}", "damaged"),
    ];
    for (cache, word) in cases {
        folder.write(CACHE, cache.as_bytes());
        let run = folder.huepack(&["--in-place", "assets"]).succeeds();
        let run = run.says(&["outcomes.tsv: ", word]);
        assert!(run.text().contains("0 packed, 5 kept"), "{}", run.text());
        assert_eq!(pictures(&folder), once);
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_told_and_no_failure() {
    let folder = tree(2);
    folder.write("file", b"not a folder");
    let run = folder.huepack(&["--in-place", "assets", "--cache-dir", "file/cache"]).succeeds();
    let run = run.says(&["outcomes.tsv: cannot be "]);
    assert!(run.text().contains("4 packed"), "{}", run.text());
}

#[test]
fn the_tree_and_what_is_remembered_are_the_same_on_any_number_of_threads() {
    let trees = ["1", "2", "7"].map(|threads| {
        let folder = tree(12);
        let mut program = folder.program(&["--in-place", "assets", "-q"]);
        Run::of(program.env("RAYON_NUM_THREADS", threads)).succeeds();
        folder.files()
    });
    assert!(trees[0] == trees[1] && trees[1] == trees[2]);
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    let whole = tree(40);
    whole.huepack(&["--in-place", "assets", "-q"]).succeeds();
    let wanted = pictures(&whole);
    let killed = tree(40);
    // At several moments, of which some are in the middle.
    for milliseconds in [30, 60, 120] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("huepack"))
            .args(["--in-place", "assets", "-q"])
            .current_dir(killed.path(""))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it was at may be left behind, until the next run.
        for (name, bytes) in pictures(&killed).into_iter().filter(|(name, _)| !name.contains("/.huepack-")) {
            let original = wanted.contains_key(&name).then(|| decoded(&bytes));
            assert!(original.is_some(), "{name} is whole, and no other file is there");
        }
    }
    killed.huepack(&["--in-place", "assets", "-q"]).succeeds();
    assert_eq!(pictures(&killed), wanted);
}
