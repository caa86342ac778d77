//! Tables: aligned for the eye, tab-separated for the record, Markdown for the documentation.

use std::fmt::Write;

use crate::Result;

/// Named columns, rows of cells, and notes on where they come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) notes: Vec<(String, String)>,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(notes: Vec<(String, String)>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        Self { notes, columns, rows: Vec::new() }
    }

    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        self.notes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn push(&mut self, row: Vec<String>) {
        assert_eq!(row.len(), self.columns.len(), "one cell a column");
        self.rows.push(row);
    }

    /// The cell of `column` in `row`.
    pub(crate) fn cell<'a>(&self, row: &'a [String], column: &str) -> Option<&'a str> {
        let place = self.columns.iter().position(|name| name == column)?;
        row.get(place).map(String::as_str)
    }

    /// Numbers to the right, words to the left, two spaces between.
    pub(crate) fn to_text(&self) -> String {
        let rows = || std::iter::once(&self.columns).chain(&self.rows);
        let width = |column: usize| rows().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = String::new();
        for row in rows() {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                if self.is_numeric(column) {
                    let _ = write!(line, "{cell:>width$}  ");
                } else {
                    let _ = write!(line, "{cell:<width$}  ");
                }
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    /// Notes as comments, then the names of the columns, then the rows.
    pub(crate) fn to_tsv(&self) -> String {
        let mut text = String::new();
        for (key, value) in &self.notes {
            let _ = writeln!(text, "# {key}: {value}");
        }
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            text += &row.join("\t");
            text.push('\n');
        }
        text
    }

    /// Reads what [`to_tsv`](Self::to_tsv) wrote.
    pub(crate) fn from_tsv(text: &str) -> Result<Self> {
        let mut table = Self::default();
        for line in text.lines() {
            if let Some((key, value)) = line.strip_prefix("# ").and_then(|note| note.split_once(": ")) {
                table.notes.push((key.to_owned(), value.to_owned()));
                continue;
            }
            let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            if table.columns.is_empty() {
                table.columns = cells;
            } else if cells.len() == table.columns.len() {
                table.rows.push(cells);
            } else {
                return Err(format!("{} columns wanted, got {line:?}", table.columns.len()).into());
            }
        }
        Ok(table)
    }

    /// The given columns, as (name in the table, heading), of the rows for which `keep` holds.
    pub(crate) fn to_markdown(&self, columns: &[(&str, &str)], keep: impl Fn(&[String]) -> bool) -> String {
        let headings: Vec<&str> = columns.iter().map(|&(_, heading)| heading).collect();
        let place = |name: &str| self.columns.iter().position(|column| column == name);
        let rule = |&(name, _): &(&str, &str)| {
            if place(name).is_some_and(|place| self.is_numeric(place)) { "---:" } else { "---" }
        };
        let rules: Vec<&str> = columns.iter().map(rule).collect();
        let mut text = format!("| {} |\n| {} |\n", headings.join(" | "), rules.join(" | "));
        for row in self.rows.iter().filter(|row| keep(row)) {
            let cells: Vec<&str> =
                columns.iter().map(|(name, _)| self.cell(row, name).unwrap_or("-")).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text
    }

    /// The given columns of the rows for which `keep` holds, without the notes.
    pub(crate) fn part(&self, columns: &[&str], keep: impl Fn(&[String]) -> bool) -> Self {
        let mut part = Self::new(Vec::new(), columns);
        for row in self.rows.iter().filter(|row| keep(row)) {
            let cell = |name: &&str| self.cell(row, name).unwrap_or("-").to_owned();
            part.rows.push(columns.iter().map(cell).collect());
        }
        part
    }

    fn is_numeric(&self, column: usize) -> bool {
        let number = |cell: &String| cell == "-" || cell.parse::<f64>().is_ok();
        self.rows.iter().all(|row| number(&row[column]))
    }
}

/// A cell with a number, or a dash where there is none.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    if value.is_finite() { format!("{value:.decimals$}") } else { "-".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(vec![("date".into(), "today".into())], &["peer", "ms"]);
        table.push(vec!["a".into(), number(1.25, 1)]);
        table.push(vec!["longer".into(), number(f64::NAN, 1)]);
        table
    }

    #[test]
    fn what_was_recorded_is_read_back() {
        assert_eq!(Table::from_tsv(&table().to_tsv()).unwrap(), table());
        assert_eq!(table().note("date"), Some("today"));
    }

    #[test]
    fn a_part_has_the_columns_and_rows_asked_for() {
        let part = table().part(&["ms"], |row| row[0] == "a");
        assert_eq!(part.to_tsv(), "ms\n1.2\n");
    }

    #[test]
    fn numbers_stand_to_the_right() {
        assert_eq!(table().to_text(), "peer     ms\na       1.2\nlonger    -\n");
        let markdown = table().to_markdown(&[("ms", "CPU ms"), ("peer", "peer")], |row| row[0] == "a");
        assert_eq!(markdown, "| CPU ms | peer |\n| ---: | --- |\n| 1.2 | a |\n");
    }
}
