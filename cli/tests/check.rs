//! `huepack check`: what it finds, how it ends, and how it tells.

mod program;

use std::fs;

use program::{Folder, fixture};
use serde_json::Value;

/// A picture that gets smaller, one that does not, and a photograph.
fn tree() -> Folder {
    let folder = Folder::with(&[]);
    fs::create_dir_all(folder.path("site/icons")).unwrap();
    for (name, source) in
        [("icons/logo.png", "logo.png"), ("small.png", "one-pixel.png"), ("flower.jpg", "flower.jpg")]
    {
        fs::copy(fixture(source), folder.path("site").join(name)).unwrap();
    }
    folder
}

/// Everything but what is remembered.
fn files(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    folder.files().into_iter().filter(|(name, _)| !name.contains("/.huepack/")).collect()
}

#[test]
fn what_could_be_smaller_is_told_and_nothing_is_changed() {
    let folder = tree();
    let before = files(&folder);
    for _ in 0..2 {
        let run = folder.huepack(&["check", "site"]);
        assert_eq!((run.code, &*run.stderr), (1, ""), "{}", run.text());
        let lines: Vec<&str> = run.text().lines().collect();
        assert!(lines[0].starts_with("site/icons/logo.png: could be 3,"), "{}", run.text());
        assert!(lines[1].starts_with("3 files checked: 1 could be smaller by 3,"), "{}", run.text());
        assert!(lines[1].ends_with("; huepack check --fix packs them"), "{}", run.text());
    }
    assert_eq!(files(&folder), before);
}

#[test]
fn what_is_not_enough_is_passed_over() {
    let folder = tree();
    for savings in [
        &["--min-savings", "90%"][..],
        &["--min-savings", "1MB"],
        &["--min-savings", "5%", "--min-savings", "1MB"],
    ] {
        let run = folder.huepack(&[&["check", "site"], savings].concat()).done();
        assert!(run.text().starts_with("3 files checked: nothing to do"), "{}", run.text());
    }
    folder.write("site/huepack.toml", b"[check]\nmin-savings = \"99%\"\n");
    folder.huepack(&["check", "site"]).done();
    assert_eq!(folder.huepack(&["check", "site", "--min-savings", "5%"]).code, 1);
    assert_eq!(folder.huepack(&["check", "site", "--min-savings", "lots"]).code, 2);
}

#[test]
fn fix_packs_what_could_be_smaller() {
    let (fixed, packed) = (tree(), tree());
    let run = fixed.huepack(&["check", "site", "--fix"]).done();
    assert!(run.text().starts_with("3 files checked: nothing left to do, 1 packed, 3,"), "{}", run.text());
    packed.huepack(&["--in-place", "site"]).succeeds();
    assert_eq!(files(&fixed), files(&packed));
    fixed.huepack(&["check", "site"]).done();
}

#[test]
fn budgets_count_all_files_below_the_config() {
    let folder = tree();
    folder.write("site/huepack.toml", b"[budget]\n'**' = '1kB'\n'icons/**' = '10kB'\n");
    let run = folder.huepack(&["check", "site/small.png"]);
    assert_eq!(run.code, 1);
    let line = run.text().lines().next().unwrap();
    assert!(line.starts_with("site/huepack.toml:2: 3 files of \"**\" take "), "{line}");
    assert!(line.ends_with(" more than the budget of 1,000 B"), "{line}");
    folder.write("site/huepack.toml", b"[budget]\n'**' = '1MB'\n");
    folder.huepack(&["check", "site/small.png"]).done();
}

#[test]
fn colours_outside_a_palette_are_named() {
    let folder = tree();
    folder.write("brand.hex", b"ffffff\n");
    let run = folder.huepack(&["check", "site", "--palette-only", "brand.hex", "--min-savings", "99%"]);
    assert_eq!(run.code, 1);
    let line = run.text().lines().next().unwrap();
    assert!(line.starts_with("site/icons/logo.png: has colours outside the palette: #"), "{line}");
    let run = folder.huepack(&["check", "site", "--palette-only", "brand.hex", "--json"]);
    assert!(run.json()[0]["findings"][1]["colors"]["count"].as_u64() > Some(100), "{}", run.text());
    folder
        .huepack(&["check", "site", "--palette-only", "nothing.hex"])
        .fails(3, &["nothing.hex: there is no such file"]);
    folder.write("site/huepack.toml", b"[check]\npalette-only = '../brand.hex'\nmin-savings = '99%'\n");
    assert_eq!(folder.huepack(&["check", "site"]).code, 1);
}

#[test]
fn what_lost_colours_twice_is_told() {
    let folder = tree();
    let picture = "site/icons/logo.png";
    folder.huepack(&["-i", "site", "--colors", "64", "--min-score", "0"]).succeeds();
    folder.huepack(&["check", "site"]).done();
    folder.huepack(&["-i", "site", "--colors", "8", "--min-score", "0", "--requantize"]).succeeds();
    let run = folder.huepack(&["check", "site"]);
    assert_eq!(run.code, 1);
    assert!(run.text().starts_with(&format!("{picture}: lost colours twice")), "{}", run.text());
}

