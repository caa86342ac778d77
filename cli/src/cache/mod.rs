//! What is remembered from run to run: for the content of a file and the options, what became of it. One file of lines,
//! to which runs append, so that several may do so at once, and one that is killed leaves at most a torn line.

mod entry;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use entry::Read;
pub(crate) use entry::{Entry, Key, Outcome};
use huepack::OUTPUT_VERSION;

use crate::failure::shown;
use crate::output::{remove_left_over, replace_own};

/// The first line; another number means another form of lines.
const HEAD: &str = "huepack cache 1";
const NAME: &str = "outcomes.tsv";

/// Entries above which the older half is dropped: some 45 MB.
const MOST_ENTRIES: usize = 1 << 18;

/// Lines that say nothing any more are tolerated up to this number, and up to as many as say something.
const DEAD_LINES: usize = 4096;

/// The cache of a run.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    outcomes: HashMap<Key, Outcome>,
    /// Lines that were read and are not to be kept.
    dead: usize,
    /// Lines of newer versions, which are theirs to use.
    newer: Vec<String>,
    /// Whether what is there must not be touched, or cannot be.
    is_closed: bool,
    /// Whether the last line lacks its end, since whoever wrote it was killed.
    is_torn: bool,
}

impl Cache {
    /// Reads the cache in a folder, and says in a line what of it is no good.
    pub(crate) fn open(folder: &Path) -> (Self, Option<String>) {
        let mut cache = Self { folder: folder.to_owned(), is_closed: false, ..Self::none() };
        let path = cache.path();
        let mut bytes = Vec::new();
        let word = match File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => cache.read(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                cache.is_closed = true;
                Some(format!("cannot be read: {error}; nothing is remembered"))
            }
        };
        (cache, word.map(|word| format!("{}: {word}", shown(&path))))
    }

    /// One that remembers nothing.
    pub(crate) fn none() -> Self {
        Self {
            folder: PathBuf::new(),
            outcomes: HashMap::new(),
            dead: 0,
            newer: Vec::new(),
            is_closed: true,
            is_torn: false,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    fn read(&mut self, text: &str) -> Option<String> {
        let head = text.lines().next().unwrap_or_default();
        let version = head.strip_prefix("huepack cache ").and_then(|version| version.parse::<u32>().ok());
        if version.is_some_and(|version| version > 1) {
            self.is_closed = true;
            return Some("it is of a newer huepack, and is left alone; nothing is remembered".into());
        }
        self.is_torn = !text.is_empty() && !text.ends_with('\n');
        let mut damaged = usize::from(!text.is_empty() && head != HEAD);
        for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
            match Entry::read(line) {
                Read::Entry(Entry { key, outcome }) => {
                    self.dead += usize::from(self.outcomes.insert(key, outcome).is_some());
                }
                Read::OtherVersion(version) if version > OUTPUT_VERSION => self.newer.push(line.to_owned()),
                Read::OtherVersion(_) => self.dead += 1,
                Read::Damaged => damaged += 1,
            }
        }
        self.dead += damaged;
        let words: Vec<String> = [(damaged, "damaged"), (self.newer.len(), "of a newer huepack")]
            .into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, what)| {
                format!("{count} {} {what}", if count == 1 { "line is" } else { "lines are" })
            })
            .collect();
        (!words.is_empty()).then(|| format!("{} and passed over", words.join(", ")))
    }

    /// What became of a file.
    pub(crate) fn outcome(&self, key: Key) -> Option<Outcome> {
        self.outcomes.get(&key).copied()
    }

    /// All that is known, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.outcomes.iter().map(|(&key, &outcome)| Entry { key, outcome })
    }

    /// Remembers what became of files, on disk as well.
    ///
    /// # Errors
    /// Where that cannot be written; from then on nothing is.
    pub(crate) fn remember(&mut self, entries: &[Entry]) -> Result<(), String> {
        if self.is_closed {
            return Ok(());
        }
        let mut new = Vec::new();
        for &entry in entries {
            let old = self.outcomes.insert(entry.key, entry.outcome);
            if old != Some(entry.outcome) {
                self.dead += usize::from(old.is_some());
                new.push(entry);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let lines: String = new.iter().map(|entry| entry.line() + "\n").collect();
        self.append(&lines).map_err(|error| {
            self.is_closed = true;
            format!("{}: cannot be written: {error}; the next run does this work again", shown(&self.path()))
        })
    }

    fn append(&mut self, lines: &str) -> io::Result<()> {
        let path = self.path();
        if !path.exists() {
            make_folder(&self.folder)?;
        }
        let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
        // Where there are no locks, what several write at once may tear lines, which are then passed over.
        let _ = file.lock();
        let head = if file.metadata()?.len() == 0 { format!("{HEAD}\n") } else { String::new() };
        let end = if std::mem::take(&mut self.is_torn) { "\n" } else { "" };
        file.write_all(format!("{head}{end}{lines}").as_bytes())
    }

    /// Ends the run: what says nothing any more is removed where that is much. Somebody who appends meanwhile may lose
    /// lines, and does that work again.
    pub(crate) fn close(self) {
        let is_full = self.outcomes.len() > MOST_ENTRIES;
        if self.is_closed || !(is_full || self.dead > DEAD_LINES && self.dead > self.outcomes.len()) {
            return;
        }
        // A cache that could not be made smaller is as good as it was.
        let _ = self.rewrite();
    }

    fn rewrite(&self) -> io::Result<()> {
        let path = self.path();
        let file = File::open(&path)?;
        file.try_lock()?;
        let text = fs::read_to_string(&path)?;
        // The last of each stands for all, in the order of the file: the older half is at its beginning.
        let mut last = HashMap::new();
        for (number, line) in text.lines().enumerate() {
            if let Read::Entry(entry) = Entry::read(line) {
                last.insert(entry.key, number);
            }
        }
        let mut numbers: Vec<usize> = last.into_values().collect();
        numbers.sort_unstable();
        let first = if numbers.len() > MOST_ENTRIES { numbers.len() - MOST_ENTRIES / 2 } else { 0 };
        let lines: Vec<&str> = text.lines().collect();
        let kept = numbers[first..].iter().map(|&number| lines[number]);
        let kept = std::iter::once(HEAD).chain(self.newer.iter().map(String::as_str)).chain(kept);
        let text: String = kept.flat_map(|line| [line, "\n"]).collect();
        remove_left_over(&self.folder);
        replace_own(&path, text.as_bytes())
    }
}

/// Makes the folder of a cache. What is in it is nobody's work, so git passes over it.
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    match OpenOptions::new().write(true).create_new(true).open(folder.join(".gitignore")) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64) -> Entry {
        let content = blake3::hash(&number.to_le_bytes());
        Entry { key: Key { content, options: 3 }, outcome: Outcome::Kept }
    }

    fn opened(folder: &Path) -> Cache {
        let (cache, word) = Cache::open(folder);
        assert_eq!(word, None);
        cache
    }

    #[test]
    fn what_was_remembered_is_known_to_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = opened(folder.path());
        cache.remember(&[entry(1)]).unwrap();
        cache.remember(&[entry(2)]).unwrap();
        let (one, other) = (opened(folder.path()), opened(folder.path()));
        assert_eq!(one.outcome(entry(2).key), Some(Outcome::Kept));
        assert_eq!(other.outcome(Key { options: 4, ..entry(2).key }), None);
        let before = fs::read(cache.path()).unwrap();
        cache.remember(&[entry(1), entry(2)]).unwrap();
        assert_eq!(fs::read(cache.path()).unwrap(), before, "what is known is not written again");
    }

    #[test]
    fn damaged_lines_are_passed_over_with_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = opened(folder.path());
        cache.remember(&[entry(1), entry(2)]).unwrap();
        let text = fs::read_to_string(cache.path()).unwrap();
        // Killed in the middle of a line; the next run goes on with a new one.
        fs::write(cache.path(), &text[..text.len() - 20]).unwrap();
        let (mut torn, word) = Cache::open(folder.path());
        assert!(word.unwrap().ends_with("outcomes.tsv: 1 line is damaged and passed over"));
        torn.remember(&[entry(3)]).unwrap();
        let (cache, word) = Cache::open(folder.path());
        assert!(word.is_some());
        assert!(cache.outcome(entry(1).key).is_some() && cache.outcome(entry(3).key).is_some());
        assert!(cache.outcome(entry(2).key).is_none());
    }

    #[test]
    fn a_cache_of_a_newer_huepack_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "huepack cache 2\nwho knows\n").unwrap();
        let (mut cache, word) = Cache::open(folder.path());
        assert!(word.unwrap().contains("of a newer huepack"));
        cache.remember(&[entry(1)]).unwrap();
        cache.close();
        assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), b"huepack cache 2\nwho knows\n");
    }

    #[test]
    fn dead_lines_are_removed_at_last() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = opened(folder.path());
        let other = |number| Entry {
            outcome: Outcome::Packed { result: blake3::hash(b""), bytes: number, is_lossy: true },
            ..entry(1)
        };
        cache.remember(&[entry(2)]).unwrap();
        for number in 0..=DEAD_LINES as u64 + 1 {
            cache.remember(&[other(number)]).unwrap();
        }
        cache.close();
        let text = fs::read_to_string(folder.path().join(NAME)).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert_eq!(opened(folder.path()).outcome(entry(1).key), Some(other(DEAD_LINES as u64 + 1).outcome));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no litter beside it and .gitignore");
    }

    #[test]
    fn several_processes_may_append_at_once() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for start in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    let (mut cache, _) = Cache::open(folder);
                    for number in 0..50 {
                        cache.remember(&[entry(1000 * start + number)]).unwrap();
                    }
                });
            }
        });
        assert_eq!(opened(folder.path()).outcomes.len(), 200);
    }
}
