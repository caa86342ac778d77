//! One source of a kernel, compiled for several instruction sets, the best of which is picked at run time.
//!
//! A kernel is code over a [`Vector`], some numbers at a time. What it computes does not depend on how many there are:
//! every lane goes through the same operations in the same order, the compiler fuses none of them, and whatever
//! crosses lanes (a minimum) is exact in any order. So every instruction set gives the same bits. A lone `f32` is a
//! vector too: the scalar twin of every kernel is the kernel itself.
//!
//! This is the only folder in which `unsafe` may stand.
#![expect(unsafe_code, reason = "instructions that the processor was found to have")]

#[cfg(target_arch = "aarch64")]
mod neon;
mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use vector::Vector;

/// The register that every processor of the architecture has.
#[cfg(target_arch = "x86_64")]
type Baseline = std::arch::x86_64::__m128;
#[cfg(target_arch = "aarch64")]
type Baseline = std::arch::aarch64::float32x4_t;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Baseline = f32;

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

    /// Does the work. To be compiled for an instruction set, it and what it calls in its loops must be
    /// `#[inline(always)]`.
    fn run<V: Vector>(self) -> Self::Output;
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
            Self::Scalar => kernel.run::<f32>(),
            // SAFETY: the processor has AVX2, as was just found.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if self.is_available() => unsafe { avx2(kernel) },
            // SAFETY: the processor has these parts of AVX-512, as was just found.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if self.is_available() => unsafe { avx512(kernel) },
            _ => kernel.run::<Baseline>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<std::arch::x86_64::__m256>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<std::arch::x86_64::__m512>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on numbers of all kinds.
    struct Everything<'a>(&'a [f32; 16], &'a [f32; 16]);

    impl Kernel for Everything<'_> {
        type Output = (usize, Vec<u32>);

        #[inline(always)]
        fn run<V: Vector>(self) -> (usize, Vec<u32>) {
            let mut results = [[0.0; 16]; 10];
            let points = std::array::from_fn(|i| [i as f32, -(i as f32), 0.5, 1e6 + i as f32]);
            let places: [u8; 16] = std::array::from_fn(|i| [255, 0, 3, 77, 130, 4, 1][i % 7]);
            let (mut bits, mut least, mut kept) = (0, f32::INFINITY, Vec::new());
            for from in (0..16).step_by(V::LANES) {
                let (a, b) = (V::load(&self.0[from..]), V::load(&self.1[from..]));
                let less = a.less(b);
                bits |= V::bits(less) << from;
                let done = [a.add(b), a.sub(b), a.mul(b), V::splat(a_third())];
                for (result, done) in results.iter_mut().zip(done) {
                    done.store(&mut result[from..]);
                }
                V::select(less, a, b).store(&mut results[4][from..]);
                V::gather(self.0, &places.map(|place| 3 * u32::from(place))[from..])
                    .store(&mut results[5][from..]);
                for (result, axis) in results[6..].iter_mut().zip(V::points(&points, &places[from..])) {
                    axis.store(&mut result[from..]);
                }
                let mut compressed = [0.0; 16];
                a.compress(less, &mut compressed);
                let many = V::bits(less).count_ones() as usize;
                kept.extend(compressed[..many].iter().map(|number| number.to_bits()));
                least = a.least().min(least);
            }
            let results = results.as_flattened().iter().map(|number| number.to_bits());
            (V::LANES, results.chain([bits, least.to_bits()]).chain(kept).collect())
        }
    }

    fn a_third() -> f32 {
        1.0 / 3.0
    }

    #[test]
    fn every_register_computes_what_a_lone_number_does() {
        let a = std::array::from_fn(|i| [0.1, -7.5, 3e8, 1e-40, f32::INFINITY, 2.5, 0.0, -0.3][i % 8]);
        let b = std::array::from_fn(|i| [0.7, -7.5, 1.1, 3.0, 5.0, f32::NAN, 1e-3][i % 7]);
        let runs: Vec<_> = Simd::available().map(|simd| simd.run(Everything(&a, &b))).collect();
        // Which bits a result that is no number has is not laid down, and no kernel makes one.
        let number = |bits: u32| if f32::from_bits(bits).is_nan() { f32::NAN.to_bits() } else { bits };
        let numbers = |run: &[u32]| -> Vec<u32> { run.iter().map(|&bits| number(bits)).collect() };
        assert_eq!(runs[0].0, 1);
        assert!(runs.is_sorted_by_key(|run| run.0));
        for run in &runs[1..] {
            assert_eq!(numbers(&run.1), numbers(&runs[0].1), "{} lanes", run.0);
        }
    }
}