#[test]
fn an_ignore_has_a_reason_and_runs_out() {
    let folder = tree();
    let config =
        |until: &str| format!("[[ignore]]\nglob = 'icons'\nreason = 'goes in May'\nuntil = '{until}'\n");
    folder.write("site/huepack.toml", config("9999-12-31").as_bytes());
    let run = folder.huepack(&["check", "site"]).done();
    assert!(run.text().contains("1 finding is ignored"), "{}", run.text());
    folder.write("site/huepack.toml", config("2020-01-31").as_bytes());
    let run = folder.huepack(&["check", "site"]);
    assert_eq!(run.code, 1);
    assert!(run.text().contains("; ignored until 2020-01-31: goes in May"), "{}", run.text());
}

#[test]
fn a_broken_picture_is_worse_than_a_finding() {
    let folder = tree();
    fs::copy(fixture("broken/truncated.png"), folder.path("site/broken.png")).unwrap();
    let run = folder.huepack(&["check", "site"]);
    assert_eq!(run.code, 3);
    let run = run.says(&["huepack: site/broken.png: damaged PNG"]);
    assert!(run.text().contains("1 could be smaller") && run.text().contains("1 failed"), "{}", run.text());
}

#[test]
fn all_forms_tell_the_same() {
    let folder = tree();
    fs::copy(fixture("broken/truncated.png"), folder.path("site/broken & more.png")).unwrap();
    folder.write("site/huepack.toml", b"[budget]\n'**' = 1\n");
    let arguments = ["check", "site", "--json", "--sarif", "a.sarif", "--junit", "a.xml"];
    let run = folder.huepack(&arguments);
    assert_eq!(run.code, 3);
    let json = &run.json()[0];
    assert_eq!(
        (&json["version"], &json["totals"]["findings"], &json["totals"]["failures"]),
        (&1.into(), &2.into(), &1.into())
    );
    assert_eq!(json["findings"][0]["path"], "site/icons/logo.png");
    assert!(json["findings"][0]["bytes"]["after"].as_u64() < json["findings"][0]["bytes"]["before"].as_u64());
    let sarif: Value = serde_json::from_slice(&folder.bytes("a.sarif")).unwrap();
    check_sarif(&sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&str> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!(rules, ["smaller", "budget"]);
    let xml = String::from_utf8(folder.bytes("a.xml")).unwrap();
    assert!(
        xml.contains("<testsuite name=\"huepack check\" tests=\"5\" failures=\"2\" errors=\"1\">"),
        "{xml}"
    );
    assert!(xml.contains("name=\"site/broken &amp; more.png\"><error message=\""), "{xml}");
    let run = folder.huepack(&["check", "site", "--markdown", "-"]);
    assert!(run.text().starts_with("### huepack check\n\n4 files checked: "), "{}", run.text());
    assert!(run.text().contains("\n| `site/icons/logo.png` | could be smaller | 6,289 | "), "{}", run.text());
    let run = folder.huepack(&["check", "site", "--markdown", "a.md", "--markdown-limit", "400"]);
    assert!(folder.bytes("a.md").len() <= 400 && run.text().contains("4 files checked"));
}

#[test]
fn one_report_at_most_goes_to_standard_output() {
    let folder = tree();
    let run = folder.huepack(&["check", "site", "--json", "--markdown", "a.md"]);
    assert_eq!((run.code, run.json().len()), (1, 1), "{}", run.text());
    assert!(folder.bytes("a.md").starts_with(b"### huepack check\n"));
    let run = folder.huepack(&["check", "site", "--sarif", "-"]);
    check_sarif(&serde_json::from_str(run.text()).expect("nothing but the log"));
    let run = folder.huepack(&["check", "site", "--junit", "-"]);
    assert!(run.text().starts_with("<?xml") && run.text().trim_end().ends_with("</testsuites>"));
    folder
        .huepack(&["check", "site", "--json", "--markdown", "-"])
        .fails(2, &["--json and --markdown both write to standard output; give one of them a file"]);
    folder
        .huepack(&["check", "site", "--sarif", "-", "--junit", "-"])
        .fails(2, &["--sarif and --junit both write to standard output"]);
}

/// What the specification asks of a log (SARIF 2.1.0, 3.13 to 3.28), as far as ours has it.
fn check_sarif(sarif: &Value) {
    assert_eq!(sarif["version"], "2.1.0");
    for run in sarif["runs"].as_array().unwrap() {
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string());
        let rules = driver["rules"].as_array().unwrap();
        for invocation in run["invocations"].as_array().unwrap() {
            assert!(invocation["executionSuccessful"].is_boolean());
            for notification in invocation["toolExecutionNotifications"].as_array().unwrap() {
                assert!(notification["message"]["text"].is_string());
            }
        }
        for result in run["results"].as_array().unwrap() {
            assert!(result["message"]["text"].is_string());
            assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
            assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(
                uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)),
                "{uri}"
            );
        }
    }
}
