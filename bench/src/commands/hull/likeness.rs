//! How like the picture a result is, by four measures that are not huepack's own.

use butteraugli::{ButteraugliParams, ButteraugliReference, RGB8};
use dssim_core::{Dssim, DssimImage};
use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use huepack::{Rgba8, measure};

use crate::Result;
use crate::picture::{Picture, over};

/// What a picture with transparency is seen on.
const BACKGROUNDS: [u8; 2] = [0, 255];

/// The measures of one result. Of a picture with transparency each is the mean over black and white.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Likeness {
    pub(super) ssimulacra2: f64,
    /// 0 for the same picture.
    pub(super) dssim: f64,
    /// The 3-norm over the picture; 0 for the same picture.
    pub(super) butteraugli: f64,
    /// In sRGB, of the mean of the squared errors; infinite for the same picture.
    pub(super) psnr_db: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    Ssimulacra2,
    Dssim,
    Butteraugli,
    Psnr,
}

impl Metric {
    pub(super) const ALL: [Self; 4] = [Self::Ssimulacra2, Self::Dssim, Self::Butteraugli, Self::Psnr];

    /// The measure on a scale where higher is better and equal steps look about equal: of errors the logarithm. What
    /// cannot be told from the picture is as good as the best that is not the same, or a scale would have no end.
    pub(super) fn quality(self, likeness: &Likeness) -> f64 {
        match self {
            Self::Ssimulacra2 => likeness.ssimulacra2,
            Self::Dssim => -likeness.dssim.max(1e-7).log10(),
            Self::Butteraugli => -likeness.butteraugli.max(1e-3).ln(),
            Self::Psnr => likeness.psnr_db.min(99.0),
        }
    }
}

/// A picture, prepared for being compared with many results.
pub(super) struct Reference<'a> {
    picture: &'a Picture,
    grounds: Vec<Ground>,
}

/// The picture on one background.
struct Ground {
    grey: u8,
    rgb: Vec<[u8; 3]>,
    ssimulacra2: Ssimulacra2Reference,
    dssim: DssimImage<f32>,
    butteraugli: ButteraugliReference,
}

impl<'a> Reference<'a> {
    pub(super) fn of(picture: &'a Picture) -> Result<Self> {
        let is_opaque = picture.pixels.iter().all(|pixel| pixel[3] == 255);
        let greys = if is_opaque { &BACKGROUNDS[..1] } else { &BACKGROUNDS };
        let grounds = greys.iter().map(|&grey| Ground::of(picture, grey)).collect::<Result<_>>()?;
        Ok(Self { picture, grounds })
    }

    /// Measures a result, given as its pixels. Those of an opaque picture are opaque.
    pub(super) fn likeness(&self, result: &[Rgba8]) -> Result<Likeness> {
        if result.len() != self.picture.pixels.len() {
            return Err(format!("{} pixels wanted, got {}", self.picture.pixels.len(), result.len()).into());
        }
        let size = (self.picture.width, self.picture.height);
        let mut sums = [0.0; 4];
        for ground in &self.grounds {
            for (sum, value) in sums.iter_mut().zip(ground.compare(result, size)?) {
                *sum += value;
            }
        }
        let [ssimulacra2, dssim, butteraugli, squared] = sums.map(|sum| sum / self.grounds.len() as f64);
        Ok(Likeness { ssimulacra2, dssim, butteraugli, psnr_db: measure::psnr_db(squared) })
    }
}

impl Ground {
    fn of(picture: &Picture, grey: u8) -> Result<Self> {
        let size = (picture.width, picture.height);
        let (width, height) = (size.0 as usize, size.1 as usize);
        let rgb = flatten(&picture.pixels, grey);
        let butteraugli = ButteraugliReference::new(rgb.as_flattened(), width, height, parameters())?;
        let ssimulacra2 = Ssimulacra2Reference::new(&slice(&rgb, size)?)?;
        Ok(Self { grey, dssim: dssim_image(&rgb, size)?, ssimulacra2, butteraugli, rgb })
    }

    /// SSIMULACRA2, DSSIM, Butteraugli, and the squared error per pixel summed over the channels.
    fn compare(&self, result: &[Rgba8], size: (u32, u32)) -> Result<[f64; 4]> {
        let rgb = flatten(result, self.grey);
        let (dssim, _) = Dssim::new().compare(&self.dssim, dssim_image(&rgb, size)?);
        Ok([
            self.ssimulacra2.compare(&slice(&rgb, size)?)?,
            dssim.into(),
            self.butteraugli.compare(rgb.as_flattened())?.pnorm_3,
            squared_error(&self.rgb, &rgb),
        ])
    }
}

fn parameters() -> ButteraugliParams {
    ButteraugliParams::default().with_compute_diffmap(false)
}

fn flatten(pixels: &[Rgba8], grey: u8) -> Vec<[u8; 3]> {
    pixels.iter().map(|&pixel| over(pixel, grey)).collect()
}

