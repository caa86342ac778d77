//! GIMP's palette: a head, then red, green, blue and a name a line. Aseprite adds alpha where the head says so.

use huepack::Rgba8;

use super::quoted;
use crate::color::css;

pub(super) fn read(text: &str) -> Result<Vec<Rgba8>, String> {
    let mut lines = (1..).zip(text.lines().map(str::trim));
    match lines.next() {
        Some((_, "GIMP Palette")) => {}
        first => {
            let first = quoted(first.map_or("", |(_, line)| line));
            return Err(format!("line 1 is {first}, wanted \"GIMP Palette\""));
        }
    }
    let mut channels = 3;
    let mut colors = Vec::new();
    for (number, line) in lines {
        let is_head = line.starts_with("Name:") || line.starts_with("Columns:");
        if line.is_empty() || line.starts_with('#') || is_head {
            continue;
        }
        if let Some(named) = line.strip_prefix("Channels:") {
            channels = named.trim().len().clamp(3, 4);
            continue;
        }
        let numbers: Result<Vec<u8>, _> =
            line.split_whitespace().take(channels).map(str::parse::<u8>).collect();
        match numbers.as_deref() {
            Ok(&[r, g, b]) if channels == 3 => colors.push([r, g, b, 255]),
            Ok(&[r, g, b, a]) => colors.push([r, g, b, a]),
            _ => {
                let line = quoted(line);
                return Err(format!("line {number} is {line}, wanted {channels} numbers from 0 to 255"));
            }
        }
    }
    Ok(colors)
}

pub(super) fn write(colors: &[Rgba8]) -> String {
    let line = |&color: &Rgba8| format!("{:3} {:3} {:3}\t{}\n", color[0], color[1], color[2], css(color));
    let lines: String = colors.iter().map(line).collect();
    format!("GIMP Palette\nName: huepack\nColumns: 16\n#\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_comments_and_heads_are_passed_over() {
        let text =
            "GIMP Palette\r\nName: Brand\r\nColumns: 4\r\n# ours\r\n\r\n  0  85 255\tBlue 2\r\n9 9 9\r\n";
        assert_eq!(read(text).unwrap(), [[0, 85, 255, 255], [9, 9, 9, 255]]);
        assert_eq!(read("GIMP Palette\nChannels: RGBA\n1 2 3 4 faint\n").unwrap(), [[1, 2, 3, 4]]);
    }

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        assert!(read("GIMP Palette\n#\n1 2\n").unwrap_err().starts_with("line 3 is \"1 2\""));
        assert!(read("GIMP Palette\n1 2 300 x").unwrap_err().starts_with("line 2"));
        assert!(read("JASC-PAL").unwrap_err().starts_with("line 1"));
        assert!(read("").is_err());
    }
}
