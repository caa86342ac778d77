//! Areas for numbers: a rectangle cut into one for each, as square as they come (Bruls, Huizing and van Wijk, "Squarified
//! Treemaps", 2000).

/// A rectangle; the whole one is 0 to 100 in both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Width of the map for its height, as it is on a wide screen.
const ASPECT: f64 = 2.4;

/// Rounding may leave nothing for the last cells, which are then too small to be seen.
const LEAST_SIDE: f64 = 1e-9;

/// A cell for each of the sizes, which come with the largest first and are none of them 0.
pub(super) fn cells(sizes: &[u64]) -> Vec<Cell> {
    let total = sizes.iter().sum::<u64>() as f64;
    let area = |size: &u64| *size as f64 / total * 100.0 * ASPECT * 100.0;
    let areas: Vec<f64> = sizes.iter().map(area).collect();
    let mut free = Cell { left: 0.0, top: 0.0, width: 100.0 * ASPECT, height: 100.0 };
    let mut cells = Vec::with_capacity(areas.len());
    let mut rest = areas.as_slice();
    while !rest.is_empty() {
        let side = free.width.min(free.height).max(LEAST_SIDE);
        let mut count = 1;
        while count < rest.len() && worst(&rest[..=count], side) <= worst(&rest[..count], side) {
            count += 1;
        }
        let (strip, others) = rest.split_at(count);
        free = lay(strip, free, &mut cells);
        rest = others;
    }
    cells
        .into_iter()
        .map(|cell| Cell { left: cell.left / ASPECT, width: cell.width / ASPECT, ..cell })
        .collect()
}

/// How far the least square of the cells is from a square, if they share a strip along a side of that length.
fn worst(areas: &[f64], side: f64) -> f64 {
    let sum: f64 = areas.iter().sum();
    let depth = sum / side;
    let ratio = |area: &f64| {
        let length = area / depth;
        (length / depth).max(depth / length)
    };
    areas.iter().map(ratio).fold(0.0, f64::max)
}

/// Lays a strip along the shorter side; what stays free.
fn lay(areas: &[f64], free: Cell, cells: &mut Vec<Cell>) -> Cell {
    let sum: f64 = areas.iter().sum();
    let is_column = free.width >= free.height;
    let side = if is_column { free.height } else { free.width }.max(LEAST_SIDE);
    let depth = sum / side;
    let mut at = 0.0;
    for area in areas {
        let length = area / depth;
        cells.push(if is_column {
            Cell { left: free.left, top: free.top + at, width: depth, height: length }
        } else {
            Cell { left: free.left + at, top: free.top, width: length, height: depth }
        });
        at += length;
    }
    if is_column {
        Cell { left: free.left + depth, width: (free.width - depth).max(0.0), ..free }
    } else {
        Cell { top: free.top + depth, height: (free.height - depth).max(0.0), ..free }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_as_the_sizes_and_fill_the_whole() {
        let sizes = [600, 600, 400, 300, 200, 200, 100];
        let cells = cells(&sizes);
        for (cell, size) in cells.iter().zip(sizes) {
            let area = cell.width * cell.height;
            assert!((area - size as f64 / 2400.0 * 10_000.0).abs() < 1e-6, "{size}: {cell:?}");
            assert!(cell.left >= -1e-9 && cell.left + cell.width <= 100.0 + 1e-9, "{cell:?}");
            assert!(cell.top >= -1e-9 && cell.top + cell.height <= 100.0 + 1e-9, "{cell:?}");
            let ratio = cell.width * ASPECT / cell.height;
            assert!((0.2..5.0).contains(&ratio), "{cell:?}");
        }
    }

    #[test]
    fn cells_do_not_overlap() {
        let cells = cells(&[900, 50, 40, 30, 5, 5, 1, 1, 1]);
        for (i, a) in cells.iter().enumerate() {
            for b in &cells[..i] {
                let across = (a.left + a.width).min(b.left + b.width) - a.left.max(b.left);
                let down = (a.top + a.height).min(b.top + b.height) - a.top.max(b.top);
                assert!(across < 1e-9 || down < 1e-9, "{a:?} {b:?}");
            }
        }
        assert!(super::cells(&[]).is_empty());
    }
}
