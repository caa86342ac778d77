//! Files that a list names, for who has divided the work already: an object a line, such as a dry run prints.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::settings::Refusal;
use super::walk::Found;
use crate::args::PackArgs;
use crate::config::nearest;
use crate::failure::{Failure, shown};
use crate::source::read_bytes;

/// What a line may hold. All but the first two are what a dry run tells beside, and change nothing.
const KEYS: [&str; 9] =
    ["input", "output", "plan", "kind", "format", "min_score", "status", "reason", "advice"];

/// A line that was read.
#[derive(Debug)]
struct Line {
    number: usize,
    input: PathBuf,
    output: Option<PathBuf>,
    /// Why a dry run said that it cannot be done.
    reason: Option<String>,
}

/// The files that a list names, each once. A list with anything wrong in it is refused as a whole.
pub(super) fn read(list: &Path, args: &PackArgs) -> Result<Vec<Found>, Refusal> {
    let failed = |failure: Failure| Refusal::failed(failure.to_string());
    let bytes = read_bytes(list, args.reading.limits.max_memory).map_err(failed)?;
    let at = |number: usize| format!("{}:{number}", shown(list));
    let mut lines: BTreeMap<PathBuf, Line> = BTreeMap::new();
    for (place, text) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if text.trim_ascii().is_empty() {
            continue;
        }
        let number = place + 1;
        let wrong = |reason: String| Refusal::failed(format!("{}: {reason}; nothing was done", at(number)));
        let line = line(number, text).map_err(wrong)?;
        match lines.get(&line.input) {
            Some(other) if other.output != line.output => {
                let (input, other) = (shown(&line.input), other.number);
                return Err(wrong(format!("{input} has another output here than in line {other}")));
            }
            Some(_) => {}
            None => {
                lines.insert(line.input.clone(), line);
            }
        }
    }
    let found = |line: Line| {
        let number = line.number;
        line.found(args).map_err(|reason| Refusal::usage(format!("{}: {reason}", at(number))))
    };
    let mut found = lines.into_values().map(found).collect::<Result<Vec<_>, _>>()?;
    keep_sources(&mut found);
    Ok(found)
}

fn line(number: usize, text: &[u8]) -> Result<Line, String> {
    let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8")?;
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let reason = error.to_string();
        format!("it is no JSON: {}", reason.replace(" at line 1 column", ", at column"))
    })?;
    let object = value.as_object().ok_or("an object such as {\"input\": \"a.png\"} is wanted")?;
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let meant = nearest(key, &KEYS).map_or(String::new(), |meant| format!("; did you mean {meant:?}?"));
        return Err(format!("there is no key {key:?}{meant}"));
    }
    let path = |key: &str| match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(path)) if !path.is_empty() && path != "-" => match plain(Path::new(path)) {
            Some(path) => Ok(Some(path)),
            None => Err(format!("{key} goes up from a folder that it went into; name it without that ..")),
        },
        Some(other) => Err(format!("{key} wants the path of a file, got {other}")),
    };
    let input = path("input")?.ok_or("it names no input")?;
    let reason = object.get("reason").and_then(Value::as_str).map(str::to_owned);
    Ok(Line { number, input, output: path("output")?, reason })
}

/// A path without what leads nowhere, so that one file has one name; none if it goes up again on its way.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    let mut is_below = false;
    for part in path.components() {
        match part {
            Component::CurDir => continue,
            Component::ParentDir if is_below => return None,
            Component::ParentDir => {}
            _ => is_below = true,
        }
        plain.push(part);
    }
    (!plain.as_os_str().is_empty()).then_some(plain)
}

