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
        Record::open(path, "points", &[&Source::KEY[..], &Point::COLUMNS].concat()).map(Self)
    }

    /// The points of a picture.
    pub(super) fn points(&self, source: &Source) -> Result<HashMap<Maker, Point>> {
        let points = self.0.lines(source.key())?.into_iter().map(|cells| {
            let point = Point::from_cells(&cells)?;
            Ok((point.maker.clone(), point))
        });
        points.collect()
    }

    /// Adds points.
    pub(super) fn append(&self, source: &Source, points: &[Point]) -> Result<()> {
        self.0.append(points.iter().map(|point| row(source, point)))
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
    use crate::commands::hull::likeness::Likeness;
    use crate::picture::Place;

    fn point(colors: usize) -> Point {
        let likeness =
            Likeness { ssimulacra2: 61.5, dssim: 0.001, butteraugli: 1.25, psnr_db: f64::INFINITY };
        let maker =
            Maker { program: "pngquant 2".into(), colors, dither: "0.5".into(), knob: "speed 3".into() };
        Point { maker, bytes: 1234, likeness }
    }

    #[test]
    fn points_are_found_again_and_a_cut_off_line_is_dropped() {
        let folder = std::env::temp_dir().join(format!("huepack-bench-cache-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (image, path) = (folder.join("a.png"), folder.join("cache.tsv"));
        image::RgbImage::from_fn(20, 10, |x, y| image::Rgb([x as u8, y as u8, 0])).save(&image).unwrap();
        let open = |crop| Source::open(&image, crop).unwrap();
        let (source, cropped) = (open(None), open(Some((8, Place::Middle))));

        Cache::open(&path).unwrap().append(&source, &[point(16), point(32)]).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.trim_end_matches("inf\n")).unwrap();
        let cache = Cache::open(&path).unwrap();
        cache.append(&source, &[point(64)]).unwrap();
        let mut found: Vec<usize> =
            cache.points(&source).unwrap().into_keys().map(|key| key.colors).collect();
        found.sort_unstable();
        assert_eq!(found, [16, 64]);
        assert_eq!(cache.points(&source).unwrap()[&point(16).maker], point(16));
        assert!(cache.points(&cropped).unwrap().is_empty());
        fs::remove_dir_all(folder).unwrap();
    }
}
