//! The chart: every point at its score and its bytes, as places in an SVG.

use serde::Serialize;

use super::Curve;
use super::knee::EXCHANGE_RATE;
use super::labels::{Area, Labels, Lettering, Place, width};
use super::point::Point;
use super::scale::{byte_ticks, score_ticks};
use super::series::Series;
use crate::number::{grouped, grouped_decimal};

/// Size of the picture in its own units, which are pixels where there is room.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 600.0;

/// Room around the plot, for the names of the axes and their marks. The legend is above it.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const BOTTOM: f64 = 56.0;

/// Heights of lettering.
const FONT: f64 = 13.0;
const SMALL_FONT: f64 = 12.0;

/// A line of the legend.
const LEGEND_LINE: f64 = 24.0;

/// Scores that are worth room in the chart: below 30, pictures are poor.
const LEAST_SCORE: f64 = 30.0;

/// Fewer points of score than that are not spread over the whole width.
const LEAST_SPAN: f64 = 10.0;

/// How far above the highest point the file that was given is still drawn, as a factor of bytes: where it is further,
/// the curves would be squeezed for its sake.
const REACH_OF_GIVEN: f64 = 3.0;

/// What the template draws. Places are rounded: tenths of a pixel cannot be seen.
#[derive(Serialize)]
pub(super) struct Chart {
    width: f64,
    height: f64,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    score_marks: Vec<Mark>,
    byte_marks: Vec<Mark>,
    legend: Vec<Entry>,
    lines: Vec<Line>,
    labels: Vec<Label>,
    knee: [f64; 2],
    /// From end to end.
    exchange: Option<[f64; 4]>,
    given_y: Option<f64>,
    /// What is not drawn, a sentence each.
    remarks: Vec<String>,
}

/// A mark of an axis.
#[derive(Serialize)]
struct Mark {
    at: f64,
    text: String,
}

#[derive(Serialize)]
struct Entry {
    x: f64,
    y: f64,
    key: &'static str,
    text: String,
}

/// A series.
#[derive(Serialize)]
struct Line {
    key: &'static str,
    /// As SVG has the places of a polyline.
    places: String,
    points: Vec<Dot>,
}

#[derive(Serialize)]
struct Dot {
    x: f64,
    y: f64,
    /// What it says under the pointer.
    title: String,
}

#[derive(Serialize)]
struct Label {
    x: f64,
    y: f64,
    anchor: &'static str,
    key: &'static str,
    text: String,
}

/// Where scores and bytes lie.
struct Plot {
    area: Area,
    /// Points below that are left out.
    least_score: f64,
    /// At the left border and at the right one.
    scores: (f64, f64),
    /// Logarithms of bytes at the lower border and at the upper one.
    logs: (f64, f64),
}

impl Plot {
    fn of(curve: &Curve<'_>, area: Area) -> Self {
        let points = || curve.series.iter().flat_map(|series| &series.points);
        let (lowest, highest) = range(points().map(|point| point.ssimulacra2));
        // Points far below are left out, but none of the first series.
        let first = curve.series[0].points.iter().map(|point| point.ssimulacra2);
        let least_score = lowest.max(LEAST_SCORE.min(range(first).0));
        let drawn = points().filter(|point| point.ssimulacra2 >= least_score);
        let (least, most) = range(drawn.map(|point| point.bytes as f64));
        let given = curve.given_bytes().map(|bytes| bytes as f64);
        let given = given.filter(|given| (least / REACH_OF_GIVEN..=most * REACH_OF_GIVEN).contains(given));
        let (least, most) = given.map_or((least, most), |given| (least.min(given), most.max(given)));
        // Air around, more of it where the knee is lettered, and marks around a lone point.
        let lowest = least_score.min(highest - LEAST_SPAN);
        let air = highest - lowest;
        let air_of_logs = 0.06 * (most / least).ln().max(2.0);
        Self {
            area,
            least_score,
            scores: (lowest - 0.04 * air, highest + 0.12 * air),
            logs: (least.ln() - air_of_logs, most.ln() + air_of_logs),
        }
    }

    fn x(&self, score: f64) -> f64 {
        let (low, high) = self.scores;
        rounded(self.area.left + (score - low) / (high - low) * (self.area.right - self.area.left))
    }

    fn y(&self, bytes: f64) -> f64 {
        let (low, high) = self.logs;
        rounded(self.area.bottom - (bytes.ln() - low) / (high - low) * (self.area.bottom - self.area.top))
    }

