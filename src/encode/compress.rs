//! Filters through oxipng.

use oxipng::{FilterStrategy, RawImage};

use super::chunk;
use super::header::{Colors, Header};
use super::stream::{Samples, Trial};
use crate::error::{Error, Result};
use crate::zlib;

/// The file with the best of all filters, those by windows as well where that may be worth its time, at a level of libdeflate.
/// All else that oxipng could change is decided by now, and its own reductions would not ask whether a grey palette is to
/// stay; at the levels of trials it would order a palette by luma and no more.
fn with_oxipng(header: &Header, samples: Vec<u8>, level: u8, is_thorough: bool) -> Result<Vec<u8>> {
    let filters = match header.colors {
        Colors::Palette(_) => OF_INDICES,
        Colors::Greys(_) | Colors::GreyAlpha | Colors::Rgb | Colors::Rgba => OF_QUANTITIES,
    };
    let windows = (is_thorough || samples.len() > SMALL).then_some(BY_WINDOWS);
    let options = oxipng::Options {
        filters: filters.iter().cloned().chain(windows).collect(),
        deflater: oxipng::Deflater::Libdeflater { compression: level },
        // Or else filters are judged by a level below.
        fast_evaluation: !is_thorough,
        bit_depth_reduction: false,
        color_type_reduction: false,
        palette_reduction: false,
        grayscale_reduction: false,
        ..oxipng::Options::default()
    };
    let (color_type, depth) = header.for_oxipng();
    RawImage::new(header.width, header.height, color_type, depth, samples)
        .and_then(|samples| samples.create_optimized_png(&options))
        .map_err(|error| Error::Encoder { encoder: "oxipng", what: error.to_string() })
}

/// What the best of all filters makes of samples, at a level that is quickly done.
pub(super) fn tried_with_oxipng(
    header: &Header,
    samples: Samples,
    level: u8,
    is_thorough: bool,
) -> Result<Trial> {
    let (length, row_bytes) = (samples.bytes.len(), samples.row_bytes);
    let file = with_oxipng(header, samples.bytes, level, is_thorough)?;
    let data: Vec<&[u8]> =
        chunk::all(&file).filter(|(kind, _)| *kind == b"IDAT").map(|(_, data)| data).collect();
    let packed = data.concat();
    let filtered = zlib::inflate(&packed, length / row_bytes + length).ok_or_else(|| Error::Encoder {
        encoder: "oxipng",
        what: "it made a file without a picture".into(),
    })?;
    Ok(Trial::of(filtered, 1 + row_bytes, packed.len()))
}

const OF_INDICES: &[FilterStrategy] = {
    use FilterStrategy as Filter;
    &[Filter::NONE, Filter::SUB, Filter::UP, Filter::PAETH, Filter::Entropy, Filter::Bigrams, Filter::BigEnt]
};

const OF_QUANTITIES: &[FilterStrategy] = {
    use FilterStrategy as Filter;
    &[
        Filter::NONE,
        Filter::SUB,
        Filter::UP,
        Filter::AVERAGE,
        Filter::PAETH,
        Filter::MinSum,
        Filter::Entropy,
        Filter::Bigrams,
        Filter::BigEnt,
    ]
};

/// What packs best in a window of so many rows.
const BY_WINDOWS: FilterStrategy = FilterStrategy::Brute { num_lines: 4, level: 1 };

/// Bytes of the largest picture in which windows are tried at best effort alone: 128 by 128 indices. They take a third of the
/// time of an icon of 32 by 32 pixels, and over 204 of them save 4 bytes of 294,000; at 128 by 128 30 of 625,000, at 250
/// by 250 a thousandth.
pub(super) const SMALL: usize = 1 << 14;

/// How many filters it tries at most, each of which takes memory.
pub(super) const MOST_FILTERS: u64 = 1 + OF_QUANTITIES.len() as u64;
