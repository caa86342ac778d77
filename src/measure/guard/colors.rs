//! Gathers regions by colour, and tells which colours moved and which became one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::regions::{BLOCK, LIGHT, Region, add};
use super::{Area, Finding, Guard};
use crate::color::{from_linear, lab_of_linear, to_linear};
use crate::image::Rgba8;
use crate::measure::ciede2000::ciede2000;

/// Fewest blocks of a region that counts: what 5x5 pixels hold at least, wherever they are.
const MIN_BLOCKS: u64 = 4;

/// Fewest blocks of a flat colour that can be one of two that merge, in all its regions: what 7x7 pixels hold at least.
const MIN_FLAT_BLOCKS: u64 = 9;

/// Of larger pictures the part that counts: they are seen scaled down, or a region of that size is not noticed.
const PICTURE_PER_REGION: u64 = 100_000;

/// Largest variance over the blocks of a flat region, of the three channels together. Noise of JPEG leaves 1; nine
/// steps of a grey gradient, the least that is a region of its own, have 20.
const FLAT_VARIANCE: f64 = 4.0;

/// Fewest blocks of a flat region for each soft border. The ends of gradients are bands that may be narrow and even,
/// but half of their blocks have such a border.
const BLOCKS_PER_SOFT: u64 = 8;

/// What is one colour to the eye, in CIEDE2000: half of what is just noticed side by side.
const SAME: f64 = 1.0;

/// Most flat colours that are held against each other, the commonest first; pairs grow with the square.
const MAX_FLAT: usize = 512;

/// Everything known of colours that share a cell.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    area: Area,
    /// Pixels of the largest region, whose box is that of the area.
    largest: u64,
    source: [u64; 4],
    /// On black and on white.
    result: [[u64; 4]; 2],
}

/// The colours of the regions so far. There are as many as there are cells, however many regions.
pub(super) struct Colors {
    guard: Guard,
    min_blocks: u64,
    /// By the four upper bits of each channel.
    moved: BTreeMap<[u8; 4], Sums>,
    /// By the five upper bits of each channel.
    flat: BTreeMap<[u8; 4], Sums>,
}

impl Colors {
    pub(super) fn new(guard: Guard, pixels: u64) -> Self {
        let min_blocks = MIN_BLOCKS.max(pixels / PICTURE_PER_REGION / BLOCK);
        Self { guard, min_blocks, moved: BTreeMap::new(), flat: BTreeMap::new() }
    }

    pub(super) fn add<const GROUNDS: usize>(&mut self, region: &Region<GROUNDS>) {
        if region.blocks < self.min_blocks {
            return;
        }
        let sums = Sums::of(region);
        let color = sums.source_color();
        if sums.moved() > self.guard.moved {
            self.moved.entry(color.map(|channel| channel >> 4)).or_default().merge(&sums);
        }
        if is_flat(region) {
            self.flat.entry(color.map(|channel| channel >> 3)).or_default().merge(&sums);
        }
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.moved.values().map(Sums::finding).collect();
        findings.extend(self.merged());
        // Stable, and what came was in an order of its own.
        findings.sort_by(|a, b| b.delta_e().total_cmp(&a.delta_e()));
        findings
    }

    /// For each flat colour, the commonest first, the commoner one that was furthest from it and became the same.
    fn merged(&self) -> Vec<Finding> {
        let noticed = |sums: &&Sums| sums.area.pixels >= BLOCK * MIN_FLAT_BLOCKS;
        let mut flat: Vec<&Sums> = self.flat.values().filter(noticed).collect();
        // Stable: those as common as each other stay in the order of their colours.
        flat.sort_by_key(|sums| Reverse(sums.area.pixels));
        flat.truncate(MAX_FLAT);
        let labs: Vec<[Grounds; 2]> =
            flat.iter().map(|sums| [sums.source_labs(), sums.result_labs()]).collect();
        let mut findings = Vec::new();
        for (number, &[source, result]) in labs.iter().enumerate() {
            let merged = |&other: &usize| is_one(labs[other][1], result);
            let apart = |other: usize| (other, largest(labs[other][0], source));
            let furthest = (0..number).filter(merged).map(apart).max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((other, delta_e)) = furthest.filter(|&(_, delta_e)| delta_e > self.guard.merged) else {
                continue;
            };
            let (common, rare) = (flat[other], flat[number]);
            findings.push(Finding::Merged {
                sources: [common.source_color(), rare.source_color()],
                result: common.result_color(),
                areas: [common.area, rare.area],
                delta_e,
            });
        }
        findings
    }
}

