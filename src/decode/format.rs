//! Which format bytes are in, by their content.

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG, baseline or progressive.
    Jpeg,
    /// Graphics Interchange Format.
    Gif,
    /// WebP, lossy or lossless.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// Tagged Image File Format.
    Tiff,
    /// PBM, PGM, PPM and PAM.
    Pnm,
    /// Quite OK Image.
    Qoi,
}

impl Format {
    /// The format of these bytes, by their first few; nothing else is looked at.
    ///
    /// ```
    /// use huepack::decode::Format;
    /// assert_eq!(Format::of(b"GIF89a\x01\x00"), Some(Format::Gif));
    /// assert_eq!(Format::of(b"<svg>"), None);
    /// ```
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            [b'B', b'M', ..] => Self::Bmp,
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Self::Tiff,
            [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n' | b'#', ..] => Self::Pnm,
            [b'q', b'o', b'i', b'f', ..] => Self::Qoi,
            _ => return None,
        })
    }

    /// The format's name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Pnm => "PNM",
            Self::Qoi => "QOI",
        }
    }

    /// The library that unpacks it.
    pub(super) fn decoder(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "zune-jpeg",
            Self::Gif => "weezl",
            Self::WebP => "image-webp",
            Self::Bmp | Self::Tiff | Self::Pnm | Self::Qoi => "image",
        }
    }

    /// Whether every browser shows this format.
    #[must_use]
    pub fn is_web(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::WebP)
    }
}
