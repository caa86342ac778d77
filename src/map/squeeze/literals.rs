//! The index that is worth most by itself: near, and cheap to write.

use super::super::layout::Layout;
use super::super::targets::Targets;
use super::least;
use crate::color::{Point, distance_squared};
use crate::nearest::Bounds;

/// Colours in a block: one vector of AVX-512.
const BLOCK: usize = 16;

/// Of 32,768 cells, each a leaf of so many levels.
const LEVELS: usize = 5;

/// A cell that was not looked into yet.
const UNKNOWN: u32 = u32::MAX;

/// The colours near each cell of the space, found when the first point falls there.
#[derive(Debug)]
pub(super) struct Literals<'a> {
    targets: &'a Targets,
    prices: &'a [f32; 256],
    layout: Layout,
    /// Where the blocks of each cell start, once for opaque pixels and once for those that may become transparent.
    cells: Vec<u32>,
    /// The blocks of each cell that was looked into, one behind the other.
    blocks: Vec<Block>,
    /// Those of a point beyond all cells.
    beyond: Vec<Block>,
}

/// Colours side by side.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Block {
    axes: [[f32; BLOCK]; 4],
    prices: [f32; BLOCK],
    indices: [u8; BLOCK],
    /// Whether the cell has no more.
    is_last: bool,
}

impl<'a> Literals<'a> {
    pub(super) fn new(targets: &'a Targets, prices: &'a [f32; 256]) -> Self {
        let layout = Layout::new(&targets.points, LEVELS);
        let cells = vec![UNKNOWN; 2 * layout.count()];
        Self { targets, prices, layout, cells, blocks: Vec::new(), beyond: Vec::new() }
    }

    /// The index with the least of weighted squared distance and price, and what that comes to. What is nearest and what
    /// is near are looked at, at least 16 in all.
    #[inline(always)]
    pub(super) fn best(&mut self, point: &Point, weight: f32, may_be_hole: bool) -> (u8, f32) {
        let cell = self.layout.cells(&[*point])[0] as usize;
        let blocks = if cell < self.layout.count() {
            let slot = if may_be_hole { cell + self.layout.count() } else { cell };
            if self.cells[slot] == UNKNOWN {
                self.look_into(slot, cell, may_be_hole);
            }
            self.blocks[self.cells[slot] as usize..].iter()
        } else {
            self.look_beyond(*point, may_be_hole);
            self.beyond.iter()
        };
        let (mut best, mut least) = (0, f32::INFINITY);
        for block in blocks {
            let (index, cost) = block.best(point, weight);
            // Of equally good ones, the lowest index is taken.
            (best, least) = if cost < least { (index, cost) } else { (best, least) };
            if block.is_last {
                break;
            }
        }
        (best, least)
    }

    #[cold]
    #[inline(never)]
    fn look_into(&mut self, slot: usize, cell: usize, may_be_hole: bool) {
        let bounds = self.layout.bounds(cell, self.layout.levels());
        self.cells[slot] = self.blocks.len() as u32;
        let blocks = self.near(&bounds, may_be_hole);
        self.blocks.extend(blocks);
    }

    /// What lies beyond all cells is worked out anew each time.
    #[cold]
    #[inline(never)]
    fn look_beyond(&mut self, point: Point, may_be_hole: bool) {
        self.beyond = self.near(&Bounds { low: point, high: point }, may_be_hole);
    }

