//! Rows as rate–distortion mapping wants them: how each pixel should look, how much it shows, and what it may become.

use super::canvas::{Canvas, Drawn};
use super::diffusion::HALF_STRENGTH;
use super::targets::Targets;
use crate::activity::{Activity, NARROW, WIDE};
use crate::color::Point;
use crate::image::{ImageRef, Rgba8};

/// How much an error counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visibility {
    /// What it counts in flat surroundings, and at least, however busy they are.
    pub(super) most: f32,
    pub(super) least: f32,
    /// Standard deviation of luma next to it, in 8-bit steps, at which it counts 0.7 of the most.
    pub(super) half: u32,
    /// The same of what lies around, where that counts as well: then it is the product of the former to the power of 5/8
    /// and of this to that of 1/4.
    pub(super) half_around: Option<u32>,
}

/// How much of an error is passed on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strength {
    pub(super) most: f32,
    /// Whether it fades out where the picture is busy, as in error diffusion.
    pub(super) fades: bool,
}

/// What a pixel may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Any colour.
    Any,
    /// Any colour but those that are fully transparent.
    Visible,
    /// The same, or what the canvas shows.
    Onto,
    /// This index and no other.
    Only(u8),
}

/// How much more an error of a pixel counts that is so light, 0 to 1: as much as another at 0.6, 1.26 times in white, 0.23
/// in black. A cube root is steepest in the dark, where screens reflect and eyes tell little. On 12 photographs, files of
/// the same SSIMULACRA2 or PSNR are 1.6 % smaller for it, on 8 screenshots 0.6 and 1.3 %, and GIFs of 7 photographs 1 %.
/// With nothing added to the lightness, black would take any colour.
#[inline(always)]
fn shows(lightness: f32) -> f32 {
    1.6 / 0.7 * (lightness + 0.1) / (lightness + 1.0)
}

/// The part of an error that is to last from frame to frame where something moves: what changes is then as it is in the
/// source. On eight clips, files of the same score of the changes are 4 % smaller than with 0, and no larger for the same
/// mean score of the frames; with 0.3 it is 6 % and 1 % larger, with 0.5 it is 8 and 5 %.
const LASTING: f32 = 0.2;

/// What a pixel passes on at most, along each axis.
const MOST_ERROR: f32 = 64.0;

/// The part of an error that goes to the right (Floyd, Steinberg 1976).
#[inline(always)]
pub(super) fn passed_right(off: f32) -> f32 {
    limited(off) * (7.0 / 16.0)
}

#[inline(always)]
pub(super) fn limited(off: f32) -> f32 {
    off.clamp(-MOST_ERROR, MOST_ERROR)
}

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) points: Vec<Point>,
    pub(super) weights: Vec<f32>,
    /// How much of the errors of others each pixel takes.
    pub(super) strengths: Vec<f32>,
    pub(super) choices: Vec<Choice>,
    /// What each pixel looks like if nothing is drawn there; without a canvas, nothing.
    pub(super) seen: Vec<Point>,
    /// What that stands for.
    meant: Vec<Point>,
}

/// Walks down a picture.
pub(super) struct Rows<'a> {
    image: ImageRef<'a>,
    canvas: Option<&'a Canvas<'a>>,
    targets: &'a Targets,
    visibility: Visibility,
    strength: Strength,
    weights: Activity<'a, NARROW>,
    around: Activity<'a, WIDE>,
    /// How smooth that is.
    smoothness: Vec<f32>,
    strengths: Activity<'a, NARROW>,
    next: usize,
}

impl Row {
    pub(super) fn new(width: usize) -> Self {
        Self {
            points: vec![[0.0; 4]; width],
            weights: vec![0.0; width],
            strengths: vec![0.0; width],
            choices: vec![Choice::Any; width],
            seen: Vec::new(),
            meant: Vec::new(),
        }
    }
}

impl<'a> Rows<'a> {
    /// Starts at a row.
    pub(super) fn new(
        (image, canvas): Drawn<'a>,
        targets: &'a Targets,
        visibility: Visibility,
        strength: Strength,
        first: usize,
    ) -> Self {
        let (weights, strengths) = (Activity::new(image, first), Activity::new(image, first));
        let (around, smoothness) = (Activity::new(image, first), vec![0.0; image.width() as usize]);
        Self {
            image,
            canvas,
            targets,
            visibility,
            strength,
            weights,
            around,
            smoothness,
            strengths,
            next: first,
        }
    }

    /// Fills in the next row.
    #[inline(always)]
    pub(super) fn fill(&mut self, row: &mut Row) {
        let width = row.points.len();
        let start = self.next * width;
        let colors = &self.image.pixels()[start..][..width];
        self.next += 1;
        self.targets.space.points(colors, &mut row.points);
        self.weigh(&row.points, &mut row.weights);
        if self.strength.fades {
            self.strengths.next_row(HALF_STRENGTH, &mut row.strengths);
            row.strengths.iter_mut().for_each(|strength| *strength *= self.strength.most);
        } else {
            row.strengths.fill(self.strength.most);
        }
        if let Some(canvas) = self.canvas {
            canvas.weigh(start, &mut row.weights);
        }
        match self.canvas {
            Some(canvas) => self.put_onto(canvas, start, row),
            None if self.targets.fixes_some() => self.choose(colors, row),
            None => {}
        }
    }

