//! `huepack config`: what applies to a file, and why.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::find::{Belonging, Finder};
use super::{Applied, Config, name_of};
use crate::failure::shown;
use crate::folder::MIN_SCORE;
use crate::number::grouped;
use crate::terminal::{Status, complain, say};

#[derive(Args, Clone, Debug)]
pub(crate) struct ConfigArgs {
    /// Files to tell about; without any, all that the config of this folder says
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print JSON, one object a file
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options that always have a value.
const DEFAULTS: [(&str, &str); 4] = [
    ("colors", "256, or all if smaller"),
    ("effort", "\"balanced\""),
    ("dither", "\"auto\""),
    ("lambda", "0.1, scaled by the palette's error"),
];

/// Tells about every file; one whose config is broken does not stop the others.
pub(crate) fn run(args: &ConfigArgs) -> Status {
    let mut finder = Finder::default();
    let mut status = Status::Done;
    // A config is found from a file: any name in the folder does.
    let here = [PathBuf::from(super::FILE)];
    let files = if args.files.is_empty() { &here[..] } else { &args.files };
    for file in files {
        match finder.of(file) {
            Ok(belonging) if args.json => say(&json(file, belonging.as_ref()).to_string()),
            Ok(Some(belonging)) if args.files.is_empty() => {
                whole(&belonging.config).iter().for_each(|line| say(line));
            }
            Ok(belonging) => lines(file, belonging.as_ref()).iter().for_each(|line| say(line)),
            Err(failure) => {
                complain(&failure.to_string());
                status = Status::Failed;
            }
        }
    }
    status
}

/// Everything that a config says.
fn whole(config: &Config) -> Vec<String> {
    let mut rows = Vec::new();
    let at = |line| config.place(line);
    rows.extend(config.defaults.iter().map(|line| (line.value.to_string(), at(line.line))));
    rows.extend(config.exclude.iter().map(|line| (format!("exclude {:?}", line.value.text), at(line.line))));
    for rule in &config.rules {
        let named = |setting: &dyn std::fmt::Display| format!("{setting} for {:?}", rule.pattern.text);
        rows.extend(rule.settings.iter().map(|line| (named(&line.value), at(line.line))));
    }
    for line in &config.budgets {
        let (glob, bytes) = (&line.value.pattern.text, grouped(line.value.bytes));
        rows.push((format!("budget of {bytes} B for {glob:?}"), at(line.line)));
    }
    for line in &config.ignores {
        let (glob, until) = (&line.value.pattern.text, line.value.until);
        rows.push((format!("ignore {glob:?} until {until}: {}", line.value.reason), at(line.line)));
    }
    aligned(&rows)
}

/// What applies to one file.
fn lines(file: &Path, belonging: Option<&Belonging>) -> Vec<String> {
    let mut rows = Vec::new();
    let mut set = Vec::new();
    if let Some(Belonging { config, relative }) = belonging {
        if let Some(line) = config.excludes(relative) {
            let place = config.place(line.line);
            return vec![format!("{}: left out by exclude {:?}, {place}", shown(file), line.value.text)];
        }
        for Applied { setting, line, rule } in config.applied(&config.rules_of(relative)) {
            let rule = rule.map_or(String::new(), |rule| format!(", rule {rule:?}"));
            rows.push((setting.to_string(), format!("{}{rule}", config.place(line))));
            set.push(setting.name());
        }
        for line in config.budgets.iter().filter(|line| line.value.pattern.globs.hold(relative)) {
            let bytes = grouped(line.value.bytes);
            rows.push((
                format!("budget of {bytes} B for {:?}", line.value.pattern.text),
                config.place(line.line),
            ));
        }
        for line in config.ignores.iter().filter(|line| line.value.pattern.globs.hold(relative)) {
            let text = format!("ignored by check until {}: {}", line.value.until, line.value.reason);
            rows.push((text, config.place(line.line)));
        }
    }
    let has_palette = set.contains(&"palette");
    let floor = MIN_SCORE.to_string();
    for (name, value) in DEFAULTS.iter().copied().chain([("min-score", &*floor)]) {
        let is_set = set.contains(&name) || name == "colors" && has_palette;
        if !is_set {
            rows.push((format!("{name} = {value}"), "default".into()));
        }
    }
    let head = match belonging {
        Some(belonging) => format!("{}: {}", shown(file), name_of(&belonging.config.path)),
        None => format!("{}: no {} in its folder or above", shown(file), super::FILE),
    };
    std::iter::once(head).chain(aligned(&rows).into_iter().map(|line| format!("  {line}"))).collect()
}

/// Two columns.
fn aligned(rows: &[(String, String)]) -> Vec<String> {
    let width = rows.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(text, place)| format!("{text:<width$}  {place}")).collect()
}

fn json(file: &Path, belonging: Option<&Belonging>) -> Value {
    let Some(Belonging { config, relative }) = belonging else {
        return json!({ "file": shown(file), "config": null, "excluded": false, "settings": [] });
    };
    let setting = |applied: &Applied<'_>| {
        let text = applied.setting.to_string();
        let value = text.split_once(" = ").map_or("", |(_, value)| value);
        json!({
            "key": applied.setting.name(),
            // What is TOML here is JSON as well.
            "value": serde_json::from_str::<Value>(value).unwrap_or(Value::Null),
            "line": applied.line,
            "rule": applied.rule,
        })
    };
    let applied = config.applied(&config.rules_of(relative));
    json!({
        "file": shown(file),
        "config": name_of(&config.path),
        "excluded": config.excludes(relative).is_some(),
        "settings": applied.iter().map(setting).collect::<Vec<_>>(),
    })
}
