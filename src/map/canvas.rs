//! What the viewer of an animation already sees, and where it may as well stay.
//!
//! A dithered picture that stands still must not be dithered anew: each pixel that differs draws others after it, and all
//! of them flicker. So a pixel is still if the source is as it was, and the canvas as good as it would become: the mean
//! error of its surroundings is small beside what the palette misses there anyway, since dithering makes it good, and the
//! errors themselves are no larger than dithering makes them. What was drawn badly in motion is mended once it stops.
//!
//! Without a look at the source, what moves slowly would be taken for still: on a clip of 16 frames from a camera, that
//! cost 6 points of SSIMULACRA2 and 4 of the changes.

use std::collections::VecDeque;

use super::rows::Visibility;
use super::targets::Targets;
use super::{Coder, MapOptions, flat, phrases, rows_per_chunk, squeeze};
use crate::activity::{Activity, NARROW};
use crate::color::{Point, distance_squared};
use crate::image::{ImageRef, Rgba8, visible};
use crate::par;
use crate::simd::{Kernel, Vector};

/// Steps of a channel up to which the source stands still: what is left of a camera's noise in a compressed video.
const STILL: u8 = 2;

/// Half the window, 5x5 pixels: on average, dithering is right over so many.
const RADIUS: usize = 2;

/// How much the squared mean error, the mean squared error, and that of the pixel itself may be, in ratio to what the palette
/// misses. With twice as much of each, a clip from a camera takes 4 % more bytes for the same score, and where it stands
/// still flickers by 0.11 steps instead of 0.21 (gifski: 0.38); with half as much, 3 % fewer, and by 0.34.
const MOST_BIAS: f32 = 0.3;
const MOST_ERROR: f32 = 1.5;
const MOST_OWN_ERROR: f32 = 4.0;

/// How errors are weighed that bits are worth: more or less as in mapping.
const VISIBILITY: Visibility = Visibility { most: 1.0, least: 0.1, half: 2, half_around: None };

/// Bits of a pixel, more or less: an error that is worth so many is made where it saves them.
const WORTH_BITS: f32 = 2.0;

/// The part of the squared distance between neighbours in the palette that it misses at least: where a colour is met
/// exactly, others of its surroundings are not.
const LEAST_MISS: f32 = 0.125;

/// Which of its neighbours, the nearest being 0: the nearest may lie on the other side than those that it is mixed with.
const NEIGHBOUR: usize = 3;

/// What the viewer of an animation sees before a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) canvas: ImageRef<'a>,
    /// The picture that the canvas stands for.
    pub(crate) source: ImageRef<'a>,
    /// Frames for which each pixel of the picture is to stay as it is, this one included; empty where that is not known.
    pub(crate) stays: &'a [u8],
}

/// The picture that is seen, that which it stands for, and the index that leaves it.
pub(super) struct Canvas<'a> {
    pub(super) image: ImageRef<'a>,
    pub(super) source: ImageRef<'a>,
    pub(super) hole: u8,
    /// Where the picture stands still.
    pub(super) still: Vec<bool>,
    stays: &'a [u8],
}

/// A picture, and if it is a frame of an animation what is seen before it.
pub(super) type Drawn<'a> = (ImageRef<'a>, Option<&'a Canvas<'a>>);

/// What is summed over a window.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    error: Point,
    squares: f32,
    misses: f32,
    count: f32,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(
        image: ImageRef<'_>,
        seen: Seen<'a>,
        hole: u8,
        targets: &Targets,
        options: &MapOptions,
    ) -> Self {
        let nearest = flat::map(image, targets, options.simd);
        let misses = misses(targets);
        let most = match options.coder {
            Coder::Deflate => squeeze::VISIBILITY.most,
            Coder::Lzw => phrases::VISIBILITY.most,
        };
        let worth = WORTH_BITS * options.lambda / most;
        let differences = Differences { image, seen, targets, nearest: &nearest, misses: &misses, worth };
        let width = image.width() as usize;
        let rows = rows_per_chunk(width);
        let mut still = vec![false; nearest.len()];
        if options.lambda == 0.0 && is_exact(image, targets, &nearest) {
            let pairs = image.pixels().iter().zip(seen.canvas.pixels());
            still.iter_mut().zip(pairs).for_each(|(still, (wanted, seen))| *still = wanted == seen);
        } else {
            par::map_chunks_mut(&mut still, rows * width, |number, still| {
                options.simd.run(Judge { differences: &differences, first: number * rows, still });
            });
        }
        Self { image: seen.canvas, source: seen.source, hole, still, stays: seen.stays }
    }
}

