//! Fewer colours than a picture may have, where nobody sees that they are: each costs three bytes of palette, and others
//! their repeats.

use super::{Packer, Weighting};
use crate::color::distance_squared;
use crate::error::Result;
use crate::histogram::Histogram;
use crate::image::Rgba8;
use crate::measure;
use crate::palette::Palette;

/// The mean squared error, by what pixels count, that nobody sees: 77 dB. Of 48 parts of drawings and screenshots that have 257
/// to 3,000 colours, 11 are a tenth smaller for it in the mean and 27 % at most, and score 94 to 98.5 instead of 95 to 99.5;
/// 38 of the 48 are then smaller than by pngquant and no worse, which were 32. With 75 or 79 dB it is fewer.
const UNSEEN: f64 = 0.003_9;

/// The squared error of a colour that is too much for however few pixels have it: four steps of red, green and blue.
const SEEN: f64 = 48.0;

/// Most colours of a picture for each one of a palette, with more of which it is not tried: the error is never so small.
const MOST_COLORS: usize = 4;

/// What the least number of colours is known to.
const NEAR: usize = 4;

impl Packer {
    /// A palette of at most so many colours for a picture of which nothing was asked but to be small: of fewer where the
    /// error remains unseen.
    pub(super) fn spared(&self, histogram: &Histogram, colors: usize, kept: &[Rgba8]) -> Result<Palette> {
        let full = self.fitted(histogram, colors, kept)?;
        let nothing_is_asked = self.lambda.is_none()
            && self.usual_lambda() > 0.0
            && self.weighting == Weighting::Visibility
            && self.guard.is_none();
        let loses_little = || full.len() < histogram.len() && histogram.len() <= MOST_COLORS * full.len();
        let Some(exact) = (nothing_is_asked && loses_little()).then(|| histogram.exact_colors()).flatten()
        else {
            return Ok(full);
        };
        if !self.is_unseen(&exact, &full) {
            return Ok(full);
        }
        let (mut too_few, mut enough) = (kept.len().max(1), full.len());
        let mut spared = None;
        // More are not worth what they change. They come first, and often are the last.
        let mut next = 3 * full.len() / 4;
        while too_few < next {
            let palette = self.fitted(histogram, next, kept)?;
            if self.is_unseen(&exact, &palette) {
                enough = next;
                spared = Some(palette);
            } else if spared.is_none() {
                break;
            } else {
                too_few = next;
            }
            next = if too_few + NEAR < enough { usize::midpoint(too_few, enough) } else { 0 };
        }
        Ok(spared.unwrap_or(full))
    }

    /// Whether colours with what they count stay so close to their nearest of a palette.
    fn is_unseen(&self, colors: &[(Rgba8, u64)], palette: &Palette) -> bool {
        let points: Vec<_> = palette.colors().iter().map(|&color| self.space.point(color)).collect();
        let (mut sum, mut total) = (0.0, 0);
        for &(color, count) in colors {
            let point = self.space.point(color);
            let distance = |&number: &usize| distance_squared(point, points[number]);
            let nearest = (0..points.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let nearest = nearest.expect("a palette has a colour");
            let error = measure::squared_error(color, palette.colors()[nearest]);
            if error > SEEN {
                return false;
            }
            sum += error * count as f64;
            total += count;
        }
        sum <= UNSEEN * total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effort::Effort;
    use crate::image::Image;
    use crate::measure::Guard;

    /// Flat fields with 300 rare shades of them, each a step from its field, and another colour in one pixel, so far from the
    /// first field.
    fn screenshot(far: u8) -> Image {
        let pixel = |at: usize| {
            let [red, green, blue] = [[30, 34, 42], [200, 210, 220], [90, 140, 60]][at / 256 * 3 / 256];
            match at % 200 {
                0 if at / 200 < 300 => {
                    let shade = (at / 200 % 27) as u8;
                    let field = (at / 200 / 27) as u8;
                    [red + shade % 3, green + shade / 3 % 3, blue + shade / 9 + 3 * (field % 4), 255]
                }
                1 if at == 1 => [red, green, blue + far, 255],
                _ => [red, green, blue, 255],
            }
        };
        Image::new(256, 256, (0..65_536).map(pixel).collect()).unwrap()
    }

    fn colors(packer: &Packer, image: &Image) -> usize {
        packer.pack(image.view()).unwrap().report.colors
    }

    #[test]
    fn colours_that_nobody_misses_are_spared() {
        let image = screenshot(0);
        let all = Histogram::of(image.view()).distinct_colors().unwrap();
        assert!((260..400).contains(&all), "{all}");
        let usual = Packer::new();
        let few = colors(&usual, &image);
        assert!(few < 192, "{few}");
        let packed = usual.pack(image.view()).unwrap();
        assert!(packed.report.mean_squared_error <= 2.0 * UNSEEN);
        let worst = image.pixels().iter().zip(packed.indexed.pixels());
        assert!(worst.map(|(&a, b)| measure::squared_error(a, b)).fold(0.0, f64::max) <= SEEN);
        // What asks for more than a small file gets it.
        for packer in [
            usual.clone().lambda(0.0),
            usual.clone().weighting(Weighting::Equal),
            usual.clone().guard(Guard::new()),
            usual.effort(Effort::Fast),
        ] {
            assert!(colors(&packer, &image) > 192, "{packer:?}");
        }
    }

    #[test]
    fn a_rare_colour_is_not_spared() {
        let image = screenshot(90);
        let packed = Packer::new().pack(image.view()).unwrap();
        let error = measure::squared_error(image.pixels()[1], packed.indexed.pixels().nth(1).unwrap());
        assert!(error <= SEEN && packed.report.colors < 192, "{error} {}", packed.report.colors);
    }
}
