//! Animations beside gifski, gifsicle and ffmpeg: bytes at equal looks of the canvases, and at equal looks of what
//! changes from one to the next.

mod cache;
mod peer;
mod point;
mod source;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use self::cache::Cache;
pub(super) use self::peer::version;
use self::peer::{Setting, Tools, Workshop};
use self::point::Point;
use self::source::Source;
use super::hull::Curve;
use super::write;
use crate::Result;
use crate::provenance;
use crate::summary::groups;
use crate::table::{Table, number};

const COLUMNS: [&str; 11] = [
    "clip",
    "kind",
    "program",
    "points",
    "score",
    "temporal",
    "at_score",
    "at_temporal",
    "at_gifski",
    "to_gifski",
    "us_per_pixel",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Folders of frames as PNG, APNGs and WebPs, which count as true colour on white; and GIFs, as they are
    #[arg(required = true)]
    clips: Vec<PathBuf>,
    /// Frames a second of folders; files say so themselves
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=50))]
    fps: u32,
    /// The program gifski
    #[arg(long, default_value = "gifski")]
    gifski: PathBuf,
    /// The program huepack; without it only the peers are compared
    #[arg(long)]
    huepack: Option<PathBuf>,
    /// What a bit is worth to huepack
    #[arg(long, value_delimiter = ',', default_value = "0,0.06,0.125,0.25,0.5,1,2,4")]
    lambdas: Vec<f32>,
    /// huepack's palette sizes
    #[arg(long, value_delimiter = ',', default_value = "256")]
    #[arg(value_parser = clap::value_parser!(u16).range(2..=256))]
    colors: Vec<u16>,
    /// More words for huepack, such as --option=--effort=best
    #[arg(long, allow_hyphen_values = true)]
    option: Vec<String>,
    /// The peers' points: those in the file are not measured again, others are added
    #[arg(long, value_name = "FILE")]
    peers_cache: Option<PathBuf>,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
    /// Record every point in this file, tab-separated
    #[arg(long)]
    points: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let tools = Tools::find(&self.gifski)?;
        let cache = self.peers_cache.as_deref().map(Cache::open).transpose()?;
        let folder = std::env::temp_dir().join(format!("huepack-bench-clips-{}", std::process::id()));
        let mut notes = provenance::notes("clips");
        notes.push(("peers".into(), tools.versions()));
        let mut table = Table::new(notes.clone(), &COLUMNS);
        let mut points = Table::new(notes, &[&Source::KEY[..], &Point::COLUMNS].concat());
        for path in &self.clips {
            eprintln!("{}", path.display());
            fs::create_dir_all(&folder)?;
            let measured = self.measure(path, &tools, cache.as_ref(), &folder);
            fs::remove_dir_all(&folder)?;
            let (source, all) = measured.map_err(|error| format!("{}: {error}", path.display()))?;
            rows(&source, &all).into_iter().for_each(|row| table.push(row));
            all.iter().for_each(|point| points.push(cache::row(&source, point)));
        }
        for (key, value) in &table.notes {
            println!("{key}: {value}");
        }
        print!("\n{}\n{}", table.to_text(), summary(&table).to_text());
        if let Some(path) = &self.points {
            write(path, points.to_tsv())?;
        }
        self.out.as_deref().map_or(Ok(()), |path| write(path, table.to_tsv()))
    }

    /// Every point of one clip, huepack's last.
    fn measure(
        &self,
        path: &Path,
        tools: &Tools,
        cache: Option<&Cache>,
        folder: &Path,
    ) -> Result<(Source, Vec<Point>)> {
        let source = Source::open(path, self.fps)?;
        let known = cache.map_or_else(|| Ok(HashMap::new()), |cache| cache.points(&source))?;
        let mut workshop = Workshop::new(&source, tools, folder);
        let mut points = Vec::new();
        for setting in Setting::of_peers(&source) {
            let maker = setting.maker(tools);
            if let Some(point) = known.get(&maker) {
                points.push(point.clone());
                continue;
            }
            let made = workshop.make(&setting)?;
            let point = Point::of(maker, &made, &source)?;
            if let Some(cache) = cache {
                cache.append(&source, &point)?;
            }
            points.push(point);
        }
        for setting in self.settings() {
            match workshop.make(&setting) {
                Ok(made) => points.push(Point::of(setting.maker(tools), &made, &source)?),
                Err(error) => {
                    eprintln!("huepack is left out: {error}");
                    break;
                }
            }
        }
        Ok((source, points))
    }

    /// huepack's settings.
    fn settings(&self) -> Vec<Setting> {
        let Some(program) = &self.huepack else { return Vec::new() };
        let mut settings = Vec::new();
        for &colors in &self.colors {
            settings.extend(self.lambdas.iter().map(|&lambda| Setting::Huepack {
                program: program.clone(),
                colors,
                lambda,
                options: self.option.clone(),
            }));
        }
        settings
    }
}

