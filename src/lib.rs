//! huepack fits a palette to a picture and writes real indexed PNG and GIF files.
//!
//! One call does it all:
//!
//! ```
//! use huepack::{ImageRef, Packer};
//! let pixels: Vec<[u8; 4]> = (0..4096).map(|i| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, 128, 255]).collect();
//! let packed = Packer::new().colors(32).pack(ImageRef::new(64, 64, &pixels)?)?;
//! assert!(packed.bytes.len() < 3 * 64 * 64);
//! println!("{} bytes, {:.1} dB", packed.report.bytes.file, packed.report.psnr_db());
//! # Ok::<(), huepack::Error>(())
//! ```
//!
//! Or stage by stage, each with options of its own:
//!
//! ```
//! use huepack::{ColorSpace, Dither, FitOptions, Histogram, ImageRef, MapOptions, encode, reduce};
//! # let pixels: Vec<[u8; 4]> = (0..4096).map(|i| [(i % 64) as u8 * 4, (i / 64) as u8 * 4, 128, 255]).collect();
//! let image = ImageRef::new(64, 64, &pixels)?;
//! let palette = FitOptions::new(32).space(ColorSpace::Srgb).fit(&Histogram::of(image))?;
//! let indexed = MapOptions::new().space(ColorSpace::Srgb).dither(Dither::None).map(image, &palette);
//! let indexed = reduce::trim(&indexed).unwrap_or(indexed);
//! let bytes = encode::png::Options::new().encode(&indexed)?;
//! # assert!(bytes.len() < 3 * 64 * 64);
//! # Ok::<(), huepack::Error>(())
//! ```
//!
//! The same input, options and version give the same bytes, on any number of threads.
//!
//! Features: `decode` (default) reads pictures, `parallel` (default) uses threads, `score` adds SSIMULACRA2.

mod activity;
mod animation;
mod color;
mod effort;
mod error;
mod fit;
mod histogram;
mod image;
mod indexed;
mod logarithm;
mod map;
mod memory;
mod metadata;
mod nearest;
mod packer;
mod palette;
mod par;
mod place;
#[cfg(test)]
mod random;
mod readback;
#[cfg(feature = "decode")]
mod repack;
mod simd;
mod zlib;

#[cfg(feature = "decode")]
pub mod decode;
pub mod encode;
pub mod measure;
pub mod reduce;

/// The version of the bytes that are written: whoever keeps results of the same input and options under it may use them
/// as long as it stays.
///
/// It is raised in every commit that makes any result differ, which a checksum in `tests/same_bytes.rs` shows, once for
/// each release; the changelog says so.
///
/// ```
/// assert!(huepack::OUTPUT_VERSION >= 1);
/// ```
pub const OUTPUT_VERSION: u32 = 1;

pub use animation::{Blend, Clip, Delay, Disposal, Frame, Loops};
pub use color::ColorSpace;
pub use effort::Effort;
pub use encode::{Format, Mode};
pub use error::{Error, Result};
pub use fit::FitOptions;
pub use histogram::Histogram;
pub use image::{Image, ImageRef, Rgba8};
pub use indexed::Indexed;
pub use map::{Coder, Dither, MapOptions};
pub use memory::Memory;
pub use metadata::{Density, DensityUnit, LeftOut, Metadata, Text};
pub use packer::{ByteLedger, ClipReport, ClipStep, Guarded, Packed, PackedClip, Packer, Report, Weighting};
#[cfg(feature = "score")]
pub use packer::{Reached, Target};
pub use palette::Palette;
pub use readback::read_back;
#[cfg(feature = "decode")]
pub use repack::{GifRepacker, RepackedGif};
pub use simd::Simd;
