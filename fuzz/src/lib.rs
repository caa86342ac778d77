//! What the fuzz targets share: which panics count, what must hold for any file, and pictures out of arbitrary bytes.

mod decoding;
mod panics;
mod pictures;

pub use decoding::{check_decoding, decode_unlimited};
pub use panics::fail_on_our_panics;
pub use pictures::{AnyIndexed, AnyPicture, any_space, cycle, visible};
