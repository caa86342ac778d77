//! Markdown from recorded tables: what the documentation says is what was measured, to the digit.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::clips::summary as clips_summary;
use super::write;
use crate::Result;
use crate::summary;
use crate::table::Table;

const HEAD: &str = include_str!("report_head.md");
const TAIL: &str = include_str!("report_tail.md");

/// What of a record's origin stands above its tables.
const NOTES: [&str; 13] = [
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
    "program",
    "peers",
    "crop",
];

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

const LOOKS: &Columns = &[("peer", "peer"), ("ssimulacra2", "SSIMULACRA2"), ("png", "PNG, oxipng 4")];

const MEMORY: &Columns = &[
    ("program", "program"),
    ("megapixels", "megapixels"),
    ("peak_mb", "peak MB"),
    ("bytes_per_pixel", "bytes a pixel"),
    ("cpu_ms", "CPU ms"),
    ("wall_ms", "wall ms"),
];

const STAGES: &Columns = &[
    ("stage", "stage"),
    ("space", "space"),
    ("ns_per_pixel", "ns a pixel"),
    ("to_limit", "/ memory, same size"),
    ("to_far_limit", "/ memory, large"),
    ("rounds", "rounds"),
];

const PROGRAMS: &Columns = &[
    ("program", "program"),
    ("threads", "threads"),
    ("cpu_ms", "CPU ms"),
    ("to_pngquant", "/ pngquant stand-in s4"),
    ("wall_ms", "wall ms"),
    ("peak_mb", "peak MB"),
    ("bytes", "bytes"),
    ("ssimulacra2", "SSIMULACRA2"),
    ("rounds", "rounds"),
];

const GROWTH: &Columns = &[
    ("program", "program"),
    ("threads", "threads"),
    ("megapixels", "megapixels"),
    ("cpu_ms", "CPU ms"),
    ("ns_per_pixel", "CPU ns a pixel"),
    ("wall_ms", "wall ms"),
    ("peak_mb", "peak MB"),
    ("bytes_per_pixel", "bytes of memory a pixel"),
    ("rounds", "rounds"),
];

const HULL: &Columns = &[
    ("image", "picture"),
    ("colors", "colours"),
    ("ssimulacra2", "bytes / pngquant at equal SSIMULACRA2"),
    ("dssim", "DSSIM"),
    ("butteraugli", "Butteraugli"),
    ("psnr", "PSNR"),
    ("to_default", "SSIMULACRA2, / only colours chosen"),
    ("few", "SSIMULACRA2, 32 colours and fewer"),
    ("few_most", "at most, at any score"),
    ("default", "both by default"),
    ("to_oxipng", "lossless / oxipng"),
];

const DEFAULTS: &Columns = &[
    ("set", "set"),
    ("image", "picture"),
    ("bytes", "bytes"),
    ("to_fewest", "/ fewest of pngquant"),
    ("ssimulacra2", "SSIMULACRA2"),
    ("above_best", "above the best of pngquant"),
    ("default", "both by default"),
];

const DEFAULTS_SUMMARY: &Columns = &[
    ("set", "set"),
    ("images", "pictures"),
    ("wins", "smaller than each and no worse"),
    ("wins_percent", "%"),
    ("to_fewest", "bytes / fewest, geometric mean"),
    ("above_best", "SSIMULACRA2 above the best, mean"),
];

const CLIPS: &Columns = &[
    ("clip", "clip"),
    ("program", "program"),
    ("points", "files"),
    ("score", "SSIMULACRA2"),
    ("at_score", "bytes / peers at equal SSIMULACRA2"),
    ("temporal", "of changes"),
    ("at_temporal", "at equal changes"),
    ("at_gifski", "/ gifski's at equal SSIMULACRA2"),
    ("to_gifski", "/ gifski's files, neither worse"),
    ("us_per_pixel", "CPU µs a pixel"),
];

const CLIPS_SUMMARY: &Columns = &[
    ("kind", "kind"),
    ("program", "program"),
    ("clips", "clips"),
    ("at_score", "bytes / peers at equal SSIMULACRA2, mean"),
    ("shared", "of clips"),
    ("at_temporal", "at equal changes"),
    ("shared_temporal", "of clips"),
    ("at_gifski", "/ gifski's at equal SSIMULACRA2"),
    ("shared_at_gifski", "of clips"),
    ("to_gifski", "/ gifski's files, neither worse"),
    ("shared_gifski", "of clips"),
    ("us_per_pixel", "CPU µs a pixel"),
];

const TREE: &Columns = &[
    ("drawn", "drawn"),
    ("run", "run"),
    ("threads", "threads"),
    ("files", "icons"),
    ("cpu_ms", "CPU ms"),
    ("cpu_us_per_file", "CPU µs an icon"),
    ("to_first", "/ first"),
    ("wall_ms", "wall ms"),
    ("peak_mb", "peak MB"),
];

