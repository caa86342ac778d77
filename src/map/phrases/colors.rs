//! How far all colours are from a point, and which are near.

use super::symbols::Symbols;
use crate::color::Point;
use crate::simd::Vector;

/// A coordinate of what must not be taken: further away than any, and its square is finite.
const FAR: f32 = 1e15;

/// As many as the widest vector has lanes.
const BLOCK: usize = 16;

/// The palette, by color and by axis, with room for any index.
#[derive(Debug)]
pub(super) struct Colors {
    points: [Point; 256],
    axes: [[f32; 256]; 4],
    distances: [f32; 256],
    /// Colours, up to a whole block.
    room: usize,
}

impl Colors {
    pub(super) fn new(points: &[Point]) -> Self {
        let mut colors = Self {
            points: [[FAR; 4]; 256],
            axes: [[FAR; 256]; 4],
            distances: [0.0; 256],
            room: points.len().next_multiple_of(BLOCK),
        };
        for (index, &point) in points.iter().enumerate() {
            colors.set(index as u8, point);
        }
        colors
    }

    #[inline(always)]
    pub(super) fn point(&self, index: u8) -> &Point {
        &self.points[usize::from(index)]
    }

    #[inline(always)]
    pub(super) fn set(&mut self, index: u8, point: Point) {
        self.points[usize::from(index)] = point;
        for (axis, coordinate) in self.axes.iter_mut().zip(point) {
            axis[usize::from(index)] = coordinate;
        }
    }

    /// Takes an index out of consideration.
    #[inline(always)]
    pub(super) fn hide(&mut self, index: u8) {
        self.set(index, [FAR; 4]);
    }

    /// Those whose squared distance from a point is at most so much more than the least; the favourite alone, if no other
    /// is nearer and none may be further.
    #[inline(always)]
    pub(super) fn near<V: Vector>(&mut self, point: &Point, more: f32, favourite: Option<u8>) -> Symbols {
        let point = point.map(V::splat);
        let mut least = V::splat(f32::INFINITY);
        let mut from = 0;
        while from < self.room {
            let mut squares = [V::splat(0.0); 4];
            for axis in 0..4 {
                let off = point[axis].sub(V::load(&self.axes[axis][from..]));
                squares[axis] = off.mul(off);
            }
            let distance = squares[0].add(squares[1]).add(squares[2].add(squares[3]));
            distance.store(&mut self.distances[from..]);
            least = V::select(distance.less(least), distance, least);
            from += V::LANES;
        }
        let least = least.least();
        if let Some(favourite) = favourite
            && more == 0.0
            && self.distances[usize::from(favourite)] <= least
        {
            return Symbols::only(favourite);
        }
        let most = V::splat(least + more);
        let mut near = Symbols::NONE;
        let mut from = 0;
        while from < self.room {
            let further = V::bits(most.less(V::load(&self.distances[from..])));
            near.insert_from(from, !further & ((1 << V::LANES) - 1));
            from += V::LANES;
        }
        near
    }
}
