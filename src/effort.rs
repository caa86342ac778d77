//! How hard to try.

use crate::zlib::{Lengths, Passes, Search};

/// How much time a smaller file or a better palette is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Quick previews: few rounds of k-means, one way to compress.
    Fast,
    /// The default: k-means until it has converged, the ways to compress that usually win.
    #[default]
    Balanced,
    /// For files that are served a million times: hundreds of ways out of local minima, every way to compress.
    Best,
}

impl Effort {
    /// Every effort, from the least.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Balanced, Self::Best];

    /// What an effort means, in one table.
    pub(crate) fn settings(self) -> Settings {
        match self {
            Self::Fast => Settings {
                counting: Counting::Cubes,
                cells: 1 << 15,
                samples: 1.0,
                rounds: 2,
                runs: 1,
                breaths: 0,
                breath_rounds: 0,
                iterations: 1,
                orders: Orders::First,
                depths: Depths::Fewest,
                filters: Filters::Plain,
                deflate: Deflate::Level(6),
                losses: Losses::Untold,
                lambda: 0.0,
                repeats: 2,
                lzw_lambda: 0.0,
                beam: Beam { paths: 16, slack: 0.7 },
                lzw: Lzw { codes_apart: 2_048, refinements: &[] },
            },
            Self::Balanced => Settings {
                counting: Counting::Colors,
                cells: 1 << 16,
                samples: 2.0,
                rounds: 1,
                runs: 2,
                breaths: 8,
                breath_rounds: 4,
                iterations: 3,
                orders: Orders::Last,
                depths: Depths::Either,
                filters: Filters::Usual,
                deflate: Deflate::Passes {
                    usual: passes(2, 128),
                    of_drawings: passes(4, 128),
                    of_flat: passes(4, 258),
                },
                losses: Losses::Told,
                lambda: 0.1,
                repeats: 48,
                lzw_lambda: 0.4,
                beam: Beam { paths: 32, slack: 1.0 },
                lzw: Lzw { codes_apart: 1_024, refinements: &[4] },
            },
            Self::Best => Settings {
                counting: Counting::Colors,
                cells: 1 << 17,
                samples: 4.0,
                rounds: 10,
                runs: 12,
                breaths: 600,
                breath_rounds: 10,
                iterations: 20,
                orders: Orders::Every,
                depths: Depths::Either,
                filters: Filters::Every,
                deflate: Deflate::Passes {
                    usual: Passes::MOST,
                    of_drawings: Passes::MOST,
                    of_flat: Passes::MOST,
                },
                losses: Losses::Told,
                lambda: 0.1,
                repeats: 512,
                lzw_lambda: 0.4,
                beam: Beam { paths: 64, slack: 2.0 },
                lzw: Lzw { codes_apart: 1_024, refinements: &[8, 4] },
            },
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// What a palette is fitted to.
    pub(crate) counting: Counting,
    /// Bins of neighbouring colours that k-means starts with: at 256 colours, 32,768 end 0.5 % above 65,536, which end
    /// where all colours do.
    pub(crate) cells: usize,
    /// Samples of online k-means for each of them. They cost little and save rounds.
    pub(crate) samples: f32,
    /// Most rounds of Lloyd's algorithm over the bins before the first breath. Where breaths follow, a second one ends no
    /// lower.
    pub(crate) rounds: u32,
    /// Attempts at leaving a local minimum. Mean inertia of nine photographs over the best seen, at 16, 64 and 256
    /// colours: none 1.006, 1.009, 1.012; ten 1.001, 1.003, 1.003; forty 1.001, 1.001, 1.002.
    pub(crate) breaths: u32,
    /// Most runs among which the attempts are shared: few colours soon leave none to be made, and another run ends in
    /// another place.
    pub(crate) runs: u32,
    /// Rounds of Lloyd's algorithm after which it shows whether an attempt was worth it. On 25 photographs five end 0.01 to
    /// 0.05 % lower than four and take 7 % more time.
    pub(crate) breath_rounds: u32,
    /// Most rounds over all colours at the end. Without any, the fast fit takes a fifth less and
    /// ends 0.1 to 0.8 % higher; pictures score up to a point less.
    pub(crate) iterations: u32,
    /// Which orders of the palette to try.
    pub(crate) orders: Orders,
    /// Which bit depths to try.
    pub(crate) depths: Depths,
    /// Which PNG filters to try.
    pub(crate) filters: Filters,
    /// How to compress what the best filter left. On photographs of 256 colours, dithered, libdeflate's level 6 takes
    /// half the time of 9 and ends 0.2 % smaller; 10 takes five times that of 6 and ends 5.5 % smaller, 11 another 0.5 %. Beside
    /// level 12, files of two passes are 0.4 % smaller in its time, and drawings of four 1.3 % for a third more; those of fifteen
    /// are 0.8 and 1.9 % smaller, where Zopfli leaves 0.4 and 1.8 % in more than twice their time.
    pub(crate) deflate: Deflate,
    /// Whether to look for lost colours where no guard was asked for.
    pub(crate) losses: Losses,
    /// What a bit is worth unless that is asked for, for an error that is usual. A tenth takes a sixth off most photographs of
    /// 256 colours for a point of SSIMULACRA2, less than what they are ahead of other programs; it costs as much
    /// time as all else at fast effort, which does without.
    pub(crate) lambda: f32,
    /// Repeats that are looked up for each pixel where bits are worth something. On 10 photographs of 256 colours, files of
    /// the same score are 0.1 to 0.6 % smaller with 64 than with 48, for 4 % more time, and 0.6 % larger with 32, which saves
    /// 5 %. Of 128 and 512, files of any number of colours are 1.1 and 1.6 % smaller than of 32, which takes little time beside
    /// all else at best effort.
    pub(crate) repeats: usize,
    /// The same for a GIF, where errors are weighed less. On 13 photographs of 256 colours, 0.3, 0.4 and 0.5 take 19, 23 and
    /// 27 % off, for 0.7, 1.1 and 1.5 points of SSIMULACRA2.
    pub(crate) lzw_lambda: f32,
    /// How many paths are followed where bits of a GIF are worth something.
    pub(crate) beam: Beam,
    /// How to pack a GIF.
    pub(crate) lzw: Lzw,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Every colour.
    Colors,
    /// Cubes of 8x8x8 colours, where there are enough of them.
    Cubes,
}

/// Orders of the palette. Unfiltered pictures hardly notice; filtered ones get up to 8 % smaller in the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Orders {
    First,
    Last,
    Every,
}

/// Whether colours that were lost are looked for. It takes 3 to 11 ns a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Losses {
    Untold,
    Told,
}

