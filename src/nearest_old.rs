//! Exact nearest-colour search, shared by fitting and mapping.
//!
//! From a guess, the triangle inequality leaves few candidates: a point at distance `d` from the guess `g` can
//! only be nearer to colours within `2d` of `g` (Phillips, "Acceleration of k-means and related clustering
//! algorithms", 2002, calls it sort-means). Each colour therefore lists the others by distance.

use crate::color::{Point, distance_squared};

/// Bounds are widened by this, far above the rounding of distances up to a few hundred and far below anything
/// visible, so that pruning never changes the answer.
pub(crate) const ROUNDING: f32 = 1e-3;

/// Colours to search among, with their neighbours.
#[derive(Debug)]
pub(crate) struct Nearest {
    points: Vec<Point>,
    /// Row `i` holds every other colour, those nearest to `i` first. Empty if the lists are not worth sorting.
    neighbours: Vec<Neighbour>,
}

/// Sorting a list costs about as much as looking at every colour this many times.
const SEARCHES_PER_LIST: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Neighbour {
    distance: f32,
    index: u16,
}

/// The nearest colour, and how far it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) index: usize,
    pub(crate) distance_squared: f32,
}

impl Nearest {
    /// Prepares about so many searches among 1 to 256 points. The number changes no answer, only how it is found.
    pub(crate) fn new(points: &[Point], searches: usize) -> Self {
        let count = if searches < SEARCHES_PER_LIST * points.len() { 0 } else { points.len() };
        let others = |i: usize| (0..points.len()).filter(move |&j| j != i);
        let neighbours = (0..count)
            .flat_map(|i| others(i).map(|j| Neighbour { distance: 0.0, index: j as u16 }))
            .collect();
        let mut nearest = Self { points: points.to_vec(), neighbours };
        nearest.sort();
        nearest
    }

    /// Moves the colours. Cheap after small moves, because the lists are then nearly in order.
    pub(crate) fn move_to(&mut self, points: &[Point]) {
        self.points.copy_from_slice(points);
        self.sort();
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// Distance from colour `index` to the nearest other one; infinite if there is none.
    pub(crate) fn nearest_other(&self, index: usize) -> f32 {
        if let Some(neighbour) = self.row(index).first() {
            return neighbour.distance;
        }
        let others = self.points.iter().enumerate().filter(|&(i, _)| i != index);
        let nearest = others.map(|(_, &point)| distance_squared(self.points[index], point));
        nearest.fold(f32::INFINITY, f32::min).sqrt()
    }

    /// The colour nearest to `point`; of equally near ones that with the lowest index. Any guess gives the
    /// same answer, a good one gives it sooner.
    #[inline]
    pub(crate) fn search(&self, point: Point, guess: usize) -> Found {
        if self.neighbours.is_empty() {
            return self.search_all(point).0;
        }
        let mut best = Found { index: guess, distance_squared: distance_squared(point, self.points[guess]) };
        let from_guess = best.distance_squared.sqrt();
        let mut reach = 2.0 * from_guess + ROUNDING;
        for neighbour in self.row(guess) {
            if neighbour.distance > reach {
                break;
            }
            let found = self.candidate(point, neighbour);
            if found.is_before(best) {
                best = found;
                reach = from_guess + best.distance_squared.sqrt() + ROUNDING;
            }
        }
        best
    }

    /// As [`search`](Self::search), with the distance to the second nearest colour.
    pub(crate) fn search_two(&self, point: Point, guess: usize) -> (Found, f32) {
        if self.neighbours.is_empty() {
            return self.search_all(point);
        }
        let mut best = Found { index: guess, distance_squared: distance_squared(point, self.points[guess]) };
        let mut second = f32::INFINITY;
        let from_guess = best.distance_squared.sqrt();
        let mut reach = f32::INFINITY;
        for neighbour in self.row(guess) {
            if neighbour.distance > reach {
                break;
            }
            let found = self.candidate(point, neighbour);
            if found.is_before(best) {
                second = best.distance_squared;
                best = found;
            } else if found.distance_squared < second {
                second = found.distance_squared;
            } else {
                continue;
            }
            reach = from_guess + second.sqrt() + ROUNDING;
        }
        (best, second.sqrt())
    }

    /// Looks at every colour.
    #[inline(never)]
    fn search_all(&self, point: Point) -> (Found, f32) {
        let mut best = Found { index: 0, distance_squared: distance_squared(point, self.points[0]) };
        let mut second = f32::INFINITY;
        for (index, &color) in self.points.iter().enumerate().skip(1) {
            let found = Found { index, distance_squared: distance_squared(point, color) };
            if found.is_before(best) {
                second = best.distance_squared;
                best = found;
            } else {
                second = second.min(found.distance_squared);
            }
        }
        (best, second.sqrt())
    }

    #[inline(always)]
    fn candidate(&self, point: Point, neighbour: &Neighbour) -> Found {
        let index = usize::from(neighbour.index);
        Found { index, distance_squared: distance_squared(point, self.points[index]) }
    }

    #[inline(always)]
    fn row(&self, index: usize) -> &[Neighbour] {
        if self.neighbours.is_empty() {
            return &[];
        }
        let length = self.points.len() - 1;
        &self.neighbours[index * length..][..length]
    }

    fn sort(&mut self) {
        if self.neighbours.is_empty() {
            return;
        }
        let length = self.points.len() - 1;
        for (row, &point) in self.neighbours.chunks_exact_mut(length).zip(&self.points) {
            for neighbour in row.iter_mut() {
                neighbour.distance =
                    distance_squared(point, self.points[usize::from(neighbour.index)]).sqrt();
            }
            // The stable sort of std finds the runs that are in order already.
            row.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        }
    }
}

impl Found {
    fn is_before(self, other: Self) -> bool {
        (self.distance_squared, self.index) < (other.distance_squared, other.index)
    }
}

/// A first guess for any point: the colour nearest to the middle of its grid cell.
#[derive(Debug)]
pub(crate) struct Guesses {
    low: Point,
    /// Cells per unit of each axis.
    scale: Point,
    /// Cells along each axis.
    sides: [usize; 4],
    cells: Vec<u8>,
}

impl Guesses {
    /// A grid over the box of the colours of `nearest`, 32 cells along its longest axis, about 32 KB
    /// at most for opaque colours, which the first cache level holds; less where few searches follow.
    pub(crate) fn new(nearest: &Nearest, searches: usize) -> Self {
        const MAX_SIDE: usize = 32;
        // One search in the middle of a cell for every four that it helps.
        let side = (1..MAX_SIDE).find(|side| 4 * side * side * side >= searches).unwrap_or(MAX_SIDE) as f32;
        let points = nearest.points();
        let low: Point = std::array::from_fn(|i| points.iter().fold(f32::INFINITY, |m, p| m.min(p[i])));
        let high: Point = std::array::from_fn(|i| points.iter().fold(f32::NEG_INFINITY, |m, p| m.max(p[i])));
        let longest = (0..4).fold(1.0, |m: f32, i| m.max(high[i] - low[i]));
        // Alpha gets a quarter of the cells: it follows colour closely along soft edges.
        let scale = [side / longest, side / longest, side / longest, 0.25 * side / longest];
        let sides = std::array::from_fn(|i| ((high[i] - low[i]) * scale[i]) as usize + 1);
        let mut guesses = Self { low, scale, sides, cells: Vec::new() };
        let mut guess = 0;
        let count = sides.iter().product();
        guesses.cells.reserve_exact(count);
        for cell in 0..count {
            guess = nearest.search(guesses.middle(cell), guess).index;
            guesses.cells.push(guess as u8);
        }
        guesses
    }

