//! Colour spaces of printing and measuring, whose profiles hold a table: left to the profile library.
//!
//! The library prefers fixed-point arithmetic but picks its code by the processor, so that a result may
//! differ by one step between machines. Nothing else in decoding does.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, Transform16BitExecutor, TransformOptions,
};

use super::Depth;
use crate::decode::samples::{Rgba16, narrow_pixel};
use crate::image::Rgba8;

/// Pixels that go through the library at a time: a small buffer on the stack of reads and writes.
const BATCH: usize = 1024;

/// A conversion to sRGB through a profile's table.
pub(in crate::decode) enum Lut {
    Eight(Arc<Transform8BitExecutor>),
    Sixteen(Arc<Transform16BitExecutor>),
}

impl Lut {
    pub(super) fn new(profile: &ColorProfile, depth: Depth) -> Option<Self> {
        let srgb = ColorProfile::new_srgb();
        let (rgba, options) = (Layout::Rgba, TransformOptions::default());
        match depth {
            Depth::Eight => profile.create_transform_8bit(rgba, &srgb, rgba, options).ok().map(Self::Eight),
            Depth::Sixteen => {
                profile.create_transform_16bit(rgba, &srgb, rgba, options).ok().map(Self::Sixteen)
            }
        }
    }

    pub(super) fn depth(&self) -> Depth {
        match self {
            Self::Eight(_) => Depth::Eight,
            Self::Sixteen(_) => Depth::Sixteen,
        }
    }

    pub(super) fn convert(&self, row: &mut [Rgba8]) {
        let Self::Eight(transform) = self else { unreachable!("built for 8 bits") };
        let mut converted = [[0; 4]; BATCH];
        for batch in row.chunks_mut(BATCH) {
            let converted = &mut converted[..batch.len()];
            transform
                .transform(batch.as_flattened(), converted.as_flattened_mut())
                .expect("both sides hold the same number of pixels");
            for (pixel, converted) in batch.iter_mut().zip(converted) {
                *pixel = [converted[0], converted[1], converted[2], pixel[3]];
            }
        }
    }

    pub(super) fn convert_deep(&self, row: &[Rgba16], out: &mut [Rgba8]) {
        let Self::Sixteen(transform) = self else { unreachable!("built for 16 bits") };
        let mut converted = [[0; 4]; BATCH];
        for (batch, out) in row.chunks(BATCH).zip(out.chunks_mut(BATCH)) {
            let converted = &mut converted[..batch.len()];
            transform
                .transform(batch.as_flattened(), converted.as_flattened_mut())
                .expect("both sides hold the same number of pixels");
            for ((out, converted), pixel) in out.iter_mut().zip(converted).zip(batch) {
                *out = narrow_pixel([converted[0], converted[1], converted[2], pixel[3]]);
            }
        }
    }
}

/// A converter of CMYK pixels, where 255 is full ink, to opaque sRGB; none without a usable profile.
pub(in crate::decode) fn cmyk_converter(icc: &[u8]) -> Option<impl Fn(&mut [Rgba8]) + use<>> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    // The library lays four inks out as it does red, green, blue and alpha.
    let transform = profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options).ok()?;
    Some(move |pixels: &mut [Rgba8]| {
        let mut converted = [[0; 3]; BATCH];
        for batch in pixels.chunks_mut(BATCH) {
            let converted = &mut converted[..batch.len()];
            transform
                .transform(batch.as_flattened(), converted.as_flattened_mut())
                .expect("both sides hold the same number of pixels");
            for (pixel, &mut [red, green, blue]) in batch.iter_mut().zip(converted) {
                *pixel = [red, green, blue, 255];
            }
        }
    })
}
