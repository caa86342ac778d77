//! What one method made of the picture, measured.

use std::time::Instant;

use huepack::{
    ByteLedger, Effort, Error, Image, ImageRef, Indexed, MapOptions, Palette, Result, Rgba8, encode, measure,
    read_back, reduce,
};
use serde_json::{Value, json};

use super::method::Method;

/// One row of the comparison.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) method: Method,
    /// Milliseconds of wall-clock time from pixels to palette.
    pub(super) fit_ms: f64,
    /// Milliseconds of wall-clock time from pixels and palette to indices.
    pub(super) map_ms: f64,
    /// Squared error per pixel in 8-bit sRGB, which is the same measure for every row.
    pub(super) inertia: f64,
    /// Squared error per pixel in the space that the method works in.
    pub(super) own_inertia: f64,
    pub(super) mean_ciede2000: f64,
    /// `None` for a picture that SSIMULACRA2 does not take.
    pub(super) ssimulacra2: Option<f64>,
    /// Sizes on the way to the PNG.
    pub(super) bytes: ByteLedger,
    /// `None` where the picture does not fit into a GIF: alpha between, or a side over 65,535.
    pub(super) gif_bytes: Option<u64>,
    pub(super) references: References,
    /// The PNG.
    pub(super) png: Vec<u8>,
    /// The picture in the PNG.
    pub(super) indexed: Indexed,
}

/// Sizes in bytes that the PNG is compared with, beside raw RGB.
#[derive(Clone, Copy, Debug)]
pub(super) struct References {
    /// The file that the picture came from.
    pub(super) source: u64,
    /// The smallest RGB or RGBA PNG that was found.
    pub(super) lossless: u64,
}

/// A colour of a palette and how many pixels have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swatch {
    pub(super) color: Rgba8,
    pub(super) pixels: u64,
}

impl Row {
    /// Fits, maps, writes and measures, all rows alike, so that only the palette differs.
    pub(super) fn of(
        method: Method,
        image: ImageRef<'_>,
        fit: impl FnOnce() -> Result<Palette>,
        map: &MapOptions,
        references: References,
    ) -> Result<Self> {
        let (palette, fit_ms) = timed(fit);
        let palette = palette?;
        let (mapped, map_ms) = timed(|| map.map(image, &palette));
        let trimmed = reduce::trim(&mapped).unwrap_or(mapped);
        let ordered = reduce::order(&trimmed, reduce::Order::Luma).unwrap_or(trimmed);
        let png = encode::png::Options::new().effort(Effort::Balanced).encode(&ordered)?;
        let gif_bytes = match encode::gif::Options::new().encode(&ordered) {
            Ok(gif) => Some(gif.len() as u64),
            Err(Error::Unsupported { .. } | Error::TooWideFor { .. }) => None,
            Err(error) => return Err(error),
        };
        // Measured is what was written.
        let indexed = read_back(&png)?;
        Ok(Self {
            method,
            fit_ms,
            map_ms,
            inertia: measure::mean_squared_error(image, &indexed),
            own_inertia: measure::inertia(image, &indexed, method.space()),
            mean_ciede2000: measure::mean_ciede2000(image, &indexed),
            ssimulacra2: measure::ssimulacra2(image, &indexed).ok(),
            bytes: ByteLedger::of(&indexed, png.len() as u64),
            gif_bytes,
            references,
            png,
            indexed,
        })
    }

    /// Distinct colours of the picture.
    pub(super) fn colors(&self) -> usize {
        self.indexed.palette().len()
    }

    /// Peak signal-to-noise ratio in decibels; infinite if no visible pixel changed.
    pub(super) fn psnr_db(&self) -> f64 {
        measure::psnr_db(self.inertia)
    }

    /// How much smaller the PNG is than `reference` bytes, in percent; negative where it is larger.
    pub(super) fn saving_percent(&self, reference: u64) -> f64 {
        100.0 * (1.0 - self.bytes.file as f64 / reference as f64)
    }

    /// The palette, from dark to light.
    pub(super) fn swatches(&self) -> Vec<Swatch> {
        let colors = self.indexed.palette().colors().iter();
        colors.zip(self.indexed.uses()).map(|(&color, pixels)| Swatch { color, pixels }).collect()
    }

    /// The picture in true colour.
    ///
    /// # Errors
    /// None: there are as many pixels as indices.
    pub(super) fn image(&self) -> Result<Image> {
        Image::new(self.indexed.width(), self.indexed.height(), self.indexed.pixels().collect())
    }

    /// All numbers; an infinite PSNR is `null`.
    pub(super) fn json(&self) -> Value {
        json!({
            "method": self.method.name(),
            "colors": self.colors(),
            "fit_wall_ms": self.fit_ms,
            "map_wall_ms": self.map_ms,
            "inertia_per_pixel_srgb": self.inertia,
            "inertia_per_pixel_own_space": self.own_inertia,
            "psnr_db": self.psnr_db(),
            "mean_ciede2000": self.mean_ciede2000,
            "ssimulacra2": self.ssimulacra2,
            "png_bytes": self.bytes.file,
            "gif_bytes": self.gif_bytes,
            "indexed_bytes": self.bytes.indexed,
            "packed_bits_bytes": self.bytes.packed_bits,
            "png_saving_percent": {
                "raw_rgb": self.saving_percent(self.bytes.raw_rgb),
                "source": self.saving_percent(self.references.source),
                "lossless_png": self.saving_percent(self.references.lossless),
            },
            "palette": self.swatches().iter().map(Swatch::json).collect::<Vec<_>>(),
        })
    }
}

impl Swatch {
    /// `#rrggbb`, and alpha where it is not opaque: a colour of CSS.
    pub(super) fn hex(&self) -> String {
        let [r, g, b, a] = self.color;
        let alpha = if a == 255 { String::new() } else { format!("{a:02x}") };
        format!("#{r:02x}{g:02x}{b:02x}{alpha}")
    }

    fn json(&self) -> Value {
        json!({ "color": self.hex(), "pixels": self.pixels })
    }
}

/// What `work` returns, and the milliseconds of wall-clock time that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64() * 1e3)
}
