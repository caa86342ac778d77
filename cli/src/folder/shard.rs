//! A part of the files, for one of several runs that do all of them together.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde_json::{Value, json};

/// The files of one run of several, by their names: which they are depends neither on the machine, nor on where the
/// folder is, nor on other files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shard {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) of: u64,
}

/// More runs than anybody starts; a merged report names those that are missing.
const MOST: u64 = 1_000_000;

impl Shard {
    /// As it is typed, such as `3/16`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wanted = || "wanted a shard such as 3/16, the first being 1".to_owned();
        let (number, of) = text.split_once('/').ok_or_else(wanted)?;
        Self::new(number.parse().map_err(|_| wanted())?, of.parse().map_err(|_| wanted())?).ok_or_else(wanted)
    }

    /// None where there is no such shard.
    pub(crate) fn new(number: u64, of: u64) -> Option<Self> {
        ((1..=of).contains(&number) && of <= MOST).then_some(Self { number, of })
    }

    /// Whether a file is in it, by its path as seen from the folder that was named.
    pub(crate) fn holds(self, relative: &Path) -> bool {
        let mut hasher = blake3::Hasher::new();
        for (place, part) in relative.components().filter(|part| *part != Component::CurDir).enumerate() {
            if place > 0 {
                hasher.update(b"/");
            }
            // On every system these are the bytes of UTF-8 where the name can be written as text.
            hasher.update(part.as_os_str().as_encoded_bytes());
        }
        let mut first = [0; 8];
        hasher.finalize_xof().fill(&mut first);
        u64::from_le_bytes(first) % self.of == self.number - 1
    }

    /// For machines.
    pub(crate) fn json(self) -> Value {
        json!({ "number": self.number, "of": self.of })
    }
}

/// Shards of one job that are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shards {
    pub(crate) of: u64,
    pub(crate) there: BTreeSet<u64>,
}

impl From<Shard> for Shards {
    fn from(Shard { number, of }: Shard) -> Self {
        Self { of, there: BTreeSet::from([number]) }
    }
}

impl Shards {
    pub(crate) fn missing(&self) -> BTreeSet<u64> {
        (1..=self.of).filter(|number| !self.there.contains(number)).collect()
    }

    /// Which ones are missing, if any are.
    pub(crate) fn lack(&self) -> Option<String> {
        let (missing, of) = (self.missing(), self.of);
        let span = |(first, last): (u64, u64)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} to {last}"),
        };
        let named = spans(&missing).into_iter().map(span).collect::<Vec<_>>().join(", ");
        match missing.len() {
            0 => None,
            1 => Some(format!("shard {named} of {of} is missing")),
            _ => Some(format!("shards {named} of {of} are missing")),
        }
    }

    /// In one word, such as `1-3,7/16`.
    pub(crate) fn word(&self) -> String {
        let spans = spans(&self.there).into_iter().map(|(first, last)| format!("{first}-{last}"));
        format!("{}/{}", spans.collect::<Vec<_>>().join(","), self.of)
    }

    /// Reads what [`Shards::word`] has written.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let (spans, of) = word.split_once('/')?;
        let of = of.parse().ok()?;
        let mut there = BTreeSet::new();
        for span in spans.split(',') {
            let (first, last) = span.split_once('-')?;
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            if Shard::new(first, of).is_none() || Shard::new(last, of).is_none() || first > last {
                return None;
            }
            there.extend(first..=last);
        }
        Some(Self { of, there })
    }
}

/// Runs of consecutive numbers, with their first and last.
fn spans(numbers: &BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => spans.push((number, number)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!(Shard::parse("3/16"), Ok(Shard { number: 3, of: 16 }));
        for text in ["", "3", "0/3", "4/3", "1/0", "a/b", "-1/3", "1/3/5", "1/1000001"] {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn missing_shards_are_named_and_those_that_are_there_come_back() {
        let shards = |missing: &[u64]| {
            let there = (1..=16).filter(|number| !missing.contains(number)).collect();
            Shards { of: 16, there }
        };
        let lack = |missing: &[u64]| shards(missing).lack();
        assert_eq!(lack(&[]), None);
        assert_eq!(lack(&[4]).as_deref(), Some("shard 4 of 16 is missing"));
        let wanted = "shards 4, 7, 8, 10 to 12 of 16 are missing";
        assert_eq!(lack(&[4, 7, 8, 10, 11, 12]).as_deref(), Some(wanted));
        assert_eq!(shards(&[2, 3]).word(), "1-1,4-16/16");
        assert_eq!(Shards::of_word("1-1,4-16/16"), Some(shards(&[2, 3])));
        assert!(
            ["", "1/2", "2-1/2", "1-3/2", "0-1/2", "-/2"].iter().all(|word| Shards::of_word(word).is_none())
        );
    }

    #[test]
    fn every_file_is_in_one_shard_and_they_are_about_equal() {
        let names: Vec<String> = (0..3200).map(|i| format!("icons/{}/{i}.png", i % 7)).collect();
        let held = |number| {
            let shard = Shard { number, of: 16 };
            names.iter().filter(|name| shard.holds(Path::new(name))).count()
        };
        let counts: Vec<usize> = (1..=16).map(held).collect();
        assert_eq!(counts.iter().sum::<usize>(), names.len());
        // 200 each, and a standard deviation of 14.
        assert!(counts.iter().all(|count| (140..260).contains(count)), "{counts:?}");
    }

    /// Runs of different versions may work on one job.
    #[test]
    fn shards_stay_as_they_are() {
        let shard = |name: &str| (1..=16).find(|&number| Shard { number, of: 16 }.holds(Path::new(name)));
        assert_eq!(["logo.png", "icons/a.png", "./icons//a.png"].map(shard), [Some(9), Some(14), Some(14)]);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_in_shards_too() {
        use std::os::unix::ffi::OsStrExt;
        let names = [b"a\xff.png", b"a\xfe.png"].map(|name| std::ffi::OsStr::from_bytes(name));
        for name in names {
            let held = (1..=4).filter(|&number| Shard { number, of: 4 }.holds(Path::new(name))).count();
            assert_eq!(held, 1);
        }
    }
}
