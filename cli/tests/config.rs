//! `huepack.toml`: what it says holds for the files below it, and nothing that is typed is overruled.

mod program;

use std::fs;

use program::{Folder, fixture};

/// A tree with a config at its root and another below.
fn tree() -> Folder {
    let folder = Folder::with(&[]);
    fs::create_dir_all(folder.path("site/icons")).unwrap();
    fs::create_dir_all(folder.path("site/other/deep")).unwrap();
    for name in ["site/logo.png", "site/icons/a.png", "site/other/deep/b.png"] {
        fs::copy(fixture("logo.png"), folder.path(name)).unwrap();
    }
    folder.write("site/huepack.toml", CONFIG.as_bytes());
    folder.write("site/other/huepack.toml", b"colors = 8\nmin-score = 0\n");
    folder
}

const CONFIG: &str = "\
min-score = 10
[[rule]]
glob = 'icons/**'
colors = 16
";

/// The numbers of colours of what was packed.
fn colors(folder: &Folder, arguments: &[&str]) -> Vec<(String, u64)> {
    let run = folder.huepack(&[arguments, &["--json"]].concat()).succeeds();
    let files = run.json().into_iter().filter(|object| object["input"].is_string());
    files
        .map(|object| (object["input"].as_str().unwrap().to_owned(), object["colors"].as_u64().unwrap()))
        .collect()
}

#[test]
fn the_nearest_config_above_a_file_holds() {
    let folder = tree();
    let found = colors(&folder, &["site", "--out-dir", "a"]);
    assert_eq!(found[0], ("site/icons/a.png".into(), 16));
    assert!(found[1].1 > 64, "{found:?}");
    assert_eq!(found[2], ("site/other/deep/b.png".into(), 8));
    assert!(!folder.files().contains_key("a/huepack.toml"), "it is no part of the tree");
    let typed = colors(&folder, &["site", "--out-dir", "b", "--colors", "4", "--min-score", "0"]);
    assert!(typed.iter().all(|(_, colors)| *colors == 4), "{typed:?}");
}

#[test]
fn files_in_place_have_their_config_as_well() {
    let folder = tree();
    let found = colors(&folder, &["-i", "site/icons/a.png"]);
    assert_eq!(found, [("site/icons/a.png".into(), 16)]);
}

#[test]
fn a_config_is_told_with_its_lines() {
    let folder = tree();
    let run = folder.huepack(&["config", "site/icons/a.png", "nothing.png"]).done();
    let lines: Vec<&str> = run.text().lines().collect();
    assert!(
        lines[0].starts_with("site/icons/a.png: ") && lines[0].ends_with("site/huepack.toml"),
        "{}",
        run.text()
    );
    assert!(
        lines[1].starts_with("  min-score = 10 ") && lines[1].ends_with("site/huepack.toml:1"),
        "{}",
        run.text()
    );
    assert!(
        lines[2].contains("colors = 16") && lines[2].ends_with("huepack.toml:4, rule \"icons/**\""),
        "{}",
        run.text()
    );
    assert!(
        run.text().contains("effort = \"balanced\"") && run.text().contains("  default\n"),
        "{}",
        run.text()
    );
    assert!(run.text().contains("nothing.png: no huepack.toml in its folder or above"), "{}", run.text());
    let run = folder.huepack(&["config", "site/icons/a.png", "--json"]).done();
    assert_eq!(
        run.json()[0]["settings"][1],
        serde_json::json!({ "key": "colors", "value": 16, "line": 4, "rule": "icons/**" })
    );
}

#[test]
fn a_broken_config_fails_its_files_once_and_the_rest_is_done() {
    let folder = tree();
    folder.write("site/other/huepack.toml", b"\ncolours = 8\n");
    fs::copy(fixture("logo.png"), folder.path("site/other/c.png")).unwrap();
    let run = folder.huepack(&["site", "--in-place"]);
    assert_eq!((run.code, run.stderr.lines().filter(|line| line.starts_with("huepack: ")).count()), (3, 1));
    let run = run.says(&["site/other/huepack.toml:2: there is no key \"colours\"; did you mean \"colors\"?"]);
    assert!(run.text().contains("4 files: 2 packed, 0 kept, 2 failed"), "{}", run.text());
    folder.huepack(&["config", "site/other/c.png"]).fails(3, &["huepack.toml:2: there is no key"]);
}

#[test]
fn what_is_excluded_is_passed_over() {
    let folder = tree();
    folder.write("site/huepack.toml", b"exclude = ['icons', 'other']\n");
    let run = folder.huepack(&["site", "--dry-run"]).done();
    assert_eq!(run.text().lines().count(), 2, "{}", run.text());
    let run = folder.huepack(&["config", "site/icons/a.png"]).done();
    assert!(run.text().starts_with("site/icons/a.png: left out by exclude \"icons\", "), "{}", run.text());
}

#[test]
fn the_root_of_a_repository_ends_the_search() {
    let folder = tree();
    fs::create_dir(folder.path("site/icons/.git")).unwrap();
    let run = folder.huepack(&["config", "site/icons/a.png"]).done();
    assert!(run.text().starts_with("site/icons/a.png: no huepack.toml"), "{}", run.text());
}
