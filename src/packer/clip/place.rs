//! Rectangles of a canvas.

use crate::image::Rgba8;

/// A rectangle of the canvas: columns and rows from the first to the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

impl Place {
    pub(super) fn all(width: u32, height: u32) -> Self {
        Self { left: 0, top: 0, right: width as usize, bottom: height as usize }
    }

    /// One pixel in a corner, for frames in which nothing happens.
    pub(super) fn dot() -> Self {
        Self { left: 0, top: 0, right: 1, bottom: 1 }
    }

    pub(super) fn width(self) -> usize {
        self.right - self.left
    }

    pub(super) fn height(self) -> usize {
        self.bottom - self.top
    }

    /// The least rectangle that holds every pixel, of rows of so many, for which `is_in` is true; none if there is none.
    pub(super) fn around(width: usize, pixels: usize, is_in: impl Fn(usize) -> bool) -> Option<Self> {
        let mut place: Option<Self> = None;
        for (row, start) in (0..pixels).step_by(width).enumerate() {
            let Some(first) = (0..width).find(|&x| is_in(start + x)) else { continue };
            let last = (0..width).rev().find(|&x| is_in(start + x)).unwrap_or(first);
            let line = Self { left: first, top: row, right: last + 1, bottom: row + 1 };
            place = Some(place.map_or(line, |place| place.with(line)));
        }
        place
    }

    /// The least rectangle around both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Places of its pixels in a canvas of rows of so many, row by row.
    pub(super) fn rows(self, width: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        (self.top..self.bottom).map(move |row| row * width + self.left..row * width + self.right)
    }

    /// What lies in it.
    pub(super) fn cut<T: Copy>(self, canvas: &[T], width: usize) -> Vec<T> {
        self.rows(width).flat_map(|row| &canvas[row]).copied().collect()
    }

    /// Puts what was cut out into its place.
    pub(super) fn paste<T: Copy>(self, piece: &[T], canvas: &mut [T], width: usize) {
        for (row, piece) in self.rows(width).zip(piece.chunks_exact(self.width())) {
            canvas[row].copy_from_slice(piece);
        }
    }
}

/// The pixels in which two pictures of a size differ.
pub(super) fn changes(before: &[Rgba8], after: &[Rgba8], width: usize) -> Option<Place> {
    Place::around(width, after.len(), |pixel| before[pixel] != after[pixel])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_around_pixels_is_the_least() {
        let is_in = |pixel| [7, 9, 13].contains(&pixel);
        let place = Place::around(5, 20, is_in).unwrap();
        assert_eq!(place, Place { left: 2, top: 1, right: 5, bottom: 3 });
        assert_eq!(Place::around(5, 20, |_| false), None);
        let canvas: Vec<usize> = (0..20).collect();
        let piece = place.cut(&canvas, 5);
        assert_eq!(piece, [7, 8, 9, 12, 13, 14]);
        let mut empty = vec![0; 20];
        place.paste(&piece, &mut empty, 5);
        assert_eq!(empty[5..15], [0, 0, 7, 8, 9, 0, 0, 12, 13, 14]);
    }
}
