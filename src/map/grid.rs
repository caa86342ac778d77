//! Nearest-colour search in cells: each knows the few colours that can be nearest to a point of it.
//!
//! A cell is looked into when the first point falls there, so that a picture pays for what it holds alone. What is
//! found is what comparing all colours finds, whatever was looked into before.

use super::layout::Layout;
use super::targets::Targets;
use crate::color::Point;
use crate::nearest::Bounds;
use crate::simd::{Kernel, Simd, Vector};

/// Candidates in a block: one vector of AVX-512. With eight, half of the searches in a photograph at 256 colours go on
/// to a second block, which nobody can predict, and mapping takes up to twice as long.
pub(super) const WIDTH: usize = 16;

/// A cell that was not looked into yet.
const UNKNOWN: u16 = u16::MAX;

/// From here on stand the numbers of nodes with more candidates than a block holds.
const MANY: u16 = 1 << 15;

/// Blocks after which all is forgotten, so that no picture takes more than 5 MB a thread. Photographs need some 4,000.
/// There are never more nodes than blocks.
const MAX_BLOCKS: usize = 1 << 14;

/// What one thread knows of the cells.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    targets: &'a Targets,
    layout: Layout,
    simd: Simd,
    /// The palette, with room for any index.
    points: [Point; 256],
    /// The block of each cell. All cells once, and once more for pixels that may become transparent, if that makes a
    /// difference.
    cells: Vec<u16>,
    nodes: Vec<Node>,
    blocks: Vec<Block>,
    /// What is added to the number of a cell for pixels that may become transparent.
    holes: usize,
}

/// A box of cells, and the candidates for it.
#[derive(Clone, Debug, Default)]
struct Node {
    /// Numbers of nodes, 0 where there is none yet.
    children: [u32; 8],
    first_block: usize,
    candidates: usize,
}

/// Colours side by side, with their indices.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Block {
    axes: [[f32; WIDTH]; 4],
    indices: [u32; WIDTH],
}

impl<'a> Grid<'a> {
    pub(super) fn new(targets: &'a Targets, simd: Simd) -> Self {
        // So many that of the searches in two photographs and a screenshot, at most 5 in 100 end in a cell with more
        // than a block of candidates, and mostly less than one.
        let layout = match targets.points.len() {
            ..=WIDTH => Layout::endless(),
            17..=64 => Layout::new(&targets.points, 5),
            _ => Layout::new(&targets.points, 6),
        };
        let halves = 1 + usize::from(targets.may_make_holes());
        let mut points = [[0.0; 4]; 256];
        points[..targets.points.len()].copy_from_slice(&targets.points);
        let mut grid = Self {
            targets,
            points,
            simd,
            cells: vec![UNKNOWN; halves * layout.count()],
            nodes: Vec::new(),
            blocks: Vec::new(),
            holes: (halves - 1) * layout.count(),
            layout,
        };
        grid.add_roots();
        grid
    }

    fn add_roots(&mut self) {
        self.add_root(self.targets.visible());
        if self.holes > 0 {
            self.add_root(0..self.targets.points.len());
        }
    }

    fn add_root(&mut self, indices: impl Iterator<Item = usize>) {
        let mut root = Node { first_block: self.blocks.len(), ..Node::default() };
        indices.for_each(|index| self.add_candidate(&mut root, index));
        self.nodes.push(root);
    }

    /// Forgets what was looked into.
    #[cold]
    fn forget(&mut self) {
        self.cells.fill(UNKNOWN);
        self.nodes.clear();
        self.blocks.clear();
        self.add_roots();
    }

    #[inline(always)]
    fn add_candidate(&mut self, node: &mut Node, index: usize) {
        let lane = node.candidates % WIDTH;
        if lane == 0 {
            self.blocks.push(Block::empty());
        }
        node.candidates += 1;
        self.blocks.last_mut().expect("one was just added").set(lane, index, self.points[index & 255]);
    }

    #[inline(always)]
    pub(super) fn point_of(&self, index: u8) -> Point {
        self.points[usize::from(index)]
    }

    /// Tells [`find`](Self::find) what a pixel may become.
    #[inline(always)]
    pub(super) fn holes(&self, may_be_hole: bool) -> u32 {
        if may_be_hole { self.holes as u32 } else { 0 }
    }

    /// The cells of points, for [`find`](Self::find).
    #[inline(always)]
    pub(super) fn cells<const N: usize>(&self, points: &[Point; N]) -> [u32; N] {
        self.layout.cells(points)
    }

    /// The index of the colour nearest to a point in a cell; of equally near ones the lowest.
    #[inline(always)]
    pub(super) fn find(&mut self, cell: u32, point: &Point, holes: u32) -> u8 {
        let block = self
            .cells
            .get(cell as usize + holes as usize)
            .and_then(|&block| self.blocks.get(usize::from(block)));
        match block {
            Some(block) => block.nearest(point).unwrap_or_else(|| block.exactly_nearest(point)),
            None => self.find_slowly(cell, point, holes),
        }
    }

    /// Kept apart, so that what is seldom needed is not in the way of what always is.
    #[cold]
    #[inline(never)]
    fn find_slowly(&mut self, cell: u32, point: &Point, holes: u32) -> u8 {
        let simd = self.simd;
        simd.run(SlowSearch { grid: self, cell, point, holes: holes as usize })
    }
}

/// A search that walks the tree, or, for a point beyond all cells, compares all colours.
struct SlowSearch<'a, 'b> {
    grid: &'a mut Grid<'b>,
    cell: u32,
    point: &'a Point,
    holes: usize,
}

