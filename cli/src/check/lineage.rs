//! Which pictures lost colours more than once, as far as that was remembered.

use std::collections::{HashMap, HashSet};

use crate::cache::{Cache, Entry, Outcome};

/// Results that lost colours, with what they were made from.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    sources: HashMap<blake3::Hash, HashSet<blake3::Hash>>,
}

impl Lineage {
    /// From all that runs have remembered, with whatever options.
    pub(super) fn of(cache: &Cache) -> Self {
        let mut lineage = Self::default();
        for Entry { key, outcome } in cache.entries() {
            if let Outcome::Packed { result, is_lossy: true, .. } = outcome {
                lineage.sources.entry(result).or_default().insert(key.content);
            }
        }
        lineage
    }

    /// Whether a content is known to have lost colours, and to come only from what had lost some before.
    pub(super) fn is_lossy_twice(&self, content: blake3::Hash) -> bool {
        let sources = self.sources.get(&content);
        sources.is_some_and(|sources| sources.iter().all(|source| self.sources.contains_key(source)))
    }
}