const ASSETS: &Columns = &[
    ("maker", "packed by"),
    ("options", "options"),
    ("pngs", "PNGs"),
    ("png_bytes", "bytes"),
    ("gifs", "GIFs"),
    ("gif_bytes", "bytes"),
    ("bytes", "bytes in all"),
    ("to_script", "/ script"),
    ("score", "SSIMULACRA2 of PNGs, mean"),
    ("least_score", "least"),
    ("cpu_s", "CPU s"),
    ("cpu_to_script", "/ script"),
];

const LZW: &Columns = &[
    ("image", "picture"),
    ("colors", "colours"),
    ("streams", "streams"),
    ("effort", "effort"),
    ("bytes", "bytes"),
    ("gifsicle", "gifsicle -O3"),
    ("to_gifsicle", "/ gifsicle, mean"),
    ("worst", "worst"),
    ("us_per_pixel", "CPU µs a pixel"),
];

const LZW_SUMMARY: &Columns = &[
    ("set", "set"),
    ("effort", "effort"),
    ("streams", "streams"),
    ("to_gifsicle", "bytes / gifsicle -O3, mean of the streams"),
    ("worst", "worst"),
    ("larger", "larger"),
    ("by_image", "mean of the pictures"),
    ("worst_image", "worst"),
    ("total", "all bytes /"),
    ("us_per_pixel", "CPU µs a pixel"),
];

const REPACK: &Columns = &[
    ("image", "animation"),
    ("frames", "frames"),
    ("effort", "effort"),
    ("source", "source"),
    ("bytes", "bytes"),
    ("gifsicle", "gifsicle -O3"),
    ("to_gifsicle", "/ gifsicle"),
    ("to_keep_empty", "/ gifsicle with every frame"),
    ("cpu_ms", "CPU ms"),
    ("cpu_to_gifsicle", "CPU / gifsicle"),
];

const REPACK_SUMMARY: &Columns = &[
    ("effort", "effort"),
    ("images", "animations"),
    ("to_gifsicle", "bytes / gifsicle -O3, mean"),
    ("to_keep_empty", "/ gifsicle with every frame, mean"),
    ("worst", "worst"),
    ("cpu_to_gifsicle", "CPU / gifsicle, geometric mean"),
];

const PALETTE_SUMMARY: &Columns = &[
    ("peer", "peer"),
    ("to_best", "inertia / best, mean"),
    ("worst", "worst"),
    ("worst_image", "of"),
    ("to_quantette", "CPU / quantette k-means"),
    ("to_quantette_wu", "CPU / quantette Wu"),
    ("images", "pictures"),
];

const HULL_SUMMARY: &Columns = &[
    ("set", "set"),
    ("images", "pictures"),
    ("ssimulacra2", "bytes / pngquant at equal SSIMULACRA2"),
    ("dssim", "DSSIM"),
    ("butteraugli", "Butteraugli"),
    ("psnr", "PSNR"),
    ("to_default", "SSIMULACRA2, / only colours chosen"),
    ("apart", "no quality shared"),
    ("few", "SSIMULACRA2, 32 colours and fewer"),
    ("few_larger", "larger at some score"),
    ("wins_percent", "both by default: smaller and no worse, %"),
    ("lossless_images", "lossless pictures"),
    ("to_oxipng", "lossless / oxipng"),
];

const LOOKS_SUMMARY: &Columns = &[
    ("peer", "peer"),
    ("ssimulacra2", "SSIMULACRA2, mean"),
    ("png", "PNG, oxipng 4, mean"),
    ("to_best_looking", "/ best looking"),
    ("images", "pictures"),
];

const PROGRAMS_SUMMARY: &Columns = &[
    ("program", "program"),
    ("threads", "threads"),
    ("cpu", "CPU / pngquant stand-in s4"),
    ("wall", "wall /"),
    ("peak", "peak /"),
    ("bytes", "bytes /"),
    ("ssimulacra2", "SSIMULACRA2, mean"),
    ("images", "pictures"),
];

/// A record of more pictures than this is shown by its summary alone; its rows are in the record.
const MOST_PICTURES: usize = 2;

/// How one kind of record is shown.
struct Layout {
    title: &'static str,
    columns: &'static Columns,
    /// Each combination of these has a table of its own.
    parts: &'static [&'static str],
    summary: Option<Summary>,
}

