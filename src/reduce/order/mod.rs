//! The order of a palette. Indices are compressed as if they were quantities, so colours that lie side by side in
//! the picture had best lie side by side in the palette; PNG also stores alpha only up to the last colour that is
//! not opaque.

mod adjacency;

use super::reindexed;
use crate::image::Rgba8;
use crate::indexed::Indexed;

/// By what a palette is sorted. Colours that are not opaque come first, fully transparent ones before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// From dark to light.
    Luma,
    /// Colours that are often neighbours in the picture become neighbours in the palette (the aim of Zeng, Li, Lei,
    /// "An efficient color re-indexing scheme for palette-based compression", 2000), the commonest one first.
    Adjacency,
    /// As the picture uses them first, row by row, but before all, and before what is transparent, the colour at which most
    /// rows begin and end. Rows that are not filtered have a zero in front: with that colour at zero, runs and repeats of
    /// it go on from row to row.
    Appearance,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Luma, Self::Adjacency, Self::Appearance];
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
    let (first, mut old_of) = match order {
        Order::Luma => (None, by_luma(colors)),
        Order::Adjacency => (None, adjacency::chain(indexed)),
        Order::Appearance => (Some(at_most_borders(indexed)), by_appearance(indexed)),
    };
    // Stable, so that the order just found stays within each group.
    old_of.sort_by_key(|&old| match colors[old][3] {
        _ if Some(old) == first => 0,
        0 => 1,
        255 => 3,
        _ => 2,
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

fn by_appearance(indexed: &Indexed) -> Vec<usize> {
    let mut is_known = [false; 256];
    let every = 0..indexed.palette().len();
    let used = indexed.indices().iter().map(|&index| usize::from(index));
    used.chain(every).filter(|&old| !std::mem::replace(&mut is_known[old], true)).collect()
}

/// The colour at which most rows begin and end, of equals the first.
fn at_most_borders(indexed: &Indexed) -> usize {
    let mut counts = [0_u32; 256];
    for row in indexed.indices().chunks(indexed.width() as usize) {
        for index in [row[0], row[row.len() - 1]] {
            counts[usize::from(index)] += 1;
        }
    }
    (0..256).rev().max_by_key(|&index| counts[index]).unwrap_or(0)
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
        // The chain 10 201 200 11, turned until the commonest colour, 201, comes first.
        assert_eq!(greys, [201, 200, 11, 10]);
        assert!(sorted.pixels().eq(indexed.pixels()));
    }

    #[test]
    fn what_appears_first_comes_first_and_what_never_does_last() {
        let colors = [10, 20, 30, 40, 50].map(|grey| [grey, grey, grey, 255]).to_vec();
        let indexed = Indexed::new(3, 2, Palette::new(colors).unwrap(), vec![3, 3, 0, 4, 0, 3]).unwrap();
        let sorted = order(&indexed, Order::Appearance).unwrap();
        let greys: Vec<u8> = sorted.palette().colors().iter().map(|color| color[0]).collect();
        assert_eq!(greys, [40, 10, 50, 20, 30]);
        assert!(sorted.pixels().eq(indexed.pixels()));
    }

    #[test]
    fn before_what_appears_first_comes_what_stands_at_the_borders_whatever_is_transparent() {
        let colors = vec![[1, 1, 1, 255], [9, 9, 9, 40], [0, 0, 0, 0], [5, 5, 5, 255]];
        let indices = vec![2, 1, 0, 3, 2, 3, 3, 0, 3];
        let indexed = Indexed::new(3, 3, Palette::new(colors).unwrap(), indices).unwrap();
        let sorted = order(&indexed, Order::Appearance).unwrap();
        assert_eq!(sorted.palette().colors(), [[5, 5, 5, 255], [0, 0, 0, 0], [9, 9, 9, 40], [1, 1, 1, 255]]);
        assert!(sorted.pixels().eq(indexed.pixels()));
    }

    #[test]
    fn what_is_transparent_comes_first() {
        let colors = vec![[1, 1, 1, 255], [9, 9, 9, 40], [0, 0, 0, 0], [5, 5, 5, 255]];
        let indexed = Indexed::new(4, 1, Palette::new(colors).unwrap(), vec![0, 1, 2, 3]).unwrap();
        for by in [Order::Luma, Order::Adjacency] {
            let sorted = order(&indexed, by).unwrap();
            let alphas: Vec<u8> = sorted.palette().colors().iter().map(|color| color[3]).collect();
            assert_eq!(alphas, [0, 40, 255, 255], "{by:?}");
        }
    }
}
