//! Colour spaces, at the two edges of the library: a pixel becomes a [`Point`], a centroid a pixel.
//!
//! A space gives each opaque colour three axes. Alpha joins them by an embedding in which plain squared
//! distance is the mean squared error over a black and a white background, so that k-means, search and error
//! diffusion need to know nothing of alpha and leave no fringes: with colour `c`, white `w` (black is zero)
//! and alpha `a` in 0..=1, the error over black is `Δ(ac)` and over white `Δ(ac) - wΔa`, and
//! `(|Δ(ac)|² + |Δ(ac) - wΔa|²) / 2 = |Δ(a(c - w/2))|² + |wΔa/2|²`. So the point is `a · (c - w/2, |w|/2)`:
//! opaque colours keep their distances, and everything fully transparent is the origin.

mod lab;
mod linear;
mod oklab;
mod srgb;

pub(crate) use lab::from_light as lab_of_linear;
pub(crate) use srgb::{from_linear, to_linear};

use crate::image::Rgba8;

/// A colour in the space that a stage works in: three colour axes and alpha, see the module's head.
pub(crate) type Point = [f32; 4];

/// The space in which distance is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColorSpace {
    /// Gamma-encoded sRGB, each axis 0 to 255: the lowest squared error and highest PSNR.
    Srgb,
    /// Linear light, each axis 0 to 255: right for physics, poor for the eye in the dark.
    LinearRgb,
    /// CIELAB with white D65 (CIE 15:2004), L\* 0 to 100: the lowest ΔE.
    Lab,
    /// Oklab (Ottosson 2020), lightness 0 to 255 and a, b at the same scale.
    Oklab,
    /// Oklab with `a`, from green to red, at three quarters of its scale: the best looking palettes.
    #[default]
    Perceptual,
}

impl ColorSpace {
    /// Every space, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Srgb, Self::LinearRgb, Self::Lab, Self::Oklab, Self::Perceptual];

    /// The axis that is lightness, or in RGB most of it.
    pub(crate) fn lightness_axis(self) -> usize {
        match self {
            Self::Srgb | Self::LinearRgb => 1,
            Self::Lab | Self::Oklab | Self::Perceptual => 0,
        }
    }

    /// How light a point is, 0 for black to 1, on average over black and over white; nothing in RGB, where no axis is
    /// lightness as the eye has it.
    #[inline(always)]
    pub(crate) fn lightness(self, point: &Point) -> Option<f32> {
        match self {
            Self::Srgb | Self::LinearRgb => None,
            Self::Lab | Self::Oklab | Self::Perceptual => Some(point[0] / self.white()[0] + 0.5),
        }
    }

    /// The point of a pixel.
    pub(crate) fn point(self, pixel: Rgba8) -> Point {
        let mut point = [[0.0; 4]];
        self.fill::<1>(&[pixel], &mut point);
        point[0]
    }

    /// The point of each pixel. Within a [`Kernel`](crate::simd::Kernel), many at a time.
    #[inline(always)]
    pub(crate) fn points(self, pixels: &[Rgba8], points: &mut [Point]) {
        self.fill::<16>(pixels, points);
    }

    /// `LANES` at a time, by loops that the compiler makes vectors of.
    #[inline(always)]
    fn fill<const LANES: usize>(self, pixels: &[Rgba8], points: &mut [Point]) {
        match self {
            Self::Srgb => self.fill_by::<LANES>(pixels, points, f32::from, |axes| axes),
            Self::LinearRgb => self.fill_by::<LANES>(pixels, points, srgb::light, linear::from_light),
            Self::Lab => self.fill_by::<LANES>(pixels, points, srgb::light, lab::from_light),
            Self::Oklab => self.fill_by::<LANES>(pixels, points, srgb::light, oklab::from_light),
            Self::Perceptual => {
                self.fill_by::<LANES>(pixels, points, srgb::light, oklab::perceptual_from_light);
            }
        }
    }