/// Whether it is one colour with a little noise, and no band of a gradient.
fn is_flat<const GROUNDS: usize>(region: &Region<GROUNDS>) -> bool {
    let blocks = region.blocks as f64;
    let squared_mean: f64 = region.source[..3].iter().map(|&sum| (sum as f64 / blocks).powi(2)).sum();
    let variance = (region.squares as f64 / blocks - squared_mean) / (BLOCK * BLOCK) as f64;
    variance <= FLAT_VARIANCE && BLOCKS_PER_SOFT * region.soft <= region.blocks
}

impl Sums {
    fn of<const GROUNDS: usize>(region: &Region<GROUNDS>) -> Self {
        let pixels = BLOCK * region.blocks;
        let area = Area {
            x: 2 * region.left,
            y: 2 * region.top,
            width: 2 * (region.right - region.left + 1),
            height: 2 * (region.bottom - region.top + 1),
            pixels,
            regions: 1,
        };
        let result = [region.result[0], region.result[GROUNDS - 1]];
        Self { area, largest: pixels, source: region.source, result }
    }

    fn merge(&mut self, other: &Self) {
        let area = if other.largest > self.largest { other.area } else { self.area };
        self.largest = self.largest.max(other.largest);
        self.area = Area {
            pixels: self.area.pixels + other.area.pixels,
            regions: self.area.regions + other.area.regions,
            ..area
        };
        add(&mut self.source, &other.source);
        add(&mut self.result[0], &other.result[0]);
        add(&mut self.result[1], &other.result[1]);
    }

    fn finding(&self) -> Finding {
        Finding::Moved {
            source: self.source_color(),
            result: self.result_color(),
            area: self.area,
            delta_e: self.moved(),
        }
    }

    /// How far the mean moved.
    fn moved(&self) -> f64 {
        largest(self.source_labs(), self.result_labs())
    }

    /// The source on black and on white.
    fn source_labs(&self) -> Grounds {
        let mean = |channel: usize| self.source[channel] as f64 / self.area.pixels as f64;
        let alpha = mean(3) / 255.0;
        [0.0, 255.0].map(|ground| {
            let on = |channel| to_linear((mean(channel) * alpha + ground * (1.0 - alpha)) as f32);
            lab_of_linear([on(0), on(1), on(2)]).map(f64::from)
        })
    }

    /// The result on black and on white.
    fn result_labs(&self) -> Grounds {
        [0, 1].map(|ground| lab_of_linear(self.result_light(ground)).map(f64::from))
    }

    fn result_light(&self, ground: usize) -> [f32; 3] {
        let scale = 1.0 / (self.area.pixels as f64 * f64::from(LIGHT));
        [0, 1, 2].map(|channel| (self.result[ground][channel] as f64 * scale) as f32)
    }

    fn source_color(&self) -> Rgba8 {
        let pixels = self.area.pixels;
        self.source.map(|sum| ((sum + pixels / 2) / pixels) as u8)
    }

    /// The colour that the result has to the eye.
    fn result_color(&self) -> Rgba8 {
        let pixels = self.area.pixels;
        let alpha = (self.result[0][3] + pixels / 2) / pixels;
        if alpha == 0 {
            return [0; 4];
        }
        // Back from over black.
        let straight = |light| (u64::from(from_linear(light)) * 255 / alpha).min(255) as u8;
        let [r, g, b] = self.result_light(0).map(straight);
        [r, g, b, alpha as u8]
    }
}

/// A colour in CIELAB on black and on white.
type Grounds = [[f64; 3]; 2];

/// CIEDE2000 on the ground where it shows most.
fn largest([black_a, white_a]: Grounds, [black_b, white_b]: Grounds) -> f64 {
    let on_black = ciede2000(black_a, black_b);
    let opaque = black_a == white_a && black_b == white_b;
    if opaque { on_black } else { on_black.max(ciede2000(white_a, white_b)) }
}

/// Whether two colours are the same to the eye.
fn is_one(a: Grounds, b: Grounds) -> bool {
    // Most are not, by their lightness alone: its weight in CIEDE2000 is at least 1 / 1.75.
    (a[0][0] - b[0][0]).abs() <= 1.75 * SAME && largest(a, b) <= SAME
}
