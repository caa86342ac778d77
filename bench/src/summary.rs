//! What a record of many pictures comes to: one row for each peer, from the rows of the record alone.

use clap::ValueEnum;

use crate::peers::PNGQUANT_DEFAULT;
use crate::space::Space;
use crate::table::{Table, number};

/// Rows of a record that have the same values in some columns.
pub(crate) struct Group<'a> {
    table: &'a Table,
    rows: Vec<&'a Vec<String>>,
}

/// The rows of `table` with the same values in `columns`, in the order of the record.
pub(crate) fn groups<'a>(table: &'a Table, columns: &[&str]) -> Vec<(Vec<&'a str>, Group<'a>)> {
    let mut groups: Vec<(Vec<&str>, Group<'_>)> = Vec::new();
    for row in &table.rows {
        let key: Vec<&str> = columns.iter().map(|name| table.cell(row, name).unwrap_or("-")).collect();
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.rows.push(row),
            None => groups.push((key, Group { table, rows: vec![row] })),
        }
    }
    groups
}

impl<'a> Group<'a> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The numbers of a column; NaN where there is none.
    pub(crate) fn numbers(&self, column: &str) -> Vec<f64> {
        self.rows.iter().map(|row| parse(self.table.cell(row, column))).collect()
    }

    fn count(&self, column: &str, value: &str) -> usize {
        self.rows.iter().filter(|row| self.table.cell(row, column) == Some(value)).count()
    }

    /// The rows that have something in `column`, and the others.
    fn split(self, column: &str) -> (Self, Self) {
        let table = self.table;
        let (with, without) = self.rows.into_iter().partition(|row| table.cell(row, column) != Some("-"));
        (Self { table, rows: with }, Self { table, rows: without })
    }

    /// The cell of the row in which `column` is largest.
    fn cell_of_largest(&self, column: &str, cell: &str) -> &'a str {
        let number = |row: &&&Vec<String>| parse(self.table.cell(row, column));
        let largest = self.rows.iter().max_by(|a, b| number(a).total_cmp(&number(b)));
        largest.and_then(|row| self.table.cell(row, cell)).unwrap_or("-")
    }

    /// The numbers of `column`, each in ratio to that of the row with another value in one column and the same values
    /// in `same`.
    fn ratios_to(&self, (other_in, name): (&str, &str), column: &str, same: &[&str]) -> Vec<f64> {
        let is_same = |a: &[String], b: &[String]| {
            same.iter().all(|name| self.table.cell(a, name) == self.table.cell(b, name))
        };
        let reference = |row: &Vec<String>| {
            let is_it =
                |other: &&Vec<String>| self.table.cell(other, other_in) == Some(name) && is_same(other, row);
            parse(self.table.rows.iter().find(is_it).and_then(|other| self.table.cell(other, column)))
        };
        self.rows.iter().map(|row| parse(self.table.cell(row, column)) / reference(row)).collect()
    }
}