/// Bit depths of PNG. Eight bits win on some drawings of up to 16 colours, by up to 6 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depths {
    Fewest,
    /// Whole bytes as well.
    Either,
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
    /// Our own passes: in drawings another one is worth twice as much, and where next to nothing is left, long repeats are.
    Passes { usual: Passes, of_drawings: Passes, of_flat: Passes },
}

/// So many passes that leave out what takes long for what it is worth, with repeats of so many bytes good enough. On 38 drawings and
/// screenshots, files are 0.3 % larger with a depth of 100, and 0.2 % smaller with 258 bytes, for a quarter more time; the flattest
/// by more.
fn passes(count: u32, long: usize) -> Passes {
    Passes { count, search: Search { depth: 300, long }, lengths: Lengths::Some, exact: false }
}

/// How far the search for long phrases goes. On five photographs, beside 24 paths and a slack of 1, files of the same score are
/// 2 % larger with a slack of 0.7 for two thirds of the time, and 2 % smaller with 48 paths and 1.5 for five thirds.
/// Clips of the same score are 0.7 % larger with 1 than with 1.2, in 7 % less time of the whole program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beam {
    /// Paths that are followed at most.
    pub(crate) paths: usize,
    /// What they may cost more than the cheapest, in codes.
    pub(crate) slack: f32,
}

/// How LZW looks for fewer bits. Over 25 photographs of 256 and 64 colours, dithered, streams are 0.978, 0.970 and 0.968 of
/// those of gifsicle -O3 in the mean, for 0.14, 0.72 and 1.5 µs a pixel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lzw {
    /// Codes between places where clearing the dictionary is thought of. Without more, on six photographs: 1,024 are 0.2 %
    /// smaller than 2,048 for twice the time, 512 another 0.1 % for twice as much again.
    pub(crate) codes_apart: usize,
    /// How often to look around the clears that were found, with so many places on either side. A look with 4 takes off
    /// 0.7 %, with 8 another 0.05 % for twice the time, and another look with 4 after it 0.06 %.
    pub(crate) refinements: &'static [usize],
}
