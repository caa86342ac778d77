//! From the colours of a file to sRGB.
//!
//! A [`Profile`] is what a file says about its colours; a [`Converter`] is the arithmetic that follows.
//! Metadata never refuses a picture: a profile that cannot be used is as good as none.

mod curve;
mod encode;
mod lut;
mod shaper;

use std::panic::{AssertUnwindSafe, catch_unwind};

use moxcms::{ColorProfile, DataColorSpace};

use super::samples::{Rgba16, narrow_pixel};
use crate::image::Rgba8;
pub(super) use curve::Curve;
use lut::Lut;
pub(super) use lut::cmyk_converter;
pub(super) use shaper::Primaries;
use shaper::Shaper;

/// What a file says about its colours.
pub(super) enum Profile<'a> {
    /// An ICC profile.
    Icc(&'a [u8]),
    /// Coding-independent code points (ITU-T H.273) of RGB: primaries, transfer, and whether samples use
    /// the full range.
    Cicp { primaries: u8, transfer: u8, full_range: bool },
    /// A transfer curve and chromaticities.
    Measured { curve: Curve, primaries: Primaries },
}

/// The channels that a picture has in its file. A grey profile fits grey pictures alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    Gray,
    Rgb,
}

/// The depth of the samples to convert.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Eight,
    Sixteen,
}

/// What becomes of an ICC profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ProfileUse {
    /// The pixels are converted to sRGB by it.
    #[default]
    Convert,
    /// The pixels stay in it, where it is one of RGB.
    Keep,
    /// Frames of a GIF stay as they are, whatever is said of their colours; other pixels are converted.
    Ignore,
}

/// Converts pixels to sRGB; alpha stays as it is.
pub(super) enum Converter {
    /// The samples are sRGB already, and stay byte for byte what they are.
    Keep,
    /// Curves and a matrix.
    Shaper(Box<Shaper>),
    /// A table over the colour space.
    Lut(Lut),
}

impl Converter {
    /// The converter that the first usable profile asks for; sRGB is assumed where there is none.
    pub(super) fn new(profiles: &[Profile<'_>], channels: Channels, depth: Depth) -> Self {
        Self::choose(profiles, channels, depth, ProfileUse::Convert).0
    }

    /// The converter, and the profile that the pixels stay in if they do.
    pub(super) fn choose(
        profiles: &[Profile<'_>],
        channels: Channels,
        depth: Depth,
        profile_use: ProfileUse,
    ) -> (Self, Option<Vec<u8>>) {
        for profile in profiles {
            let Some(converter) = Self::of(profile, channels, depth) else { continue };
            return match *profile {
                Profile::Icc(icc) if profile_use == ProfileUse::Keep && is_rgb(icc) => {
                    (Self::Keep, Some(icc.to_vec()))
                }
                _ => (converter, None),
            };
        }
        (Self::Keep, None)
    }

    fn of(profile: &Profile<'_>, channels: Channels, depth: Depth) -> Option<Self> {
        // Profiles come from anywhere, and their parser may have bugs that must not cost the picture.
        let built = catch_unwind(AssertUnwindSafe(|| Self::build(profile, channels, depth)));
        let converter = built.ok().flatten()?;
        Some(if converter.keeps_colors() { Self::Keep } else { converter })
    }

    fn build(profile: &Profile<'_>, channels: Channels, depth: Depth) -> Option<Self> {
        let shaper = match profile {
            Profile::Icc(bytes) => {
                let profile = ColorProfile::new_from_slice(bytes).ok()?;
                match (profile.color_space, channels) {
                    (DataColorSpace::Gray, Channels::Gray) => Shaper::of_gray_profile(&profile, depth)?,
                    (DataColorSpace::Rgb, _) if shaper::describes(&profile) => {
                        Shaper::of_rgb_profile(&profile, depth)?
                    }
                    (DataColorSpace::Rgb, _) => return Lut::new(&profile, depth).map(Self::Lut),
                    _ => return None,
                }
            }
            Profile::Cicp { primaries, transfer, full_range } => {
                Shaper::of_code_points(*primaries, *transfer, *full_range, depth)?
            }
            Profile::Measured { curve, primaries } => Shaper::of_measurements(curve, primaries, depth)?,
        };
        Some(Self::Shaper(Box::new(shaper)))
    }

    /// Converts a row of 8-bit pixels in place.
    pub(super) fn convert(&self, row: &mut [Rgba8]) {
        match self {
            Self::Keep => {}
            Self::Shaper(shaper) => shaper.convert(row),
            Self::Lut(lut) => lut.convert(row),
        }
    }

    /// Converts a row of 16-bit pixels and rounds it to 8 bits, in this order, so that the curves are
    /// applied at full depth.
    pub(super) fn convert_deep(&self, row: &[Rgba16], out: &mut [Rgba8]) {
        match self {
            Self::Keep => {
                for (out, &pixel) in out.iter_mut().zip(row) {
                    *out = narrow_pixel(pixel);
                }
            }
            Self::Shaper(shaper) => shaper.convert_deep(row, out),
            Self::Lut(lut) => lut.convert_deep(row, out),
        }
    }

    /// Whether the conversion moves no colour by more than one step, as between sRGB profiles of different
    /// makers, whose curves are tables and whose numbers are rounded.
    fn keeps_colors(&self) -> bool {
        let axis = (0..=255u8).step_by(15);
        let grid = axis.clone().flat_map(|red| {
            let axis = axis.clone();
            axis.clone().flat_map(move |green| axis.clone().map(move |blue| [red, green, blue, 255]))
        });
        let grid: Vec<Rgba8> = grid.collect();
        let deep: Vec<Rgba16> = grid.iter().map(|pixel| pixel.map(|v| u16::from(v) * 257)).collect();
        let mut converted = grid.clone();
        match self {
            Self::Shaper(shaper) if shaper.depth() == Depth::Eight => self.convert(&mut converted),
            Self::Lut(lut) if lut.depth() == Depth::Eight => self.convert(&mut converted),
            _ => self.convert_deep(&deep, &mut converted),
        }
        grid.as_flattened().iter().zip(converted.as_flattened()).all(|(a, b)| a.abs_diff(*b) <= 1)
    }
}

/// Whether a profile is one of RGB, by its header (ICC.1:2022 clause 7.2.6).
fn is_rgb(icc: &[u8]) -> bool {
    icc.get(16..20) == Some(b"RGB ")
}
