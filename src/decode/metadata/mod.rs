//! What stands beside the pixels, gathered from the bytes of a file whose picture was read.
//!
//! Nothing here can fail: what cannot be read is as good as none. Nothing is unpacked either.

mod exif;
mod gif;
mod jpeg;
mod png;
mod webp;
mod xmp;

use super::Format;
use crate::metadata::{LeftOut, Metadata, Text};

/// Longest block that is taken over, and the most text in all. libpng holds chunks to about as much.
const MAX_BYTES: usize = 8 << 20;

/// What was found, as it stands in the file.
#[derive(Default)]
struct Found {
    metadata: Metadata,
    profile: Profile,
    /// What the texts take, their places in memory included.
    text_bytes: usize,
}

/// Whether there is an ICC profile, usable or not.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Profile {
    #[default]
    Absent,
    Present,
}

/// Everything but the profile, for a picture that is upright by now. `kept_profile` is the one that its pixels are in;
/// where there is none, a profile counts as left out.
pub(super) fn read(format: Format, bytes: &[u8], kept_profile: Option<Vec<u8>>) -> Metadata {
    let mut found = Found::default();
    // Each walk ends where the file stops making sense.
    let _ = match format {
        Format::Png => png::walk(bytes, &mut found),
        Format::Jpeg => jpeg::walk(bytes, &mut found),
        Format::WebP => webp::walk(bytes, &mut found),
        Format::Gif => gif::walk(bytes, &mut found),
        Format::Tiff => exif::walk_tiff(bytes, &mut found),
        Format::Bmp | Format::Pnm | Format::Qoi => None,
    };
    let Found { mut metadata, profile, .. } = found;
    if profile == Profile::Present && kept_profile.is_none() {
        metadata.left_out.push(LeftOut::Profile);
    }
    metadata.icc = kept_profile;
    if let Some(block) = &mut metadata.exif
        && exif::set_upright(block).is_none()
    {
        metadata.exif = None;
        metadata.left_out.push(LeftOut::Exif);
    }
    if let Some(packet) = &mut metadata.xmp {
        xmp::set_upright(packet);
    }
    metadata
}

impl Found {
    /// Takes EXIF, the first that comes.
    fn exif(&mut self, block: &[u8]) {
        // Some writers put JPEG's prefix in front in other formats as well.
        let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        if self.metadata.exif.is_none() && self.has_room(block.len()) {
            self.metadata.exif = Some(block.to_vec());
        }
    }

    /// Takes an XMP packet, the first that comes.
    fn xmp(&mut self, packet: &[u8]) {
        if self.metadata.xmp.is_none() && self.has_room(packet.len()) {
            self.metadata.xmp = Some(packet.to_vec());
        }
    }

    fn text(&mut self, text: Text) {
        let length = match &text {
            Text::Comment(text) => text.len(),
            Text::PngChunk { data, .. } => data.len(),
        };
        let text_bytes = self.text_bytes + size_of::<Text>() + length;
        if self.has_room(text_bytes) {
            self.metadata.text.push(text);
            self.text_bytes = text_bytes;
        }
    }

    /// A comment: UTF-8 where it is that, else Latin-1, which every sequence of bytes is.
    fn comment(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes)
            .map_or_else(|_| bytes.iter().map(|&byte| char::from(byte)).collect(), str::to_owned);
        let text = text.trim_end_matches('\0');
        if !text.is_empty() {
            self.text(Text::Comment(text.to_owned()));
        }
    }

    /// Whether so many bytes may be taken; if not, that is noted once.
    fn has_room(&mut self, bytes: usize) -> bool {
        let fits = bytes <= MAX_BYTES;
        if !fits && !self.metadata.left_out.contains(&LeftOut::TooLong) {
            self.metadata.left_out.push(LeftOut::TooLong);
        }
        fits
    }
}
