//! The reports of several runs as that of one.

mod program;

use std::fs;

use program::{Folder, fixture};

const NAMES: [&str; 6] =
    ["logo.png", "pixel-art-12.png", "still.gif", "flower.jpg", "animated.png", "broken/truncated.png"];

/// A folder with pictures, and the reports of three shards and of one run over all of it.
fn reported() -> Folder {
    let folder = Folder::with(&[]);
    fs::create_dir_all(folder.path("assets/a-b")).unwrap();
    fs::create_dir_all(folder.path("assets/a")).unwrap();
    for name in NAMES {
        let last = name.rsplit('/').next().unwrap();
        for place in ["assets", "assets/a", "assets/a-b"] {
            fs::copy(fixture(name), folder.path(place).join(last)).unwrap();
        }
    }
    let pack = |shard: &[&str], report: &str| {
        let arguments = ["assets", "--out-dir", "dist", "--json", "--no-cache"];
        let run = folder.huepack(&[&arguments, shard].concat());
        folder.write(report, &run.stdout);
    };
    pack(&[], "whole.jsonl");
    fs::remove_dir_all(folder.path("dist")).unwrap();
    for number in 1..=3 {
        pack(&["--shard", &format!("{number}/3")], &format!("{number}.jsonl"));
    }
    folder
}

const SHARDS: [&str; 3] = ["1.jsonl", "2.jsonl", "3.jsonl"];

fn merge<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["report", "merge"], more].concat()
}

#[test]
fn merged_shards_are_the_report_of_one_run() {
    let folder = reported();
    let whole = folder.bytes("whole.jsonl");
    for order in [["1.jsonl", "2.jsonl", "3.jsonl"], ["3.jsonl", "1.jsonl", "2.jsonl"]] {
        let run = folder.huepack(&merge(&[&order[..], &["--json"]].concat()));
        assert_eq!(run.code, 3, "broken files stay failures");
        assert_eq!(run.text().as_bytes(), whole);
        assert_eq!(run.stderr.lines().count(), 3);
        run.says(&["huepack: assets/a/truncated.png: damaged PNG", "; export or download it again"]);
    }
    let totals = folder.huepack(&merge(&SHARDS));
    assert_eq!(totals.text(), folder.huepack(&merge(&["whole.jsonl"])).text());
    assert!(
        totals
            .text()
            .starts_with("18 files: 9 packed, 0 kept, 6 left alone (3 JPEG, 3 animated), 3 failed; ")
    );
    // By way of a file, of one stream, of a merge of merges.
    folder.huepack(&merge(&["1.jsonl", "3.jsonl", "-o", "some.jsonl"]));
    folder.huepack(&merge(&["some.jsonl", "2.jsonl", "-o", "all.jsonl"]));
    assert!(folder.bytes("all.jsonl") == whole);
    let stream = SHARDS.map(|name| folder.bytes(name)).concat();
    assert_eq!(folder.huepack_reading(&merge(&["-", "--json"]), &stream).text().as_bytes(), whole);
    folder.huepack(&merge(&["whole.jsonl", "-o", "all.jsonl"])).fails(3, &["all.jsonl: it exists already"]);
    folder.huepack(&merge(&["all.jsonl", "-o", "all.jsonl"])).fails(3, &["the output is an input"]);
}

#[test]
fn missing_shards_are_told_and_the_rest_is_merged() {
    let folder = reported();
    let run = folder.huepack(&merge(&["2.jsonl", "--json"]));
    assert_eq!(run.code, 3);
    let last = run.json().pop().unwrap();
    assert_eq!(last["shards"], serde_json::json!({ "of": 3, "missing": [1, 3] }));
    run.says(&["huepack: shards 1, 3 of 3 are missing; run what is missing"]);
}

