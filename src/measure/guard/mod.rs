//! A guard for meaning: what a mean over the picture hides, a red dot that turned brown, a highlight that is gone, two
//! colours of a legend that became one. `regions` takes the picture apart, `colors` gathers what it finds.

mod colors;
mod regions;

use std::fmt;

use crate::image::{Hex, ImageRef, Rgba8};
use crate::indexed::Indexed;

/// From what on a change of colour counts.
///
/// Regions are connected pixels of about one colour. What is compared is the mean of a region before and after, in
/// linear light, where dots blend to the eye: dithering leaves it where it was, though it moves every pixel. Where
/// errors do not cancel, this is what the mean CIEDE2000 over the pixels says, and it is never much more.
/// Partly transparent colours are looked at over black and over white, and the larger difference counts. Fully
/// transparent pixels belong to no region, and neither does what is thinner than two pixels.
///
/// ```
/// use huepack::{Indexed, ImageRef, Palette, measure::{Finding, Guard}};
/// // A red dot of 8x8 pixels on grey, and a result in which it is brown.
/// let dot = |i: usize| (4..12).contains(&(i % 32)) && (4..12).contains(&(i / 32));
/// let pixels: Vec<[u8; 4]> = (0..1024).map(|i| if dot(i) { [229, 57, 53, 255] } else { [128, 128, 128, 255] }).collect();
/// let palette = Palette::new(vec![[128, 128, 128, 255], [140, 100, 80, 255]])?;
/// let result = Indexed::new(32, 32, palette, (0..1024).map(|i| u8::from(dot(i))).collect())?;
/// let findings = Guard::new().inspect(ImageRef::new(32, 32, &pixels)?, &result);
/// let [Finding::Moved { source, result, area, delta_e }] = findings[..] else { panic!("{findings:?}") };
/// assert_eq!((source, result), ([229, 57, 53, 255], [140, 100, 80, 255]));
/// assert_eq!((area.x, area.y, area.width, area.height, area.pixels), (4, 4, 8, 8, 64));
/// assert!(delta_e > 20.0);
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guard {
    moved: f64,
    merged: f64,
}

/// A change that a viewer may take for a change of meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Finding {
    /// Regions of about one colour became another colour.
    Moved {
        /// Mean colour in the source.
        source: Rgba8,
        /// Mean colour in the result.
        result: Rgba8,
        /// Where.
        area: Area,
        /// CIEDE2000 between the two.
        delta_e: f64,
    },
    /// Two distinct flat colours became one.
    Merged {
        /// Mean colours in the source.
        sources: [Rgba8; 2],
        /// Mean colour in the result.
        result: Rgba8,
        /// Where, in the order of `sources`.
        areas: [Area; 2],
        /// CIEDE2000 between the two sources.
        delta_e: f64,
    },
}

/// Regions of one colour: the box around the largest of them, in pixels from the top left, and how much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Area {
    /// Left edge of the box.
    pub x: u32,
    /// Top edge of the box.
    pub y: u32,
    /// Width of the box.
    pub width: u32,
    /// Height of the box.
    pub height: u32,
    /// Pixels in all regions together.
    pub pixels: u64,
    /// Number of regions.
    pub regions: u64,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Guard {
    /// Regions that moved by more than 10, and flat colours that were more than 5 apart and became one.
    #[must_use]
    pub fn new() -> Self {
        // Of 49 photographs at 256 colours, two have a region that moved further, by 10.7 at most, and only a rendered
        // one has flat colours that merged. Selections lie 5 to 13 from their ground.
        Self { moved: 10.0, merged: 5.0 }
    }

    /// How far the colour of a region may move, in CIEDE2000. Default: 10.
    #[must_use]
    pub fn moved(mut self, limit: f64) -> Self {
        self.moved = limit;
        self
    }

    /// How far apart two flat colours may have been that became one, in CIEDE2000. Default: 5.
    #[must_use]
    pub fn merged(mut self, limit: f64) -> Self {
        self.merged = limit;
        self
    }

    /// What changed beyond the limits, the largest difference first: one finding for each colour that moved, and one for
    /// each pair that merged.
    ///
    /// # Panics
    /// If the two differ in size.
    #[must_use]
    pub fn inspect(&self, source: ImageRef<'_>, result: &Indexed) -> Vec<Finding> {
        assert_eq!((source.width(), source.height()), (result.width(), result.height()), "sizes differ");
        let mut colors = colors::Colors::new(*self, source.pixels().len() as u64);
        let pixels = source.pixels();
        let opaque = |alpha: u8| alpha == 255;
        if pixels.iter().all(|pixel| opaque(pixel[3]))
            && result.palette().colors().iter().all(|color| opaque(color[3]))
        {
            regions::each::<1>(source, result, |region| colors.add(region));
        } else {
            regions::each::<2>(source, result, |region| colors.add(region));
        }
        colors.findings()
    }
}

impl Finding {
    /// CIEDE2000: how far the colour moved, or how far apart the two were.
    #[must_use]
    pub fn delta_e(&self) -> f64 {
        match *self {
            Self::Moved { delta_e, .. } | Self::Merged { delta_e, .. } => delta_e,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Moved { source, result, area, delta_e } => {
                write!(f, "{} at {area} became {}, ΔE {delta_e:.1}", Hex(source), Hex(result))
            }
            Self::Merged { sources: [common, rare], result, areas: [common_area, rare_area], delta_e } => {
                write!(f, "{} at {common_area} and {} at {rare_area}", Hex(common), Hex(rare))?;
                write!(f, " became one, {}; they were ΔE {delta_e:.1} apart", Hex(result))
            }
        }
    }
}

/// The place of the largest region, and its size.
impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{} ({}x{})", self.x, self.y, self.width, self.height)
    }
}
