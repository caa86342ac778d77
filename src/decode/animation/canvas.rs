//! The canvas that frames are drawn on, one after the other.

use super::super::limits::transparent_pixels;
use crate::animation::{Blend, Delay, Disposal, Frame};
use crate::error::Result;
use crate::image::{Image, ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::memory;

/// A frame as its file has it, and how it is drawn.
pub(in crate::decode) struct Part {
    pub(in crate::decode) frame: Frame<Drawn>,
    pub(in crate::decode) blend: Blend,
}

impl Part {
    /// The one picture of a file.
    pub(in crate::decode) fn still(image: Image) -> Self {
        let (picture, delay, disposal) = (Drawn::Image(image), Delay::ZERO, Disposal::Keep);
        Self { frame: Frame { picture, left: 0, top: 0, delay, disposal }, blend: Blend::Replace }
    }
}

/// What is drawn.
pub(in crate::decode) enum Drawn {
    /// A frame without pixels, which only takes time.
    Nothing,
    Image(Image),
    Indexed(Indexed),
}

/// The canvas after the frames so far.
pub(super) struct Canvas {
    image: Image,
    undo: Undo,
}

/// What happens before the next frame is drawn. Only the last frame's place is ever kept, so that many small frames on
/// a large canvas cost what they change.
enum Undo {
    Nothing,
    Clear(Place),
    Restore(Place, Vec<Rgba8>),
}

/// The part of a frame's rectangle that lies on the canvas.
#[derive(Clone, Copy)]
struct Place {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Canvas {
    /// A transparent canvas, which is where every browser begins.
    pub(super) fn new(width: u32, height: u32) -> Result<Self> {
        let image = Image::new(width, height, transparent_pixels(width, height)?)?;
        Ok(Self { image, undo: Undo::Nothing })
    }

    pub(super) fn image(&self) -> &Image {
        &self.image
    }

    pub(super) fn view(&self) -> ImageRef<'_> {
        self.image.view()
    }

    /// Disposes of the frame before, and draws this one.
    pub(super) fn draw(&mut self, part: &Part) -> Result<()> {
        self.dispose();
        let Frame { picture, left, top, disposal, .. } = &part.frame;
        let (width, height) = match picture {
            Drawn::Nothing => return Ok(()),
            Drawn::Image(image) => (image.width(), image.height()),
            Drawn::Indexed(indexed) => (indexed.width(), indexed.height()),
        };
        let place = self.place(*left, *top, width, height);
        self.undo = match disposal {
            Disposal::Keep => Undo::Nothing,
            Disposal::Clear => Undo::Clear(place),
            Disposal::Restore => Undo::Restore(place, self.copy(place)?),
        };
        let width = width as usize;
        match picture {
            Drawn::Nothing => {}
            Drawn::Image(image) => {
                for (line, row) in self.lines(place).zip(image.pixels().chunks_exact(width)) {
                    draw_row(line, row, part.blend);
                }
            }
            Drawn::Indexed(indexed) => {
                let colors = indexed.palette().colors();
                for (line, row) in self.lines(place).zip(indexed.indices().chunks_exact(width)) {
                    draw_indices(line, row, colors);
                }
            }
        }
        Ok(())
    }

    fn dispose(&mut self) {
        match std::mem::replace(&mut self.undo, Undo::Nothing) {
            Undo::Nothing => {}
            Undo::Clear(place) => self.lines(place).for_each(|line| line.fill([0; 4])),
            Undo::Restore(place, pixels) => {
                for (line, row) in self.lines(place).zip(pixels.chunks_exact(place.width.max(1))) {
                    line.copy_from_slice(row);
                }
            }
        }
    }

    fn place(&self, left: u32, top: u32, width: u32, height: u32) -> Place {
        let (left_edge, top_edge) = (left.min(self.image.width()), top.min(self.image.height()));
        Place {
            left: left_edge as usize,
            top: top_edge as usize,
            width: width.min(self.image.width() - left_edge) as usize,
            height: height.min(self.image.height() - top_edge) as usize,
        }
    }

    fn copy(&mut self, place: Place) -> Result<Vec<Rgba8>> {
        let mut pixels = memory::with_room(place.width as u64 * place.height as u64)?;
        self.lines(place).for_each(|line| pixels.extend_from_slice(line));
        Ok(pixels)
    }

    /// The rows of a place.
    fn lines(&mut self, place: Place) -> impl Iterator<Item = &mut [Rgba8]> {
        let width = self.image.width() as usize;
        let lines = self.image.pixels_mut().chunks_exact_mut(width).skip(place.top).take(place.height);
        lines.map(move |line| &mut line[place.left..place.left + place.width])
    }
}

/// Draws as much of a row as there is room for.
fn draw_row(line: &mut [Rgba8], row: &[Rgba8], blend: Blend) {
    match blend {
        Blend::Replace => line.copy_from_slice(&row[..line.len()]),
        Blend::Over => {
            for (below, &top) in line.iter_mut().zip(row) {
                *below = over(top, *below);
            }
        }
    }
}

/// The same for the indices of a GIF, whose alpha is all or nothing.
fn draw_indices(line: &mut [Rgba8], row: &[u8], colors: &[Rgba8]) {
    for (below, &index) in line.iter_mut().zip(row) {
        let color = colors[usize::from(index)];
        *below = if color[3] == 0 { *below } else { color };
    }
}

/// A pixel over another: Porter and Duff's operator on straight alpha (PNG clause 13.16), in the samples as they are,
/// like browsers, and rounded to the nearest.
fn over(top: Rgba8, below: Rgba8) -> Rgba8 {
    if top[3] == 255 || below[3] == 0 {
        return top;
    }
    if top[3] == 0 {
        return below;
    }
    let top_weight = u32::from(top[3]) * 255;
    let below_weight = u32::from(below[3]) * (255 - u32::from(top[3]));
    let weight = top_weight + below_weight;
    let mixed = |channel: usize| {
        let sum = u32::from(top[channel]) * top_weight + u32::from(below[channel]) * below_weight;
        ((sum + weight / 2) / weight) as u8
    };
    [mixed(0), mixed(1), mixed(2), ((weight + 127) / 255) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mix_of_alphas_is_the_nearest_to_the_formula() {
        for (top_alpha, below_alpha) in (0..=255).flat_map(|top| (0..=255).map(move |below| (top, below))) {
            let [gray, _, _, alpha] = over([200, 0, 0, top_alpha], [30, 0, 0, below_alpha]);
            let (a, b) = (f64::from(top_alpha) / 255.0, f64::from(below_alpha) / 255.0);
            let exact = a + b * (1.0 - a);
            assert!((f64::from(alpha) / 255.0 - exact).abs() <= 0.5001 / 255.0, "{top_alpha} {below_alpha}");
            if exact > 0.0 {
                let exact = (200.0 * a + 30.0 * b * (1.0 - a)) / exact;
                assert!((f64::from(gray) - exact).abs() <= 0.5001, "{top_alpha} {below_alpha}");
            }
        }
    }
}
