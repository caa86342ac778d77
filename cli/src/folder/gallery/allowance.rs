//! How large the page may get.

/// Pictures on a page. Of more files, those that saved most bytes are shown.
pub(super) const MOST_PICTURES: usize = 1000;

/// Bytes of the page for pictures, so that with a row of the table for each it stays below 10 MB.
const PAGE: usize = 8_500_000;

/// Bytes of a picture where there are few of them. More shows no more at the size they are shown in.
const MOST: usize = 120_000;

/// Bytes of the page that a picture may take, with what became of it and the map of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance(pub(super) usize);

impl Allowance {
    /// That of each of so many pictures.
    pub(crate) fn of_each(pictures: usize) -> Self {
        Self(MOST.min(PAGE / pictures.clamp(1, MOST_PICTURES)))
    }

    /// Whether files of these lengths are within it, as base64, which makes four bytes of three.
    pub(super) fn holds(self, files: &[&[u8]]) -> bool {
        files.iter().map(|file| file.len().div_ceil(3) * 4).sum::<usize>() <= self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_pictures_is_no_larger_for_more_of_them() {
        assert_eq!(Allowance::of_each(0), Allowance(MOST));
        assert_eq!(Allowance::of_each(200), Allowance(42_500));
        assert_eq!(Allowance::of_each(1000), Allowance::of_each(100_000));
        assert!(Allowance(8).holds(&[&[0; 3], &[0; 1]]) && !Allowance(7).holds(&[&[0; 3], &[0; 1]]));
    }
}