    fn place(&self, point: &Point) -> (f64, f64) {
        (self.x(point.ssimulacra2), self.y(point.bytes as f64))
    }

    fn shows(&self, point: &Point) -> bool {
        point.ssimulacra2 >= self.least_score
    }
}

impl Chart {
    pub(super) fn of(curve: &Curve<'_>) -> Self {
        let (legend, top) = legend(curve);
        let plot = Plot::of(curve, Area { left: LEFT, top, right: WIDTH - RIGHT, bottom: HEIGHT - BOTTOM });
        let mark = |at, text| Mark { at, text };
        let (low, high) = plot.scores;
        let scores = score_ticks(low, high.min(100.0)).into_iter();
        let bytes = byte_ticks(plot.logs.0.exp(), plot.logs.1.exp()).into_iter();
        let given = curve.given_bytes().filter(|&bytes| plot.logs.1 > (bytes as f64).ln());
        let given_y = given.map(|bytes| plot.y(bytes as f64)).filter(|&y| y < plot.area.bottom);
        let exchange = exchange(curve, &plot);
        let (knee_x, knee_y) = plot.place(&curve.knee);
        Self {
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            top,
            right: plot.area.right,
            bottom: plot.area.bottom,
            score_marks: scores.map(|tick| mark(plot.x(tick.value), tick.text)).collect(),
            byte_marks: bytes.map(|tick| mark(plot.y(tick.value), tick.text)).collect(),
            legend,
            lines: curve.series.iter().map(|series| line(curve, &plot, series)).collect(),
            labels: labels(curve, &plot, given_y, exchange),
            knee: [knee_x, knee_y],
            exchange,
            given_y,
            remarks: remarks(curve, &plot, given_y),
        }
    }
}

/// What is outside of the plot.
fn remarks(curve: &Curve<'_>, plot: &Plot, given_y: Option<f64>) -> Vec<String> {
    let mut remarks = Vec::new();
    if curve.series.iter().flat_map(|series| &series.points).any(|point| !plot.shows(point)) {
        let least = grouped_decimal(plot.least_score, 0);
        remarks.push(format!("Points with scores below {least} are in the table only."));
    }
    match curve.given_bytes() {
        Some(given) if given_y.is_none() => {
            remarks.push(format!("The file you gave has {} B, which is outside.", grouped(given)));
        }
        _ => {}
    }
    remarks
}

