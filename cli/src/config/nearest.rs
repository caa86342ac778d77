//! What somebody may have meant by a name that there is not.

/// The name that takes the fewest changes of letters, if that is under half of them.
pub(crate) fn nearest<'a>(wrong: &str, names: &[&'a str]) -> Option<&'a str> {
    let nearest = names.iter().map(|name| (distance(wrong, name), *name)).min()?;
    (nearest.0 <= wrong.chars().count().max(nearest.1.len()) / 2).then_some(nearest.1)
}

/// Letters to insert, remove or replace to make one word another (Levenshtein), row by row of the usual table.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..b.len() {
            let replaced = diagonal + usize::from(letter != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        let names = ["colors", "min-score", "dither"];
        assert_eq!(nearest("colours", &names), Some("colors"));
        assert_eq!(nearest("min_score", &names), Some("min-score"));
        assert_eq!(nearest("zzzz", &names), None);
        assert_eq!((distance("", "abc"), distance("kitten", "sitting")), (3, 3));
    }
}
