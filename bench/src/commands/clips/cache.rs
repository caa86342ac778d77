//! The peers' points in a file, so that they are measured once.

use std::collections::HashMap;
use std::path::Path;

use super::point::{Maker, Point};
use super::source::Source;
use crate::Result;
use crate::record::Record;

pub(super) struct Cache(Record);

impl Cache {
    pub(super) fn open(path: &Path) -> Result<Self> {
        Record::open(path, "clip points", &[&Source::KEY[..], &Point::COLUMNS].concat()).map(Self)
    }

    /// The points of a clip.
    pub(super) fn points(&self, source: &Source) -> Result<HashMap<Maker, Point>> {
        let points = self.0.lines(source.key())?.into_iter().map(|cells| {
            let point = Point::from_cells(&cells)?;
            Ok((point.maker.clone(), point))
        });
        points.collect()
    }

    /// Adds a point.
    pub(super) fn append(&self, source: &Source, point: &Point) -> Result<()> {
        self.0.append(std::iter::once(row(source, point)))
    }
}

/// The line of a point, in the cache and in the record of points.
pub(super) fn row(source: &Source, point: &Point) -> Vec<String> {
    source.key().iter().cloned().chain(point.cells()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn points_are_found_again_by_the_pixels_of_their_clip() {
        let path = std::env::temp_dir().join(format!("huepack-bench-clips-cache-{}.tsv", std::process::id()));
        let source = |red| {
            let image = huepack::Image::new(1, 1, vec![[red, 0, 0, 255]]).unwrap();
            Source::of_frames("clip", vec![image], 12)
        };
        let maker = Maker { program: "gifski 1.34.0".into(), setting: "Q90".into() };
        let (score, worst, temporal, flicker, us_per_pixel) = (81.5, 80.25, 70.5, 0.25, 1.5);
        let point = Point { maker, bytes: 1234, frames: 16, score, worst, temporal, flicker, us_per_pixel };
        Cache::open(&path).unwrap().append(&source(1), &point).unwrap();
        let cache = Cache::open(&path).unwrap();
        assert_eq!(cache.points(&source(1)).unwrap()[&point.maker], point);
        assert!(cache.points(&source(2)).unwrap().is_empty());
        fs::remove_file(path).unwrap();
    }
}
