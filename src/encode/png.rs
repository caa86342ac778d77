//! Indexed and greyscale PNG, still and animated (PNG specification, third edition, W3C 2025), and [`lossless`] truecolour
//! PNG beside it.

mod animation;

pub use super::truecolor::{lossless, lossless_memory};
pub use animation::Animation;

use std::borrow::Cow;

use super::Mode;
use super::compress::{SMALL, tried_with_oxipng};
use super::filter::Filter;
use super::greys::Greys;
use super::header::{Colors, Header};
use super::metadata::into_png;
use super::stream::{Samples, Trial};
use crate::effort::{Depths, Effort, Filters, Settings};
use crate::error::Result;
use crate::indexed::Indexed;
use crate::metadata::Metadata;
use crate::par;

/// How to write an indexed PNG.
///
/// ```
/// use huepack::{Indexed, Palette, encode};
/// let palette = Palette::new(vec![[255, 0, 0, 255], [0, 0, 255, 255]])?;
/// let flag = Indexed::new(3, 2, palette, vec![0, 1, 0, 1, 0, 1])?;
/// let bytes = encode::png::Options::new().encode(&flag)?;
/// assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
/// assert_eq!(bytes[24..26], [1, 3], "1 bit an index, colour type 3");
/// # Ok::<(), huepack::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    effort: Effort,
    mode: Mode,
    metadata: Metadata,
    thorough: bool,
}

impl Options {
    /// [`Effort::Balanced`], [`Mode::Auto`], no metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How hard to compress. Default: [`Effort::Balanced`].
    #[must_use]
    pub fn effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Whether a palette of all greys that its bits can state, from black to white, may be left out, since colour type 0
    /// implies it. Default: [`Mode::Auto`], it is.
    ///
    /// ```
    /// use huepack::{Indexed, Mode, Palette, encode::png, read_back};
    /// let palette = Palette::new(vec![[0, 0, 0, 255], [255, 255, 255, 255]])?;
    /// let chess = Indexed::new(2, 2, palette, vec![0, 1, 1, 0])?;
    /// let (grey, indexed) = (png::Options::new().encode(&chess)?, png::Options::new().mode(Mode::Palette).encode(&chess)?);
    /// assert_eq!((grey[25], indexed[25]), (0, 3), "the colour types");
    /// assert_eq!(indexed.len(), grey.len() + 12 + 6, "a chunk, and two colours of three bytes");
    /// assert!(read_back(&grey)? == chess && read_back(&indexed)? == chess);
    /// # Ok::<(), huepack::Error>(())
    /// ```
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Takes the time to try every filter. Default: as [`effort`](Self::effort) says.
    #[must_use]
    pub(crate) fn thorough(mut self, thorough: bool) -> Self {
        self.thorough = thorough;
        self
    }

    /// What to write beside the picture: iCCP before the palette; pHYs, eXIf, XMP and texts before the picture data.
    /// Default: nothing.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Writes the picture: as few bits an index as the palette needs, or eight where that looks smaller, not interlaced,
    /// PLTE in palette order unless [`mode`](Self::mode) leaves it out, tRNS up to the last colour that is not opaque, no
    /// other chunks but those of the metadata.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::Error::OutOfMemory), and [`Encoder`](crate::Error::Encoder) if the compressor
    /// fails, which would be a bug.
    pub fn encode(&self, indexed: &Indexed) -> Result<Vec<u8>> {
        self.encode_smallest(std::iter::once(Cow::Borrowed(indexed)))
    }