impl Line {
    /// The file, if it is clear where its result is to go.
    fn found(self, args: &PackArgs) -> Result<Found, String> {
        self.check(args)?;
        let Self { input, output, reason, .. } = self;
        let output = output.filter(|output| *output != input);
        let has_place = output.is_some() || args.in_place || args.out_dir.is_some() || args.folder.dry_run;
        let failed = |reason| Failure::new(&input, reason, "say --in-place or --out-dir DIR to try it again");
        let failure = reason.filter(|_| !has_place).map(failed).or_else(|| unfit(&input));
        Ok(Found { relative: input.clone(), path: input, output, failure })
    }

    /// What makes no sense together with the options.
    fn check(&self, args: &PackArgs) -> Result<(), String> {
        let Self { input, output, reason, .. } = self;
        let name = shown(input);
        match output {
            _ if args.folder.dry_run => Ok(()),
            Some(output) if output == input && !args.in_place => {
                Err(format!("the output of {name} is {name} itself; --in-place replaces it"))
            }
            Some(output) if output != input && args.in_place => {
                let output = shown(output);
                Err(format!("--in-place replaces {name}, and its output is {output}; leave one out"))
            }
            None if args.out_dir.is_some()
                && !matches!(input.components().next(), Some(Component::Normal(_))) =>
            {
                Err(format!(
                    "{name} is not in this folder, and so has no place in --out-dir; name its output"
                ))
            }
            // What a dry run said to fail has no output.
            None if !args.in_place && args.out_dir.is_none() && reason.is_none() => {
                Err(format!("{name} has no output; name it, or say --in-place or --out-dir DIR"))
            }
            _ => Ok(()),
        }
    }
}

/// Why something is no file that can be read.
fn unfit(path: &Path) -> Option<Failure> {
    match fs::metadata(path) {
        Err(error) => Some(Failure::reading(path, &error)),
        Ok(metadata) if metadata.is_dir() => {
            Some(Failure::reading(path, &std::io::ErrorKind::IsADirectory.into()))
        }
        Ok(metadata) if !metadata.is_file() => Some(Failure::not_regular(path)),
        Ok(_) => None,
    }
}

/// No output may be a file that is still to be read.
fn keep_sources(found: &mut [Found]) {
    let sources: HashSet<PathBuf> =
        found.iter().filter_map(|found| fs::canonicalize(&found.path).ok()).collect();
    for found in found {
        let output = found.output.as_ref().and_then(|output| fs::canonicalize(output).ok());
        if output.is_some_and(|output| sources.contains(&output)) {
            let reason = "its output would overwrite an input";
            found.failure = Some(Failure::new(&found.path, reason, "name another output in the list"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        line(1, text.as_bytes()).unwrap_err()
    }

    #[test]
    fn one_file_has_one_name() {
        let plain = |path: &str| plain(Path::new(path)).map(|path| path.to_string_lossy().into_owned());
        assert_eq!(plain("./a//b/./c.png").as_deref(), Some("a/b/c.png"));
        assert_eq!(plain("../a.png").as_deref(), Some("../a.png"));
        assert_eq!([plain("a/../b.png"), plain("."), plain("/../a.png")], [None, None, None]);
    }

    #[test]
    fn a_line_is_what_a_dry_run_prints() {
        let text = r#"{"format":"png","input":"a.png","kind":"png","min_score":80.0,"output":"d/a.png","plan":"pack"}"#;
        let line = line(1, text.as_bytes()).unwrap();
        assert_eq!((line.input, line.output), ("a.png".into(), Some("d/a.png".into())));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told() {
        assert_eq!(refusal(r#"{"inptu": "a.png"}"#), r#"there is no key "inptu"; did you mean "input"?"#);
        assert!(refusal(r#"{"input": "a.png""#).starts_with("it is no JSON: EOF while parsing an object"));
        assert!(refusal("[]").contains("an object such as"));
        assert!(refusal("{}").contains("it names no input"));
        assert!(refusal(r#"{"input": 3}"#).contains("input wants the path of a file, got 3"));
        assert!(refusal(r#"{"input": "a/../b.png"}"#).contains("without that .."));
    }
}
