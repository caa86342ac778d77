//! Sizes checked before memory is asked for.

use crate::error::{Error, Result};
use crate::image::Rgba8;
use crate::memory::{self, Memory};

pub(super) use crate::memory::zeroed;

/// How large a picture may be.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) max_pixels: u64,
    pub(super) max_memory: u64,
    pub(super) max_frames: u32,
    /// What follows the decoding, beside the picture.
    pub(super) work: Memory,
    /// Bytes of the file, which stays in memory.
    pub(super) file: u64,
}

impl Default for Limits {
    fn default() -> Self {
        // 16,384 pixels squared is the largest square that WebP holds. At the 8 bytes a pixel that most
        // paths need, the two limits meet.
        Self {
            max_pixels: 256 << 20,
            max_memory: 2 << 30,
            max_frames: 1 << 16,
            work: Memory::default(),
            file: 0,
        }
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
        // The decoder is gone when the work begins.
        let decoding = pixels.saturating_mul(bytes_per_pixel);
        let work = (pixels * size_of::<Rgba8>() as u64).saturating_add(self.work.bytes(pixels));
        let wanted = decoding.max(work);
        let bytes = wanted.saturating_add(self.file);
        if bytes > self.max_memory {
            return Err(Error::TooMuchMemory { width, height, bytes, limit: self.max_memory });
        }
        // Decoders take buffers of their own without asking.
        memory::check(wanted)
    }
}

/// A picture's worth of transparent pixels.
pub(super) fn transparent_pixels(width: u32, height: u32) -> Result<Vec<Rgba8>> {
    zeroed(u64::from(width) * u64::from(height))
}
