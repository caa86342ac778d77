//! Transfer curves: from a sample to linear light.

use moxcms::{ParametricCurve, ToneReprCurve};
// Correctly rounded on every machine, which the standard library does not promise for powers.
use pxfm::{f_exp, f_pow};

/// From a sample, 0 to 1, to linear light, where 1 is white.
#[derive(Clone, Debug)]
pub(in crate::decode) enum Curve {
    /// IEC 61966-2-1.
    Srgb,
    /// The sample to this power.
    Power(f64),
    /// ITU-R BT.709-6 item 1.2, and its kin in BT.601 and BT.2020.
    Bt709,
    /// SMPTE ST 240.
    Smpte240,
    /// Two decades, and two and a half, of logarithm (H.273 table 3, values 9 and 10).
    Log { decades: f64 },
    /// SMPTE ST 428-1.
    Cinema,
    /// Perceptual quantization, SMPTE ST 2084.
    Pq,
    /// Hybrid log-gamma, ARIB STD-B67.
    Hlg,
    /// `curveType` of an ICC profile (ICC.1:2022 clause 10.6) with its points.
    Table(Vec<u16>),
    /// `parametricCurveType` of an ICC profile (ICC.1:2022 clause 10.18): g, a, b, c, d, e, f.
    Parametric([f64; 7]),
}

/// The light of white paper in an HDR picture, in candela per square metre (ITU-R BT.2408-7, table 1).
const HDR_WHITE: f64 = 203.0;

impl Curve {
    /// The transfer characteristics of ITU-T H.273 table 3; none for what is reserved or unspecified.
    pub(super) fn of_code_point(transfer: u8) -> Option<Self> {
        Some(match transfer {
            1 | 6 | 11 | 12 | 14 | 15 => Self::Bt709,
            4 => Self::Power(2.2),
            5 => Self::Power(2.8),
            7 => Self::Smpte240,
            8 => Self::Power(1.0),
            9 => Self::Log { decades: 2.0 },
            10 => Self::Log { decades: 2.5 },
            13 => Self::Srgb,
            16 => Self::Pq,
            17 => Self::Cinema,
            18 => Self::Hlg,
            _ => return None,
        })
    }

    /// The curve of an ICC profile; none where its parameters make no sense.
    pub(super) fn of_icc(curve: &ToneReprCurve) -> Option<Self> {
        match curve {
            ToneReprCurve::Lut(points) => Some(match points[..] {
                [] => Self::Power(1.0),
                // One point is a power, as an unsigned number with 8 fractional bits.
                [power] => Self::Power(f64::from(power) / 256.0),
                _ => Self::Table(points.clone()),
            }),
            ToneReprCurve::Parametric(parameters) => {
                let p = ParametricCurve::new(parameters)?;
                Some(Self::Parametric([p.g, p.a, p.b, p.c, p.d, p.e, p.f].map(f64::from)))
            }
        }
    }

    /// The light of a sample, 0 to 1.
    pub(super) fn linear(&self, sample: f64) -> f64 {
        let x = sample;
        match self {
            Self::Srgb if x <= 0.040_45 => x / 12.92,
            Self::Srgb => f_pow((x + 0.055) / 1.055, 2.4),
            Self::Power(power) => f_pow(x, *power),
            Self::Bt709 if x < 0.081 => x / 4.5,
            Self::Bt709 => f_pow((x + 0.099) / 1.099, 1.0 / 0.45),
            Self::Smpte240 if x < 0.0913 => x / 4.0,
            Self::Smpte240 => f_pow((x + 0.1115) / 1.1115, 1.0 / 0.45),
            Self::Log { .. } if x <= 0.0 => 0.0,
            Self::Log { decades } => f_pow(10.0, (x - 1.0) * decades),
            Self::Cinema => f_pow(x, 2.6) * 52.37 / 48.0,
            Self::Pq => pq_candela(x) / HDR_WHITE,
            Self::Hlg => f_pow(hlg_scene_light(x), 1.2) * 1000.0 / HDR_WHITE,
            Self::Table(points) => between_points(points, x),
            Self::Parametric([g, a, b, c, d, e, f]) => {
                // `max` keeps the base of the power real where a profile's numbers do not fit together.
                if x < *d { c * x + f } else { f_pow((a * x + b).max(0.0), *g) + e }
            }
        }
    }
}

/// SMPTE ST 2084 clause 5.1.
fn pq_candela(sample: f64) -> f64 {
    let (m1, m2) = (2610.0 / 16_384.0, 2523.0 / 4096.0 * 128.0);
    let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 4096.0 * 32.0, 2392.0 / 4096.0 * 32.0);
    let root = f_pow(sample, 1.0 / m2);
    10_000.0 * f_pow((root - c1).max(0.0) / (c2 - c3 * root), 1.0 / m1)
}

/// The inverse of the curve in ITU-R BT.2100-2 table 5. The display's own gamma of 1.2, which belongs on
/// the luminance, is applied to each channel by the caller: exact for greys.
fn hlg_scene_light(sample: f64) -> f64 {
    let (a, b, c) = (0.178_832_77, 0.284_668_92, 0.559_910_73);
    if sample <= 0.5 { sample * sample / 3.0 } else { (f_exp((sample - c) / a) + b) / 12.0 }
}

fn between_points(points: &[u16], sample: f64) -> f64 {
    let place = sample.clamp(0.0, 1.0) * (points.len() - 1) as f64;
    let (index, part) = (place as usize, place.fract());
    let low = f64::from(points[index]);
    let high = f64::from(points[(index + 1).min(points.len() - 1)]);
    (low + (high - low) * part) / 65_535.0
}
