//! What a file is, by its first bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use huepack::decode::Format;

/// What a file of a folder is, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Png,
    /// A PNG with 16 bits a sample, which may be a height or a normal of something: no palette holds them.
    DeepPng,
    Gif,
    Jpeg,
    WebP,
    Bmp,
    Tiff,
    Pnm,
    Qoi,
    Svg,
    /// A PNG or WebP of several frames, or a GIF of which something else than a GIF is wanted.
    Animated,
    Other,
}

/// Bytes in which an SVG names itself, after comments and what editors write.
const HEAD: u64 = 1024;

/// Where a PNG has the bits of a sample: in its first chunk (PNG specification, third edition, 11.2.1).
const BIT_DEPTH: usize = 24;

impl Kind {
    pub(crate) const ALL: [Self; 12] = [
        Self::Png,
        Self::DeepPng,
        Self::Gif,
        Self::Jpeg,
        Self::WebP,
        Self::Bmp,
        Self::Tiff,
        Self::Pnm,
        Self::Qoi,
        Self::Svg,
        Self::Animated,
        Self::Other,
    ];

    /// Reads as much of a file as it takes to know.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let mut head = Vec::with_capacity(HEAD as usize);
        File::open(path)?.take(HEAD).read_to_end(&mut head)?;
        Ok(match Format::of(&head) {
            Some(Format::Png) if head.get(BIT_DEPTH) == Some(&16) => Self::DeepPng,
            Some(Format::Png) => Self::Png,
            Some(Format::Gif) => Self::Gif,
            Some(Format::Jpeg) => Self::Jpeg,
            Some(Format::WebP) => Self::WebP,
            // Two or three letters begin many a file that is no picture: the name has to agree.
            Some(Format::Bmp) if named(path, &["bmp", "dib"]) => Self::Bmp,
            Some(Format::Tiff) if named(path, &["tif", "tiff"]) => Self::Tiff,
            Some(Format::Pnm) if named(path, &["pbm", "pgm", "ppm", "pnm", "pam"]) => Self::Pnm,
            Some(Format::Qoi) => Self::Qoi,
            // What is named a picture and is none is broken, and will be told.
            _ if named(path, &["png", "apng"]) => Self::Png,
            _ if named(path, &["gif"]) => Self::Gif,
            _ if named(path, &["svg", "svgz"]) || holds_svg(&head) => Self::Svg,
            _ => Self::Other,
        })
    }

    /// Whether it can be read, and so be made another format.
    pub(crate) fn is_picture(self) -> bool {
        !matches!(self, Self::Svg | Self::Animated | Self::Other)
    }

    /// As people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::DeepPng => "16-bit PNG",
            Self::Gif => "GIF",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Pnm => "PNM",
            Self::Qoi => "QOI",
            Self::Svg => "SVG",
            Self::Animated => "animated",
            Self::Other => "other",
        }
    }
}

fn named(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default();
    extensions.iter().any(|wanted| extension.eq_ignore_ascii_case(wanted))
}

fn holds_svg(head: &[u8]) -> bool {
    head.first().is_some_and(|&first| first == b'<' || first.is_ascii_whitespace())
        && head.windows(4).any(|window| window == b"<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, bytes: &[u8]) -> Kind {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Kind::of(&path).unwrap()
    }

    #[test]
    fn the_content_names_the_kind() {
        assert_eq!(kind("a.txt", b"\x89PNG\r\n"), Kind::Png);
        assert_eq!(kind("a.png", b"\xff\xd8\xff\xe0"), Kind::Jpeg);
        assert_eq!(kind("a.xml", b"<?xml version=\"1.0\"?>\n<svg/>"), Kind::Svg);
        assert_eq!(kind("BMX.txt", b"BMX is a sport"), Kind::Other);
        assert_eq!(kind("a.bmp", b"BM...."), Kind::Bmp);
        assert_eq!(
            kind("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x10\x02"),
            Kind::DeepPng
        );
        assert_eq!(kind("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02"), Kind::Png);
    }

    #[test]
    fn what_is_named_a_picture_and_is_none_is_not_passed_over() {
        assert_eq!(kind("a.PNG", b""), Kind::Png);
        assert_eq!(kind("a.gif", b"<html>"), Kind::Gif);
        assert_eq!(kind("a", b""), Kind::Other);
    }
}
