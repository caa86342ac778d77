//! Bytes at equal quality, beside the best that pngquant's settings give: curves of log bytes over quality, and their
//! mean distance, as BD-rate has it. Pictures that are lossless with a palette are compared with oxipng instead.

mod cache;
mod curve;
mod defaults;
mod gifsicle;
mod likeness;
mod peer;
mod plot;
mod pngquant;
mod point;
mod setting;
mod source;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Args;
use huepack::{Dither, Effort, Format, Packer};

use self::cache::Cache;
pub(super) use self::curve::Curve;
use self::likeness::{Metric, Reference};
use self::peer::Peer;
use self::pngquant::Names;
use self::point::Point;
use self::setting::Setting;
use self::source::Source;
use super::repack::EFFORTS;
use super::write;
use crate::Result;
use crate::picture::Place;
use crate::provenance;
use crate::summary;
use crate::table::{Table, number};

/// As many as a palette has: with no more the picture stays as it is.
const MAX_COLORS: usize = 256;

/// Palettes that are compared with each other once more: few colours are what others are weak at.
const FEW_COLORS: usize = 32;

const COLUMNS: [&str; 14] = [
    "set",
    "image",
    "colors",
    "ssimulacra2",
    "dssim",
    "butteraugli",
    "psnr",
    "to_default",
    "few",
    "few_most",
    "default",
    "lossless",
    "oxipng",
    "to_oxipng",
];

#[derive(Args, Clone)]
pub(crate) struct Arguments {
    /// Pictures, JPEG or PNG; the name of the folder is that of the set
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// Only the middle of each picture, at most so many pixels wide and high
    #[arg(long, value_name = "PIXELS")]
    crop: Option<u32>,
    /// The corner at the top left instead of the middle
    #[arg(long, requires = "crop")]
    corner: bool,
    /// The peers' points: those in the file are not measured again, others are added
    #[arg(long, value_name = "FILE")]
    peers_cache: Option<PathBuf>,
    /// Only fill the cache
    #[arg(long, requires = "peers_cache")]
    only_peers: bool,
    /// GIF: beside palettes by pngquant, ImageMagick and ffmpeg with gifsicle's losses
    #[arg(long)]
    gif: bool,
    /// Fewer settings of the peers: 16, 32, 64, 128 and 256 colours at speed 3, and 256 at speed 1
    #[arg(long)]
    thin: bool,
    /// Only what each program makes when nothing is asked for: no curves, and nothing of lossless pictures
    #[arg(long, conflicts_with_all = ["only_peers", "thin", "svg"])]
    defaults: bool,
    /// huepack's palette sizes
    #[arg(long, value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u16).range(2..=256))]
    colors: Vec<u16>,
    /// huepack's ditherings: auto, none
    #[arg(long, value_delimiter = ',', default_value = "auto,none", value_parser = dither)]
    dithers: Vec<Dither>,
    /// huepack's effort: fast, balanced, best
    #[arg(long, default_value = "balanced", value_parser = effort)]
    effort: Effort,
    /// What a bit is worth to huepack
    #[arg(long, value_delimiter = ',')]
    lambdas: Vec<f32>,
    /// Pictures that are worked on at the same time
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Record the table in this file, tab-separated
    #[arg(long)]
    out: Option<PathBuf>,
    /// Record every point in this file, tab-separated
    #[arg(long)]
    points: Option<PathBuf>,
    /// Draw the curves of each picture into this folder
    #[arg(long, value_name = "FOLDER")]
    svg: Option<PathBuf>,
}

/// What is needed for every picture.
struct Tools {
    names: Names,
    cache: Option<Cache>,
    settings: Vec<Setting>,
}

/// What one picture comes to; without a row where only the peers were asked.
#[derive(Clone, Default)]
struct Measured {
    row: Option<Vec<String>>,
    points: Vec<Vec<String>>,
}

/// What a thread hands over; errors of other kinds stay on theirs.
type Outcome = std::result::Result<Measured, String>;

fn dither(name: &str) -> std::result::Result<Dither, String> {
    match name {
        "auto" => Ok(Dither::Auto),
        "none" => Ok(Dither::None),
        other => Err(format!("auto or none wanted, got {other}")),
    }
}

fn effort(name: &str) -> std::result::Result<Effort, String> {
    let found = EFFORTS.into_iter().zip(Effort::ALL).find(|(known, _)| *known == name);
    found.map(|(_, effort)| effort).ok_or_else(|| format!("fast, balanced or best wanted, got {name}"))
}

