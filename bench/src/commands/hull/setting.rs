//! The settings of huepack that make its curve.

use huepack::{Dither, Packer};

use super::point::Maker;
use crate::Result;

/// What is tried unless told otherwise, with both ditherings.
pub(super) const COLORS: [usize; 5] = [16, 32, 64, 128, 256];

/// What is tried with each of [`LAMBDAS`].
pub(super) const COLORS_OF_LAMBDAS: [usize; 4] = [256, 64, 32, 16];

/// How many times the rate counts beside the distortion.
pub(super) const LAMBDAS: [f32; 6] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// One way to call huepack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    pub(super) colors: usize,
    pub(super) dither: Dither,
    /// None leaves the packer's own.
    pub(super) lambda: Option<f32>,
}

impl Setting {
    /// Every combination; no lambdas stand for the packer's own.
    pub(super) fn all(colors: &[usize], dithers: &[Dither], lambdas: &[f32]) -> Vec<Self> {
        let lambdas: Vec<Option<f32>> =
            if lambdas.is_empty() { vec![None] } else { lambdas.iter().copied().map(Some).collect() };
        let mut settings = Vec::new();
        for &colors in colors {
            for &dither in dithers {
                settings.extend(lambdas.iter().map(|&lambda| Self { colors, dither, lambda }));
            }
        }
        settings
    }

    /// The packer that does it.
    pub(super) fn packer(self) -> Result<Packer> {
        let packer = Packer::new().colors(self.colors).dither(self.dither);
        match self.lambda {
            None => Ok(packer),
            // Here goes `Some(lambda) => Ok(packer.lambda(lambda))`.
            Some(lambda) => Err(format!("this huepack knows no lambda, got {lambda}").into()),
        }
    }

    pub(super) fn maker(self) -> Maker {
        Maker {
            program: "huepack".into(),
            colors: self.colors,
            dither: if self.dither == Dither::None { "none" } else { "auto" }.into(),
            knob: self.lambda.map_or("-".into(), |lambda| format!("lambda {lambda}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_lambdas_there_is_one_setting_for_each_size_and_dithering() {
        let settings = Setting::all(&COLORS, &[Dither::Auto, Dither::None], &[]);
        assert_eq!(settings.len(), 10);
        assert!(settings.iter().all(|setting| setting.packer().is_ok()));
        assert_eq!(Setting::all(&COLORS_OF_LAMBDAS, &[Dither::Auto], &LAMBDAS).len(), 24);
    }
}