/// How much more an error counts if it is seen in so many frames: their root of the fourth degree. As many times as it is
/// seen would be right for the mean over frames, were it not that scores go by the worst of a frame. On eight clips, files
/// of the same mean score are 0.6 % larger than with the square root, for the same score of the changes 1.7 % smaller, and
/// beside gifski's, with neither worse, 1.4 %; with the frames themselves, changes take 5 % more than with no regard.
#[inline(always)]
fn persistence(frames: u8) -> f32 {
    f32::from(frames).sqrt().sqrt()
}

/// Whether a pixel is as it was, but for what nobody sees.
#[inline(always)]
pub(crate) fn stands_still(now: Rgba8, before: Rgba8) -> bool {
    // Shifts rather than bytes: a vector of pixels is then a vector of these.
    let [now, before] = [now, before].map(u32::from_le_bytes);
    let change = |shift: u32| (now >> shift & 255).abs_diff(before >> shift & 255);
    change(0).max(change(8)).max(change(16)).max(change(24)) <= u32::from(STILL)
}

impl Canvas<'_> {
    /// Weighs the errors of some pixels from one on by how long they are seen.
    #[inline(always)]
    pub(super) fn weigh(&self, start: usize, weights: &mut [f32]) {
        if let Some(stays) = self.stays.get(start..start + weights.len()) {
            weights.iter_mut().zip(stays).for_each(|(weight, &frames)| *weight *= persistence(frames));
        }
    }

    /// Leaves pixels as they are seen where the picture stands still, and where that is as good as what they were given.
    pub(super) fn leave(&self, image: ImageRef<'_>, targets: &Targets, indices: &mut [u8]) {
        let of_pixels = indices.iter_mut().zip(image.pixels()).zip(self.image.pixels()).zip(&self.still);
        for (((index, &wanted), &seen), &still) in of_pixels {
            let point = |color| targets.space.point(color);
            let is_as_good = || {
                let given = targets.points[usize::from(*index)];
                distance_squared(point(wanted), point(seen)) <= distance_squared(point(wanted), given)
            };
            if wanted[3] > 0
                && seen[3] == 255
                && (seen == wanted || targets.fixed(wanted).is_none() && (still || is_as_good()))
            {
                *index = self.hole;
            }
        }
    }
}

/// Whether every pixel gets its own colour, so that nothing is to be lost.
fn is_exact(image: ImageRef<'_>, targets: &Targets, nearest: &[u8]) -> bool {
    let got = nearest.iter().map(|&index| targets.colors[usize::from(index)]);
    image.pixels().iter().zip(got).all(|(&pixel, got)| visible(pixel) == visible(got))
}

/// By index: what is missed at least near a colour.
fn misses(targets: &Targets) -> Vec<f32> {
    let visible: Vec<usize> = targets.visible().collect();
    let near = |index: usize| {
        let others = visible.iter().filter(|&&other| other != index);
        let to = |&other: &usize| distance_squared(targets.points[index], targets.points[other]);
        let mut squares: Vec<f32> = others.map(to).collect();
        let Some(last) = squares.len().checked_sub(1) else { return 0.0 };
        let (_, square, _) = squares.select_nth_unstable_by(NEIGHBOUR.min(last), f32::total_cmp);
        LEAST_MISS * *square
    };
    (0..targets.points.len()).map(near).collect()
}

struct Differences<'a> {
    image: ImageRef<'a>,
    seen: Seen<'a>,
    targets: &'a Targets,
    nearest: &'a [u8],
    misses: &'a [f32],
    /// What an error may be for the sake of bits, where it weighs 1.
    worth: f32,
}

/// Some rows, from one on.
struct Judge<'a, 'b> {
    differences: &'a Differences<'a>,
    first: usize,
    still: &'b mut [bool],
}

impl Kernel for Judge<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        self.differences.judge(self.first, self.still);
    }
}