impl Arguments {
    pub(crate) fn run(self) -> Result<()> {
        let tools = Tools {
            names: Names::find()?,
            cache: self.peers_cache.as_deref().map(Cache::open).transpose()?,
            settings: self.settings(),
        };
        // What no packer can be made of is better known before an hour has passed.
        if let Some(folder) = &self.svg {
            fs::create_dir_all(folder)?;
        }
        let (name, columns): (_, &[&str]) = match (self.defaults, self.gif) {
            (true, _) => ("defaults", &defaults::COLUMNS),
            (false, true) => ("gif-hull", &COLUMNS),
            (false, false) => ("hull", &COLUMNS),
        };
        let mut table = Table::new(self.notes(name, &tools), columns);
        let mut points =
            Table::new(self.notes("points", &tools), &[&Source::KEY[..], &Point::COLUMNS].concat());
        // A picture that fails does not take the others with it.
        let mut failed = None;
        for measured in self.measure_all(&tools) {
            let measured = measured.unwrap_or_else(|error| {
                failed = Some(error);
                Measured::default()
            });
            measured.row.into_iter().for_each(|row| table.push(row));
            measured.points.into_iter().for_each(|row| points.push(row));
        }
        if !self.only_peers {
            self.print(&table);
        }
        if let Some(path) = &self.points {
            write(path, points.to_tsv())?;
        }
        if let Some(path) = &self.out {
            write(path, table.to_tsv())?;
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn print(&self, table: &Table) {
        for (key, value) in &table.notes {
            println!("{key}: {value}");
        }
        let parts = if self.defaults {
            vec![table.part(&defaults::COLUMNS, |_| true), summary::of_defaults(table)]
        } else {
            let is_lossless = |row: &[String]| table.cell(row, "to_oxipng") != Some("-");
            vec![
                table.part(&[&COLUMNS[..11]].concat(), |row| !is_lossless(row)),
                table.part(&[&COLUMNS[..3], &COLUMNS[11..]].concat(), is_lossless),
                summary::of_hulls(table),
            ]
        };
        for part in parts.iter().filter(|part| !part.rows.is_empty()) {
            print!("\n{}", part.to_text());
        }
    }

    /// huepack's settings.
    fn settings(&self) -> Vec<Setting> {
        let colors = match &self.colors[..] {
            [] => setting::COLORS.to_vec(),
            colors => colors.iter().map(|&colors| usize::from(colors)).collect(),
        };
        let lambdas = if self.lambdas.is_empty() { &setting::LAMBDAS[..] } else { &self.lambdas };
        Setting::all(self.effort, &colors, &self.dithers, lambdas)
    }

    fn notes(&self, table: &str, tools: &Tools) -> Vec<(String, String)> {
        let mut notes = provenance::notes(table);
        let peers = if self.gif {
            gifsicle::versions(&tools.names.two)
        } else {
            format!("{}, {}", tools.names.two, tools.names.three)
        };
        notes.push(("peers".into(), peers));
        let place = if self.corner { " at the corner" } else { "" };
        notes.push(("crop".into(), self.crop.map_or("none".into(), |most| format!("{most}{place}"))));
        notes
    }

    /// In the order of the pictures. Each has a pool of one thread: their number changes what some peers make.
    fn measure_all(&self, tools: &Tools) -> Vec<Outcome> {
        let (next, count) = (AtomicUsize::new(0), self.images.len());
        let results = Mutex::new(vec![Ok(Measured::default()); count]);
        let work = || {
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                let Some(image) = self.images.get(turn) else { return };
                let start = Instant::now();
                let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
                let measured = pool.map_err(|error| error.to_string()).and_then(|pool| {
                    pool.install(|| self.measure(image, tools).map_err(|error| error.to_string()))
                });
                let measured = measured.map_err(|error| format!("{}: {error}", image.display()));
                let seconds = start.elapsed().as_secs_f64();
                let said = measured.as_ref().err().map_or("", String::as_str);
                eprintln!("{} of {count}: {} {seconds:.1} s {said}", turn + 1, image.display());
                results.lock().expect("nobody panics with it")[turn] = measured;
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(work);
            }
        });
        results.into_inner().expect("nobody panics with it")
    }

    fn measure(&self, path: &Path, tools: &Tools) -> Result<Measured> {
        let place = if self.corner { Place::Corner } else { Place::Middle };
        let source = Source::open(path, self.crop.map(|most| (most, place)))?;
        let colors = source.picture.distinct_colors();
        if colors <= MAX_COLORS {
            let is_asked_for = !self.only_peers && !self.defaults;
            let row = is_asked_for.then(|| lossless_row(&source, colors)).transpose()?;
            return Ok(Measured { row, points: Vec::new() });
        }
        let reference = Reference::of(&source.picture)?;
        let mut settings: Vec<Peer> = if self.gif {
            gifsicle::Setting::all().into_iter().map(Peer::Gif).collect()
        } else {
            pngquant::Setting::all(self.thin).into_iter().map(Peer::Png).collect()
        };
        if self.defaults {
            settings.retain(|setting| setting.is_default());
        }
        let peers = peers(&source, &reference, &settings, tools)?;
        if self.only_peers {
            return Ok(Measured::default());
        }
        let format = if self.gif { Format::Gif } else { Format::Png };
        let default = defaults::ours(&source, &reference, format)?;
        let mut row = vec![source.set.clone(), source.picture.name.clone(), colors.to_string()];
        if self.defaults {
            row.extend(defaults::cells(&default, &peers));
            let all = peers.iter().chain([&default]);
            let points = all.map(|point| cache::row(&source, point)).collect();
            return Ok(Measured { row: Some(row), points });
        }
        let of_peers = |is_wanted: fn(Peer) -> bool| {
            let pairs = settings.iter().zip(&peers).filter(move |(setting, _)| is_wanted(**setting));
            pairs.map(|(_, point)| point)
        };
        let ours = ours(&source, &reference, &tools.settings, format)?;
        if let Some(folder) = &self.svg {
            let path = folder.join(format!("{}-{}", source.set, source.picture.name)).with_extension("svg");
            write(&path, plot::draw(&source.picture.name, &ours, &peers))?;
        }
        let plain = of_peers(Peer::is_plain).collect();
        let beside = Beside { ours: &ours, peers: peers.iter().collect(), plain };
        row.extend(beside.ratios().into_iter().map(|ratio| number(ratio.unwrap_or(f64::NAN), 4)));
        row.push(defaults::verdict(&default, of_peers(Peer::is_default)).to_owned());
        row.extend(["-"; 3].map(str::to_owned));
        let all = peers.iter().chain(&ours).chain([&default]);
        Ok(Measured { row: Some(row), points: all.map(|point| cache::row(&source, point)).collect() })
    }
}

