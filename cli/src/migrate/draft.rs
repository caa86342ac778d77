//! A config in the making: each line with the place that it comes from.

use std::fmt::Write as _;

/// What was found, in the order in which it was found.
#[derive(Debug, Default)]
pub(super) struct Draft {
    settings: Vec<Setting>,
    exclude: Vec<(String, String)>,
    min_savings: Vec<(String, String)>,
    remarks: Vec<String>,
    sources: Vec<String>,
}

/// A key that is set.
#[derive(Debug)]
struct Setting {
    /// The files that it is for; all if there is none.
    glob: Option<&'static str>,
    key: &'static str,
    value: String,
    from: String,
}

/// A place in a file, and what is said there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: usize,
}

impl Place<'_> {
    fn says(self, what: &str) -> String {
        format!("{}:{}: {what}", self.file, self.line)
    }
}

impl Draft {
    /// Names a file that holds settings.
    pub(super) fn source(&mut self, file: &str) {
        if !self.sources.iter().any(|known| known == file) {
            self.sources.push(file.to_owned());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Sets a key, unless an earlier source did; `what` is how it was said there.
    pub(super) fn set(
        &mut self,
        place: Place<'_>,
        what: &str,
        (glob, key): (Option<&'static str>, &'static str),
        value: String,
    ) {
        let from = place.says(what);
        match self.settings.iter().find(|known| (known.glob, known.key) == (glob, key)) {
            Some(known) if known.value == value => {}
            Some(known) => {
                let set = format!("{from} would be {key} = {value}, which {} has set already", known.from);
                self.remarks.push(set);
            }
            None => self.settings.push(Setting { glob, key, value, from }),
        }
    }

    pub(super) fn exclude(&mut self, place: Place<'_>, what: &str, pattern: &str) {
        let pattern = pattern.trim();
        if pattern.is_empty() || self.exclude.iter().any(|(known, _)| known == pattern) {
            return;
        }
        match crate::globs::Globs::of(&[pattern]) {
            Ok(_) => self.exclude.push((pattern.to_owned(), place.says(what))),
            Err(reason) => self.remark(place, what, &reason),
        }
    }

    /// The least that a check asks for; all must be reached.
    pub(super) fn min_savings(&mut self, place: Place<'_>, what: &str, value: String) {
        self.min_savings.push((value, place.says(what)));
    }

    /// What has no counterpart, and why.
    pub(super) fn remark(&mut self, place: Place<'_>, what: &str, why: &str) {
        self.remarks.push(format!("{}: {why}", place.says(what)));
    }

    pub(super) fn remarks(&self) -> usize {
        self.remarks.len()
    }

    /// The config.
    pub(super) fn toml(&self) -> String {
        let mut text = format!("# From {}, by huepack migrate.\n", line(&self.sources.join(", ")));
        let lines = |text: &mut String, glob: Option<&str>| {
            for Setting { key, value, from, .. } in self.settings.iter().filter(|set| set.glob == glob) {
                let _ = writeln!(text, "{key} = {value} # {}", line(from));
            }
        };
        lines(&mut text, None);
        if !self.exclude.is_empty() {
            text.push_str("exclude = [\n");
            for (pattern, from) in &self.exclude {
                let _ = writeln!(text, "  {}, # {}", quoted(pattern), line(from));
            }
            text.push_str("]\n");
        }
        let mut globs: Vec<&str> = self.settings.iter().filter_map(|set| set.glob).collect();
        globs.sort_unstable();
        globs.dedup();
        for glob in globs {
            let _ = write!(text, "\n[[rule]]\nglob = {}\n", quoted(glob));
            lines(&mut text, Some(glob));
        }
        if !self.min_savings.is_empty() {
            text.push_str("\n[check]\nmin-savings = [\n");
            for (value, from) in &self.min_savings {
                let _ = writeln!(text, "  {}, # {}", quoted(value), line(from));
            }
            text.push_str("]\n");
        }
        if !self.remarks.is_empty() {
            text.push_str("\n# Without a counterpart here:\n");
            for remark in &self.remarks {
                let _ = writeln!(text, "# {}", line(remark));
            }
        }
        text
    }
}

/// Text in quotes, as TOML and JSON agree on.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What may stand in a comment: a line of it, and not the end of it.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_first_stays_and_what_comes_later_is_told() {
        let mut draft = Draft::default();
        let place = |line| Place { file: "a", line };
        draft.set(place(1), "x", (None, "min-score"), "80".into());
        draft.set(place(2), "y", (None, "min-score"), "70".into());
        draft.set(place(3), "z", (None, "min-score"), "80".into());
        let text = draft.toml();
        assert!(text.contains("min-score = 80 # a:1: x\n"), "{text}");
        assert!(text.contains("# a:2: y would be min-score = 70, which a:1: x has set already\n"), "{text}");
        assert!(!text.contains("a:3"), "{text}");
    }

    #[test]
    fn no_text_ends_its_comment_or_its_quotes() {
        let mut draft = Draft::default();
        let place = Place { file: "a\nmin-score = 1\n#", line: 1 };
        draft.source(place.file);
        draft.exclude(place, "b\r\nc", "x\"]\nmin-score = 2 #");
        draft.remark(place, "d\n[check]", "e");
        let text = draft.toml();
        let table = toml::de::DeTable::parse(&text).unwrap();
        let keys: Vec<&str> = table.get_ref().keys().map(|key| &**key.get_ref()).collect();
        assert_eq!(keys, ["exclude"]);
    }
}
