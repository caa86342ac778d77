//! The distinct colours of a picture in one space, and how low the error of a byte palette for them can be made.

use crate::picture::Picture;
use crate::random::Random;
use crate::space::{Point, Space, distance_squared};

type Rgb8 = [u8; 3];

/// Rounds of Lloyd's algorithm at most; it nearly always ends by itself, after 10 to 60.
const MOST_ROUNDS: usize = 200;

/// Rounds after which a swap is judged: where it helps at all, it has helped by then.
const ROUNDS_OF_A_SWAP: usize = 12;

/// How many of the colours that are missed least one is drawn from.
const MISSED_LEAST: usize = 4;

pub(crate) struct Cloud {
    space: Space,
    colors: Vec<Rgb8>,
    points: Vec<Point>,
    weights: Vec<f64>,
    pixels: f64,
}

/// A palette and what it costs when every pixel takes its nearest colour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Polished {
    pub(crate) palette: Vec<Rgb8>,
    /// Per pixel, as in [`Score`](crate::score::Score).
    pub(crate) inertia: f64,
}

/// Every colour with its nearest in a palette.
struct Assignment {
    inertia: f64,
    /// The nearest of each colour.
    labels: Vec<u8>,
    /// What each colour adds to the inertia.
    errors: Vec<f64>,
    clusters: Vec<Cluster>,
}

/// The colours nearest to one of the palette.
#[derive(Clone, Copy, Default)]
struct Cluster {
    weight: f64,
    sum: Point,
    /// What the inertia would grow by without it.
    loss: f64,
}

impl Cloud {
    pub(crate) fn of(picture: &Picture, space: Space) -> Self {
        let mut pixels: Vec<Rgb8> = picture.rgb().collect();
        pixels.sort_unstable();
        let (colors, weights): (Vec<Rgb8>, Vec<f64>) =
            pixels.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).unzip();
        let points = colors.iter().map(|&color| space.point(color)).collect();
        Self { space, colors, points, weights, pixels: pixels.len() as f64 }
    }

    /// Lloyd's algorithm whose centroids are bytes, until the error falls no further: a palette that was rounded
    /// in the end is not the best of those near it.
    pub(crate) fn polish(&self, palette: Vec<Rgb8>) -> Polished {
        let start = self.assign(&palette, &vec![0; self.points.len()]);
        self.refine(palette, start, MOST_ROUNDS).0
    }

    /// Swaps a colour that is hardly missed for one where the error is, and keeps what lowers it (Fränti, "Efficiency
    /// of random swap clustering", 2018, but neither choice is blind): Lloyd's algorithm alone moves none that far.
    pub(crate) fn swap(&self, best: Polished, swaps: u32, random: &mut Random) -> Polished {
        let labels = vec![0; self.points.len()];
        let start = self.assign(&best.palette, &labels);
        let (mut best, mut state) = self.refine(best.palette, start, MOST_ROUNDS);
        for _ in 0..swaps {
            let palette = self.swapped(&best.palette, &state, random);
            let start = self.assign(&palette, &state.labels);
            let (tried, after) = self.refine(palette, start, ROUNDS_OF_A_SWAP);
            if tried.inertia < best.inertia {
                (best, state) = self.refine(tried.palette, after, MOST_ROUNDS);
            }
        }
        best
    }

    /// The palette with one of the colours that are missed least where a colour with much error is.
    fn swapped(&self, palette: &[Rgb8], state: &Assignment, random: &mut Random) -> Vec<Rgb8> {
        let mut by_loss: Vec<usize> = (0..palette.len()).collect();
        by_loss.sort_by(|&a, &b| state.clusters[a].loss.total_cmp(&state.clusters[b].loss));
        let missed_least = by_loss[random.below(MISSED_LEAST.min(by_loss.len()))];
        let mut rest = random.unit() * state.inertia;
        let there = state.errors.iter().position(|error| {
            rest -= error;
            rest < 0.0
        });
        let mut palette = palette.to_vec();
        palette[missed_least] = self.colors[there.unwrap_or(0)];
        palette
    }

    fn refine(&self, mut palette: Vec<Rgb8>, mut state: Assignment, rounds: usize) -> (Polished, Assignment) {
        for _ in 0..rounds {
            let moved = palette.iter().zip(&state.clusters);
            let moved: Vec<Rgb8> = moved.map(|(&color, cluster)| self.toward_mean(color, cluster)).collect();
            let next = self.assign(&moved, &state.labels);
            if next.inertia >= state.inertia {
                break;
            }
            (palette, state) = (moved, next);
        }
        (Polished { palette, inertia: state.inertia / self.pixels }, state)
    }

    /// Finds the nearest and the second nearest, beginning with a guess for each colour. From there only colours of the
    /// palette are looked at that can be near, by the triangle inequality.
    fn assign(&self, palette: &[Rgb8], guesses: &[u8]) -> Assignment {
        let centroids: Vec<Point> = palette.iter().map(|&color| self.space.point(color)).collect();
        let around = others_by_distance(&centroids);
        let (mut labels, mut errors) = (Vec::new(), Vec::new());
        let mut clusters = vec![Cluster::default(); centroids.len()];
        for ((&point, &weight), &guess) in self.points.iter().zip(&self.weights).zip(guesses) {
            let (mut nearest, mut least) = (guess, distance_squared(point, centroids[usize::from(guess)]));
            let (to_guess, mut second) = (least.sqrt(), f64::INFINITY);
            for &(gap, other) in &around[usize::from(guess)] {
                let reach = gap - to_guess;
                if reach > 0.0 && reach * reach >= second {
                    break;
                }
                let distance = distance_squared(point, centroids[usize::from(other)]);
                if distance < least {
                    (nearest, least, second) = (other, distance, least);
                } else {
                    second = second.min(distance);
                }
            }
            let cluster = &mut clusters[usize::from(nearest)];
            cluster.weight += weight;
            (0..3).for_each(|axis| cluster.sum[axis] += weight * point[axis]);
            cluster.loss += weight * (second - least);
            labels.push(nearest);
            errors.push(weight * least);
        }
        Assignment { inertia: errors.iter().sum(), labels, errors, clusters }
    }

    /// The bytes nearest to a cluster's mean: steps from the colour it has, as long as they lead nearer.
    fn toward_mean(&self, mut color: Rgb8, cluster: &Cluster) -> Rgb8 {
        if cluster.weight == 0.0 {
            return color;
        }
        let mean = cluster.sum.map(|sum| sum / cluster.weight);
        let distance = |color: Rgb8| distance_squared(self.space.point(color), mean);
        loop {
            let nearer = neighbours(color).min_by(|&a, &b| distance(a).total_cmp(&distance(b)));
            match nearer.filter(|&nearer| distance(nearer) < distance(color)) {
                Some(nearer) => color = nearer,
                None => return color,
            }
        }
    }
}

