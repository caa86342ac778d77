//! Filters of PNG rows (PNG clause 9), on samples of at most one byte.

/// How the rows of a picture are filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Every row as it is.
    None,
    /// Every row as differences from the left.
    Sub,
    /// For each row the filter type after which its bytes have the least entropy.
    Entropy,
}

/// Filter types, by their numbers in the file.
const TYPES: usize = 5;

impl Filter {
    /// The rows, each behind the number of its filter type.
    pub(super) fn rows(self, samples: &[u8], row_bytes: usize) -> Vec<u8> {
        let mut filtered = Vec::with_capacity(samples.len() + samples.len() / row_bytes);
        let first = vec![0; row_bytes];
        let mut above = &first[..];
        let mut tried: [Vec<u8>; TYPES] = Default::default();
        for row in samples.chunks_exact(row_bytes) {
            match self {
                Self::None => push(&mut filtered, 0, row),
                Self::Sub => {
                    let [_, sub, ..] = &mut tried;
                    apply(1, row, above, sub);
                    push(&mut filtered, 1, sub);
                }
                Self::Entropy => {
                    tried.iter_mut().enumerate().for_each(|(kind, tried)| apply(kind, row, above, tried));
                    // Ties go to the lower number.
                    let best =
                        (0..TYPES).max_by_key(|&kind| (order(&tried[kind]), TYPES - kind)).unwrap_or(0);
                    push(&mut filtered, best as u8, &tried[best]);
                }
            }
            above = row;
        }
        filtered
    }
}

fn push(filtered: &mut Vec<u8>, kind: u8, row: &[u8]) {
    filtered.push(kind);
    filtered.extend_from_slice(row);
}

/// One row through a filter type. What is left of the row counts as zero, and so does what is above the picture.
fn apply(kind: usize, row: &[u8], above: &[u8], filtered: &mut Vec<u8>) {
    filtered.clear();
    // The first byte has nothing to its left. Slices of one length let the compiler drop the bounds.
    let (left, up, corner) = (&row[..row.len() - 1], &above[1..], &above[..above.len() - 1]);
    let rest = &row[1..];
    let average = |a: u8, b: u8| ((u16::from(a) + u16::from(b)) / 2) as u8;
    match kind {
        0 => filtered.extend_from_slice(row),
        1 => {
            filtered.push(row[0]);
            filtered.extend(rest.iter().zip(left).map(|(x, a)| x.wrapping_sub(*a)));
        }
        2 => filtered.extend(row.iter().zip(above).map(|(x, b)| x.wrapping_sub(*b))),
        3 => {
            filtered.push(row[0].wrapping_sub(average(0, above[0])));
            let rows = rest.iter().zip(left.iter().zip(up));
            filtered.extend(rows.map(|(x, (a, b))| x.wrapping_sub(average(*a, *b))));
        }
        _ => {
            filtered.push(row[0].wrapping_sub(above[0]));
            let rows = rest.iter().zip(left.iter().zip(up.iter().zip(corner)));
            filtered.extend(rows.map(|(x, (a, (b, c)))| x.wrapping_sub(paeth(*a, *b, *c))));
        }
    }
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
    fn unfiltered(filtered: &[u8], row_bytes: usize) -> Vec<u8> {
        let mut rows = vec![vec![0; row_bytes + 1]];
        for line in filtered.chunks_exact(row_bytes + 1) {
            let above = rows.last().unwrap().clone();
            let mut row = vec![0_u8];
            for (i, &byte) in (1..).zip(&line[1..]) {
                let (a, b, c) = (i32::from(row[i - 1]), i32::from(above[i]), i32::from(above[i - 1]));
                let nearest = [a, b, c].into_iter().min_by_key(|near| (a + b - c - near).abs()).unwrap();
                let predicted = [0, a, b, (a + b) / 2, nearest][usize::from(line[0])];
                row.push(byte.wrapping_add(predicted as u8));
            }
            rows.push(row);
        }
        rows[1..].iter().flat_map(|row| &row[1..]).copied().collect()
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
        for row_bytes in [1, 2, 7, 64] {
            let samples: Vec<u8> = (0..20).flat_map(|y| (0..row_bytes).map(move |x| byte(x, y))).collect();
            for filter in [Filter::None, Filter::Sub, Filter::Entropy] {
                let filtered = filter.rows(&samples, row_bytes as usize);
                assert_eq!(unfiltered(&filtered, row_bytes as usize), samples, "{filter:?}, {row_bytes}");
            }
        }
    }
}