/// The points of one picture whose curves are compared.
struct Beside<'a> {
    ours: &'a [Point],
    peers: Vec<&'a Point>,
    /// Those of the peers that differ in the number of colours alone.
    plain: Vec<&'a Point>,
}

impl Beside<'_> {
    /// To the peers' curve by each measure, and by SSIMULACRA2 to the plain one, among palettes of few colours, and the
    /// most that is there at any quality.
    fn ratios(&self) -> Vec<Option<f64>> {
        let ours = |metric| curve(self.ours, metric);
        let ratio = |metric| ours(metric).ratio_to(&curve(self.peers.iter().copied(), metric));
        let score = Metric::Ssimulacra2;
        let to_default = ours(score).ratio_to(&curve(self.plain.iter().copied(), score));
        let is_few = |point: &&Point| point.maker.colors <= FEW_COLORS;
        let few = curve(self.ours.iter().filter(is_few), score);
        let others = curve(self.peers.iter().copied().filter(is_few), score);
        let few = [few.ratio_to(&others), few.most_to(&others)];
        Metric::ALL.into_iter().map(ratio).chain([to_default]).chain(few).collect()
    }
}

fn curve<'a>(points: impl IntoIterator<Item = &'a Point>, metric: Metric) -> Curve {
    Curve::of(points.into_iter().map(|point| (metric.quality(&point.likeness), point.bytes)))
}

/// The peers' points, in the order of their settings; new ones go into the cache.
fn peers(source: &Source, reference: &Reference<'_>, settings: &[Peer], tools: &Tools) -> Result<Vec<Point>> {
    let known = tools.cache.as_ref().map_or_else(|| Ok(HashMap::new()), |cache| cache.points(source))?;
    let (mut points, mut new) = (Vec::new(), Vec::new());
    for setting in settings {
        let maker = setting.maker(&tools.names);
        if let Some(point) = known.get(&maker) {
            points.push(point.clone());
            continue;
        }
        let point = setting.point(&tools.names, source, reference)?;
        new.push(point.clone());
        points.push(point);
    }
    if let Some(cache) = tools.cache.as_ref().filter(|_| !new.is_empty()) {
        cache.append(source, &new)?;
    }
    Ok(points)
}

fn ours(
    source: &Source,
    reference: &Reference<'_>,
    settings: &[Setting],
    format: Format,
) -> Result<Vec<Point>> {
    let point = |setting: &Setting| {
        let file = setting.packer().format(format).pack(source.picture.view())?.bytes;
        match format {
            Format::Gif => Point::of(setting.maker(), &file, reference),
            _ => Point::of_finished(setting.maker(), &file, reference),
        }
    };
    settings.iter().map(point).collect()
}

fn lossless_row(source: &Source, colors: usize) -> Result<Vec<String>> {
    let packed = Packer::new().pack(source.picture.view())?;
    if packed.report.mean_squared_error > 0.0 {
        return Err(format!("{colors} colours are few enough to keep all of them").into());
    }
    let (ours, oxipng) = (packed.bytes.len() as u64, source.lossless_bytes()?);
    let mut row = vec![source.set.clone(), source.picture.name.clone(), colors.to_string()];
    row.extend(["-"; 8].map(str::to_owned));
    row.extend([ours.to_string(), oxipng.to_string(), number(ours as f64 / oxipng as f64, 4)]);
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_every_point_and_both_hulls() {
        let ours = [Point::of_test(80, 20.0), Point::of_test(100, 60.0), Point::of_test(150, 80.0)];
        let peers = [Point::of_test(100, 20.0), Point::of_test(200, 80.0)];
        let svg = plot::draw("a&b", &ours, &peers);
        assert_eq!(svg.matches("<circle").count(), 5);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(svg.contains("a&amp;b") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
