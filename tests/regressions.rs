//! One test for every bug that was found.

use huepack::{Indexed, Palette, encode, read_back};

#[test]
fn a_gif_of_256_colours_does_not_overflow_its_index() {
    let colors = (0..=255).map(|grey| [grey, grey, grey, 255]).collect();
    let indexed = Indexed::new(16, 16, Palette::new(colors).unwrap(), (0..=255).collect()).unwrap();
    let bytes = encode::gif::Options::new().encode(&indexed).unwrap();
    assert_eq!(read_back(&bytes).unwrap(), indexed);
}