    #[inline(always)]
    fn weigh(&mut self, points: &[Point], weights: &mut [f32]) {
        let Visibility { most, least, half, half_around } = self.visibility;
        self.weights.next_row(half, weights);
        if let Some(half) = half_around {
            self.around.next_row(half, &mut self.smoothness);
            for (weight, around) in weights.iter_mut().zip(&self.smoothness) {
                *weight = (*weight * (around * weight.sqrt()).sqrt()).sqrt();
            }
        }
        for (weight, point) in weights.iter_mut().zip(points) {
            let shows = self.targets.space.lightness(point).map_or(1.0, shows);
            *weight = (most * *weight).max(least) * shows;
        }
    }

    #[inline(always)]
    fn choose(&self, colors: &[Rgba8], row: &mut Row) {
        for ((strength, choice), &color) in row.strengths.iter_mut().zip(&mut row.choices).zip(colors) {
            *choice = match self.targets.fixed(color) {
                Some(index) => Choice::Only(index),
                None if color[3] < 255 || !self.targets.may_make_holes() => Choice::Any,
                None => Choice::Visible,
            };
            if matches!(choice, Choice::Only(_)) {
                // Nothing is spread over what cannot be seen, or must stay.
                *strength = 0.0;
            }
        }
    }

    /// Chooses with regard to what is seen already.
    #[inline(always)]
    fn put_onto(&self, canvas: &Canvas<'_>, start: usize, row: &mut Row) {
        let width = row.points.len();
        let colors = &self.image.pixels()[start..][..width];
        let seen = &canvas.image.pixels()[start..][..width];
        row.seen.resize(width, [0.0; 4]);
        self.targets.space.points(seen, &mut row.seen);
        let still = &canvas.still[start..][..width];
        let meant = &canvas.source.pixels()[start..][..width];
        if still.contains(&false) {
            row.meant.resize(width, [0.0; 4]);
            self.targets.space.points(meant, &mut row.meant);
        }
        let mut moving = Moving::new(still);
        for (x, (&color, &seen)) in colors.iter().zip(seen).enumerate() {
            let is_near = moving.is_near(x);
            let choice = match self.targets.fixed(color) {
                Some(index) if color[3] > 0 && seen != color => Choice::Only(index),
                Some(_) => Choice::Only(canvas.hole),
                None if color[3] == 0 => Choice::Only(canvas.hole),
                None if seen[3] == 255 && is_near => Choice::Onto,
                None if seen[3] == 255 => Choice::Only(canvas.hole),
                None => Choice::Visible,
            };
            row.choices[x] = choice;
            let is_still = still[x] && choice == Choice::Onto;
            if is_still {
                row.points[x] = row.seen[x];
            } else if choice == Choice::Onto && meant[x][3] == 255 {
                for axis in 0..4 {
                    row.points[x][axis] += LASTING * (row.seen[x][axis] - row.meant[x][axis]);
                }
            }
            if is_still || matches!(choice, Choice::Only(_)) {
                row.strengths[x] = 0.0;
            }
            if choice == Choice::Only(canvas.hole) {
                row.seen[x] = row.points[x];
            }
        }
    }
}

/// Where something moves in a row, as it is walked along.
struct Moving<'a> {
    still: &'a [bool],
    /// Up to here, something that moves is near.
    until: usize,
}

/// Pixels to either side of what moves that may be drawn, or phrases of what moves would have to end there. Others of what
/// stands still are left as they are seen without a search: that takes a sixth of the time off and no bytes; with 0, files
/// of the same score are 0.3 % larger.
const NEAR: usize = 4;

impl<'a> Moving<'a> {
    fn new(still: &'a [bool]) -> Self {
        let first = still.iter().take(NEAR).rposition(|still| !still);
        Self { still, until: first.map_or(0, |x| x + NEAR + 1) }
    }

    /// Whether something moves near a pixel, each of which is asked for in turn.
    #[inline(always)]
    fn is_near(&mut self, x: usize) -> bool {
        if self.still.get(x + NEAR) == Some(&false) {
            self.until = x + 2 * NEAR + 1;
        }
        x < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::ColorSpace;

    #[test]
    fn errors_of_the_dark_count_less() {
        let space = ColorSpace::default();
        let of = |pixel| shows(space.lightness(&space.point(pixel)).unwrap());
        let counts = [0, 60, 127, 200, 255].map(|grey| of([grey, grey, grey, 255]));
        assert!(counts.is_sorted() && counts[0] > 0.2 && counts[4] < 1.3, "{counts:?}");
        // What nobody sees is as light as over black and over white.
        assert!((of([9, 9, 9, 0]) - shows(0.5)).abs() < 1e-6);
        assert_eq!(ColorSpace::Srgb.lightness(&[0.0; 4]), None);
    }

    #[test]
    fn what_moves_is_near_for_some_pixels_on_either_side() {
        for width in [1, 3, 9, 30] {
            for at in 0..width {
                let still: Vec<bool> = (0..width).map(|x| x != at).collect();
                let mut moving = Moving::new(&still);
                let near: Vec<bool> = (0..width).map(|x| moving.is_near(x)).collect();
                let wanted: Vec<bool> = (0..width).map(|x: usize| x.abs_diff(at) <= NEAR).collect();
                assert_eq!(near, wanted, "{at} of {width}");
            }
        }
    }
}
