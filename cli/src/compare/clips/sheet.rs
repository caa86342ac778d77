//! The sheet: frames of each result below those of the source, and what is different about them.

use huepack::{Image, Result};

use super::Comparison;
use super::measured::{Measured, Shown};
use crate::compare::canvas::{Canvas, Lettering};
use crate::compare::panels::{INK, MARGIN, PAPER};
use crate::number::{grouped, grouped_decimal};

/// Between frames.
const GAP: u32 = 8;
/// The rows of a result, as they are named to the left.
const ROWS: [&str; 3] = ["source", "result", "difference"];

/// Draws every result.
///
/// # Errors
/// None: every clip has a frame.
pub(super) fn draw(comparison: &Comparison<'_>) -> Result<Image> {
    let lettering = Lettering::SMALLEST;
    let blocks: Vec<Block<'_>> = comparison.results.iter().map(Block::of).collect();
    let names = ROWS.iter().map(|name| lettering.width(name)).max().unwrap_or(0) + GAP;
    let width = |block: &Block<'_>| (names + block.width()).max(lettering.width(&block.heading));
    let width = blocks.iter().map(width).max().unwrap_or(0) + 2 * MARGIN;
    let height = blocks.iter().map(|block| block.height() + MARGIN).sum::<u32>() + MARGIN;
    let mut canvas = Canvas::new(width, height, PAPER);
    let mut top = MARGIN;
    for block in &blocks {
        block.draw(&mut canvas, top, names);
        top += block.height() + MARGIN;
    }
    canvas.finish()
}

/// The part of the sheet for one result.
struct Block<'a> {
    heading: String,
    /// Each with its title.
    columns: Vec<(&'a Shown, String)>,
    /// Of a frame with the gap to the next.
    cell: (u32, u32),
}

impl<'a> Block<'a> {
    fn of(result: &'a Measured<'_>) -> Self {
        let report = result.report;
        let changes =
            result.temporal_score().map_or_else(String::new, |score| format!(", changes {score:.2}"));
        let flicker = result.flicker().map_or_else(String::new, |flicker| format!(", flicker {flicker:.2}"));
        let (name, bytes) = (&result.file.name, grouped(result.file.bytes.len() as u64));
        let heading =
            format!("{name}: {bytes} B, score {}{changes}{flicker}", grouped_decimal(report.score, 2));
        let last = result.shown.len() - 1;
        let title = |(i, shown): (usize, &'a Shown)| {
            let which = if i == last { "worst" } else { "frame" };
            (shown, format!("{which} {}: {:.1}", shown.frame, shown.score))
        };
        let columns: Vec<(&Shown, String)> = result.shown.iter().enumerate().map(title).collect();
        let widest =
            columns.iter().map(|(shown, title)| Lettering::SMALLEST.width(title).max(shown.source.width()));
        let cell = (widest.max().unwrap_or(0) + GAP, result.shown[0].source.height() + GAP);
        Self { heading, columns, cell }
    }

    fn width(&self) -> u32 {
        self.columns.len() as u32 * self.cell.0
    }

    /// The heading, the titles and the rows.
    fn height(&self) -> u32 {
        2 * (Lettering::SMALLEST.height() + GAP) + ROWS.len() as u32 * self.cell.1
    }

    fn draw(&self, canvas: &mut Canvas, top: u32, names: u32) {
        let lettering = Lettering::SMALLEST;
        canvas.write(MARGIN, top, &self.heading, lettering, INK);
        let titles = top + lettering.height() + GAP;
        let first = titles + lettering.height() + GAP;
        for (row, name) in (0..).zip(ROWS) {
            canvas.write(MARGIN, first + row * self.cell.1, name, lettering, INK);
        }
        for (column, (shown, title)) in (0..).zip(&self.columns) {
            let left = MARGIN + names + column * self.cell.0;
            canvas.write(left, titles, title, lettering, INK);
            for (row, image) in (0..).zip([&shown.source, &shown.result, &shown.difference]) {
                canvas.draw(left, first + row * self.cell.1, image.view());
            }
        }
    }
}
