//! What is done about damage: it refuses the picture, or it is noted and what is there is taken.

use crate::error::{Error, Result};

/// Whether damage is borne, and the first of it that was met.
#[derive(Debug)]
pub(super) struct Damage {
    salvage: bool,
    pub(super) found: Option<String>,
}

impl Damage {
    pub(super) fn new(salvage: bool) -> Self {
        Self { salvage, found: None }
    }

    /// Notes damage where it is borne; hands back every other error, and all of them where it is not.
    pub(super) fn note(&mut self, error: Error) -> Result<()> {
        match error {
            Error::Damaged { what, .. } if self.salvage => {
                // The first is the cause, and the rest follow from it.
                self.found.get_or_insert(what);
                Ok(())
            }
            error => Err(error),
        }
    }

    /// The value, or none where damage that is borne took its place.
    pub(super) fn bear<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.note(error).map(|()| None),
        }
    }

    /// The first damage that was noted, where more of it then made the picture unreadable after all.
    pub(super) fn cause(&mut self, error: Error) -> Error {
        match (error, self.found.take()) {
            (Error::Damaged { format, .. }, Some(what)) => Error::Damaged { format, what },
            (error, _) => error,
        }
    }
}
