//! Colours as keys in Morton order (Morton 1966): the highest bits of red, green, blue and alpha, then the next ones.
//! Sorted by them, colours stand near to those that look alike, and a bin of neighbours is a run of the list.

use crate::image::Rgba8;
use crate::simd::{Kernel, Simd, Vector};

/// Each bit of a byte, three places apart.
const SPREAD: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            table[byte] |= ((byte as u32 >> bit) & 1) << (4 * bit);
            bit += 1;
        }
        byte += 1;
    }
    table
};

/// Twelve bits of an opaque colour's key with the four bits of alpha that belong between them.
const WITH_ALPHA: [u16; 4096] = {
    let mut table = [0; 4096];
    let mut bits = 0;
    while bits < 4096 {
        let mut group = 0;
        while group < 4 {
            let three = (bits >> (3 * group)) & 7;
            table[bits] |= ((three << 1 | 1) as u16) << (4 * group);
            group += 1;
        }
        bits += 1;
    }
    table
};

/// The two bits of each channel that a byte of a key holds.
const GATHER: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u32;
    while byte < 256 {
        let mut channel = 0;
        while channel < 4 {
            let two = (byte >> (7 - channel) & 1) << 1 | (byte >> (3 - channel) & 1);
            table[byte as usize] |= two << (8 * (3 - channel));
            channel += 1;
        }
        byte += 1;
    }
    table
};

/// The key of a colour; all that is fully transparent has key 0.
#[inline(always)]
pub(super) fn key_of([r, g, b, a]: Rgba8) -> u32 {
    let key = SPREAD[usize::from(r)] << 3
        | SPREAD[usize::from(g)] << 2
        | SPREAD[usize::from(b)] << 1
        | SPREAD[usize::from(a)];
    if a == 0 { 0 } else { key }
}

/// The colour of a key.
#[inline(always)]
pub(super) fn color_of(key: u32) -> Rgba8 {
    let gathered = key.to_be_bytes().into_iter().fold(0, |all, byte| all << 2 | GATHER[usize::from(byte)]);
    gathered.to_be_bytes()
}

/// The keys of opaque colours without the bits of alpha: 24 bits.
pub(super) fn opaque_keys(colors: &[Rgba8]) -> Vec<u32> {
    let mut keys = vec![0; colors.len()];
    Simd::default().run(OpaqueKeys { colors, keys: &mut keys });
    keys
}

struct OpaqueKeys<'a> {
    colors: &'a [Rgba8],
    keys: &'a mut [u32],
}

impl Kernel for OpaqueKeys<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for (key, &color) in self.keys.iter_mut().zip(self.colors) {
            let color = u32::from_le_bytes(color);
            *key = spread(color & 255) << 2 | spread(color >> 8 & 255) << 1 | spread(color >> 16 & 255);
        }
    }
}

/// Each bit of a byte, two places apart.
#[inline(always)]
fn spread(byte: u32) -> u32 {
    let fours = (byte | byte << 8) & 0x00_f00f;
    let twos = (fours | fours << 4) & 0x0c_30c3;
    (twos | twos << 2) & 0x24_9249
}

/// The key of an opaque colour, of the upper and lower twelve bits of that without alpha.
#[inline(always)]
pub(super) fn key_of_opaque(upper: usize, lower: usize) -> u32 {
    u32::from(WITH_ALPHA[upper]) << 16 | u32::from(WITH_ALPHA[lower])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_their_keys() {
        for color in [[255; 4], [1, 2, 4, 8], [0x12, 0xab, 0x80, 0xff], [0, 0, 0, 1]] {
            assert_eq!(color_of(key_of(color)), color);
        }
        assert_eq!(color_of(key_of([9, 9, 9, 0])), [0; 4]);
    }

    #[test]
    fn opaque_keys_gain_their_alpha() {
        let colors = [[255; 4], [1, 2, 4, 255], [0x12, 0xab, 0x80, 255], [0, 0, 0, 255]];
        for (color, opaque) in colors.into_iter().zip(opaque_keys(&colors)) {
            let opaque = opaque as usize;
            assert_eq!(key_of_opaque(opaque >> 12, opaque & 0xfff), key_of(color));
        }
    }

    #[test]
    fn high_bits_come_first() {
        assert_eq!(key_of([0x80, 0, 0, 1]), 1 << 31 | 1);
        assert!(key_of([0x80, 0, 0, 255]) > key_of([0x7f, 0xff, 0xff, 255]));
    }
}
