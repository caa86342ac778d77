//! Filters of PNG rows (PNG clause 9).

/// How the rows of a picture are filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Every row as it is.
    None,
    /// Every row as differences from the left.
    Sub,
    /// Every row as differences from what its neighbours promise.
    Paeth,
    /// For each row the filter type after which its bytes have the least entropy.
    Entropy,
    /// For each row the filter type whose differences are the smallest (clause 12.7).
    MinSum,
}

/// Filter types, by their numbers in the file.
const TYPES: usize = 5;

impl Filter {
    /// The rows, each behind the number of its filter type; a pixel takes so many bytes, or one if it takes less.
    pub(super) fn rows(self, samples: &[u8], row_bytes: usize, pixel_bytes: usize) -> Vec<u8> {
        let mut filtered = Vec::with_capacity(samples.len() + samples.len() / row_bytes);
        let first = vec![0; row_bytes];
        let mut above = &first[..];
        let mut tried: [Vec<u8>; TYPES] = Default::default();
        for row in samples.chunks_exact(row_bytes) {
            let mut apply = |kind: usize| apply(kind, row, above, pixel_bytes, &mut tried[kind]);
            let kind = match self {
                Self::None => 0,
                Self::Sub => 1,
                Self::Paeth => 4,
                Self::Entropy | Self::MinSum => TYPES,
            };
            let kind = if kind < TYPES {
                apply(kind);
                kind
            } else {
                (0..TYPES).for_each(apply);
                let worth = |kind: usize| match self {
                    Self::MinSum => u64::MAX - sum(&tried[kind]),
                    _ => order(&tried[kind]),
                };
                // Ties go to the lower number.
                (0..TYPES).max_by_key(|&kind| (worth(kind), TYPES - kind)).unwrap_or(0)
            };
            filtered.push(kind as u8);
            filtered.extend_from_slice(&tried[kind]);
            above = row;
        }
        filtered
    }
}

/// One row through a filter type. What is left of the row counts as zero, and so does what is above the picture.
fn apply(kind: usize, row: &[u8], above: &[u8], pixel_bytes: usize, filtered: &mut Vec<u8>) {
    filtered.clear();
    // The first pixel has nothing to its left. Slices of one length let the compiler drop the bounds.
    let (first, rest) = row.split_at(pixel_bytes);
    let (above_first, up) = above.split_at(pixel_bytes);
    let (left, corner) = (&row[..rest.len()], &above[..rest.len()]);
    let average = |a: u8, b: u8| ((u16::from(a) + u16::from(b)) / 2) as u8;
    let firsts = first.iter().zip(above_first);
    match kind {
        0 => filtered.extend_from_slice(row),
        1 => {
            filtered.extend_from_slice(first);
            filtered.extend(rest.iter().zip(left).map(|(x, a)| x.wrapping_sub(*a)));
        }
        2 => filtered.extend(row.iter().zip(above).map(|(x, b)| x.wrapping_sub(*b))),
        3 => {
            filtered.extend(firsts.map(|(x, b)| x.wrapping_sub(average(0, *b))));
            let rows = rest.iter().zip(left.iter().zip(up));
            filtered.extend(rows.map(|(x, (a, b))| x.wrapping_sub(average(*a, *b))));
        }
        _ => {
            filtered.extend(firsts.map(|(x, b)| x.wrapping_sub(*b)));
            let rows = rest.iter().zip(left.iter().zip(up.iter().zip(corner)));
            filtered.extend(rows.map(|(x, (a, (b, c)))| x.wrapping_sub(paeth(*a, *b, *c))));
        }
    }
}

/// The sum of the differences, counted from zero up or down.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte.cast_signed().unsigned_abs())).sum()
}

/// The one of left, above and upper left that is nearest to left + above - upper left (clause 9.4).
fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let (left, up, corner) = (i16::from(a), i16::from(b), i16::from(c));
    let (to_left, to_up) = ((up - corner).abs(), (left - corner).abs());
    let to_corner = (left + up - 2 * corner).abs();
    let nearer = if to_up <= to_corner { b } else { c };
    if to_left <= to_up && to_left <= to_corner { a } else { nearer }
}

/// How much less entropy the bytes have than any: the sum of n log2 n over how often each value occurs.
fn order(bytes: &[u8]) -> u64 {
    // Four counts of each, since rows repeat values, and a count just written is slow to read.
    let mut counts = [[0_u32; 256]; 4];
    let (fours, rest) = bytes.as_chunks::<4>();
    for four in fours {
        for (counts, &byte) in counts.iter_mut().zip(four) {
            counts[usize::from(byte)] += 1;
        }
    }
    rest.iter().for_each(|&byte| counts[0][usize::from(byte)] += 1);
    let [a, b, c, d] = counts;
    (0..256).map(|i| u64::from(a[i] + b[i] + c[i] + d[i])).map(|count| count * log2(count)).sum()
}

/// About 256 log2(n), in whole numbers, since the logarithm of std differs from platform to platform: straight between
/// powers of two.
fn log2(n: u64) -> u64 {
    let exponent = u64::from((n | 1).ilog2());
    256 * exponent + (n << 8 >> exponent).saturating_sub(256)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Undoes the filters, by the text of clause 9.2.
    fn unfiltered(filtered: &[u8], row_bytes: usize, pixel_bytes: usize) -> Vec<u8> {
        let mut rows = vec![vec![0; row_bytes + pixel_bytes]];
        for line in filtered.chunks_exact(row_bytes + 1) {
            let above = rows.last().unwrap().clone();
            let mut row = vec![0_u8; pixel_bytes];
            for (i, &byte) in (pixel_bytes..).zip(&line[1..]) {
                let left = i - pixel_bytes;
                let (a, b, c) = (i32::from(row[left]), i32::from(above[i]), i32::from(above[left]));
                let nearest = [a, b, c].into_iter().min_by_key(|near| (a + b - c - near).abs()).unwrap();
                let predicted = [0, a, b, (a + b) / 2, nearest][usize::from(line[0])];
                row.push(byte.wrapping_add(predicted as u8));
            }
            rows.push(row);
        }
        rows[1..].iter().flat_map(|row| &row[pixel_bytes..]).copied().collect()
    }

    #[test]
    fn filtered_rows_can_be_read() {
        // Rows that suit one type each, and noise.
        let byte = |x: u32, y: u32| match y % 5 {
            0 => x * 3,
            1 => x * x * 7 % 61,
            2 => x * 3 + 100,
            3 => (x + y) * 5,
            _ => (x.wrapping_mul(2_654_435_761) ^ (y * 40_503)) >> 13,
        } as u8;
        for (row_bytes, pixel_bytes) in [(1, 1), (2, 1), (7, 1), (64, 1), (3, 3), (66, 3), (4, 4), (64, 4)] {
            let samples: Vec<u8> = (0..20).flat_map(|y| (0..row_bytes).map(move |x| byte(x, y))).collect();
            for filter in [Filter::None, Filter::Sub, Filter::Paeth, Filter::Entropy, Filter::MinSum] {
                let filtered = filter.rows(&samples, row_bytes as usize, pixel_bytes);
                let unfiltered = unfiltered(&filtered, row_bytes as usize, pixel_bytes);
                assert_eq!(unfiltered, samples, "{filter:?}, {row_bytes}, {pixel_bytes}");
            }
        }
    }
}
