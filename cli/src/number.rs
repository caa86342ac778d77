//! Numbers as people read them.

/// A whole number in groups of three digits: `819,840`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with that many decimals, its whole part in groups: `-1,234.5`, `inf`.
pub(crate) fn grouped_decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let digits = text.trim_start_matches('-');
    let sign = &text[..text.len() - digits.len()];
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    match whole.parse() {
        Ok(whole) => format!("{sign}{}{fraction}", grouped(whole)),
        // Infinity has no digits.
        Err(_) => text,
    }
}

/// How much smaller or larger, in percent with its sign.
pub(crate) fn change(new: u64, old: u64) -> String {
    format!("{:+.1} %", 100.0 * (new as f64 / old as f64 - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_threes() {
        let wanted = ["0", "999", "1,000", "819,840", "1,234,567"];
        assert_eq!([0, 999, 1_000, 819_840, 1_234_567].map(grouped), wanted);
        assert_eq!(grouped_decimal(-1_234.56, 1), "-1,234.6");
        assert_eq!(grouped_decimal(96_615.0, 0), "96,615");
        assert_eq!(grouped_decimal(f64::INFINITY, 2), "inf");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(change(50, 200), "-75.0 %");
        assert_eq!(change(300, 200), "+50.0 %");
    }
}
