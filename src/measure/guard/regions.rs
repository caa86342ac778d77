//! Takes a picture apart into connected regions of about one colour.
//!
//! It goes by blocks of 2x2 pixels, and a block whose own pixels differ is in no region: it is an edge, a thin line or
//! noise. So a soft edge is not taken for a colour of the picture, and busy parts of photographs cost next to nothing.
//!
//! A block joins the region of a neighbour if it is near the colour that the region began with: a chain of small steps
//! cannot walk from one colour to another, as it would through gradients and blur if blocks were held against their
//! neighbours. Gradients come apart into bands.
//!
//! Only regions that reach the current row are held, so memory grows with the width alone. All sums are of integers: no
//! order of pixels or regions can change them.

use crate::color::to_linear;
use crate::image::{ImageRef, Rgba8};
use crate::indexed::Indexed;
use crate::measure::over;

/// Largest step of a channel within a block, and from the first colour of a region: above the noise that JPEG leaves in
/// flat areas, and below the step from a pale selection to its ground. Between greys, it is CIEDE2000 1.3 to 3.
const TOLERANCE: u8 = 8;

/// Steps of linear light between black and white: enough that each 8-bit value keeps its own.
pub(super) const LIGHT: f32 = 65_535.0;

/// Pixels of a block.
pub(super) const BLOCK: u64 = 4;

/// No region.
const NONE: u32 = u32::MAX;

/// Sums over the blocks of a region. `GROUNDS` is 1 for opaque pictures, 2 for black and white behind others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region<const GROUNDS: usize> {
    pub(super) blocks: u64,
    /// Borders of blocks with blocks of other regions that are nearly alike, as bands of gradients have them.
    pub(super) soft: u64,
    /// First and last column and row of blocks.
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) top: u32,
    pub(super) bottom: u32,
    /// Channels of the source as they are encoded, summed over pixels: those of a region are so close that their mean
    /// is also that of linear light.
    pub(super) source: [u64; 4],
    /// Squares of red, green and blue of the source, each summed over a block before.
    pub(super) squares: u64,
    /// Linear light and alpha of the result on each ground, summed over pixels.
    pub(super) result: [[u64; 4]; GROUNDS],
}

/// Calls `done` with every region, in the order in which they end.
pub(super) fn each<const GROUNDS: usize>(
    source: ImageRef<'_>,
    result: &Indexed,
    mut done: impl FnMut(&Region<GROUNDS>),
) {
    let width = source.width() as usize;
    let lights = lights::<GROUNDS>(result);
    let mut labels = Labels::default();
    // A margin on either side, so that every block has neighbours.
    let mut above = vec![NONE; width / 2 + 2];
    let mut here = above.clone();
    // The colour of the newest block in each column.
    let mut colors = vec![[0; 4]; width / 2 + 2];
    let rows = source.pixels().chunks_exact(2 * width).zip(result.indices().chunks_exact(2 * width));
    for (y, (pixels, indices)) in rows.enumerate() {
        let (upper, lower) = pixels.split_at(width);
        let (upper_indices, lower_indices) = indices.split_at(width);
        let blocks = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        let indices = upper_indices.as_chunks::<2>().0.iter().zip(lower_indices.as_chunks::<2>().0);
        for (x, ((&upper, &lower), (&[a, b], &[c, d]))) in blocks.zip(indices).enumerate() {
            let Some(sums) = of_one_color(upper, lower) else {
                here[x + 1] = NONE;
                continue;
            };
            let color = sums.map(|sum| (sum / 4) as u8);
            let label = labels.of(color, here[x], &above[x..x + 3]);
            labels.border(label, color, here[x], colors[x]);
            labels.border(label, color, above[x + 1], colors[x + 1]);
            (here[x + 1], colors[x + 1]) = (label, color);
            let region = &mut labels.regions[label as usize];
            region.add(x as u32, y as u32, sums, [a, b, c, d].map(|index| &lights[usize::from(index)]));
        }
        let row = &mut here[1..=width / 2];
        labels.end_row(y as u32, row, &mut done);
        std::mem::swap(&mut here, &mut above);
    }
    labels.end_row(NONE, &mut [], &mut done);
}

