//! The index that is worth most by itself: near, and cheap to write.

use super::super::layout::Layout;
use super::super::targets::Targets;
use crate::color::{Point, distance_squared};

/// Colours that come into question in a cell: those nearest to its middle. One vector of AVX-512.
const NEAR: usize = 16;

/// Halvings of the space by which cells are found, in threes: 32,768 cells.
const LEVELS: usize = 4;

/// A cell that was not looked into yet.
const UNKNOWN: u32 = u32::MAX;

/// The colours near each cell of the space, found when the first point falls there.
#[derive(Debug)]
pub(super) struct Literals<'a> {
    targets: &'a Targets,
    prices: &'a [f32; 256],
    layout: Layout,
    /// All cells and one for what lies beyond them, once for opaque pixels and once for those that may become
    /// transparent.
    cells: Vec<u32>,
    lists: Vec<Near>,
}

/// Colours side by side.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Near {
    axes: [[f32; NEAR]; 4],
    prices: [f32; NEAR],
    indices: [u8; NEAR],
}

impl<'a> Literals<'a> {
    pub(super) fn new(targets: &'a Targets, prices: &'a [f32; 256]) -> Self {
        let layout = Layout::new(&targets.points, LEVELS);
        let cells = vec![UNKNOWN; 2 * (layout.count() + 1)];
        Self { targets, prices, layout, cells, lists: Vec::new() }
    }

    /// The index with the least of weighted squared distance and price, and what that comes to.
    #[inline(always)]
    pub(super) fn best(&mut self, point: &Point, weight: f32, may_be_hole: bool) -> (u8, f32) {
        let beyond = self.layout.count();
        let cell = (self.layout.cells(&[*point])[0] as usize).min(beyond);
        let slot = if may_be_hole { cell + beyond + 1 } else { cell };
        let number = match self.cells[slot] {
            known if known != UNKNOWN && cell < beyond => known,
            _ => self.look_into(slot, cell, point, may_be_hole),
        };
        let near = &self.lists[number as usize];
        let mut costs = [0.0; NEAR];
        for lane in 0..NEAR {
            let off: Point = std::array::from_fn(|axis| point[axis] - near.axes[axis][lane]);
            let distance = (off[0] * off[0] + off[1] * off[1]) + (off[2] * off[2] + off[3] * off[3]);
            costs[lane] = weight * distance + near.prices[lane];
        }
        let mut least = f32::INFINITY;
        for cost in costs {
            least = if cost < least { cost } else { least };
        }
        let mut lanes = 0_u32;
        for (lane, &cost) in costs.iter().enumerate() {
            lanes |= u32::from(cost == least) << lane;
        }
        (near.indices[lanes.trailing_zeros() as usize % NEAR], least)
    }

    #[cold]
    #[inline(never)]
    fn look_into(&mut self, slot: usize, cell: usize, point: &Point, may_be_hole: bool) -> u32 {
        // What lies beyond all cells is worked out anew each time.
        let beyond = cell == self.layout.count();
        let middle = if beyond { *point } else { self.layout.bounds(cell, self.layout.levels()).middle() };
        let points = &self.targets.points;
        let indices: Vec<usize> =
            if may_be_hole { (0..points.len()).collect() } else { self.targets.visible().collect() };
        let mut order: Vec<(f32, usize)> =
            indices.into_iter().map(|index| (distance_squared(points[index], middle), index)).collect();
        if order.len() > NEAR {
            order.select_nth_unstable_by(NEAR, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            order.truncate(NEAR);
            // Of equally good ones, the lowest index is taken.
            order.sort_unstable_by_key(|&(_, index)| index);
        }
        let mut near = Near { axes: [[1e15; NEAR]; 4], prices: [0.0; NEAR], indices: [0; NEAR] };
        for (lane, &(_, index)) in order.iter().enumerate() {
            for axis in 0..4 {
                near.axes[axis][lane] = points[index][axis];
            }
            near.prices[lane] = self.prices[index];
            near.indices[lane] = index as u8;
        }
        match self.cells[slot] {
            UNKNOWN => {
                self.cells[slot] = self.lists.len() as u32;
                self.lists.push(near);
            }
            number => self.lists[number as usize] = near,
        }
        self.cells[slot]
    }
}
