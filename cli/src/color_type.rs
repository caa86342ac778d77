//! How a file stores the colours of pixels.

/// The colour types of PNG (PNG specification, third edition, 11.2.1); a GIF is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColorType {
    Gray,
    Rgb,
    Indexed,
    GrayAlpha,
    Rgba,
}

impl ColorType {
    /// By its number in PNG's header.
    pub(crate) fn of_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Gray,
            2 => Self::Rgb,
            3 => Self::Indexed,
            4 => Self::GrayAlpha,
            6 => Self::Rgba,
            _ => return None,
        })
    }

    /// That of a file of our own.
    pub(crate) fn of_written(file: &[u8]) -> Self {
        let is_png = file.starts_with(b"\x89PNG");
        file.get(25).filter(|_| is_png).and_then(|&number| Self::of_number(number)).unwrap_or(Self::Indexed)
    }

    /// In words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gray => "grey",
            Self::Rgb => "RGB",
            Self::Indexed => "indexed",
            Self::GrayAlpha => "grey with alpha",
            Self::Rgba => "RGBA",
        }
    }

    /// For machines.
    pub(crate) fn stable_name(self) -> &'static str {
        match self {
            Self::Gray => "gray",
            Self::Rgb => "rgb",
            Self::Indexed => "indexed",
            Self::GrayAlpha => "gray-alpha",
            Self::Rgba => "rgba",
        }
    }
}
