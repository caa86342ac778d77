//! Writing files: an indexed picture becomes bytes, index for index.

mod chunk;
mod compress;
mod filter;
pub mod gif;
mod metadata;
pub mod png;
mod truecolor;

/// A file format that stores palettes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Indexed PNG: 1, 2, 4 or 8 bits an index, alpha for each colour.
    #[default]
    Png,
    /// GIF: up to 8 bits an index, one colour may be transparent.
    Gif,
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
