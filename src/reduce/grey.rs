//! Greys as samples: what PNG needs no palette for.

use super::reindexed;
use crate::image::Rgba8;
use crate::indexed::Indexed;
use crate::palette::greys;

/// Gives the picture the palette of all greys that so many bits (1, 2, 4 or 8) can state, from black to white, so that an
/// index is a shade, and PNG can leave the palette out. `None` if a colour is not among them, or is partly transparent.
/// What is fully transparent takes the lowest of eight bits' shades that no other pixel has; with fewer bits it has no
/// place, since Pillow and ffmpeg read that wrong.
///
/// ```
/// use huepack::{Indexed, Palette, reduce};
/// let palette = Palette::new(vec![[255, 255, 255, 255], [85, 85, 85, 255]])?;
/// let picture = Indexed::new(3, 1, palette, vec![0, 1, 1])?;
/// let grey = reduce::grey(&picture, 2).unwrap();
/// assert_eq!(grey.palette().colors().iter().map(|color| color[0]).collect::<Vec<_>>(), [0, 85, 170, 255]);
/// assert_eq!(grey.indices(), [3, 1, 1]);
/// assert!(reduce::grey(&picture, 1).is_none(), "one bit is black and white");
/// # Ok::<(), huepack::Error>(())
/// ```
#[must_use]
pub fn grey(indexed: &Indexed, bits: u8) -> Option<Indexed> {
    let colors = indexed.palette().colors();
    let mut shades: Vec<Rgba8> = greys(bits).collect();
    let is_free = |shade: &Rgba8| bits == 8 && !colors.contains(shade);
    let transparent = shades.iter().position(is_free);
    let mut new_of = [0; 256];
    for (new, color) in new_of.iter_mut().zip(colors) {
        *new = match color[3] {
            0 => transparent?,
            _ => shades.iter().position(|shade| shade == color)?,
        } as u8;
    }
    if let Some(transparent) = transparent.filter(|_| colors.iter().any(|color| color[3] == 0)) {
        shades[transparent][3] = 0;
    }
    Some(reindexed(indexed, shades, &new_of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Palette;

    fn picture(colors: &[Rgba8]) -> Indexed {
        let indices = (0..colors.len()).map(|index| index as u8).rev().collect();
        Indexed::new(colors.len() as u32, 1, Palette::new(colors.to_vec()).unwrap(), indices).unwrap()
    }

    #[test]
    fn greys_fit_into_the_bits_that_can_state_them() {
        let opaque = |greys: &[u8]| greys.iter().map(|&grey| [grey, grey, grey, 255]).collect::<Vec<_>>();
        let cases: [(&[u8], &[u8]); 5] = [
            (&[0, 255], &[1, 2, 4, 8]),
            (&[85, 0], &[2, 4, 8]),
            (&[34, 255, 0], &[4, 8]),
            (&[1], &[8]),
            (&[128, 255, 0], &[8]),
        ];
        for (greys, wanted) in cases {
            let before = picture(&opaque(greys));
            let fits = |bits: &u8| grey(&before, *bits).is_some_and(|grey| grey.pixels().eq(before.pixels()));
            let fitting: Vec<u8> = [1, 2, 4, 8].into_iter().filter(fits).collect();
            assert_eq!(fitting, wanted, "{greys:?}");
        }
    }

    #[test]
    fn what_is_no_grey_or_partly_transparent_has_no_place() {
        for color in [[1, 1, 2, 255], [255, 0, 0, 255], [0, 0, 0, 254]] {
            assert_eq!(grey(&picture(&[[0, 0, 0, 255], color]), 8), None, "{color:?}");
        }
    }

    #[test]
    fn transparency_takes_a_free_shade_of_eight_bits() {
        let (black, clear) = ([0, 0, 0, 255], [0; 4]);
        let shades = |colors: &[Rgba8], bits| {
            grey(&picture(colors), bits).map(|grey| grey.palette().colors().to_vec())
        };
        assert_eq!(shades(&[black, clear], 8).unwrap()[..3], [black, [1, 1, 1, 0], [2, 2, 2, 255]]);
        for bits in [1, 2, 4] {
            assert_eq!(shades(&[black, clear], bits), None);
        }
        let all: Vec<Rgba8> = greys(8).collect();
        assert_eq!(shades(&all, 8).unwrap(), all);
        assert_eq!(shades(&[&all[..255], &[clear]].concat(), 8).unwrap()[255], [255, 255, 255, 0]);
    }
}
