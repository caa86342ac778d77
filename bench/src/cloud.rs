//! The distinct colours of a picture in one space, and how low the error of a byte palette for them can be made.

use crate::picture::Picture;
use crate::space::{Point, Space, distance_squared};

type Rgb8 = [u8; 3];

/// Rounds of [`Cloud::polish`] at most; it nearly always ends by itself, after 10 to 60.
const MOST_ROUNDS: usize = 200;

pub(crate) struct Cloud {
    space: Space,
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

/// What the pixels nearest to one colour add up to.
#[derive(Clone, Copy, Default)]
struct Cluster {
    weight: f64,
    sum: Point,
}

impl Cloud {
    pub(crate) fn of(picture: &Picture, space: Space) -> Self {
        let mut colors: Vec<Rgb8> = picture.rgb().collect();
        colors.sort_unstable();
        let (mut points, mut weights) = (Vec::new(), Vec::new());
        for same in colors.chunk_by(|a, b| a == b) {
            points.push(space.point(same[0]));
            weights.push(same.len() as f64);
        }
        Self { space, points, weights, pixels: colors.len() as f64 }
    }

    /// Lloyd's algorithm whose centroids are bytes, until the error falls no further: a palette that was rounded
    /// in the end is not the best of those near it.
    pub(crate) fn polish(&self, mut palette: Vec<Rgb8>) -> Polished {
        let (mut inertia, mut clusters) = self.assign(&palette);
        for _ in 0..MOST_ROUNDS {
            let moved =
                palette.iter().zip(&clusters).map(|(&color, cluster)| self.toward_mean(color, cluster));
            let moved: Vec<Rgb8> = moved.collect();
            let (lower, next) = self.assign(&moved);
            if lower >= inertia {
                break;
            }
            (palette, inertia, clusters) = (moved, lower, next);
        }
        Polished { palette, inertia: inertia / self.pixels }
    }

    /// The inertia, and the clusters of the colours.
    fn assign(&self, palette: &[Rgb8]) -> (f64, Vec<Cluster>) {
        let centroids: Vec<Point> = palette.iter().map(|&color| self.space.point(color)).collect();
        let mut clusters = vec![Cluster::default(); centroids.len()];
        let mut inertia = 0.0;
        for (&point, &weight) in self.points.iter().zip(&self.weights) {
            let (mut nearest, mut least) = (0, f64::INFINITY);
            for (index, &centroid) in centroids.iter().enumerate() {
                let distance = distance_squared(point, centroid);
                if distance < least {
                    (nearest, least) = (index, distance);
                }
            }
            inertia += weight * least;
            let cluster = &mut clusters[nearest];
            cluster.weight += weight;
            (0..3).for_each(|axis| cluster.sum[axis] += weight * point[axis]);
        }
        (inertia, clusters)
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

    #[test]
    fn polishing_never_makes_a_palette_worse() {
        let byte = |i: u32, factor: u32| (i.wrapping_mul(factor) >> 13) as u8;
        let pixels: Vec<Rgb8> =
            (0..2_000).map(|i| [byte(i, 77_777), byte(i, 123_457), byte(i * i, 99_991)]).collect();
        for space in [Space::Srgb, Space::Oklab] {
            let cloud = Cloud::of(&picture(&pixels), space);
            let start = pixels[..16].to_vec();
            let before = cloud.assign(&start).0 / pixels.len() as f64;
            let once = cloud.polish(start);
            assert!(once.inertia < before);
            assert_eq!(cloud.polish(once.palette.clone()), once);
        }
    }
}
