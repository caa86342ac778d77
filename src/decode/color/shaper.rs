//! Colour spaces of three curves and a matrix: what nearly every profile outside of printing is.
//!
//! This is done here and not by the profile library because it must give the same bytes on every machine:
//! all powers are correctly rounded, and the sums are plain multiplications and additions in one order.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics, XyY,
};

use super::Depth;
use super::curve::Curve;
use super::encode::SrgbEncoder;
use crate::decode::samples::{Rgba16, narrow};
use crate::image::Rgba8;

type Matrix = [[f64; 3]; 3];

const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// CIE xy chromaticities of white, red, green and blue.
pub(in crate::decode) struct Primaries {
    pub(in crate::decode) white: (f32, f32),
    pub(in crate::decode) red: (f32, f32),
    pub(in crate::decode) green: (f32, f32),
    pub(in crate::decode) blue: (f32, f32),
}

impl Primaries {
    /// ITU-R BT.709, which are those of sRGB.
    pub(in crate::decode) const SRGB: Self =
        Self { white: (0.3127, 0.3290), red: (0.64, 0.33), green: (0.30, 0.60), blue: (0.15, 0.06) };
}

/// A conversion to sRGB: curve, matrix, sRGB code.
pub(in crate::decode) struct Shaper {
    /// Linear light of each sample value, for red, green and blue.
    linear: [Vec<f32>; 3],
    matrix: [[f32; 3]; 3],
    encoder: SrgbEncoder,
}

/// Whether curves and a matrix are all that the profile has. Tables go first where it has both
/// (ICC.1:2022 clause 9.2, the precedence of the AToB tags).
pub(super) fn describes(profile: &ColorProfile) -> bool {
    let tables =
        [&profile.lut_a_to_b_perceptual, &profile.lut_a_to_b_colorimetric, &profile.lut_a_to_b_saturation];
    profile.pcs == DataColorSpace::Xyz && tables.iter().all(|table| table.is_none())
}

impl Shaper {
    pub(super) fn of_rgb_profile(profile: &ColorProfile, depth: Depth) -> Option<Self> {
        let curve = |curve: &Option<ToneReprCurve>| Curve::of_icc(curve.as_ref()?);
        let curves = [curve(&profile.red_trc)?, curve(&profile.green_trc)?, curve(&profile.blue_trc)?];
        Self::new(curves.each_ref(), to_srgb(profile)?, Range::Full, depth)
    }

    /// A grey profile says how light a grey is; its white is the picture's white.
    pub(super) fn of_gray_profile(profile: &ColorProfile, depth: Depth) -> Option<Self> {
        let curve = Curve::of_icc(profile.gray_trc.as_ref()?)?;
        Self::new([&curve; 3], IDENTITY, Range::Full, depth)
    }

    pub(super) fn of_code_points(
        primaries: u8,
        transfer: u8,
        full_range: bool,
        depth: Depth,
    ) -> Option<Self> {
        let curve = Curve::of_code_point(transfer)?;
        // The library is asked for the primaries alone. It ignores reserved and unspecified ones, and
        // leaves the colorants at zero, which have no inverse use and are refused below.
        let profile = ColorProfile::new_from_cicp(CicpProfile {
            color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
            transfer_characteristics: TransferCharacteristics::Linear,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        });
        let range = if full_range { Range::Full } else { Range::Narrow };
        Self::new([&curve; 3], to_srgb(&profile)?, range, depth)
    }

    pub(super) fn of_measurements(curve: &Curve, primaries: &Primaries, depth: Depth) -> Option<Self> {
        let point = |(x, y): (f32, f32)| Chromaticity { x, y };
        let (x, y) = primaries.white;
        if y.is_nan() || y <= 0.0 {
            return None;
        }
        let mut profile = ColorProfile::new_srgb();
        profile.update_rgb_colorimetry(
            XyY { x: f64::from(x), y: f64::from(y), yb: 1.0 },
            ColorPrimaries {
                red: point(primaries.red),
                green: point(primaries.green),
                blue: point(primaries.blue),
            },
        );
        Self::new([curve; 3], to_srgb(&profile)?, Range::Full, depth)
    }

    fn new(curves: [&Curve; 3], matrix: Matrix, range: Range, depth: Depth) -> Option<Self> {
        let top = match depth {
            Depth::Eight => 255u32,
            Depth::Sixteen => 65_535,
        };
        let table = |curve: &Curve| -> Vec<f32> {
            let light = |value| curve.linear(range.unit(f64::from(value) / f64::from(top)));
            (0..=top).map(|value| light(value) as f32).collect()
        };
        let linear = curves.map(table);
        let usable = linear.iter().flatten().all(|light| light.is_finite());
        let matrix = matrix.map(|row| row.map(|factor| factor as f32));
        usable.then(|| Self { linear, matrix, encoder: SrgbEncoder::new() })
    }

    pub(super) fn depth(&self) -> Depth {
        if self.linear[0].len() == 256 { Depth::Eight } else { Depth::Sixteen }
    }

    pub(super) fn convert(&self, row: &mut [Rgba8]) {
        for pixel in row {
            let [red, green, blue, alpha] = *pixel;
            *pixel = self.pixel([red, green, blue].map(usize::from), alpha);
        }
    }

    pub(super) fn convert_deep(&self, row: &[Rgba16], out: &mut [Rgba8]) {
        for (out, &[red, green, blue, alpha]) in out.iter_mut().zip(row) {
            *out = self.pixel([red, green, blue].map(usize::from), narrow(alpha));
        }
    }

    fn pixel(&self, samples: [usize; 3], alpha: u8) -> Rgba8 {
        let [red, green, blue] = std::array::from_fn(|channel| self.linear[channel][samples[channel]]);
        let [r, g, b] = self.matrix.map(|[x, y, z]| self.encoder.encode(red * x + green * y + blue * z));
        [r, g, b, alpha]
    }
}

/// How samples use their numbers.
#[derive(Clone, Copy)]
enum Range {
    Full,
    /// Black at 16 and white at 235 of 255, as in video (H.273 clause 8.3).
    Narrow,
}

impl Range {
    fn unit(self, sample: f64) -> f64 {
        match self {
            Self::Full => sample,
            Self::Narrow => ((sample * 255.0 - 16.0) / 219.0).clamp(0.0, 1.0),
        }
    }
}

/// From the profile's linear colours to those of sRGB; none where the colorants span no space.
fn to_srgb(profile: &ColorProfile) -> Option<Matrix> {
    let determinant = profile.colorant_matrix().determinant()?;
    let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).v;
    let finite = matrix.as_flattened().iter().all(|factor| factor.is_finite());
    (finite && determinant.abs() > 1e-9).then_some(matrix)
}