impl Kernel for SlowSearch<'_, '_> {
    type Output = u8;

    #[inline(always)]
    fn run<V: Vector>(self) -> u8 {
        let Self { grid, cell, point, holes } = self;
        let root = usize::from(holes > 0);
        let node = match grid.cells.get(cell as usize + holes) {
            None => root,
            Some(&UNKNOWN) => grid.look_into(cell as usize, root, holes),
            Some(&many) => usize::from(many - MANY),
        };
        grid.nearest_of(node, point)
    }
}

impl Grid<'_> {
    /// The node of a cell: the first on the way down from the root with no more than a block of candidates, which then
    /// answers for all its cells.
    #[inline(always)]
    fn look_into(&mut self, cell: usize, root: usize, holes: usize) -> usize {
        if self.blocks.len() > MAX_BLOCKS {
            self.forget();
        }
        let mut node = root;
        let mut level = 0;
        while self.nodes[node].candidates > WIDTH && level < self.layout.levels() {
            let child = self.layout.child(cell, level);
            level += 1;
            if self.nodes[node].children[child] == 0 {
                self.nodes[node].children[child] = self.nodes.len() as u32;
                let bounds = self.layout.bounds(cell, level);
                let kept = self.filter(node, &bounds);
                self.nodes.push(kept);
            }
            node = self.nodes[node].children[child] as usize;
        }
        let Node { first_block, candidates, .. } = self.nodes[node];
        let entry = if candidates <= WIDTH { first_block as u16 } else { MANY + node as u16 };
        let cells = &mut self.cells[holes..];
        self.layout.for_rows(cell, level, |row| cells[row].fill(entry));
        node
    }

    /// A node with those candidates of another that are nearest to some point of a box, or nearly so.
    #[inline(always)]
    fn filter(&mut self, node: usize, bounds: &Bounds) -> Node {
        let center = self.point_of(self.nearest_of(node, &bounds.middle()));
        let slack = bounds.slack();
        let blocks = self.nodes[node].blocks();
        let mut kept = Node { first_block: self.blocks.len(), ..Node::default() };
        for number in blocks {
            let block = &self.blocks[number];
            let mut flags = [0_u8; WIDTH];
            for (lane, flag) in flags.iter_mut().enumerate() {
                *flag = u8::from(!bounds.is_beyond(block.color(lane), center, slack));
            }
            for (lane, flag) in flags.into_iter().enumerate() {
                if flag > 0 {
                    self.add_candidate(&mut kept, self.blocks[number].indices[lane] as usize);
                }
            }
        }
        kept
    }

    #[inline(always)]
    fn nearest_of(&self, node: usize, point: &Point) -> u8 {
        let mut nearest = i64::MAX;
        for block in &self.blocks[self.nodes[node].blocks()] {
            nearest = nearest.min(block.key(point));
        }
        nearest as u8
    }
}

impl Node {
    fn blocks(&self) -> std::ops::Range<usize> {
        self.first_block..self.first_block + self.candidates.div_ceil(WIDTH)
    }
}

impl Block {
    /// Nothing but colours that are further away than any, and yet have a finite square.
    const fn empty() -> Self {
        Self { axes: [[1e15; WIDTH]; 4], indices: [0; WIDTH] }
    }

    #[inline(always)]
    fn color(&self, lane: usize) -> Point {
        std::array::from_fn(|i| self.axes[i][lane])
    }

    #[inline(always)]
    fn set(&mut self, lane: usize, index: usize, color: Point) {
        self.indices[lane] = index as u32;
        for (axis, coordinate) in self.axes.iter_mut().zip(color) {
            axis[lane] = coordinate;
        }
    }

    #[inline(always)]
    fn distance_squared(&self, lane: usize, point: &Point) -> f32 {
        let d: Point = std::array::from_fn(|i| point[i] - self.axes[i][lane]);
        (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3])
    }

    /// The index of the nearest colour, or `None` if another is as near within 2⁻¹⁵.
    ///
    /// Bits of floats from zero up are in the order of what they stand for, and an index fits in the last of them. So
    /// one minimum finds both, without the vectors of twice the width that [`key`](Self::key) takes: error diffusion
    /// was a seventh faster for it.
    #[inline(always)]
    fn nearest(&self, point: &Point) -> Option<u8> {
        let mut keys = [0; WIDTH];
        for (lane, key) in keys.iter_mut().enumerate() {
            *key = ((self.distance_squared(lane, point).to_bits() & !255) | self.indices[lane]) as i32;
        }
        let least = keys.into_iter().fold(i32::MAX, i32::min);
        let next = least.wrapping_add(1);
        let close =
            keys.into_iter().fold(false, |close, key| close | ((key.wrapping_sub(next) as u32) < 255));
        (!close).then_some(least as u8)
    }

    #[cold]
    #[inline(never)]
    fn exactly_nearest(&self, point: &Point) -> u8 {
        self.key(point) as u8
    }

    /// The squared distance to the nearest colour, as bits, above the lowest index of those that are so near.
    #[inline(always)]
    fn key(&self, point: &Point) -> i64 {
        let mut keys = [0; WIDTH];
        for (lane, key) in keys.iter_mut().enumerate() {
            *key = (i64::from(self.distance_squared(lane, point).to_bits()) << 32)
                | i64::from(self.indices[lane]);
        }
        keys.into_iter().fold(i64::MAX, i64::min)
    }
}
