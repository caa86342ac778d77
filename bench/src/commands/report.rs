//! Markdown from recorded tables: what the documentation says is what was measured, to the digit.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::write;
use crate::Result;
use crate::table::Table;

const HEAD: &str = include_str!("report_head.md");
const TAIL: &str = include_str!("report_tail.md");

/// Column of the record, heading on the page.
type Columns = [(&'static str, &'static str)];

const PALETTE: &Columns = &[
    ("peer", "peer"),
    ("to_best", "inertia / best"),
    ("psnr_db", "PSNR dB"),
    ("ciede2000", "ΔE00"),
    ("ssimulacra2", "SSIMULACRA2"),
    ("distinct", "colours"),
    ("fit_ms", "fit ms"),
    ("map_ms", "map ms"),
    ("cpu_ms", "CPU ms"),
    ("to_imagequant", "/ imagequant s4"),
    ("to_kmeans_colors", "/ kmeans_colors RGB"),
    ("rounds", "rounds"),
];

const BYTES: &Columns = &[
    ("peer", "peer"),
    ("ssimulacra2", "SSIMULACRA2"),
    ("png", "PNG, oxipng 4"),
    ("to_imagequant", "/ imagequant s4"),
    ("gif", "GIF, plain"),
    ("own_png", "own PNG"),
    ("own_png_ms", "CPU ms"),
    ("own_gif", "own GIF"),
    ("own_gif_ms", "CPU ms"),
];

const MEMORY: &Columns = &[
    ("program", "program"),
    ("megapixels", "megapixels"),
    ("peak_mb", "peak MB"),
    ("bytes_per_pixel", "bytes a pixel"),
    ("cpu_ms", "CPU ms"),
    ("wall_ms", "wall ms"),
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Recorded tables
    #[arg(required = true)]
    records: Vec<PathBuf>,
    /// Where to write the page; to standard output if left out
    #[arg(long)]
    markdown: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let mut page = HEAD.to_owned();
        for path in &self.records {
            let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let text = fs::read_to_string(path).map_err(|error| named(&error))?;
            let table = Table::from_tsv(&text).map_err(|error| named(&error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            page += &section(&table, &name).map_err(|error| named(&error))?;
        }
        page.push('\n');
        page += TAIL;
        match &self.markdown {
            Some(path) => write(path, page),
            None => {
                print!("{page}");
                Ok(())
            }
        }
    }
}

fn section(table: &Table, file: &str) -> Result<String> {
    let (title, columns, parts): (_, _, &[&str]) = match table.note("table") {
        Some("palette") => ("Palettes, without dithering", PALETTE, &["image", "colors"]),
        Some("bytes") => ("Files", BYTES, &["image", "colors", "dithering"]),
        Some("memory") => ("Memory", MEMORY, &[]),
        other => return Err(format!("palette, bytes or memory wanted, got {other:?}").into()),
    };
    let mut page = format!("\n## {title}\n\n");
    for key in [
        "date",
        "huepack",
        "beside",
        "rustc",
        "cpu",
        "cpu features",
        "load before",
        "scikit-learn",
        "threads",
        "image",
    ] {
        for (_, value) in table.notes.iter().filter(|(name, _)| name == key) {
            let _ = writeln!(page, "- {key}: {value}");
        }
    }
    let command = table.note("command").unwrap_or("unknown");
    let _ = writeln!(page, "- record: `bench/results/{file}`\n\n```sh\n{command}\n```");
    for part in distinct_parts(table, parts) {
        let heading: Vec<String> =
            parts.iter().zip(&part).map(|(&name, &value)| heading(name, value)).collect();
        if !heading.is_empty() {
            let _ = write!(page, "\n### {}\n", heading.join(", "));
        }
        page.push('\n');
        page += &table.to_markdown(columns, |row| values(table, row, parts) == part);
    }
    Ok(page)
}

fn heading(name: &str, value: &str) -> String {
    match name {
        "colors" => format!("{value} colours"),
        "dithering" => format!("dithering: {value}"),
        _ => value.to_owned(),
    }
}

/// The values of `columns` in a row.
fn values<'a>(table: &Table, row: &'a [String], columns: &[&str]) -> Vec<&'a str> {
    columns.iter().map(|name| table.cell(row, name).unwrap_or("-")).collect()
}

/// Every combination of values of `columns`, in the order of the record.
fn distinct_parts<'a>(table: &'a Table, columns: &[&str]) -> Vec<Vec<&'a str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for row in &table.rows {
        let part = values(table, row, columns);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_one_table_for_each_palette_size() {
        let notes = vec![("table".into(), "palette".into()), ("command".into(), "run it".into())];
        let mut table = Table::new(notes, &["image", "colors", "peer"]);
        for colors in ["16", "64"] {
            table.push(vec!["a.png".into(), colors.into(), "huepack".into()]);
        }
        let page = section(&table, "today.tsv").unwrap();
        assert_eq!(page.matches("### a.png, ").count(), 2);
        assert!(page.contains("```sh\nrun it\n```"));
    }
}
