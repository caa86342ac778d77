//! The codes of a frame, and which index is transparent in it.

use std::borrow::Cow;

use super::{lzw, transparent_index};
use crate::effort::Lzw;
use crate::error::Result;
use crate::indexed::Indexed;

/// A frame's stream.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    pub(super) codes: Vec<u8>,
    pub(super) transparent: Option<u8>,
}

impl Packed {
    /// Packs a picture, as it was meant to be cut if that is shortest.
    pub(crate) fn of(picture: &Indexed, settings: Lzw) -> Result<Self> {
        let (indices, transparent) = narrowed(picture)?;
        let cuts = picture.cuts().map(AsRef::as_ref);
        Ok(Self { codes: lzw::encode(&indices, cuts, settings), transparent })
    }

    /// The same as it was meant to be cut; none if it was not.
    pub(crate) fn as_meant(picture: &Indexed) -> Result<Option<Self>> {
        let Some(cuts) = picture.cuts() else { return Ok(None) };
        let (indices, transparent) = narrowed(picture)?;
        Ok(Some(Self { codes: lzw::meant(&indices, cuts), transparent }))
    }

    /// The same in any other way, if that takes less than so many bytes.
    pub(crate) fn shorter(picture: &Indexed, settings: Lzw, than: usize) -> Result<Option<Self>> {
        let (indices, transparent) = narrowed(picture)?;
        Ok(lzw::shorter(&indices, settings, than).map(|codes| Self { codes, transparent }))
    }

    /// Bytes of codes.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }
}

/// The indices, with another one for what is transparent where that makes codes shorter: any that is not drawn will do, and
/// small frames draw few.
fn narrowed(picture: &Indexed) -> Result<(Cow<'_, [u8]>, Option<u8>)> {
    let (indices, transparent) = (picture.indices(), transparent_index(picture)?);
    let as_it_is = (Cow::Borrowed(indices), transparent);
    let Some(hole) = transparent else { return Ok(as_it_is) };
    let mut drawn = [false; 256];
    indices.iter().for_each(|&index| drawn[usize::from(index)] = true);
    if !std::mem::take(&mut drawn[usize::from(hole)]) {
        return Ok(as_it_is);
    }
    let free = (0..=u8::MAX).find(|&index| !drawn[usize::from(index)]).unwrap_or(hole);
    let largest = (0..=u8::MAX).rev().find(|&index| drawn[usize::from(index)]).unwrap_or(0);
    if lzw::bits_of(largest.max(free)) >= lzw::bits_of(largest.max(hole)) {
        return Ok(as_it_is);
    }
    let of = |&index: &u8| if index == hole { free } else { index };
    Ok((indices.iter().map(of).collect::<Vec<u8>>().into(), Some(free)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effort::Effort;
    use crate::image::Rgba8;
    use crate::palette::Palette;

    #[test]
    fn what_is_transparent_gets_an_index_with_which_codes_are_short() {
        let mut colors: Vec<Rgba8> = (0..100).map(|shade| [shade, 9, 9, 255]).collect();
        colors.push([0; 4]);
        let palette = Palette::new(colors).unwrap();
        let of = |indices: [u8; 4]| {
            let picture = Indexed::new(2, 2, palette.clone(), indices.to_vec()).unwrap();
            let (narrowed, transparent) = narrowed(&picture).unwrap();
            let packed = Packed::of(&picture, Effort::Balanced.settings().lzw).unwrap();
            assert_eq!(packed.transparent, transparent);
            (narrowed.into_owned(), transparent)
        };
        assert_eq!(of([0, 1, 100, 5]), (vec![0, 1, 2, 5], Some(2)));
        assert_eq!(of([0, 1, 2, 100]), (vec![0, 1, 2, 3], Some(3)));
        assert_eq!(of([0, 1, 99, 100]), (vec![0, 1, 99, 100], Some(100)), "no shorter");
        assert_eq!(of([0, 1, 2, 3]), (vec![0, 1, 2, 3], Some(100)), "none");
    }
}
