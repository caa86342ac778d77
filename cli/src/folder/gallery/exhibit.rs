//! What the page shows of a picture: small files, so that the picture itself can go.

use huepack::{Effort, Image, ImageRef, Indexed, Result, Rgba8, encode, measure, reduce};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use super::allowance::Allowance;
use super::heat;
use super::scaled::{Pixels, scaled, size_within};
use crate::made::Made;
use crate::report::Outcome;
use crate::source::Source;

/// The longest side, in pixels, of a picture that is shown whole and as it is.
const SMALL: u32 = 256;

/// The longest side of the whole picture, and of the part of it that is shown as it is, from the best to the least.
/// Something is always shown.
const SIZES: [(u32, u32); 8] =
    [(256, 160), (256, 128), (224, 112), (192, 96), (160, 80), (128, 64), (96, 48), (64, 0)];

/// JPEG is for scaled pictures, in which nobody looks for single pixels.
const QUALITY: u8 = 82;

/// A picture before and after.
#[derive(Debug)]
pub(crate) struct Exhibit {
    pub(super) size: (u32, u32),
    pub(super) whole: Pair,
    /// Where it differs most, as it is, if the whole is scaled.
    pub(super) detail: Option<Detail>,
    /// Where it differs, if it does.
    pub(super) heat: Option<Heat>,
    /// The most used colour first; none where there is no palette.
    pub(super) palette: Vec<Rgba8>,
}

/// Two pictures of one size, as files. The second is missing where both would be the same.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) size: (u32, u32),
    pub(super) before: Vec<u8>,
    pub(super) after: Option<Vec<u8>>,
}

/// A part of a picture.
#[derive(Debug)]
pub(super) struct Detail {
    pub(super) place: (u32, u32),
    pub(super) pair: Pair,
}

/// Differences over the picture.
#[derive(Debug)]
pub(super) struct Heat {
    pub(super) size: (u32, u32),
    pub(super) png: Vec<u8>,
    /// In hundredths of the lightness of white.
    pub(super) mean: f32,
    pub(super) most: f32,
}

/// Differences in the cells of a grid.
struct Differences {
    size: (u32, u32),
    cells: Vec<f32>,
}

/// A picture, and what it became if that is another.
#[derive(Clone, Copy)]
struct Subject<'a> {
    before: ImageRef<'a>,
    after: Option<&'a Indexed>,
}

impl Exhibit {
    /// Of what was made of a picture; only the picture where it is kept.
    pub(crate) fn of_made(
        source: &Source,
        made: &Made,
        outcome: Outcome,
        allowance: Allowance,
    ) -> Option<Box<Self>> {
        let made = Some(made).filter(|_| outcome == Outcome::Written);
        let (changed, indexed) = (made.and_then(Made::changed), made.and_then(Made::indexed));
        // A page that lacks a picture is better than a run that fails for it.
        Self::of(source.decoded.image.view(), changed, indexed, allowance).ok().map(Box::new)
    }

    /// Of a picture, and what it became if anything is lost; `palette` is what was written.
    pub(crate) fn of(
        before: ImageRef<'_>,
        after: Option<&Indexed>,
        palette: Option<&Indexed>,
        allowance: Allowance,
    ) -> Result<Self> {
        let subject = Subject { before, after };
        let differences = after.map(|after| Differences::of(before, after));
        let heat = differences.as_ref().map(Differences::heat).transpose()?;
        let most =
            Allowance(allowance.0.saturating_sub(heat.as_ref().map_or(0, |heat| heat.png.len() * 4 / 3)));
        let (whole, detail) = subject.shown(differences.as_ref(), most)?;
        let palette = palette.map_or_else(Vec::new, by_use);
        Ok(Self { size: subject.size(), whole, detail, heat, palette })
    }
}

