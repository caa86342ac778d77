//! Where a result differs from its source, as a picture of heat on one scale for all.

use huepack::{Indexed, Palette, Result, Rgba8, encode};

/// Columns and rows of a map, of which a step is a colour. The place of a difference is seen at this size.
pub(super) const LONGEST: u32 = 96;

/// Hundredths of the lightness of white at the hot end. Of 162 photographs, screenshots and drawings that were packed with a
/// score of 80 or more, the most in any place is 2.1 at the median and 4.8 in one of twenty.
pub(super) const HOTTEST: f32 = 4.0;

/// Colours of the scale between the ends.
const STEPS: u8 = 48;

/// From nothing to much; lighter is more, so that it reads without colours too.
pub(super) const STOPS: [[u8; 3]; 5] =
    [[12, 10, 34], [86, 21, 110], [187, 55, 84], [249, 142, 9], [252, 255, 164]];

/// The map of differences as `measure::difference_map` gives them.
pub(super) fn png(differences: &[f32], (columns, rows): (u32, u32)) -> Result<Vec<u8>> {
    let step = |difference: &f32| {
        let part = (hundredths(*difference) / HOTTEST).clamp(0.0, 1.0);
        (part * f32::from(STEPS - 1)).round() as u8
    };
    let indexed =
        Indexed::new(columns, rows, Palette::new(colors())?, differences.iter().map(step).collect())?;
    encode::png::Options::new().encode(&indexed)
}

/// A distance in Oklab in hundredths of the lightness of white.
pub(super) fn hundredths(difference: f32) -> f32 {
    difference / 2.55
}

fn colors() -> Vec<Rgba8> {
    let most = u32::from(STEPS) - 1;
    let spans = STOPS.len() as u32 - 1;
    let color = |step: u32| {
        let at = step * spans;
        let (span, rest) = ((at / most).min(spans - 1), at - (at / most).min(spans - 1) * most);
        let (from, to) = (STOPS[span as usize], STOPS[span as usize + 1]);
        let mix = |channel: usize| {
            let (from, to) = (u32::from(from[channel]), u32::from(to[channel]));
            ((from * (most - rest) + to * rest + most / 2) / most) as u8
        };
        [mix(0), mix(1), mix(2), 255]
    };
    (0..=most).map(color).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use huepack::decode;

    #[test]
    fn the_scale_goes_from_one_end_to_the_other() {
        let colors = colors();
        let opaque = |[r, g, b]: [u8; 3]| [r, g, b, 255];
        assert_eq!((colors[0], colors[47]), (opaque(STOPS[0]), opaque(STOPS[4])));
        let light = |[r, g, b, _]: Rgba8| 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b);
        assert!(colors.windows(2).all(|pair| light(pair[0]) < light(pair[1])), "{colors:?}");
    }

    #[test]
    fn what_is_beyond_the_scale_has_its_last_colour() {
        let map = png(&[0.0, 1000.0], (2, 1)).unwrap();
        let image = decode::Options::new().decode(&map).unwrap().image;
        assert_eq!(image.pixels(), [[12, 10, 34, 255], [252, 255, 164, 255]]);
    }
}
