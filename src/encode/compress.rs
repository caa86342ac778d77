//! The last step of every PNG: filters and DEFLATE, through oxipng.

use oxipng::{FilterStrategy, PngError, RawImage};

use crate::effort::Deflate;
use crate::error::{Error, Result};

/// Compresses samples with the best of `filters`. All else that oxipng could change is decided by now, and its own
/// reductions would make a grey palette greyscale.
pub(super) fn compress(
    samples: Result<RawImage, PngError>,
    filters: &[FilterStrategy],
    deflate: Deflate,
) -> Result<Vec<u8>> {
    let options = oxipng::Options {
        filters: filters.iter().cloned().collect(),
        deflater: match deflate {
            Deflate::Level(compression) => oxipng::Deflater::Libdeflater { compression },
            Deflate::Zopfli => oxipng::Deflater::Zopfli(oxipng::ZopfliOptions::default()),
        },
        bit_depth_reduction: false,
        color_type_reduction: false,
        palette_reduction: false,
        grayscale_reduction: false,
        ..oxipng::Options::default()
    };
    samples
        .and_then(|samples| samples.create_optimized_png(&options))
        .map_err(|error| Error::Encoder { encoder: "oxipng", what: error.to_string() })
}