    /// The smallest file of several indexed pictures that look the same, the first of equals.
    pub(crate) fn encode_smallest<'a>(
        &self,
        forms: impl Iterator<Item = Cow<'a, Indexed>>,
    ) -> Result<Vec<u8>> {
        let settings = self.effort.settings();
        let mut tried = Vec::new();
        let mut forms = forms.peekable();
        while let Some(form) = forms.next() {
            let headers = self.headers(&form);
            if settings.filters == Filters::Every {
                for header in headers {
                    let samples = Samples::of(&form, header.bits)?;
                    let filters = header.filters(settings.filters);
                    let trials = samples.trials(filters, BEST_TRIAL_LEVEL).into_iter();
                    tried.extend(trials.map(|trial| (trial, header.clone())));
                    tried.push((tried_with_oxipng(&header, samples, BEST_TRIAL_LEVEL, true)?, header));
                    keep_the_nearest(&mut tried);
                }
                continue;
            }
            let is_only = headers.len() == 1 && tried.is_empty() && forms.peek().is_none();
            let trials = trials(&form, headers, settings, is_only)?;
            if self.thorough {
                tried.extend(in_every_way(&form, &trials)?);
            }
            tried.extend(trials);
            keep_the_nearest(&mut tried);
        }
        if self.thorough && tried.len() > 1 {
            keep_the_best(&mut tried);
        }
        let files = par::map(tried.len(), |number| {
            let (trial, header) = &tried[number];
            header.file(&trial.pack(settings.deflate, self.thorough))
        });
        let smallest = files.into_iter().min_by_key(Vec::len).expect("there is a form");
        Ok(into_png(smallest, &self.metadata))
    }

    /// The heads that a picture may have.
    fn headers(&self, indexed: &Indexed) -> Vec<Header> {
        let header = Header::indexed(indexed, indexed.palette().bits_per_index());
        if let Some(greys) = self.greys(indexed) {
            return vec![Header { colors: Colors::Greys(greys), ..header }];
        }
        match self.effort.settings().depths {
            // DEFLATE finds repeats of whole bytes only, and packing hides those that are out of step.
            Depths::Either if header.bits < 8 => vec![header.clone(), Header { bits: 8, ..header }],
            _ => vec![header],
        }
    }

    /// The palette as shades that need not be written. A profile of colours does not go with a greyscale picture
    /// (clause 11.3.2.3).
    fn greys(&self, indexed: &Indexed) -> Option<Greys> {
        let may_be_grey = self.mode == Mode::Auto && self.metadata.icc.is_none();
        Greys::of(indexed.palette()).filter(|_| may_be_grey)
    }
}

/// Level of the trials. On 25 photographs it picks the filter as well as the levels up to 9 do, on drawings better than
/// those below it.
const TRIAL_LEVEL: u8 = 5;

/// Level of the trials at best effort.
const BEST_TRIAL_LEVEL: u8 = 10;

/// The same for flat drawings, in which levels differ far more than filters: of a diagram in greys, Sub takes 3,076 bytes and
/// a mixture of filters 3,208 at level 5, at level 9 2,739 and 2,340, at the strongest 2,474 and 2,214.
const FLAT_TRIAL_LEVEL: u8 = 9;

/// The best filter for each head; if there is only one of both, nothing is tried.
fn trials(
    form: &Indexed,
    headers: Vec<Header>,
    settings: Settings,
    is_only: bool,
) -> Result<Vec<(Trial, Header)>> {
    let trial = |header: Header| {
        let samples = Samples::of(form, header.bits)?;
        let trial = match header.filters(settings.filters) {
            &[filter] if is_only => samples.untried(filter),
            filters => match samples.best(filters, TRIAL_LEVEL) {
                trial if trial.is_flat() && settings.filters != Filters::Plain => {
                    samples.best(filters, FLAT_TRIAL_LEVEL)
                }
                trial => trial,
            },
        };
        Ok((trial, header))
    };
    headers.into_iter().map(trial).collect()
}

/// What the best of every filter there is makes of the most promising head; nothing where filters are of no use. In a large
/// picture that is where rows as they are do as well as any of the usual filters: of 100 pictures as they are and squeezed,
/// none takes another one then.
fn in_every_way(form: &Indexed, trials: &[(Trial, Header)]) -> Result<Option<(Trial, Header)>> {
    let (trial, header) = trials.iter().min_by_key(|tried| length(tried)).expect("there is a head");
    let is_large = form.indices().len() > LARGE;
    if trial.is_best_unfiltered || is_large && trial.is_unfiltered {
        return Ok(None);
    }
    let level = if trial.is_flat() { FLAT_TRIAL_LEVEL } else { TRIAL_LEVEL };
    let tried = tried_with_oxipng(header, Samples::of(form, header.bits)?, level, false)?;
    Ok(Some((tried, header.clone())))
}

