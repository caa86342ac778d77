//! The head of a PNG: what its samples mean.

use super::chunk::push;
use super::filter::Filter;
use super::greys::Greys;
use crate::effort::Filters;
use crate::image::Rgba8;
use crate::indexed::Indexed;

/// Size, bits a sample and colour type (PNG clause 11.2.1), with what the colour type asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bits: u8,
    pub(super) colors: Colors,
}

/// What a pixel's samples stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Colors {
    Palette(Vec<Rgba8>),
    Greys(Greys),
    GreyAlpha,
    Rgb,
    Rgba,
}

/// Most data in one chunk, below the 2 GiB that clause 5.3 allows.
const MAX_DATA: usize = 1 << 30;

impl Header {
    pub(super) fn has_palette(&self) -> bool {
        matches!(self.colors, Colors::Palette(_))
    }

    /// An indexed picture with so many bits an index.
    pub(super) fn indexed(indexed: &Indexed, bits: u8) -> Self {
        let colors = Colors::Palette(indexed.palette().colors().to_vec());
        Self { width: indexed.width(), height: indexed.height(), bits, colors }
    }

    /// The file around the packed picture.
    pub(super) fn file(&self, stream: &[u8]) -> Vec<u8> {
        let mut file = self.start();
        file.reserve(stream.len() + 12 * (2 + stream.len() / MAX_DATA));
        stream.chunks(MAX_DATA).for_each(|data| push(&mut file, b"IDAT", data));
        push(&mut file, b"IEND", &[]);
        file
    }

    /// Bytes of the file before the picture.
    pub(super) fn length(&self) -> usize {
        self.start().len()
    }

    /// The file before the picture.
    pub(super) fn start(&self) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        // DEFLATE, the five filter types, not interlaced.
        let kind = [self.bits, self.color_type(), 0, 0, 0];
        let header = [&self.width.to_be_bytes()[..], &self.height.to_be_bytes(), &kind].concat();
        push(&mut file, b"IHDR", &header);
        match &self.colors {
            Colors::Palette(colors) => push_palette(&mut file, colors),
            Colors::Greys(Greys { transparent: Some(sample) }) => push(&mut file, b"tRNS", &[0, *sample]),
            Colors::Greys(Greys { transparent: None }) | Colors::GreyAlpha | Colors::Rgb | Colors::Rgba => {}
        }
        file
    }

    fn color_type(&self) -> u8 {
        match self.colors {
            Colors::Greys(_) => 0,
            Colors::Rgb => 2,
            Colors::Palette(_) => 3,
            Colors::GreyAlpha => 4,
            Colors::Rgba => 6,
        }
    }

    /// The filters to try. Indices are no quantities and mostly best left alone; shades and channels are.
    pub(super) fn filters(&self, filters: Filters) -> &'static [Filter] {
        match (&self.colors, filters) {
            (Colors::Palette(_), Filters::Plain) => &[Filter::None],
            (Colors::Palette(_), Filters::Usual | Filters::Every) => {
                &[Filter::None, Filter::Sub, Filter::Entropy]
            }
            (Colors::Greys(_), Filters::Plain) => &[Filter::None, Filter::Entropy],
            (Colors::Greys(_), Filters::Usual | Filters::Every) => {
                &[Filter::None, Filter::Sub, Filter::Entropy, Filter::MinSum]
            }
            (Colors::GreyAlpha | Colors::Rgb | Colors::Rgba, Filters::Plain) => &[Filter::Entropy],
            (Colors::GreyAlpha | Colors::Rgb | Colors::Rgba, Filters::Usual | Filters::Every) => {
                &[Filter::None, Filter::Sub, Filter::Paeth, Filter::Entropy, Filter::MinSum]
            }
        }
    }

    /// As oxipng names it.
    pub(super) fn for_oxipng(&self) -> (oxipng::ColorType, oxipng::BitDepth) {
        let color_type = match &self.colors {
            Colors::Palette(colors) => oxipng::ColorType::Indexed {
                palette: colors.iter().map(|&[r, g, b, a]| oxipng::RGBA8::new(r, g, b, a)).collect(),
            },
            Colors::Greys(greys) => {
                oxipng::ColorType::Grayscale { transparent_shade: greys.transparent.map(u16::from) }
            }
            Colors::GreyAlpha => oxipng::ColorType::GrayscaleAlpha,
            Colors::Rgb => oxipng::ColorType::RGB { transparent_color: None },
            Colors::Rgba => oxipng::ColorType::RGBA,
        };
        let depth = match self.bits {
            1 => oxipng::BitDepth::One,
            2 => oxipng::BitDepth::Two,
            4 => oxipng::BitDepth::Four,
            _ => oxipng::BitDepth::Eight,
        };
        (color_type, depth)
    }
}

fn push_palette(file: &mut Vec<u8>, colors: &[Rgba8]) {
    push(file, b"PLTE", &colors.iter().flat_map(|color| &color[..3]).copied().collect::<Vec<u8>>());
    if let Some(last) = colors.iter().rposition(|color| color[3] < 255) {
        push(file, b"tRNS", &colors[..=last].iter().map(|color| color[3]).collect::<Vec<u8>>());
    }
}
