//! What the same picture takes in other forms, measured by writing them.

use huepack::decode::{self, Decoded};
use huepack::{Effort, Format, GifRepacker, Memory, Mode, Packed, Packer, Result, encode};

use super::anatomy::Anatomy;
use crate::color_type::ColorType;

/// A form that a picture was written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repack {
    pub(super) form: Form,
    pub(super) bytes: u64,
    /// Infinite where no visible pixel changed.
    pub(super) psnr_db: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// PNG of 24 or 32 bits a pixel.
    Truecolor,
    /// A palette of so many colours, or as many greys without one.
    Reduced { format: Format, color_type: ColorType, colors: usize },
}

impl Repack {
    pub(super) fn is_lossless(&self) -> bool {
        self.psnr_db.is_infinite()
    }
}

impl Form {
    pub(super) fn format(self) -> Format {
        match self {
            Self::Truecolor => Format::Png,
            Self::Reduced { format, .. } => format,
        }
    }

    /// Colours in the palette, or greys.
    pub(super) fn colors(self) -> Option<usize> {
        match self {
            Self::Truecolor => None,
            Self::Reduced { colors, .. } => Some(colors),
        }
    }
}

/// The most memory that [`measure`] takes.
pub(super) fn memory() -> Memory {
    encode::png::lossless_memory(Effort::default()).max(Packer::new().memory())
}

/// Writes the picture in the forms that a file of this format could be replaced by, each at the effort that
/// packing has unless told otherwise.
pub(super) fn measure(file: &[u8], decoded: &Decoded, anatomy: &Anatomy) -> Result<Vec<Repack>> {
    let (image, source) = (decoded.image.view(), decoded.format);
    let mut repacks = Vec::new();
    // Truecolour beats a palette even for few colours where filters predict them, as in smooth gradients.
    if source == decode::Format::Png && !anatomy.is_indexed() {
        let bytes = encode::png::lossless(image, Effort::default())?.len() as u64;
        repacks.push(Repack { form: Form::Truecolor, bytes, psnr_db: f64::INFINITY });
    }
    let formats: &[Format] = match source {
        decode::Format::Gif => &[Format::Gif, Format::Png],
        _ => &[Format::Png],
    };
    for &format in formats {
        // As packing does, which leaves palettes alone.
        let mode = if anatomy.is_indexed() { Mode::Palette } else { Mode::Auto };
        let Packed { bytes, report, .. } = Packer::new().format(format).mode(mode).pack(image)?;
        let color_type = ColorType::of_written(&bytes);
        let form = Form::Reduced { format, color_type, colors: report.colors };
        if format == Format::Gif && decoded.frames == 1 {
            // A GIF that stays one is never fitted anew.
            let gif = GifRepacker::new().drop_text().drop_xmp().drop_unknown().repack(file)?;
            repacks.push(Repack { form, bytes: gif.bytes.len() as u64, psnr_db: f64::INFINITY });
            continue;
        }
        repacks.push(Repack { form, bytes: report.bytes.file, psnr_db: report.psnr_db() });
    }
    Ok(repacks)
}
