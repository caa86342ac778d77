//! The ways to choose a palette that are compared.

use std::collections::HashSet;

use huepack::{ColorSpace, FitOptions, Histogram, ImageRef, Palette, Result, Rgba8};
use palette::Srgb;

use super::median_cut;
use super::shuffle::shuffled;

/// One row of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// huepack's own, in this space.
    KMeans(ColorSpace),
    /// Colours of pixels picked at random: what scikit-learn's example sets k-means against.
    Random,
    /// The crate `kmeans_colors`: textbook k-means in RGB.
    KmeansColors,
    /// Heckbert's median cut.
    MedianCut,
}

impl Method {
    /// Every method, in the order of the table.
    pub(crate) const ALL: [Self; 7] = [
        Self::KMeans(ColorSpace::Srgb),
        Self::KMeans(ColorSpace::LinearRgb),
        Self::KMeans(ColorSpace::Lab),
        Self::KMeans(ColorSpace::Oklab),
        Self::Random,
        Self::KmeansColors,
        Self::MedianCut,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::KMeans(ColorSpace::Srgb) => "k-means sRGB",
            Self::KMeans(ColorSpace::LinearRgb) => "k-means linear",
            Self::KMeans(ColorSpace::Lab) => "k-means Lab",
            Self::KMeans(ColorSpace::Oklab) => "k-means Oklab",
            Self::KMeans(_) => "k-means",
            Self::Random => "random pixels",
            Self::KmeansColors => "kmeans_colors",
            Self::MedianCut => "median cut",
        }
    }

    /// The space in which its palette is fitted and pixels are mapped to it.
    pub(crate) fn space(self) -> ColorSpace {
        match self {
            Self::KMeans(space) => space,
            Self::Random | Self::KmeansColors | Self::MedianCut => ColorSpace::Srgb,
        }
    }

    /// Chooses at most `colors` colours for the pixels of `image`.
    ///
    /// # Errors
    /// Those of [`FitOptions::fit`].
    pub(crate) fn palette(self, image: ImageRef<'_>, colors: usize, seed: u64) -> Result<Palette> {
        if let Self::KMeans(space) = self {
            return FitOptions::new(colors).space(space).seed(seed).fit(&Histogram::of(image));
        }
        // As in huepack's own fit, what is fully transparent gets one colour and does not pull on the others.
        let visible: Vec<Rgba8> = image.pixels().iter().copied().filter(|pixel| pixel[3] > 0).collect();
        let clear = usize::from(visible.len() < image.pixels().len());
        let mut palette = match self {
            Self::KMeans(_) | Self::Random => random_pixels(&visible, colors - clear, seed),
            Self::KmeansColors => kmeans_colors(&visible, colors - clear, seed),
            Self::MedianCut => median_cut::palette(&visible, colors - clear),
        };
        palette.extend([[0; 4]].iter().take(clear));
        Palette::new(palette)
    }
}

/// Shuffles the pixels and takes the first that differ. scikit-learn's example takes the first whatever they are,
/// but a colour that comes twice would leave this method with a smaller palette than those beside it.
fn random_pixels(pixels: &[Rgba8], count: usize, seed: u64) -> Vec<Rgba8> {
    let mut known = HashSet::new();
    shuffled(pixels, seed).filter(|&pixel| known.insert(pixel)).take(count).collect()
}

/// The settings of the crate's own program for RGB: 20 rounds, done when the centroids move by less than 0.0025,
/// one run. It knows no alpha: its colours are opaque.
fn kmeans_colors(pixels: &[Rgba8], count: usize, seed: u64) -> Vec<Rgba8> {
    const ROUNDS: usize = 20;
    const CONVERGED: f32 = 0.0025;
    let points: Vec<Srgb<f32>> =
        pixels.iter().map(|&[r, g, b, _]| Srgb::new(r, g, b).into_format()).collect();
    let result = match (points.is_empty(), count) {
        (true, _) => return Vec::new(),
        // As its program does: bounds on the second nearest centroid need one.
        (false, 1) => kmeans_colors::get_kmeans(count, ROUNDS, CONVERGED, false, &points, seed),
        (false, _) => kmeans_colors::get_kmeans_hamerly(count, ROUNDS, CONVERGED, false, &points, seed),
    };
    let bytes = |centroid: &Srgb<f32>| {
        let Srgb { red, green, blue, .. } = centroid.into_format::<u8>();
        [red, green, blue, 255]
    };
    result.centroids.iter().map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 400 colours, every tenth pixel fully transparent, some half so.
    fn mixed() -> Vec<Rgba8> {
        let alpha = |i: u16| match i % 10 {
            0 => 0,
            1 => 128,
            _ => 255,
        };
        (0..400).map(|i| [(i % 256) as u8, (i / 2) as u8, (i * 7 % 256) as u8, alpha(i)]).collect()
    }

    #[test]
    fn every_method_keeps_to_the_number_of_colours_and_reserves_one_for_transparency() {
        let pixels = mixed();
        let image = ImageRef::new(20, 20, &pixels).unwrap();
        for method in Method::ALL {
            for colors in [2, 16, 256] {
                let palette = method.palette(image, colors, 0).unwrap();
                assert!(palette.len() <= colors, "{method:?}");
                let clear = palette.colors().iter().filter(|color| color[3] == 0).count();
                assert_eq!(clear, 1, "{method:?} {colors}");
            }
        }
    }

    #[test]
    fn pictures_of_few_colours_are_no_trouble() {
        for pixels in [vec![[0; 4]], vec![[1, 2, 3, 255]], vec![[1, 2, 3, 255], [0; 4]]] {
            let image = ImageRef::new(pixels.len() as u32, 1, &pixels).unwrap();
            for method in Method::ALL {
                let palette = method.palette(image, 64, 0).unwrap();
                assert!(pixels.iter().all(|pixel| palette.colors().contains(pixel)), "{method:?}");
            }
        }
    }

    #[test]
    fn random_colours_differ_and_are_those_of_pixels() {
        let pixels = [[1, 1, 1, 255], [1, 1, 1, 255], [2, 2, 2, 255], [3, 3, 3, 255]];
        let mut colors = random_pixels(&pixels, 3, 5);
        colors.sort_unstable();
        assert_eq!(colors, pixels[1..]);
    }
}
