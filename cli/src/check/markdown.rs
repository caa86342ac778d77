//! A check as a table in Markdown, for a job's summary or a comment.

use std::fmt::Write;

use super::Checked;
use super::finding::{Finding, What};
use crate::failure::shown;
use crate::number::{change, grouped};

/// Bytes that are left for the line that tells how many rows are missing.
const ROOM: usize = 120;

/// The table, in at most so many bytes: rows that have no place are counted.
pub(super) fn text(checked: &Checked, most_bytes: usize) -> String {
    let mut text = format!("### huepack check\n\n{}\n", checked.totals());
    let failed = checked.failures.iter().map(|(path, failure)| {
        format!("| `{}` | failed: {} | | |\n", escaped(&shown(path)), escaped(&failure.reason))
    });
    let rows: Vec<String> = failed.chain(checked.findings.iter().map(row)).collect();
    if rows.is_empty() {
        return text;
    }
    let head = "\n| File | Finding | Bytes | Could be |\n| --- | --- | ---: | ---: |\n";
    if text.len() + head.len() + ROOM > most_bytes {
        // No room for a table; the totals are ASCII.
        text.truncate(most_bytes);
        return text;
    }
    text += head;
    for (number, row) in rows.iter().enumerate() {
        if text.len() + row.len() + ROOM > most_bytes {
            let left = grouped((rows.len() - number) as u64);
            let _ = write!(text, "\n{left} more are left out, since this text may be no longer.\n");
            return text;
        }
        text += row;
    }
    text
}

fn row(finding: &Finding) -> String {
    let path = escaped(&shown(&finding.path));
    match finding.what {
        What::Smaller { before, after } => {
            let note = finding.note.as_ref().map_or(String::new(), |note| format!("; {}", escaped(note)));
            let (before, after, change) = (grouped(before), grouped(after), change(after, before));
            format!("| `{path}` | could be smaller{note} | {before} | {after} ({change}) |\n")
        }
        _ => format!("| `{path}` | {} | | |\n", escaped(&finding.message())),
    }
}

/// Text that does not end a cell or a code span, nor begins anything.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        match c {
            '`' => escaped.push('\''),
            '|' => escaped.push_str("\\|"),
            '<' => escaped.push_str("&lt;"),
            '\n' | '\r' => escaped.push(' '),
            c => escaped.push(c),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(count: u64) -> Checked {
        let finding = |number: u64| Finding {
            path: format!("icons/a|{number}.png").into(),
            what: What::Smaller { before: 2000, after: 1000 },
            line: None,
            note: None,
        };
        Checked { findings: (0..count).map(finding).collect(), ..Checked::default() }
    }

    #[test]
    fn a_table_is_never_longer_than_it_may_be() {
        for limit in [0, 100, 500, 5_000, 64 << 10] {
            let text = text(&checked(2_000), limit);
            assert!(text.len() <= limit, "{} of {limit}", text.len());
        }
        let text = text(&checked(2_000), 64 << 10);
        assert!(
            text.len() > 60_000 && text.ends_with("more are left out, since this text may be no longer.\n")
        );
        let rows = text.lines().filter(|line| line.starts_with("| `icons/")).count() as u64;
        assert!(text.contains(&format!("\n{} more", grouped(2_000 - rows))));
    }

    #[test]
    fn names_do_not_break_the_table() {
        assert!(
            text(&checked(1), 1 << 20)
                .ends_with("| `icons/a\\|0.png` | could be smaller | 2,000 | 1,000 (-50.0 %) |\n")
        );
    }
}
