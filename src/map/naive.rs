//! Mapping as it would be written without a thought of speed: what the other modules must agree with, index by index.

use super::targets::Targets;
use super::{Dither, MapOptions, diffusion, ordered};
use crate::activity::{Activity, NARROW};
use crate::color::{Point, distance_squared};
use crate::image::{ImageRef, Rgba8};
use crate::palette::Palette;
use crate::simd::Simd;

/// Compares all colours.
fn nearest(targets: &Targets, color: Rgba8, point: Point) -> u8 {
    let distance = |&i: &usize| distance_squared(point, targets.points[i]);
    let of = |colors: &mut dyn Iterator<Item = usize>| {
        colors.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|index| index as u8)
    };
    let count = targets.colors.len();
    let visible = of(&mut (0..count).filter(|&i| color[3] < 255 || targets.colors[i][3] > 0));
    visible.or_else(|| of(&mut (0..count))).unwrap()
}

fn flat(image: ImageRef<'_>, targets: &Targets) -> Vec<u8> {
    let index = |&color: &Rgba8| {
        let search = || nearest(targets, color, targets.space.point(color));
        targets.fixed(color).unwrap_or_else(search)
    };
    image.pixels().iter().map(index).collect()
}

fn ordered(image: ImageRef<'_>, targets: &Targets, strength: f32) -> Vec<u8> {
    let width = image.width() as usize;
    let index = |(i, &color): (usize, &Rgba8)| {
        let list = ordered::make_list(targets, color, strength, |point| nearest(targets, color, point));
        ordered::pick(&list, i % width, i / width)
    };
    image.pixels().iter().enumerate().map(index).collect()
}

fn diffusion(image: ImageRef<'_>, targets: &Targets, strengths: &[f32]) -> Vec<u8> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let rows = diffusion::rows_per_band(width, height);
    let mut indices = Vec::new();
    for first in (0..height).step_by(rows) {
        let from = first.saturating_sub(diffusion::WARM_UP);
        let range = from * width..(first + rows).min(height) * width;
        let band = diffuse(&image.pixels()[range.clone()], &strengths[range], width, targets);
        indices.extend_from_slice(&band[(first - from) * width..]);
    }
    indices
}

/// Row by row.
fn diffuse(colors: &[Rgba8], strengths: &[f32], width: usize, targets: &Targets) -> Vec<u8> {
    let mut indices = Vec::new();
    let mut above = vec![[0.0; 4]; width];
    for (colors, strengths) in colors.chunks(width).zip(strengths.chunks(width)) {
        let mut parts = vec![[0.0; 4]; width];
        let mut ahead = [0.0; 4];
        for (x, (&color, strength)) in colors.iter().zip(strengths).enumerate() {
            let point = targets.space.point(color);
            let wanted: Point = std::array::from_fn(|i| point[i] + above[x][i] + ahead[i]);
            let index = targets.fixed(color).unwrap_or_else(|| nearest(targets, color, wanted));
            let got = targets.points[usize::from(index)];
            if targets.fixed(color).is_none() {
                parts[x] = std::array::from_fn(|i| (wanted[i] - got[i]) * (strength / 16.0));
            }
            ahead = parts[x].map(|part| 7.0 * part);
            indices.push(index);
        }
        above = (0..width)
            .map(|x| {
                let part = |x: usize, i: usize| parts.get(x).map_or(0.0, |part| part[i]);
                std::array::from_fn(|i| part(x.wrapping_sub(1), i) + 5.0 * part(x, i) + 3.0 * part(x + 1, i))
            })
            .collect();
    }
    indices
}

fn map(options: &MapOptions, image: ImageRef<'_>, palette: &Palette) -> Vec<u8> {
    let targets = Targets::new(palette, options);
    let strength = options.plain_strength();
    match options.dither {
        Dither::None => flat(image, &targets),
        Dither::Ordered => ordered(image, &targets, strength),
        Dither::FloydSteinberg => diffusion(image, &targets, &vec![strength; image.pixels().len()]),
        Dither::Auto => {
            let mut smoothness = vec![0.0; image.pixels().len()];
            let mut activity = Activity::<NARROW>::new(image, 0);
            for row in smoothness.chunks_mut(image.width() as usize) {
                activity.next_row(diffusion::HALF_STRENGTH, row);
            }
            diffusion(image, &targets, &smoothness.iter().map(|smooth| smooth * strength).collect::<Vec<_>>())
        }
    }
}

mod tests {
    use super::*;
    use crate::color::ColorSpace;
    use crate::random::Random;

