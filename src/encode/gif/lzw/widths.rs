//! How many bits the codes have.

/// Most bits of a code (GIF89a, appendix F).
const MAX_WIDTH: u32 = 12;

/// Codes that a dictionary can hold.
pub(super) const MAX_CODES: u16 = 1 << MAX_WIDTH;

/// Bits of the codes that follow a clear code, for one minimum code size.
#[derive(Clone, Debug)]
pub(super) struct Widths {
    min_code_size: u8,
    /// Bits of the first so many codes together, up to where every code has the same width.
    totals: Vec<u64>,
}

impl Widths {
    /// For a minimum code size of 2 to 8 bits.
    pub(super) fn new(min_code_size: u8) -> Self {
        let mut widths = Self { min_code_size, totals: vec![0] };
        let mut total = 0;
        for number in 1..=usize::from(MAX_CODES) {
            total += u64::from(widths.of(number));
            widths.totals.push(total);
        }
        widths
    }

    /// Bits an index.
    pub(super) fn min_code_size(&self) -> u8 {
        self.min_code_size
    }

    /// Empties the dictionary.
    pub(super) fn clear_code(&self) -> u16 {
        1 << self.min_code_size
    }

    /// Ends the picture.
    pub(super) fn end_code(&self) -> u16 {
        self.clear_code() + 1
    }

    /// Stands for the first phrase that the dictionary learns.
    pub(super) fn first_free(&self) -> u16 {
        self.clear_code() + 2
    }

    /// Bits of the `number`-th code after a clear, the first being 1: as many as the largest code takes that the
    /// decoder then knows. It has learned one less than it has read.
    pub(super) fn of(&self, number: usize) -> u32 {
        let largest = usize::from(self.first_free()) + number.max(1) - 2;
        (usize::BITS - largest.leading_zeros()).clamp(u32::from(self.min_code_size) + 1, MAX_WIDTH)
    }

    /// Bits of the first `count` codes after a clear.
    pub(super) fn total(&self, count: usize) -> u64 {
        let known = count.min(self.totals.len() - 1);
        self.totals[known] + u64::from(MAX_WIDTH) * (count - known) as u64
    }

    /// Bits of `count` codes and of the clear or end code after them.
    pub(super) fn closed(&self, count: usize) -> u64 {
        self.total(count) + u64::from(self.of(count + 1))
    }
}
