//! Inputs and outputs from a list.

mod program;

use std::fs;

use program::{Folder, fixture};
use serde_json::json;

fn tree() -> Folder {
    let folder = Folder::with(&[]);
    for (name, source) in [
        ("assets/logo.png", "logo.png"),
        ("assets/a/pixels.png", "pixel-art-12.png"),
        ("assets/a/still.gif", "still.gif"),
        ("assets/a/flower.jpg", "flower.jpg"),
        ("assets/a/turn.png", "animated.png"),
        ("assets/cut.png", "broken/truncated.png"),
    ] {
        fs::create_dir_all(folder.path(name).parent().unwrap()).unwrap();
        fs::copy(fixture(source), folder.path(name)).unwrap();
    }
    folder
}

/// A list in a file.
fn list(folder: &Folder, lines: &[serde_json::Value]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    folder.write("list.jsonl", text.as_bytes());
}

#[test]
fn a_dry_run_is_a_list_that_can_be_divided() {
    // A list names the outputs, so only what says how files are done has to be said again.
    for (options, again) in [
        (&["--out-dir", "dist"][..], &[][..]),
        (&["--out-dir", "dist", "--convert"], &["--out-dir", "dist", "--convert"]),
        (&["-i"], &["-i"]),
    ] {
        let whole = tree();
        let assets = [&["assets", "--no-cache"], options].concat();
        assert_eq!(whole.huepack(&assets).code, 3, "one is broken");
        let parts = tree();
        let run = parts.huepack(&[&assets[..], &["--dry-run", "--json"]].concat()).done();
        let lines: Vec<&str> = run.text().lines().collect();
        assert_eq!(lines.len(), 6);
        for part in lines.chunks(4) {
            let arguments = [&["pack", "--manifest", "-", "--no-cache"], again].concat();
            parts.huepack_reading(&arguments, part.join("\r\n\n").as_bytes());
        }
        assert!(parts.files() == whole.files(), "{options:?}");
    }
}

#[test]
fn a_list_names_outputs_or_leaves_them_to_options() {
    let folder = tree();
    list(
        &folder,
        &[
            json!({"input": "assets/a/pixels.png", "output": "new/p.png"}),
            json!({"input": "./assets/logo.png"}),
        ],
    );
    let run = folder.huepack(&["--manifest", "list.jsonl", "--out-dir", "dist", "--json"]).succeeds();
    let outputs: Vec<_> =
        run.json().iter().filter_map(|line| line["output"].as_str().map(str::to_owned)).collect();
    assert_eq!(outputs, ["new/p.png", "dist/assets/logo.png"]);
    assert!(folder.bytes("new/p.png").len() < folder.bytes("assets/a/pixels.png").len());
    let before = folder.bytes("assets/a/pixels.png");
    list(&folder, &[json!({"input": "assets/logo.png"})]);
    folder.huepack(&["-i", "assets/a/still.gif", "--manifest", "list.jsonl"]).succeeds();
    assert!(folder.bytes("assets/logo.png") == folder.bytes("dist/assets/logo.png"));
    assert!(folder.bytes("assets/a/still.gif").len() < fs::read(fixture("still.gif")).unwrap().len());
    assert!(folder.bytes("assets/a/pixels.png") == before);
}

#[test]
fn shards_of_a_list_are_the_list() {
    let lines: Vec<_> = ["logo.png", "a/pixels.png", "a/still.gif", "a/flower.jpg"]
        .iter()
        .map(|name| json!({"input": format!("assets/{name}"), "output": format!("d/{name}")}))
        .collect();
    let whole = tree();
    list(&whole, &lines);
    whole.huepack(&["--manifest", "list.jsonl", "--no-cache"]).succeeds();
    let parts = tree();
    list(&parts, &lines);
    for shard in ["1/3", "2/3", "3/3"] {
        parts.huepack(&["--manifest", "list.jsonl", "--no-cache", "--shard", shard]).succeeds();
    }
    assert!(parts.files() == whole.files());
}

