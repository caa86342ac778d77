//! Sets of symbols.

/// Any of the 256 symbols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Symbols([u64; 4]);

impl Symbols {
    pub(super) const NONE: Self = Self([0; 4]);

    pub(super) fn only(symbol: u8) -> Self {
        let mut symbols = Self::NONE;
        symbols.insert(symbol);
        symbols
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, symbol: u8) {
        self.insert_from(usize::from(symbol), 1);
    }

    /// Takes in a symbol for each bit that is set, up to 64 from one on whose number divides by 64, or up to 16 by 16.
    #[inline(always)]
    pub(super) fn insert_from(&mut self, first: usize, bits: u32) {
        self.0[first / 64 % 4] |= u64::from(bits) << (first % 64);
    }

    #[inline(always)]
    pub(super) fn has(&self, symbol: u8) -> bool {
        self.0[usize::from(symbol) / 64] >> (symbol % 64) & 1 > 0
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.0[0] | self.0[1] | self.0[2] | self.0[3] == 0
    }

    /// Those that are in both.
    #[inline(always)]
    pub(super) fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Those that are not in the other.
    #[inline(always)]
    pub(super) fn and_not(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & !other.0[word]))
    }

    /// Takes each out, the lowest first.
    #[inline(always)]
    pub(super) fn each(self, mut work: impl FnMut(u8)) {
        for (word, mut left) in self.0.into_iter().enumerate() {
            while left != 0 {
                work((64 * word as u32 + left.trailing_zeros()) as u8);
                left &= left - 1;
            }
        }
    }
}
