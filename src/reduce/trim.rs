//! Dropping colours that nothing needs.

use super::reindexed;
use crate::image::visible;
use crate::indexed::Indexed;

/// Drops colours without pixels and joins equal ones; all fully transparent colours are equal, and become
/// `[0, 0, 0, 0]`. `None` if there is nothing to drop. The order of the others stays.
///
/// ```
/// use huepack::{Indexed, Palette, reduce};
/// let palette = Palette::new(vec![[9, 9, 9, 255], [1, 1, 1, 255], [9, 9, 9, 255]])?;
/// let trimmed = reduce::trim(&Indexed::new(2, 1, palette, vec![0, 2])?).unwrap();
/// assert_eq!(trimmed.palette().colors(), [[9, 9, 9, 255]]);
/// assert_eq!(trimmed.indices(), [0, 0]);
/// # Ok::<(), huepack::Error>(())
/// ```
#[must_use]
pub fn trim(indexed: &Indexed) -> Option<Indexed> {
    let mut colors = Vec::new();
    let mut new_of = [0; 256];
    for (i, (&color, uses)) in indexed.palette().colors().iter().zip(indexed.uses()).enumerate() {
        if uses == 0 {
            continue;
        }
        let color = visible(color);
        new_of[i] = colors.iter().position(|&known| known == color).unwrap_or_else(|| {
            colors.push(color);
            colors.len() - 1
        }) as u8;
    }
    (colors != indexed.palette().colors()).then(|| reindexed(indexed, colors, &new_of))
}