/// A row for each program: its bytes in ratio to the hull of all peers but itself.
fn rows(source: &Source, points: &[Point]) -> Vec<Vec<String>> {
    let mut programs: Vec<&str> = points.iter().map(|point| point.maker.program.as_str()).collect();
    programs.dedup();
    let row = |program: &&str| {
        let (ours, others): (Vec<&Point>, Vec<&Point>) =
            points.iter().partition(|point| point.maker.program == *program);
        let peers: Vec<&Point> = others.into_iter().filter(|point| !point.is_of_huepack()).collect();
        let of_gifski: Vec<&Point> =
            peers.iter().copied().filter(|point| point.is_of_gifski_alone()).collect();
        let ratio = |peers: &[&Point], quality: Quality| {
            curve(&ours, quality).ratio_to(&curve(peers, quality)).unwrap_or(f64::NAN)
        };
        let range = |quality: Quality| {
            let values = || ours.iter().map(|point| quality(point));
            let (low, high) =
                (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            format!("{low:.1}..{high:.1}")
        };
        let cpu = ours.iter().map(|point| point.us_per_pixel).sum::<f64>() / ours.len() as f64;
        vec![
            source.name.clone(),
            source.kind().to_owned(),
            (*program).to_owned(),
            ours.len().to_string(),
            range(|point| point.score),
            range(|point| point.temporal),
            number(ratio(&peers, |point| point.score), 4),
            number(ratio(&peers, |point| point.temporal), 4),
            number(ratio(&of_gifski, |point| point.score), 4),
            number(to_gifski(&ours, &of_gifski), 4),
            number(cpu, 4),
        ]
    };
    programs.iter().map(row).collect()
}

/// One measure of how good a point looks; higher is better.
type Quality = fn(&Point) -> f64;

fn curve(points: &[&Point], quality: Quality) -> Curve {
    Curve::of(points.iter().map(|point| (quality(point), point.bytes)))
}

/// Bytes in ratio to each of gifski's files, for canvases that look at least as good and changes that do: the geometric
/// mean of those that both reach.
fn to_gifski(ours: &[&Point], of_gifski: &[&Point]) -> f64 {
    let (scores, temporals) = (curve(ours, |point| point.score), curve(ours, |point| point.temporal));
    let log_ratio = |point: &&Point| {
        let bytes = scores.bytes_for(point.score)?.max(temporals.bytes_for(point.temporal)?);
        Some((bytes / point.bytes as f64).ln())
    };
    let logs: Vec<f64> = of_gifski.iter().filter_map(log_ratio).collect();
    (logs.iter().sum::<f64>() / logs.len() as f64).exp()
}

/// Geometric means over the clips, for each kind and program.
pub(super) fn summary(table: &Table) -> Table {
    let columns = [
        "kind",
        "program",
        "clips",
        "at_score",
        "shared",
        "at_temporal",
        "shared_temporal",
        "at_gifski",
        "shared_at_gifski",
        "to_gifski",
        "shared_gifski",
        "us_per_pixel",
    ];
    let mut summary = Table::new(Vec::new(), &columns);
    for (key, group) in groups(table, &["kind", "program"]) {
        let mean = |column: &str| {
            let logs: Vec<f64> =
                group.numbers(column).into_iter().filter(|ratio| ratio.is_finite()).map(f64::ln).collect();
            (number((logs.iter().sum::<f64>() / logs.len() as f64).exp(), 3), logs.len().to_string())
        };
        let mut row: Vec<String> = key.iter().map(|&cell| cell.to_owned()).collect();
        row.push(group.len().to_string());
        for column in ["at_score", "at_temporal", "at_gifski", "to_gifski"] {
            let (ratio, shared) = mean(column);
            row.extend([ratio, shared]);
        }
        row.push(mean("us_per_pixel").0);
        summary.push(row);
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::point::Maker;
    use super::*;

    fn point(program: &str, bytes: u64, score: f64) -> Point {
        let maker = Maker { program: program.into(), setting: score.to_string() };
        let (temporal, flicker, us_per_pixel) = (score, 0.5, 1.0);
        Point { maker, bytes, frames: 2, score, worst: score, temporal, flicker, us_per_pixel }
    }

    /// The rows of a clip that has these files.
    fn rows_of(points: &[Point]) -> Vec<Vec<String>> {
        let frame = huepack::Image::new(1, 1, vec![[0; 4]]).unwrap();
        rows(&Source::of_frames("clip", vec![frame], 12), points)
    }

    #[test]
    fn each_program_is_held_against_the_others_and_nobody_against_huepack() {
        let points = [
            point("gifski 1", 1000, 60.0),
            point("gifski 1", 2000, 80.0),
            point("ffmpeg", 500, 60.0),
            point("ffmpeg", 1000, 80.0),
            point("huepack", 250, 60.0),
            point("huepack", 500, 80.0),
        ];
        let rows = rows_of(&points);
        let column = |number: usize| rows.iter().map(|row| row[number].clone()).collect::<Vec<_>>();
        assert_eq!(column(6), ["2.0000", "0.5000", "0.5000"]);
        assert_eq!(column(8), ["-", "0.5000", "0.2500"], "beside gifski alone");
    }

    #[test]
    fn what_gifsicle_made_of_gifskis_files_is_none_of_them() {
        let points = [
            point("gifski 1", 1000, 60.0),
            point("gifski 1", 2000, 80.0),
            point("gifski 1 + gifsicle 2", 10, 60.0),
            point("gifski 1 + gifsicle 2", 20, 80.0),
            point("huepack", 500, 60.0),
            point("huepack", 1000, 80.0),
        ];
        let rows = rows_of(&points);
        let last = rows.last().unwrap();
        assert_eq!([&last[8], &last[9]], ["0.5000", "0.5000"]);
    }

    #[test]
    fn beside_gifski_both_canvases_and_changes_have_to_look_as_good() {
        let temporal = |point: Point, temporal| Point { temporal, ..point };
        let peers =
            [point("gifski 1", 1000, 60.0), point("gifski 1", 2000, 80.0), point("gifski 1", 9000, 95.0)];
        let ours = [
            temporal(point("huepack", 400, 60.0), 50.0),
            temporal(point("huepack", 500, 70.0), 60.0),
            temporal(point("huepack", 1000, 90.0), 80.0),
        ];
        // Half of each, for the sake of what changes; the third is not reached.
        let ratio = to_gifski(&ours.iter().collect::<Vec<_>>(), &peers.iter().collect::<Vec<_>>());
        assert!((ratio - 0.5).abs() < 1e-9, "{ratio}");
        assert!(to_gifski(&[], &[&peers[0]]).is_nan());
    }

    #[test]
    fn means_leave_out_what_has_no_ratio() {
        let mut table = Table::new(Vec::new(), &COLUMNS);
        for ratio in ["0.5", "2", "-"] {
            table.push(
                ["a", "gif", "gifsicle", "6", "1..2", "1..2", ratio, ratio, "-", "-", "1"]
                    .map(str::to_owned)
                    .into(),
            );
        }
        assert_eq!(
            summary(&table).rows,
            [["gif", "gifsicle", "3", "1.000", "2", "1.000", "2", "-", "0", "-", "0", "1.000"]]
        );
    }
}
