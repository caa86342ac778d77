//! `huepack curve`: bytes against score for one picture, and the point to take.
//!
//! A [`Source`] goes in, a [`Curve`] comes out; only `run` reads and writes files.

mod args;
mod chart;
mod command;
mod draw;
mod knee;
mod labels;
mod page;
mod pngquant;
mod point;
mod run;
mod scale;
mod series;
mod table;

use serde_json::{Value, json};

use crate::number::grouped;
use crate::source::Source;
pub(crate) use args::CurveArgs;
use point::Point;
pub(crate) use run::run;
use series::Series;

/// Everything that was found out about a picture.
#[derive(Debug)]
struct Curve<'a> {
    source: &'a Source,
    /// What to call the picture.
    name: String,
    /// Distinct colours of the source; `None` if there are more than a histogram keeps apart.
    source_colors: Option<usize>,
    /// Most colours that a palette may have.
    most_colors: u16,
    series: Vec<Series>,
    /// The point to take, which is one of those.
    knee: Point,
    /// What makes the file of that point.
    command: String,
    /// Of pngquant, if it was run.
    pngquant_version: Option<String>,
    /// What to say beside the numbers, a line each.
    remarks: Vec<String>,
}

impl Curve<'_> {
    /// Bytes of the file that was given, if browsers show it and it holds this picture and no other.
    fn given_bytes(&self) -> Option<u64> {
        let decoded = &self.source.decoded;
        let is_the_picture = decoded.format.is_web() && decoded.frames == 1 && decoded.damage.is_none();
        is_the_picture.then_some(self.source.bytes.len() as u64)
    }

    /// The picture and its file in a line.
    fn heading(&self) -> String {
        let decoded = &self.source.decoded;
        let colors = self.source_colors.map_or_else(|| "over 524,288 colours".to_owned(), counted_colors);
        let (width, height) = (decoded.image.width(), decoded.image.height());
        let (format, bytes) = (decoded.format.name(), grouped(self.source.bytes.len() as u64));
        format!("{width} x {height} pixels, {colors}, {format} of {bytes} B")
    }

    /// Why that point, and what speaks against it.
    fn reason(&self) -> String {
        let (rate, most) = (100.0 * knee::EXCHANGE_RATE, self.most_colors);
        let why = if self.knee.is_lossless() {
            format!("A picture of at most {most} colours is packed without loss: there is nothing to weigh.")
        } else {
            format!(
                "From there, a point of score more costs over {rate} % of bytes, and one less saves under {rate} %."
            )
        };
        match self.given_bytes() {
            Some(given) if given <= self.knee.bytes => {
                format!("{why} The file you gave is no larger, so it is the better one.")
            }
            _ => why,
        }
    }

    /// All numbers, for machines.
    fn json(&self) -> Value {
        let decoded = &self.source.decoded;
        json!({
            "source": {
                "name": self.name,
                "format": decoded.format.name(),
                "width": decoded.image.width(),
                "height": decoded.image.height(),
                "colors": self.source_colors,
                "bytes": self.source.bytes.len(),
            },
            "lossless": self.knee.is_lossless(),
            "curves": self.series.iter().map(Series::json).collect::<Vec<_>>(),
            "exchange_rate_percent": 100.0 * knee::EXCHANGE_RATE,
            "knee": self.knee.json(),
            "command": self.command,
            "pngquant": self.pngquant_version,
            "remarks": self.remarks,
        })
    }
}

/// "1 colour", "96,615 colours".
fn counted_colors(count: usize) -> String {
    let noun = if count == 1 { "colour" } else { "colours" };
    format!("{} {noun}", grouped(count as u64))
}
