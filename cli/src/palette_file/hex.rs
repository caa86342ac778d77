//! One colour a line, as Lospec hands palettes out: `rrggbb`, here with or without the sign.

use huepack::Rgba8;

use super::quoted;
use crate::color;

pub(super) fn read(text: &str) -> Result<Vec<Rgba8>, String> {
    let lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty());
    let color = |(number, line): (u32, &str)| {
        color::parse(line).map_err(|wanted| format!("line {number} is {}, {wanted}", quoted(line)))
    };
    lines.map(color).collect()
}

pub(super) fn write(colors: &[Rgba8]) -> String {
    colors.iter().map(|[r, g, b, _]| format!("{r:02x}{g:02x}{b:02x}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        assert_eq!(read("0055ff\r\n\r\n#fff\r\n").unwrap(), [[0, 85, 255, 255], [255; 4]]);
        assert!(read("0055ff\n\nblue\n").unwrap_err().starts_with("line 3 is \"blue\", wanted a colour"));
    }
}
