//! Indexed PNG (PNG specification, third edition, W3C 2025), and [`lossless`] truecolour PNG beside it.

pub use super::truecolor::{lossless, lossless_memory};

use super::chunk::push;
use super::compress::compress;
use super::filter::Filter;
use super::metadata::into_png;
use crate::effort::{Deflate, Depths, Effort, Filters, Settings};
use crate::error::Result;
use crate::indexed::Indexed;
use crate::memory;
use crate::metadata::Metadata;
use crate::par;
use crate::zlib;

/// How to write an indexed PNG.
///
/// ```
/// use huepack::{Indexed, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 255]])?;
/// let flag = Indexed::new(3, 2, palette, vec![0, 1, 0, 1, 0, 1])?;
/// let bytes = encode::png::Options::new().encode(&flag)?;
/// assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
/// assert_eq!(bytes[24..26], [1, 3], "1 bit an index, colour type 3");
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    effort: Effort,
    metadata: Metadata,
    thorough: bool,
}

impl Options {
    /// [`Effort::Balanced`], no metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How hard to compress. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Takes the time to try every filter. Default: as [`effort`](Self::effort) says.
    #[must_use]
    pub(crate) fn thorough(mut self, thorough: bool) -> Self {
        self.thorough = thorough;
        self
    }

    /// What to write beside the picture: iCCP before the palette; pHYs, eXIf, XMP and texts before the picture data.
    /// Default: nothing.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Writes the picture: as few bits an index as the palette needs, or eight where that looks smaller, not interlaced, PLTE in palette order, tRNS
    /// up to the last colour that is not opaque, no other chunks but those of the metadata.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), and [`Encoder`](crate::Error::Encoder) if the compressor
    /// fails, which would be a bug.
    pub fn encode(&self, indexed: &Indexed) -> Result<Vec<u8>> {
        Ok(into_png(self.encode_picture(indexed)?, &self.metadata))
    }

    fn encode_picture(&self, indexed: &Indexed) -> Result<Vec<u8>> {
        let settings = self.effort.settings();
        let fewest = indexed.palette().bits_per_index();
        let encode_at = |bits: u8| {
            let file = encode_at(indexed, bits, settings)?;
            if !self.thorough || settings.deflate == Deflate::Zopfli {
                return Ok(file);
            }
            let other = with_oxipng(indexed, bits, packed_rows(indexed, bits)?, Deflate::Level(zlib::BEST))?;
            Ok(if other.len() < file.len() { other } else { file })
        };
        // DEFLATE finds repeats of whole bytes only, and packing hides those that are out of step.
        match settings.depths {
            Depths::Likely if fewest < 8 => {
                let length = |bits| -> Result<usize> {
                    Ok(trial(&Filter::None.rows(&packed_rows(indexed, bits)?, row_bytes(indexed, bits))))
                };
                encode_at(if length(8)? < length(fewest)? { 8 } else { fewest })
            }
            Depths::Every if fewest < 8 => {
                let (packed, bytes) = (encode_at(fewest)?, encode_at(8)?);
                Ok(if bytes.len() < packed.len() { bytes } else { packed })
            }
            _ => encode_at(fewest),
        }
    }
}

/// Whether every filter is worth trying: what packs to a quarter, or is as small as an icon. Of photographs, none is.
pub(crate) fn is_drawing(indexed: &Indexed) -> Result<bool> {
    let pixels = indexed.indices().len();
    Ok(pixels <= ICON || length_unfiltered(indexed)? < pixels / 4)
}

/// Pixels of the largest icon.
const ICON: usize = 1 << 16;

/// About how long the picture data of a file is: the best of the filters that `effort` tries.
pub(crate) fn length(indexed: &Indexed, effort: Effort) -> Result<usize> {
    let fewest = indexed.palette().bits_per_index();
    let filters = usual(effort.settings().filters);
    let mut least = usize::MAX;
    // As bytes, what has filters to be tried is not: there is nothing to gain.
    for (bits, filters) in [(fewest, filters), (8, &filters[..usize::from(fewest < 8)])] {
        let rows = packed_rows(indexed, bits)?;
        let row_bytes = row_bytes(indexed, bits);
        let lengths = par::map(filters.len(), |number| trial(&filters[number].rows(&rows, row_bytes)));
        least = lengths.into_iter().fold(least, usize::min);
    }
    Ok(least)
}

fn row_bytes(indexed: &Indexed, bits: u8) -> usize {
    (indexed.width() as usize * usize::from(bits)).div_ceil(8)
}

/// The same for unfiltered rows.
pub(crate) fn length_unfiltered(indexed: &Indexed) -> Result<usize> {
    length(indexed, Effort::Fast)
}

fn encode_at(indexed: &Indexed, bits: u8, settings: Settings) -> Result<Vec<u8>> {
    let rows = packed_rows(indexed, bits)?;
    match settings.deflate {
        Deflate::Level(level) => Ok(file_of(indexed, bits, &stream(rows, indexed.height(), settings, level))),
        Deflate::Zopfli => with_oxipng(indexed, bits, rows, settings.deflate),
    }
}

