//! `quantette`: Wu's cuts, or MacQueen's online k-means from there. In Oklab as its `Pipeline` does it, cut
//! in two to see what takes how long; in sRGB through its lower interface, which is the only way there and
//! knows no dithering.

use ::quantette::color_map::IndexedColorMap;
use ::quantette::color_space::{oklab_to_srgb8, srgb8_to_oklab};
use ::quantette::dedup::dedup_image_u8_3_counts;
use ::quantette::dither::FloydSteinberg;
use ::quantette::kmeans::{Kmeans, KmeansOptions};
use ::quantette::wu::{BinnerF32x3, BinnerU8x3, WuF32x3, WuU8x3};
use ::quantette::{ImageBuf, IndexedImage, PaletteSize};
use palette::{Oklab, Srgb};

use super::{Dithering, Peer, Run, indexed};
use crate::Result;
use crate::clock::Stopwatch;
use crate::picture::Picture;

pub(super) struct Quantette<'a> {
    method: Method,
    picture: &'a Picture,
    image: ImageBuf<Srgb<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    KmeansSrgb,
    KmeansOklab,
    WuSrgb,
    WuOklab,
}

const METHODS: [Method; 4] = [Method::KmeansSrgb, Method::KmeansOklab, Method::WuSrgb, Method::WuOklab];

const EMPTY: &str = "quantette found no pixels";

pub(super) fn all(picture: &Picture) -> impl Iterator<Item = Quantette<'_>> {
    METHODS.into_iter().map(|method| {
        let pixels: Vec<Srgb<u8>> = picture.rgb().map(Srgb::from).collect();
        let image = ImageBuf::new(picture.width, picture.height, pixels).expect("one colour a pixel");
        Quantette { method, picture, image }
    })
}

impl Peer for Quantette<'_> {
    fn name(&self) -> &str {
        match self.method {
            Method::KmeansSrgb => "quantette k-means sRGB",
            Method::KmeansOklab => "quantette k-means Oklab",
            Method::WuSrgb => "quantette Wu sRGB",
            Method::WuOklab => "quantette Wu Oklab",
        }
    }

    fn dithers(&self) -> bool {
        matches!(self.method, Method::KmeansOklab | Method::WuOklab)
    }

    fn run(&self, colors: usize, dithering: Dithering) -> Result<Run> {
        let size = PaletteSize::try_from(u16::try_from(colors)?)?;
        match self.method {
            Method::KmeansSrgb | Method::WuSrgb => self.run_srgb(size),
            Method::KmeansOklab | Method::WuOklab => {
                if dithering == Dithering::None && self.deduplicates(size) {
                    self.run_oklab_deduplicated(size)
                } else {
                    self.run_oklab(size, dithering)
                }
            }
        }
    }
}

