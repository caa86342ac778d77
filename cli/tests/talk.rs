//! What the program says: help, completions, reports for machines.

mod program;

use program::Folder;

#[test]
fn help_fits_a_screen_and_shows_examples() {
    let folder = Folder::with(&[]);
    let short = folder.huepack(&["-h"]).done();
    assert!(short.text().lines().count() <= 45, "{} lines", short.text().lines().count());
    let long = folder.huepack(&["--help"]).done();
    for run in [&short, &long] {
        assert!(run.text().lines().all(|line| line.chars().count() <= 100), "{}", run.text());
        assert!(run.text().contains("Examples:\n  huepack photo.jpg"), "{}", run.text());
    }
    // What is rarely wanted is in the long one alone, and the short one says that there is more.
    assert!(short.text().contains("see more with '--help'"), "{}", short.text());
    assert!(!short.text().contains("--break-links") && long.text().contains("--break-links"));
    for command in [&["pack"][..], &["compare"], &["curve"], &["inspect"], &["palette", "fit"]] {
        let run = folder.huepack(&[command, &["--help"]].concat()).done();
        assert!(run.text().contains("Usage: huepack"), "{command:?}: {}", run.text());
    }
}

#[test]
fn without_arguments_the_help_is_shown_as_an_error_of_usage() {
    let run = Folder::with(&[]).huepack::<&str>(&[]);
    assert_eq!((run.code, run.text()), (2, ""));
    assert!(run.stderr.contains("Usage: huepack"), "{}", run.stderr);
}

#[test]
fn the_version_is_that_of_the_package_and_of_the_bytes() {
    let run = Folder::with(&[]).huepack(&["--version"]).done();
    let output = huepack::OUTPUT_VERSION;
    assert_eq!(run.text(), format!("huepack {} (output {output})\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_the_options() {
    let folder = Folder::with(&[]);
    for shell in ["bash", "zsh", "fish"] {
        let run = folder.huepack(&["completions", shell]).done();
        assert!(run.text().contains("huepack") && run.text().contains("out-dir"), "{shell}");
    }
    assert_eq!(folder.huepack(&["completions", "abacus"]).code, 2);
}

#[test]
fn the_manual_page_is_one() {
    let run = Folder::with(&[]).huepack(&["man"]).done();
    assert!(run.text().starts_with(".ie") || run.text().starts_with(".TH"), "{}", run.text());
    assert!(run.text().contains("\\-\\-out\\-dir"));
}

#[test]
fn a_report_for_machines_tells_what_is_on_disk() {
    let folder = Folder::with(&["screenshot.png", "pixel-art-12.png"]);
    let run = folder.huepack(&["screenshot.png", "pixel-art-12.png", "--effort", "fast", "--json"]).done();
    let reports = run.json();
    assert_eq!(reports.len(), 2);
    for report in &reports {
        let (input, output) = (report["input"].as_str().unwrap(), report["output"].as_str().unwrap());
        assert_eq!(report["status"], "written");
        assert_eq!(report["format"], "png");
        assert_eq!(report["source_format"], "PNG");
        assert_eq!(report["bytes"]["source"], folder.bytes(input).len());
        assert_eq!(report["bytes"]["file"], folder.bytes(output).len());
    }
    let [screenshot, sprite] = &reports[..] else { panic!("two inputs, two reports") };
    assert_eq!((&screenshot["width"], &screenshot["height"]), (&320.into(), &200.into()));
    assert_eq!((&screenshot["source_colors"], &screenshot["colors"]), (&884.into(), &256.into()));
    assert_eq!(screenshot["bytes"]["raw_rgb"], 3 * 320 * 200);
    assert_eq!(screenshot["bytes"]["indexed"], 320 * 200 + 3 * 256);
    assert!(screenshot["psnr_db"].as_f64().unwrap() > 40.0);
    // 12 colours take 4 bits a pixel.
    assert_eq!(sprite["bytes"]["packed_bits"], 64 * 64 / 2 + 3 * 12);
    assert_eq!((&sprite["psnr_db"], &sprite["mean_squared_error"]), (&serde_json::Value::Null, &0.0.into()));
}

#[test]
fn a_failure_for_machines_has_path_reason_and_advice() {
    let folder = Folder::with(&["broken/truncated.png", "pixel-art-12.png"]);
    let run = folder.huepack(&["truncated.png", "pixel-art-12.png", "--json"]).fails(3, &["truncated.png"]);
    let reports = run.json();
    assert_eq!(reports.len(), 2);
    assert_eq!((&reports[0]["input"], &reports[0]["status"]), (&"truncated.png".into(), &"failed".into()));
    assert!(reports[0]["reason"].as_str().unwrap().starts_with("damaged PNG"));
    assert!(!reports[0]["advice"].as_str().unwrap().is_empty());
    assert_eq!(reports[1]["status"], "written");
}

#[test]
fn a_report_for_machines_stands_beside_a_picture_on_standard_output() {
    let folder = Folder::with(&["screenshot.png"]);
    let run = folder.huepack(&["screenshot.png", "-o", "-", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stderr).expect("standard error is JSON");
    assert_eq!(report["bytes"]["file"], run.stdout.len());
    assert_eq!((&report["status"], &report["output"]), (&"written".into(), &serde_json::Value::Null));
}
