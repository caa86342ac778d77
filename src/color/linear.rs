//! Linear-light RGB, each axis 0 to 255.

use super::srgb;

/// From linear light, 0 to 1.
#[inline(always)]
pub(super) fn from_light(rgb: [f32; 3]) -> [f32; 3] {
    rgb.map(|c| 255.0 * c)
}

pub(super) fn to_srgb(axes: [f32; 3]) -> [u8; 3] {
    axes.map(|c| srgb::from_linear(c / 255.0))
}
