//! A part of a folder in each of several runs, and all of it in the end.

mod program;

use std::collections::BTreeMap;
use std::fs;

use program::{Folder, Run, fixture};
use serde_json::Value;

/// Pictures to pack, others, and one that is broken; some twice, in folders below.
const FILES: [(&str, &str); 10] = [
    ("logo.png", "logo.png"),
    ("a/pixels.png", "pixel-art-12.png"),
    ("a/b/logo.png", "logo.png"),
    ("a/b/still.gif", "still.gif"),
    ("a/spin.gif", "animated.gif"),
    ("a/turn.png", "animated.png"),
    ("a/cut.png", "broken/truncated.png"),
    ("photos/flower.jpg", "flower.jpg"),
    ("photos/pixels.png", "pixel-art-12.png"),
    ("photos/notes.txt", "MANIFEST.tsv"),
];

fn tree() -> Folder {
    let folder = Folder::with(&[]);
    for (name, source) in FILES {
        let path = folder.path("assets").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fixture(source), path).unwrap();
    }
    folder
}

fn sharded(folder: &Folder, arguments: &[&str], of: u32) -> Vec<Run> {
    let run = |number: u32| {
        let shard = format!("{number}/{of}");
        folder.huepack(&[arguments, &["--shard", &shard, "--json", "--no-cache"]].concat())
    };
    (1..=of).map(run).collect()
}

/// The files that lines are about, and how often.
fn named(runs: &[Run]) -> BTreeMap<String, usize> {
    let mut named = BTreeMap::new();
    let lines = runs.iter().flat_map(Run::json);
    for input in lines.filter_map(|line| line["input"].as_str().map(str::to_owned)) {
        *named.entry(input).or_default() += 1;
    }
    named
}

#[test]
fn shards_make_the_tree_that_one_run_makes() {
    for arguments in [&["assets", "--in-place"][..], &["assets", "--out-dir", "dist"]] {
        let whole = tree();
        let run = whole.huepack(&[arguments, &["--json", "--no-cache"]].concat());
        let files = named(&[run]);
        assert_eq!(files.len(), FILES.len());
        for of in [1, 3, 16] {
            let parts = tree();
            let runs = sharded(&parts, arguments, of);
            assert_eq!(named(&runs), files, "each file once, {of} shards");
            assert_eq!(runs.iter().map(|run| run.code).max(), Some(3), "the broken one fails in its shard");
            assert!(parts.files() == whole.files(), "{of} shards, {arguments:?}");
        }
    }
}

#[test]
fn names_that_meet_are_told_in_one_shard_and_the_same_one_is_kept() {
    let tree = || {
        let folder = Folder::with(&[]);
        for name in ["a/x.jpg", "a/y.jpg", "a/z.jpg"] {
            fs::create_dir_all(folder.path("a")).unwrap();
            fs::copy(fixture("flower.jpg"), folder.path(name)).unwrap();
        }
        for name in ["a/x.png", "a/y.png", "a/z.png"] {
            fs::copy(fixture("logo.png"), folder.path(name)).unwrap();
        }
        folder
    };
    let arguments = ["a", "--out-dir", "d", "--convert", "--effort", "fast"];
    let whole = tree();
    whole.huepack(&[&arguments[..], &["--no-cache"]].concat()).says(&["its output would be that of"]);
    let parts = tree();
    let runs = sharded(&parts, &arguments, 16);
    let told = runs.iter().flat_map(|run| run.stderr.lines()).filter(|line| line.contains("that of")).count();
    assert_eq!(told, 3);
    assert!(parts.files() == whole.files());
}

#[test]
fn a_file_keeps_its_shard_wherever_the_folder_is_and_whatever_is_beside_it() {
    let folder = tree();
    let plan = |input: &str| {
        let run = folder.huepack(&[input, "--dry-run", "--shard", "2/3"]);
        let names = run.text().lines().map(|line| line.trim_start_matches(input).to_owned());
        names.collect::<Vec<_>>()
    };
    let before = plan("assets");
    assert!(!before.is_empty() && before.len() < FILES.len());
    fs::create_dir_all(folder.path("else/where")).unwrap();
    fs::rename(folder.path("assets"), folder.path("else/where/pictures")).unwrap();
    fs::remove_file(
        folder.path("else/where/pictures").join(before[0].trim_start_matches('/').split(':').next().unwrap()),
    )
    .unwrap();
    fs::copy(fixture("logo.png"), folder.path("else/where/pictures/new.png")).unwrap();
    let after = plan("else/where/pictures");
    assert_eq!(
        after.iter().filter(|line| !line.starts_with("/new.png")).collect::<Vec<_>>(),
        before[1..].iter().collect::<Vec<_>>()
    );
}

#[test]
fn shards_use_what_is_remembered_of_the_whole() {
    let folder = tree();
    folder.huepack(&["assets", "--out-dir", "dist", "--json"]);
    for number in 1..=3 {
        let run =
            folder.huepack(&["assets", "--out-dir", "dist", "--json", "--shard", &format!("{number}/3")]);
        let totals = run.json().pop().unwrap();
        assert_eq!(totals["totals"]["packed"], Value::from(0));
        assert_eq!(totals["shard"], serde_json::json!({ "number": number, "of": 3 }));
        assert_eq!(
            (&totals["version"], &totals["output_version"]),
            (&1.into(), &huepack::OUTPUT_VERSION.into())
        );
    }
}

#[test]
fn a_shard_that_there_is_not_is_an_error_of_usage() {
    let folder = tree();
    for shard in ["0/3", "4/3", "1", "a/b"] {
        let run = folder.huepack(&["-i", "assets", "--shard", shard]);
        assert_eq!(run.code, 2, "{shard}");
        run.says(&["wanted a shard such as 3/16"]);
    }
}
