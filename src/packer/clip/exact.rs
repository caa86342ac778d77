//! Frames that the shared palette can show as they are.

use std::collections::HashMap;

use crate::encode::gif::lzw;
use crate::image::{Rgba8, visible};
use crate::palette::Palette;

/// The colours of a palette.
pub(super) struct Exact {
    index_of: HashMap<Rgba8, u8>,
    /// That which leaves what is seen.
    hole: Option<u8>,
}

impl Exact {
    pub(super) fn new(palette: &Palette) -> Self {
        let indices = || (0..=255).zip(palette.colors());
        // Of equal colours the first.
        let index_of = indices().rev().map(|(index, &color)| (visible(color), index)).collect();
        Self { index_of, hole: palette.transparent() }
    }

    /// Indices that make pixels of what is shown, so chosen among those that do that they pack well; none if there are not.
    pub(super) fn indices(&self, pixels: &[Rgba8], shown: &[Rgba8]) -> Option<Vec<u8>> {
        let (mut indices, mut is_free) = (Vec::with_capacity(pixels.len()), Vec::with_capacity(pixels.len()));
        let mut last = None;
        for (&pixel, &shown) in pixels.iter().zip(shown) {
            let own = match last {
                Some((color, own)) if color == pixel => own,
                _ => self.index_of.get(&visible(pixel)).copied(),
            };
            last = Some((pixel, own));
            let stays = visible(pixel) == visible(shown);
            let drawn = own.filter(|_| pixel[3] > 0);
            indices.push(match drawn {
                Some(index) => index,
                None => self.hole.filter(|_| stays)?,
            });
            is_free.push(stays && drawn.is_some());
        }
        Some(match self.hole {
            Some(hole) if is_free.contains(&true) => lzw::settle(&indices, &is_free, hole),
            _ => indices,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgba8 = [255, 0, 0, 255];
    const BLUE: Rgba8 = [0, 0, 255, 255];
    const NOTHING: Rgba8 = [0; 4];

    #[test]
    fn what_the_palette_holds_or_the_canvas_shows_is_exact() {
        let exact = Exact::new(&Palette::new(vec![RED, NOTHING, BLUE]).unwrap());
        let green = [0, 255, 0, 255];
        let pixels = [RED, BLUE, green, NOTHING, RED];
        let shown = [BLUE, NOTHING, green, [9, 9, 9, 0], RED];
        let indices = exact.indices(&pixels, &shown).unwrap();
        assert_eq!(indices[..4], [0, 2, 1, 1]);
        assert!([0, 1].contains(&indices[4]), "either does");
        assert_eq!(exact.indices(&[green], &[RED]), None, "no such colour");
        assert_eq!(exact.indices(&[NOTHING], &[RED]), None, "nothing can take a colour away");
        let opaque = Exact::new(&Palette::new(vec![RED, BLUE]).unwrap());
        assert_eq!(opaque.indices(&[RED, BLUE], &[RED, RED]), Some(vec![0, 1]));
        assert_eq!(opaque.indices(&[green], &[green]), None, "no hole");
    }
}
