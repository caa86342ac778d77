//! Patterns of paths, as in `.gitignore`: one without a slash holds at any depth, others from the root, and what names
//! a folder holds for all that is in it.

use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Several patterns, of which any may hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globs(GlobSet);

impl Globs {
    /// The patterns, or what is wrong with one of them.
    pub(crate) fn of<T: AsRef<str>>(patterns: &[T]) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            for glob in both(pattern.as_ref())? {
                set.add(glob);
            }
        }
        set.build().map(Self).map_err(|error| error.to_string())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a path, as seen from the root, is meant.
    pub(crate) fn hold(&self, path: &Path) -> bool {
        self.0.is_match(path)
    }
}

/// A pattern for the path itself, and one for what is below it.
fn both(pattern: &str) -> Result<[Glob; 2], String> {
    let trimmed = pattern.trim_end_matches('/');
    if trimmed.is_empty() {
        return Err("an empty pattern holds for nothing".into());
    }
    let anchored = match trimmed.strip_prefix('/') {
        Some(anchored) => anchored.to_owned(),
        None if trimmed.contains('/') => trimmed.to_owned(),
        None => format!("**/{trimmed}"),
    };
    let build = |text: &str| {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        glob.map_err(|error| format!("the pattern {pattern:?} makes no sense: {}", error.kind()))
    };
    Ok([build(&anchored)?, build(&format!("{anchored}/**"))?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(pattern: &str, path: &str) -> bool {
        Globs::of(&[pattern]).unwrap().hold(Path::new(path))
    }

    #[test]
    fn a_pattern_without_a_slash_holds_at_any_depth() {
        assert!(holds("*.png", "a.png") && holds("*.png", "b/c/a.png") && !holds("*.png", "a.gif"));
        assert!(!holds("/*.png", "b/a.png") && holds("/*.png", "a.png"));
    }

    #[test]
    fn a_pattern_with_a_slash_holds_from_the_root() {
        assert!(holds("icons/*.png", "icons/a.png") && !holds("icons/*.png", "b/icons/a.png"));
        assert!(!holds("icons/*.png", "icons/b/a.png") && holds("icons/**", "icons/b/a.png"));
        assert!(holds("**/icons/*.png", "b/icons/a.png"));
    }

    #[test]
    fn a_folder_stands_for_all_that_is_in_it() {
        assert!(holds("vendor", "vendor/a/b.png") && holds("vendor/", "c/vendor/b.png"));
        assert!(holds("a/vendor", "a/vendor/b.png") && !holds("vendor", "vendors/b.png"));
    }

    #[test]
    fn a_pattern_that_makes_no_sense_is_named() {
        let error = Globs::of(&["a[.png"]).unwrap_err();
        assert!(error.contains("\"a[.png\""), "{error}");
        assert!(Globs::of(&["/"]).is_err());
    }
}
