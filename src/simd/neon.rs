//! The register of AArch64, which every such processor has.

use std::arch::aarch64::*;

use super::vector::Vector;

// SAFETY of every block: NEON is part of AArch64. Loads and stores may be unaligned, and their slices are as long as the
// register.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one comment for all, above")]
impl Vector for float32x4_t {
    type Mask = uint32x4_t;

    const LANES: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        unsafe { vdupq_n_f32(value) }
    }

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..4];
        unsafe { vld1q_f32(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..4];
        unsafe { vst1q_f32(to.as_mut_ptr(), self) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        unsafe { vaddq_f32(self, other) }
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        unsafe { vsubq_f32(self, other) }
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        unsafe { vmulq_f32(self, other) }
    }

    #[inline(always)]
    fn less(self, other: Self) -> uint32x4_t {
        unsafe { vcltq_f32(self, other) }
    }

    #[inline(always)]
    fn select(mask: uint32x4_t, yes: Self, no: Self) -> Self {
        unsafe { vbslq_f32(mask, yes, no) }
    }

    #[inline(always)]
    fn bits(mask: uint32x4_t) -> u32 {
        const PLACES: [u32; 4] = [1, 2, 4, 8];
        unsafe { vaddvq_u32(vandq_u32(mask, vld1q_u32(PLACES.as_ptr()))) }
    }

    #[inline(always)]
    fn least(self) -> f32 {
        unsafe { vminvq_f32(self) }
    }
}