impl Subject<'_> {
    fn size(self) -> (u32, u32) {
        (self.before.width(), self.before.height())
    }

    /// As much as is allowed, the least at the worst.
    fn shown(
        self,
        differences: Option<&Differences>,
        allowance: Allowance,
    ) -> Result<(Pair, Option<Detail>)> {
        let size = self.size();
        if size.0.max(size.1) <= SMALL {
            let pair = self.part((0, 0), size)?;
            if allowance.holds(&pair.files()) {
                return Ok((pair, None));
            }
        }
        let mut shown = None;
        for (whole, detail) in SIZES {
            let whole = self.scaled(size_within(size, whole))?;
            let detail = match differences {
                Some(differences) if detail > 0 => Some(self.detail(differences, detail)?),
                _ => None,
            };
            let mut files = whole.files();
            files.extend(detail.iter().flat_map(|detail| detail.pair.files()));
            let is_enough = allowance.holds(&files);
            shown = Some((whole, detail));
            if is_enough {
                break;
            }
        }
        Ok(shown.expect("there are sizes"))
    }

    /// The whole picture at another size.
    fn scaled(self, size: (u32, u32)) -> Result<Pair> {
        let (width, height) = self.size();
        let small = |at: &dyn Fn(usize) -> Rgba8| scaled(&Pixels { width, height, at }, size);
        let pixels = self.before.pixels();
        let before = small(&|place| pixels[place])?;
        let after = match self.after {
            Some(after) => {
                let (colors, indices) = (after.palette().colors(), after.indices());
                Some(small(&|place| colors[usize::from(indices[place])])?)
            }
            None => None,
        };
        Pair::of(size, &before, after.as_ref())
    }

    /// A part of it, pixel for pixel.
    fn part(self, place: (u32, u32), size: (u32, u32)) -> Result<Pair> {
        let before = Image::new(size.0, size.1, cut(self.before.pixels(), self.before.width(), place, size))?;
        let before = encode::png::lossless(before.view(), Effort::Fast)?;
        let after = match self.after {
            Some(after) => {
                let indices = cut(after.indices(), after.width(), place, size);
                let part = Indexed::new(size.0, size.1, after.palette().clone(), indices)?;
                let part = reduce::trim(&part).unwrap_or(part);
                Some(encode::png::Options::new().effort(Effort::Fast).encode(&part)?)
            }
            None => None,
        };
        Ok(Pair { size, before, after })
    }

    /// A square where it differs most.
    fn detail(self, differences: &Differences, side: u32) -> Result<Detail> {
        let (width, height) = self.size();
        let size = (side.min(width), side.min(height));
        let place = differences.most_within((width, height), size);
        Ok(Detail { place, pair: self.part(place, size)? })
    }
}

/// A part of the rows of a picture.
fn cut<T: Copy>(pixels: &[T], width: u32, (left, top): (u32, u32), size: (u32, u32)) -> Vec<T> {
    let rows = pixels.chunks_exact(width as usize).skip(top as usize).take(size.1 as usize);
    rows.flat_map(|row| &row[left as usize..(left + size.0) as usize]).copied().collect()
}

/// The colours that are used, the most used first.
fn by_use(indexed: &Indexed) -> Vec<Rgba8> {
    let mut colors: Vec<(u64, Rgba8)> =
        indexed.uses().into_iter().zip(indexed.palette().colors().iter().copied()).collect();
    colors.retain(|&(uses, _)| uses > 0);
    colors.sort_by_key(|&(uses, _)| std::cmp::Reverse(uses));
    colors.into_iter().map(|(_, color)| color).collect()
}

impl Pair {
    /// Both in the same format: JPEG has errors of its own, which must not pass for a difference.
    fn of(size: (u32, u32), before: &Image, after: Option<&Image>) -> Result<Self> {
        let png = |image: &Image| encode::png::lossless(image.view(), Effort::Fast);
        let pngs = Self { size, before: png(before)?, after: after.map(png).transpose()? };
        let jpegs = || {
            let after = match after {
                Some(after) => Some(jpeg(after)?),
                None => None,
            };
            Some(Self { size, before: jpeg(before)?, after })
        };
        Ok(match jpegs() {
            Some(jpegs) if jpegs.bytes() < pngs.bytes() => jpegs,
            _ => pngs,
        })
    }

    fn files(&self) -> Vec<&[u8]> {
        std::iter::once(&self.before).chain(&self.after).map(Vec::as_slice).collect()
    }

    fn bytes(&self) -> usize {
        self.files().iter().map(|file| file.len()).sum()
    }
}

/// A picture as JPEG; none where that cannot be, with transparency.
fn jpeg(image: &Image) -> Option<Vec<u8>> {
    if image.pixels().iter().any(|pixel| pixel[3] < 255) {
        return None;
    }
    let samples: Vec<u8> = image.pixels().iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
    encoder.encode(&samples, image.width(), image.height(), ExtendedColorType::Rgb8).ok()?;
    Some(file)
}

impl Differences {
    fn of(before: ImageRef<'_>, after: &Indexed) -> Self {
        let size = size_within((before.width(), before.height()), heat::LONGEST);
        Self { size, cells: measure::difference_map(before, after, size.0, size.1) }
    }

    fn heat(&self) -> Result<Heat> {
        let mean = self.cells.iter().sum::<f32>() / self.cells.len() as f32;
        let most = self.cells.iter().copied().fold(0.0, f32::max);
        let (mean, most) = (heat::hundredths(mean), heat::hundredths(most));
        Ok(Heat { size: self.size, png: heat::png(&self.cells, self.size)?, mean, most })
    }

