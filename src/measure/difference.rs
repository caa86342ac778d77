//! Where a result differs from its source, and how much.

use crate::color::{ColorSpace, Point, distance_squared};
use crate::image::ImageRef;
use crate::indexed::Indexed;
use crate::par;

/// Mean distance between the pixels of `source` and `result` in each cell of a grid over the picture, row by row, in
/// [`ColorSpace::Oklab`], where white is 255 from black and 5 is about the least that is seen.
///
/// # Panics
/// If the two differ in size, or the grid has no cells or more than the picture has pixels in either direction.
///
/// ```
/// use huepack::{ImageRef, Indexed, Palette, measure};
/// let pixels = [[0, 0, 0, 255], [0, 0, 0, 255], [255, 255, 255, 255], [0, 0, 0, 255]];
/// let result = Indexed::new(4, 1, Palette::new(vec![[0, 0, 0, 255]])?, vec![0; 4])?;
/// let cells = measure::difference_map(ImageRef::new(4, 1, &pixels)?, &result, 2, 1);
/// assert_eq!(cells[0], 0.0);
/// assert!((cells[1] - 255.0 / 2.0).abs() < 0.1);
/// # Ok::<(), huepack::Error>(())
/// ```
#[must_use]
pub fn difference_map(source: ImageRef<'_>, result: &Indexed, columns: u32, rows: u32) -> Vec<f32> {
    let (width, height) = (source.width(), source.height());
    assert_eq!((width, height), (result.width(), result.height()), "sizes differ");
    assert!((1..=width).contains(&columns) && (1..=height).contains(&rows), "cells hold a pixel or more");
    let targets: Vec<Point> =
        result.palette().colors().iter().map(|&color| ColorSpace::Oklab.point(color)).collect();
    let rows_of_cells = par::map(rows as usize, |row| {
        let (first, end) = (edge(row, height, rows), edge(row + 1, height, rows));
        let mut sums = vec![0.0; columns as usize];
        let mut points = vec![[0.0; 4]; width as usize];
        for y in first..end {
            let pixels = y * width as usize..(y + 1) * width as usize;
            ColorSpace::Oklab.points(&source.pixels()[pixels.clone()], &mut points);
            add_row(&points, &result.indices()[pixels], &targets, &mut sums);
        }
        let cell = |(column, sum): (usize, f64)| {
            let cells = edge(column + 1, width, columns) - edge(column, width, columns);
            (sum / (cells * (end - first)) as f64) as f32
        };
        sums.into_iter().enumerate().map(cell).collect::<Vec<f32>>()
    });
    rows_of_cells.concat()
}

/// The first pixel of a cell: cells differ by a pixel at most.
fn edge(cell: usize, pixels: u32, cells: u32) -> usize {
    (cell as u64 * u64::from(pixels) / u64::from(cells)) as usize
}

/// Adds the distances in a row of pixels to the cells they are in.
fn add_row(points: &[Point], indices: &[u8], targets: &[Point], sums: &mut [f64]) {
    let (width, columns) = (points.len() as u32, sums.len() as u32);
    for (column, sum) in sums.iter_mut().enumerate() {
        let pixels = edge(column, width, columns)..edge(column + 1, width, columns);
        let distance = |(&point, &index): (&Point, &u8)| {
            f64::from(distance_squared(point, targets[usize::from(index)])).sqrt()
        };
        *sum += points[pixels.clone()].iter().zip(&indices[pixels]).map(distance).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Palette;

    #[test]
    fn every_pixel_counts_in_one_cell() {
        let pixels: Vec<_> = (0..35).map(|i| [i * 7, 255 - i, i, 255]).collect();
        let palette = Palette::new(vec![[90, 200, 10, 255], [0, 0, 0, 0]]).unwrap();
        let result = Indexed::new(7, 5, palette, (0..35).map(|i| i % 2).collect()).unwrap();
        let source = ImageRef::new(7, 5, &pixels).unwrap();
        let each = difference_map(source, &result, 7, 5);
        let point = |pixel| ColorSpace::Oklab.point(pixel);
        for (i, (&pixel, color)) in pixels.iter().zip(result.pixels()).enumerate() {
            let wanted = distance_squared(point(pixel), point(color)).sqrt();
            assert!((each[i] - wanted).abs() < 1e-3, "{i}: {} instead of {wanted}", each[i]);
        }
        let cells = difference_map(source, &result, 3, 2);
        // Columns of 2, 2 and 3 pixels, rows of 2 and 3.
        let sizes = [4.0, 4.0, 6.0, 6.0, 6.0, 9.0];
        let sum: f32 = cells.iter().zip(sizes).map(|(cell, size)| cell * size).sum();
        assert!((sum - each.iter().sum::<f32>()).abs() < 0.05, "{sum}");
    }
}