/// For each centroid all others with their distances, the nearest first.
fn others_by_distance(centroids: &[Point]) -> Vec<Vec<(f64, u8)>> {
    let others = |(index, &centroid): (usize, &Point)| {
        let others = centroids.iter().enumerate().filter(|&(other, _)| other != index);
        let mut others: Vec<(f64, u8)> =
            others.map(|(other, &point)| (distance_squared(centroid, point).sqrt(), other as u8)).collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0));
        others
    };
    centroids.iter().enumerate().map(others).collect()
}

/// All colours a step away in any of the channels.
fn neighbours(color: Rgb8) -> impl Iterator<Item = Rgb8> {
    let step = move |channel: usize, code: usize| {
        i16::from(color[channel]) + (code / 3_usize.pow(channel as u32) % 3) as i16 - 1
    };
    (0..27)
        .map(move |code| [step(0, code), step(1, code), step(2, code)])
        .filter(|stepped| stepped.iter().all(|channel| (0..=255).contains(channel)))
        .map(|stepped| stepped.map(|channel| channel as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pixels: &[Rgb8]) -> Picture {
        let pixels: Vec<_> = pixels.iter().map(|&[r, g, b]| [r, g, b, 255]).collect();
        Picture { name: "test".into(), width: pixels.len() as u32, height: 1, pixels }
    }

    #[test]
    fn two_clusters_get_the_bytes_nearest_to_their_means() {
        let pixels = [[10, 0, 0], [13, 0, 0], [13, 0, 0], [200, 9, 9], [202, 9, 9]];
        let polished = Cloud::of(&picture(&pixels), Space::Srgb).polish(vec![[0; 3], [220, 0, 0]]);
        assert_eq!(polished, Polished { palette: vec![[12, 0, 0], [201, 9, 9]], inertia: 8.0 / 5.0 });
    }

    /// A cloud without structure.
    fn scattered() -> Vec<Rgb8> {
        let byte = |i: u32, factor: u32| (i.wrapping_mul(factor) >> 13) as u8;
        (0..2_000).map(|i| [byte(i, 77_777), byte(i, 123_457), byte(i * i, 99_991)]).collect()
    }

    #[test]
    fn the_nearest_is_found_from_any_guess() {
        let pixels = scattered();
        let cloud = Cloud::of(&picture(&pixels), Space::Oklab);
        let palette = &pixels[..32];
        let nearest = |point: &Point| {
            let distances = palette.iter().map(|&color| distance_squared(Space::Oklab.point(color), *point));
            distances.fold(f64::INFINITY, f64::min)
        };
        let wanted: f64 = cloud.points.iter().zip(&cloud.weights).map(|(p, w)| w * nearest(p)).sum();
        for guess in [0, 7, 31] {
            let found = cloud.assign(palette, &vec![guess; cloud.points.len()]).inertia;
            assert!((found - wanted).abs() < 1e-6 * wanted, "{found} {wanted}");
        }
    }

    #[test]
    fn polishing_and_swapping_never_make_a_palette_worse() {
        let pixels = scattered();
        for space in [Space::Srgb, Space::Oklab] {
            let cloud = Cloud::of(&picture(&pixels), space);
            let start = pixels[..16].to_vec();
            let before = cloud.assign(&start, &vec![0; cloud.points.len()]).inertia / pixels.len() as f64;
            let once = cloud.polish(start);
            assert!(once.inertia < before);
            assert_eq!(cloud.polish(once.palette.clone()).palette, once.palette);
            let swapped = cloud.swap(once.clone(), 50, &mut Random::new(0));
            assert!(swapped.inertia < once.inertia);
        }
    }
}
