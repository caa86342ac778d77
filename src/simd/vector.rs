//! A register of numbers, whatever its width.

use crate::color::Point;

/// Some numbers that go through the same operations. None of these is fused with another, so that each lane holds what
/// a lone `f32` would.
pub(crate) trait Vector: Copy {
    /// A truth for each number.
    type Mask: Copy;

    /// How many numbers there are: 1, 4, 8 or 16.
    const LANES: usize;

    /// The same number everywhere.
    fn splat(value: f32) -> Self;

    /// The first numbers of a slice, which may be longer.
    fn load(from: &[f32]) -> Self;

    /// The numbers of a table at the first places of a slice, which may be longer. What lies behind the end of the table
    /// stands for its last.
    ///
    /// # Panics
    /// If the table is empty.
    #[inline(always)]
    fn gather(table: &[f32], at: &[u32]) -> Self {
        let mut numbers = [0.0; 16];
        for (number, &at) in numbers[..Self::LANES].iter_mut().zip(at) {
            *number = table[(at as usize).min(table.len() - 1)];
        }
        Self::load(&numbers)
    }

    /// The points of a table at the first places of a slice, which may be longer, by axis.
    #[inline(always)]
    fn points(table: &[Point; 256], at: &[u8]) -> [Self; 4] {
        std::array::from_fn(|axis| {
            let mut numbers = [0.0; 16];
            for (number, &at) in numbers[..Self::LANES].iter_mut().zip(at) {
                *number = table[usize::from(at)][axis];
            }
            Self::load(&numbers)
        })
    }

    /// Writes to the front of a slice, which may be longer.
    fn store(self, to: &mut [f32]);

    fn add(self, other: Self) -> Self;

    fn sub(self, other: Self) -> Self;

    fn mul(self, other: Self) -> Self;

    /// Where `self` is less.
    fn less(self, other: Self) -> Self::Mask;

    /// `yes` where the mask is true, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// A bit for each lane, the first the lowest.
    fn bits(mask: Self::Mask) -> u32;

    /// The least of its numbers. None of them may be no number.
    fn least(self) -> f32;

    /// Writes the numbers where the mask is true, side by side, to the front of a slice that has room for all lanes;
    /// what stands behind them there is lost.
    #[inline(always)]
    fn compress(self, mask: Self::Mask, to: &mut [f32]) {
        let mut numbers = [0.0; 16];
        self.store(&mut numbers);
        let (mut left, mut count) = (Self::bits(mask), 0);
        while left != 0 {
            to[count] = numbers[left.trailing_zeros() as usize];
            count += 1;
            left &= left - 1;
        }
    }
}

impl Vector for f32 {
    type Mask = bool;

    const LANES: usize = 1;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        value
    }

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        from[0]
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[0] = self;
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self + other
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self - other
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self * other
    }

    #[inline(always)]
    fn less(self, other: Self) -> bool {
        self < other
    }

    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }

    #[inline(always)]
    fn bits(mask: bool) -> u32 {
        u32::from(mask)
    }

    #[inline(always)]
    fn least(self) -> f32 {
        self
    }
}
