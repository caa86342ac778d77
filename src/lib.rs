//! huepack.

mod error;
mod image;
mod indexed;
mod palette;

#[cfg(feature = "decode")]
pub mod decode;

pub use error::{Error, Result};
pub use image::{Image, ImageRef, Rgba8};
pub use indexed::Indexed;
pub use palette::Palette;
