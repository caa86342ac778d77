//! TIFF (revision 6.0): one page of 8 or 16 bits a sample, grey or RGB.

use std::io::Cursor;

use image::codecs::tiff::TiffDecoder;
use image::{ExtendedColorType, ImageDecoder};

use super::{Format, Options, Picture, Several, damaged, simple, unsupported};
use crate::error::Result;

/// More pages than anything but a loop has.
const MAX_PAGES: u32 = 1 << 16;

pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Picture> {
    let pages = count_pages(bytes);
    if pages == MAX_PAGES {
        return Err(damaged(Format::Tiff, "the chain of its pages has no end"));
    }
    if pages > 1 && options.several == Several::Refuse {
        return Err(unsupported(Format::Tiff, format!("{pages} pages")));
    }
    let decoder =
        TiffDecoder::new(Cursor::new(bytes)).map_err(|error| simple::broken(Format::Tiff, error))?;
    if matches!(decoder.original_color_type(), ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16) {
        return Err(unsupported(Format::Tiff, "CMYK colours"));
    }
    let picture = simple::read_with(decoder, Format::Tiff, options)?;
    Ok(Picture { frames: pages, ..picture })
}

/// Follows the chain of image file directories (clause 2). A chain that leads nowhere ends there: the
/// decoder says what is wrong with it. BigTIFF, with its longer offsets, counts as one page.
fn count_pages(bytes: &[u8]) -> u32 {
    let little_endian = bytes.starts_with(b"II");
    let number = |at: usize, length: usize| -> Option<usize> {
        let field = bytes.get(at..at.checked_add(length)?)?;
        let push = |number: usize, &byte: &u8| number << 8 | usize::from(byte);
        Some(if little_endian { field.iter().rev().fold(0, push) } else { field.iter().fold(0, push) })
    };
    if number(2, 2) != Some(42) {
        return 1;
    }
    let mut pages = 0;
    let mut directory = number(4, 4);
    while let Some(at) = directory.filter(|&at| at != 0) {
        let Some(entries) = number(at, 2) else { break };
        pages += 1;
        if pages == MAX_PAGES {
            break;
        }
        // A directory is a count, entries of 12 bytes, and the place of the next directory.
        directory = number(at + 2 + 12 * entries, 4);
    }
    pages.max(1)
}
