//! Rectangles of a canvas.

use std::ops::Range;

use crate::image::Rgba8;

/// A rectangle: columns and rows from the first to the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) right: usize,
    pub(crate) bottom: usize,
}

impl Place {
    /// That of a whole canvas.
    pub(crate) fn all(width: u32, height: u32) -> Self {
        Self { left: 0, top: 0, right: width as usize, bottom: height as usize }
    }

    /// Its first pixel alone, for frames in which nothing happens.
    pub(crate) fn dot(self) -> Self {
        Self { right: self.left + 1, bottom: self.top + 1, ..self }
    }

    pub(crate) fn width(self) -> usize {
        self.right - self.left
    }

    pub(crate) fn height(self) -> usize {
        self.bottom - self.top
    }

    #[cfg(feature = "decode")]
    pub(crate) fn holds(self, x: usize, y: usize) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// The least rectangle that holds every pixel, of rows of so many, for which `is_in` is true; none if there is none.
    pub(crate) fn around(width: usize, pixels: usize, is_in: impl Fn(usize) -> bool) -> Option<Self> {
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
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Places of its pixels in a canvas of rows of so many, row by row.
    pub(crate) fn rows(self, width: usize) -> impl Iterator<Item = Range<usize>> {
        (self.top..self.bottom).map(move |row| row * width + self.left..row * width + self.right)
    }

    /// All its pixels, row by row.
    pub(crate) fn pixels(self, width: usize) -> impl Iterator<Item = usize> {
        self.rows(width).flatten()
    }

    /// What lies in it.
    pub(crate) fn cut<T: Copy>(self, canvas: &[T], width: usize) -> Vec<T> {
        let mut piece = Vec::with_capacity(self.width() * self.height());
        self.rows(width).for_each(|row| piece.extend_from_slice(&canvas[row]));
        piece
    }

    /// What lies in it as it lies in another place, which is filled up where it reaches further.
    pub(crate) fn moved<T: Copy>(self, piece: &[T], to: Self, fill: T) -> Vec<T> {
        let mut moved = vec![fill; to.width() * to.height()];
        let (left, right) = (self.left.max(to.left), self.right.min(to.right));
        for row in self.top.max(to.top)..self.bottom.min(to.bottom) {
            let Some(length) = right.checked_sub(left) else { break };
            let from = &piece[(row - self.top) * self.width() + left - self.left..][..length];
            moved[(row - to.top) * to.width() + left - to.left..][..length].copy_from_slice(from);
        }
        moved
    }

    /// On the canvas on which `outer` lies, if this is a place in `outer`.
    pub(crate) fn within(self, outer: Self) -> Self {
        Self {
            left: outer.left + self.left,
            top: outer.top + self.top,
            right: outer.left + self.right,
            bottom: outer.top + self.bottom,
        }
    }
}

/// The pixels in which two pictures of a size differ.
pub(crate) fn changes(before: &[Rgba8], after: &[Rgba8], width: usize) -> Option<Place> {
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
        let larger = Place { left: 1, top: 0, right: 4, bottom: 3 };
        assert_eq!(place.moved(&piece, larger, 0), [0, 0, 0, 0, 7, 8, 0, 12, 13]);
        let smaller = Place { left: 3, top: 2, right: 4, bottom: 3 };
        assert_eq!(place.moved(&piece, smaller, 0), [13]);
        let [beside, below] = [Place { left: 0, right: 1, ..place }, Place { top: 3, bottom: 4, ..place }];
        assert_eq!((place.moved(&piece, beside, 0), place.moved(&piece, below, 0)), (vec![0; 2], vec![0; 3]));
        assert_eq!(larger.within(place), Place { left: 3, top: 1, right: 6, bottom: 4 });
    }
}
