//! The palette of an indexed picture, in its order and as it stands there; of any other its distinct colours. Written
//! as a picture of squares that shows what it holds.

use std::panic::catch_unwind;

use huepack::{Error, Histogram, Indexed, Mode, Palette, Rgba8, decode, encode, read_back};

/// Squares in a row.
const COLUMNS: usize = 16;

/// Pixels along a square: 256 colours make a picture of 256 by 256.
const SIDE: usize = 16;

pub(super) fn read(bytes: &[u8], decoder: &decode::Options) -> Result<Vec<Rgba8>, Error> {
    let decoded = decoder.decode(bytes)?;
    // The decoder got a file without the chunks that it may stumble over, reading back gets all of them.
    if decoded.indexed
        && let Ok(Ok(indexed)) = catch_unwind(|| read_back(bytes))
    {
        return Ok(indexed.palette().colors().to_vec());
    }
    let histogram = Histogram::of(decoded.image.view());
    match histogram.exact_colors() {
        Some(colors) => Ok(colors.into_iter().map(|(color, _)| color).collect()),
        // Its bins are far too many, its colours more.
        None => Err(Error::ColorCount { min: 1, max: 256, got: histogram.len() }),
    }
}

pub(super) fn write(palette: &Palette) -> Result<Vec<u8>, Error> {
    let count = palette.len();
    let (columns, rows) = (count.min(COLUMNS), count.div_ceil(COLUMNS));
    let (width, height) = (columns * SIDE, rows * SIDE);
    // The last colour fills what is left of its row.
    let index = |at: usize| (at / width / SIDE * columns + at % width / SIDE).min(count - 1) as u8;
    let indices = (0..width * height).map(index).collect();
    let squares = Indexed::new(width as u32, height as u32, palette.clone(), indices)?;
    encode::png::Options::new().mode(Mode::Palette).encode(&squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truecolour_picture_gives_its_colours() {
        let image = huepack::Image::new(2, 2, vec![[9, 9, 9, 255], [1, 2, 3, 255], [9, 9, 9, 255], [0; 4]]);
        let bytes = encode::png::lossless(image.unwrap().view(), huepack::Effort::Fast).unwrap();
        let colors = read(&bytes, &decode::Options::new()).unwrap();
        assert_eq!(colors, [[0; 4], [1, 2, 3, 255], [9, 9, 9, 255]]);
    }
}
