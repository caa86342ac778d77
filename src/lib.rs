//! huepack.

mod color;
mod error;
mod fit;
mod histogram;
mod image;
mod indexed;
mod map;
mod nearest;
mod palette;
mod par;
mod random;

#[cfg(feature = "decode")]
pub mod decode;

pub use color::ColorSpace;
pub use error::{Error, Result};
pub use fit::FitOptions;
pub use histogram::Histogram;
pub use image::{Image, ImageRef, Rgba8};
pub use indexed::Indexed;
pub use map::{Dither, MapOptions};
pub use palette::Palette;
