//! A size or a score that is asked for.

mod program;

use program::{Folder, decoded};

#[test]
fn a_file_of_at_most_so_many_bytes_comes_out() {
    let folder = Folder::with(&["china.jpg"]);
    let run = folder.huepack(&["china.jpg", "--max-size", "60kB", "--effort", "fast"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.says(&["china.jpg: ", " colours, dither ", ", score ", " tries"]);
    assert!(folder.bytes("china-hue.png").len() <= 60_000);
    assert_eq!(decoded(&folder.bytes("china-hue.png")).width(), 640);
}

#[test]
fn a_score_is_met_and_reported() {
    let folder = Folder::with(&["china.jpg"]);
    let run = folder.huepack(&["china.jpg", "--min-score", "60", "--effort", "fast", "--json"]).done();
    let target = &run.json()[0]["target"];
    assert!(target["score"].as_f64().unwrap() >= 60.0, "{target}");
    assert!((2..=256).contains(&target["colors"].as_u64().unwrap()), "{target}");
    assert!(["auto", "none"].contains(&target["dither"].as_str().unwrap()), "{target}");
}

#[test]
fn what_has_a_palette_gets_a_smaller_one_where_a_size_asks_for_it() {
    let folder = Folder::with(&["china.jpg"]);
    folder.huepack(&["china.jpg", "-o", "full.png", "--effort", "fast"]).done();
    let run = folder.huepack(&["full.png", "-o", "less.png", "--max-size", "50kB", "--effort", "fast"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(folder.bytes("less.png").len() <= 50_000);
}

#[test]
fn quality_that_cannot_be_reached_is_as_good_as_it_gets() {
    let folder = Folder::with(&["china.jpg"]);
    let run =
        folder.huepack(&["china.jpg", "--quality", "99", "-c", "8", "--effort", "fast", "--json"]).done();
    let target = &run.json()[0]["target"];
    assert!(target["score"].as_f64().unwrap() < 50.0 && target["lambda"].as_f64().unwrap() < 0.1, "{target}");
}

#[test]
fn what_cannot_be_reached_fails_and_nothing_is_written() {
    let folder = Folder::with(&["china.jpg"]);
    let parts =
        ["china.jpg: it does not fit into 900 bytes: with ", " colours it takes ", "raise --max-size"];
    folder.huepack(&["china.jpg", "--max-size", "900"]).fails(3, &parts);
    let parts = ["china.jpg: no palette reaches a score of 99: with 8 colours it is ", "lower --min-score"];
    folder.huepack(&["china.jpg", "--min-score", "99", "-c", "8"]).fails(3, &parts);
    assert_eq!(folder.names(), ["china.jpg"]);
}

#[test]
fn the_memory_of_scores_counts() {
    let folder = Folder::with(&["china.jpg"]);
    let arguments = ["china.jpg", "--effort", "fast", "--max-memory", "60MB"];
    folder.huepack(&arguments).done();
    let parts = ["china.jpg: ", "MB of memory", "--max-memory"];
    folder.huepack(&[&arguments[..], &["--force", "--min-score", "60"]].concat()).fails(3, &parts);
}

#[test]
fn two_targets_or_no_score_are_errors_of_usage() {
    let folder = Folder::with(&["china.jpg"]);
    for arguments in [
        &["--min-score", "50", "--max-size", "9kB"][..],
        &["--min-score", "101"],
        &["--quality", "80", "--min-score", "80"],
        &["--quality", "good"],
    ] {
        assert_eq!(folder.huepack(&[&["china.jpg"], arguments].concat()).code, 2);
    }
}
