//! Logarithms that are the same on every machine.

/// The logarithm to base 2 of a positive normal number, to 0.0002.
pub(crate) fn log2(x: f32) -> f32 {
    // x = 2^e · m with m from √½ to √2; ln m = 2 artanh((m - 1) / (m + 1)), by its series.
    let exponent = (x.to_bits().wrapping_sub(std::f32::consts::FRAC_1_SQRT_2.to_bits()) as i32) >> 23;
    let m = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23) as u32));
    let s = (m - 1.0) / (m + 1.0);
    let s2 = s * s;
    exponent as f32 + s * (2.885_39 + s2 * (0.961_796_7 + s2 * 0.577_078))
}

/// 2 to the power of so many eighths, from -1000 to 1000.
#[cfg(feature = "score")]
pub(crate) fn exp2_of_eighths(eighths: i32) -> f32 {
    const ROOTS: [f32; 8] = [
        1.0,
        1.090_507_7,
        1.189_207_1,
        1.296_839_6,
        std::f32::consts::SQRT_2,
        1.542_210_8,
        1.681_792_9,
        1.834_008_1,
    ];
    let power = f32::from_bits(((127 + eighths.div_euclid(8)) as u32) << 23);
    power * ROOTS[eighths.rem_euclid(8) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_those_of_the_standard_library() {
        for i in 1..=u16::MAX {
            let x = f32::from(i) * 37.7;
            assert!((log2(x) - x.log2()).abs() < 2e-4, "{x}: {} {}", log2(x), x.log2());
            let x = 1.0 / x;
            assert!((log2(x) - x.log2()).abs() < 2e-4, "{x}: {} {}", log2(x), x.log2());
        }
    }

    #[cfg(feature = "score")]
    #[test]
    fn powers_are_those_of_the_standard_library() {
        for eighths in -80..80 {
            let wanted = (eighths as f32 / 8.0).exp2();
            assert!((exp2_of_eighths(eighths) / wanted - 1.0).abs() < 1e-6, "{eighths}");
        }
    }
}