impl Differences<'_> {
    /// Whether each pixel of some rows is still.
    #[inline(always)]
    fn judge(&self, first: usize, still: &mut [bool]) {
        let (width, height) = (self.image.width() as usize, self.image.height() as usize);
        let (pixels, before) = (self.image.pixels(), self.seen.source.pixels());
        let mut activity = Activity::<NARROW>::new(self.image, first.saturating_sub(RADIUS));
        let mut weights = vec![0.0; width];
        let mut points = [vec![[0.0; 4]; width], vec![[0.0; 4]; width]];
        let mut rows: VecDeque<Vec<Sums>> = VecDeque::new();
        let mut next = first.saturating_sub(RADIUS);
        for (row, still) in still.chunks_mut(width).enumerate() {
            let row = first + row;
            while next < (row + RADIUS + 1).min(height) {
                activity.next_row(VISIBILITY.half, &mut weights);
                for (points, image) in points.iter_mut().zip([self.image, self.seen.canvas]) {
                    self.targets.space.points(&image.pixels()[next * width..][..width], points);
                }
                let [wanted, seen] = &points;
                let at = |x: usize| self.at(next * width + x, weights[x], &wanted[x], &seen[x]);
                rows.push_back((0..width).map(at).collect());
                next += 1;
            }
            while next - rows.len() + RADIUS < row {
                rows.pop_front();
            }
            let own = &rows[row + rows.len() - next];
            let mut columns = vec![Sums::default(); width];
            for row in &rows {
                columns.iter_mut().zip(row).for_each(|(column, sums)| column.add(sums));
            }
            for (x, still) in still.iter_mut().enumerate() {
                let mut window = Sums::default();
                let around = x.saturating_sub(RADIUS)..(x + RADIUS + 1).min(width);
                columns[around].iter().for_each(|sums| window.add(sums));
                *still = own[x].count > 0.0
                    && stands_still(pixels[row * width + x], before[row * width + x])
                    && window.is_still(own[x].squares);
            }
        }
    }

    /// The difference of a pixel, nothing where either is not opaque.
    #[inline(always)]
    fn at(&self, place: usize, weight: f32, wanted: &Point, seen: &Point) -> Sums {
        if self.image.pixels()[place][3] < 255 || self.seen.canvas.pixels()[place][3] < 255 {
            return Sums::default();
        }
        let nearest = usize::from(self.nearest[place]);
        let weight = weight.max(VISIBILITY.least)
            * self.seen.stays.get(place).map_or(1.0, |&frames| persistence(frames));
        Sums {
            error: std::array::from_fn(|axis| wanted[axis] - seen[axis]),
            squares: distance_squared(*wanted, *seen),
            misses: distance_squared(*wanted, self.targets.points[nearest])
                + self.misses[nearest]
                + self.worth / weight,
            count: 1.0,
        }
    }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        for axis in 0..4 {
            self.error[axis] += other.error[axis];
        }
        self.squares += other.squares;
        self.misses += other.misses;
        self.count += other.count;
    }

    fn is_still(&self, own: f32) -> bool {
        let bias = self.error.iter().fold(0.0, |sum, error| sum + error * error) / self.count;
        bias <= MOST_BIAS * self.misses
            && self.squares <= MOST_ERROR * self.misses
            && own * self.count <= MOST_OWN_ERROR * self.misses
    }
}

#[cfg(test)]
mod tests {
    use super::super::squeeze::tests::{grainy, picture, sky};
    use super::super::{Coder, Dither, MapOptions};
    use super::*;
    use crate::color::ColorSpace;
    use crate::fit::FitOptions;
    use crate::histogram::Histogram;
    use crate::image::Image;
    use crate::indexed::Indexed;
    use crate::palette::Palette;
    use crate::random::Random;

    const DITHERS: [Dither; 4] = [Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered];

    fn with_hole(palette: &Palette) -> Palette {
        let mut colors = palette.colors().to_vec();
        colors.insert(colors.len() / 2, [0; 4]);
        Palette::new(colors).unwrap()
    }

    /// What is seen after a frame is drawn onto a canvas.
    fn drawn(frame: &Indexed, canvas: ImageRef<'_>) -> Image {
        let pixels = frame.pixels().zip(canvas.pixels());
        let pixels = pixels.map(|(pixel, &seen)| if pixel[3] == 0 { seen } else { pixel }).collect();
        Image::new(canvas.width(), canvas.height(), pixels).unwrap()
    }