/// How much longer than another a form may be in a trial and yet have its chance: one fiftieth. A strong level saves
/// about as much on one as on the other. Of a small one it is so many bytes.
const NEAR: usize = 50;
const NEAR_BYTES: usize = 8;

fn length((trial, header): &(Trial, Header)) -> usize {
    header.length() + trial.length
}

/// Lets go of those forms that a trial rules out, each of which holds as many bytes as the picture.
fn keep_the_nearest(tried: &mut Vec<(Trial, Header)>) {
    let least = tried.iter().map(length).min().unwrap_or(0);
    tried.retain(|tried| length(tried) <= least + NEAR_BYTES.max(least / NEAR));
    let lengths: Vec<usize> = tried.iter().map(length).collect();
    let is_beaten = |one: usize| {
        (0..tried.len()).any(|other| is_same(&tried[one], &tried[other]) && lengths[other] < lengths[one])
    };
    let mut beaten = (0..tried.len()).map(is_beaten).collect::<Vec<_>>().into_iter();
    tried.retain(|_| !beaten.next().unwrap_or(false));
}

/// Level at which forms of a drawing that are near each other are tried once more. The strongest takes three times as long,
/// and on 100 pictures packed with a lambda of a half it never prefers another form.
const SECOND_TRIAL_LEVEL: u8 = 10;

/// Keeps the form that a level near the strongest makes shortest, with a palette or without, and that of the other kind where it
/// is so near that it may be the shortest in the end.
fn keep_the_best(tried: &mut Vec<(Trial, Header)>) {
    let lengths = par::map(tried.len(), |number| {
        let (trial, header) = &tried[number];
        header.length() + trial.length_at(SECOND_TRIAL_LEVEL)
    });
    let best = |has_palette: bool| {
        let of_kind = (0..tried.len()).filter(|&number| tried[number].1.has_palette() == has_palette);
        of_kind.min_by_key(|&number| lengths[number])
    };
    let best = [best(true), best(false)];
    let least = lengths.iter().min().expect("there are forms");
    let mut number = 0;
    tried.retain(|_| {
        number += 1;
        best.contains(&Some(number - 1)) && lengths[number - 1] <= least + NEAR_BYTES
    });
}

/// Whether two forms are the same by other names: where nothing is filtered, other bytes in the same places are all the
/// same to DEFLATE.
fn is_same((trial, header): &(Trial, Header), (other_trial, other_header): &(Trial, Header)) -> bool {
    trial.is_unfiltered && other_trial.is_unfiltered && header.bits == other_header.bits
}

/// Whether every filter is worth trying: what packs to a quarter, or is as small as an icon. Of photographs, none is.
pub(crate) fn is_drawing(indexed: &Indexed) -> Result<bool> {
    let pixels = indexed.indices().len();
    Ok(pixels <= ICON || length_unfiltered(indexed)? < pixels / 4)
}

/// Whether it is so small that filters by windows and more than two orders of the palette are not worth their time.
pub(crate) fn is_small(indexed: &Indexed) -> bool {
    indexed.indices().len() <= SMALL
}

/// Pixels from which on more than the usual filters are not tried on a mere chance.
const LARGE: usize = 1 << 18;

/// Pixels of the largest icon.
const ICON: usize = 1 << 16;

/// About how long the picture data of an indexed file is: the best of the filters that `effort` tries.
pub(crate) fn packed_length(indexed: &Indexed, effort: Effort) -> Result<usize> {
    let fewest = Header::indexed(indexed, indexed.palette().bits_per_index());
    let filters = fewest.filters(effort.settings().filters);
    let least = Samples::of(indexed, fewest.bits)?.best(filters, TRIAL_LEVEL).length;
    if fewest.bits == 8 {
        return Ok(least);
    }
    let whole = Samples::of(indexed, 8)?.best(&[Filter::None], TRIAL_LEVEL).length;
    Ok(least.min(whole))
}

/// The same for unfiltered rows.
pub(crate) fn length_unfiltered(indexed: &Indexed) -> Result<usize> {
    packed_length(indexed, Effort::Fast)
}
