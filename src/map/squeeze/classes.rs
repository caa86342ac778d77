//! Classes of colours: three of them in a row tell where to look for a repeat.

use crate::color::{Point, distance_squared};

/// On 13 photographs, files of the same score are 0.6 % larger with 16, which takes half as many places more to make good,
/// and 0.3 % with 32.
const CLASSES: usize = 24;

/// Colours that are looked at side by side: one vector of AVX-512.
const SIDE: usize = 16;

/// Each is a colour far from those before it, and what is nearest to it.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    /// By index.
    of: [u8; 256],
    /// By index, which of its class it is.
    members: [u8; 256],
    /// By class, its colours by axis.
    colors: Vec<Vec<[[f32; SIDE]; 4]>>,
}

impl Classes {
    pub(super) fn new(points: &[Point]) -> Self {
        let mut of = [0; 256];
        let mut distances = vec![f32::INFINITY; points.len()];
        let mut next = 0;
        let count = CLASSES.min(points.len());
        for class in 0..count {
            let seed = points[next];
            for (index, distance) in distances.iter_mut().enumerate() {
                let other = distance_squared(points[index], seed);
                if other < *distance {
                    *distance = other;
                    of[index] = class as u8;
                }
            }
            next = (0..points.len())
                .max_by(|&a, &b| distances[a].total_cmp(&distances[b]).then(b.cmp(&a)))
                .unwrap_or(0);
        }
        let (mut members, mut colors, mut counts) = ([0; 256], vec![Vec::new(); count], [0; CLASSES]);
        for (index, point) in points.iter().enumerate() {
            let class = usize::from(of[index]);
            let member: usize = counts[class];
            counts[class] += 1;
            if member.is_multiple_of(SIDE) {
                colors[class].push([[0.0; SIDE]; 4]);
            }
            let block: &mut [[f32; SIDE]; 4] = colors[class].last_mut().expect("it was pushed");
            for axis in 0..4 {
                block[axis][member % SIDE] = point[axis];
            }
            members[index] = member as u8;
        }
        Self { of, members, colors }
    }

    /// The class of a colour.
    #[inline(always)]
    pub(super) fn of(&self, index: u8) -> u8 {
        self.of[usize::from(index)]
    }

    /// Which of its class a colour is.
    #[inline(always)]
    pub(super) fn member(&self, index: u8) -> u8 {
        self.members[usize::from(index)]
    }

    /// Tells of each member of a class whether an error of so much weight is worth at most so much. What it says of more than
    /// there are means nothing.
    #[inline(always)]
    pub(super) fn near(&self, class: u8, point: &Point, weight: f32, most: f32, near: &mut [bool; 256]) {
        let (near, _) = near.as_chunks_mut::<SIDE>();
        for (near, axes) in near.iter_mut().zip(&self.colors[usize::from(class)]) {
            for lane in 0..SIDE {
                let color = std::array::from_fn(|axis| axes[axis][lane]);
                near[lane] = weight * distance_squared(*point, color) <= most;
            }
        }
    }
}
