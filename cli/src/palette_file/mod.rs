//! Palettes in files of their own, one file a format: read as other programs write them, written for them to read.
//! The name says the format; colours come each once, in the order of the file.

mod act;
mod gpl;
mod hex;
mod json;
mod png;

use std::path::Path;

use huepack::{Error, Palette, Rgba8, decode};

use crate::failure::Failure;
use crate::source::read_bytes;

/// A format of palettes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Adobe's colour table.
    Act,
    /// GIMP's palette.
    Gpl,
    /// A colour a line.
    Hex,
    /// A list of colours as in CSS.
    Json,
    /// The palette of a picture, or its colours.
    Png,
}

/// The palette in a file, 1 to 256 colours.
pub(crate) fn read(path: &Path, decoder: &decode::Options) -> Result<Palette, Failure> {
    let kind = Kind::of(path)?;
    let bytes = read_bytes(path, decoder.memory_limit())?;
    let refuse = |reason: String| Failure::new(path, reason, kind.advice());
    let too_many = |count| refuse(format!("it holds {count} colours, and a palette has at most 256"));
    let colors = match kind {
        Kind::Act => act::read(&bytes).map_err(refuse)?,
        Kind::Gpl => gpl::read(&text(&bytes)).map_err(refuse)?,
        Kind::Hex => hex::read(&text(&bytes)).map_err(refuse)?,
        Kind::Json => json::read(&text(&bytes)).map_err(refuse)?,
        Kind::Png => png::read(&bytes, decoder).map_err(|error| match error {
            Error::ColorCount { got, .. } => too_many(got),
            error => Failure::library(path, &error),
        })?,
    };
    let colors = distinct(colors);
    match colors.len() {
        0 => Err(refuse("it holds no colour".into())),
        count => Palette::new(colors).map_err(|_| too_many(count)),
    }
}

/// A palette as the bytes of a file, without what the format has no place for.
pub(crate) fn write(kind: Kind, palette: &Palette) -> Result<Vec<u8>, Error> {
    let stated = kind.stated(palette.colors());
    Ok(match kind {
        Kind::Act => act::write(&stated),
        Kind::Gpl => gpl::write(&stated).into(),
        Kind::Hex => hex::write(&stated).into(),
        Kind::Json => json::write(&stated).into(),
        Kind::Png => png::write(palette)?,
    })
}

impl Kind {
    /// The format that a file is named after.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("act") => Ok(Self::Act),
            Some("gpl") => Ok(Self::Gpl),
            Some("hex") => Ok(Self::Hex),
            Some("json") => Ok(Self::Json),
            Some("png") => Ok(Self::Png),
            _ => Err(Failure::new(
                path,
                "its name does not say which format of palettes it is",
                "name it .gpl, .hex, .act, .json or .png",
            )),
        }
    }

    /// The colours that the format can state, as it states them.
    pub(crate) fn stated(self, colors: &[Rgba8]) -> Vec<Rgba8> {
        let opaque = |&[r, g, b, _]: &Rgba8| [r, g, b, 255];
        match self {
            Self::Json | Self::Png => colors.to_vec(),
            // One index may be transparent.
            Self::Act => {
                distinct(colors.iter().map(|color| if color[3] == 0 { [0; 4] } else { opaque(color) }))
            }
            Self::Gpl | Self::Hex => distinct(colors.iter().filter(|color| color[3] > 0).map(opaque)),
        }
    }

    /// What a good file holds.
    fn advice(self) -> &'static str {
        match self {
            Self::Act => "save it again as a colour table of 768 or 772 bytes",
            Self::Gpl => "a palette of GIMP has one colour a line, such as 0 85 255 blue",
            Self::Hex => "write one colour a line, such as 0055ff, at most 256",
            Self::Json => {
                "write [\"#0055ff\", \"#fff\"] or {\"colors\": [\"#0055ff\", \"#fff\"]}, at most 256 colours"
            }
            Self::Png => "huepack palette fit makes a palette of a picture with many colours",
        }
    }
}

/// Text in whatever encoding: only names can hold more than ASCII, and nobody reads them.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

/// A part of a file in a message: on one line, and not too long.
fn quoted(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

/// Each colour once, where it comes first.
fn distinct(colors: impl IntoIterator<Item = Rgba8>) -> Vec<Rgba8> {
    let mut known = std::collections::HashSet::new();
    colors.into_iter().filter(|&color| known.insert(color)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 5] = [Kind::Act, Kind::Gpl, Kind::Hex, Kind::Json, Kind::Png];

    fn there_and_back(kind: Kind, colors: &[Rgba8]) -> Vec<Rgba8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("palette.{kind:?}"));
        std::fs::write(&path, write(kind, &Palette::new(colors.to_vec()).unwrap()).unwrap()).unwrap();
        read(&path, &decode::Options::new()).unwrap().colors().to_vec()
    }

    #[test]
    fn opaque_palettes_come_back_in_their_order() {
        for count in [1, 2, 5, 16, 17, 255, 256] {
            let colors: Vec<Rgba8> =
                (0..count).map(|i| [255 - i as u8, 7 * (i % 9) as u8, 85, 255]).collect();
            for kind in KINDS {
                assert_eq!(there_and_back(kind, &colors), colors, "{kind:?} of {count}");
            }
        }
    }

    #[test]
    fn alpha_comes_back_as_far_as_the_format_knows_it() {
        let colors = [[0, 0, 0, 0], [255, 0, 0, 255], [0, 0, 255, 128], [9, 9, 9, 255]];
        for kind in KINDS {
            assert_eq!(there_and_back(kind, &colors), kind.stated(&colors), "{kind:?}");
        }
        assert_eq!(Kind::Json.stated(&colors), colors);
        assert_eq!(Kind::Gpl.stated(&colors), [[255, 0, 0, 255], [0, 0, 255, 255], [9, 9, 9, 255]]);
        assert_eq!(Kind::Act.stated(&colors)[..2], [[0; 4], [255, 0, 0, 255]]);
    }
}
