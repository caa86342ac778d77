//! A table in a file that grows line by line, so that what takes long is measured once.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::Result;
use crate::provenance;
use crate::table::Table;

pub(crate) struct Record {
    path: PathBuf,
    /// Held while somebody appends.
    writer: Mutex<()>,
}

impl Record {
    /// Opens the file or makes it. A line that was cut off is dropped.
    pub(crate) fn open(path: &Path, name: &str, columns: &[&str]) -> Result<Self> {
        if path.exists() {
            let text = fs::read_to_string(path)?;
            let end = text.rfind('\n').map_or(0, |end| end + 1);
            if end < text.len() {
                OpenOptions::new().write(true).open(path)?.set_len(end as u64)?;
            }
            let table = Table::from_tsv(&text[..end])?;
            if table.columns != columns {
                let (path, got) = (path.display(), table.columns);
                return Err(format!("{path}: the columns {columns:?} wanted, got {got:?}").into());
            }
        } else {
            fs::write(path, Table::new(provenance::notes(name), columns).to_tsv())?;
        }
        Ok(Self { path: path.to_owned(), writer: Mutex::new(()) })
    }

    /// What follows a key in each line that starts with it. The file is read anew, since another process may have added
    /// to it.
    pub(crate) fn lines(&self, key: &[String]) -> Result<Vec<Vec<String>>> {
        let table = Table::from_tsv(&fs::read_to_string(&self.path)?)?;
        let rest = |row: &Vec<String>| row.strip_prefix(key).map(<[String]>::to_vec);
        Ok(table.rows.iter().filter_map(rest).collect())
    }

    /// Adds lines in one write, so that those of two processes do not mix.
    pub(crate) fn append(&self, rows: impl Iterator<Item = Vec<String>>) -> Result<()> {
        let lines: String = rows.map(|row| row.join("\t") + "\n").collect();
        let _held = self.writer.lock().expect("nobody panics with it");
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        file.write_all(lines.as_bytes())?;
        Ok(file.sync_data()?)
    }
}
