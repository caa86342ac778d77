//! The spaces that error is measured in: computed here, in double precision, and not by any peer's own code.

use std::sync::LazyLock;

use clap::ValueEnum;
use huepack::ColorSpace;

/// Three axes in the range of sRGB bytes.
pub(crate) type Point = [f64; 3];

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Space {
    Srgb,
    Oklab,
}

impl Space {
    /// As in records and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Srgb => "srgb",
            Self::Oklab => "oklab",
        }
    }

    /// As at the end of the names of peers that work in this space.
    pub(crate) fn name_in_peers(self) -> &'static str {
        match self {
            Self::Srgb => "sRGB",
            Self::Oklab => "Oklab",
        }
    }

    pub(crate) fn of_huepack(self) -> ColorSpace {
        match self {
            Self::Srgb => ColorSpace::Srgb,
            Self::Oklab => ColorSpace::Oklab,
        }
    }

    pub(crate) fn point(self, rgb: [u8; 3]) -> Point {
        match self {
            Self::Srgb => rgb.map(f64::from),
            Self::Oklab => oklab(rgb.map(|channel| LINEAR[usize::from(channel)])).map(|axis| 255.0 * axis),
        }
    }
}

pub(crate) fn distance_squared(a: Point, b: Point) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum()
}

/// The linear light of each byte (IEC 61966-2-1).
static LINEAR: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f64 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

/// Björn Ottosson, "A perceptual color space for image processing", 2020, with the matrices of 2021-01-25.
fn oklab([r, g, b]: [f64; 3]) -> Point {
    let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
    let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
    let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
    [
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_light_and_without_colour() {
        let [lightness, a, b] = Space::Oklab.point([255; 3]);
        assert!((lightness - 255.0).abs() < 1e-4 && a.abs() < 1e-4 && b.abs() < 1e-4);
    }

    #[test]
    fn red_is_where_css_has_it() {
        // CSS Color 4: red is oklab(0.62796 0.22486 0.12585).
        let red = Space::Oklab.point([255, 0, 0]);
        for (axis, wanted) in red.into_iter().zip([0.62796, 0.22486, 0.12585]) {
            assert!((axis / 255.0 - wanted).abs() < 1e-4, "{axis} {wanted}");
        }
    }
}
