//! One source of a kernel, compiled for several instruction sets, the best of which is picked at run time.
//!
//! A kernel is plain code over arrays of `LANES` numbers. What it computes does not depend on how many there are:
//! every lane goes through the same operations in the same order, the compiler fuses none of them, and whatever
//! crosses lanes (a minimum) is exact in any order. So every instruction set gives the same bits.
//!
//! This is the only folder in which `unsafe` may stand.
#![expect(unsafe_code, reason = "calling a function with instructions that the processor was found to have")]

/// The instructions that kernels are compiled for. None changes a result; for measuring, and for tests of just that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Simd {
    /// One number at a time.
    Scalar,
    /// What every processor of the architecture has: SSE2 on x86-64, NEON on AArch64.
    Baseline,
    /// AVX2, eight numbers at a time.
    Avx2,
    /// AVX-512 (F, BW, DQ and VL), sixteen numbers at a time.
    Avx512,
}

/// Code that profits from wide registers.
pub(crate) trait Kernel {
    type Output;

    /// Does the work, about `LANES` numbers at a time. To be compiled for an instruction set, it and what it calls in
    /// its loops must be `#[inline(always)]`.
    fn run<const LANES: usize>(self) -> Self::Output;
}

impl Default for Simd {
    /// The widest that this processor has.
    fn default() -> Self {
        Self::available().next_back().unwrap_or(Self::Scalar)
    }
}

impl Simd {
    /// What this processor has, the widest last.
    pub fn available() -> impl DoubleEndedIterator<Item = Self> {
        [Self::Scalar, Self::Baseline, Self::Avx2, Self::Avx512]
            .into_iter()
            .filter(|simd| simd.is_available())
    }

    fn is_available(self) -> bool {
        match self {
            Self::Scalar | Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => std::is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                std::is_x86_feature_detected!("avx512f")
                    && std::is_x86_feature_detected!("avx512bw")
                    && std::is_x86_feature_detected!("avx512dq")
                    && std::is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// Runs a kernel with these instructions, or with what every processor has if this one lacks them.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Scalar => kernel.run::<1>(),
            // SAFETY: the processor has AVX2, as was just found.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if self.is_available() => unsafe { avx2(kernel) },
            // SAFETY: the processor has these parts of AVX-512, as was just found.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if self.is_available() => unsafe { avx512(kernel) },
            _ => kernel.run::<4>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<8>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<16>()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sum<'a>(&'a [f32]);

    impl Kernel for Sum<'_> {
        type Output = (usize, f32);

        #[inline(always)]
        fn run<const LANES: usize>(self) -> (usize, f32) {
            (LANES, self.0.iter().sum())
        }
    }

    #[test]
    fn every_level_runs_the_kernel_and_wider_ones_have_more_lanes() {
        let runs: Vec<_> = Simd::available().map(|simd| simd.run(Sum(&[1.0, 2.0, 3.5]))).collect();
        assert!(runs.is_sorted_by_key(|&(lanes, _)| lanes) && runs.len() >= 2);
        assert!(runs.iter().all(|&(_, sum)| sum == 6.5));
    }
}
