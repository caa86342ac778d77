//! PNG chunks dropped, doubled, moved and mangled, each with its verdict.

use super::{decode, refusal};

/// A PNG as a list of chunks; lengths and checksums are added at the end.
#[derive(Clone)]
pub(super) struct Chunks(Vec<([u8; 4], Vec<u8>)>);

impl Chunks {
    fn of(file: &[u8]) -> Self {
        let (mut chunks, mut rest) = (Vec::new(), &file[8..]);
        while let Some((head, after)) = rest.split_first_chunk::<8>() {
            let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
            chunks.push(([head[4], head[5], head[6], head[7]], after[..length].to_vec()));
            rest = &after[length + 4..];
        }
        Self(chunks)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in &self.0 {
            let checked = [kind, &data[..]].concat();
            bytes.extend((data.len() as u32).to_be_bytes());
            bytes.extend(&checked);
            bytes.extend(crc32fast::hash(&checked).to_be_bytes());
        }
        bytes
    }

    fn place(&self, kind: &[u8; 4]) -> usize {
        self.0.iter().position(|chunk| chunk.0 == *kind).expect("the chunk is there")
    }

    fn without(mut self, kind: &[u8; 4]) -> Self {
        self.0.remove(self.place(kind));
        self
    }

    fn twice(mut self, kind: &[u8; 4]) -> Self {
        let place = self.place(kind);
        self.0.insert(place, self.0[place].clone());
        self
    }

    /// The chunk with other content.
    fn with(mut self, kind: &[u8; 4], data: Vec<u8>) -> Self {
        let place = self.place(kind);
        self.0[place].1 = data;
        self
    }

    /// A new chunk before an old one.
    fn before(mut self, old: &[u8; 4], kind: &[u8; 4], data: &[u8]) -> Self {
        self.0.insert(self.place(old), (*kind, data.to_vec()));
        self
    }

    fn moved_before(mut self, kind: &[u8; 4], old: &[u8; 4]) -> Self {
        let chunk = self.0.remove(self.place(kind));
        self.0.insert(self.place(old), chunk);
        self
    }

    fn data(&self, kind: &[u8; 4]) -> Vec<u8> {
        self.0[self.place(kind)].1.clone()
    }

    fn with_header_byte(self, place: usize, value: u8) -> Self {
        let mut header = self.data(b"IHDR");
        header[place] = value;
        self.with(b"IHDR", header)
    }

    /// The picture data in pieces of these lengths and the rest.
    fn split_data(mut self, lengths: &[usize]) -> Self {
        let place = self.place(b"IDAT");
        let (_, data) = self.0.remove(place);
        let mut rest = &data[..];
        let mut pieces = Vec::new();
        for &length in lengths {
            let (piece, after) = rest.split_at(length);
            pieces.push((*b"IDAT", piece.to_vec()));
            rest = after;
        }
        pieces.push((*b"IDAT", rest.to_vec()));
        self.0.splice(place..place, pieces);
        self
    }
}

fn encode(
    side: u32,
    color: png::ColorType,
    data: &[u8],
    set: impl FnOnce(&mut png::Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(color);
    set(&mut encoder);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(data)).expect("a PNG");
    bytes
}

/// Four pixels of three colours at two bits, one of them transparent.
pub(super) fn indexed() -> Chunks {
    let file = encode(2, png::ColorType::Indexed, &[0b0001_0000, 0b1000_0000], |encoder| {
        encoder.set_depth(png::BitDepth::Two);
        encoder.set_palette(vec![255, 0, 0, 0, 255, 0, 0, 0, 255]);
        encoder.set_trns(vec![255, 255, 0]);
    });
    Chunks::of(&file)
}

/// A single interlaced grey pixel: the library does not write larger ones.
pub(super) fn interlaced() -> Chunks {
    Chunks::of(&encode(1, png::ColorType::Grayscale, &[77], |_| {})).with_header_byte(12, 1)
}

/// Opaque and hard to compress, so that data and rows end together.
pub(super) fn rows_of_noise() -> Vec<u8> {
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let data: Vec<u8> = (0..64 * 64 * 3).map(|_| noise()).collect();
    encode(64, png::ColorType::Rgb, &data, |_| {})
}

/// What is to be said of a file: nothing, or words of the refusal.
fn expect(what: &str, chunks: &Chunks, words: Option<&str>) {
    let got = refusal(&chunks.bytes());
    match (words, &got) {
        (None, None) => {}
        (Some(words), Some(message)) if message.contains(words) => {}
        _ => panic!("{what}: wanted {words:?}, got {got:?}"),
    }
}

#[test]
fn missing_chunks_are_missed() {
    expect("without a header", &indexed().without(b"IHDR"), Some("the first chunk is not a header"));
    expect("without a palette", &indexed().without(b"PLTE"), Some("the palette is missing"));
    expect("without data", &indexed().without(b"IDAT"), Some("there is no picture data"));
    expect("without an end", &indexed().without(b"IEND"), Some("without an IEND chunk"));
    expect("without transparency", &indexed().without(b"tRNS"), None);
}

#[test]
fn doubled_chunks_are_refused() {
    expect("two headers", &indexed().twice(b"IHDR"), Some("a second header"));
    expect("two palettes", &indexed().twice(b"PLTE"), Some("a second palette"));
    expect("two transparencies", &indexed().twice(b"tRNS"), Some("a second transparency"));
    expect("two ends", &indexed().twice(b"IEND"), None);
}

