//! What LZW has a code for, as far as it has come.

use super::symbols::Symbols;

/// Codes that a dictionary holds (GIF89a specification, appendix F).
const MAX_CODES: usize = 1 << 12;

/// Most bits of a code.
const MAX_WIDTH: u32 = 12;

/// Twice the entries there can be, so that a search ends soon.
const PLACES: usize = 2 * MAX_CODES;

/// A tree of phrases: each code is a phrase of one symbol, or another code's with a symbol more.
#[derive(Debug)]
pub(super) struct Dictionary {
    first_free: usize,
    next: usize,
    /// Codes that were written since all was forgotten.
    codes: usize,
    /// By code: the symbols by which it can be made longer.
    longer: Vec<Symbols>,
    /// By code: that which it makes longer, and by what.
    shorter: Vec<(u16, u8)>,
    /// Codes by the code and the symbol they are made of, in open addresses; 0 is free.
    places: Box<[u32; PLACES]>,
}

impl Dictionary {
    /// For a palette of so many colours.
    pub(super) fn new(colors: usize) -> Self {
        // Two bits at least, even for one colour, and two codes that clear and end.
        let first_free = colors.next_power_of_two().max(4) + 2;
        Self {
            first_free,
            next: first_free,
            codes: 0,
            longer: vec![Symbols::NONE; MAX_CODES],
            shorter: (0..MAX_CODES).map(|code| (0, code as u8)).collect(),
            places: Box::new([0; PLACES]),
        }
    }

    /// Forgets all phrases but the single symbols.
    pub(super) fn clear(&mut self) {
        self.longer.fill(Symbols::NONE);
        self.places.fill(0);
        (self.next, self.codes) = (self.first_free, 0);
    }

    /// Whether nothing more can be learned.
    pub(super) fn is_full(&self) -> bool {
        self.next == MAX_CODES
    }

    /// Bits of the next code.
    pub(super) fn width(&self) -> u32 {
        let largest = self.first_free + self.codes.max(1) - 1;
        (usize::BITS - largest.leading_zeros()).min(MAX_WIDTH)
    }

    /// What a phrase can be made longer by.
    #[inline(always)]
    pub(super) fn longer(&self, code: u16) -> &Symbols {
        &self.longer[usize::from(code) % MAX_CODES]
    }

    /// The last symbol of a phrase, and the phrase without it.
    #[inline(always)]
    pub(super) fn split(&self, code: u16) -> (u16, u8) {
        self.shorter[usize::from(code) % MAX_CODES]
    }

    /// A phrase without so many of its last symbols.
    #[inline(always)]
    pub(super) fn shortened(&self, code: u16, without: usize) -> u16 {
        (0..without).fold(code, |code, _| self.split(code).0)
    }

    /// The code of a phrase that is made longer by a symbol that it can be made longer by.
    #[inline(always)]
    pub(super) fn extension(&self, code: u16, symbol: u8) -> u16 {
        let key = key(code, symbol);
        let mut place = place(key);
        while self.places[place] >> MAX_WIDTH != key && self.places[place] != 0 {
            place = (place + 1) % PLACES;
        }
        (self.places[place] % MAX_CODES as u32) as u16
    }

    /// Takes note of a code that was written, and of the symbol after it.
    #[inline(always)]
    pub(super) fn learn(&mut self, code: u16, symbol: u8) {
        self.codes += 1;
        if self.next == MAX_CODES {
            return;
        }
        if self.longer(code).has(symbol) {
            // A decoder learns from every code, new or not.
            self.next += 1;
            return;
        }
        let key = key(code, symbol);
        let mut place = place(key);
        while self.places[place] != 0 {
            place = (place + 1) % PLACES;
        }
        self.places[place] = key << MAX_WIDTH | self.next as u32;
        self.longer[usize::from(code)].insert(symbol);
        self.longer[self.next] = Symbols::NONE;
        self.shorter[self.next] = (code, symbol);
        self.next += 1;
    }
}

fn key(code: u16, symbol: u8) -> u32 {
    u32::from(code) << 8 | u32::from(symbol)
}

/// Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): 2^32 over the golden ratio.
fn place(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b9) >> (u32::BITS - PLACES.ilog2())) as usize
}