    /// Where a part of this size has the most of them; the first of several.
    fn most_within(&self, whole: (u32, u32), part: (u32, u32)) -> (u32, u32) {
        let (columns, rows) = self.size;
        let window = |part: u32, whole: u32, cells: u32| {
            (u64::from(part) * u64::from(cells) / u64::from(whole)).max(1) as u32
        };
        let (across, down) = (window(part.0, whole.0, columns), window(part.1, whole.1, rows));
        let sum = |left: u32, top: u32| -> f32 {
            let rows = (top..top + down).map(|row| (row * columns + left) as usize);
            rows.map(|first| self.cells[first..first + across as usize].iter().sum::<f32>()).sum()
        };
        let mut best = (f32::NEG_INFINITY, 0, 0);
        for top in 0..=rows - down {
            for left in 0..=columns - across {
                let sum = sum(left, top);
                if sum > best.0 {
                    best = (sum, left, top);
                }
            }
        }
        // The window's middle is the part's.
        let place = |first: u32, cells: u32, of: u32, part: u32, whole: u32| {
            let middle = (2 * u64::from(first) + u64::from(cells)) * u64::from(whole) / (2 * u64::from(of));
            middle.saturating_sub(u64::from(part) / 2).min(u64::from(whole - part)) as u32
        };
        (place(best.1, across, columns, part.0, whole.0), place(best.2, down, rows, part.1, whole.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use huepack::{Palette, decode};

    const SIZE: (u32, u32) = (600, 400);

    /// Noise, which compresses least, and the same in two colours.
    fn noise() -> (Image, Indexed) {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels: Vec<Rgba8> = (0..SIZE.0 * SIZE.1).map(|_| [next(), next(), next(), 255]).collect();
        let indices = pixels.iter().map(|pixel| pixel[1] >> 7).collect();
        let palette = Palette::new(vec![[128, 60, 128, 255], [128, 200, 128, 255]]).unwrap();
        (Image::new(SIZE.0, SIZE.1, pixels).unwrap(), Indexed::new(SIZE.0, SIZE.1, palette, indices).unwrap())
    }

    fn length(exhibit: &Exhibit) -> usize {
        let pairs = std::iter::once(&exhibit.whole).chain(exhibit.detail.iter().map(|detail| &detail.pair));
        let heat = exhibit.heat.as_ref().map_or(0, |heat| heat.png.len());
        (pairs.map(Pair::bytes).sum::<usize>() + heat) * 4 / 3
    }

    #[test]
    fn pictures_take_no_more_than_they_may() {
        let (before, after) = noise();
        let mut lengths = Vec::new();
        for pictures in [1, 200, 600] {
            let allowance = Allowance::of_each(pictures);
            let exhibit = Exhibit::of(before.view(), Some(&after), Some(&after), allowance).unwrap();
            assert!(length(&exhibit) <= allowance.0, "{pictures}: {} of {}", length(&exhibit), allowance.0);
            lengths.push(length(&exhibit));
        }
        assert!(lengths.is_sorted_by(|more, less| more > less), "{lengths:?}");
    }

    #[test]
    fn the_detail_is_where_the_picture_differs_most() {
        let grey = Image::new(SIZE.0, SIZE.1, vec![[90, 90, 90, 255]; 240_000]).unwrap();
        let palette = Palette::new(vec![[90, 90, 90, 255], [200, 90, 90, 255]]).unwrap();
        let is_spot = |place: u32| (450..470).contains(&(place % 600)) && (300..320).contains(&(place / 600));
        let indices = (0..240_000).map(|place| u8::from(is_spot(place))).collect();
        let after = Indexed::new(SIZE.0, SIZE.1, palette, indices).unwrap();
        let exhibit = Exhibit::of(grey.view(), Some(&after), Some(&after), Allowance::of_each(1)).unwrap();
        let detail = exhibit.detail.unwrap();
        let ((left, top), (width, height)) = (detail.place, detail.pair.size);
        assert!(left <= 450 && 470 <= left + width, "{left}, {width}");
        assert!(top <= 300 && 320 <= top + height, "{top}, {height}");
        let shown = decode::Options::new().decode(&detail.pair.after.unwrap()).unwrap().image;
        let place = (300 - top) * width + 450 - left;
        assert_eq!(shown.pixels()[place as usize], [200, 90, 90, 255], "pixel for pixel");
        assert_eq!(exhibit.palette, [[90, 90, 90, 255], [200, 90, 90, 255]]);
    }

    #[test]
    fn what_did_not_change_is_shown_once_and_a_small_picture_as_it_is() {
        let icon = Image::new(2, 1, vec![[1, 2, 3, 255], [4, 5, 6, 7]]).unwrap();
        let exhibit = Exhibit::of(icon.view(), None, None, Allowance::of_each(1)).unwrap();
        assert!(exhibit.whole.after.is_none() && exhibit.detail.is_none() && exhibit.heat.is_none());
        let shown = decode::Options::new().decode(&exhibit.whole.before).unwrap().image;
        assert_eq!(shown.pixels(), icon.pixels());
    }
}
