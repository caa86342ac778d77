//! The palette as points, ready to be searched.

use super::MapOptions;
use crate::color::{ColorSpace, Point};
use crate::image::Rgba8;
use crate::palette::Palette;

/// What pixels can become.
#[derive(Debug)]
pub(super) struct Targets {
    pub(super) space: ColorSpace,
    pub(super) colors: Vec<Rgba8>,
    pub(super) points: Vec<Point>,
    transparent: Option<u8>,
    /// Colours whose pixels keep them, sorted, and their indices.
    kept: Vec<(Rgba8, u8)>,
}

impl Targets {
    pub(super) fn new(palette: &Palette, options: &MapOptions) -> Self {
        let colors = palette.colors().to_vec();
        let points: Vec<Point> = colors.iter().map(|&color| options.space.point(color)).collect();
        let index_of =
            |&kept: &Rgba8| colors.iter().position(|&color| color == kept).map(|index| (kept, index as u8));
        let mut kept: Vec<_> = options.kept.iter().filter_map(index_of).collect();
        kept.sort_unstable();
        Self { space: options.space, colors, points, transparent: palette.transparent(), kept }
    }

    /// Whether there are colours that an opaque pixel must not get: those fully transparent, where there are others.
    /// Nothing is half as far from white as black is, and yet a hole is worse than a wrong colour.
    pub(super) fn may_make_holes(&self) -> bool {
        self.transparent.is_some() && self.colors.iter().any(|color| color[3] > 0)
    }

    /// The first index that is fully transparent.
    pub(super) fn hole(&self) -> Option<u8> {
        self.transparent
    }

    /// The indices that an opaque pixel may get.
    pub(super) fn visible(&self) -> impl Iterator<Item = usize> {
        let all = !self.may_make_holes();
        (0..self.colors.len()).filter(move |&index| all || self.colors[index][3] > 0)
    }

    /// Whether any pixel can have a [`fixed`](Self::fixed) index.
    pub(super) fn fixes_some(&self) -> bool {
        self.transparent.is_some() || !self.kept.is_empty()
    }

    /// The index that a pixel must have, whatever the dither: transparent stays transparent, and what is kept stays.
    #[inline]
    pub(super) fn fixed(&self, pixel: Rgba8) -> Option<u8> {
        if pixel[3] == 0 {
            return self.transparent;
        }
        let at = self.kept.binary_search_by_key(&pixel, |&(color, _)| color).ok()?;
        Some(self.kept[at].1)
    }
}
