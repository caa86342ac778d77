//! Writing files: an indexed picture becomes bytes, index for index.

mod chunk;
mod compress;
mod filter;
pub mod gif;
mod greys;
mod header;
mod metadata;
pub mod png;
mod stream;
mod truecolor;

pub(crate) use truecolor::lossless_within;

/// A file format that stores palettes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// PNG: 1, 2, 4 or 8 bits an index, alpha for each colour.
    #[default]
    Png,
    /// GIF: up to 8 bits an index, one colour may be transparent.
    Gif,
}

/// What a PNG may be beside indexed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Greyscale, without a palette, where that is smaller.
    #[default]
    Auto,
    /// Nothing else: there always is a palette.
    Palette,
}

impl Format {
    /// The name, as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Gif => "GIF",
        }
    }

    /// The usual file extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }
}
