//! CIELAB (CIE 15:2004) of sRGB under its own white D65.

use super::srgb::{cbrt, from_linear};

/// XYZ of white: the sums of the matrix's rows, so that greys have a = b = 0.
const WHITE: [f32; 3] = [0.950_47, 1.0, 1.088_83];

/// From linear light, 0 to 1.
#[inline(always)]
pub(crate) fn from_light([r, g, b]: [f32; 3]) -> [f32; 3] {
    let x = compress((0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) * (1.0 / WHITE[0]));
    let y = compress((0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b) * (1.0 / WHITE[1]));
    let z = compress((0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) * (1.0 / WHITE[2]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

pub(super) fn to_srgb([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    let fy = (lightness + 16.0) / 116.0;
    let x = WHITE[0] * expand(fy + a / 500.0);
    let y = WHITE[1] * expand(fy);
    let z = WHITE[2] * expand(fy - b / 200.0);
    [
        from_linear(3.240_454_2 * x - 1.537_138_5 * y - 0.498_531_4 * z),
        from_linear(-0.969_266 * x + 1.876_010_8 * y + 0.041_556 * z),
        from_linear(0.055_643_4 * x - 0.204_025_9 * y + 1.057_225_2 * z),
    ]
}

/// The cube root, made straight near black. Both are worked out: vectors have no branches.
#[inline(always)]
fn compress(t: f32) -> f32 {
    let (root, line) = (cbrt(t), t * (841.0 / 108.0) + 4.0 / 29.0);
    if t > 216.0 / 24_389.0 { root } else { line }
}

/// The inverse of [`compress`].
fn expand(t: f32) -> f32 {
    if t > 6.0 / 29.0 { t * t * t } else { (t - 4.0 / 29.0) * (108.0 / 841.0) }
}
