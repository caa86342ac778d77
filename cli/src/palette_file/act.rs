//! Adobe's colour table (Adobe Photoshop File Formats Specification, "Color Table"): 256 times red, green, blue; files
//! of 772 bytes add the number of colours and the transparent index, big-endian.

use huepack::Rgba8;

/// Bytes of the colours alone.
const TABLE: usize = 3 * 256;

/// Stands for "no transparent index".
const NONE: u16 = u16::MAX;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Rgba8>, String> {
    if bytes.len() != TABLE && bytes.len() != TABLE + 4 {
        return Err(format!("a colour table has 768 or 772 bytes, this file {}", bytes.len()));
    }
    let (table, tail) = bytes.split_at(TABLE);
    let (count, transparent) = match *tail {
        [a, b, c, d] => (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])),
        _ => (256, NONE),
    };
    if count > 256 {
        return Err(format!("it says that it holds {count} colours, and a colour table has at most 256"));
    }
    let mut colors: Vec<Rgba8> =
        table.chunks(3).take(usize::from(count)).map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
    // Some writers say 256 or 0 of a table without transparency; an index past the colours is none.
    if let Some(color) = colors.get_mut(usize::from(transparent)).filter(|_| !tail.is_empty()) {
        *color = [0; 4];
    }
    Ok(colors)
}

pub(super) fn write(colors: &[Rgba8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = colors.iter().flat_map(|color| [color[0], color[1], color[2]]).collect();
    bytes.resize(TABLE, 0);
    let transparent = colors.iter().position(|color| color[3] == 0).map_or(NONE, |index| index as u16);
    bytes.extend((colors.len() as u16).to_be_bytes());
    bytes.extend(transparent.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_a_count_has_256_colours() {
        let bytes: Vec<u8> = (0..768).map(|i| (i / 3) as u8).collect();
        let colors = read(&bytes).unwrap();
        assert_eq!((colors.len(), colors[7]), (256, [7, 7, 7, 255]));
    }

    #[test]
    fn count_and_transparent_index_are_read() {
        let mut bytes = vec![9; 768];
        bytes.extend([0, 3, 0, 1]);
        assert_eq!(read(&bytes).unwrap(), [[9, 9, 9, 255], [0; 4], [9, 9, 9, 255]]);
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_length() {
        assert!(read(&[0; 700]).unwrap_err().contains("700"));
        assert!(read(&[[0; 768].as_slice(), &[1, 1, 0, 0]].concat()).unwrap_err().contains("257"));
    }
}