    /// Every colour that is nearest to some point of a box, and as many others near it as fill the blocks.
    fn near(&self, bounds: &Bounds, may_be_hole: bool) -> Vec<Block> {
        let (points, middle, slack) = (&self.targets.points, bounds.middle(), bounds.slack());
        let of_index = |index: usize| (distance_squared(points[index], middle), index);
        let all: Vec<(f32, usize)> = if may_be_hole {
            (0..points.len()).map(of_index).collect()
        } else {
            self.targets.visible().map(of_index).collect()
        };
        let nearer = |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let nearest = all.iter().min_by(|a, b| nearer(a, b)).map_or(middle, |&(_, index)| points[index]);
        let (near, mut others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|&(_, index)| !bounds.is_beyond(points[index], nearest, slack));
        let room = near.len().next_multiple_of(BLOCK) - near.len();
        if room < others.len() {
            others.select_nth_unstable_by(room, nearer);
            others.truncate(room);
        }
        let mut near: Vec<usize> = near.into_iter().chain(others).map(|(_, index)| index).collect();
        near.sort_unstable();
        let mut blocks: Vec<Block> = near.chunks(BLOCK).map(|indices| self.block(indices)).collect();
        if let Some(last) = blocks.last_mut() {
            last.is_last = true;
        }
        blocks
    }

    fn block(&self, indices: &[usize]) -> Block {
        let mut block =
            Block { axes: [[1e15; BLOCK]; 4], prices: [0.0; BLOCK], indices: [0; BLOCK], is_last: false };
        for (lane, &index) in indices.iter().enumerate() {
            for axis in 0..4 {
                block.axes[axis][lane] = self.targets.points[index][axis];
            }
            block.prices[lane] = self.prices[index];
            block.indices[lane] = index as u8;
        }
        block
    }
}

impl Block {
    /// The index with the least cost, the first of equals.
    #[inline(always)]
    fn best(&self, point: &Point, weight: f32) -> (u8, f32) {
        let mut costs = [0.0; BLOCK];
        for lane in 0..BLOCK {
            let off: Point = std::array::from_fn(|axis| point[axis] - self.axes[axis][lane]);
            let distance = (off[0] * off[0] + off[1] * off[1]) + (off[2] * off[2] + off[3] * off[3]);
            costs[lane] = weight * distance + self.prices[lane];
        }
        let least = least(costs);
        let mut lanes = 0_u32;
        for (lane, &cost) in costs.iter().enumerate() {
            lanes |= u32::from(cost == least) << lane;
        }
        (self.indices[lanes.trailing_zeros() as usize % BLOCK], least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Rgba8;
    use crate::map::MapOptions;
    use crate::palette::Palette;
    use crate::random::Random;

    #[test]
    fn what_costs_the_same_to_write_goes_to_the_nearest() {
        let mut random = Random::new(5);
        // Next to each other, as in drawings of one slope, and anywhere.
        let slope: Vec<Rgba8> = (0..=255).map(|i| [255, 60 + i / 4, i / 16, 255]).collect();
        let anywhere: Vec<Rgba8> =
            (0..100).map(|_| (random.next() as u32 | 0xFF).to_be_bytes()).chain([[0; 4]]).collect();
        for colors in [&slope[..], &anywhere, &anywhere[..5], &anywhere[100..]] {
            let palette = Palette::new(colors.to_vec()).unwrap();
            let targets = Targets::new(&palette, &MapOptions::new());
            let prices = [1.0; 256];
            let mut literals = Literals::new(&targets, &prices);
            for _ in 0..4_000 {
                let near = colors[random.next() as usize % colors.len()];
                let off = |random: &mut Random| (random.next() % 64) as f32 * 0.1 - 3.2;
                let mut point = targets.space.point(near).map(|coordinate| coordinate + off(&mut random));
                if random.next().is_multiple_of(50) {
                    // Beyond all cells.
                    point[0] *= 3.0;
                }
                for may_be_hole in [false, true] {
                    let distance = |&index: &usize| distance_squared(targets.points[index], point);
                    let nearest = if may_be_hole {
                        (0..colors.len()).map(|index| distance(&index)).fold(f32::INFINITY, f32::min)
                    } else {
                        targets.visible().map(|index| distance(&index)).fold(f32::INFINITY, f32::min)
                    };
                    let (index, cost) = literals.best(&point, 1.0, may_be_hole);
                    assert!((cost - 1.0 - nearest).abs() <= 1e-5 * nearest, "{point:?}");
                    assert!(distance(&usize::from(index)) <= nearest * 1.000_01 + 1e-6);
                }
            }
        }
    }
}
