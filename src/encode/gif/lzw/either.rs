//! Which of two indices stands at a place where both would do.

use super::dictionary::Dictionary;
use super::widths::Widths;

/// Phrases that are followed at a time.
const MOST_BRANCHES: usize = 16;

/// A step on the way along a phrase.
#[derive(Clone, Copy)]
struct Step {
    code: u16,
    index: u8,
    /// Number of the step before.
    from: usize,
}

/// Sets each free index to `other` or leaves it as it is, so that phrases get long: each is the longest that the
/// dictionary has for any choice, as far as a few branches show.
pub(super) fn settle(indices: &[u8], is_free: &[bool], other: u8, widths: &Widths) -> Vec<u8> {
    let mut dictionary = Dictionary::new(widths);
    let mut settled = Vec::with_capacity(indices.len());
    let (mut steps, mut last): (Vec<Step>, Option<u16>) = (Vec::new(), None);
    while settled.len() < indices.len() {
        let start = settled.len();
        let choices = |at: usize| {
            let own = (indices[at] != other).then_some(indices[at]);
            let other = (is_free[at] || own.is_none()).then_some(other);
            other.into_iter().chain(own)
        };
        steps.clear();
        steps.extend(choices(start).map(|index| Step { code: u16::from(index), index, from: usize::MAX }));
        let (mut first, mut end) = (0, start + 1);
        while end < indices.len() {
            let branches = first..steps.len();
            first = steps.len();
            for from in branches.clone() {
                for index in choices(end) {
                    if let Some(code) = dictionary.extension(steps[from].code, index) {
                        steps.push(Step { code, index, from });
                    }
                }
            }
            if steps.len() == first {
                first = branches.start;
                break;
            }
            steps.truncate(first + MOST_BRANCHES);
            end += 1;
        }
        settled.resize(end, 0);
        let mut step = first;
        for index in settled[start..].iter_mut().rev() {
            *index = steps[step].index;
            step = steps[step].from;
        }
        if let Some(last) = last
            && dictionary.extension(last, settled[start]).is_none()
        {
            dictionary.learn(last, settled[start]);
        }
        last = Some(steps[first].code);
        if dictionary.is_full() {
            dictionary.clear();
            last = None;
        }
    }
    settled
}