/// The sums of the channels of a block, if its pixels are nearly alike and none is fully transparent.
#[inline]
fn of_one_color(upper: [Rgba8; 2], lower: [Rgba8; 2]) -> Option<[u16; 4]> {
    let [a, b, c, d] = [upper[0], upper[1], lower[0], lower[1]];
    let lowest: Rgba8 = std::array::from_fn(|i| a[i].min(b[i]).min(c[i].min(d[i])));
    let highest: Rgba8 = std::array::from_fn(|i| a[i].max(b[i]).max(c[i].max(d[i])));
    (near(lowest, highest) && lowest[3] > 0).then(|| {
        std::array::from_fn(|i| u16::from(a[i]) + u16::from(b[i]) + u16::from(c[i]) + u16::from(d[i]))
    })
}

/// Whether no channel differs by more than the tolerance.
#[inline]
fn near(a: Rgba8, b: Rgba8) -> bool {
    // Without an early exit: four bytes are one step of vector code.
    a.iter().zip(b).fold(true, |near, (a, b)| near & (a.abs_diff(b) <= TOLERANCE))
}

/// Linear light and alpha of each colour of the palette, over black and over white or, in an opaque picture, as it is.
fn lights<const GROUNDS: usize>(result: &Indexed) -> Vec<[[u32; 4]; GROUNDS]> {
    let light = |channel: u8| (to_linear(f32::from(channel)) * LIGHT + 0.5) as u32;
    let on = |color: Rgba8, grey| {
        let [r, g, b] = over(color, grey).map(light);
        [r, g, b, u32::from(color[3])]
    };
    let colors = result.palette().colors().iter();
    colors.map(|&color| std::array::from_fn(|ground| on(color, [0, 255][ground]))).collect()
}

/// The regions that reach the last two rows. A label is the place of a region, and used again after its end.
struct Labels<const GROUNDS: usize> {
    regions: Vec<Region<GROUNDS>>,
    /// The first colour of each region.
    first: Vec<Rgba8>,
    /// The label that stands for each: itself, unless the region has become part of another.
    parents: Vec<u32>,
    /// Labels in use.
    open: Vec<u32>,
    free: Vec<u32>,
}

