//! Which phrase to take next. Any beginning of a phrase is a phrase, so there is a choice.

use super::dictionary::Dictionary;
use super::phrases::Phrases;
use super::widths::Widths;

/// Indices that a phrase may be cut by at most.
const MAX_CUT: usize = 16;

/// What phrases gain is counted in quarters of an index.
const QUARTERS: usize = 4;

/// How indices are cut into phrases. `novelty` is what it is worth that a phrase teaches the dictionary something, in
/// quarters of an index: nothing is taught by a phrase that could have been longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parse {
    /// The longest phrase each time.
    Greedy,
    /// That which reaches furthest together with the next.
    Ahead { novelty: usize },
    /// As it was meant when the indices were chosen, as far as the dictionary has the phrases.
    Given,
}

/// Cuts indices into phrases from a clear code on, and learns as the decoder will.
#[derive(Clone, Debug)]
pub(super) struct Parser<'a> {
    indices: &'a [u8],
    parse: Parse,
    dictionary: Dictionary,
    phrases: Phrases,
    /// Where phrases are meant to end, from the next on.
    ends: &'a [u32],
    /// Where the next phrase begins.
    position: usize,
    /// Codes since the clear code.
    codes: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(indices: &'a [u8], widths: &Widths) -> Self {
        Self {
            indices,
            parse: Parse::Greedy,
            dictionary: Dictionary::new(widths),
            phrases: Phrases::new(),
            ends: &[],
            position: 0,
            codes: 0,
        }
    }

    /// With places where phrases are meant to end.
    pub(super) fn with_ends(self, ends: &'a [u32]) -> Self {
        Self { ends, ..self }
    }

    /// Starts anew after a clear code.
    pub(super) fn restart(&mut self, position: usize, parse: Parse) {
        self.dictionary.clear();
        self.phrases.clear();
        (self.position, self.codes, self.parse) = (position, 0, parse);
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Codes since the clear code.
    pub(super) fn codes(&self) -> usize {
        self.codes
    }

    /// Takes phrases until they reach `end`; the last one may reach further.
    pub(super) fn advance(&mut self, end: usize) {
        match self.parse {
            Parse::Greedy => {
                while self.position < end {
                    self.take_longest(usize::MAX);
                }
            }
            _ => {
                while self.position < end {
                    self.take();
                }
            }
        }
    }

    /// Takes phrases until the dictionary is full, or they reach `end`.
    pub(super) fn fill(&mut self, end: usize) {
        while self.position < end && !self.dictionary.is_full() {
            self.take();
        }
    }

    /// The code of a phrase that was taken.
    pub(super) fn code_of(&self, phrase: &[u8]) -> u16 {
        let (&first, rest) = phrase.split_first().expect("no phrase is empty");
        let extend =
            |code, &index| self.dictionary.extension(code, index).expect("it was taken from the dictionary");
        rest.iter().fold(u16::from(first), extend)
    }

    /// Takes one phrase.
    pub(super) fn take(&mut self) {
        match self.parse {
            Parse::Greedy => self.take_longest(usize::MAX),
            Parse::Given => self.take_given(),
            Parse::Ahead { novelty } => self.take_ahead(novelty),
        }
    }

    /// The phrase that was meant, or as much of it as the dictionary has.
    fn take_given(&mut self) {
        while let Some((&end, rest)) = self.ends.split_first()
            && end as usize <= self.position
        {
            self.ends = rest;
        }
        self.take_longest(self.ends.first().map_or(usize::MAX, |&end| end as usize));
    }

    /// The longest phrase that ends no later than so, without a look at what follows it.
    #[inline(always)]
    fn take_longest(&mut self, latest: usize) {
        let (mut code, repeats) = self.dictionary.run(&self.indices[self.position..]);
        let mut end = self.position + 1 + repeats;
        if end > latest {
            (code, end) = (u16::from(self.indices[self.position]), self.position + 1);
        }
        while let Some(&index) = self.indices.get(end) {
            let Some(extension) = self.dictionary.extension(code, index) else {
                self.dictionary.learn(code, index);
                break;
            };
            if end >= latest {
                self.dictionary.waste();
                break;
            }
            (code, end) = (extension, end + 1);
        }
        self.position = end;
        self.codes += 1;
    }

    /// Of the beginnings of the longest phrase that which reaches furthest together with the next one. With a full
    /// dictionary that gives the fewest codes there can be, since every beginning of a phrase is one. Before, the whole
    /// phrase is worth `novelty` more: the others teach nothing.
    fn take_ahead(&mut self, novelty: usize) {
        let position = self.position;
        let whole = self.phrases.longest(&self.dictionary, self.indices, position);
        let following = self.indices.get(position + whole.length).copied();
        let mut length = whole.length;
        if following.is_some() && whole.length > 1 {
            let novelty = if self.dictionary.is_full() { 0 } else { novelty };
            let mut furthest = QUARTERS * self.reach(whole.length) + novelty;
            for shorter in (whole.length.saturating_sub(MAX_CUT).max(1)..whole.length).rev() {
                let reach = QUARTERS * self.reach(shorter);
                if reach > furthest {
                    (furthest, length) = (reach, shorter);
                }
            }
        }
        match following {
            Some(index) if length == whole.length => self.dictionary.learn(whole.code, index),
            Some(_) => self.dictionary.waste(),
            None => {}
        }
        self.position += length;
        self.codes += 1;
    }

    /// Indices that a beginning of a phrase and the longest phrase after it stand for.
    #[inline]
    fn reach(&mut self, length: usize) -> usize {
        length + self.phrases.longest(&self.dictionary, self.indices, self.position + length).length
    }
}
