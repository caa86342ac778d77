//! Colours as in CSS, in a list or in one under the name `colors`.

use huepack::Rgba8;
use serde_json::Value;

use super::quoted;
use crate::color;

pub(super) fn read(text: &str) -> Result<Vec<Rgba8>, String> {
    // The message ends with line and column.
    let file: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let list = file.as_array().or_else(|| file.get("colors")?.as_array());
    let list = list.ok_or("neither a list of colours nor an object with a list named colors")?;
    let color = |(number, entry): (u32, &Value)| match entry.as_str().map(color::parse) {
        Some(Ok(color)) => Ok(color),
        _ => Err(format!("colour {number} is {}, wanted a string such as \"#0055ff\"", shown(entry))),
    };
    (1..).zip(list).map(color).collect()
}

pub(super) fn write(colors: &[Rgba8]) -> String {
    let lines: Vec<String> = colors.iter().map(|&color| format!("  \"{}\"", color::css(color))).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// An entry in a message.
fn shown(entry: &Value) -> String {
    entry.as_str().map_or_else(|| entry.to_string().chars().take(40).collect(), quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_stand_alone_or_under_its_name() {
        let wanted = [[0, 85, 255, 255], [255, 255, 255, 128]];
        assert_eq!(read(r##"["#0055ff", "#ffffff80"]"##).unwrap(), wanted);
        assert_eq!(read(r##"{"name": "x", "colors": ["#0055ff", "#ffffff80"]}"##).unwrap(), wanted);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert!(read("[\n\"#fff\",\nred]").unwrap_err().contains("line 3"));
        assert!(read(r##"["#fff", 17]"##).unwrap_err().starts_with("colour 2 is 17"));
        assert!(read(r#"{"colours": []}"#).is_err() && read("3").is_err());
    }
}
