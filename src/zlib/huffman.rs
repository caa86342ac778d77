//! Codes of the fewest bits (Huffman, "A Method for the Construction of Minimum-Redundancy Codes", 1952).

/// How many bits the code of each symbol has, at most `limit`, for as many uses as there are of each. A symbol that is not
/// used has none; one that is alone has one.
pub(super) fn lengths<const SYMBOLS: usize>(uses: &[u32; SYMBOLS], limit: u8) -> [u8; SYMBOLS] {
    let mut lengths = [0; SYMBOLS];
    // Use and symbol in a number, which sorts faster than both.
    let mut leaves = [0_u64; SYMBOLS];
    let mut count = 0;
    for (symbol, &uses) in uses.iter().enumerate().filter(|(_, uses)| **uses > 0) {
        leaves[count] = u64::from(uses) << 16 | symbol as u64;
        count += 1;
    }
    let leaves = &mut leaves[..count];
    let symbol = |leaf: u64| (leaf & 0xffff) as usize;
    match leaves {
        [] => return lengths,
        &mut [leaf] => {
            lengths[symbol(leaf)] = 1;
            return lengths;
        }
        _ => leaves.sort_unstable(),
    }
    let mut depths = depths(leaves);
    keep_to(limit, &mut depths);
    leaves.iter().zip(&depths).for_each(|(&leaf, &depth)| lengths[symbol(leaf)] = depth);
    lengths
}

/// How deep each leaf of the tree lies, of two or more with the least used first. Nodes are made in the order of their uses, so
/// the next two to join are at the front of the leaves or of the nodes (van Leeuwen, "On the construction of Huffman trees",
/// 1976).
fn depths(leaves: &[u64]) -> Vec<u8> {
    let count = leaves.len();
    let mut uses: Vec<u64> = leaves.iter().map(|leaf| leaf >> 16).collect();
    let mut parents = vec![0; 2 * count - 1];
    let (mut leaf, mut node) = (0, count);
    for parent in count..2 * count - 1 {
        let mut sum = 0;
        for _ in 0..2 {
            let next = if leaf < count && (node == parent || uses[leaf] <= uses[node]) {
                &mut leaf
            } else {
                &mut node
            };
            sum += uses[*next];
            parents[*next] = parent;
            *next += 1;
        }
        uses.push(sum);
    }
    let mut depths = vec![0_u8; 2 * count - 1];
    for node in (0..2 * count - 2).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    depths.truncate(count);
    depths
}

/// Makes codes that are too long shorter, and others longer for it; the least used come first.
fn keep_to(limit: u8, depths: &mut [u8]) {
    if depths.iter().all(|&depth| depth <= limit) {
        return;
    }
    // What a code takes of all that codes of the most bits can tell apart (Kraft).
    let share = |depth: u8| 1_u32 << (limit - depth);
    depths.iter_mut().for_each(|depth| *depth = limit.min(*depth));
    let mut taken: u32 = depths.iter().map(|&depth| share(depth)).sum();
    while taken > share(0) {
        // Of those that can be longer, the longest takes least for a bit, and of those the least used.
        let can = depths.iter_mut().filter(|depth| **depth < limit).rev();
        let depth = can.max_by_key(|depth| **depth).expect("there are no more symbols than codes");
        taken -= share(*depth + 1);
        *depth += 1;
    }
    for depth in depths.iter_mut().rev() {
        while *depth > 1 && taken + share(*depth) <= share(0) {
            taken += share(*depth);
            *depth -= 1;
        }
    }
}

/// The codes of symbols by their lengths (RFC 1951, 3.2.2), the first bit lowest, as it is written.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut codes = vec![0; lengths.len()];
    let longest = lengths.iter().copied().max().unwrap_or(0);
    let mut code = 0_u16;
    for length in 1..=longest {
        for (symbol, _) in lengths.iter().enumerate().filter(|&(_, &its)| its == length) {
            codes[symbol] = code.reverse_bits() >> (16 - length);
            code += 1;
        }
        code <<= 1;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn bits(uses: &[u32], lengths: &[u8]) -> u64 {
        uses.iter().zip(lengths).map(|(&uses, &length)| u64::from(uses) * u64::from(length)).sum()
    }

    fn kraft(lengths: &[u8]) -> f64 {
        lengths.iter().filter(|length| **length > 0).map(|&length| f64::from(-i32::from(length)).exp2()).sum()
    }

    #[test]
    fn a_textbook_tree() {
        assert_eq!(lengths(&[45, 13, 12, 16, 9, 5], 15), [1, 3, 3, 3, 4, 4]);
        assert_eq!(lengths(&[0, 7, 0], 15), [0, 1, 0]);
        assert_eq!(lengths(&[0, 0], 15), [0, 0]);
        assert_eq!(lengths(&[0, 7, 1], 15), [0, 1, 1]);
    }

    #[test]
    fn codes_are_whole_within_the_limit_and_near_the_entropy() {
        let mut random = Random::new(3);
        for round in 0..200 {
            let uses: [u32; 286] = std::array::from_fn(|_| {
                let most = 1 << (random.next() % 20);
                if random.next().is_multiple_of(3) { 0 } else { (random.next() % most) as u32 }
            });
            let used: Vec<f64> = uses.iter().filter(|uses| **uses > 0).map(|&uses| f64::from(uses)).collect();
            let total: f64 = used.iter().sum();
            let entropy: f64 = used.iter().map(|uses| uses * (total / uses).log2()).sum();
            let best = lengths(&uses, 30);
            for limit in [9, 12, 15] {
                let lengths = lengths(&uses, limit);
                assert_eq!(kraft(&lengths), 1.0, "round {round}, limit {limit}");
                assert!(lengths.iter().all(|&length| length <= limit));
                assert!(uses.iter().zip(&lengths).all(|(&uses, &length)| (uses > 0) == (length > 0)));
                assert!(bits(&uses, &lengths) >= bits(&uses, &best));
            }
            let best = bits(&uses, &best) as f64;
            assert!(entropy <= best && best < entropy + total, "{entropy} {best}");
        }
    }

    /// Uses like Fibonacci's numbers make the deepest of trees.
    #[test]
    fn a_deep_tree_is_cut_where_it_costs_least() {
        let mut uses = [1_u32; 19];
        (2..19).for_each(|symbol| uses[symbol] = uses[symbol - 1] + uses[symbol - 2]);
        assert_eq!(lengths(&uses, 18).iter().copied().max(), Some(18));
        let cut = lengths(&uses, 7);
        assert_eq!(cut.iter().copied().max(), Some(7));
        assert_eq!(kraft(&cut), 1.0);
        assert!(cut.is_sorted_by(|rare, common| rare >= common), "{cut:?}");
    }

    #[test]
    fn codes_are_those_of_the_specifications_example() {
        // RFC 1951, 3.2.2: A to H of 3, 3, 3, 3, 3, 2, 4 and 4 bits.
        let codes = codes(&[3, 3, 3, 3, 3, 2, 4, 4]);
        let forward: Vec<u16> = codes
            .iter()
            .zip([3, 3, 3, 3, 3, 2, 4, 4])
            .map(|(code, length)| code.reverse_bits() >> (16 - length))
            .collect();
        assert_eq!(forward, [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111]);
    }
}
