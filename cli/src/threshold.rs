//! How much smaller is enough smaller.

use std::fmt;

use crate::args::size;

/// A part of a file, or a number of bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Threshold {
    Percent(f64),
    Bytes(u64),
}

impl Threshold {
    /// `5%` or a size.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wanted = || "wanted a part such as 5% or a size such as 1KiB".to_owned();
        match text.strip_suffix('%') {
            Some(number) => {
                let percent = number.trim_end().parse().ok().filter(|number| (0.0..=100.0).contains(number));
                percent.map(Self::Percent).ok_or_else(wanted)
            }
            None => size(text).map(Self::Bytes).map_err(|_| wanted()),
        }
    }

    /// Whether a file of so many bytes would become enough smaller.
    pub(crate) fn is_reached(self, before: u64, after: u64) -> bool {
        let saved = before.saturating_sub(after);
        match self {
            Self::Percent(percent) => saved > 0 && saved as f64 * 100.0 >= percent * before as f64,
            Self::Bytes(bytes) => saved > 0 && saved >= bytes,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Bytes(bytes) => write!(f, "{bytes} B"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_sizes_are_read() {
        assert_eq!(Threshold::parse("5%"), Ok(Threshold::Percent(5.0)));
        assert_eq!(Threshold::parse("1KiB"), Ok(Threshold::Bytes(1024)));
        assert!(["", "%", "-1%", "101%", "many"].iter().all(|text| Threshold::parse(text).is_err()));
    }

    #[test]
    fn a_threshold_is_reached_by_as_much_as_it_says() {
        let percent = Threshold::Percent(5.0);
        assert!(percent.is_reached(1000, 950) && !percent.is_reached(1000, 951));
        assert!(Threshold::Bytes(10).is_reached(100, 90) && !Threshold::Bytes(10).is_reached(100, 91));
        assert!(!Threshold::Bytes(0).is_reached(100, 100));
    }
}
