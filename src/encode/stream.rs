//! From samples to a zlib stream: trials choose the filter, a strong level packs what it left.

use super::filter::Filter;
use crate::effort::Deflate;
use crate::error::Result;
use crate::indexed::Indexed;
use crate::memory;
use crate::par;
use crate::zlib;

/// How far a trial packs drawings at least.
const DRAWING_RATIO: usize = 8;

/// How far a trial packs flat drawings at least, of which most is one long repeat after another.
const FLAT_RATIO: usize = 64;

/// How much longer filters have to be for no other to have a chance: one twentieth. Of 118 pictures of up to 256 colours, all
/// that gain a tenth of a per cent by any filter or mixture of them have one that is at least as good as none.
const FAR: usize = 20;

/// The samples of a picture, rows from the top, each starting on a byte.
pub(super) struct Samples {
    pub(super) bytes: Vec<u8>,
    pub(super) row_bytes: usize,
    /// Bytes of a pixel; 1 if it takes less.
    pub(super) pixel_bytes: usize,
}

/// What a filter made of a picture.
pub(super) struct Trial {
    /// Whether every row is as it is.
    pub(super) is_unfiltered: bool,
    /// About how long it is when it is packed.
    pub(super) length: usize,
    /// Whether rows as they are left all filters that were tried far behind.
    pub(super) is_best_unfiltered: bool,
    filtered: Vec<u8>,
}

impl Samples {
    /// The indices, so many bits each, packed from the high bits down.
    pub(super) fn of(indexed: &Indexed, bits: u8) -> Result<Self> {
        let (width, height) = (indexed.width() as usize, indexed.height() as usize);
        let per_byte = usize::from(8 / bits);
        let row_bytes = width.div_ceil(per_byte);
        let pack = |indices: &[u8]| {
            (0..per_byte).fold(0, |byte, i| byte << bits | indices.get(i).copied().unwrap_or(0))
        };
        let bytes = if bits == 8 {
            memory::copied(indexed.indices())?
        } else {
            let rows = indexed.indices().chunks(width).flat_map(|row| row.chunks(per_byte).map(pack));
            memory::collected(row_bytes * height, rows)?
        };
        Ok(Self { bytes, row_bytes, pixel_bytes: 1 })
    }

    /// One trial for each filter, in their order.
    pub(super) fn trials(&self, filters: &[Filter], level: u8) -> Vec<Trial> {
        par::map(filters.len(), |number| {
            let untried = self.untried(filters[number]);
            Trial { length: zlib::deflated_length(&untried.filtered, level), ..untried }
        })
    }

    /// The one filter without asking how good it is.
    pub(super) fn untried(&self, filter: Filter) -> Trial {
        let filtered = filter.rows(&self.bytes, self.row_bytes, self.pixel_bytes);
        Trial { is_unfiltered: filter == Filter::None, length: 0, is_best_unfiltered: false, filtered }
    }

    /// The same as [`best`](Self::best), with no more than two filtered pictures at a time.
    pub(super) fn best_one_by_one(&self, filters: &[Filter], level: u8) -> Trial {
        let trials = filters.iter().flat_map(|&filter| self.trials(&[filter], level));
        trials.min_by_key(|trial| trial.length).expect("there are filters")
    }

    /// The trial that ends shortest, the first of equals.
    pub(super) fn best(&self, filters: &[Filter], level: u8) -> Trial {
        let mut trials = self.trials(filters, level);
        let shortest = (0..trials.len()).min_by_key(|&number| trials[number].length);
        let best = trials.remove(shortest.expect("there are filters"));
        let far = best.length + best.length / FAR;
        let is_best_unfiltered = best.is_unfiltered && trials.iter().all(|trial| trial.length > far);
        Trial { is_best_unfiltered, ..best }
    }
}

impl Trial {
    /// What somebody else made of rows of so many bytes, the first of which is the number of their filter type.
    pub(super) fn of(filtered: Vec<u8>, row_bytes: usize, length: usize) -> Self {
        let is_unfiltered = filtered.iter().step_by(row_bytes).all(|&kind| kind == 0);
        Self { is_unfiltered, length, is_best_unfiltered: false, filtered }
    }

    /// Whether it looks like a drawing: of the same few things again and again.
    pub(super) fn is_drawing(&self) -> bool {
        self.length < self.filtered.len() / DRAWING_RATIO
    }

    /// Whether next to nothing is left of it.
    pub(super) fn is_flat(&self) -> bool {
        self.length < self.filtered.len() / FLAT_RATIO
    }

    /// About how long it is when it is packed at another level than that of the trial.
    pub(super) fn length_at(&self, level: u8) -> usize {
        zlib::deflated_length(&self.filtered, level)
    }

    pub(super) fn filtered_bytes(&self) -> usize {
        self.filtered.len()
    }

    /// The packed picture, as a drawing if it looks like one or is said to.
    pub(super) fn pack(&self, deflate: Deflate, is_drawing: bool) -> Vec<u8> {
        match deflate {
            Deflate::Level(level) => zlib::deflate(&self.filtered, level),
            Deflate::Passes { of_flat, .. } if self.is_flat() => zlib::pack(&self.filtered, of_flat),
            Deflate::Passes { of_drawings, .. } if is_drawing || self.is_drawing() => {
                zlib::pack(&self.filtered, of_drawings)
            }
            Deflate::Passes { usual, .. } => zlib::pack(&self.filtered, usual),
        }
    }
}
