//! What a file may be beside indexed.

use super::Packer;
use crate::effort::Depths;
use crate::encode::{Format, Mode};
use crate::image::{ImageRef, Rgba8, is_grey, visible};
use crate::indexed::Indexed;
use crate::reduce;

impl Packer {
    /// The mode of this picture. What lost colours has a palette, by which a later run knows it and leaves it alone.
    pub(super) fn mode_of(&self, image: ImageRef<'_>, indexed: &Indexed) -> Mode {
        let may_be_grey = self.mode == Mode::Auto
            && self.format == Format::Png
            && self.palette.is_none()
            && self.metadata.icc.is_none()
            && indexed.palette().colors().iter().all(fits_greyscale);
        if may_be_grey && is_same(image, indexed) { Mode::Auto } else { Mode::Palette }
    }

    /// The picture in greys of as many bits as an index has, or of every depth where more than one is tried; none if the
    /// mode wants a palette.
    pub(super) fn in_greys(&self, indexed: &Indexed, mode: Mode) -> impl Iterator<Item = Indexed> {
        let fewest = indexed.palette().bits_per_index();
        // Each takes as much memory as the picture.
        let tries_all =
            self.effort.settings().depths == Depths::Either && indexed.indices().len() <= MOST_TRIED;
        [1, 2, 4, 8]
            .into_iter()
            .filter(move |&bits| mode == Mode::Auto && (bits == fewest || tries_all))
            .filter_map(|bits| reduce::grey(indexed, bits))
    }
}

/// Pixels of the largest picture whose greys are tried at every depth.
const MOST_TRIED: usize = 1 << 20;

/// Whether greyscale has a place for the colour.
fn fits_greyscale(color: &Rgba8) -> bool {
    matches!(color[3], 0 | 255) && is_grey(color)
}

/// Whether every pixel is as it was, as far as it can be seen.
fn is_same(image: ImageRef<'_>, indexed: &Indexed) -> bool {
    image.pixels().iter().zip(indexed.pixels()).all(|(&before, after)| visible(before) == visible(after))
}
