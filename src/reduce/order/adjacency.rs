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
        // By ordered pairs, one step each; 64 bits, since a colour may meet itself in every pixel of a picture.
        let mut pairs = vec![0_i64; 256 * count];
        let mut above: &[u8] = &[];
        for row in indexed.indices().chunks(indexed.width() as usize) {
            row.windows(2).for_each(|pair| pairs[usize::from(pair[0]) << 8 | usize::from(pair[1])] += 1);
            row.iter().zip(above).for_each(|(&a, &b)| pairs[usize::from(a) << 8 | usize::from(b)] += 1);
            above = row;
        }
        let mut counts = vec![0; count * count];
        for a in 0..count {
            for b in 0..a {
                let met = pairs[a << 8 | b] + pairs[b << 8 | a];
                (counts[a * count + b], counts[b * count + a]) = (met, met);
            }
        }
        Self { count, counts }
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
    let mut across = vec![0];
    while let Some(busiest) = busiest(&waiting, &attached) {
        let next = waiting.remove(busiest);
        if chain.is_empty() {
            attached.fill(0);
        }
        let meets = meetings.of_color(next);
        let place = best_place(&chain, &across, meets);
        insert_across(&mut across, &chain, meets, place);
        chain.insert(place, next);
        for (attached, meets) in attached.iter_mut().zip(meets) {
            *attached += meets;
        }
    }
    chain
}

/// Which of the colours that wait is attached most, the first of equals.
fn busiest(waiting: &[usize], attached: &[i64]) -> Option<usize> {
    let mut busiest = None;
    let mut most = i64::MIN;
    for (number, &color) in waiting.iter().enumerate() {
        if attached[color] > most {
            (busiest, most) = (Some(number), attached[color]);
        }
    }
    busiest
}

/// Where a new colour adds least to the sum of meetings times distance: what it meets itself, and the meetings
/// across its place, which it makes one longer. `across[p]` counts those between the colours before and after `p`.
fn best_place(chain: &[usize], across: &[i64], meets: &[i64]) -> usize {
    // Its own meetings times distance, first from the left end.
    let mut own: i64 = (1..).zip(chain).map(|(distance, &color)| distance * meets[color]).sum();
    let mut before = 0;
    let mut after: i64 = chain.iter().map(|&color| meets[color]).sum();
    let mut best = (own + across[0], 0);
    for (place, &passed) in (1..).zip(chain) {
        // It comes nearer to what follows the colour it passes, and goes away from what stands before that.
        after -= meets[passed];
        own += before - after;
        before += meets[passed];
        best = best.min((own + across[place], place));
    }
    best.1
}

/// Brings `across` up to date for a colour that comes in at `place`.
fn insert_across(across: &mut Vec<i64>, chain: &[usize], meets: &[i64], place: usize) {
    across.insert(place, across[place]);
    let mut before = 0;
    for (cut, &color) in (1..=place).zip(chain) {
        before += meets[color];
        across[cut] += before;
    }
    let mut after = 0;
    for (at, &color) in chain.iter().enumerate().skip(place).rev() {
        after += meets[color];
        across[at + 1] += after;
    }
}

/// Swaps colours while that brings the cost down: meetings times the logarithm of the distance, which is about
/// what a difference of indices costs in bits.
fn swap(chain: &mut [usize], meetings: &Meetings) {
    let mut place = [0_u8; 256];
    for (i, &color) in (0..=255).zip(chain.iter()) {
        place[color] = i;
    }
    // Most pairs never meet in small pictures.
    let met: Vec<Vec<(u8, i64)>> = (0..chain.len())
        .map(|color| {
            (0..=255).zip(meetings.of_color(color).iter().copied()).filter(|&(_, n)| n > 0).collect()
        })
        .collect();
    // When each place was last looked at, and when each colour, or one that it meets, last moved. What two colours
    // cost hangs on nothing else.
    let (mut now, mut looked_at, mut moved) = (1_u32, [0_u32; 256], [0_u32; 256]);
    for _ in 0..SWAP_ROUNDS {
        let mut settled = true;
        for a in 0..chain.len() {
            let before = std::mem::replace(&mut looked_at[a], now);
            for b in a + 1..chain.len().min(a + 1 + SWAP_REACH) {
                let (x, y) = (chain[a], chain[b]);
                if moved[x] < before && moved[y] < before {
                    continue;
                }
                // What it costs to have `color` at `to` instead of `from`. The two stay as far apart as they are.
                let change = |color: usize, from: usize, to: usize| -> i64 {
                    let (from, to) = (from as u8, to as u8);
                    let longer = |other: u8| {
                        let at = place[usize::from(other)];
                        LOG2[usize::from(to.abs_diff(at))] - LOG2[usize::from(from.abs_diff(at))]
                    };
                    met[color].iter().map(|&(other, count)| count * longer(other)).sum()
                };
                // Each change took the other of the two for one that stays, and brought them together.
                let apart = 2 * meetings.of_color(x)[y] * LOG2[b - a];
                if change(x, a, b) + change(y, b, a) + apart < 0 {
                    chain.swap(a, b);
                    (place[x], place[y]) = (b as u8, a as u8);
                    let neighbours = [x, y].into_iter().flat_map(|color| &met[color]);
                    neighbours.for_each(|&(other, _)| moved[usize::from(other)] = now);
                    (moved[x], moved[y]) = (now, now);
                    settled = false;
                }
            }
            now += 1;
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
