//! The peers' points in a file, so that they are measured once.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::point::{Maker, Point};
use super::source::Source;
use crate::Result;
use crate::provenance;
use crate::table::Table;

pub(super) struct Cache {
    path: PathBuf,
}

impl Cache {
    /// Opens the file or makes it. A line that was cut off is dropped.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let columns = [&Source::KEY[..], &Point::COLUMNS].concat();
        if path.exists() {
            let text = fs::read_to_string(path)?;
            let end = text.rfind('\n').map_or(0, |end| end + 1);
            if end < text.len() {
                OpenOptions::new().write(true).open(path)?.set_len(end as u64)?;
            }
            let table = Table::from_tsv(&text[..end])?;
            if table.columns != columns {
                return Err(format!(
                    "{}: the columns {columns:?} wanted, got {:?}",
                    path.display(),
                    table.columns
                )
                .into());
            }
        } else {
            fs::write(path, Table::new(provenance::notes("clip points"), &columns).to_tsv())?;
        }
        Ok(Self { path: path.to_owned() })
    }

    /// The points of a clip. The file is read anew, since another process may have added to it.
    pub(super) fn points(&self, source: &Source) -> Result<HashMap<Maker, Point>> {
        let table = Table::from_tsv(&fs::read_to_string(&self.path)?)?;
        let mut points = HashMap::new();
        for row in &table.rows {
            let (key, cells) = row.split_at(Source::KEY.len());
            if key == source.key() {
                let point = Point::from_cells(cells)?;
                points.insert(point.maker.clone(), point);
            }
        }
        Ok(points)
    }

    /// Adds a point in one write, so that lines of two processes do not mix.
    pub(super) fn append(&self, source: &Source, point: &Point) -> Result<()> {
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        file.write_all((row(source, point).join("\t") + "\n").as_bytes())?;
        Ok(file.sync_data()?)
    }
}

/// The line of a point, in the cache and in the record of points.
pub(super) fn row(source: &Source, point: &Point) -> Vec<String> {
    source.key().iter().cloned().chain(point.cells()).collect()
}

#[cfg(test)]
mod tests {
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
