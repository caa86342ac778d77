//! Work over chunks, on threads or on one: the same answer either way.
//!
//! Chunks have a length that the caller fixes, never one made from the number of threads, and results come
//! back in the order of the chunks, so floating-point sums fold the same way on every machine.

#[cfg(feature = "parallel")]
mod threaded;
#[cfg(feature = "parallel")]
pub(crate) use threaded::{join, map, map_chunks, map_chunks_mut, start};

#[cfg(not(feature = "parallel"))]
mod serial;
#[cfg(not(feature = "parallel"))]
pub(crate) use serial::{join, map, map_chunks, map_chunks_mut, start};
