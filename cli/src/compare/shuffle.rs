//! Pixels in random order, the same order for the same seed on every machine.

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in 0..`end`: the high half of a product (Lemire 2019), off by less than `end` in 2⁶⁴.
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// Every item once, in random order (Durstenfeld, "Algorithm 235: random permutation", 1964), shuffled only as
/// far as it is asked for.
pub(super) fn shuffled<T: Copy>(items: &[T], seed: u64) -> impl Iterator<Item = T> {
    let mut random = SplitMix64(seed);
    let mut items = items.to_vec();
    (0..items.len()).map(move |i| {
        let other = i + random.below(items.len() - i);
        items.swap(i, other);
        items[i]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_comes_once_and_the_seed_decides_when() {
        let items: Vec<u32> = (0..1000).collect();
        let order: Vec<u32> = shuffled(&items, 1).collect();
        assert_ne!(order, items);
        assert_eq!(order, shuffled(&items, 1).collect::<Vec<_>>());
        assert_ne!(order, shuffled(&items, 2).collect::<Vec<_>>());
        let mut sorted = order;
        sorted.sort_unstable();
        assert_eq!(sorted, items);
    }

    #[test]
    fn every_item_is_as_likely_to_come_first() {
        let mut first = [0_u32; 4];
        (0..4000).for_each(|seed| first[shuffled(&[0, 1, 2, 3], seed).next().unwrap()] += 1);
        // 1000 each; six standard deviations are 165.
        assert!(first.iter().all(|count| count.abs_diff(1000) < 165), "{first:?}");
    }
}
