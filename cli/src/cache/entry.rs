//! What is remembered of a file, and the line that says so.

use blake3::Hash;
use huepack::OUTPUT_VERSION;

/// What a file is known by: its content, and the options that it is packed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) content: Hash,
    pub(crate) options: u64,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing smaller is as good.
    Kept,
    Packed {
        result: Hash,
        bytes: u64,
        is_lossy: bool,
    },
}

/// A line of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) outcome: Outcome,
}

/// What a line turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Entry(Entry),
    /// Of another version of the bytes that huepack writes.
    OtherVersion(u32),
    Damaged,
}

/// Digits that show whether a line is as it was written.
const CHECK_DIGITS: usize = 8;

impl Entry {
    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        let Key { content, options } = self.key;
        let outcome = match self.outcome {
            Outcome::Kept => "kept\t-\t-".to_owned(),
            Outcome::Packed { result, bytes, is_lossy } => {
                format!("{}\t{}\t{bytes}", if is_lossy { "lossy" } else { "lossless" }, result.to_hex())
            }
        };
        let line = format!("{OUTPUT_VERSION}\t{options:016x}\t{}\t{outcome}", content.to_hex());
        format!("{line}\t{}", check(&line))
    }

    pub(super) fn read(line: &str) -> Read {
        let Some((rest, digits)) = line.rsplit_once('\t') else { return Read::Damaged };
        if check(rest) != digits {
            return Read::Damaged;
        }
        let fields: Vec<&str> = rest.split('\t').collect();
        let version = fields[0].parse().ok();
        match version {
            Some(OUTPUT_VERSION) => Self::of(&fields).map_or(Read::Damaged, Read::Entry),
            Some(other) => Read::OtherVersion(other),
            None => Read::Damaged,
        }
    }

    fn of(fields: &[&str]) -> Option<Self> {
        let &[_, options, content, outcome, result, bytes] = fields else { return None };
        let key =
            Key { content: Hash::from_hex(content).ok()?, options: u64::from_str_radix(options, 16).ok()? };
        let packed = |is_lossy| {
            let result = Hash::from_hex(result).ok()?;
            Some(Outcome::Packed { result, bytes: bytes.parse().ok()?, is_lossy })
        };
        let outcome = match outcome {
            "kept" => Outcome::Kept,
            "lossless" => packed(false)?,
            "lossy" => packed(true)?,
            _ => return None,
        };
        Some(Self { key, outcome })
    }
}

fn check(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex()[..CHECK_DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> [Entry; 3] {
        let key = Key { content: blake3::hash(b"a"), options: 7 };
        let packed = |is_lossy| Outcome::Packed { result: blake3::hash(b"b"), bytes: 12, is_lossy };
        [Outcome::Kept, packed(false), packed(true)].map(|outcome| Entry { key, outcome })
    }

    #[test]
    fn entries_are_read_as_they_were_written() {
        for entry in entries() {
            assert_eq!(Entry::read(&entry.line()), Read::Entry(entry));
        }
    }

    #[test]
    fn no_changed_letter_goes_unseen() {
        let line = entries()[2].line();
        for i in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[i] ^= 1;
            assert_eq!(Entry::read(&String::from_utf8_lossy(&changed)), Read::Damaged, "byte {i}");
        }
        assert_eq!(Entry::read(&line[..line.len() - 1]), Read::Damaged);
        assert_eq!(Entry::read(""), Read::Damaged);
    }

    #[test]
    fn entries_of_other_versions_are_told_apart() {
        let line = "99\tand whatever that version says";
        assert_eq!(Entry::read(&format!("{line}\t{}", check(line))), Read::OtherVersion(99));
    }
}
