//! Days, as reasons to ignore something run out.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

impl Date {
    /// A day such as `2027-01-31`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let &[year, month, day] = parts.as_slice() else { return None };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let date = Self { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
        (1..=12).contains(&date.month).then_some(())?;
        (1..=date.days_of_month()).contains(&date.day).then_some(date)
    }

    /// Today, in UTC, so that a check ends the same for everybody.
    pub(crate) fn today() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::of_days(now / 86_400)
    }

    /// The day so many days after 1970-01-01.
    fn of_days(mut days: u64) -> Self {
        let mut date = Self { year: 1970, month: 1, day: 1 };
        while days >= date.days_of_year() {
            days -= date.days_of_year();
            date.year += 1;
        }
        while days >= u64::from(date.days_of_month()) {
            days -= u64::from(date.days_of_month());
            date.month += 1;
        }
        Self { day: days as u8 + 1, ..date }
    }

    fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn days_of_year(self) -> u64 {
        if self.is_leap_year() { 366 } else { 365 }
    }

    fn days_of_month(self) -> u8 {
        match self.month {
            2 if self.is_leap_year() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(Date::of_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::of_days(11_016).to_string(), "2000-02-29");
        assert_eq!(Date::of_days(20_850).to_string(), "2027-02-01");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        assert!(Date::parse("2027-01-31") < Date::parse("2027-02-01"));
        for text in ["2027-02-29", "2027-13-01", "2027-1-1", "27-01-01", "tomorrow", "2027-00-10"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
