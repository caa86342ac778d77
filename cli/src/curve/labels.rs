//! Places for lettering in a chart, so that it covers nothing and is covered by nothing.

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// Where a line of text begins or ends, as SVG has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    /// Of the line that letters stand on.
    pub(super) baseline: f64,
    pub(super) anchor: &'static str,
}

/// A line of text.
#[derive(Clone, Debug)]
pub(super) struct Lettering {
    pub(super) text: String,
    /// Height in pixels.
    pub(super) font: f64,
    /// Over how many pixels of lines it may lie.
    pub(super) over_lines: f64,
}

/// A chart that fills up.
pub(super) struct Labels {
    inside: Area,
    /// What must stay visible: marks, and the lettering so far.
    taken: Vec<Area>,
    /// Pieces of lines, which lettering avoids where it can.
    lines: Vec<Area>,
}

/// Width of a character in parts of the height of the font. Fonts of systems have 0.5 to 0.6 in the mean.
const CHARACTER: f64 = 0.58;

/// Half the side of the squares that a line is taken apart into, in pixels.
const REACH: f64 = 2.0;

/// Between two pieces of lettering side by side, in pixels.
const GAP: f64 = 3.0;

/// From a mark to its lettering, in pixels: near, and where that is taken further away.
const DISTANCES: [f64; 3] = [8.0, 14.0, 22.0];

/// Directions from a mark, the best first. Curves rise to the right, so that right and below, and left and above, there
/// is room.
const DIRECTIONS: [(f64, f64); 8] =
    [(0.8, 0.8), (-0.8, -0.8), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (0.8, -0.8), (-0.8, 0.8)];

impl Area {
    /// A square around a point.
    pub(super) fn around(x: f64, y: f64, reach: f64) -> Self {
        Self { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }
}

impl Labels {
    pub(super) fn new(inside: Area) -> Self {
        Self { inside, taken: Vec::new(), lines: Vec::new() }
    }

    /// Keeps a point free.
    pub(super) fn keep_free(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// Keeps away from a line where that can be.
    pub(super) fn avoid(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
        // Squares, each as far from the next as it is wide.
        let pieces = ((x1 - x0).hypot(y1 - y0) / (2.0 * REACH)).ceil().clamp(1.0, 2000.0) as u32;
        for piece in 0..=pieces {
            let part = f64::from(piece) / f64::from(pieces);
            self.lines.push(Area::around(x0 + part * (x1 - x0), y0 + part * (y1 - y0), REACH));
        }
    }

    /// A place for lettering beside a point, if there is one; it is taken from then on.
    pub(super) fn beside(&mut self, (x, y): (f64, f64), lettering: &Lettering) -> Option<Place> {
        let mut best: Option<(usize, Area, Place)> = None;
        for distance in DISTANCES {
            for (right, down) in DIRECTIONS {
                let corner = (x + distance * right, y + distance * down);
                let (area, place) = lettering.towards(corner, right, down);
                if !self.inside.holds(&area) || self.taken.iter().any(|taken| taken.meets(&area)) {
                    continue;
                }
                let crossed = self.lines.iter().filter(|line| line.meets(&area)).count();
                if crossed as f64 * 2.0 * REACH > lettering.over_lines {
                    continue;
                }
                if best.as_ref().is_none_or(|&(least, ..)| crossed < least) {
                    best = Some((crossed, area, place));
                }
            }
        }
        let (_, area, place) = best?;
        self.taken.push(Area { left: area.left - GAP, right: area.right + GAP, ..area });
        Some(place)
    }
}

/// Width of a line of text in pixels, about.
pub(super) fn width(text: &str, font: f64) -> f64 {
    CHARACTER * font * text.chars().count() as f64
}

impl Lettering {
    /// The area and the place of lettering that lies in a direction from a corner or the middle of a side of it.
    fn towards(&self, (x, y): (f64, f64), right: f64, down: f64) -> (Area, Place) {
        let width = width(&self.text, self.font);
        let (left, anchor) = match right {
            right if right > 0.0 => (x, "start"),
            right if right < 0.0 => (x - width, "end"),
            _ => (x - width / 2.0, "middle"),
        };
        let top = match down {
            down if down > 0.0 => y,
            down if down < 0.0 => y - self.font,
            _ => y - self.font / 2.0,
        };
        let area = Area { left, top, right: left + width, bottom: top + self.font };
        // Digits and capitals stand on a line at about four fifths of the height of the font.
        (area, Place { x, baseline: top + 0.84 * self.font, anchor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lettering(text: &str) -> Lettering {
        Lettering { text: text.to_owned(), font: 12.0, over_lines: f64::INFINITY }
    }

    #[test]
    fn lettering_meets_neither_marks_nor_other_lettering_nor_the_border() {
        let inside = Area { left: 0.0, top: 0.0, right: 300.0, bottom: 200.0 };
        let mut labels = Labels::new(inside);
        let points: Vec<(f64, f64)> =
            (0..30_u32).map(|i| (f64::from(i * 47 % 300), f64::from(i * 31 % 200))).collect();
        points.iter().for_each(|&(x, y)| labels.keep_free(Area::around(x, y, 4.0)));
        let marks = labels.taken.len();
        let placed =
            points.iter().filter(|&&point| labels.beside(point, &lettering("128")).is_some()).count();
        assert!(placed > 10, "{placed}");
        for (i, area) in labels.taken.iter().enumerate().skip(marks) {
            assert!(inside.left - GAP <= area.left && area.right <= inside.right + GAP, "{area:?}");
            assert!(labels.taken[..i].iter().all(|other| !other.meets(area)), "{area:?}");
        }
    }

    #[test]
    fn a_line_is_left_free_where_there_is_room_beside_it() {
        let mut labels = Labels::new(Area { left: 0.0, top: 0.0, right: 300.0, bottom: 200.0 });
        labels.avoid((150.0, 100.0), (300.0, 100.0));
        labels.avoid((150.0, 100.0), (300.0, 200.0));
        let place = labels.beside((150.0, 100.0), &lettering("256")).unwrap();
        assert_eq!(place.anchor, "end");
        let picky = Lettering { over_lines: 0.0, ..lettering(&"1".repeat(20)) };
        labels.avoid((0.0, 100.0), (150.0, 100.0));
        let place = labels.beside((150.0, 100.0), &picky).unwrap();
        assert!(place.baseline < 98.0, "above, where there is no line: {place:?}");
        labels.avoid((0.0, 88.0), (300.0, 88.0));
        labels.avoid((0.0, 80.0), (300.0, 80.0));
        labels.avoid((0.0, 72.0), (300.0, 72.0));
        labels.avoid((0.0, 112.0), (150.0, 112.0));
        labels.avoid((0.0, 120.0), (150.0, 120.0));
        assert_eq!(labels.beside((150.0, 100.0), &picky), None);
    }
}
