//! YAML, and JSON, which is a part of it, as a tree that knows its lines.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A text as it was quoted, or anything else as it was written.
    Text {
        text: String,
        is_quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// What is wrong, and on which line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) line: usize,
    pub(super) reason: String,
}

/// Lists within lists beyond which no settings are.
const DEEPEST: usize = 64;

impl Node {
    /// Reads the first document of a YAML text.
    pub(super) fn of_yaml(text: &str) -> Result<Self, Wrong> {
        let mut events = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
        let node = node(&mut events, 0)?;
        Ok(node.unwrap_or(Self { line: 1, value: Value::Map(Vec::new()) }))
    }

    /// Reads a JSON text.
    pub(super) fn of_json(text: &str) -> Result<Self, Wrong> {
        let text = text.trim_start_matches('\u{feff}');
        // The one is stricter, the other tells lines.
        serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            Wrong { line: error.line(), reason }
        })?;
        Self::of_yaml(text)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The entries of a map; none of anything else.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        self.text()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Truth as YAML 1.1 and workflows write it, in quotes as well.
    pub(super) fn truth(&self) -> Option<bool> {
        match &*self.text()?.to_ascii_lowercase() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// On one line, as in messages.
    pub(super) fn shown(&self) -> String {
        match &self.value {
            Value::Text { text, is_quoted: true } => format!("{text:?}"),
            Value::Text { text, .. } => text.replace(char::is_control, " "),
            Value::List(items) => {
                format!("[{}]", items.iter().map(Self::shown).collect::<Vec<_>>().join(", "))
            }
            Value::Map(entries) => {
                let entries = entries.iter().map(|(name, node)| format!("{name}: {}", node.shown()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// The next value; none at the end of what it would be in.
fn node(events: &mut Parser<'_, saphyr_parser::StrInput<'_>>, depth: usize) -> Result<Option<Node>, Wrong> {
    for event in events.by_ref() {
        let (event, span) =
            event.map_err(|error| Wrong { line: error.marker().line(), reason: error.info().to_owned() })?;
        let line = span.start.line();
        if depth > DEEPEST {
            return Err(Wrong { line, reason: "lists stand in lists too often".into() });
        }
        let value = match event {
            Event::Scalar(text, style, ..) => {
                Value::Text { text: text.into_owned(), is_quoted: style != ScalarStyle::Plain }
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                while let Some(item) = node(events, depth + 1)? {
                    items.push(item);
                }
                Value::List(items)
            }
            Event::MappingStart(..) => {
                let mut entries = Vec::new();
                while let Some(key) = node(events, depth + 1)? {
                    let value = node(events, depth + 1)?;
                    let value = value.unwrap_or(Node { line, value: Value::Map(Vec::new()) });
                    // The line of a setting is that of its name.
                    entries.push((key.shown_as_key(), Node { line: key.line, ..value }));
                }
                Value::Map(entries)
            }
            Event::Alias(_) => {
                return Err(Wrong { line, reason: "an alias stands for a value; write it out".into() });
            }
            Event::SequenceEnd | Event::MappingEnd | Event::DocumentEnd | Event::StreamEnd => {
                return Ok(None);
            }
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => continue,
        };
        return Ok(Some(Node { line, value }));
    }
    Ok(None)
}

impl Node {
    fn shown_as_key(&self) -> String {
        self.text().map_or_else(|| self.shown(), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines_in_both_formats() {
        for (text, is_json) in
            [("{\n\"a\": {\n\t\"b\": [0.6, 0.8]}}", true), ("\na:\n  b: [0.6, 0.8]\n", false)]
        {
            let node = if is_json { Node::of_json(text) } else { Node::of_yaml(text) }.unwrap();
            let b = node.get("a").unwrap().get("b").unwrap();
            assert_eq!((b.line, b.items()[1].number()), (3, Some(0.8)), "{text}");
            assert_eq!(b.shown(), "[0.6, 0.8]");
        }
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        assert_eq!(Node::of_json("{\n\"a\": 1,\n}").unwrap_err().line, 3);
        assert_eq!(Node::of_yaml("a: 1\nb: [1, 2\nc: 3\n").unwrap_err().line, 3);
        assert!(Node::of_json("a: 1").is_err(), "YAML is no JSON");
        assert!(Node::of_yaml(&"[".repeat(1000)).is_err());
    }
}
