//! Smaller pictures, by the mean of what each pixel covers, in whole numbers: the same on every machine.

use huepack::{Image, Result, Rgba8};

/// A picture that is read pixel by pixel, so that one with a palette need not be spread out.
pub(super) struct Pixels<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// By their places, row by row.
    pub(super) at: &'a dyn Fn(usize) -> Rgba8,
}

/// Red, green and blue times alpha, alpha, each times the part of a pixel that is covered.
type Sums = [u64; 4];

/// The size of a picture of which no side is longer than `longest`.
pub(super) fn size_within((width, height): (u32, u32), longest: u32) -> (u32, u32) {
    let side = width.max(height);
    if side <= longest {
        return (width, height);
    }
    let scaled = |length: u32| {
        let (length, side) = (u64::from(length), u64::from(side));
        ((length * u64::from(longest) + side / 2) / side).max(1) as u32
    };
    (scaled(width), scaled(height))
}

/// The picture at another size, which must not be larger.
pub(super) fn scaled(pixels: &Pixels<'_>, (width, height): (u32, u32)) -> Result<Image> {
    let mut cells = vec![[0; 4]; width as usize * height as usize];
    let mut row = vec![[0; 4]; width as usize];
    for y in 0..pixels.height {
        row.fill([0; 4]);
        add_row(pixels, y, &mut row);
        for (to, weight) in covered(y, pixels.height, height) {
            let from = to as usize * width as usize;
            for (cell, sums) in cells[from..].iter_mut().zip(&row) {
                add(cell, sums, weight);
            }
        }
    }
    let area = u64::from(pixels.width) * u64::from(pixels.height);
    Image::new(width, height, cells.into_iter().map(|sums| mean(sums, area)).collect())
}

fn add_row(pixels: &Pixels<'_>, y: u32, row: &mut [Sums]) {
    let first = y as usize * pixels.width as usize;
    for x in 0..pixels.width {
        let [r, g, b, a] = (pixels.at)(first + x as usize).map(u64::from);
        for (to, weight) in covered(x, pixels.width, row.len() as u32) {
            add(&mut row[to as usize], &[r * a, g * a, b * a, a], weight);
        }
    }
}

fn add(sums: &mut Sums, more: &Sums, weight: u64) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += weight * more;
    }
}

/// Which of `cells` a pixel lies in, one or two, and how much of it, in parts of which a cell has as many as there are
/// pixels.
fn covered(pixel: u32, pixels: u32, cells: u32) -> impl Iterator<Item = (u32, u64)> {
    let (pixels, cells) = (u64::from(pixels), u64::from(cells));
    let (start, end) = (u64::from(pixel) * cells, (u64::from(pixel) + 1) * cells);
    let first = start / pixels;
    let next = (first + 1) * pixels;
    let within = end.min(next) - start;
    let beyond = end.saturating_sub(next);
    [(first as u32, within), (first as u32 + 1, beyond)].into_iter().filter(|&(_, weight)| weight > 0)
}

fn mean([r, g, b, a]: Sums, area: u64) -> Rgba8 {
    if a == 0 {
        return [0; 4];
    }
    let color = |sum: u64| ((sum + a / 2) / a) as u8;
    [color(r), color(g), color(b), ((a + area / 2) / area) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: u32, height: u32, pixels: &[Rgba8], size: (u32, u32)) -> Vec<Rgba8> {
        scaled(&Pixels { width, height, at: &|i| pixels[i] }, size).unwrap().pixels().to_vec()
    }

    #[test]
    fn a_cell_is_the_mean_of_what_it_covers() {
        let grey = |level| [level, level, level, 255];
        assert_eq!(of(3, 1, &[grey(0), grey(90), grey(240)], (2, 1)), [grey(30), grey(190)]);
        assert_eq!(of(2, 2, &[0, 10, 20, 30].map(grey), (1, 1)), [grey(15)]);
        assert_eq!(of(2, 2, &[0, 10, 20, 30].map(grey), (2, 2)), [0, 10, 20, 30].map(grey));
    }

    #[test]
    fn transparent_pixels_give_no_colour() {
        assert_eq!(of(2, 1, &[[200, 0, 0, 255], [0, 200, 0, 0]], (1, 1)), [[200, 0, 0, 128]]);
        assert_eq!(of(1, 2, &[[9, 9, 9, 0]; 2], (1, 1)), [[0; 4]]);
    }

    #[test]
    fn sizes_keep_their_shape_and_never_vanish() {
        assert_eq!(size_within((4000, 3000), 256), (256, 192));
        assert_eq!(size_within((100, 50), 256), (100, 50));
        assert_eq!(size_within((10_000, 3), 256), (256, 1));
    }
}
