//! Colours and their numbers.

use crate::image::Rgba8;

/// Numbers for colours, in the order in which they come.
pub(super) struct Numbers {
    /// A hash table with open addresses: the number of a colour and one more, or zero.
    places: Vec<u32>,
    colors: Vec<Rgba8>,
    last: Option<(Rgba8, u32)>,
}

impl Numbers {
    /// For colours of so many pixels.
    pub(super) fn new(pixels: usize) -> Self {
        let places = vec![0; (2 * pixels.min(1 << 10)).next_power_of_two()];
        Self { places, colors: Vec::new(), last: None }
    }

    pub(super) fn colors(&self) -> &[Rgba8] {
        &self.colors
    }

    /// The number of a colour, a new one if it has none.
    pub(super) fn of(&mut self, color: Rgba8) -> u32 {
        if let Some((last, number)) = self.last
            && last == color
        {
            return number;
        }
        if 2 * (self.colors.len() + 1) > self.places.len() {
            self.grow();
        }
        let place = self.place(color);
        if self.places[place] == 0 {
            self.colors.push(color);
            self.places[place] = self.colors.len() as u32;
        }
        let number = self.places[place] - 1;
        self.last = Some((color, number));
        number
    }

    /// The number of a colour that has one.
    pub(super) fn get(&self, color: Rgba8) -> Option<u32> {
        self.places[self.place(color)].checked_sub(1)
    }

    /// Where a colour stands, or would.
    fn place(&self, color: Rgba8) -> usize {
        let bits = self.places.len().ilog2();
        // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
        let hash = u32::from_le_bytes(color).wrapping_mul(0x9e37_79b9);
        let mut place = (u64::from(hash) >> (u32::BITS - bits)) as usize;
        while let Some(number) = self.places[place].checked_sub(1)
            && self.colors[number as usize] != color
        {
            place = (place + 1) % self.places.len();
        }
        place
    }

    fn grow(&mut self) {
        self.places = vec![0; 2 * self.places.len()];
        for number in 0..self.colors.len() {
            let place = self.place(self.colors[number]);
            self.places[place] = number as u32 + 1;
        }
    }
}

/// Most colours of a table.
pub(super) const MOST_COLORS: usize = 256;

/// Gathers a table that many frames can use, so that they need none of their own.
pub(super) struct Shared {
    numbers: Numbers,
    /// Frames that each colour occurs in.
    frames: Vec<u32>,
}

impl Shared {
    pub(super) fn new() -> Self {
        Self { numbers: Numbers::new(MOST_COLORS), frames: Vec::new() }
    }

    /// Takes the colours of a frame in, if there is room for all of them.
    pub(super) fn add(&mut self, colors: &[Rgba8]) {
        let new = colors.iter().filter(|&&color| self.numbers.get(color).is_none()).count();
        if self.frames.len() + new > MOST_COLORS {
            return;
        }
        for &color in colors {
            let number = self.numbers.of(color) as usize;
            self.frames.resize(self.numbers.colors().len(), 0);
            self.frames[number] += 1;
        }
    }

    /// The table, what most frames use first: small indices have short codes.
    pub(super) fn finish(self) -> Numbers {
        let mut order: Vec<usize> = (0..self.frames.len()).collect();
        order.sort_by_key(|&number| std::cmp::Reverse(self.frames[number]));
        let mut sorted = Numbers::new(MOST_COLORS);
        for number in order {
            sorted.of(self.numbers.colors()[number]);
        }
        sorted
    }
}

/// The bits that say how long a table is, and the table, filled up with black (clauses 18 and 20).
pub(super) fn table(colors: &[Rgba8]) -> (u8, Vec<u8>) {
    let length = colors.len().next_power_of_two().max(2);
    let mut bytes: Vec<u8> = colors.iter().flat_map(|&[red, green, blue, _]| [red, green, blue]).collect();
    bytes.resize(3 * length, 0);
    (0x80 | (length.ilog2() as u8 - 1), bytes)
}
