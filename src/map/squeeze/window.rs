//! What was written, as DEFLATE sees it, and where something like what comes next stands in it.

use super::prices::WINDOW;

/// Three classes make a key.
const KEY_BITS: u32 = 15;

/// Nowhere.
const NONE: u32 = u32::MAX;

/// Filtered rows, each after its filter byte, and chains of the places where each three classes of colours stand.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) bytes: Vec<u8>,
    /// Bytes from a row to the next.
    pub(super) stride: usize,
    heads: Vec<u32>,
    previous: Vec<u32>,
}

impl Window {
    pub(super) fn new(width: usize, rows: usize) -> Self {
        let stride = width + 1;
        Self {
            bytes: vec![0; stride * rows],
            stride,
            heads: vec![NONE; 1 << KEY_BITS],
            previous: vec![NONE; WINDOW],
        }
    }

    /// Takes in places of a row that was written: all that have three bytes.
    #[inline(always)]
    pub(super) fn enter(&mut self, start: usize, class_of: &[u8; 256]) {
        let row = &self.bytes[start..][..self.stride - 1];
        for (at, bytes) in row.windows(3).enumerate() {
            let key = key([bytes[0], bytes[1], bytes[2]].map(|byte| class_of[usize::from(byte)]));
            let place = start + at;
            self.previous[place % WINDOW] = self.heads[key];
            self.heads[key] = place as u32;
        }
    }

    /// Finds nothing any more that was taken in up to now.
    pub(super) fn forget(&mut self) {
        self.heads.fill(NONE);
    }

    /// Distances back from a place to where these classes stand, the nearest first.
    #[inline(always)]
    pub(super) fn sources(&self, place: usize, classes: [u8; 3]) -> Sources<'_> {
        Sources { window: self, place, next: self.heads[key(classes)] }
    }
}

pub(super) struct Sources<'a> {
    window: &'a Window,
    place: usize,
    next: u32,
}

impl Iterator for Sources<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        if self.next == NONE {
            return None;
        }
        let found = self.next as usize;
        let distance = self.place - found;
        if distance > WINDOW {
            return None;
        }
        let next = self.window.previous[found % WINDOW];
        // A place that was overwritten would lead on to a later one.
        self.next = if next != NONE && (next as usize) < found { next } else { NONE };
        Some(distance)
    }
}

fn key(classes: [u8; 3]) -> usize {
    let [a, b, c] = classes.map(usize::from);
    (a << 10 | b << 5 | c) & ((1 << KEY_BITS) - 1)
}
