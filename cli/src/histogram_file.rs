//! Histograms in files of their own: a line that says how pixels were counted, then the library's bytes.

use std::path::Path;

use huepack::{Histogram, Weighting};

use crate::failure::Failure;
use crate::folder::Shards;

/// The colours of pictures.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) histogram: Histogram,
    pub(crate) weighting: Weighting,
    pub(crate) pictures: u64,
    /// Which parts of a job are in it, if it was one.
    pub(crate) shards: Option<Shards>,
}

impl Counted {
    /// None yet.
    pub(crate) fn of_nothing(weighting: Weighting) -> Self {
        Self { histogram: Histogram::default(), weighting, pictures: 0, shards: None }
    }

    /// Takes in what was counted elsewhere, of which no part may be here already.
    pub(crate) fn merge(&mut self, path: &Path, other: Self) -> Result<(), Failure> {
        match (&mut self.shards, other.shards) {
            (Some(known), Some(more)) => {
                if known.of != more.of {
                    let reason = format!("it is a shard of {}, and others are of {}", more.of, known.of);
                    return Err(Failure::new(path, reason, "leave one or the other out"));
                }
                if let Some(twice) = known.there.intersection(&more.there).next() {
                    let reason = format!("its shard {twice} of {} is in another input as well", known.of);
                    return Err(Failure::new(path, reason, "leave one of the two out"));
                }
                known.there.extend(more.there);
            }
            (known, more) => *known = known.take().or(more),
        }
        self.histogram.merge(&other.histogram);
        self.pictures = self.pictures.saturating_add(other.pictures);
        Ok(())
    }

    /// Refuses parts of a job that was not done whole.
    pub(crate) fn check_whole(&self, output: &Path) -> Result<(), Failure> {
        match self.shards.as_ref().and_then(Shards::lack) {
            Some(lack) => Err(Failure::new(output, lack, "count what is missing, and name it as well")),
            None => Ok(()),
        }
    }
}

/// A file that begins so is one.
const MAGIC: &str = "huepack-histogram";

/// The form of the line.
const VERSION: u64 = 1;

/// What stands for the shards where there are none.
const WHOLE: &str = "whole";

/// No line of ours is longer: every second of a hundred thousand shards, one by one.
const LONGEST: usize = 1 << 20;

/// Whether the bytes are those of a histogram, perhaps of a newer huepack, or a damaged one.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    bytes.strip_prefix(MAGIC.as_bytes()).is_some_and(|rest| rest.first() == Some(&b' '))
}

pub(crate) fn write(counted: &Counted) -> Vec<u8> {
    let shards = counted.shards.as_ref().map_or(WHOLE.into(), Shards::word);
    let line = format!("{MAGIC} {VERSION} {} {} {shards}", name(counted.weighting), counted.pictures);
    let mut bytes = format!("{line} {}\n", checksum(&line)).into_bytes();
    bytes.extend(counted.histogram.to_bytes());
    bytes
}

pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Counted, Failure> {
    let failed = |reason: &str| Failure::new(path, reason, "count its pictures again");
    let damaged = || failed("damaged histogram: its first line is not as it was written");
    let end = bytes.iter().take(LONGEST).position(|&byte| byte == b'\n').ok_or_else(damaged)?;
    let line = std::str::from_utf8(&bytes[..end]).map_err(|_| damaged())?;
    let mut fields = line.split(' ').skip(1);
    match fields.next().and_then(|version| version.parse::<u64>().ok()) {
        Some(VERSION) => {}
        Some(version) if version > VERSION => {
            return Err(Failure::new(path, "it is a histogram of a newer huepack", "fit with that"));
        }
        _ => return Err(damaged()),
    }
    let (line, sum) = line.rsplit_once(' ').ok_or_else(damaged)?;
    let weighting = fields.next().and_then(weighting);
    let pictures = fields.next().and_then(|number| number.parse().ok());
    let (weighting, pictures) = weighting.zip(pictures).ok_or_else(damaged)?;
    let shards = match fields.next().ok_or_else(damaged)? {
        WHOLE => None,
        word => Some(Shards::of_word(word).ok_or_else(damaged)?),
    };
    if checksum(line) != sum {
        return Err(damaged());
    }
    let histogram = Histogram::from_bytes(&bytes[end + 1..]).map_err(|error| failed(&error.to_string()))?;
    Ok(Counted { histogram, weighting, pictures, shards })
}

/// Eight digits that tell whether the line is whole; the bytes have a checksum of their own.
fn checksum(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex()[..8].to_owned()
}

fn name(weighting: Weighting) -> &'static str {
    match weighting {
        Weighting::Visibility => "visibility",
        Weighting::Equal => "equal",
    }
}

fn weighting(text: &str) -> Option<Weighting> {
    [Weighting::Visibility, Weighting::Equal].into_iter().find(|&weighting| name(weighting) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Vec<u8> {
        let mut histogram = Histogram::default();
        histogram.add([1, 2, 3, 255], 7);
        let shards = Shards::of_word("3-3,5-7/16");
        write(&Counted { histogram, weighting: Weighting::Visibility, pictures: 12, shards })
    }

    fn refusal(bytes: &[u8]) -> String {
        read(Path::new("a"), bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_was_written_comes_back() {
        let bytes = written();
        assert!(is_one(&bytes) && !is_one(b"\x89PNG") && !is_one(b"huepack-histograms"));
        let read = read(Path::new("a"), &bytes).unwrap();
        assert_eq!((read.weighting, read.pictures), (Weighting::Visibility, 12));
        assert_eq!(read.shards.unwrap().word(), "3-3,5-7/16");
        assert_eq!(read.histogram.exact_colors(), Some(vec![([1, 2, 3, 255], 7)]));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let good = written();
        for place in 0..good.len() {
            let mut bytes = good.clone();
            bytes[place] ^= 1;
            assert!(!is_one(&bytes) || read(Path::new("a"), &bytes).is_err(), "byte {place}");
            assert!(!is_one(&good[..place]) || read(Path::new("a"), &good[..place]).is_err());
        }
    }

    #[test]
    fn one_of_a_newer_huepack_is_told() {
        assert!(refusal(b"huepack-histogram 2 whatever\n").contains("of a newer huepack; fit with that"));
        assert!(
            refusal(b"huepack-histogram 1 equal 3 whole 00000000\n")
                .contains("damaged histogram: its first line")
        );
    }
}
