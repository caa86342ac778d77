//! The settings of huepack that make its curve.

use huepack::{Dither, Effort, Packer};

use super::point::Maker;

/// What is tried unless told otherwise, with each of [`LAMBDAS`].
pub(super) const COLORS: [usize; 3] = [256, 64, 16];

/// What a bit is worth; 0 takes no notice of bytes. At low scores many colours with the last two take fewer bytes than few
/// colours with less.
pub(super) const LAMBDAS: [f32; 10] = [0.0, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// One way to call huepack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    pub(super) effort: Effort,
    pub(super) colors: usize,
    pub(super) dither: Dither,
    pub(super) lambda: f32,
}

impl Setting {
    /// Every combination.
    pub(super) fn all(effort: Effort, colors: &[usize], dithers: &[Dither], lambdas: &[f32]) -> Vec<Self> {
        let mut settings = Vec::new();
        for &colors in colors {
            for &dither in dithers {
                settings.extend(lambdas.iter().map(|&lambda| Self { effort, colors, dither, lambda }));
            }
        }
        settings
    }

    /// The packer that does it.
    pub(super) fn packer(self) -> Packer {
        Packer::new().effort(self.effort).colors(self.colors).dither(self.dither).lambda(self.lambda)
    }

    pub(super) fn maker(self) -> Maker {
        Maker {
            program: "huepack".into(),
            colors: self.colors,
            dither: if self.dither == Dither::None { "none" } else { "auto" }.into(),
            knob: format!("lambda {}", self.lambda),
        }
    }
}
