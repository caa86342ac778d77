//! Huffman codes and bits of entropy-coded data (T.81 annexes C and F.2.2).

/// Codes of up to this many bits are looked up at once; longer ones are rare.
const LOOKUP_BITS: u32 = 9;

/// A Huffman table, ready to decode with.
#[derive(Clone)]
pub(super) struct Huffman {
    /// Code length and symbol by the next `LOOKUP_BITS` bits; a length of 0 stands for a longer code.
    lookup: Box<[(u8, u8); 1 << LOOKUP_BITS]>,
    /// For each length, the first code past those of this length, moved to the top of 16 bits.
    limit: [u32; 17],
    /// For each length, what to add to a code for its place among the symbols.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl Huffman {
    /// A table of `counts[i]` codes of `i + 1` bits; none where there are more codes than bits for them.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut table = Self {
            lookup: Box::new([(0, 0); 1 << LOOKUP_BITS]),
            limit: [0; 17],
            offset: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0u32, 0usize);
        for length in 1..=16u32 {
            let count = u32::from(counts[length as usize - 1]);
            if code + count > 1 << length {
                return None;
            }
            table.offset[length as usize] = place as i32 - code as i32;
            if length <= LOOKUP_BITS {
                let span = 1usize << (LOOKUP_BITS - length);
                for (i, &symbol) in symbols[place..place + count as usize].iter().enumerate() {
                    let start = (code as usize + i) * span;
                    table.lookup[start..start + span].fill((length as u8, symbol));
                }
            }
            code += count;
            place += count as usize;
            table.limit[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }
}

/// Reads bits of one interval of entropy-coded data, which holds no marker.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Bits at hand, the next one at the top.
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, buffer: 0, count: 0 }
    }

    /// Fills the buffer to more than 48 bits, or with all that is left.
    fn refill(&mut self) {
        while self.count <= 56 {
            let Some((&byte, rest)) = self.data.split_first() else { return };
            // A byte of 255 is followed by a zero that is not data (clause F.1.2.3).
            self.data = if byte == 0xFF { rest.split_first().map_or(rest, |(_, rest)| rest) } else { rest };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Whether no whole code can be left.
    pub(super) fn is_empty(&self) -> bool {
        self.data.is_empty() && self.count < 16
    }

    /// Takes up to 16 bits; none at the end of the data.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        if self.count < count {
            self.refill();
        }
        if count == 0 {
            return Some(0);
        }
        self.count = self.count.checked_sub(count)?;
        let bits = self.buffer >> (64 - count);
        self.buffer <<= count;
        Some(bits as u32)
    }

    /// Whether nothing but padding is left. Cameras pad with zeroes or with the ones of a fill byte.
    pub(super) fn is_spent(&self) -> bool {
        let buffered = (self.buffer << (self.count % 8)).to_be_bytes();
        let buffered = &buffered[..self.count as usize / 8];
        buffered.iter().chain(self.data).all(|byte| matches!(byte, 0x00 | 0xFF))
    }

    /// Takes one code and returns its symbol; none at the end of the data and for a code without symbol.
    pub(super) fn symbol(&mut self, table: &Huffman) -> Option<u8> {
        if self.count < 16 {
            self.refill();
        }
        let (length, symbol) = table.lookup[(self.buffer >> (64 - LOOKUP_BITS)) as usize];
        if length > 0 {
            self.take(u32::from(length))?;
            return Some(symbol);
        }
        let next = (self.buffer >> 48) as u32;
        let length = (LOOKUP_BITS + 1..=16).find(|&length| next < table.limit[length as usize])?;
        let code = self.take(length)? as i32;
        table.symbols.get((code + table.offset[length as usize]) as usize).copied()
    }
}
