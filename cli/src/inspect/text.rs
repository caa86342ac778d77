//! Findings for people: a page of aligned tables, at most 100 columns wide but for the path.

use super::Findings;
use super::anatomy::Layout;
use super::palette::by_use;
use super::repack::Form;
use crate::color_type::ColorType;
use crate::number::{change, grouped};

/// Colours listed unless all are asked for: with the rest of the page, a screen.
const LISTED_COLORS: usize = 16;

/// Longest text taken over from a file into a line.
const MAX_TEXT: usize = 72;

/// The whole page, without a last line break.
pub(super) fn page(findings: &Findings, all_colors: bool) -> String {
    let mut page = format!("{}\n{}", findings.input, table(&summary(findings), &[Align::Left; 2]));
    let sections = [
        parts(findings),
        palette(findings, if all_colors { usize::MAX } else { LISTED_COLORS }),
        repacks(findings),
    ];
    for section in sections.into_iter().filter(|section| !section.is_empty()) {
        page.push('\n');
        page.push_str(&section);
    }
    page.trim_end().to_owned()
}

type Row = Vec<String>;

fn summary(findings: &Findings) -> Vec<Row> {
    let row = |name: &str, text: String| vec![name.to_owned(), text];
    let (width, height) = findings.size;
    let mut rows = vec![
        row("format", format(findings)),
        row("size", format!("{width} x {height} pixels, {} bytes", grouped(findings.bytes))),
    ];
    if findings.frames > 1 {
        let frames = grouped(findings.frames.into());
        rows.push(row("frames", format!("{frames}; colours and repacks are those of the first")));
    }
    let colors = findings.colors.map_or("more than 524,288".into(), |colors| grouped(colors as u64));
    rows.push(row("colours", colors));
    let notes = findings.anatomy.notes.iter();
    rows.extend(notes.map(|note| row(&note.kind, note.text.chars().take(MAX_TEXT).collect())));
    rows
}

fn format(findings: &Findings) -> String {
    let name = findings.format.name();
    let Some(Layout { color_type, bits, interlaced }) = findings.anatomy.layout else { return name.into() };
    let sample = if color_type == ColorType::Indexed { "an index" } else { "a channel" };
    let plural = if bits == 1 { "" } else { "s" };
    let interlacing = if interlaced { "interlaced" } else { "not interlaced" };
    format!("{name}, {}, {bits} bit{plural} {sample}, {interlacing}", color_type.name())
}

/// Bytes by chunk or block, and what stands behind the end.
fn parts(findings: &Findings) -> String {
    let anatomy = &findings.anatomy;
    if anatomy.parts.is_empty() {
        return String::new();
    }
    let title = if findings.format == huepack::decode::Format::Png { "chunk" } else { "block" };
    let mut rows = vec![[title, "count", "bytes", "share"].map(String::from).to_vec()];
    let mut row = |kind: &str, count: String, bytes: u64| {
        rows.push(vec![kind.to_owned(), count, grouped(bytes), percent(bytes, findings.bytes)]);
    };
    for part in &anatomy.parts {
        row(&part.kind, grouped(part.count), part.bytes);
    }
    if anatomy.trailing > 0 {
        row("behind the end", String::new(), anatomy.trailing);
    }
    table(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right])
}

/// The most used colours of the palette.
fn palette(findings: &Findings, most: usize) -> String {
    let palette = by_use(&findings.palette);
    if palette.is_empty() {
        return String::new();
    }
    let pixels: u64 = palette.iter().map(|swatch| swatch.pixels).sum();
    let mut rows = vec![["index", "colour", "pixels", "share"].map(String::from).to_vec()];
    rows.extend(palette.iter().take(most).map(|swatch| {
        let share = percent(swatch.pixels, pixels);
        vec![swatch.index.to_string(), swatch.css(), grouped(swatch.pixels), share]
    }));
    let used = palette.iter().filter(|swatch| swatch.pixels > 0).count();
    let mut text = format!("  palette of {}, {used} used\n", palette.len());
    text.push_str(&table(&rows, &[Align::Right, Align::Left, Align::Right, Align::Right]));
    if palette.len() > most {
        text.push_str(&format!("  … and {} more; --all lists them\n", palette.len() - most));
    }
    text
}

/// What other forms take. An animation is no larger or smaller than its first frame alone.
fn repacks(findings: &Findings) -> String {
    let mut rows = vec![["repacked", "colours", "bytes", "change", "quality"].map(String::from).to_vec()];
    rows.extend(findings.repacks.iter().map(|repack| {
        let kind = match repack.form {
            Form::Truecolor => "truecolour",
            Form::Reduced { color_type, .. } => color_type.name(),
        };
        let difference = if findings.frames > 1 { "-".into() } else { change(repack.bytes, findings.bytes) };
        vec![
            format!("{kind} {}", repack.form.format().name()),
            repack.form.colors().map_or("-".into(), |colors| colors.to_string()),
            grouped(repack.bytes),
            difference,
            if repack.is_lossless() { "lossless".into() } else { format!("{:.2} dB", repack.psnr_db) },
        ]
    }));
    let mut text = table(&rows, &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Left]);
    text.push_str(&reservations(findings));
    text
}

/// Where lossless is less than it sounds: a repack holds what was decoded, 8-bit sRGB.
fn reservations(findings: &Findings) -> String {
    let anatomy = &findings.anatomy;
    let mut text = String::new();
    if anatomy.layout.is_some_and(|layout| layout.bits > 8) {
        text.push_str("  lossless to 8 bits a channel: the file has 16, repacks have 8\n");
    }
    if anatomy.notes.iter().any(|note| matches!(&*note.kind, "cHRM" | "cICP" | "gAMA" | "iCCP")) {
        text.push_str("  lossless as it is shown: repacks are sRGB without chunks about colour\n");
    }
    text
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}

#[derive(Clone, Copy, Debug)]
enum Align {
    Left,
    Right,
}

/// Rows as lines, indented, the columns as wide as they must be.
fn table(rows: &[Row], align: &[Align]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..align.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, &width), align) in row.iter().zip(&widths).zip(align) {
            line.push_str(&match align {
                Align::Left => format!("  {cell:<width$}"),
                Align::Right => format!("  {cell:>width$}"),
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_line_ends_with_blanks() {
        let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
        let rows = [row(["a", "1,000", "é"]), row(["long", "7", ""])];
        let text = table(&rows, &[Align::Left, Align::Right, Align::Left]);
        assert_eq!(text, "  a     1,000  é\n  long      7\n");
    }
}