#[test]
fn a_list_with_anything_wrong_in_it_is_refused_as_a_whole() {
    let folder = tree();
    let good = r#"{"input": "assets/logo.png"}"#;
    for (line, options, code, word) in [
        (
            r#"{"input": "a.png""#,
            "-i",
            3,
            "list.jsonl:3: it is no JSON: EOF while parsing an object, at column 17",
        ),
        (r#"{"imput": "a.png"}"#, "-i", 3, r#"list.jsonl:3: there is no key "imput"; did you mean "input"?"#),
        (r#"{"output": "a.png"}"#, "-i", 3, "list.jsonl:3: it names no input"),
        (
            r#"{"input": "a/../b.png"}"#,
            "-i",
            3,
            "list.jsonl:3: input goes up from a folder that it went into",
        ),
        (
            r#"{"input": "assets/logo.png", "output": "b.png"}"#,
            "-i",
            3,
            "has another output here than in line 1",
        ),
        (r#"{"input": "b.png", "output": "c.png"}"#, "-i", 2, "list.jsonl:3: --in-place replaces b.png"),
        (r#"{"input": "/b.png"}"#, "--out-dir=d", 2, "list.jsonl:3: /b.png is not in this folder"),
        (r#"{"input": "../b.png"}"#, "--out-dir=d", 2, "list.jsonl:3: ../b.png is not in this folder"),
        (r#"{"input": "b.png", "output": "b.png"}"#, "--out-dir=d", 2, "--in-place replaces it"),
        (good, "--no-cache", 2, "list.jsonl:1: assets/logo.png has no output"),
    ] {
        folder.write("list.jsonl", format!("{good}\n\n{line}\n").as_bytes());
        let before = folder.files();
        folder.huepack(&["--manifest", "list.jsonl", options]).fails(code, &[word]);
        assert!(folder.files() == before, "{line}");
    }
    folder.huepack(&["--manifest", "none.jsonl", "-i"]).fails(3, &["none.jsonl: there is no such file"]);
    folder.huepack(&["-i"]).says(&["<INPUT>"]);
}

#[test]
fn a_file_that_cannot_be_done_does_not_stop_the_others() {
    let folder = tree();
    let pair = |input: &str, output: &str| json!({"input": input, "output": output});
    list(
        &folder,
        &[
            pair("assets/a/flower.jpg", "d/flower.png"),
            pair("assets/a/pixels.png", "assets/logo.png"),
            pair("assets/a/still.gif", "d/logo.gif"),
            pair("assets/a/turn.png", "d/x.png"),
            pair("assets/logo.png", "./d//x.png"),
            pair("assets", "d/assets.png"),
            pair("nothing.png", "d/nothing.png"),
            json!({"input": "b.png", "status": "failed", "reason": "it was lost", "advice": ""}),
        ],
    );
    let run = folder.huepack(&["--manifest", "list.jsonl", "--force"]);
    assert_eq!(run.code, 3);
    let run = run.says(&[
        "assets/a/flower.jpg: it becomes no d/flower.png but JPEG; --convert",
        "assets/a/pixels.png: its output would overwrite an input",
        "assets/logo.png: its output would be that of assets/a/turn.png",
        "assets: this is a folder",
        "nothing.png: there is no such file",
        "b.png: it was lost",
    ]);
    assert!(
        run.text().contains("8 files: 1 packed, 0 kept, 1 left alone (1 animated), 6 failed"),
        "{}",
        run.text()
    );
}

#[test]
fn originals_of_a_list_are_kept_and_come_back() {
    let folder = tree();
    let before = folder.files();
    list(&folder, &[json!({"input": "assets/logo.png"}), json!({"input": "assets/a/still.gif"})]);
    folder.huepack(&["-i", "--manifest", "list.jsonl", "--backup-dir", "kept", "--no-cache"]).succeeds();
    assert!(folder.bytes("assets/logo.png") != before["assets/logo.png"]);
    folder.huepack(&["restore", "kept"]).succeeds();
    assert!(before.iter().all(|(name, bytes)| &folder.bytes(name) == bytes));
}
