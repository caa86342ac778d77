//! JPEG (ITU-T T.81).

use super::{Bomb, Fate, MEMORY, PIXELS, SIDE, bomb};

const ENDS_EARLY: Fate = Fate::Refused("damaged JPEG: the picture data ends after ");

const BASELINE: u8 = 0xC0;
const PROGRESSIVE: u8 = 0xC2;

pub(crate) fn bombs() -> Vec<Bomb> {
    vec![
        bomb("claim.jpg", PIXELS, || picture(BASELINE, 65_500, 3, &[0; 9])),
        bomb("claim-progressive.jpg", MEMORY, || picture(PROGRESSIVE, 16_000, 3, &[0; 9])),
        bomb("claim-components.jpg", MEMORY, || picture(PROGRESSIVE, 5000, 255, &[0; 9])),
        bomb("cut.jpg", ENDS_EARLY, || picture(BASELINE, SIDE, 3, &[0; 9])),
        bomb("cut-progressive.jpg", ENDS_EARLY, || picture(PROGRESSIVE, SIDE, 3, &[0; 9])),
        bomb("cut-gray.jpg", ENDS_EARLY, || picture(BASELINE, SIDE, 1, &[0; 9])),
        bomb("cut-inks.jpg", ENDS_EARLY, || picture(PROGRESSIVE, 6000, 4, &[0; 9])),
        bomb("many-scans.jpg", Fate::Refused("damaged JPEG: 5001 scans"), || progressive(1024, 5000)),
        bomb("scans.jpg", Fate::Packed, || progressive(1536, 99)),
        bomb("many-restarts.jpg", Fate::Packed, || {
            let units = (0..=255_u8).cycle().take(190 * 190).map(|unit| [0x3f, 0xff, 0xd0 + unit % 8]);
            let restart = segment(0xDD, &[0, 1]);
            let data = units.flatten().collect::<Vec<u8>>();
            [open(BASELINE, 1520, 1), restart, scan(1, [0, 63, 0]), data, vec![0xff, 0xd9]].concat()
        }),
        bomb("many-tables.jpg", Fate::Packed, || {
            [
                open(BASELINE, 8, 1),
                table(0x00, 0).repeat(100_000),
                scan(1, [0, 63, 0]),
                vec![0x3f, 0xff, 0xd9],
            ]
            .concat()
        }),
        bomb("many-segments.jpg", Fate::Packed, || {
            let mut bytes = picture(BASELINE, 8, 1, &[0x3f]);
            bytes.splice(2..2, segment(0xE1, &[]).repeat(1_000_000));
            bytes
        }),
        bomb("many-profiles.jpg", Fate::Packed, || {
            let mut bytes = picture(BASELINE, 8, 1, &[0x3f]);
            bytes.splice(2..2, segment(0xE2, b"ICC_PROFILE\0\x01\xffx").repeat(300_000));
            bytes
        }),
        bomb("fill-bytes.jpg", Fate::Packed, || {
            let mut bytes = picture(BASELINE, 8, 1, &[0x3f]);
            bytes.splice(2..2, vec![0xff; 8 << 20]);
            bytes
        }),
    ]
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xff, marker], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat()
}

/// A Huffman table in which a single zero bit stands for `symbol`.
fn table(place: u8, symbol: u8) -> Vec<u8> {
    segment(0xC4, &[&[place, 1][..], &[0; 15], &[symbol]].concat())
}

/// All that stands before the first scan.
fn open(kind: u8, side: u32, components: u8) -> Vec<u8> {
    let [_, _, high, low] = side.to_be_bytes();
    let each = (0..components).flat_map(|id| [id, 0x11, 0]);
    let frame: Vec<u8> = [8, high, low, high, low, components].into_iter().chain(each).collect();
    let quantization = [&[0][..], &[1; 64]].concat();
    [vec![0xff, 0xd8], segment(0xDB, &quantization), segment(kind, &frame), table(0x00, 0), table(0x10, 0)]
        .concat()
}

/// A scan header of the first so many components; band and approximation.
fn scan(components: u8, band: [u8; 3]) -> Vec<u8> {
    let each = (0..components).flat_map(|id| [id, 0]);
    segment(0xDA, &[components].into_iter().chain(each).chain(band).collect::<Vec<u8>>())
}

/// A picture of one scan over all components with this data.
fn picture(kind: u8, side: u32, components: u8, data: &[u8]) -> Vec<u8> {
    let band = if kind == PROGRESSIVE { [0, 0, 0] } else { [0, 63, 0] };
    [&open(kind, side, components)[..], &scan(components, band), data, &[0xff, 0xd9]].concat()
}

/// A grey picture of one scan for the means and `scans` for bands, in which nothing ever happens.
fn progressive(side: u32, scans: usize) -> Vec<u8> {
    let blocks = side.div_ceil(8).pow(2);
    // A bit for the mean of each block.
    let means = vec![0; blocks.div_ceil(8) as usize];
    // "Nothing in this block and the next 32,766" is one bit for the symbol, and 14 of number, all of them one.
    let mut bits = String::new();
    for _ in 0..blocks.div_ceil(32_767) {
        bits.push_str("011111111111111");
    }
    let band = bytes_of(&bits);
    let band = [&table(0x10, 0xE0)[..], &scan(1, [1, 63, 0]), &band].concat();
    [open(PROGRESSIVE, side, 1), scan(1, [0, 0, 0]), means, band.repeat(scans), vec![0xff, 0xd9]].concat()
}

/// Bits filled up with ones, a zero byte behind each byte of ones (clause F.1.2.3).
fn bytes_of(bits: &str) -> Vec<u8> {
    let byte = |bits: &[u8]| {
        (0..8).fold(0, |byte, i| byte << 1 | u8::from(bits.get(i).is_none_or(|&bit| bit == b'1')))
    };
    bits.as_bytes()
        .chunks(8)
        .map(byte)
        .flat_map(|byte| if byte == 0xff { vec![byte, 0] } else { vec![byte] })
        .collect()
}
