//! The peers' points in a file, so that they are measured once.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::point::{Maker, Point};
use super::source::Source;
use crate::Result;
use crate::provenance;
use crate::table::Table;

pub(super) struct Cache {
    path: PathBuf,
    /// Held while somebody appends.
    writer: Mutex<()>,
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
            fs::write(path, Table::new(provenance::notes("points"), &columns).to_tsv())?;
        }
        Ok(Self { path: path.to_owned(), writer: Mutex::new(()) })
    }

    /// The points of a picture. The file is read anew, since another process may have added to it.
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

    /// Adds points in one write, so that lines of two processes do not mix.
    pub(super) fn append(&self, source: &Source, points: &[Point]) -> Result<()> {
        let lines: String = points.iter().map(|point| row(source, point).join("\t") + "\n").collect();
        let _held = self.writer.lock().expect("nobody panics with it");
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        file.write_all(lines.as_bytes())?;
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
    use crate::commands::hull::likeness::Likeness;

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
        let (source, cropped) = (Source::open(&image, None).unwrap(), Source::open(&image, Some(8)).unwrap());

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
