//! A picture of the comparison, with what is known of its file.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use huepack::Rgba8;
use image::{ImageFormat, RgbaImage};

use super::point::finish;
use crate::Result;
use crate::picture::{Picture, Place};

pub(super) struct Source {
    /// The folder's name.
    pub(super) set: String,
    pub(super) picture: Picture,
    /// The picture as a PNG of nothing but pixels.
    pub(super) png: Vec<u8>,
    /// The file as it was, if it is a PNG of the same picture.
    file: Option<Vec<u8>>,
    /// Name, size before cropping, most pixels a side, checksum of the pixels.
    key: [String; 5],
}

impl Source {
    /// Names of the cells of [`key`](Self::key).
    pub(super) const KEY: [&str; 5] = ["image", "width", "height", "crop", "crc32"];

    pub(super) fn open(path: &Path, crop: Option<(u32, Place)>) -> Result<Self> {
        let whole = Picture::open_with_alpha(path)?;
        let (width, height) = (whole.width, whole.height);
        let picture = crop.map_or_else(|| whole.clone(), |(most, place)| whole.cropped(most, place));
        let png = encode(&picture)?;
        let file = fs::read(path)?;
        let is_whole = (picture.width, picture.height) == (width, height);
        let key = [
            picture.name.clone(),
            width.to_string(),
            height.to_string(),
            crop.map_or("-".to_owned(), |(most, _)| most.to_string()),
            format!("{:08x}", crc32fast::hash(picture.pixels.as_flattened())),
        ];
        Ok(Self {
            set: path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned(),
            file: (is_whole && file.starts_with(b"\x89PNG")).then_some(file),
            picture,
            png,
            key,
        })
    }

    /// What the cached points of this picture start with.
    pub(super) fn key(&self) -> &[String; 5] {
        &self.key
    }

    /// Bytes of the picture after oxipng alone: of its file, whose palette may be in a good order, or of its pixels.
    pub(super) fn lossless_bytes(&self) -> Result<u64> {
        let mut bytes = finish(&self.png)?.len();
        if let Some(file) = &self.file {
            bytes = bytes.min(finish(file)?.len());
        }
        Ok(bytes as u64)
    }
}

fn encode(picture: &Picture) -> Result<Vec<u8>> {
    let bytes = picture.pixels.as_flattened().to_vec();
    let image =
        RgbaImage::from_raw(picture.width, picture.height, bytes).ok_or("as many pixels as decoded")?;
    let mut png = Vec::new();
    image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)?;
    Ok(png)
}

/// The pixels of a file.
pub(super) fn decode(file: &[u8]) -> Result<Vec<Rgba8>> {
    if file.starts_with(b"GIF8") {
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(file)?;
        let frame = decoder.read_next_frame()?.ok_or("a GIF without a frame")?;
        return Ok(frame.buffer.as_chunks().0.to_vec());
    }
    let image = image::load_from_memory_with_format(file, ImageFormat::Png)?.to_rgba8();
    Ok(image.pixels().map(|pixel| pixel.0).collect())
}
