//! Filters and DEFLATE through oxipng, which has Zopfli.

use oxipng::{FilterStrategy, RawImage};

use super::chunk;
use super::header::{Colors, Header};
use super::stream::{Samples, Trial};
use crate::effort::Deflate;
use crate::error::{Error, Result};
use crate::image::Rgba8;
use crate::memory;
use crate::zlib;

/// The file with the best of all filters, at a level of libdeflate or by Zopfli. All else that oxipng could change is
/// decided by now, and its own reductions would not ask whether a grey palette is to stay.
pub(super) fn with_oxipng(header: &Header, samples: Vec<u8>, deflate: Deflate) -> Result<Vec<u8>> {
    compressed(header, samples, deflate, false)
}

/// What the best of all filters makes of samples at a level that is quickly done, and its head: the same, or one with the
/// palette in another order, if oxipng may look for one and likes it better (such that indices that often stand side by
/// side are near: Zeng, Li and Lei 2000; Battiato and others 2004).
pub(super) fn tried_with_oxipng(
    header: &Header,
    samples: &Samples,
    level: u8,
    reorder: bool,
) -> Result<(Trial, Header)> {
    let file = compressed(header, memory::copied(&samples.bytes)?, Deflate::Level(level), reorder)?;
    let broken = || Error::Encoder { encoder: "oxipng", what: "it made a file without a picture".into() };
    let data = |wanted: &[u8; 4]| -> Vec<&[u8]> {
        chunk::all(&file).filter(|(kind, _)| *kind == wanted).map(|(_, data)| data).collect()
    };
    let packed = data(b"IDAT").concat();
    let rows = samples.bytes.len() / samples.row_bytes;
    let filtered = zlib::inflate(&packed, rows + samples.bytes.len()).ok_or_else(broken)?;
    let colors = match &header.colors {
        Colors::Palette(_) => Colors::Palette(palette(&data(b"PLTE").concat(), &data(b"tRNS").concat())),
        colors => colors.clone(),
    };
    let trial = Trial::of(filtered, 1 + samples.row_bytes, packed.len());
    Ok((trial, Header { colors, ..header.clone() }))
}

/// Colours as their chunks have them (PNG clauses 11.2.2 and 11.3.1.1).
fn palette(colors: &[u8], alphas: &[u8]) -> Vec<Rgba8> {
    let alphas = alphas.iter().copied().chain(std::iter::repeat(255));
    colors.as_chunks().0.iter().zip(alphas).map(|(&[r, g, b], a)| [r, g, b, a]).collect()
}

fn compressed(header: &Header, samples: Vec<u8>, deflate: Deflate, reorder: bool) -> Result<Vec<u8>> {
    let filters = match header.colors {
        Colors::Palette(_) => OF_INDICES,
        Colors::Greys(_) | Colors::GreyAlpha | Colors::Rgb | Colors::Rgba => OF_QUANTITIES,
    };
    let windows = (samples.len() > SMALL || deflate == Deflate::Zopfli).then_some(BY_WINDOWS);
    let options = oxipng::Options {
        filters: filters.iter().cloned().chain(windows).collect(),
        deflater: match deflate {
            Deflate::Level(level) => oxipng::Deflater::Libdeflater { compression: level },
            Deflate::Zopfli => oxipng::Deflater::Zopfli(oxipng::ZopfliOptions::default()),
        },
        bit_depth_reduction: false,
        color_type_reduction: false,
        palette_reduction: reorder,
        grayscale_reduction: false,
        ..oxipng::Options::default()
    };
    let (color_type, depth) = header.for_oxipng();
    RawImage::new(header.width, header.height, color_type, depth, samples)
        .and_then(|samples| samples.create_optimized_png(&options))
        .map_err(|error| Error::Encoder { encoder: "oxipng", what: error.to_string() })
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

/// Bytes of the largest picture in which windows are tried by Zopfli alone: 128 by 128 indices. They take a third of the
/// time of an icon of 32 by 32 pixels, and over 204 of them save 4 bytes of 294,000; at 128 by 128 30 of 625,000, at 250
/// by 250 a thousandth.
pub(super) const SMALL: usize = 1 << 14;

/// How many filters it tries at most, each of which takes memory.
pub(super) const MOST_FILTERS: u64 = 1 + OF_QUANTITIES.len() as u64;
