//! What a picture file says beside its pixels.

use std::fmt;

/// What a file says beside its pixels, as far as it can be written again.
///
/// The `decode` module fills it with what still applies once a picture is upright; fields that are taken out are
/// not written.
///
/// ```
/// use huepack::{Density, DensityUnit, ImageRef, Metadata, Packer};
/// let density = Density { x: 3780, y: 3780, unit: DensityUnit::Metre };
/// let metadata = Metadata { density: Some(density), ..Metadata::default() };
/// let packed = Packer::new().metadata(metadata).pack(ImageRef::new(1, 1, &[[9, 9, 9, 255]])?)?;
/// assert!(packed.bytes.windows(8).any(|bytes| bytes == b"pHYs\0\0\x0e\xc4"));
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The ICC profile (ICC.1:2022) that the pixels are in; none where they are sRGB.
    pub icc: Option<Vec<u8>>,
    /// EXIF as a TIFF block (CIPA DC-008 clause 4.5), without JPEG's prefix.
    pub exif: Option<Vec<u8>>,
    /// An XMP packet (ISO 16684-1) in UTF-8.
    pub xmp: Option<Vec<u8>>,
    /// Comments and the like, in the file's order.
    pub text: Vec<Text>,
    /// How many pixels make a length.
    pub density: Option<Density>,
    /// What the file has and huepack cannot take over.
    pub left_out: Vec<LeftOut>,
}

/// A text in a picture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// A comment of a JPEG or a GIF.
    Comment(String),
    /// A tEXt, zTXt or iTXt chunk of a PNG (clause 11.3.3), packed or not as it was.
    PngChunk {
        /// The chunk's name.
        kind: [u8; 4],
        /// Its content.
        data: Vec<u8>,
    },
}

/// Pixels a unit of length, as in the pHYs chunk of PNG (clause 11.3.4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Density {
    /// Pixels a unit, across.
    pub x: u32,
    /// Pixels a unit, down.
    pub y: u32,
    /// The unit.
    pub unit: DensityUnit,
}

/// What a density is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DensityUnit {
    /// Nothing: only the shape of a pixel is known.
    Ratio,
    /// The metre.
    Metre,
}

/// Metadata that cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOut {
    /// A profile of grey or inks, or a broken one, or one that other words in the file overrule.
    Profile,
    /// EXIF that is no TIFF block, so that the orientation in it cannot be set upright.
    Exif,
    /// An XMP packet that cannot be unpacked, or only to more than 8 MiB.
    Xmp,
    /// More than 8 MiB of something.
    TooLong,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Profile => {
                "the colour profile does not fit indexed RGB, so the pixels were converted to sRGB"
            }
            Self::Exif => "the EXIF block cannot be read and was dropped",
            Self::Xmp => "the XMP packet cannot be unpacked and was dropped",
            Self::TooLong => "metadata of more than 8 MiB was dropped",
        })
    }
}

#[cfg(feature = "decode")]
impl Density {
    /// The density of the picture turned by a quarter.
    #[must_use]
    pub(crate) fn turned(self) -> Self {
        Self { x: self.y, y: self.x, unit: self.unit }
    }
}
