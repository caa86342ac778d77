//! The longest phrases from each place, looked up once.

use super::dictionary::Dictionary;

/// Places that are remembered: more than the phrases reach ahead in pictures where time matters.
const REMEMBERED: usize = 1 << 9;

/// A phrase of the dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    /// Indices that it stands for.
    pub(super) length: usize,
    pub(super) code: u16,
}

/// What is known of the phrases from one place.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// [`NOWHERE`] where nothing is known.
    position: usize,
    phrase: Phrase,
    /// The dictionary's next code when it held no longer one.
    longest_at: u16,
}

const NOWHERE: usize = usize::MAX;

/// Finds the longest phrases. A dictionary only grows, so what was found is where the next search goes on.
#[derive(Clone, Debug)]
pub(super) struct Phrases {
    known: Box<[Known; REMEMBERED]>,
}

impl Phrases {
    pub(super) fn new() -> Self {
        let nothing = Known { position: NOWHERE, phrase: Phrase { length: 0, code: 0 }, longest_at: 0 };
        Self { known: Box::new([nothing; REMEMBERED]) }
    }

    /// Forgets what was found, since the dictionary was cleared.
    pub(super) fn clear(&mut self) {
        self.known.iter_mut().for_each(|known| known.position = NOWHERE);
    }

    /// The longest phrase at a position within the indices.
    #[inline(always)]
    pub(super) fn longest(&mut self, dictionary: &Dictionary, indices: &[u8], position: usize) -> Phrase {
        let known = &mut self.known[position % REMEMBERED];
        if known.position != position {
            let (code, repeats) = dictionary.run(&indices[position..]);
            *known = Known { position, phrase: Phrase { length: 1 + repeats, code }, longest_at: 0 };
        } else if known.longest_at == dictionary.next() {
            return known.phrase;
        }
        let Phrase { mut length, mut code } = known.phrase;
        while let Some(&index) = indices.get(position + length) {
            let Some(extension) = dictionary.extension(code, index) else { break };
            (length, code) = (length + 1, extension);
        }
        known.phrase = Phrase { length, code };
        known.longest_at = dictionary.next();
        known.phrase
    }
}