/// What the lines are, in rows above the plot, and where the plot begins.
fn legend(curve: &Curve<'_>) -> (Vec<Entry>, f64) {
    let mut texts: Vec<(&'static str, String)> =
        curve.series.iter().map(|series| (series.maker.key(), meaning(curve, series))).collect();
    if !curve.knee.is_lossless() {
        let rate = 100.0 * EXCHANGE_RATE;
        texts.push(("exchange", format!("a point of score for {rate} % of bytes")));
        texts.push(("knee", "the knee".to_owned()));
    }
    let (mut x, mut y) = (LEFT, 18.0);
    let mut entries = Vec::new();
    for (key, text) in texts {
        // The sample of the line, and air to the next.
        let wide = 34.0 + width(&text, FONT) + 22.0;
        if x + wide > WIDTH && x > LEFT {
            (x, y) = (LEFT, y + LEGEND_LINE);
        }
        entries.push(Entry { x: rounded(x), y, key, text });
        x += wide;
    }
    (entries, y + LEGEND_LINE)
}

/// A series in words.
fn meaning(curve: &Curve<'_>, series: &Series) -> String {
    let name = series.maker.name(curve.pngquant_version.as_deref());
    let colors = || series.points.iter().map(|point| point.setting.colors);
    let lambdas = || series.points.iter().filter_map(|point| point.setting.lambda);
    match series.points.as_slice() {
        [point] => format!("{name}, {} colours", point.setting.colors),
        points if points[0].setting.colors == points[1].setting.colors => {
            let (low, high) = range(lambdas());
            format!("{name}, {} colours, lambda {low} to {high}", points[0].setting.colors)
        }
        _ => {
            let (low, high) = range(colors().map(f64::from));
            format!("{name}, {low} to {high} colours")
        }
    }
}

fn line(curve: &Curve<'_>, plot: &Plot, series: &Series) -> Line {
    let name = series.maker.name(curve.pngquant_version.as_deref());
    let places: Vec<String> =
        series.points.iter().map(|point| plot.place(point)).map(|(x, y)| format!("{x},{y}")).collect();
    let dot = |point: &Point| {
        let (x, y) = plot.place(point);
        let lambda = point.setting.lambda.map_or_else(String::new, |lambda| format!(", lambda {lambda}"));
        let (colors, score) = (point.setting.colors, grouped_decimal(point.ssimulacra2, 1));
        let title =
            format!("{name}: {colors} colours{lambda}, {} B, SSIMULACRA2 {score}", grouped(point.bytes));
        Dot { x, y, title }
    };
    let points = series.points.iter().filter(|point| plot.shows(point)).map(dot).collect();
    Line { key: series.maker.key(), places: places.join(" "), points }
}

/// The line through the knee on which a point of score has its price in bytes: no point of ours is below it.
fn exchange(curve: &Curve<'_>, plot: &Plot) -> Option<[f64; 4]> {
    if curve.knee.is_lossless() {
        return None;
    }
    let Point { bytes, ssimulacra2, .. } = curve.knee;
    let at = |score: f64| plot.y(((bytes as f64).ln() + (score - ssimulacra2) * EXCHANGE_RATE.ln_1p()).exp());
    let (low, high) = plot.scores;
    Some([plot.x(low), at(low), plot.x(high), at(high)])
}

/// Lettering: the knee, the file that was given, then what changes along each series, as far as there is room.
fn labels(curve: &Curve<'_>, plot: &Plot, given_y: Option<f64>, exchange: Option<[f64; 4]>) -> Vec<Label> {
    let mut room = room(curve, plot, given_y, exchange);
    let knee = plot.place(&curve.knee);
    let what = knee_mark(curve);
    let bold = |text, over_lines| Lettering { text, font: FONT, over_lines };
    // The long one only where it hides next to nothing.
    let texts = [bold(format!("{what}: {} B", grouped(curve.knee.bytes)), 20.0), bold(what, f64::INFINITY)];
    let mut texts = texts.iter();
    let mut labels: Vec<Label> =
        texts.find_map(|text| Label::at(knee, "knee", text, &mut room)).into_iter().collect();
    let small = |text| Lettering { text, font: SMALL_FONT, over_lines: f64::INFINITY };
    if let (Some(y), Some(bytes)) = (given_y, curve.given_bytes()) {
        let text = small(format!("the file you gave: {} B", grouped(bytes)));
        let (left, right) = (plot.area.left, plot.area.right);
        let mut places = [left, right, left.midpoint(right)].into_iter();
        labels.extend(places.find_map(|x| Label::at((x, y), "given", &text, &mut room)));
    }
    for series in &curve.series {
        let key = series.maker.key();
        for point in series.points.iter().filter(|&point| plot.shows(point) && *point != curve.knee) {
            let text = small(series.maker.mark(point));
            labels.extend(Label::at(plot.place(point), key, &text, &mut room));
        }
    }
    labels
}

/// The plot with everything but lettering.
fn room(curve: &Curve<'_>, plot: &Plot, given_y: Option<f64>, exchange: Option<[f64; 4]>) -> Labels {
    let mut room = Labels::new(plot.area);
    for series in &curve.series {
        let places: Vec<(f64, f64)> = series.points.iter().map(|point| plot.place(point)).collect();
        places.windows(2).for_each(|ends| room.avoid(ends[0], ends[1]));
        places.iter().for_each(|&(x, y)| room.keep_free(Area::around(x, y, 6.0)));
    }
    let (x, y) = plot.place(&curve.knee);
    room.keep_free(Area::around(x, y, 10.0));
    if let Some([x0, y0, x1, y1]) = exchange {
        room.avoid((x0, y0), (x1, y1));
    }
    if let Some(y) = given_y {
        room.avoid((plot.area.left, y), (plot.area.right, y));
    }
    room
}

/// What makes the knee what it is.
fn knee_mark(curve: &Curve<'_>) -> String {
    let setting = curve.knee.setting;
    match setting.lambda {
        _ if curve.knee.is_lossless() => "without loss".to_owned(),
        Some(lambda) if setting.colors == curve.most_colors => format!("λ {lambda}"),
        _ => format!("{} colours", setting.colors),
    }
}

impl Label {
    /// Beside a point, if there is room.
    fn at(point: (f64, f64), key: &'static str, lettering: &Lettering, room: &mut Labels) -> Option<Self> {
        let Place { x, baseline, anchor } = room.beside(point, lettering)?;
        Some(Self { x: rounded(x), y: rounded(baseline), anchor, key, text: lettering.text.clone() })
    }
}

/// The least and the greatest.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

fn rounded(pixels: f64) -> f64 {
    (10.0 * pixels).round() / 10.0
}
