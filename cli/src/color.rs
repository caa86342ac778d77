//! Colours as people write them: CSS hex notation, there and back.

use huepack::Rgba8;

/// A colour as in CSS: `#rgb`, `#rrggbb` or `#rrggbbaa`, with or without the sign.
pub(crate) fn parse(text: &str) -> Result<Rgba8, String> {
    let hex = text.strip_prefix('#').unwrap_or(text);
    let digits: Option<Vec<u8>> = hex.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    match digits.as_deref() {
        Some(&[r, g, b]) => Ok([17 * r, 17 * g, 17 * b, 255]),
        Some(&[a, b, c, d, e, f]) => Ok([16 * a + b, 16 * c + d, 16 * e + f, 255]),
        Some(&[a, b, c, d, e, f, g, h]) => Ok([16 * a + b, 16 * c + d, 16 * e + f, 16 * g + h]),
        _ => Err("wanted a colour such as #0055ff or #05f".into()),
    }
}

/// An opaque colour, as [`parse`] reads it.
pub(crate) fn parse_opaque(text: &str) -> Result<[u8; 3], String> {
    match parse(text)? {
        [r, g, b, 255] => Ok([r, g, b]),
        _ => Err("wanted an opaque colour such as #ffffff or #fff".into()),
    }
}

/// As in CSS, with alpha only where there is some.
pub(crate) fn css([r, g, b, a]: Rgba8) -> String {
    if a == 255 { format!("#{r:02x}{g:02x}{b:02x}") } else { format!("#{r:02x}{g:02x}{b:02x}{a:02x}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_in_css() {
        assert_eq!(parse("#0055ff"), Ok([0, 0x55, 0xff, 255]));
        assert_eq!(parse("f0a"), Ok([0xff, 0, 0xaa, 255]));
        assert_eq!(parse("#0055ff80"), Ok([0, 0x55, 0xff, 0x80]));
        assert!(parse("#12345").is_err() && parse("red").is_err() && parse("#ééé").is_err());
        assert_eq!(parse_opaque("#0055ff"), Ok([0, 0x55, 0xff]));
        assert!(parse_opaque("#0055ff80").is_err());
    }

    #[test]
    fn alpha_is_written_where_there_is_some() {
        assert_eq!(css([1, 2, 255, 255]), "#0102ff");
        assert_eq!(css([1, 2, 255, 0]), "#0102ff00");
    }
}