impl Quantette<'_> {
    fn run_srgb(&self, size: PaletteSize) -> Result<Run> {
        let mut clock = Stopwatch::start();
        let wu = WuU8x3::run_image(self.image.as_ref(), BinnerU8x3::rgb()).ok_or(EMPTY)?;
        if self.method == Method::WuSrgb {
            let map = wu.color_map(size);
            let fit_ms = clock.lap_ms();
            return self.map_srgb(map, clock, fit_ms);
        }
        let kmeans = Kmeans::run_image(self.image.as_ref(), wu.palette(size), KmeansOptions::new());
        let map = kmeans.into_color_map();
        let fit_ms = clock.lap_ms();
        self.map_srgb(map, clock, fit_ms)
    }

    fn map_srgb(
        &self,
        map: impl IndexedColorMap<Srgb<u8>, Output = Srgb<u8>>,
        mut clock: Stopwatch,
        fit_ms: f64,
    ) -> Result<Run> {
        let mapped = self.image.map_to_indexed(map);
        self.finish(mapped, fit_ms, clock.lap_ms())
    }

    fn run_oklab(&self, size: PaletteSize, dithering: Dithering) -> Result<Run> {
        let mut clock = Stopwatch::start();
        let image = self.image.map_ref(srgb8_to_oklab);
        let wu = WuF32x3::run_image(image.as_ref(), BinnerF32x3::oklab_from_srgb8()).ok_or(EMPTY)?;
        if self.method == Method::WuOklab {
            let map = wu.color_map(size);
            let fit_ms = clock.lap_ms();
            return self.map_oklab(&image, map, dithering, clock, fit_ms);
        }
        let map = Kmeans::run_image(image.as_ref(), wu.palette(size), KmeansOptions::new()).into_color_map();
        let fit_ms = clock.lap_ms();
        self.map_oklab(&image, map, dithering, clock, fit_ms)
    }

    fn map_oklab(
        &self,
        image: &ImageBuf<Oklab>,
        map: impl IndexedColorMap<Oklab, Output = Oklab>,
        dithering: Dithering,
        mut clock: Stopwatch,
        fit_ms: f64,
    ) -> Result<Run> {
        let mapped = match dithering {
            Dithering::Default => FloydSteinberg::new().dither_image_to_indexed(image.as_ref(), map),
            Dithering::None => image.map_to_indexed(map),
        };
        let mapped = mapped.map(|palette| oklab_to_srgb8(&palette));
        self.finish(mapped, fit_ms, clock.lap_ms())
    }

    fn run_oklab_deduplicated(&self, size: PaletteSize) -> Result<Run> {
        let mut clock = Stopwatch::start();
        let image = dedup_image_u8_3_counts(self.image.as_ref()).map(|palette| srgb8_to_oklab(&palette));
        let wu = WuF32x3::run_indexed_image_counts(&image, BinnerF32x3::oklab_from_srgb8()).ok_or(EMPTY)?;
        let (mapped, fit_ms) = if self.method == Method::WuOklab {
            let map = wu.color_map(size);
            let fit_ms = clock.lap_ms();
            (image.map_to_indexed(map), fit_ms)
        } else {
            let image = image.as_indexed_image();
            let map =
                Kmeans::run_indexed_image(image, wu.palette(size), KmeansOptions::new()).into_color_map();
            let fit_ms = clock.lap_ms();
            (image.map_to_indexed(map), fit_ms)
        };
        let mapped = mapped.map(|palette| oklab_to_srgb8(&palette));
        self.finish(mapped, fit_ms, clock.lap_ms())
    }

    fn finish(&self, mapped: IndexedImage<Srgb<u8>>, fit_ms: f64, map_ms: f64) -> Result<Run> {
        let (palette, indices) = mapped.into_parts();
        let indexed = indexed(self.picture, palette.into_iter().map(<[u8; 3]>::from), indices)?;
        Ok(Run { indexed, fit_ms, map_ms })
    }

    /// Whether the pipeline, left to choose, would work on distinct colours.
    fn deduplicates(&self, size: PaletteSize) -> bool {
        let threshold = match self.method {
            Method::WuOklab => 2048 * 2048,
            _ if cfg!(target_feature = "avx2") => 4096 * 4096 / u32::from(size.as_u16() / 8).max(1),
            _ => 1024 * 1024 * 2 / u32::from(size.as_u16() / 8).max(1),
        };
        self.image.num_pixels() >= threshold
    }
}

#[cfg(test)]
mod tests {
    use ::quantette::{Pipeline, QuantizeMethod};

    use super::*;

    #[test]
    fn in_two_halves_it_does_what_its_pipeline_does() {
        // 300 x 300 pixels: distinct colours with 256 colours, pixels with 16.
        let byte = |i: u32, factor: u32| (i.wrapping_mul(factor) >> 16) as u8;
        let pixels = (0..90_000_u32).map(|i| [byte(i, 7_777), byte(i, 12_345), byte(i, 999), 255]);
        let picture = Picture { name: "test".into(), width: 300, height: 300, pixels: pixels.collect() };
        for peer in all(&picture).filter(Peer::dithers) {
            let method = match peer.method {
                Method::WuOklab => QuantizeMethod::Wu,
                _ => QuantizeMethod::kmeans(),
            };
            for (colors, dithering) in [16_u16, 256].into_iter().flat_map(|k| Dithering::ALL.map(|d| (k, d)))
            {
                let pipeline = Pipeline::new()
                    .palette_size(colors.try_into().unwrap())
                    .quantize_method(method.clone())
                    .ditherer((dithering == Dithering::Default).then(FloydSteinberg::new));
                let wanted = pipeline.input_image(peer.image.as_ref()).output_srgb8_image();
                let got = peer.run(colors.into(), dithering).unwrap().indexed;
                let same = got
                    .pixels()
                    .zip(wanted.as_slice())
                    .all(|([r, g, b, _], pixel)| [r, g, b] == <[u8; 3]>::from(*pixel));
                assert!(same, "{} {colors} {dithering:?}", peer.name());
            }
        }
    }
}
