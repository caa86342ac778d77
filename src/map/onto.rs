//! Mapping a frame of an animation onto what is shown already.

use super::MapOptions;
use crate::color::distance_squared;
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::palette::Palette;

impl MapOptions {
    /// Maps every pixel, or leaves it as the canvas shows it, by the first fully transparent colour, where that is as near.
    pub(crate) fn map_onto(&self, image: ImageRef<'_>, canvas: ImageRef<'_>, palette: &Palette) -> Indexed {
        let mapped = self.map(image, palette);
        let Some(hole) = palette.colors().iter().position(|color| color[3] == 0) else { return mapped };
        let points: Vec<_> = palette.colors().iter().map(|&color| self.space.point(color)).collect();
        let mut indices = mapped.indices().to_vec();
        for ((index, &pixel), &below) in indices.iter_mut().zip(image.pixels()).zip(canvas.pixels()) {
            let wanted = self.space.point(pixel);
            let kept = distance_squared(wanted, self.space.point(below));
            if below[3] == 255 && kept <= distance_squared(wanted, points[usize::from(*index)]) {
                *index = hole as u8;
            }
        }
        Indexed::new(image.width(), image.height(), palette.clone(), indices).expect("the hole is a colour")
    }
}
