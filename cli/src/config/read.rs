//! From text to a config. What is wrong is told with its line.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::date::Date;
use super::key::{self, Setting};
use super::nearest::nearest;
use super::{Budget, Config, Ignore, Line, Pattern, Rule, name_of};
use crate::args::size;
use crate::failure::Failure;
use crate::globs::Globs;
use crate::threshold::Threshold;

/// Tables and lists that a config may have beside options.
pub(super) const SECTIONS: [&str; 5] = ["exclude", "rule", "budget", "ignore", "check"];
pub(super) const IGNORE_KEYS: [&str; 3] = ["glob", "reason", "until"];
pub(super) const CHECK_KEYS: [&str; 2] = ["min-savings", "palette-only"];

/// What is wrong, and where in the text.
struct Wrong {
    at: usize,
    reason: String,
}

type Result<T> = std::result::Result<T, Wrong>;

/// A key with its value, in the order of the text.
type Entry<'a> = (&'a str, usize, &'a Spanned<DeValue<'a>>);

/// Reads a config.
pub(super) fn read(path: &Path, text: &str) -> std::result::Result<Config, Failure> {
    let lines = Lines(text);
    let failed = |wrong: Wrong| {
        let place = format!("{}:{}", name_of(path), lines.at(wrong.at));
        Failure::new(Path::new(&place), wrong.reason, "docs/config.md explains every key")
    };
    let table = DeTable::parse(text).map_err(|error| {
        failed(Wrong { at: error.span().map_or(0, |span| span.start), reason: error.message().to_owned() })
    })?;
    let config = Config { path: path.to_owned(), ..Config::default() };
    config.filled(table.get_ref(), &lines).map_err(failed)
}

/// Numbers of lines.
struct Lines<'a>(&'a str);

impl Lines<'_> {
    fn at(&self, offset: usize) -> usize {
        1 + self.0.as_bytes()[..offset.min(self.0.len())].iter().filter(|&&byte| byte == b'\n').count()
    }
}

impl Config {
    fn filled(mut self, table: &DeTable<'_>, lines: &Lines<'_>) -> Result<Self> {
        for (name, at, value) in entries(table) {
            match name {
                "exclude" => self.exclude = patterns(value, lines)?,
                "rule" => {
                    self.rules =
                        tables(value, "rule")?.map(|table| rule(table?, lines)).collect::<Result<_>>()?;
                }
                "budget" => self.budgets = budgets(value, lines)?,
                "ignore" => {
                    self.ignores =
                        tables(value, "ignore")?.map(|table| ignore(table?, lines)).collect::<Result<_>>()?;
                }
                "check" => self.fill_check(one_table(value, "[check]")?)?,
                _ => {
                    let setting = setting((name, at, value), &[&key::NAMES[..], &SECTIONS].concat())?;
                    self.defaults.push(Line { line: lines.at(at), value: setting });
                }
            }
        }
        Ok(self)
    }

    fn fill_check(&mut self, table: &DeTable<'_>) -> Result<()> {
        for (name, at, value) in entries(table) {
            let text = value.get_ref().as_str();
            match name {
                "min-savings" => {
                    let texts = match value.get_ref().as_array() {
                        Some(list) => list.iter().map(|value| value.get_ref().as_str()).collect(),
                        None => text.map(|text| vec![text]),
                    };
                    let thresholds = texts.unwrap_or_default().into_iter().map(Threshold::parse).collect();
                    let wanted = "a part such as \"5%\", a size such as \"1KiB\", or a list of such";
                    self.check.min_savings = Some(thresholds)
                        .and_then(std::result::Result::ok)
                        .filter(|list: &Vec<Threshold>| !list.is_empty())
                        .ok_or_else(|| unfit(name, value, wanted))?;
                }
                "palette-only" => {
                    let path = text.map(Into::into);
                    self.check.palette_only =
                        Some(path.ok_or_else(|| unfit(name, value, "the name of a palette file"))?);
                }
                _ => return Err(unknown(name, at, &CHECK_KEYS)),
            }
        }
        Ok(())
    }
}

/// Keys in the order of the text: the parser sorts them by name.
fn entries<'a>(table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> =
        table.iter().map(|(name, value)| (&**name.get_ref(), name.span().start, value)).collect();
    entries.sort_by_key(|&(_, at, _)| at);
    entries
}

fn setting((name, at, value): Entry<'_>, names: &[&str]) -> Result<Setting> {
    match Setting::read(name, value.get_ref()) {
        None => Err(unknown(name, at, names)),
        Some(setting) => setting.map_err(|wanted| unfit(name, value, &wanted)),
    }
}