#[test]
fn a_job_that_is_repeated_counts_once_with_what_says_most() {
    let folder = Folder::with(&["logo.png", "flower.jpg"]);
    let run = |report: &str| {
        let run = folder.huepack(&["-i", "logo.png", "flower.jpg", "--no-cache", "--json"]).succeeds();
        folder.write(report, &run.stdout);
        run.stdout
    };
    let first = run("1.jsonl");
    assert!(run("2.jsonl") != first, "the second time nothing is packed");
    for order in [["1.jsonl", "2.jsonl"], ["2.jsonl", "1.jsonl"]] {
        let run = folder.huepack(&merge(&[&order[..], &["1.jsonl", "--json"]].concat())).done();
        assert_eq!(run.stdout, first);
    }
    let failed = br#"{"input":"logo.png","status":"failed","reason":"the disk is full","advice":""}"#;
    folder.write("3.jsonl", failed);
    let run = folder.huepack(&merge(&["3.jsonl", "1.jsonl", "--json"]));
    assert_eq!((run.code, &run.stdout), (3, &first), "the failure is mended, but its run has no totals");
}

#[test]
fn a_run_that_was_cut_off_is_told_and_what_it_did_is_merged() {
    let folder = reported();
    let second = folder.bytes("2.jsonl");
    let end = second.iter().position(|&byte| byte == b'\n').unwrap() + 30;
    folder.write("cut.jsonl", &second[..end]);
    let run = folder.huepack(&merge(&["1.jsonl", "cut.jsonl", "3.jsonl"]));
    assert_eq!(run.code, 3);
    let run = run.says(&[
        "huepack: cut.jsonl:2: it is torn or no JSON; it is left out",
        "huepack: cut.jsonl: it has no totals at its end, so its run was cut off",
        "huepack: shard 2 of 3 is missing",
    ]);
    assert!(!run.text().starts_with("18 files"));
    // Once it was run again, nothing is missing.
    let run = folder.huepack(&merge(&["1.jsonl", "cut.jsonl", "3.jsonl", "2.jsonl", "--json"]));
    assert_eq!(run.text().as_bytes(), folder.bytes("whole.jsonl"));
    let run = run.says(&["cut.jsonl: it has no totals"]);
    assert!(!run.stderr.contains("huepack: cut.jsonl"), "that is no error: {}", run.stderr);
    // A line that is lost from the middle is missing, whatever else there is.
    folder.write("holey.jsonl", &second[end - 30..]);
    let run = folder.huepack(&merge(&["1.jsonl", "holey.jsonl", "3.jsonl"]));
    assert_eq!(run.code, 3);
    run.says(&["huepack: holey.jsonl: its totals are of"]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = reported();
    let changed = |name: &str, from: &str, to: &str| {
        let text = String::from_utf8(folder.bytes("1.jsonl")).unwrap();
        assert!(text.contains(from), "{text}");
        folder.write(name, text.replace(from, to).as_bytes());
    };
    changed("of4.jsonl", "\"of\":3", "\"of\":4");
    changed("output2.jsonl", "\"output_version\":1", "\"output_version\":2");
    changed("new.jsonl", "\"version\":1", "\"version\":2");
    changed("zero.jsonl", "\"number\":1", "\"number\":0");
    for (other, word) in [
        ("of4.jsonl", "it is one of 4 shards, and others are of 3"),
        ("output2.jsonl", "its output is of version 2, and that of others of 1"),
        ("new.jsonl", "it is of a newer huepack"),
        ("zero.jsonl", "its totals are not those of a run over folders"),
        ("whole.jsonl", "it is no shard, and others are"),
        ("missing.jsonl", "missing.jsonl: there is no such file"),
    ] {
        let run = folder.huepack(&merge(&["2.jsonl", other, "--json"])).fails(3, &[other, word]);
        assert_eq!(run.text(), "");
    }
    let run = folder.huepack(&["assets", "--out-dir", "d", "--dry-run", "--json"]);
    folder.write("plan.jsonl", &run.stdout);
    folder.huepack(&merge(&["plan.jsonl"])).says(&["plan.jsonl:1: it is the plan of a dry run"]);
    let run = folder.huepack(&["assets/logo.png", "-o", "logo.png", "--json"]);
    folder.write("single.jsonl", &run.stdout);
    folder
        .huepack(&merge(&["single.jsonl"]))
        .says(&["single.jsonl:1: it is no result of a run over folders"]);
}
