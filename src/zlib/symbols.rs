//! Lengths and distances as DEFLATE states them: a symbol and bits that follow it (RFC 1951, 3.2.5).

/// The shortest repeat that can be stated, and the longest.
pub(crate) const SHORTEST: usize = 3;
pub(crate) const LONGEST: usize = 258;

/// How far back a repeat may lie.
pub(crate) const WINDOW: usize = 1 << 15;

/// Symbols of distances.
pub(crate) const DISTANCES: usize = 30;

/// Codes of lengths, which follow the literals and the end of a block.
pub(super) const LENGTHS: usize = 29;

/// The code of a length, from 0.
#[inline(always)]
pub(crate) fn length_code(length: usize) -> usize {
    let from_zero = length - SHORTEST;
    if from_zero < 8 {
        return from_zero;
    }
    if length == LONGEST {
        return LENGTHS - 1;
    }
    let bits = from_zero.ilog2() as usize;
    4 * (bits - 1) + ((from_zero >> (bits - 2)) & 3)
}

/// Bits that follow a code of lengths: four codes have each number of them, but for the first eight and the last.
pub(crate) const fn length_bits(code: usize) -> u32 {
    if code < 8 || code == LENGTHS - 1 { 0 } else { (code / 4 - 1) as u32 }
}

/// The least length of a code.
pub(super) const fn least_length(code: usize) -> usize {
    match code {
        0..8 => SHORTEST + code,
        28 => LONGEST,
        _ => SHORTEST + ((4 + code % 4) << length_bits(code)),
    }
}

/// The code of a distance.
#[inline(always)]
pub(crate) fn distance_code(distance: usize) -> usize {
    let from_zero = distance - 1;
    if from_zero < 4 {
        return from_zero;
    }
    let bits = from_zero.ilog2() as usize;
    2 * bits + ((from_zero >> (bits - 1)) & 1)
}

/// Bits that follow a code of distances: two codes have each number of them, but for the first four.
pub(crate) const fn distance_bits(code: usize) -> u32 {
    (code / 2).saturating_sub(1) as u32
}

/// The least distance of a code.
pub(super) const fn least_distance(code: usize) -> usize {
    if code < 4 { 1 + code } else { 1 + ((2 + code % 2) << distance_bits(code)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_tables_of_the_specification() {
        for (length, code, bits, least) in [
            (3, 0, 0, 3),
            (10, 7, 0, 10),
            (11, 8, 1, 11),
            (18, 11, 1, 17),
            (115, 23, 4, 115),
            (257, 27, 5, 227),
            (258, 28, 0, 258),
        ] {
            assert_eq!(length_code(length), code, "{length}");
            assert_eq!((length_bits(code), least_length(code)), (bits, least), "{length}");
        }
        for (distance, code, bits, least) in [
            (1, 0, 0, 1),
            (4, 3, 0, 4),
            (5, 4, 1, 5),
            (6, 4, 1, 5),
            (7, 5, 1, 7),
            (9, 6, 2, 9),
            (24_576, 28, 13, 16_385),
            (24_577, 29, 13, 24_577),
            (32_768, 29, 13, 24_577),
        ] {
            assert_eq!(distance_code(distance), code, "{distance}");
            assert_eq!((distance_bits(code), least_distance(code)), (bits, least), "{distance}");
        }
    }

    #[test]
    fn every_length_and_distance_is_its_codes_least_and_what_follows() {
        for length in SHORTEST..=LONGEST {
            let code = length_code(length);
            assert!(length - least_length(code) < 1 << length_bits(code), "{length}");
        }
        for distance in 1..=WINDOW {
            let code = distance_code(distance);
            assert!(distance - least_distance(code) < 1 << distance_bits(code), "{distance}");
        }
    }
}
