//! Every pixel to its nearest colour.

use super::{CHUNK_PIXELS, ColorCache, Targets};
use crate::image::ImageRef;
use crate::par;

pub(super) fn map(image: ImageRef<'_>, targets: &Targets) -> Vec<u8> {
    let mut indices = vec![0; image.pixels().len()];
    par::map_chunks_mut(&mut indices, CHUNK_PIXELS, |number, chunk| {
        let mut cache = ColorCache::new();
        for (index, &pixel) in chunk.iter_mut().zip(&image.pixels()[number * CHUNK_PIXELS..]) {
            let search = || targets.index(pixel, targets.space.point(pixel));
            *index = targets.fixed(pixel).unwrap_or_else(|| cache.get(pixel, search));
        }
    });
    indices
}
