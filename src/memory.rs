//! Memory asked for before it is needed, so that too little of it is an error and not an abort.

use crate::error::{Error, Result};

/// About the most that a stage takes beside the picture that it reads, by the number of pixels.
///
/// ```
/// use huepack::{Memory, Packer};
/// let memory = Packer::new().memory();
/// assert!(memory.bytes(24_000_000) < 600_000_000);
/// assert!(memory.bytes(0) > 0, "tables and threads take some as well");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Whatever the size.
    pub(crate) base: u64,
    /// For every pixel.
    pub(crate) per_pixel: u64,
    /// For each of the first [`COUNTED_PIXELS`], instead of `per_pixel` where that is less: colours are counted
    /// before anything else is made.
    pub(crate) per_counted_pixel: u64,
}

/// Pixels after which the tables of colours are full, and take no more. Four threads count at a time.
pub(crate) const COUNTED_PIXELS: u64 = 7 << 20;

impl Memory {
    /// Bytes for a picture of so many pixels.
    #[must_use]
    pub fn bytes(self, pixels: u64) -> u64 {
        let counting = self.per_counted_pixel * pixels.min(COUNTED_PIXELS);
        self.base + counting.max(self.per_pixel.saturating_mul(pixels))
    }

    /// The larger of the two, for stages that follow each other.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            base: self.base.max(other.base),
            per_pixel: self.per_pixel.max(other.per_pixel),
            per_counted_pixel: self.per_counted_pixel.max(other.per_counted_pixel),
        }
    }
}

/// An error where so many bytes are not to be had. Encoders and decoders that abort without memory are called
/// only after this.
///
/// Nothing is touched, so that asking costs no more than a call of the system.
pub(crate) fn check(bytes: u64) -> Result<()> {
    // Without a use of the memory, the compiler may leave the question out.
    std::hint::black_box(&with_room::<u8>(bytes)?);
    Ok(())
}

/// An empty vector with room for `length` items.
pub(crate) fn with_room<T>(length: u64) -> Result<Vec<T>> {
    let out_of_memory = || Error::OutOfMemory { bytes: length.saturating_mul(size_of::<T>() as u64) };
    let mut items = Vec::new();
    let length = usize::try_from(length).map_err(|_| out_of_memory())?;
    items.try_reserve_exact(length).map_err(|_| out_of_memory())?;
    Ok(items)
}

/// `length` zeroes.
pub(crate) fn zeroed<T: Default + Clone>(length: u64) -> Result<Vec<T>> {
    // The reservation only asks whether the memory is there. `vec![zero; n]` then takes pages that the
    // system zeroes on first touch, so that a header's mere claim costs no resident memory; filling the
    // reservation would touch every page.
    check(length.saturating_mul(size_of::<T>() as u64))?;
    Ok(vec![T::default(); length as usize])
}

/// A copy.
pub(crate) fn copied<T: Copy>(items: &[T]) -> Result<Vec<T>> {
    let mut copy = with_room(items.len() as u64)?;
    copy.extend_from_slice(items);
    Ok(copy)
}

/// As many items as the iterator has, of which there are `length`.
pub(crate) fn collected<T>(length: usize, items: impl Iterator<Item = T>) -> Result<Vec<T>> {
    let mut collected = with_room(length as u64)?;
    collected.extend(items);
    Ok(collected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_had_is_an_error() {
        assert!(matches!(check(u64::MAX), Err(Error::OutOfMemory { bytes: u64::MAX })));
        assert!(matches!(zeroed::<u64>(1 << 60), Err(Error::OutOfMemory { .. })));
        assert_eq!(zeroed::<u8>(3).unwrap(), [0; 3]);
    }

    #[test]
    fn counting_colours_sets_the_price_of_small_pictures_alone() {
        let memory = Memory { base: 1000, per_pixel: 10, per_counted_pixel: 36 };
        assert_eq!(memory.bytes(100), 4600);
        assert_eq!(memory.bytes(100 * COUNTED_PIXELS), 1000 + 1000 * COUNTED_PIXELS);
    }
}
