//! The registers of x86-64. Each operation is one instruction or two. A register is used only in kernels that were
//! compiled for its instruction set, on processors that have it: [`Simd::run`](super::Simd::run) sees to both.

use std::arch::x86_64::*;

use super::vector::Vector;

/// A register with its mask, and the instructions for each operation.
macro_rules! register {
    (
        $register:ty, $mask:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident,
        $mul:ident,
        less($x:ident, $y:ident) $less:expr,
        select($choice:ident, $yes:ident, $no:ident) $select:expr,
        bits($truth:ident) $bits:expr,
        least($own:ident) $least:expr
        $(, compress($number:ident, $where:ident) $compress:expr)?
    ) => {
        // SAFETY of every block: the processor has the instruction, see the head of the file. Loads and stores may be
        // unaligned, and their slices are as long as the register.
        #[expect(clippy::undocumented_unsafe_blocks, reason = "one comment for all, above")]
        impl Vector for $register {
            type Mask = $mask;

            const LANES: usize = $lanes;

            #[inline(always)]
            fn splat(value: f32) -> Self {
                unsafe { $splat(value) }
            }

            #[inline(always)]
            fn load(from: &[f32]) -> Self {
                let from = &from[..$lanes];
                unsafe { $load(from.as_ptr()) }
            }

            #[inline(always)]
            fn store(self, to: &mut [f32]) {
                let to = &mut to[..$lanes];
                unsafe { $store(to.as_mut_ptr(), self) }
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                unsafe { $add(self, other) }
            }

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                unsafe { $sub(self, other) }
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                unsafe { $mul(self, other) }
            }

            #[inline(always)]
            fn less(self, other: Self) -> $mask {
                let ($x, $y) = (self, other);
                unsafe { $less }
            }

            #[inline(always)]
            fn select($choice: $mask, $yes: Self, $no: Self) -> Self {
                unsafe { $select }
            }

            #[inline(always)]
            fn bits($truth: $mask) -> u32 {
                unsafe { $bits }
            }

            #[inline(always)]
            fn least(self) -> f32 {
                let $own = self;
                unsafe { $least }
            }

            $(
                #[inline(always)]
                fn compress(self, $where: $mask, to: &mut [f32]) {
                    let $number = self;
                    let compressed = unsafe { $compress };
                    compressed.store(to);
                }
            )?
        }
    };
}

register!(
    __m128, __m128, 4, _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_add_ps, _mm_sub_ps,
    _mm_mul_ps,
    less(x, y) _mm_cmplt_ps(x, y),
    // SSE2 has no blend.
    select(mask, yes, no) _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no)),
    bits(mask) _mm_movemask_ps(mask) as u32,
    least(x) {
        let two = _mm_min_ps(x, _mm_movehl_ps(x, x));
        _mm_cvtss_f32(_mm_min_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }
);

register!(
    __m256, __m256, 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_add_ps, _mm256_sub_ps,
    _mm256_mul_ps,
    less(x, y) _mm256_cmp_ps::<_CMP_LT_OQ>(x, y),
    select(mask, yes, no) _mm256_blendv_ps(no, yes, mask),
    bits(mask) _mm256_movemask_ps(mask) as u32,
    least(x) _mm_min_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x)).least()
);

register!(
    __m512, __mmask16, 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_add_ps, _mm512_sub_ps,
    _mm512_mul_ps,
    less(x, y) _mm512_cmp_ps_mask::<_CMP_LT_OQ>(x, y),
    select(mask, yes, no) _mm512_mask_blend_ps(mask, no, yes),
    bits(mask) _cvtmask16_u32(mask),
    least(x) _mm512_reduce_min_ps(x),
    compress(x, mask) _mm512_maskz_compress_ps(mask, x)
);
