//! From samples to a zlib stream: trials choose the filter, a strong level packs what it left.

use super::filter::Filter;
use crate::error::Result;
use crate::indexed::Indexed;
use crate::memory;
use crate::par;
use crate::zlib;

/// How far a trial packs drawings at least.
const DRAWING_RATIO: usize = 8;

/// The samples of a picture, rows from the top, each starting on a byte.
pub(super) struct Samples {
    pub(super) bytes: Vec<u8>,
    pub(super) row_bytes: usize,
    /// Bytes of a pixel; 1 if it takes less.
    pub(super) pixel_bytes: usize,
}

/// What a filter made of a picture.
pub(super) struct Trial {
    pub(super) filter: Filter,
    /// About how long it is when it is packed.
    pub(super) length: usize,
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
        Trial { filter, length: 0, filtered }
    }

    /// The same as [`best`](Self::best), with no more than two filtered pictures at a time.
    pub(super) fn best_one_by_one(&self, filters: &[Filter], level: u8) -> Trial {
        let trials = filters.iter().flat_map(|&filter| self.trials(&[filter], level));
        trials.min_by_key(|trial| trial.length).expect("there are filters")
    }

    /// The trial that ends shortest, the first of equals.
    pub(super) fn best(&self, filters: &[Filter], level: u8) -> Trial {
        let trials = self.trials(filters, level).into_iter();
        trials.min_by_key(|trial| trial.length).expect("there are filters")
    }
}

impl Trial {
    /// Whether it looks like a drawing: of the same few things again and again.
    pub(super) fn is_drawing(&self) -> bool {
        self.length < self.filtered.len() / DRAWING_RATIO
    }

    pub(super) fn filtered_bytes(&self) -> usize {
        self.filtered.len()
    }

    /// The packed picture.
    pub(super) fn pack(&self, level: u8) -> Vec<u8> {
        zlib::deflate(&self.filtered, level)
    }
}
