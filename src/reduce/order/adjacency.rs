//! The order in which colours that meet in the picture are close to each other: a chain grown by insertion, then
//! mended by swaps. A linear arrangement of least cost cannot be found exactly, but one close to it takes
//! milliseconds.

use crate::indexed::Indexed;

/// Colours up to this far apart are tried in each other's place. 16 gets nearly all that swapping any two would.
const SWAP_REACH: usize = 16;

/// Most rounds of swaps; chains usually settle sooner.
const SWAP_ROUNDS: usize = 10;

/// The former indices in their new order.
pub(super) fn chain(indexed: &Indexed) -> Vec<usize> {
    let meetings = Meetings::of(indexed);
    let mut chain = grow(&meetings);
    swap(&mut chain, &meetings);
    turn(&mut chain, &indexed.uses());
    chain
}

/// How often each two colours stand side by side or one above the other.
struct Meetings {
    count: usize,
    /// A symmetric matrix.
    counts: Vec<i64>,
}

impl Meetings {
    fn of(indexed: &Indexed) -> Self {
        let count = indexed.palette().len();
        let mut meetings = Self { count, counts: vec![0; count * count] };
        let mut above: &[u8] = &[];
        for row in indexed.indices().chunks(indexed.width() as usize) {
            row.windows(2).for_each(|pair| meetings.add(pair[0], pair[1]));
            row.iter().zip(above).for_each(|(&a, &b)| meetings.add(a, b));
            above = row;
        }
        meetings
    }

    #[inline]
    fn add(&mut self, a: u8, b: u8) {
        let (a, b) = (usize::from(a), usize::from(b));
        if a != b {
            self.counts[a * self.count + b] += 1;
            self.counts[b * self.count + a] += 1;
        }
    }

    /// How often a colour meets each other one.
    fn of_color(&self, color: usize) -> &[i64] {
        &self.counts[color * self.count..][..self.count]
    }
}

/// Grows the chain by the colour that meets those in it most often, wherever it lengthens the meetings least.
fn grow(meetings: &Meetings) -> Vec<usize> {
    let mut chain = Vec::with_capacity(meetings.count);
    let mut waiting: Vec<usize> = (0..meetings.count).collect();
    // How often each colour meets those in the chain; at first, any other, so that the busiest begins.
    let mut attached: Vec<i64> = waiting.iter().map(|&color| meetings.of_color(color).iter().sum()).collect();
    // Ties go to the lower index.
    while let Some(&next) = waiting.iter().max_by_key(|&&color| (attached[color], std::cmp::Reverse(color))) {
        if chain.is_empty() {
            attached.fill(0);
        }
        chain.insert(best_place(&chain, meetings, next), next);
        waiting.retain(|&color| color != next);
        for (attached, meets) in attached.iter_mut().zip(meetings.of_color(next)) {
            *attached += meets;
        }
    }
    chain
}

/// Where a new colour adds least to the sum of meetings times distance: what it meets itself, and the meetings
/// across its place, which it makes one longer.
fn best_place(chain: &[usize], meetings: &Meetings, new: usize) -> usize {
    let meets = meetings.of_color(new);
    let mut across = 0;
    let mut best = (i64::MAX, 0);
    for place in 0..=chain.len() {
        let distance = |j: usize| if j < place { place - j } else { j + 1 - place };
        let own: i64 = chain.iter().enumerate().map(|(j, &color)| meets[color] * distance(j) as i64).sum();
        best = best.min((own + across, place));
        if let Some(&passed) = chain.get(place) {
            let row = meetings.of_color(passed);
            across -= chain[..place].iter().map(|&color| row[color]).sum::<i64>();
            across += chain[place + 1..].iter().map(|&color| row[color]).sum::<i64>();
        }
    }
    best.1
}

/// Swaps colours while that brings the cost down: meetings times the logarithm of the distance, which is about
/// what a difference of indices costs in bits.
fn swap(chain: &mut [usize], meetings: &Meetings) {
    let mut place = vec![0; chain.len()];
    for (i, &color) in chain.iter().enumerate() {
        place[color] = i;
    }
    for _ in 0..SWAP_ROUNDS {
        let mut settled = true;
        for a in 0..chain.len() {
            for b in a + 1..chain.len().min(a + 1 + SWAP_REACH) {
                let (x, y) = (chain[a], chain[b]);
                let rows = meetings.of_color(x).iter().zip(meetings.of_color(y));
                let change: i64 = (0..)
                    .zip(rows)
                    .filter(|&(color, _)| color != x && color != y)
                    .map(|(color, (x, y))| {
                        let at: usize = place[color];
                        (x - y) * (LOG2[b.abs_diff(at)] - LOG2[a.abs_diff(at)])
                    })
                    .sum();
                if change < 0 {
                    chain.swap(a, b);
                    (place[x], place[y]) = (b, a);
                    settled = false;
                }
            }
        }
        if settled {
            break;
        }
    }
}

/// Turns the chain, as the ring that it is to differences of bytes, until the commonest colour has index 0: rows
/// then begin like their filter bytes. It is reversed first where that shifts the others less.
fn turn(chain: &mut [usize], uses: &[u64]) {
    let commonest = (0..chain.len()).max_by_key(|&i| (uses[chain[i]], std::cmp::Reverse(i))).unwrap_or(0);
    if commonest < chain.len() / 2 {
        chain.rotate_left(commonest);
    } else {
        chain.reverse();
        chain.rotate_right(commonest + 1);
    }
}

/// 256 log2(1 + d), in whole numbers: the logarithm of std differs from platform to platform.
const LOG2: [i64; 256] = {
    let mut table = [0; 256];
    let mut d = 0;
    while d < 256 {
        let exponent = (1 + d as u64).ilog2();
        // The mantissa, 1 to 2, with 30 bits behind the point. Each squaring brings out one more bit.
        let mut mantissa = (1 + d as u64) << (30 - exponent);
        let mut log = exponent as i64;
        let mut bit = 0;
        while bit < 8 {
            mantissa = (mantissa * mantissa) >> 30;
            let carry = mantissa >> 31;
            mantissa >>= carry;
            log = 2 * log + carry as i64;
            bit += 1;
        }
        table[d] = log;
        d += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_logarithms() {
        for (d, &log) in LOG2.iter().enumerate() {
            let wanted = 256.0 * (1.0 + d as f64).log2();
            assert!((wanted - log as f64).abs() <= 1.0, "{d}");
        }
    }
}
