//! Chunks of PNG, in the order of clause 5.6.

use crate::encode::chunk::{self, push};
use crate::metadata::{DensityUnit, Metadata, Text};
use crate::zlib;

/// Where the first chunk after the header starts: behind 12 + 13 bytes of IHDR.
const AFTER_HEADER: usize = chunk::SIGNATURE + 25;

/// The file with the metadata: iCCP before PLTE, the rest before the first IDAT.
pub(in crate::encode) fn into_png(file: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let (mut colors, mut others) = (Vec::new(), Vec::new());
    if let Some(icc) = &metadata.icc {
        // A name, whose end is a zero, and the method of packing (clause 11.3.2.3).
        push(&mut colors, b"iCCP", &[b"ICC\0\0", &zlib::pack(icc, zlib::Passes::MOST)[..]].concat());
    }
    if let Some(density) = metadata.density {
        let unit = match density.unit {
            DensityUnit::Ratio => 0,
            DensityUnit::Metre => 1,
        };
        let data = [&density.x.to_be_bytes()[..], &density.y.to_be_bytes(), &[unit]].concat();
        push(&mut others, b"pHYs", &data);
    }
    if let Some(exif) = &metadata.exif {
        push(&mut others, b"eXIf", exif);
    }
    if let Some(xmp) = &metadata.xmp {
        // Not packed, so that programs find it without knowing PNG (XMP specification part 3, clause 1.1.5).
        push(&mut others, b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", &xmp[..]].concat());
    }
    for text in &metadata.text {
        match text {
            Text::Comment(text) => push_comment(&mut others, text),
            Text::PngChunk { kind, data } => push(&mut others, kind, data),
        }
    }
    if colors.is_empty() && others.is_empty() {
        return file;
    }
    let data = first_data(&file);
    [&file[..AFTER_HEADER], &colors, &file[AFTER_HEADER..data], &others, &file[data..]].concat()
}

/// Latin-1 where that is enough, since every reader knows it, else UTF-8.
fn push_comment(chunks: &mut Vec<u8>, text: &str) {
    // No text may contain a zero (clause 11.3.3.2).
    let text = text.replace('\0', " ");
    match text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>() {
        Some(latin) => push(chunks, b"tEXt", &[b"Comment\0", &latin[..]].concat()),
        None => push(chunks, b"iTXt", &[b"Comment\0\0\0\0\0", text.as_bytes()].concat()),
    }
}

/// Where the first IDAT of a file of our own starts.
fn first_data(file: &[u8]) -> usize {
    let before = chunk::all(file).take_while(|(kind, _)| *kind != b"IDAT");
    chunk::SIGNATURE + before.map(|(_, data)| 12 + data.len()).sum::<usize>()
}
