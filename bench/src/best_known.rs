//! The lowest inertia that anybody has found: one row for each picture, space and palette size. A picture is its
//! name and the checksum of its pixels, so that another decoder's pixels do not get a value that is not theirs.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::Result;
use crate::picture::Picture;
use crate::space::Space;
use crate::table::{Table, number};

/// Where it lies in the repository.
pub(crate) const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/best_known.tsv");

const COLUMNS: [&str; 7] = ["image", "rgb_crc32", "space", "colors", "eight_bit", "real", "how"];

/// Decimals of a value: a lower one differs in these, or is not lower.
const DECIMALS: usize = 4;

pub(crate) struct BestKnown {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    key: Key,
    /// Per pixel, with a palette of bytes.
    eight_bit: f64,
    /// With centroids that need not be bytes, where that has been looked for; as text.
    real: String,
    how: String,
}

/// Entries are sorted by this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    image: String,
    checksum: String,
    space: String,
    colors: usize,
}

impl Key {
    fn new(picture: &Picture, space: Space, colors: usize) -> Self {
        let checksum = format!("{:08x}", picture.checksum());
        Self { image: picture.name.clone(), checksum, space: space.name().to_owned(), colors }
    }
}

impl BestKnown {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { entries: Vec::new() });
            }
            text => text.map_err(|error| named(&error))?,
        };
        let table = Table::from_tsv(&text).map_err(|error| named(&error))?;
        let entries = table.rows.iter().map(|row| Entry::of(&table, row)).collect::<Result<_>>();
        Ok(Self { entries: entries.map_err(|error| named(&error))? })
    }

    /// The lowest inertia per pixel with a palette of bytes, where one has been looked for.
    pub(crate) fn eight_bit(&self, picture: &Picture, space: Space, colors: usize) -> Option<f64> {
        let key = Key::new(picture, space, colors);
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.eight_bit)
    }

    /// Takes a value if it is lower than what is known, and says whether it was.
    pub(crate) fn lower(
        &mut self,
        picture: &Picture,
        space: Space,
        colors: usize,
        (inertia, how): (f64, &str),
    ) -> bool {
        let key = Key::new(picture, space, colors);
        let unit = 0.1_f64.powi(DECIMALS as i32);
        match self.entries.iter_mut().find(|entry| entry.key == key) {
            Some(entry) if inertia > entry.eight_bit - unit => return false,
            Some(entry) => (entry.eight_bit, entry.how) = (inertia, how.to_owned()),
            None => {
                self.entries.push(Entry {
                    key,
                    eight_bit: inertia,
                    real: String::new(),
                    how: how.to_owned(),
                });
            }
        }
        true
    }

    /// Writes the file anew, sorted; it is the old or the new one at every moment.
    pub(crate) fn write(&mut self, path: &Path) -> Result<()> {
        self.entries.sort_by(|a, b| a.key.cmp(&b.key));
        let mut table = Table::new(Vec::new(), &COLUMNS);
        self.entries.iter().for_each(|entry| table.push(entry.row()));
        let beside = path.with_extension("tsv.new");
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(table.to_tsv().as_bytes())?;
            file.sync_all()
        });
        written
            .and_then(|()| fs::rename(&beside, path))
            .map_err(|error| format!("{}: {error}", path.display()).into())
    }
}

impl Entry {
    fn of(table: &Table, row: &[String]) -> Result<Self> {
        let cell = |name: &str| table.cell(row, name).ok_or_else(|| format!("there is no column {name}"));
        let key = Key {
            image: cell("image")?.to_owned(),
            checksum: cell("rgb_crc32")?.to_owned(),
            space: cell("space")?.to_owned(),
            colors: cell("colors")?.parse()?,
        };
        let (eight_bit, real) = (cell("eight_bit")?.parse()?, cell("real")?.to_owned());
        Ok(Self { key, eight_bit, real, how: cell("how")?.to_owned() })
    }

    fn row(&self) -> Vec<String> {
        let Key { image, checksum, space, colors } = self.key.clone();
        let eight_bit = number(self.eight_bit, DECIMALS);
        vec![image, checksum, space, colors.to_string(), eight_bit, self.real.clone(), self.how.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(name: &str, shade: u8) -> Picture {
        Picture { name: name.into(), width: 1, height: 1, pixels: vec![[shade, 0, 0, 255]] }
    }

    #[test]
    fn values_fall_and_never_rise() {
        let (picture, mut known) = (picture("a.png", 1), BestKnown { entries: Vec::new() });
        let mut lower = |inertia| known.lower(&picture, Space::Srgb, 16, (inertia, "test"));
        assert_eq!([5.0, 6.0, 5.0, 4.99999, 4.0].map(&mut lower), [true, false, false, false, true]);
        assert_eq!(known.eight_bit(&picture, Space::Srgb, 16), Some(4.0));
        assert_eq!(known.eight_bit(&picture, Space::Oklab, 16), None);
        assert_eq!(known.eight_bit(&picture, Space::Srgb, 64), None);
    }

    #[test]
    fn other_pixels_under_the_same_name_are_another_picture() {
        let mut known = BestKnown { entries: Vec::new() };
        known.lower(&picture("a.png", 1), Space::Srgb, 16, (5.0, "test"));
        assert_eq!(known.eight_bit(&picture("a.png", 2), Space::Srgb, 16), None);
    }

    #[test]
    fn what_is_written_is_sorted_and_read_back() {
        let path = std::env::temp_dir().join(format!("huepack-bench-{}.tsv", std::process::id()));
        let mut known = BestKnown { entries: Vec::new() };
        for (name, colors) in [("b.png", 64), ("a.png", 64), ("a.png", 16)] {
            known.lower(&picture(name, 1), Space::Oklab, colors, (0.5, "test"));
        }
        known.write(&path).unwrap();
        let read = BestKnown::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(read.entries, known.entries);
        let keys: Vec<_> = read.entries.iter().map(|e| (e.key.image.as_str(), e.key.colors)).collect();
        assert_eq!(keys, [("a.png", 16), ("a.png", 64), ("b.png", 64)]);
    }

    #[test]
    fn the_file_in_the_repository_can_be_read() {
        assert!(!BestKnown::read(Path::new(PATH)).unwrap().entries.is_empty());
    }
}