    const DITHERS: [Dither; 4] = [Dither::None, Dither::Ordered, Dither::FloydSteinberg, Dither::Auto];

    fn assert_same(options: &MapOptions, image: ImageRef<'_>, palette: &Palette) {
        let wanted = map(options, image, palette);
        for simd in Simd::available() {
            let got = options.clone().simd(simd).map(image, palette);
            let first = got.indices().iter().zip(&wanted).position(|(got, wanted)| got != wanted);
            let size = (image.width(), image.height(), palette.len());
            assert_eq!(first, None, "{:?} {:?} {simd:?} {size:?}", options.space, options.dither);
        }
    }

    /// Where alpha comes from.
    #[derive(Clone, Copy, Debug)]
    enum Alpha {
        Opaque,
        /// Holes with soft edges.
        Soft,
    }

    /// Slopes with noise and spots of one colour.
    fn picture(width: usize, height: usize, alpha: Alpha, random: &mut Random) -> Vec<Rgba8> {
        let pixel = |i: usize| {
            let (x, y) = (i % width, i / width);
            let noise = random.next() as u8 % 16;
            let a = match alpha {
                Alpha::Opaque => 255,
                Alpha::Soft => (((x * 9) % 600) as i32 - 150 + ((y * 5) % 200) as i32).clamp(0, 255) as u8,
            };
            if (x / 8 + y / 8) % 7 == 0 {
                return [90, 90, 90, a];
            }
            [(x * 255 / width) as u8 ^ noise, (y * 255 / height) as u8 ^ noise, noise.wrapping_mul(9), a]
        };
        (0..width * height).map(pixel).collect()
    }

    /// Colours of a picture, some of them twice, and some of none.
    fn colors(count: usize, picture: &[Rgba8], random: &mut Random) -> Palette {
        let mut color = |i: usize| match i % 8 {
            6 => (random.next() as u32).to_be_bytes(),
            7 => picture[7 % picture.len()],
            _ => picture[random.next() as usize % picture.len()],
        };
        Palette::new((0..count).map(&mut color).collect()).unwrap()
    }

    #[test]
    fn every_way_agrees_with_the_naive_one() {
        let mut random = Random::new(5);
        let sizes = [(1, 1), (1, 40), (2, 30), (3, 25), (17, 33), (40, 1), (29, 21)];
        for (round, &count) in [1, 2, 3, 16, 17, 64, 255, 256].iter().enumerate() {
            for alpha in [Alpha::Opaque, Alpha::Soft] {
                for (width, height) in [sizes[round % 6], sizes[6]] {
                    let pixels = picture(width, height, alpha, &mut random);
                    let palette = colors(count, &pixels, &mut random);
                    let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
                    for (space, dither) in ColorSpace::ALL.iter().flat_map(|&s| DITHERS.map(|d| (s, d))) {
                        let options = MapOptions::new().space(space).dither(dither);
                        assert_same(&options, image, &palette);
                        let kept = [[90, 90, 90, 255], pixels[0], [1, 2, 3, 4]];
                        assert_same(&options.keep(&kept).strength(1.0), image, &palette);
                    }
                }
            }
        }
    }

    #[test]
    fn bands_agree_with_the_naive_way() {
        let mut random = Random::new(6);
        let (width, height) = (500, 1_060);
        assert!(diffusion::rows_per_band(width, height) < height);
        for (alpha, dither) in [(Alpha::Opaque, Dither::FloydSteinberg), (Alpha::Soft, Dither::Auto)] {
            let pixels = picture(width, height, alpha, &mut random);
            let palette = colors(20, &pixels, &mut random);
            let image = ImageRef::new(width as u32, height as u32, &pixels).unwrap();
            assert_same(&MapOptions::new().dither(dither), image, &palette);
        }
    }

    #[test]
    fn colours_far_from_the_palette_and_palettes_of_holes_are_mapped() {
        let mut random = Random::new(7);
        let pixels: Vec<Rgba8> = (0..900).map(|_| (random.next() as u32).to_be_bytes()).collect();
        let image = ImageRef::new(30, 30, &pixels).unwrap();
        let near_black = |i: u8| [i % 8, i % 5, i % 7, 255];
        let transparent = |i: u8| [i, i, i, 0];
        for palette in [(0..=99).map(near_black).collect(), (0..20).map(transparent).collect::<Vec<_>>()] {
            let palette = Palette::new(palette).unwrap();
            for dither in DITHERS {
                assert_same(&MapOptions::new().dither(dither).strength(1.0), image, &palette);
            }
        }
    }
}
