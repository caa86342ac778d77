//! How hard to try.

/// How much time a smaller file or a better palette is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Quick previews: few rounds of k-means, one way to compress.
    Fast,
    /// The default: k-means until it has converged, the ways to compress that usually win.
    #[default]
    Balanced,
    /// For files that are served a million times: restarts, Zopfli.
    Best,
}

impl Effort {
    /// Every effort, from the least.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    /// What an effort means, in one table.
    pub(crate) fn settings(self) -> Settings {
        match self {
            Self::Fast => {
                Settings { iterations: 5, restarts: 0, filters: Filters::Plain, deflate: Deflate::Level(9) }
            }
            Self::Balanced => Settings {
                iterations: 100,
                restarts: 0,
                filters: Filters::Usual,
                deflate: Deflate::Level(12),
            },
            Self::Best => {
                Settings { iterations: 300, restarts: 3, filters: Filters::Every, deflate: Deflate::Zopfli }
            }
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Most rounds of Lloyd's algorithm a run.
    pub(crate) iterations: u32,
    /// Runs of k-means from random starts beside the deterministic one.
    pub(crate) restarts: u32,
    /// Which PNG filters to try.
    pub(crate) filters: Filters,
    /// How to compress what the best filter left.
    pub(crate) deflate: Deflate,
}

/// Sets of PNG filters. Most indexed pictures are smallest unfiltered, since indices are no quantities; drawings
/// with gradients in palette order are the exception that makes trying worth while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filters {
    Plain,
    Usual,
    Every,
}

/// A DEFLATE compressor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deflate {
    /// libdeflate's level, 1 to 12.
    Level(u8),
    /// Zopfli: 1 % smaller than libdeflate 12 at 20 times the time.
    Zopfli,
}
