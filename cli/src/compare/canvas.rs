//! A picture to draw on: rectangles, pictures and lettering.

use huepack::{Image, ImageRef, Result, Rgba8};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

/// Heights of a line of text in pixels, the largest first.
const HEIGHTS: [RasterHeight; 4] =
    [RasterHeight::Size32, RasterHeight::Size24, RasterHeight::Size20, RasterHeight::Size16];

/// Squares behind transparent pixels: their side in pixels, and their two greys.
const CHECKER: u32 = 8;
const CHECKER_GREYS: [u8; 2] = [255, 224];

/// An opaque picture in the making.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<Rgba8>,
}

/// A size of lettering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lettering(RasterHeight);

impl Lettering {
    pub(super) const SMALLEST: Self = Self(RasterHeight::Size16);

    /// The largest in which no line of any title is wider than `width` pixels.
    pub(super) fn within(width: u32, titles: &[Vec<&str>]) -> Option<Self> {
        let fits = |lettering: &Self| titles.iter().flatten().all(|line| lettering.width(line) <= width);
        HEIGHTS.into_iter().map(Self).find(fits)
    }

    /// Height of a line in pixels.
    pub(super) fn height(self) -> u32 {
        self.0.val() as u32
    }

    /// Width of a line in pixels.
    pub(super) fn width(self, line: &str) -> u32 {
        (line.chars().count() * get_raster_width(FontWeight::Regular, self.0)) as u32
    }
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, color: Rgba8) -> Self {
        Self { width, height, pixels: vec![color; width as usize * height as usize] }
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, x: u32, y: u32, width: u32, height: u32, color: Rgba8) {
        for row in y..y + height {
            let from = self.at(x, row);
            self.pixels[from..from + width as usize].fill(color);
        }
    }

    /// Draws a picture, what is transparent over squares of light grey.
    pub(super) fn draw(&mut self, x: u32, y: u32, image: ImageRef<'_>) {
        for (row, pixels) in (0..).zip(image.rows()) {
            let from = self.at(x, y + row);
            let row_of_canvas = &mut self.pixels[from..from + pixels.len()];
            for ((column, target), &pixel) in (0..).zip(row_of_canvas).zip(pixels) {
                let grey = CHECKER_GREYS[((row / CHECKER + column / CHECKER) % 2) as usize];
                let [r, g, b, a] = pixel;
                let [r, g, b] = [r, g, b].map(|channel| blend(grey, channel, a));
                *target = [r, g, b, 255];
            }
        }
    }

    /// Writes one line, its top left corner at `x`, `y`. What the font does not have becomes `?`.
    pub(super) fn write(&mut self, x: u32, y: u32, line: &str, lettering: Lettering, ink: Rgba8) {
        let glyph = |char| get_raster(char, FontWeight::Regular, lettering.0);
        let mut x = x;
        for raster in line.chars().filter_map(|char| glyph(char).or_else(|| glyph('?'))) {
            for (row, coverage) in (y..).zip(raster.rows()) {
                let from = self.at(x, row);
                for (target, &coverage) in self.pixels[from..].iter_mut().zip(coverage) {
                    *target = std::array::from_fn(|i| blend(target[i], ink[i], coverage));
                }
            }
            x += raster.width() as u32;
        }
    }

    /// The picture.
    ///
    /// # Errors
    /// [`EmptyImage`](huepack::Error::EmptyImage) for a canvas without pixels.
    pub(super) fn finish(self) -> Result<Image> {
        Image::new(self.width, self.height, self.pixels)
    }

    fn at(&self, x: u32, y: u32) -> usize {
        y as usize * self.width as usize + x as usize
    }
}

/// `above` over `below`, with `alpha` of 255 parts.
fn blend(below: u8, above: u8, alpha: u8) -> u8 {
    let (below, above, alpha) = (u32::from(below), u32::from(above), u32::from(alpha));
    ((above * alpha + below * (255 - alpha) + 127) / 255) as u8
}