/// Level of the trials. On 25 photographs it picks the filter as well as the levels up to 9 do, on drawings better than
/// those below it.
const TRIAL_LEVEL: u8 = 5;

fn trial(filtered: &[u8]) -> usize {
    zlib::deflated_length(filtered, TRIAL_LEVEL)
}

/// The filters that are tried.
fn usual(filters: Filters) -> &'static [Filter] {
    match filters {
        Filters::Plain => &[Filter::None],
        Filters::Usual | Filters::Every => &[Filter::None, Filter::Sub, Filter::Entropy],
    }
}

/// How far a trial packs drawings at least. In them the strongest level finds repeats that are worth 2 to 4 %, in
/// photographs 0.4 % for twice the time.
const DRAWING_RATIO: usize = 8;

/// The packed picture: the filter that does best in a trial, then a strong level.
fn stream(rows: Vec<u8>, height: u32, settings: Settings, level: u8) -> Vec<u8> {
    let row_bytes = rows.len() / height as usize;
    let filters = usual(settings.filters);
    if let [filter] = filters {
        return zlib::deflate(&filter.rows(&rows, row_bytes), level);
    }
    let trials = par::map(filters.len(), |number| {
        let filtered = filters[number].rows(&rows, row_bytes);
        // Ties go to the first.
        (trial(&filtered), number, filtered)
    });
    drop(rows);
    let best = trials.into_iter().min_by_key(|&(length, number, _)| (length, number));
    let (length, _, filtered) = best.expect("there are filters");
    let is_drawing = length < filtered.len() / DRAWING_RATIO;
    zlib::deflate(&filtered, if is_drawing { zlib::BEST } else { level })
}

/// Most data in one chunk, below the 2 GiB that clause 5.3 allows.
const MAX_DATA: usize = 1 << 30;

/// The file around the packed picture.
fn file_of(indexed: &Indexed, bits: u8, stream: &[u8]) -> Vec<u8> {
    let colors = indexed.palette().colors();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.reserve(stream.len() + 4 * colors.len() + 100);
    // Indexed, DEFLATE, the five filter types, not interlaced.
    let kind = [bits, 3, 0, 0, 0];
    let header = [&indexed.width().to_be_bytes()[..], &indexed.height().to_be_bytes(), &kind].concat();
    push(&mut file, b"IHDR", &header);
    push(&mut file, b"PLTE", &colors.iter().flat_map(|color| &color[..3]).copied().collect::<Vec<u8>>());
    if let Some(last) = colors.iter().rposition(|color| color[3] < 255) {
        push(&mut file, b"tRNS", &colors[..=last].iter().map(|color| color[3]).collect::<Vec<u8>>());
    }
    stream.chunks(MAX_DATA).for_each(|data| push(&mut file, b"IDAT", data));
    push(&mut file, b"IEND", &[]);
    file
}

fn with_oxipng(indexed: &Indexed, bits: u8, rows: Vec<u8>, deflate: Deflate) -> Result<Vec<u8>> {
    let palette = indexed.palette().colors().iter();
    let color_type = oxipng::ColorType::Indexed {
        palette: palette.map(|&[r, g, b, a]| oxipng::RGBA8::new(r, g, b, a)).collect(),
    };
    let depth = match bits {
        1 => oxipng::BitDepth::One,
        2 => oxipng::BitDepth::Two,
        4 => oxipng::BitDepth::Four,
        _ => oxipng::BitDepth::Eight,
    };
    let raw = oxipng::RawImage::new(indexed.width(), indexed.height(), color_type, depth, rows);
    compress(raw, EVERY_FILTER, deflate)
}

/// The indices, packed from the high bits down, each row starting on a byte.
fn packed_rows(indexed: &Indexed, bits: u8) -> Result<Vec<u8>> {
    if bits == 8 {
        return memory::copied(indexed.indices());
    }
    let per_byte = (8 / bits) as usize;
    let pack =
        |indices: &[u8]| (0..per_byte).fold(0, |byte, i| byte << bits | indices.get(i).copied().unwrap_or(0));
    let (width, height) = (indexed.width() as usize, indexed.height() as usize);
    let rows = indexed.indices().chunks(width).flat_map(|row| row.chunks(per_byte).map(pack));
    memory::collected(width.div_ceil(per_byte) * height, rows)
}

const EVERY_FILTER: &[oxipng::FilterStrategy] = {
    use oxipng::FilterStrategy as Filter;
    &[
        Filter::NONE,
        Filter::SUB,
        Filter::UP,
        Filter::PAETH,
        Filter::Entropy,
        Filter::Bigrams,
        Filter::BigEnt,
        // What packs best in a window of so many rows.
        Filter::Brute { num_lines: 4, level: 1 },
    ]
};