#[test]
fn chunks_stand_where_they_must() {
    expect("header late", &indexed().moved_before(b"IHDR", b"IDAT"), Some("the first chunk is not a header"));
    expect("palette late", &indexed().moved_before(b"PLTE", b"IEND"), Some("the palette stands behind"));
    expect(
        "transparency early",
        &indexed().moved_before(b"tRNS", b"PLTE"),
        Some("the palette stands behind"),
    );
    expect(
        "transparency late",
        &indexed().moved_before(b"tRNS", b"IEND"),
        Some("transparency stands behind"),
    );
}

#[test]
fn palettes_have_possible_lengths() {
    let palette = |length: usize| indexed().with(b"PLTE", vec![7; length]);
    for length in [0, 1, 2, 4, 8, 10, 770] {
        expect(&format!("{length} bytes"), &palette(length), Some("a palette of"));
    }
    expect("five colours at two bits", &palette(15), Some("a palette of 5 colours, where 4 is the most"));
    expect("257 colours", &palette(771), Some("a palette of 257 colours"));
    expect("four colours", &palette(12), None);
    let small = indexed().with(b"tRNS", vec![9]);
    expect("an index outside", &small.with(b"PLTE", vec![7; 6]), Some("index 2 in a palette of 2 colours"));
}

#[test]
fn transparency_is_no_longer_than_the_palette() {
    expect("none", &indexed().with(b"tRNS", vec![]), Some("a transparency chunk of 0 bytes"));
    expect("one", &indexed().with(b"tRNS", vec![1]), None);
    expect("four for three", &indexed().with(b"tRNS", vec![1; 4]), Some("a transparency chunk of 4 bytes"));
    let gray = || interlaced().before(b"IDAT", b"tRNS", &[0, 77]);
    expect("a grey key", &gray(), None);
    expect("half a grey key", &gray().with(b"tRNS", vec![0]), Some("a transparency chunk of 1 bytes"));
}

#[test]
fn headers_promise_only_what_there_is() {
    for (place, value, words) in [
        (3, 0, "at least one pixel, got 0x2"),
        (7, 0, "at least one pixel, got 2x0"),
        (8, 3, "3 bits with colour type 3"),
        (8, 16, "16 bits with colour type 3"),
        (9, 1, "colour type 1"),
        (9, 7, "colour type 7"),
        (10, 1, "methods 1, 0 and 0"),
        (11, 1, "methods 0, 1 and 0"),
        (12, 2, "methods 0, 0 and 2"),
        (7, 9, "the picture data ends early"),
    ] {
        expect(&format!("byte {place} is {value}"), &indexed().with_header_byte(place, value), Some(words));
    }
    let short = indexed().data(b"IHDR")[..12].to_vec();
    expect("a short header", &indexed().with(b"IHDR", short), Some("the first chunk is not a header"));
}

#[test]
fn picture_data_may_be_split_but_not_interrupted() {
    let whole = decode(&indexed().bytes()).expect("a whole file");
    let length = indexed().data(b"IDAT").len();
    for cut in 0..=length {
        assert_eq!(decode(&indexed().split_data(&[cut]).bytes()).expect("two pieces"), whole);
    }
    let bytewise = indexed().split_data(&vec![1; length]);
    assert_eq!(decode(&bytewise.bytes()).expect("pieces of a byte"), whole);
    let mut interrupted = indexed().split_data(&[4]);
    let second = interrupted.place(b"IDAT") + 1;
    interrupted.0.insert(second, (*b"tEXt", b"a\0b".to_vec()));
    expect("text within the data", &interrupted, Some("other chunks stand between"));
    expect("empty data", &indexed().with(b"IDAT", vec![]), Some("there is no picture data"));
    // The sum behind the last row may be missing, as for libpng; the chunk's own stands for it.
    let data = indexed().data(b"IDAT");
    let cut = |spare: usize| indexed().with(b"IDAT", data[..length - spare].to_vec());
    expect("no checksum", &cut(4), None);
    expect("short data", &cut(7), Some("the picture data ends early"));
    let mut wrong_sum = data.clone();
    wrong_sum[length - 1] ^= 1;
    expect(
        "a wrong sum",
        &indexed().with(b"IDAT", wrong_sum),
        Some("the checksum of the picture data is wrong"),
    );
    expect(
        "no DEFLATE",
        &indexed().with(b"IDAT", vec![0xFF; length]),
        Some("the picture data cannot be inflated"),
    );
}

#[test]
fn unknown_chunks_are_refused_only_if_critical() {
    expect("critical", &indexed().before(b"IDAT", b"ABCD", &[]), Some("the critical chunk ABCD"));
    expect("ancillary", &indexed().before(b"IDAT", b"abCD", &[1, 2]), None);
    expect("no letters", &indexed().before(b"IDAT", b"a1CD", &[]), Some("not of four letters"));
    expect("Apple's", &indexed().before(b"IHDR", b"CgBI", &[0; 4]), Some("CgBI"));
}

#[test]
fn lengths_beyond_the_file_are_found() {
    let file = indexed().bytes();
    let mut place = 8;
    while place < file.len() {
        let length = u32::from_be_bytes([file[place], file[place + 1], file[place + 2], file[place + 3]]);
        for claim in [length + 1, length + 4, 1 << 20, 0x7FFF_FFFF, u32::MAX] {
            let mut changed = file.clone();
            changed[place..place + 4].copy_from_slice(&claim.to_be_bytes());
            assert!(decode(&changed).is_err(), "a length of {claim} at {place}");
        }
        place += length as usize + 12;
    }
}
