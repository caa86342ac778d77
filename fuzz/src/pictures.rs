//! Small pictures out of arbitrary bytes.

use huepack::{ColorSpace, Image, Indexed, Palette, Rgba8};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};

/// Longest side: rows of a few bytes at any bit depth, and pictures small enough for every effort.
const MAX_SIDE: u32 = 40;

/// An indexed picture of any palette, with colours that repeat, are not used, or are transparent in part.
#[derive(Debug)]
pub struct AnyIndexed(pub Indexed);

impl Arbitrary<'_> for AnyIndexed {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let (width, height) = any_size(u)?;
        let colors = any_colors(u)?;
        let count = colors.len();
        let palette = Palette::new(colors).expect("1 to 256 colours");
        let rest = u.bytes(u.len())?;
        let indices = cycle(rest, width * height).map(|byte| (usize::from(byte) % count) as u8).collect();
        Ok(Self(Indexed::new(width, height, palette, indices).expect("each index lies in the palette")))
    }
}

/// A picture in few colours or in many.
#[derive(Debug)]
pub struct AnyPicture(pub Image);

impl Arbitrary<'_> for AnyPicture {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let (width, height) = any_size(u)?;
        let count = width * height;
        let pixels = if u.arbitrary()? {
            let colors = any_colors(u)?;
            let rest = u.bytes(u.len())?;
            cycle(rest, count).map(|byte| colors[usize::from(byte) % colors.len()]).collect()
        } else {
            let rest = u.bytes(u.len())?;
            let mut bytes = cycle(rest, 4 * count);
            // Each time the bytes begin anew, so do the colours with a shift of their own.
            let mut shift = 0_u8;
            let mut next = || {
                shift = shift.wrapping_add(1);
                bytes.next().unwrap_or_default().wrapping_add(shift / 64)
            };
            (0..count).map(|_| [next(), next(), next(), next()]).collect()
        };
        Ok(Self(Image::new(width, height, pixels).expect("a colour for each pixel")))
    }
}

fn any_size(u: &mut Unstructured<'_>) -> Result<(u32, u32)> {
    Ok((u.int_in_range(1..=MAX_SIDE)?, u.int_in_range(1..=MAX_SIDE)?))
}

/// 1 to 256 colours, most often as many as just fit a bit depth, or one more.
fn any_colors(u: &mut Unstructured<'_>) -> Result<Vec<Rgba8>> {
    let count: usize = match u.int_in_range(0..=8_usize)? {
        at @ 0..=7 => [1, 2, 3, 4, 5, 16, 17, 256][at],
        _ => u.int_in_range(1..=256)?,
    };
    let alphas: [u8; 4] = match u.int_in_range(0..=2_u8)? {
        0 => [255; 4],
        1 => [0, 255, 255, 255],
        _ => u.arbitrary()?,
    };
    let first_transparent = u.int_in_range(0..=count)?;
    let color = |i: usize| -> Result<Rgba8> {
        // A transparent colour at one place only, as GIF wants it, where the alphas are those of GIF.
        let alpha = if i == first_transparent { alphas[0] } else { alphas[1 + i % 3] };
        let [r, g, b] = if u.is_empty() { [i as u8, 0, 0] } else { u.arbitrary()? };
        Ok([r, g, b, alpha])
    };
    (0..count).map(color).collect()
}

/// As many bytes as asked for, from the beginning again where there are not enough.
pub fn cycle(bytes: &[u8], count: u32) -> impl Iterator<Item = u8> {
    let bytes = if bytes.is_empty() { &[0] } else { bytes };
    bytes.iter().copied().cycle().take(count as usize)
}

/// One of the colour spaces.
pub fn any_space(u: &mut Unstructured<'_>) -> Result<ColorSpace> {
    u.choose(&ColorSpace::ALL).copied()
}

/// What can be seen of a pixel.
pub fn visible(pixel: Rgba8) -> Rgba8 {
    if pixel[3] == 0 { [0; 4] } else { pixel }
}
