//! Sizes checked before memory is asked for, and memory asked for without aborting.

use crate::error::{Error, Result};
use crate::image::Rgba8;

/// How large a picture may be.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) max_pixels: u64,
    pub(super) max_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        // 16,384 pixels squared is the largest square that WebP holds. At the 8 bytes a pixel that most
        // paths need, the two limits meet.
        Self { max_pixels: 256 << 20, max_memory: 2 << 30 }
    }
}

impl Limits {
    /// Checks a header's claim, at `bytes_per_pixel` of memory at the decoder's peak.
    pub(super) fn check(&self, width: u32, height: u32, bytes_per_pixel: u64) -> Result<()> {
        if width == 0 || height == 0 {
            return Err(Error::EmptyImage { width, height });
        }
        let pixels = u64::from(width) * u64::from(height);
        if pixels > self.max_pixels {
            let limit = format!("{} pixels", self.max_pixels);
            return Err(Error::TooLarge { width, height, limit });
        }
        if pixels.saturating_mul(bytes_per_pixel) > self.max_memory {
            let limit = format!("{} bytes of memory", self.max_memory);
            return Err(Error::TooLarge { width, height, limit });
        }
        Ok(())
    }
}

/// A picture's worth of transparent pixels.
pub(super) fn transparent_pixels(width: u32, height: u32) -> Result<Vec<Rgba8>> {
    zeroed(u64::from(width) * u64::from(height))
}

/// `length` zeroes, or an error where they do not fit into memory.
pub(super) fn zeroed<T: Default + Clone>(length: u64) -> Result<Vec<T>> {
    let out_of_memory = || Error::OutOfMemory { bytes: length.saturating_mul(size_of::<T>() as u64) };
    let length = usize::try_from(length).map_err(|_| out_of_memory())?;
    // The reservation only asks whether the memory is there. `vec![zero; n]` then takes pages that the
    // system zeroes on first touch, so that a header's mere claim costs no resident memory; filling the
    // reservation would touch every page.
    Vec::<T>::new().try_reserve_exact(length).map_err(|_| out_of_memory())?;
    Ok(vec![T::default(); length])
}
