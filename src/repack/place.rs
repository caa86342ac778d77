//! Rectangles of the canvas.

use std::ops::Range;

use crate::animation::Frame;
use crate::indexed::Indexed;

/// A rectangle; `right` and `bottom` are just outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

impl Place {
    /// That of a frame with pixels.
    pub(super) fn of(stored: &Frame<Indexed>) -> Option<Self> {
        let (left, top) = (stored.left as usize, stored.top as usize);
        let right = left + stored.picture.width() as usize;
        let bottom = top + stored.picture.height() as usize;
        (right > left && bottom > top).then_some(Self { left, top, right, bottom })
    }

    /// The first pixel.
    pub(super) fn dot(place: Self) -> Self {
        Self { right: place.left + 1, bottom: place.top + 1, ..place }
    }

    /// The smallest that holds both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(super) fn width(self) -> usize {
        self.right - self.left
    }

    pub(super) fn height(self) -> usize {
        self.bottom - self.top
    }

    pub(super) fn holds(self, x: usize, y: usize) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// The pixels of each row, on a canvas of this width.
    pub(super) fn rows(self, width: usize) -> impl Iterator<Item = Range<usize>> {
        (self.top..self.bottom).map(move |y| y * width + self.left..y * width + self.right)
    }

    /// All pixels, row by row.
    pub(super) fn pixels(self, width: usize) -> impl Iterator<Item = usize> {
        self.rows(width).flatten()
    }
}