fn slice(rgb: &[[u8; 3]], (width, height): (u32, u32)) -> Result<PixelSlice<'_>> {
    let made =
        PixelSlice::new(rgb.as_flattened(), width, height, 3 * width as usize, PixelDescriptor::RGB8_SRGB);
    Ok(made.map_err(|error| error.to_string())?)
}

fn dssim_image(rgb: &[[u8; 3]], (width, height): (u32, u32)) -> Result<DssimImage<f32>> {
    let pixels: Vec<RGB8> = rgb.iter().map(|&rgb| rgb.into()).collect();
    let image = Dssim::new().create_image_rgb(&pixels, width as usize, height as usize);
    Ok(image.ok_or("DSSIM knows no such size")?)
}

fn squared_error(a: &[[u8; 3]], b: &[[u8; 3]]) -> f64 {
    let squared = |(&a, &b): (&u8, &u8)| u64::from(a.abs_diff(b)).pow(2);
    let sum: u64 = a.as_flattened().iter().zip(b.as_flattened()).map(squared).sum();
    sum as f64 / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use huepack::{Dither, FitOptions, Histogram, Indexed, MapOptions};

    fn picture(alpha: fn(u32) -> u8) -> Picture {
        let byte = |i: u32, factor: u32| (i.wrapping_mul(factor) >> 13) as u8;
        let pixel = |i: u32| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, byte(i, 77_777) / 8, alpha(i)];
        Picture { name: "test".into(), width: 64, height: 64, pixels: (0..4096).map(pixel).collect() }
    }

    fn indexed(picture: &Picture, colors: usize) -> Indexed {
        let palette = FitOptions::new(colors).fit(&Histogram::of(picture.view())).unwrap();
        MapOptions::new().dither(Dither::None).map(picture.view(), &palette)
    }

    fn likeness(picture: &Picture, indexed: &Indexed) -> Likeness {
        let pixels: Vec<Rgba8> = indexed.pixels().collect();
        Reference::of(picture).unwrap().likeness(&pixels).unwrap()
    }

    #[test]
    fn the_same_picture_has_no_error_at_all() {
        for picture in [picture(|_| 255), picture(|i| (i % 256) as u8)] {
            let same = Reference::of(&picture).unwrap().likeness(&picture.pixels).unwrap();
            assert!((same.ssimulacra2 - 100.0).abs() < 1e-6, "{same:?}");
            assert!(same.dssim.abs() < 1e-6 && same.butteraugli.abs() < 1e-6, "{same:?}");
            assert_eq!(same.psnr_db, f64::INFINITY);
        }
    }

    #[test]
    fn fewer_colours_are_worse_by_every_measure() {
        let picture = picture(|i| if i < 2048 { 255 } else { 128 });
        let (few, many) =
            (likeness(&picture, &indexed(&picture, 8)), likeness(&picture, &indexed(&picture, 128)));
        for metric in Metric::ALL {
            assert!(metric.quality(&few) < metric.quality(&many), "{metric:?}: {few:?} {many:?}");
        }
    }

    #[test]
    fn the_score_is_that_of_huepack_and_the_error_that_of_its_report() {
        for picture in [picture(|_| 255), picture(|i| (i % 256) as u8)] {
            let indexed = indexed(&picture, 32);
            let ours = likeness(&picture, &indexed);
            let score = measure::ssimulacra2(picture.view(), &indexed).unwrap();
            assert!((ours.ssimulacra2 - score).abs() < 1e-6, "{} {score}", ours.ssimulacra2);
        }
        let opaque = picture(|_| 255);
        let indexed = indexed(&opaque, 32);
        let psnr_db = measure::psnr_db(measure::mean_squared_error(opaque.view(), &indexed));
        assert!((likeness(&opaque, &indexed).psnr_db - psnr_db).abs() < 1e-9);
    }

    #[test]
    fn butteraugli_is_the_three_norm_of_its_map() {
        let picture = picture(|_| 255);
        let result = indexed(&picture, 16);
        let rgb = |pixels: &[Rgba8]| flatten(pixels, 0).into_iter().map(RGB8::from).collect::<Vec<_>>();
        let image = |pixels: &[Rgba8]| butteraugli::Img::new(rgb(pixels), 64, 64);
        let (a, b) = (image(&picture.pixels), image(&result.pixels().collect::<Vec<_>>()));
        let parameters = ButteraugliParams::default().with_compute_diffmap(true);
        let map = butteraugli::butteraugli(a.as_ref(), b.as_ref(), &parameters).unwrap().diffmap.unwrap();
        // libjxl's: the mean of the norms by 3, 6 and 12.
        let norm = |p: i32| {
            let sum: f64 = map.buf().iter().map(|&value| f64::from(value).powi(p)).sum();
            (sum / map.buf().len() as f64).powf(1.0 / f64::from(p))
        };
        let wanted = (norm(3) + norm(6) + norm(12)) / 3.0;
        let got = likeness(&picture, &result).butteraugli;
        assert!((got - wanted).abs() < 1e-4 * wanted, "{got} {wanted}");
    }
}
