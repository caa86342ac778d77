//! Linear-light RGB, each axis 0 to 255.

use super::srgb;

pub(super) fn from_srgb(rgb: [f32; 3]) -> [f32; 3] {
    rgb.map(|c| 255.0 * srgb::to_linear(c))
}

pub(super) fn to_srgb(axes: [f32; 3]) -> [u8; 3] {
    axes.map(|c| srgb::from_linear(c / 255.0))
}
