//! The points of one program and one way to save bytes.

use serde_json::{Value, json};

use super::point::Point;

/// Who made the files of a series, and what changes along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    /// huepack with all colours, bytes weighed against errors.
    Traded,
    /// huepack with fewer colours, bytes not looked at.
    Plain,
    /// pngquant as it dithers.
    Pngquant,
    /// pngquant without dithering.
    PngquantUndithered,
}

/// Points in the order in which a line joins them.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) maker: Maker,
    pub(super) points: Vec<Point>,
}

impl Maker {
    /// A stable name, for machines and style sheets.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Traded => "huepack",
            Self::Plain => "huepack-plain",
            Self::Pngquant => "pngquant",
            Self::PngquantUndithered => "pngquant-nofs",
        }
    }

    /// The name for people, with pngquant's version where that is known.
    pub(super) fn name(self, pngquant_version: Option<&str>) -> String {
        let version = pngquant_version.map_or_else(String::new, |version| format!(" {version}"));
        match self {
            Self::Traded => "huepack".to_owned(),
            Self::Plain => "huepack, lambda 0".to_owned(),
            Self::Pngquant => format!("pngquant{version}"),
            Self::PngquantUndithered => format!("pngquant{version} --nofs"),
        }
    }

    /// What changes from point to point.
    pub(super) fn mark(self, point: &Point) -> String {
        match point.setting.lambda {
            Some(lambda) if self == Self::Traded && !point.is_lossless() => format!("λ {lambda}"),
            _ => point.setting.colors.to_string(),
        }
    }
}

impl Series {
    /// All points, for machines.
    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.maker.key(),
            "points": self.points.iter().map(Point::json).collect::<Vec<_>>(),
        })
    }
}
