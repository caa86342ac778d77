//! One file of the picture: how it was made, and what came of it.

use huepack::{ImageRef, Indexed, Result, measure};
use serde_json::{Value, json};

/// How a file was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    /// Colours that the palette was allowed.
    pub(super) colors: u16,
    /// What a byte was worth, for who knows such a thing.
    pub(super) lambda: Option<f64>,
    /// As the option is spelled.
    pub(super) dither: &'static str,
}

/// A file, measured as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) setting: Setting,
    pub(super) bytes: u64,
    /// Colours in the palette of the file.
    pub(super) colors_used: usize,
    /// 100 for the same picture.
    pub(super) ssimulacra2: f64,
    /// Infinite for the same picture.
    pub(super) psnr_db: f64,
}

impl Point {
    /// Measures the picture that is in a file of so many bytes.
    ///
    /// # Errors
    /// Those of [`measure::ssimulacra2`].
    pub(super) fn of(setting: Setting, source: ImageRef<'_>, result: &Indexed, bytes: u64) -> Result<Self> {
        let error = measure::mean_squared_error(source, result);
        let ssimulacra2 = if error == 0.0 { 100.0 } else { measure::ssimulacra2(source, result)? };
        let (colors_used, psnr_db) = (result.palette().len(), measure::psnr_db(error));
        Ok(Self { setting, bytes, colors_used, ssimulacra2, psnr_db })
    }

    pub(super) fn is_lossless(&self) -> bool {
        self.psnr_db == f64::INFINITY
    }

    /// All numbers; an infinite PSNR is `null`.
    pub(super) fn json(&self) -> Value {
        let Setting { colors, lambda, dither } = self.setting;
        json!({
            "colors": colors,
            "colors_used": self.colors_used,
            "lambda": lambda,
            "dither": dither,
            "bytes": self.bytes,
            "ssimulacra2": self.ssimulacra2,
            "psnr_db": self.psnr_db,
        })
    }
}