fn rule(table: &DeTable<'_>, lines: &Lines<'_>) -> Result<Rule> {
    let (mut glob, mut settings) = (None, Vec::new());
    let mut start = 0;
    for (name, at, value) in entries(table) {
        start = if start == 0 { at } else { start };
        if name == "glob" {
            glob = Some(pattern(value)?);
        } else {
            let setting = setting((name, at, value), &[&key::NAMES[..], &["glob"]].concat())?;
            settings.push(Line { line: lines.at(at), value: setting });
        }
    }
    let pattern = glob.ok_or_else(|| missing("a rule", "glob = \"icons/**\"", start))?;
    Ok(Rule { pattern, settings })
}

fn ignore(table: &DeTable<'_>, lines: &Lines<'_>) -> Result<Line<Ignore>> {
    let (mut glob, mut reason, mut until) = (None, None, None);
    let entries = entries(table);
    let start = entries.first().map_or(0, |&(_, at, _)| at);
    for (name, at, value) in entries {
        match name {
            "glob" => glob = Some(pattern(value)?),
            "reason" => {
                let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty());
                reason = Some(text.ok_or_else(|| unfit(name, value, "a few words"))?.to_owned());
            }
            "until" => {
                let text = match value.get_ref() {
                    DeValue::Datetime(date) => date.to_string(),
                    value => value.as_str().unwrap_or_default().to_owned(),
                };
                until = Some(
                    Date::parse(&text).ok_or_else(|| unfit(name, value, "a day such as \"2027-01-31\""))?,
                );
            }
            _ => return Err(unknown(name, at, &IGNORE_KEYS)),
        }
    }
    let missing = |what| missing("an ignore", what, start);
    let value = Ignore {
        pattern: glob.ok_or_else(|| missing("glob = \"old/**\""))?,
        reason: reason.ok_or_else(|| missing("reason = \"...\""))?,
        until: until.ok_or_else(|| missing("until = \"2027-01-31\""))?,
    };
    Ok(Line { line: lines.at(start), value })
}

fn budgets(value: &Spanned<DeValue<'_>>, lines: &Lines<'_>) -> Result<Vec<Line<Budget>>> {
    let budget = |(name, at, value): Entry<'_>| {
        let bytes = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            value => value.as_str().and_then(|text| size(text).ok()),
        };
        let bytes = bytes
            .ok_or_else(|| unfit(name, value, "a size such as \"2MB\", \"64KiB\" or a number of bytes"))?;
        let pattern = globbed(name, at)?;
        Ok(Line { line: lines.at(at), value: Budget { pattern, bytes } })
    };
    entries(one_table(value, "[budget]")?).into_iter().map(budget).collect()
}

fn patterns(value: &Spanned<DeValue<'_>>, lines: &Lines<'_>) -> Result<Vec<Line<Pattern>>> {
    let list = value.get_ref().as_array();
    let list = list.ok_or_else(|| unfit("exclude", value, "a list of patterns such as [\"vendor/**\"]"))?;
    let line = |value: &Spanned<DeValue<'_>>| {
        Ok(Line { line: lines.at(value.span().start), value: pattern(value)? })
    };
    list.iter().map(line).collect()
}

fn pattern(value: &Spanned<DeValue<'_>>) -> Result<Pattern> {
    let text =
        value.get_ref().as_str().ok_or_else(|| unfit("glob", value, "a pattern such as \"icons/**\""))?;
    globbed(text, value.span().start)
}

fn globbed(text: &str, at: usize) -> Result<Pattern> {
    let globs = Globs::of(&[text]).map_err(|reason| Wrong { at, reason })?;
    Ok(Pattern { text: text.to_owned(), globs })
}

fn one_table<'a>(value: &'a Spanned<DeValue<'a>>, name: &str) -> Result<&'a DeTable<'a>> {
    value.get_ref().as_table().ok_or_else(|| unfit(name, value, "a table"))
}

/// The tables of a list of them.
fn tables<'a>(
    value: &'a Spanned<DeValue<'a>>,
    name: &'a str,
) -> Result<impl Iterator<Item = Result<&'a DeTable<'a>>>> {
    let wanted = format!("a list of tables, each under [[{name}]]");
    let list = value.get_ref().as_array().ok_or_else(|| unfit(name, value, &wanted))?;
    Ok(list.iter().map(move |value| one_table(value, name)))
}

fn unfit(name: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> Wrong {
    let came = match value.get_ref() {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        other => format!("a value of the type {}", other.type_str()),
    };
    Wrong { at: value.span().start, reason: format!("{name} wants {wanted}, got {came}") }
}

fn unknown(name: &str, at: usize, names: &[&str]) -> Wrong {
    let meant = nearest(name, names).map_or(String::new(), |meant| format!("; did you mean {meant:?}?"));
    Wrong { at, reason: format!("there is no key {name:?}{meant}") }
}

fn missing(whose: &str, what: &str, at: usize) -> Wrong {
    Wrong { at, reason: format!("{whose} lacks {what}") }
}
