//! From linear light to 8-bit sRGB codes.

use super::curve::Curve;

/// Steps of linear light with a first guess each: fine enough that the guess is off by at most a few
/// codes in the darkest step, by none or one elsewhere.
const STEPS: usize = 4096;

/// Rounds linear light to the nearest sRGB code, exactly, with comparisons instead of powers.
pub(super) struct SrgbEncoder {
    /// `next[code]` is the light from which on the code is too small.
    next: [f32; 256],
    guess: [u8; STEPS],
}

impl SrgbEncoder {
    pub(super) fn new() -> Self {
        let mut next = [f32::INFINITY; 256];
        for (code, next) in next.iter_mut().enumerate().take(255) {
            *next = Curve::Srgb.linear((code as f64 + 0.5) / 255.0) as f32;
        }
        let mut guess = [0; STEPS];
        let mut code = 0;
        for (step, guess) in guess.iter_mut().enumerate() {
            while step as f32 / STEPS as f32 >= next[code] {
                code += 1;
            }
            *guess = code as u8;
        }
        Self { next, guess }
    }

    /// The code nearest to this light; what lies outside of sRGB is clipped.
    pub(super) fn encode(&self, light: f32) -> u8 {
        // A shaper has no light that is not a number; it would be black.
        if light.is_nan() || light <= 0.0 {
            return 0;
        }
        if light >= 1.0 {
            return 255;
        }
        let mut code = self.guess[(light * STEPS as f32) as usize];
        while light >= self.next[usize::from(code)] {
            code += 1;
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_light_gets_the_nearest_code() {
        let encoder = SrgbEncoder::new();
        for step in 0..=100_000u32 {
            let light = step as f32 / 100_000.0;
            let x = f64::from(light);
            let code = if x <= 0.003_130_8 { x * 12.92 } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 } * 255.0;
            assert!((f64::from(encoder.encode(light)) - code).abs() <= 0.501, "{light}");
        }
        assert_eq!(encoder.encode(f32::NAN), 0);
    }
}
