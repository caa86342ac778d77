//! The sRGB transfer function (IEC 61966-2-1), without the `powf` of std: its last bits differ from platform
//! to platform, and they would reach the palette.

/// Linear light, 0 to 1, of the encoded values 0, 1, … 255, and 255 once more for interpolation.
const LINEAR: [f32; 257] = {
    let mut table = [1.0; 257];
    let mut i = 0;
    while i < 256 {
        table[i] = decode(i as f64 / 255.0) as f32;
        i += 1;
    }
    table
};

/// Linear light halfway (in encoded value) between byte `i` and `i + 1`: where rounding changes.
const STEPS: [f32; 255] = {
    let mut table = [0.0; 255];
    let mut i = 0;
    while i < 255 {
        table[i] = decode((i as f64 + 0.5) / 255.0) as f32;
        i += 1;
    }
    table
};

/// Linear light, 0 to 1, of a byte.
#[inline(always)]
pub(super) fn light(byte: u8) -> f32 {
    LINEAR[usize::from(byte)]
}

/// Linear light, 0 to 1, of an encoded value from 0 to 255; between the bytes a straight line.
#[inline]
pub(crate) fn to_linear(encoded: f32) -> f32 {
    let below = encoded as usize & 255;
    LINEAR[below] + (encoded - below as f32) * (LINEAR[below + 1] - LINEAR[below])
}

/// The byte whose linear light is nearest in encoded value.
pub(crate) fn from_linear(linear: f32) -> u8 {
    STEPS.partition_point(|&step| step <= linear) as u8
}

/// Cube root for values from 0 to a little over 1, within one unit in the last place. Without a division or a branch,
/// so that vectors are fast at it: three of them a pixel are most of what Oklab costs.
#[inline(always)]
pub(super) fn cbrt(x: f32) -> f32 {
    // The inverse root first. A third of the exponent, 341 / 1024, is within 4 %; two steps of Halley's method, each
    // tripling the digits, make that exact, and one of Newton's takes back the rounding.
    let third = ((x.to_bits() >> 8).wrapping_mul(341)) >> 2;
    let mut inverse = f32::from_bits(0x549d_0000_u32.wrapping_sub(third));
    for _ in 0..2 {
        let miss = 1.0 - (x * inverse) * (inverse * inverse);
        inverse += inverse * miss * (1.0 / 3.0 + 2.0 / 9.0 * miss);
    }
    let square = inverse * inverse;
    let root = x * square;
    root - (root * (root * root) - x) * (square * (1.0 / 3.0))
}

const fn decode(encoded: f64) -> f64 {
    if encoded <= 0.04045 {
        return encoded / 12.92;
    }
    let x = (encoded + 0.055) / 1.055;
    // x^2.4 = x² · (x²)^(1/5)
    x * x * fifth_root(x * x)
}

/// Newton's method on `r⁵ = x` for x in 0.003 ..= 1, from above: monotone, settled long before 60 steps.
const fn fifth_root(x: f64) -> f64 {
    let mut root = 1.0;
    let mut step = 0;
    while step < 60 {
        let fourth = root * root * root * root;
        root -= (root * fourth - x) / (5.0 * fourth);
        step += 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree_with_the_formula() {
        for i in 0..=255_u8 {
            let x = f64::from(i) / 255.0;
            let wanted = if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) };
            assert!((f64::from(to_linear(f32::from(i))) - wanted).abs() < 1e-7);
            assert_eq!(from_linear(to_linear(f32::from(i))), i);
        }
    }

    #[test]
    fn cube_roots_are_cube_roots() {
        for i in 0..10_000_u16 {
            let x = f32::from(i) / 9_000.0;
            assert!((cbrt(x) - x.cbrt()).abs() <= 1.5e-7, "{x}");
        }
        // The darkest that there is: a third of a step of the least weighed channel.
        for i in 0..1_000_u16 {
            let x = 1e-6 * f32::from(i);
            assert!((cbrt(x) / x.cbrt() - 1.0).abs() <= 2.5e-7 || x == 0.0, "{x}");
        }
        assert_eq!(cbrt(0.0), 0.0);
    }
}
