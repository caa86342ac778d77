//! Both curves of a picture as an SVG: SSIMULACRA2 to the right, the logarithm of bytes upwards.

use std::fmt::Write;

use super::curve::Curve;
use super::likeness::Metric;
use super::point::Point;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 320.0;
/// Room for labels: left, top, right, bottom.
const MARGIN: [f64; 4] = [56.0, 28.0, 12.0, 36.0];

/// Distances between labels that read well; of those in points of score, the first that gives at most eight.
const STEPS: [f64; 6] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0];

const OURS: &str = "#0a6ebd";
const PEERS: &str = "#c8641e";

/// From scores and bytes to places in the drawing.
struct Frame {
    scores: (f64, f64),
    log_bytes: (f64, f64),
}

pub(super) fn draw(title: &str, ours: &[Point], peers: &[Point]) -> String {
    let pair = |point: &Point| (Metric::Ssimulacra2.quality(&point.likeness), point.bytes);
    let (ours, peers): (Vec<_>, Vec<_>) = (ours.iter().map(pair).collect(), peers.iter().map(pair).collect());
    let frame = Frame::around(ours.iter().chain(&peers).copied());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    svg += &frame.grid();
    for (points, color) in [(peers, PEERS), (ours, OURS)] {
        svg += &frame.curve(&points, color);
    }
    let name = title.replace('&', "&amp;").replace('<', "&lt;");
    let words = [("huepack", OURS), ("pngquant", PEERS)];
    let legend = words.map(|(word, color)| format!("<tspan fill=\"{color}\">{word}</tspan>")).join(", ");
    svg + &format!("<text x=\"{}\" y=\"17\">{name}: {legend}</text>\n</svg>\n", MARGIN[0])
}

impl Frame {
    fn around(points: impl Iterator<Item = (f64, u64)>) -> Self {
        let empty = (f64::INFINITY, f64::NEG_INFINITY);
        let wider = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
        let (scores, log_bytes) = points.fold((empty, empty), |(scores, log_bytes), (score, bytes)| {
            (wider(scores, score), wider(log_bytes, (bytes as f64).ln()))
        });
        Self { scores, log_bytes }
    }

    fn place(&self, score: f64, bytes: f64) -> (f64, f64) {
        let part = |value: f64, (low, high): (f64, f64)| (value - low) / (high - low).max(1e-9);
        let [left, top, right, bottom] = MARGIN;
        (
            left + part(score, self.scores) * (WIDTH - left - right),
            HEIGHT - bottom - part(bytes.ln(), self.log_bytes) * (HEIGHT - top - bottom),
        )
    }

    /// Lines at round scores, and at 1, 2 and 5 times the powers of ten.
    fn grid(&self) -> String {
        let mut svg = String::from("<g stroke=\"#ddd\" fill=\"#444\">\n");
        let (low, high) = self.scores;
        let step = STEPS.into_iter().find(|step| (high - low) / step <= 8.0).unwrap_or(100.0);
        let [left, top, right, bottom] = MARGIN;
        for i in (low / step).ceil() as i64..=(high / step).floor() as i64 {
            let score = i as f64 * step;
            let (x, _) = self.place(score, 1.0);
            let _ = writeln!(svg, "<path d=\"M{x:.1} {top}V{}\"/>", HEIGHT - bottom);
            let (y, label) = (HEIGHT - bottom + 14.0, "stroke=\"none\" text-anchor=\"middle\"");
            let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y}\" {label}>{score}</text>");
        }
        let (low, high) = (self.log_bytes.0.exp(), self.log_bytes.1.exp());
        let round = (0..10).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)));
        for bytes in round.filter(|&bytes| low <= bytes && bytes <= high) {
            let (_, y) = self.place(0.0, bytes);
            let _ = writeln!(svg, "<path d=\"M{left} {y:.1}H{}\"/>", WIDTH - right);
            let (x, label) = (left - 5.0, "stroke=\"none\" text-anchor=\"end\"");
            let _ = writeln!(svg, "<text x=\"{x}\" y=\"{:.1}\" {label}>{bytes}</text>", y + 4.0);
        }
        let (x, y, label) = (WIDTH - right, HEIGHT - 6.0, "stroke=\"none\" text-anchor=\"end\"");
        svg + &format!("<text x=\"{x}\" y=\"{y}\" {label}>SSIMULACRA2; upwards: bytes</text>\n</g>\n")
    }

    /// Every point, and the hull below them.
    fn curve(&self, points: &[(f64, u64)], color: &str) -> String {
        let mut svg = format!("<g fill=\"{color}\" fill-opacity=\"0.5\">\n");
        for &(score, bytes) in points {
            let (x, y) = self.place(score, bytes as f64);
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\"/>");
        }
        let corners = Curve::of(points.iter().copied());
        let corners = corners.corners().map(|(score, bytes)| self.place(score, bytes));
        let corners: Vec<String> = corners.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let line = format!("<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\"/>", corners.join(" "));
        svg + &line + "\n</g>\n"
    }
}
