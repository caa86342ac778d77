//! What a config may say, and how it is told when it is wrong.

use std::path::Path;

use serde_json::Value;

use super::key::{self, choices};
use super::{Config, read};
use crate::args::{DitherArg, EffortArg, FormatArg};

fn config(text: &str) -> Config {
    read::read(Path::new("a/huepack.toml"), text).unwrap()
}

fn wrong(text: &str) -> String {
    read::read(Path::new("a/huepack.toml"), text).unwrap_err().to_string()
}

fn applied(config: &Config, path: &str) -> Vec<String> {
    let rules = config.rules_of(Path::new(path));
    config.applied(&rules).iter().map(|applied| format!("{}:{}", applied.setting, applied.line)).collect()
}

#[test]
fn later_rules_win_over_earlier_ones_and_over_defaults() {
    let config = config(
        "colors = 128\nmin-score = 82\n[[rule]]\nglob = \"icons/**\"\ncolors = 32\nmin-score = 85\n\
         [[rule]]\nglob = \"*.gif\"\ncolors = 16\n",
    );
    assert_eq!(applied(&config, "a.png"), ["colors = 128:1", "min-score = 82:2"]);
    assert_eq!(applied(&config, "icons/a.png"), ["colors = 32:5", "min-score = 85:6"]);
    assert_eq!(applied(&config, "icons/a.gif"), ["min-score = 85:6", "colors = 16:9"]);
}

#[test]
fn a_palette_and_a_number_of_colours_take_each_others_place() {
    let config = config("colors = 9\nkeep-color = [\"#123\"]\n[[rule]]\nglob = \"a\"\npalette = \"b.gpl\"\n");
    assert_eq!(applied(&config, "a"), ["palette = \"b.gpl\":5"]);
    assert_eq!(applied(&config, "b"), ["colors = 9:1", "keep-color = [\"#112233\"]:2"]);
}

#[test]
fn unknown_keys_name_the_line_and_the_nearest_key() {
    let error = wrong("# ours\n\ncolours = 3\n");
    assert_eq!(
        error,
        "a/huepack.toml:3: there is no key \"colours\"; did you mean \"colors\"?; docs/config.md explains every key"
    );
    assert!(
        wrong("[[rule]]\nglob = \"a\"\nmin_score = 3")
            .starts_with("a/huepack.toml:3: there is no key \"min_score\"; did you mean \"min-score\"?")
    );
    assert!(wrong("[budgets]\n\"a\" = 1").contains("did you mean \"budget\"?"));
    assert!(wrong("[check]\nmin-saving = \"5%\"").contains("did you mean \"min-savings\"?"));
    assert!(
        wrong("[[ignore]]\nglob = \"a\"\nbecause = \"x\"")
            .starts_with("a/huepack.toml:3: there is no key \"because\"")
    );
}

#[test]
fn wrong_values_name_the_line_and_what_was_wanted() {
    for (text, wanted) in [
        ("colors = \"many\"", ":1: colors wants a whole number from 2 to 256, got \"many\""),
        ("colors = 1", ":1: colors wants a whole number from 2 to 256, got 1"),
        ("\nmin-score = 101.5", ":2: min-score wants a number from 0 to 100, got 101.5"),
        ("keep-color = [\"blue\"]", ":1: keep-color wants a list of colours"),
        (
            "dither = \"some\"",
            ":1: dither wants one of \"auto\", \"none\", \"floyd-steinberg\", \"ordered\", got",
        ),
        ("lambda = -1", ":1: lambda wants a number of 0 or more, got -1"),
        (
            "palette = true",
            ":1: palette wants the name of a palette file, such as \"brand.gpl\", got a value of the type boolean",
        ),
        ("exclude = \"a\"", ":1: exclude wants a list of patterns"),
        ("exclude = [\n\"a\",\n\"b[\"]", ":3: the pattern \"b[\" makes no sense"),
        ("[[rule]]\ncolors = 3", ":2: a rule lacks glob = \"icons/**\""),
        ("[rule]\nglob = \"a\"", ":1: rule wants a list of tables, each under [[rule]]"),
        ("[budget]\n\"a\" = \"much\"", ":2: a wants a size such as \"2MB\""),
        ("[[ignore]]\nglob = \"a\"\nreason = \" \"", ":3: reason wants a few words"),
        ("[[ignore]]\nglob = \"a\"\nreason = \"x\"\nuntil = \"soon\"", ":4: until wants a day such as"),
        ("[[ignore]]\nglob = \"a\"\nreason = \"x\"", ":2: an ignore lacks until"),
        ("[check]\nmin-savings = \"lots\"", ":2: min-savings wants a part"),
        ("colors = 3\ncolors = 4", ":2: duplicate key"),
        ("colors", ":1: "),
    ] {
        let error = wrong(text);
        assert!(error.starts_with(&format!("a/huepack.toml{wanted}")), "{text:?}: {error}");
    }
}

#[test]
fn budgets_ignores_and_checks_are_read() {
    let config = config(
        "exclude = [\"vendor\"]\n[budget]\n\"public/**\" = \"2MB\"\n\"a\" = 100\n[[ignore]]\nglob = \"old/**\"\n\
         reason = \"goes in May\"\nuntil = 2027-05-01\n[check]\nmin-savings = [\"5%\", \"1KiB\"]\npalette-only = \"b.gpl\"\n",
    );
    let budgets: Vec<_> =
        config.budgets.iter().map(|line| (&*line.value.pattern.text, line.value.bytes)).collect();
    assert_eq!(budgets, [("public/**", 2_000_000), ("a", 100)]);
    assert_eq!(config.ignores[0].value.until.to_string(), "2027-05-01");
    assert!(config.excludes(Path::new("b/vendor/c.png")).is_some());
    assert_eq!(config.check.min_savings.len(), 2);
    assert_eq!(config.check.palette_only.as_deref(), Some(Path::new("b.gpl")));
}

#[test]
fn the_published_schema_has_the_same_keys() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/huepack.schema.json")).unwrap();
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(value["additionalProperties"], false, "{keys:?}");
        keys.sort();
        keys
    };
    let sorted = |names: Vec<&str>| {
        let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        names.sort();
        names
    };
    assert_eq!(keys(&schema), sorted([&key::NAMES[..], &read::SECTIONS].concat()));
    let rule = &schema["properties"]["rule"]["items"];
    assert_eq!(keys(rule), sorted([&key::NAMES[..], &["glob"]].concat()));
    assert_eq!(keys(&schema["properties"]["ignore"]["items"]), sorted(read::IGNORE_KEYS.to_vec()));
    assert_eq!(keys(&schema["properties"]["check"]), sorted(read::CHECK_KEYS.to_vec()));
    // A rule's options are those of the whole, by reference, and their words are ours.
    for name in key::NAMES {
        assert_eq!(rule["properties"][name]["$ref"], format!("#/properties/{name}"), "{name}");
    }
    let words = |name: &str| schema["properties"][name]["enum"].as_array().unwrap().clone();
    assert_eq!(words("format"), choices::<FormatArg>());
    assert_eq!(words("effort"), choices::<EffortArg>());
    assert_eq!(words("dither"), choices::<DitherArg>());
}
