//! How hard to try.

/// How much time a smaller file or a better palette is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Quick previews: few rounds of k-means, one way to compress.
    Fast,
    /// The default: k-means until it has converged, the ways to compress that usually win.
    #[default]
    Balanced,
    /// For files that are served a million times: restarts, every way to compress, Zopfli.
    Best,
}

impl Effort {
    /// Every effort, from the least.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    /// What an effort means, in one table.
    pub(crate) fn settings(self) -> Settings {
        match self {
            Self::Fast => Settings {
                samples: 0.25,
                iterations: 3,
                restarts: 0,
                orders: Orders::First,
                depths: Depths::Fewest,
                filters: Filters::Plain,
                deflate: Deflate::Level(9),
            },
            Self::Balanced => Settings {
                samples: 0.5,
                iterations: 30,
                restarts: 0,
                orders: Orders::Every,
                depths: Depths::Fewest,
                filters: Filters::Usual,
                deflate: Deflate::Level(12),
            },
            Self::Best => Settings {
                samples: 4.0,
                iterations: 100,
                restarts: 2,
                orders: Orders::Every,
                depths: Depths::Every,
                filters: Filters::Every,
                deflate: Deflate::Zopfli,
            },
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Samples of online k-means for each distinct colour. On `china.jpg` at 64 colours, then Lloyd's algorithm: none
    /// ends at 112.32 after 50 rounds, a half at 111.72 after 30, four at 111.60 after 20 (best known 111.40).
    pub(crate) samples: f32,
    /// Most rounds of Lloyd's algorithm a run; after the samples, 30 end where 60 would.
    pub(crate) iterations: u32,
    /// Runs of k-means from random starts beside the deterministic one.
    pub(crate) restarts: u32,
    /// Which orders of the palette to try.
    pub(crate) orders: Orders,
    /// Which bit depths to try.
    pub(crate) depths: Depths,
    /// Which PNG filters to try.
    pub(crate) filters: Filters,
    /// How to compress what the best filter left.
    pub(crate) deflate: Deflate,
}

/// Orders of the palette. Unfiltered pictures hardly notice; filtered ones, which win on undithered photographs,
/// get up to 8 % smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Orders {
    First,
    Every,
}

/// Bit depths of PNG. Eight bits win on some drawings of up to 16 colours, by up to 6 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depths {
    Fewest,
    Every,
}

/// Sets of PNG filters. Most indexed pictures are smallest unfiltered, since indices are no quantities; with a
/// palette in a good order, undithered ones often are not.
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
    /// Zopfli: about 1 % smaller than libdeflate 12, and many times slower.
    Zopfli,
}
