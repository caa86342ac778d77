//! Which metadata goes into the result.

use huepack::decode::{self, Decoded};
use huepack::{Format, GifRepacker, LeftOut, Metadata};

use crate::args::{KeepArg, PackArgs};

/// What the user wants to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Keep {
    kinds: Vec<KeepArg>,
    /// The density of a PNG is as true for the result as for the source, unless everything was to go.
    png_density: bool,
}

impl Keep {
    pub(crate) fn of(args: &PackArgs) -> Self {
        Self { kinds: args.keep.clone(), png_density: !args.strip }
    }

    /// Leaves pixels in their profile if that will be kept. Browsers do not know profiles in GIF, and would show the
    /// pixels in wrong colours.
    pub(crate) fn decoder(&self, options: decode::Options, format: Format) -> decode::Options {
        if self.wants(KeepArg::Icc) && format == Format::Png { options.keep_profile() } else { options }
    }

    /// The metadata to write, and what to say of the rest.
    pub(crate) fn choose(&self, decoded: &mut Decoded, format: Format) -> (Metadata, Vec<String>) {
        let from_png = decoded.format == decode::Format::Png;
        let mut metadata = std::mem::take(&mut decoded.metadata);
        if !self.wants(KeepArg::Exif) {
            metadata.exif = None;
        }
        if !self.wants(KeepArg::Xmp) {
            metadata.xmp = None;
        }
        if !self.wants(KeepArg::Text) {
            metadata.text.clear();
        }
        if !(self.wants(KeepArg::Density) || from_png && self.png_density) {
            metadata.density = None;
        }
        let remarks = self.remarks(&metadata, format);
        (metadata, remarks)
    }

    /// What leaves out of a GIF what is not to be kept. A profile is what its colours mean, and stays.
    pub(crate) fn repacker(&self) -> GifRepacker {
        let mut repacker = GifRepacker::new();
        if !self.wants(KeepArg::Text) {
            repacker = repacker.drop_text();
        }
        if !self.wants(KeepArg::Xmp) {
            repacker = repacker.drop_xmp();
        }
        if !self.kinds.contains(&KeepArg::All) {
            repacker = repacker.drop_unknown();
        }
        repacker
    }

    fn remarks(&self, metadata: &Metadata, format: Format) -> Vec<String> {
        let asked = |left_out: &&LeftOut| match left_out {
            LeftOut::Profile => self.wants(KeepArg::Icc),
            LeftOut::Exif => self.wants(KeepArg::Exif),
            LeftOut::Xmp => self.wants(KeepArg::Xmp),
            _ => !self.kinds.is_empty(),
        };
        let gif = format == Format::Gif;
        let mut remarks = Vec::new();
        for left_out in metadata.left_out.iter().filter(asked) {
            remarks.push(match left_out {
                LeftOut::Profile if gif => {
                    "browsers ignore profiles in GIF, so the pixels were converted to sRGB".into()
                }
                left_out => left_out.to_string(),
            });
        }
        if gif && metadata.exif.is_some() {
            remarks.push("GIF has no place for EXIF; it was dropped".into());
        }
        if gif && metadata.density.is_some() && self.wants(KeepArg::Density) {
            remarks.push("GIF has no place for the pixel density; it was dropped".into());
        }
        remarks
    }

    fn wants(&self, kind: KeepArg) -> bool {
        self.kinds.contains(&kind) || self.kinds.contains(&KeepArg::All)
    }
}