    /// What stands for itself.
    fn on(canvas: ImageRef<'_>) -> Seen<'_> {
        Seen { canvas, source: canvas, stays: &[] }
    }

    fn holes(frame: &Indexed) -> usize {
        frame.pixels().filter(|pixel| pixel[3] == 0).count()
    }

    #[test]
    fn a_part_of_an_error_lasts_where_something_moves() {
        let all = |grey: u8, alpha: u8| Image::new(4, 4, vec![[grey, grey, grey, alpha]; 16]).unwrap();
        let thirds: Vec<Rgba8> = (0..=85).map(|v| [3 * v, 3 * v, 3 * v, 255]).collect();
        let palette = with_hole(&Palette::new(thirds).unwrap());
        let options = MapOptions::new().space(ColorSpace::Srgb).dither(Dither::None);
        let (image, before) = (all(151, 255), all(100, 255));
        let greys = |canvas: &Image| {
            let seen = Seen { canvas: canvas.view(), source: before.view(), stays: &[] };
            let frame = options.map_onto(image.view(), seen, &palette);
            let greys: Vec<u8> = frame.pixels().map(|pixel| pixel[0]).collect();
            assert!(greys.iter().all(|&grey| grey == greys[0]), "{greys:?}");
            greys[0]
        };
        // A fifth of 15 to either side of 151, and nothing where nothing is seen.
        assert_eq!([all(115, 255), all(85, 255), all(0, 0)].map(|canvas| greys(&canvas)), [153, 147, 150]);
    }

    #[test]
    fn a_still_picture_is_left_to_the_canvas() {
        let empty = Image::new(96, 80, vec![[0; 4]; 96 * 80]).unwrap();
        for (pixels, palette) in [grainy(96, 80), sky(96, 80)] {
            let image = ImageRef::new(96, 80, &pixels).unwrap();
            let few = FitOptions::new(15).fit(&Histogram::of(image)).unwrap();
            for palette in [palette, few] {
                let palette = with_hole(&palette);
                for dither in DITHERS {
                    let options = MapOptions::new().dither(dither);
                    let first = drawn(&options.map_onto(image, on(empty.view()), &palette), empty.view());
                    assert!(first.pixels().iter().all(|pixel| pixel[3] == 255));
                    let second = options.map_onto(
                        image,
                        Seen { canvas: first.view(), source: image, stays: &[] },
                        &palette,
                    );
                    let left = holes(&second);
                    // Two pixels of a hundred, with 16 colours, may be so far off that they are drawn again.
                    assert!(100 * left >= 97 * 96 * 80, "{dither:?}, {} colours: {left}", palette.len());
                }
            }
        }
    }

    #[test]
    fn a_still_picture_is_left_to_the_canvas_however_it_was_squeezed() {
        let empty = Image::new(96, 80, vec![[0; 4]; 96 * 80]).unwrap();
        for (pixels, palette) in [grainy(96, 80), sky(96, 80)] {
            let (image, palette) = (ImageRef::new(96, 80, &pixels).unwrap(), with_hole(&palette));
            for (coder, lambda) in
                [(Coder::Lzw, 0.1), (Coder::Lzw, 1.0), (Coder::Deflate, 0.1), (Coder::Deflate, 1.0)]
            {
                let options = MapOptions::new().coder(coder).lambda(lambda);
                let first = drawn(&options.map_onto(image, on(empty.view()), &palette), empty.view());
                let second = options.map_onto(
                    image,
                    Seen { canvas: first.view(), source: image, stays: &[] },
                    &palette,
                );
                let shown = drawn(&second, first.view());
                let left = shown.pixels().iter().zip(first.pixels()).filter(|(a, b)| a == b).count();
                assert!(
                    left > 96 * 80 * 97 / 100 && holes(&second) > 96 * 80 * 9 / 10,
                    "{coder:?} {lambda}: {left} {}",
                    holes(&second)
                );
            }
        }
    }

    #[test]
    fn what_is_seen_for_long_is_drawn_better() {
        let (pixels, palette) = grainy(96, 80);
        let (image, palette) = (ImageRef::new(96, 80, &pixels).unwrap(), with_hole(&palette));
        let empty = Image::new(96, 80, vec![[0; 4]; 96 * 80]).unwrap();
        let error = |coder: Coder, stays: &[u8]| {
            let options = MapOptions::new().coder(coder).lambda(1.0);
            let drawn = options.map_onto(image, Seen { stays, ..on(empty.view()) }, &palette);
            crate::measure::mean_squared_error(image, &drawn)
        };
        for coder in [Coder::Lzw, Coder::Deflate] {
            let (once, long) = (error(coder, &[1; 96 * 80]), error(coder, &[9; 96 * 80]));
            assert!(long < 0.9 * once, "{coder:?}: {long} {once}");
            assert_eq!(error(coder, &[]), once, "{coder:?}");
        }
    }

    #[test]
    fn what_moves_is_drawn_and_what_is_far_off_never_left() {
        let mut random = Random::new(5);
        let before = picture(90, 70, true, &mut random);
        // To the left by two, with a light over a part of it.
        let after: Vec<Rgba8> =
            (0..before.len())
                .map(|i| before[(i + 2) % before.len()])
                .enumerate()
                .map(|(i, [r, g, b, a])| {
                    if i % 90 < 30 {
                        [r.saturating_add(40), g.saturating_add(40), b, a]
                    } else {
                        [r, g, b, a]
                    }
                })
                .collect();
        let image = ImageRef::new(90, 70, &after).unwrap();
        let canvas = ImageRef::new(90, 70, &before).unwrap();
        let palette = with_hole(&FitOptions::new(200).fit(&Histogram::of(image)).unwrap());
        for (coder, lambda) in [(Coder::Lzw, 0.0), (Coder::Lzw, 0.2), (Coder::Deflate, 0.2)] {
            for dither in DITHERS {
                let options = MapOptions::new().coder(coder).lambda(lambda).dither(dither);
                let frame = options.map_onto(image, on(canvas), &palette);
                let space = ColorSpace::Perceptual;
                let (mut drawn, mut far) = (0, 0);
                for ((pixel, &wanted), &seen) in frame.pixels().zip(&after).zip(&before) {
                    drawn += usize::from(pixel[3] > 0);
                    let off = distance_squared(space.point(wanted), space.point(seen));
                    far += usize::from(off > 1600.0 && pixel[3] == 0);
                }
                assert!(drawn > after.len() / 2 && far == 0, "{coder:?} {lambda} {dither:?}: {drawn}, {far}");
            }
        }
    }

    #[test]
    fn holes_stay_holes_and_what_is_kept_stays() {
        let mut random = Random::new(6);
        let wanted = picture(60, 50, false, &mut random);
        let wanted: Vec<Rgba8> =
            wanted.into_iter().map(|[r, g, b, a]| if a < 128 { [0; 4] } else { [r, g, b, 255] }).collect();
        // Half of the canvas is empty, and some of it shows what is wanted.
        let seen: Vec<Rgba8> = (0..wanted.len())
            .map(|i| match i % 7 {
                _ if i % 60 < 30 => [0; 4],
                0 => wanted[i],
                _ => [90, 90, 95, 255],
            })
            .collect();
        let (image, canvas) =
            (ImageRef::new(60, 50, &wanted).unwrap(), ImageRef::new(60, 50, &seen).unwrap());
        let kept = [90, 90, 90, 255];
        let palette = with_hole(&FitOptions::new(30).keep(&[kept]).fit(&Histogram::of(image)).unwrap());
        for (coder, lambda) in [(Coder::Lzw, 0.0), (Coder::Lzw, 2.0), (Coder::Deflate, 2.0)] {
            for dither in DITHERS {
                let options = MapOptions::new().coder(coder).lambda(lambda).dither(dither).keep(&[kept]);
                let frame = options.map_onto(image, on(canvas), &palette);
                for ((pixel, &wanted), &seen) in frame.pixels().zip(&wanted).zip(&seen) {
                    assert!(wanted[3] > 0 || pixel[3] == 0, "a hole was filled");
                    assert!(wanted[3] == 0 || seen[3] == 255 || pixel[3] > 0, "nothing is seen there");
                    assert!(
                        wanted != kept || pixel == kept || (pixel[3] == 0 && seen == kept),
                        "{coder:?} {dither:?}"
                    );
                }
            }
        }
    }
}
