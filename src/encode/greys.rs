//! Palettes that a PNG need not hold, since its colour type implies them (PNG clause 11.2.1).

use crate::palette::{Palette, greys};

/// Every shade that a bit depth can state, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Greys {
    /// The sample that stands for transparent pixels.
    pub(super) transparent: Option<u8>,
}

impl Greys {
    /// The palette as shades, if it is all those of its depth, from black to white. One of them may be transparent at
    /// eight bits: with fewer, Pillow 13 takes the sample in tRNS for a grey of eight bits, and ffmpeg 5 does so too or
    /// shows the pixels opaque.
    pub(super) fn of(palette: &Palette) -> Option<Self> {
        let (colors, bits) = (palette.colors(), palette.bits_per_index());
        let is_every_shade = colors.len() == 1 << bits
            && colors.iter().zip(greys(bits)).all(|(color, shade)| color[..3] == shade[..3]);
        if !is_every_shade {
            return None;
        }
        let mut others = (0..=u8::MAX).zip(colors).filter(|(_, color)| color[3] < 255);
        match (others.next(), others.next()) {
            (None, _) => Some(Self { transparent: None }),
            (Some((sample, [.., 0])), None) if bits == 8 => Some(Self { transparent: Some(sample) }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Rgba8;

    fn of(colors: Vec<Rgba8>) -> Option<Option<u8>> {
        Greys::of(&Palette::new(colors).unwrap()).map(|greys| greys.transparent)
    }

    #[test]
    fn only_all_shades_of_a_depth_in_order_are_implied() {
        for bits in [1, 2, 4, 8] {
            let shades: Vec<Rgba8> = greys(bits).collect();
            assert_eq!(of(shades.clone()), Some(None), "{bits}");
            assert_eq!(of(shades.iter().rev().copied().collect()), None, "{bits}, light to dark");
            assert_eq!(of(shades[1..].to_vec()), None, "{bits}, one missing");
            let with = |index: usize, color| {
                let mut changed = shades.clone();
                changed[index] = color;
                of(changed)
            };
            assert_eq!(with(1, [255, 0, 0, 255]), None);
            assert_eq!(with(0, [0, 0, 0, 128]), None);
            assert_eq!(with(0, [0; 4]), (bits == 8).then_some(Some(0)), "{bits}");
        }
    }

    #[test]
    fn one_shade_may_be_transparent_and_no_more() {
        let mut shades: Vec<Rgba8> = greys(8).collect();
        shades[7][3] = 0;
        assert_eq!(of(shades.clone()), Some(Some(7)));
        shades[9][3] = 0;
        assert_eq!(of(shades), None);
    }
}
