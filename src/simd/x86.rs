//! The registers of x86-64. Each operation is one instruction or two. A register is used only in kernels that were
//! compiled for its instruction set, on processors that have it: [`Simd::run`](super::Simd::run) sees to both.

use std::arch::x86_64::*;

use super::vector::Vector;
use crate::color::Point;

/// A register with its mask, and the instructions for each operation.
macro_rules! register {
    (
        $register:ty, $mask:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident,
        $mul:ident,
        less($x:ident, $y:ident) $less:expr,
        select($choice:ident, $yes:ident, $no:ident) $select:expr,
        bits($truth:ident) $bits:expr,
        least($own:ident) $least:expr,
        quarters($quarter:ident) $quarters:expr,
        transpose($low:ident, $high:ident, $low_pair:ident, $high_pair:ident)
        $(, gather($table:ident, $last:ident, $places:ident) $gather:expr)?
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

            /// Four points lie in four registers of a quarter each; where registers are wider, so do the next four in
            /// their next quarters. Turning over every four by four numbers puts the axes side by side.
            #[inline(always)]
            fn points(table: &[Point; 256], at: &[u8]) -> [Self; 4] {
                let at = &at[..$lanes];
                let mut rows = [Self::splat(0.0); 4];
                for (number, row) in rows.iter_mut().enumerate() {
                    let mut $quarter = [std::ptr::null(); $lanes / 4];
                    for (quarter, at) in $quarter.iter_mut().zip(at[number..].iter().step_by(4)) {
                        *quarter = table[usize::from(*at)].as_ptr();
                    }
                    *row = unsafe { $quarters };
                }
                unsafe {
                    let [a, b, c, d] = rows;
                    let (ab, cd, ab_rest, cd_rest) = ($low(a, b), $low(c, d), $high(a, b), $high(c, d));
                    [
                        $low_pair(ab, cd),
                        $high_pair(ab, cd),
                        $low_pair(ab_rest, cd_rest),
                        $high_pair(ab_rest, cd_rest),
                    ]
                }
            }

            $(
                #[inline(always)]
                fn gather(table: &[f32], at: &[u32]) -> Self {
                    assert!(!table.is_empty(), "there is a last number");
                    let at = &at[..$lanes];
                    let ($table, $last, $places) = (table.as_ptr(), table.len() as i32 - 1, at.as_ptr());
                    unsafe { $gather }
                }
            )?

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
    },
    quarters(quarter) _mm_loadu_ps(quarter[0]),
    transpose(_mm_unpacklo_ps, _mm_unpackhi_ps, low_pairs_128, high_pairs_128)
);

register!(
    __m256, __m256, 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_add_ps, _mm256_sub_ps,
    _mm256_mul_ps,
    less(x, y) _mm256_cmp_ps::<_CMP_LT_OQ>(x, y),
    select(mask, yes, no) _mm256_blendv_ps(no, yes, mask),
    bits(mask) _mm256_movemask_ps(mask) as u32,
    least(x) _mm_min_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x)).least(),
    quarters(quarter) _mm256_set_m128(_mm_loadu_ps(quarter[1]), _mm_loadu_ps(quarter[0])),
    transpose(_mm256_unpacklo_ps, _mm256_unpackhi_ps, low_pairs_256, high_pairs_256),
    gather(table, last, places) {
        let places = _mm256_loadu_si256(places.cast());
        _mm256_i32gather_ps::<4>(table, _mm256_min_epu32(places, _mm256_set1_epi32(last)))
    }
);

register!(
    __m512, __mmask16, 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_add_ps, _mm512_sub_ps,
    _mm512_mul_ps,
    less(x, y) _mm512_cmp_ps_mask::<_CMP_LT_OQ>(x, y),
    select(mask, yes, no) _mm512_mask_blend_ps(mask, no, yes),
    bits(mask) _cvtmask16_u32(mask),
    least(x) _mm512_reduce_min_ps(x),
    quarters(quarter) {
        let first = _mm512_castps128_ps512(_mm_loadu_ps(quarter[0]));
        let half = _mm512_insertf32x4::<1>(first, _mm_loadu_ps(quarter[1]));
        _mm512_insertf32x4::<3>(
            _mm512_insertf32x4::<2>(half, _mm_loadu_ps(quarter[2])),
            _mm_loadu_ps(quarter[3]),
        )
    },
    transpose(_mm512_unpacklo_ps, _mm512_unpackhi_ps, low_pairs_512, high_pairs_512),
    gather(table, last, places) {
        let places = _mm512_loadu_si512(places.cast());
        _mm512_i32gather_ps::<4>(_mm512_min_epu32(places, _mm512_set1_epi32(last)), table)
    },
    compress(x, mask) _mm512_maskz_compress_ps(mask, x)
);

/// The first two numbers of each quarter of two registers, and the last two.
macro_rules! pairs {
    ($feature:literal, $register:ty, $low:ident, $high:ident, $shuffle:ident) => {
        #[inline]
        #[target_feature(enable = $feature)]
        fn $low(a: $register, b: $register) -> $register {
            $shuffle::<0x44>(a, b)
        }

        #[inline]
        #[target_feature(enable = $feature)]
        fn $high(a: $register, b: $register) -> $register {
            $shuffle::<0xEE>(a, b)
        }
    };
}

pairs!("sse2", __m128, low_pairs_128, high_pairs_128, _mm_shuffle_ps);
pairs!("avx", __m256, low_pairs_256, high_pairs_256, _mm256_shuffle_ps);
pairs!("avx512f", __m512, low_pairs_512, high_pairs_512, _mm512_shuffle_ps);