    #[inline(always)]
    fn fill_by<const LANES: usize>(
        self,
        pixels: &[Rgba8],
        points: &mut [Point],
        read: impl Fn(u8) -> f32,
        axes: impl Fn([f32; 3]) -> [f32; 3],
    ) {
        let lanes = |pixels: &[Rgba8; LANES]| {
            // Each channel apart, so that every line of the second loop is one over vectors.
            let (mut r, mut g, mut b, mut a) = ([0.0; LANES], [0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for (lane, pixel) in pixels.iter().enumerate() {
                r[lane] = read(pixel[0]);
                g[lane] = read(pixel[1]);
                b[lane] = read(pixel[2]);
                a[lane] = f32::from(pixel[3]);
            }
            let mut points = [[0.0; 4]; LANES];
            for lane in 0..LANES {
                points[lane] = self.embed(axes([r[lane], g[lane], b[lane]]), a[lane]);
            }
            points
        };
        let (whole, rest) = pixels.as_chunks::<LANES>();
        let (whole_points, rest_points) = points.split_at_mut(whole.len() * LANES);
        for (pixels, points) in whole.iter().zip(whole_points.as_chunks_mut::<LANES>().0) {
            *points = lanes(pixels);
        }
        if !rest.is_empty() {
            let mut pixels = [[0; 4]; LANES];
            pixels[..rest.len()].copy_from_slice(rest);
            rest_points[..rest.len()].copy_from_slice(&lanes(&pixels)[..rest.len()]);
        }
    }

    /// The point of each colour between the 8-bit steps: sRGB and alpha, each 0 to 255. Within a [`Kernel`](crate::simd::Kernel), many at a time.
    #[inline(always)]
    pub(crate) fn points_of_means(self, colors: &[[f32; 4]], points: &mut [Point]) {
        match self {
            Self::Srgb => self.fill_from_means(colors, points, |axis| axis, |axes| axes),
            Self::LinearRgb => self.fill_from_means(colors, points, to_linear, linear::from_light),
            Self::Lab => self.fill_from_means(colors, points, to_linear, lab::from_light),
            Self::Oklab => self.fill_from_means(colors, points, to_linear, oklab::from_light),
            Self::Perceptual => self.fill_from_means(colors, points, to_linear, oklab::perceptual_from_light),
        }
    }

    #[inline(always)]
    fn fill_from_means(
        self,
        colors: &[[f32; 4]],
        points: &mut [Point],
        read: impl Fn(f32) -> f32,
        axes: impl Fn([f32; 3]) -> [f32; 3],
    ) {
        const LANES: usize = 16;
        for (colors, points) in colors.chunks(LANES).zip(points.chunks_mut(LANES)) {
            let mut apart = [[0.0; LANES]; 4];
            for (lane, color) in colors.iter().enumerate() {
                for i in 0..3 {
                    apart[i][lane] = read(color[i]);
                }
                apart[3][lane] = color[3];
            }
            let [r, g, b, a] = apart;
            let mut embedded = [[0.0; 4]; LANES];
            for lane in 0..LANES {
                embedded[lane] = self.embed(axes([r[lane], g[lane], b[lane]]), a[lane]);
            }
            points.copy_from_slice(&embedded[..points.len()]);
        }
    }

    /// The point of one of them.
    #[cfg(test)]
    pub(crate) fn point_of_mean(self, color: [f32; 4]) -> Point {
        let mut point = [[0.0; 4]];
        self.points_of_means(&[color], &mut point);
        point[0]
    }

    /// The point of a colour's axes and its alpha, 0 to 255.
    #[inline(always)]
    fn embed(self, axes: [f32; 3], a: f32) -> Point {
        let white = self.white();
        let alpha = a * (1.0 / 255.0);
        [
            alpha * (axes[0] - 0.5 * white[0]),
            alpha * (axes[1] - 0.5 * white[1]),
            alpha * (axes[2] - 0.5 * white[2]),
            alpha * self.opaque(),
        ]
    }

    /// The pixel nearest to a point; out of gamut is clamped.
    pub(crate) fn pixel(self, point: Point) -> Rgba8 {
        let alpha = point[3] / self.opaque();
        let a = byte(alpha * 255.0);
        if a == 0 {
            return [0; 4];
        }
        let white = self.white();
        let axes = std::array::from_fn(|i| point[i] / alpha + 0.5 * white[i]);
        let [r, g, b] = match self {
            Self::Srgb => axes.map(byte),
            Self::LinearRgb => linear::to_srgb(axes),
            Self::Lab => lab::to_srgb(axes),
            Self::Oklab => oklab::to_srgb(axes),
            Self::Perceptual => oklab::perceptual_to_srgb(axes),
        };
        [r, g, b, a]
    }

    /// The axes of white; black is the origin in every space.
    #[inline(always)]
    fn white(self) -> [f32; 3] {
        match self {
            Self::Srgb | Self::LinearRgb => [255.0; 3],
            Self::Lab => [100.0, 0.0, 0.0],
            Self::Oklab | Self::Perceptual => [oklab::SCALE, 0.0, 0.0],
        }
    }

    /// The fourth axis of an opaque colour: half the length of white.
    #[inline(always)]
    fn opaque(self) -> f32 {
        match self {
            // 255 √3 / 2
            Self::Srgb | Self::LinearRgb => 220.836_48,
            Self::Lab => 50.0,
            Self::Oklab | Self::Perceptual => 0.5 * oklab::SCALE,
        }
    }
}

/// The squared distance of two points, summed in one fixed order.
#[inline(always)]
pub(crate) fn distance_squared(a: Point, b: Point) -> f32 {
    let d: Point = std::array::from_fn(|i| a[i] - b[i]);
    (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3])
}

/// Rounds to the nearest of 0..=255.
fn byte(value: f32) -> u8 {
    // `as` saturates and sends NaN to 0.
    (value + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::simd::{Kernel, Simd, Vector};

    #[test]
    fn every_byte_triple_survives_the_round_trip_in_every_space() {
        for space in ColorSpace::ALL {
            for r in (0..=255).step_by(5) {
                for g in (0..=255).step_by(3) {
                    for b in (0..=255).step_by(15) {
                        let pixel = [r, g, b, 255];
                        assert_eq!(space.pixel(space.point(pixel)), pixel, "{space:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn points_of_many_are_points_of_one_on_every_instruction_set() {
        struct Points<'a>(ColorSpace, &'a [Rgba8]);
        impl Kernel for Points<'_> {
            type Output = Vec<Point>;

            #[inline(always)]
            fn run<V: Vector>(self) -> Vec<Point> {
                let mut points = vec![[0.0; 4]; self.1.len()];
                self.0.points(self.1, &mut points);
                points
            }
        }
        let mut random = Random::new(3);
        let pixels: Vec<Rgba8> = (0..10_001).map(|_| (random.next() as u32).to_be_bytes()).collect();
        for space in ColorSpace::ALL {
            let wanted: Vec<Point> =
                pixels.iter().map(|pixel| space.point_of_mean(pixel.map(f32::from))).collect();
            assert_eq!(space.point([1, 2, 3, 255])[3], space.opaque());
            for simd in Simd::available() {
                assert_eq!(simd.run(Points(space, &pixels)), wanted, "{space:?} {simd:?}");
            }
        }
    }

    #[test]
    fn squared_distance_is_the_mean_squared_error_over_black_and_white() {
        let over = |[r, g, b, a]: Rgba8, background: f64| {
            [r, g, b].map(|c| (f64::from(c) * f64::from(a) + background * (255.0 - f64::from(a))) / 255.0)
        };
        let squared =
            |x: [f64; 3], y: [f64; 3]| -> f64 { x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum() };
        for (x, y) in [
            ([10, 200, 30, 255], [10, 190, 60, 255]),
            ([10, 200, 30, 128], [90, 20, 60, 40]),
            ([0, 0, 0, 0], [255, 255, 255, 255]),
        ] {
            let wanted =
                (squared(over(x, 0.0), over(y, 0.0)) + squared(over(x, 255.0), over(y, 255.0))) / 2.0;
            let got = distance_squared(ColorSpace::Srgb.point(x), ColorSpace::Srgb.point(y));
            assert!((wanted - f64::from(got)).abs() < 0.01 * wanted.max(1.0), "{wanted} {got}");
        }
    }

    #[test]
    fn fully_transparent_colours_are_one_point() {
        for space in ColorSpace::ALL {
            assert_eq!(space.point([255, 0, 9, 0]), [0.0; 4]);
        }
    }

    #[test]
    fn known_colours_have_their_published_coordinates() {
        // Oklab of sRGB red: Ottosson's reference, 0.62796 0.22486 0.12585.
        let red = ColorSpace::Oklab.point([255, 0, 0, 255]);
        let wanted = [(0.627_955 - 0.5) * 255.0, 0.224_863 * 255.0, 0.125_846 * 255.0];
        // CIELAB of sRGB red under D65: 53.2408 80.0925 67.2032.
        let lab = ColorSpace::Lab.point([255, 0, 0, 255]);
        for i in 0..3 {
            assert!((red[i] - wanted[i]).abs() < 0.01, "{red:?}");
            assert!((lab[i] - [3.2408, 80.0925, 67.2032][i]).abs() < 0.02, "{lab:?}");
        }
    }
}
