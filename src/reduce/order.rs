//! The order of a palette. Indices are compressed as if they were quantities, so colours that lie side by side in
//! the picture had best lie side by side in the palette; PNG also stores alpha only up to the last colour that is
//! not opaque.

use super::reindexed;
use crate::image::Rgba8;
use crate::indexed::Indexed;

/// By what a palette is sorted. Colours that are not opaque always come first, fully transparent ones before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// From dark to light.
    Luma,
    /// Colours that are often neighbours in the picture become neighbours in the palette (Pinho, Neves, "A note
    /// on Zeng's technique for color reindexing of palette-based images", 2004).
    Adjacency,
}

impl Order {
    /// Every order, the cheapest first.
    pub const ALL: [Self; 2] = [Self::Luma, Self::Adjacency];
}

/// Sorts the palette; `None` if it is in that order already.
///
/// ```
/// use huepack::{Indexed, Palette, reduce};
/// let palette = Palette::new(vec![[9, 9, 9, 255], [1, 1, 1, 255], [0, 0, 0, 0]])?;
/// let indexed = Indexed::new(3, 1, palette, vec![0, 1, 2])?;
/// let sorted = reduce::order(&indexed, reduce::Order::Luma).unwrap();
/// assert_eq!(sorted.palette().colors(), [[0, 0, 0, 0], [1, 1, 1, 255], [9, 9, 9, 255]]);
/// assert_eq!(sorted.indices(), [2, 1, 0]);
/// # Ok::<(), huepack::Error>(())
/// ```
#[must_use]
pub fn order(indexed: &Indexed, order: Order) -> Option<Indexed> {
    let colors = indexed.palette().colors();
    let mut old_of = match order {
        Order::Luma => by_luma(colors),
        Order::Adjacency => by_adjacency(indexed),
    };
    // Stable, so that the order just found stays within each group.
    old_of.sort_by_key(|&old| match colors[old][3] {
        0 => 0,
        255 => 2,
        _ => 1,
    });
    let mut new_of = [0; 256];
    for (new, &old) in old_of.iter().enumerate() {
        new_of[old] = new as u8;
    }
    let sorted = old_of.iter().map(|&old| colors[old]).collect();
    (!old_of.is_sorted()).then(|| reindexed(indexed, sorted, &new_of))
}

fn by_luma(colors: &[Rgba8]) -> Vec<usize> {
    let luma = |[r, g, b, _]: Rgba8| 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
    let mut old_of: Vec<usize> = (0..colors.len()).collect();
    old_of.sort_by_key(|&old| (luma(colors[old]), colors[old]));
    old_of
}

/// Grows a chain: first the two colours that meet most often, then always the one that meets those in the chain
/// most often, at the end where its partners are.
fn by_adjacency(indexed: &Indexed) -> Vec<usize> {
    let count = indexed.palette().len();
    let meetings = meetings(indexed);
    let meet = |a: usize, b: usize| meetings[a * count + b];
    // How often each colour meets those in the chain; ties go to the lower index.
    let mut attached = vec![0_u64; count];
    let mut waiting: Vec<usize> = (0..count).collect();
    let mut chain = std::collections::VecDeque::with_capacity(count);
    let first = (0..count).max_by_key(|&a| {
        let most = (0..count).filter(|&b| b != a).map(|b| meet(a, b)).max().unwrap_or(0);
        (most, std::cmp::Reverse(a))
    });
    let mut next = first.expect("a palette has at least one colour");
    loop {
        waiting.retain(|&color| color != next);
        // Partners near the front pull to the front: each counts with its signed distance from the middle.
        let length = chain.len() as i64;
        let pull: i64 =
            (0_i64..).zip(&chain).map(|(j, &b)| meet(next, b) as i64 * (length - 1 - 2 * j)).sum();
        if pull > 0 {
            chain.push_front(next);
        } else {
            chain.push_back(next);
        }
        for &color in &waiting {
            attached[color] += meet(color, next);
        }
        let Some(&nearest) = waiting.iter().max_by_key(|&&color| (attached[color], std::cmp::Reverse(color)))
        else {
            return chain.into();
        };
        next = nearest;
    }
}

/// How often each two colours stand side by side or one above the other, a symmetric matrix.
fn meetings(indexed: &Indexed) -> Vec<u64> {
    let count = indexed.palette().len();
    let mut meetings = vec![0; count * count];
    let mut meet = |a: u8, b: u8| {
        meetings[usize::from(a) * count + usize::from(b)] += 1;
        meetings[usize::from(b) * count + usize::from(a)] += 1;
    };
    let mut above: &[u8] = &[];
    for row in indexed.indices().chunks(indexed.width() as usize) {
        row.windows(2).for_each(|pair| meet(pair[0], pair[1]));
        row.iter().zip(above).for_each(|(&a, &b)| meet(a, b));
        above = row;
    }
    meetings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Palette;

    #[test]
    fn neighbours_in_the_picture_become_neighbours_in_the_palette() {
        let colors = [10, 200, 11, 201].map(|grey| [grey, grey, grey, 255]).to_vec();
        let indices = vec![0, 3, 0, 3, 3, 1, 2, 1];
        let indexed = Indexed::new(8, 1, Palette::new(colors).unwrap(), indices).unwrap();
        let sorted = order(&indexed, Order::Adjacency).unwrap();
        let greys: Vec<u8> = sorted.palette().colors().iter().map(|color| color[0]).collect();
        assert!(greys == [10, 201, 200, 11] || greys == [11, 200, 201, 10], "{greys:?}");
        assert!(sorted.pixels().eq(indexed.pixels()));
    }
}