/// What a record of many pictures comes to.
struct Summary {
    of: fn(&Table) -> Table,
    columns: &'static Columns,
    parts: &'static [&'static str],
}

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
    let layout = layout(table.note("table"))?;
    let in_oklab = if table.note("measure") == Some("oklab") { ", error in Oklab" } else { "" };
    let mut page = format!("\n## {}{in_oklab}\n\n", layout.title);
    for key in NOTES {
        for (_, value) in table.notes.iter().filter(|(name, _)| name == key) {
            let _ = writeln!(page, "- {key}: {value}");
        }
    }
    let command = table.note("command").unwrap_or("unknown");
    let _ = writeln!(page, "- record: `bench/results/{file}`\n\n```sh\n{command}\n```");
    let pictures =
        distinct_parts(table, &[if table.note("table") == Some("clips") { "clip" } else { "image" }]).len();
    if let Some(summary) = layout.summary.as_ref().filter(|_| pictures > 1) {
        page += &tables(&(summary.of)(table), summary.columns, summary.parts, "over all pictures");
    }
    if pictures <= MOST_PICTURES || layout.summary.is_none() {
        page += &tables(table, layout.columns, layout.parts, "");
    }
    Ok(page)
}

fn layout(kind: Option<&str>) -> Result<Layout> {
    let (title, columns, parts): (_, _, &[&str]) = match kind {
        Some("palette") => ("Palettes, without dithering", PALETTE, &["image", "colors"]),
        Some("bytes") => ("Files", BYTES, &["image", "colors", "dithering"]),
        Some("looks") => ("Looks", LOOKS, &["image", "colors", "dithering"]),
        Some("hull") => ("Bytes at equal quality", HULL, &["set"]),
        Some("defaults") => ("Without options", DEFAULTS, &[]),
        Some("gif-hull") => ("Bytes at equal quality, GIF", HULL, &["set"]),
        Some("clips") => ("Animations", CLIPS, &["kind"]),
        Some("lzw") => ("LZW of GIF", LZW, &["set"]),
        Some("repack") => ("GIF repacked without loss", REPACK, &["effort"]),
        Some("memory") => ("Memory", MEMORY, &[]),
        Some("stages") => ("Stages of huepack, 256 colours", STAGES, &["image"]),
        Some("programs") => ("Whole programs, PNG to PNG, 256 colours", PROGRAMS, &["image"]),
        Some("growth") => ("Growth with the size of the picture", GROWTH, &[]),
        Some("assets") => ("A folder of real pictures in place", ASSETS, &[]),
        Some("tree") => ("A folder of icons in place", TREE, &[]),
        other => return Err(format!("the name of a known table wanted, got {other:?}").into()),
    };
    let summary = match kind {
        Some("palette") => {
            Some(Summary { of: summary::of_palettes, columns: PALETTE_SUMMARY, parts: &["colors"] })
        }
        Some("looks") => {
            Some(Summary { of: summary::of_looks, columns: LOOKS_SUMMARY, parts: &["colors", "dithering"] })
        }
        Some("clips") => Some(Summary { of: clips_summary, columns: CLIPS_SUMMARY, parts: &[] }),
        Some("lzw") => Some(Summary { of: summary::of_lzw, columns: LZW_SUMMARY, parts: &[] }),
        Some("repack") => Some(Summary { of: summary::of_repacks, columns: REPACK_SUMMARY, parts: &[] }),
        Some("hull" | "gif-hull") => {
            Some(Summary { of: summary::of_hulls, columns: HULL_SUMMARY, parts: &[] })
        }
        Some("defaults") => Some(Summary { of: summary::of_defaults, columns: DEFAULTS_SUMMARY, parts: &[] }),
        Some("programs") => Some(Summary { of: summary::of_programs, columns: PROGRAMS_SUMMARY, parts: &[] }),
        _ => None,
    };
    Ok(Layout { title, columns, parts, summary })
}

/// A table for each combination of values of `parts`, under a heading that says which, and `also`.
fn tables(table: &Table, columns: &Columns, parts: &[&str], also: &str) -> String {
    let mut page = String::new();
    for part in distinct_parts(table, parts) {
        let heading = parts.iter().zip(&part).map(|(&name, &value)| heading(name, value));
        let also = (!also.is_empty()).then(|| also.to_owned());
        let heading: Vec<String> = heading.chain(also).collect();
        if !heading.is_empty() {
            let _ = write!(page, "\n### {}\n", heading.join(", "));
        }
        page.push('\n');
        page += &table.to_markdown(columns, |row| values(table, row, parts) == part);
    }
    page
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

    #[test]
    fn many_pictures_are_shown_by_their_summary() {
        let mut table = Table::new(
            vec![("table".into(), "looks".into())],
            &["image", "colors", "dithering", "peer", "ssimulacra2", "png"],
        );
        for image in ["a.png", "b.png", "c.png"] {
            table.push([image, "16", "none", "huepack", "50", "100"].map(str::to_owned).into());
        }
        let page = section(&table, "today.tsv").unwrap();
        assert!(page.contains("### 16 colours, dithering: none, over all pictures\n"));
        assert!(page.contains("| huepack | 50.00 | 100 | 1.000 | 3 |") && !page.contains("a.png"));
    }
}