impl<const GROUNDS: usize> Default for Labels<GROUNDS> {
    fn default() -> Self {
        Self {
            regions: Vec::new(),
            first: Vec::new(),
            parents: Vec::new(),
            open: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<const GROUNDS: usize> Labels<GROUNDS> {
    /// The region for a block between its neighbours: to the left, and three above.
    #[inline]
    fn of(&mut self, color: Rgba8, left: u32, above: &[u32]) -> u32 {
        let (left, upper) = (self.joined(color, left), self.joined(color, above[1]));
        match (left, upper) {
            (Some(left), Some(upper)) if left != upper => self.union(left, upper),
            (Some(label), _) | (None, Some(label)) => label,
            // Lines may be slanted.
            (None, None) => match (self.joined(color, above[0]), self.joined(color, above[2])) {
                (Some(label), _) | (None, Some(label)) => label,
                (None, None) => self.new_region(color),
            },
        }
    }

    /// The region of a neighbour, if the color is near its first one.
    #[inline]
    fn joined(&mut self, color: Rgba8, neighbour: u32) -> Option<u32> {
        if neighbour == NONE {
            return None;
        }
        let label = self.find(neighbour);
        near(self.first[label as usize], color).then_some(label)
    }

    /// Counts a border if it is one and soft.
    #[inline]
    fn border(&mut self, label: u32, color: Rgba8, neighbour: u32, neighbour_color: Rgba8) {
        if neighbour == label || neighbour == NONE {
            return;
        }
        let other = self.find(neighbour);
        if other != label && near(color, neighbour_color) {
            self.regions[label as usize].soft += 1;
            self.regions[other as usize].soft += 1;
        }
    }

    #[inline]
    fn find(&mut self, mut label: u32) -> u32 {
        while self.parents[label as usize] != label {
            let above = self.parents[self.parents[label as usize] as usize];
            self.parents[label as usize] = above;
            label = above;
        }
        label
    }

    /// Makes two regions one, if they began alike, and returns where a block between them belongs. The first colour of
    /// the larger one stays.
    fn union(&mut self, left: u32, above: u32) -> u32 {
        if !near(self.first[left as usize], self.first[above as usize]) {
            return left;
        }
        let (left_region, above_region) = (self.regions[left as usize], self.regions[above as usize]);
        let (kept, gone) =
            if left_region.blocks > above_region.blocks { (left, above) } else { (above, left) };
        self.parents[gone as usize] = kept;
        self.regions[kept as usize] = left_region.with(&above_region);
        kept
    }

    fn new_region(&mut self, color: Rgba8) -> u32 {
        let label = self.free.pop().unwrap_or_else(|| {
            self.regions.push(Region::EMPTY);
            self.first.push(color);
            self.parents.push(0);
            self.parents.len() as u32 - 1
        });
        self.regions[label as usize] = Region::EMPTY;
        self.first[label as usize] = color;
        self.parents[label as usize] = label;
        self.open.push(label);
        label
    }

    /// Ends the regions that row `y` does not reach, and forgets the labels that stand for others.
    fn end_row(&mut self, y: u32, row: &mut [u32], done: &mut impl FnMut(&Region<GROUNDS>)) {
        for label in row.iter_mut().filter(|label| **label != NONE) {
            *label = self.find(*label);
        }
        let Self { regions, parents, open, free, .. } = self;
        open.retain(|&label| {
            let region = &regions[label as usize];
            let whole = parents[label as usize] == label;
            let stays = whole && region.bottom == y;
            if whole && !stays {
                done(region);
            }
            if !stays {
                free.push(label);
            }
            stays
        });
    }
}

impl<const GROUNDS: usize> Region<GROUNDS> {
    const EMPTY: Self = Self {
        blocks: 0,
        soft: 0,
        left: u32::MAX,
        right: 0,
        top: u32::MAX,
        bottom: 0,
        source: [0; 4],
        squares: 0,
        result: [[0; 4]; GROUNDS],
    };

    /// Adds a block at its column and row, with the sums of its source and the lights of its result.
    #[inline]
    fn add(&mut self, x: u32, y: u32, source: [u16; 4], result: [&[[u32; 4]; GROUNDS]; 4]) {
        self.blocks += 1;
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.top = self.top.min(y);
        self.bottom = y;
        let [r, g, b, _] = source.map(u32::from);
        self.squares += u64::from(r * r + g * g + b * b);
        let [a, b, c, d] = result;
        for channel in 0..4 {
            self.source[channel] += u64::from(source[channel]);
            for ground in 0..GROUNDS {
                let light = |pixel: &[[u32; 4]; GROUNDS]| pixel[ground][channel];
                self.result[ground][channel] += u64::from(light(a) + light(b) + light(c) + light(d));
            }
        }
    }

    fn with(&self, other: &Self) -> Self {
        let mut both = Self {
            blocks: self.blocks + other.blocks,
            soft: self.soft + other.soft,
            left: self.left.min(other.left),
            right: self.right.max(other.right),
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
            squares: self.squares + other.squares,
            ..*self
        };
        add(&mut both.source, &other.source);
        both.result.iter_mut().zip(&other.result).for_each(|(sums, others)| add(sums, others));
        both
    }
}

pub(super) fn add(sums: &mut [u64; 4], others: &[u64; 4]) {
    sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
}