/// Error and CPU time of `palette`, the best peer at each palette size first.
pub(crate) fn of_palettes(record: &Table) -> Table {
    let columns =
        ["colors", "peer", "images", "to_best", "worst", "worst_image", "to_quantette", "to_quantette_wu"];
    let space = record.note("measure").and_then(|name| Space::from_str(name, false).ok());
    let space = space.unwrap_or(Space::Srgb).name_in_peers();
    let mut rows = Vec::new();
    for (key, group) in groups(record, &["colors", "peer"]) {
        let to_best = group.numbers("to_best");
        let to_peer = |method: &str| {
            let name = format!("quantette {method} {space}");
            number(geometric_mean(&group.ratios_to(("peer", &name), "cpu_ms", &["image", "colors"])), 3)
        };
        let mean = geometric_mean(&to_best);
        let row = vec![
            key[0].to_owned(),
            key[1].to_owned(),
            group.len().to_string(),
            number(mean, 4),
            number(to_best.iter().copied().fold(f64::NEG_INFINITY, f64::max), 4),
            group.cell_of_largest("to_best", "image").to_owned(),
            to_peer("k-means"),
            to_peer("Wu"),
        ];
        rows.push((parse(Some(key[0])), mean, row));
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut summary = Table::new(Vec::new(), &columns);
    rows.into_iter().for_each(|(_, _, row)| summary.push(row));
    summary
}

/// Score and bytes of `looks`, the best-looking peer at each palette size and dithering first.
pub(crate) fn of_looks(record: &Table) -> Table {
    let columns = ["colors", "dithering", "peer", "images", "ssimulacra2", "png", "to_best_looking"];
    let mut summary = Table::new(Vec::new(), &columns);
    for (part, _) in groups(record, &["colors", "dithering"]) {
        let peers = groups(record, &["colors", "dithering", "peer"]);
        let mut peers: Vec<_> = peers
            .into_iter()
            .filter(|(key, _)| key[..2] == part)
            .map(|(key, group)| {
                (
                    key[2],
                    group.len(),
                    mean(&group.numbers("ssimulacra2")),
                    geometric_mean(&group.numbers("png")),
                )
            })
            .collect();
        peers.sort_by(|a, b| b.2.total_cmp(&a.2));
        let of_best = peers.first().map_or(f64::NAN, |best| best.3);
        for (peer, images, score, bytes) in peers {
            let mut row: Vec<String> = part.iter().map(|&value| value.to_owned()).collect();
            row.extend([peer.to_owned(), images.to_string(), number(score, 2)]);
            row.extend([number(bytes, 0), number(bytes / of_best, 3)]);
            summary.push(row);
        }
    }
    summary
}

/// Whole programs, each in ratio to the stand-in for pngquant at its default speed, with as many threads.
pub(crate) fn of_programs(record: &Table) -> Table {
    let columns = ["program", "threads", "images", "cpu", "wall", "peak", "bytes", "ssimulacra2"];
    let mut summary = Table::new(Vec::new(), &columns);
    for (key, group) in groups(record, &["program", "threads"]) {
        let ratio = |column: &str| {
            let same = ["image", "threads"];
            let ratios = group.ratios_to(("program", PNGQUANT_DEFAULT), column, &same);
            number(geometric_mean(&ratios), 3)
        };
        let mut row: Vec<String> = key.iter().map(|&value| value.to_owned()).collect();
        row.push(group.len().to_string());
        row.extend(["cpu_ms", "wall_ms", "peak_mb", "bytes"].map(ratio));
        row.push(number(mean(&group.numbers("ssimulacra2")), 2));
        summary.push(row);
    }
    summary
}

/// huepack's default in a record of hulls, where it takes no more bytes than pngquant's and looks no worse.
pub(crate) const WINS: &str = "wins";

/// Bytes at equal quality, for each set of pictures and for all of them: geometric means over the pictures that have a
/// ratio, `apart` telling how many have none; the same among few colours, and in how many pictures it is above 1 at some
/// quality; in how many per cent the default wins; and the same of the lossless ones.
pub(crate) fn of_hulls(record: &Table) -> Table {
    let ratios = ["ssimulacra2", "dssim", "butteraugli", "psnr", "to_default"];
    let columns = [
        &["set", "images"],
        &ratios[..],
        &["apart", "few", "few_larger", "wins_percent", "lossless_images", "to_oxipng"],
    ];
    let mut summary = Table::new(Vec::new(), &columns.concat());
    let of_sets = groups(record, &["set"]);
    let all = if of_sets.len() > 1 { groups(record, &[]) } else { Vec::new() };
    for (key, group) in of_sets.into_iter().chain(all) {
        let set = key.first().copied().unwrap_or("all");
        let (lossy, lossless) = group.split("default");
        let mut row = vec![set.to_owned(), lossy.len().to_string()];
        let mut apart = Vec::new();
        for column in ratios {
            let mut values = lossy.numbers(column);
            values.retain(|value| !value.is_nan());
            let missing = lossy.len() - values.len();
            if missing > 0 {
                apart.push(format!("{column} {missing}"));
            }
            row.push(number(geometric_mean(&values), 4));
        }
        row.push(if apart.is_empty() { "-".to_owned() } else { apart.join(", ") });
        let known = |column| lossy.numbers(column).into_iter().filter(|value: &f64| !value.is_nan());
        let few: Vec<f64> = known("few").collect();
        row.push(number(geometric_mean(&few), 4));
        let larger = known("few_most").filter(|&most| most > 1.0).count();
        row.push(if few.is_empty() { "-".to_owned() } else { format!("{larger} of {}", few.len()) });
        let wins = lossy.count("default", WINS) as f64;
        row.push(number(100.0 * wins / lossy.len() as f64, 0));
        row.push(lossless.len().to_string());
        row.push(number(geometric_mean(&lossless.numbers("to_oxipng")), 4));
        summary.push(row);
    }
    summary
}

/// What comes out by default, for each set of pictures and for all of them: in how many per cent it is no larger than any
/// peer's and looks no worse, the geometric mean of the ratios of bytes, and the mean distance of the scores.
pub(crate) fn of_defaults(record: &Table) -> Table {
    let columns = ["set", "images", "wins", "wins_percent", "to_fewest", "above_best"];
    let mut summary = Table::new(Vec::new(), &columns);
    let of_sets = groups(record, &["set"]);
    let all = if of_sets.len() > 1 { groups(record, &[]) } else { Vec::new() };
    for (key, group) in of_sets.into_iter().chain(all) {
        let wins = group.count("default", WINS);
        summary.push(vec![
            key.first().copied().unwrap_or("all").to_owned(),
            group.len().to_string(),
            wins.to_string(),
            number(100.0 * wins as f64 / group.len() as f64, 0),
            number(geometric_mean(&group.numbers("to_fewest")), 4),
            number(mean(&group.numbers("above_best")), 2),
        ]);
    }
    summary
}

/// LZW of each set at each effort. Means count streams, or each picture once with all of its streams, and times count pixels.
pub(crate) fn of_lzw(record: &Table) -> Table {
    let columns = [
        "set",
        "effort",
        "images",
        "streams",
        "to_gifsicle",
        "worst",
        "larger",
        "by_image",
        "worst_image",
        "total",
        "us_per_pixel",
    ];
    let mut summary = Table::new(Vec::new(), &columns);
    for (key, group) in groups(record, &["set", "effort"]) {
        let sum = |column: &str| group.numbers(column).iter().sum::<f64>();
        let weighted = |column: &str, weight: &str| {
            let products = group.numbers(column).into_iter().zip(group.numbers(weight)).map(|(a, b)| a * b);
            products.sum::<f64>() / sum(weight)
        };
        let most = |ratios: &[f64]| ratios.iter().copied().fold(0.0, f64::max);
        let pairs = group.numbers("bytes").into_iter().zip(group.numbers("gifsicle"));
        let by_image: Vec<f64> = pairs.map(|(bytes, gifsicle)| bytes / gifsicle).collect();
        summary.push(vec![
            key[0].to_owned(),
            key[1].to_owned(),
            group.len().to_string(),
            number(sum("streams"), 0),
            number(weighted("to_gifsicle", "streams"), 4),
            number(most(&group.numbers("worst")), 4),
            number(sum("larger"), 0),
            number(mean(&by_image), 4),
            number(most(&by_image), 4),
            number(sum("bytes") / sum("gifsicle"), 4),
            number(weighted("us_per_pixel", "pixels"), 3),
        ]);
    }
    summary
}

/// GIFs repacked at each effort.
pub(crate) fn of_repacks(record: &Table) -> Table {
    let columns = ["effort", "images", "to_gifsicle", "to_keep_empty", "worst", "cpu_to_gifsicle"];
    let mut summary = Table::new(Vec::new(), &columns);
    for (key, group) in groups(record, &["effort"]) {
        let worst = group.numbers("to_gifsicle").into_iter().fold(0.0, f64::max);
        summary.push(vec![
            key[0].to_owned(),
            group.len().to_string(),
            number(mean(&group.numbers("to_gifsicle")), 4),
            number(mean(&group.numbers("to_keep_empty")), 4),
            number(worst, 4),
            number(geometric_mean(&group.numbers("cpu_to_gifsicle")), 2),
        ]);
    }
    summary
}

fn parse(cell: Option<&str>) -> f64 {
    cell.and_then(|cell| cell.parse().ok()).unwrap_or(f64::NAN)
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(crate) fn geometric_mean(values: &[f64]) -> f64 {
    mean(&values.iter().map(|value| value.ln()).collect::<Vec<_>>()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Table {
        let columns = ["image", "colors", "peer", "cpu_ms", "to_best"];
        let mut table = Table::new(vec![("measure".into(), "oklab".into())], &columns);
        for row in [
            "a 16 huepack 2 1.0",
            "a 16 quantette-Wu 1 1.5",
            "b 16 huepack 8 4.0",
            "b 16 quantette-Wu 1 2.5",
            "a 8 huepack 8 4.0",
        ] {
            let cells = row.split(' ').map(|cell| cell.replace("quantette-Wu", "quantette Wu Oklab"));
            table.push(cells.collect());
        }
        table
    }

    #[test]
    fn a_summary_has_means_over_the_pictures_and_the_worst_of_them() {
        let summary = of_palettes(&record());
        let rows: Vec<String> = summary.rows.iter().map(|row| row.join(" ")).collect();
        assert_eq!(
            rows,
            [
                "8 huepack 1 4.0000 4.0000 a - -",
                "16 quantette Wu Oklab 2 1.9365 2.5000 b - 1.000",
                "16 huepack 2 2.0000 4.0000 b - 4.000",
            ]
        );
    }

    #[test]
    fn a_summary_of_hulls_tells_how_many_have_no_ratio() {
        let columns = "set image colors ssimulacra2 dssim butteraugli psnr to_default few few_most default lossless oxipng to_oxipng";
        let mut table = Table::new(Vec::new(), &columns.split(' ').collect::<Vec<_>>());
        for row in [
            "ui a 999 0.5 0.5 0.5 1.0 1.0 0.5 0.9 wins - - -",
            "ui b 999 0.5 2.0 - 1.0 1.0 0.5 1.1 larger - - -",
            "ui c 99 - - - - - - - - 90 100 0.9",
            "art d 999 2.0 2.0 2.0 2.0 2.0 - - wins - - -",
        ] {
            table.push(row.split(' ').map(str::to_owned).collect());
        }
        let rows: Vec<String> = of_hulls(&table).rows.iter().map(|row| row.join(" ")).collect();
        assert_eq!(
            rows,
            [
                "ui 2 0.5000 1.0000 0.5000 1.0000 1.0000 butteraugli 1 0.5000 1 of 2 50 1 0.9000",
                "art 1 2.0000 2.0000 2.0000 2.0000 2.0000 - - - 100 0 -",
                "all 3 0.7937 1.2599 1.0000 1.2599 1.2599 butteraugli 1 0.5000 1 of 2 67 1 0.9000",
            ]
        );
    }

    #[test]
    fn a_summary_of_defaults_counts_those_that_win() {
        let columns = "set image colors bytes to_fewest ssimulacra2 above_best default";
        let mut table = Table::new(Vec::new(), &columns.split(' ').collect::<Vec<_>>());
        for row in [
            "ui a 999 50 0.5 90 1.0 wins",
            "ui b 999 200 2.0 90 2.0 larger",
            "art c 999 50 0.5 80 -3.0 loses",
        ] {
            table.push(row.split(' ').map(str::to_owned).collect());
        }
        let rows: Vec<String> = of_defaults(&table).rows.iter().map(|row| row.join(" ")).collect();
        assert_eq!(rows, ["ui 2 1 50 1.0000 1.50", "art 1 0 0 0.5000 -3.00", "all 3 1 33 0.7937 0.00"]);
    }

    #[test]
    fn streams_and_pictures_count_in_the_means_of_lzw_and_pixels_in_its_times() {
        let columns = "set effort streams pixels bytes gifsicle to_gifsicle worst larger us_per_pixel";
        let mut table = Table::new(Vec::new(), &columns.split(' ').collect::<Vec<_>>());
        for row in ["frames fast 3 10 90 100 0.9 1.1 1 2.0", "frames fast 1 30 10 100 0.5 0.5 0 1.0"] {
            table.push(row.split(' ').map(str::to_owned).collect());
        }
        let rows: Vec<String> = of_lzw(&table).rows.iter().map(|row| row.join(" ")).collect();
        assert_eq!(rows, ["frames fast 2 4 0.8000 1.1000 1 0.5000 0.9000 0.5000 1.250"]);
    }

    #[test]
    fn the_best_looking_peer_is_what_bytes_are_compared_with() {
        let mut table =
            Table::new(Vec::new(), &["image", "colors", "dithering", "peer", "ssimulacra2", "png"]);
        for row in ["a 16 none x 50 100", "b 16 none x 60 400", "a 16 none y 70 200", "b 16 none y 70 200"] {
            table.push(row.split(' ').map(str::to_owned).collect());
        }
        let rows: Vec<String> = of_looks(&table).rows.iter().map(|row| row.join(" ")).collect();
        assert_eq!(rows, ["16 none y 2 70.00 200 1.000", "16 none x 2 55.00 200 1.000"]);
    }
}
