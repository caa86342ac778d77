//! Bits of a DEFLATE stream (RFC 1951, 3.1.1), each byte from its lowest.

/// Bits on their way into bytes.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Those that are no whole byte yet, and how many.
    rest: u64,
    count: u32,
}

impl Writer {
    /// Behind such bytes.
    pub(super) fn after(bytes: Vec<u8>) -> Self {
        Self { bytes, rest: 0, count: 0 }
    }

    /// Adds the lowest bits of a number, 16 at most; the others are zeros.
    #[inline]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.rest |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend((self.rest as u32).to_le_bytes());
            self.rest >>= 32;
            self.count -= 32;
        }
    }

    /// The bytes, the last filled up with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let rest = self.rest.to_le_bytes();
        self.bytes.extend(&rest[..self.count.div_ceil(8) as usize]);
        self.bytes.shrink_to_fit();
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_fill_bytes_from_the_lowest() {
        let mut writer = Writer::after(vec![7]);
        for (bits, count) in [(1, 1), (0b10, 2), (0, 0), (0b11111, 5), (0x8001, 16), (0x7fff, 15), (1, 1)] {
            writer.put(bits, count);
        }
        assert_eq!(writer.finish(), [7, 0b1111_1101, 0x01, 0x80, 0xff, 0xff]);
        assert_eq!(Writer::default().finish(), []);
    }
}