    /// The guess for a point; points outside the box get that of the nearest cell.
    #[inline]
    pub(crate) fn guess(&self, point: Point) -> usize {
        let mut cell = 0;
        for (i, &coordinate) in point.iter().enumerate() {
            // `as` saturates: negative becomes 0.
            let along = ((coordinate - self.low[i]) * self.scale[i]) as usize;
            cell = cell * self.sides[i] + along.min(self.sides[i] - 1);
        }
        usize::from(self.cells[cell])
    }

    fn middle(&self, mut cell: usize) -> Point {
        let mut along = [0; 4];
        for i in (0..4).rev() {
            along[i] = cell % self.sides[i];
            cell /= self.sides[i];
        }
        std::array::from_fn(|i| self.low[i] + (along[i] as f32 + 0.5) / self.scale[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::ColorSpace;
    use crate::random::Random;

    fn naive(points: &[Point], point: Point) -> Found {
        let found = |index| Found { index, distance_squared: distance_squared(point, points[index]) };
        (1..points.len())
            .map(found)
            .fold(found(0), |best, next| if next.is_before(best) { next } else { best })
    }

    #[test]
    fn every_guess_leads_to_the_answer_of_the_naive_search() {
        let mut random = Random::new(7);
        let mut pixel = || (random.next() as u32).to_be_bytes();
        for (count, space) in [(1, ColorSpace::Srgb), (2, ColorSpace::Lab), (64, ColorSpace::Oklab)] {
            let mut points: Vec<Point> = (0..count).map(|_| space.point(pixel())).collect();
            points.push(points[0]);
            // For so few searches that nothing is prepared, and for more.
            let prepared = [0, 2_000].map(|searches| Nearest::new(&points, searches));
            for trial in 0..2_000 {
                let point = if trial < points.len() { points[trial] } else { space.point(pixel()) };
                let wanted = naive(&points, point);
                let mut distances: Vec<f32> = points.iter().map(|&p| distance_squared(point, p)).collect();
                distances.sort_by(f32::total_cmp);
                for nearest in &prepared {
                    let guesses = Guesses::new(nearest, trial);
                    for guess in [0, points.len() - 1, guesses.guess(point)] {
                        assert_eq!(nearest.search(point, guess).index, wanted.index);
                        let (found, second) = nearest.search_two(point, guess);
                        assert_eq!((found.index, second), (wanted.index, distances[1].sqrt()));
                    }
                }
            }
            for i in 0..points.len() {
                assert_eq!(prepared[0].nearest_other(i), prepared[1].nearest_other(i));
            }
        }
    }

    #[test]
    fn moved_colours_are_found_where_they_are_now() {
        let mut nearest = Nearest::new(&[[0.0; 4], [10.0, 0.0, 0.0, 0.0], [20.0, 0.0, 0.0, 0.0]], 100);
        nearest.move_to(&[[0.0; 4], [30.0, 0.0, 0.0, 0.0], [9.0, 0.0, 0.0, 0.0]]);
        assert_eq!(nearest.search([11.0, 0.0, 0.0, 0.0], 0).index, 2);
        assert!((nearest.nearest_other(2) - 9.0).abs() < 1e-6);
    }
}
