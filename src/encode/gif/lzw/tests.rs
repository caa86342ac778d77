//! Every stream is read by weezl, which is not ours, and held against plain LZW.

use proptest::collection::vec;
use proptest::prelude::*;
use weezl::{BitOrder, decode::Decoder};

use super::marks::regular;
use super::widths::{MAX_CODES, Widths};
use super::{encode, meant, plan, shorter};
use crate::effort::Effort;
use crate::indexed::Cuts;
use crate::random::Random;

fn decoded(packed: &[u8]) -> Vec<u8> {
    let (&min_code_size, codes) = packed.split_first().expect("the minimum code size comes first");
    Decoder::new(BitOrder::Lsb, min_code_size).decode(codes).expect("a sound stream")
}

fn encoded_in_every_way(indices: &[u8]) {
    for effort in Effort::ALL {
        let packed = encode(indices, None, effort.settings().lzw);
        assert!(decoded(&packed) == indices, "{effort:?}, {} indices", indices.len());
    }
}

fn below(random: &mut Random, bound: u64) -> u64 {
    random.next() % bound
}

/// Indices below `colors` as they stand in dithered pictures: near those before, with repeats of earlier rows.
fn texture(length: usize, colors: u64, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut indices: Vec<u8> = Vec::with_capacity(length);
    for position in 0..length {
        let index = match below(&mut random, 4) {
            0 => below(&mut random, colors) as u8,
            1 if position >= 97 => indices[position - 97],
            _ => indices.last().copied().unwrap_or(0),
        };
        indices.push(index);
    }
    indices
}

#[test]
fn one_index_of_one_colour_has_the_least_code_size() {
    // Clear, 0, end, of three bits each: 4, 0, 5.
    assert_eq!(encode(&[0], None, Effort::Fast.settings().lzw), [2, 0b0100_0100, 0b1]);
}

#[test]
fn whatever_cuts_are_asked_for_the_indices_come_back() {
    let mut random = Random::new(9);
    for colors in [2, 30, 256] {
        let indices = texture(30_000, colors, colors);
        let mut places = |count: usize| {
            let mut places: Vec<u32> = (0..count).map(|_| below(&mut random, 31_000) as u32).collect();
            places.sort_unstable();
            places
        };
        for cuts in [
            Cuts::default(),
            Cuts { ends: places(9_000), clears: places(3) },
            Cuts { ends: places(10), clears: places(40) },
        ] {
            let packed = encode(&indices, Some(&cuts), Effort::Balanced.settings().lzw);
            assert!(decoded(&packed) == indices, "{colors} colours");
            // None is so bad that a plain stream would be shorter.
            let plain = encode(&indices, Some(&Cuts::default()), Effort::Balanced.settings().lzw);
            assert!(packed.len() <= plain.len());
        }
    }
}

#[test]
fn cuts_that_cost_more_than_none_are_not_followed() {
    for settings in Effort::ALL.map(|effort| effort.settings().lzw) {
        let flat = vec![3; 20_000];
        let one_by_one = Cuts { ends: (1..=20_000).collect(), clears: Vec::new() };
        let freely = encode(&flat, None, settings);
        assert!(meant(&flat, &one_by_one).len() > 20 * freely.len());
        assert_eq!(encode(&flat, Some(&one_by_one), settings), freely);
        assert_eq!(shorter(&flat, settings, freely.len() + 1), Some(freely.clone()));
        assert_eq!(shorter(&flat, settings, freely.len()), None);
        // What is far off is not looked for.
        assert_eq!(shorter(&texture(20_000, 256, 256), settings, 1_000), None);
    }
}

#[test]
fn every_code_size_comes_back() {
    for colors in [1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 255, 256] {
        encoded_in_every_way(&texture(20_000, colors, colors));
    }
}

#[test]
fn noise_and_flat_pictures_come_back() {
    let mut random = Random::new(1);
    encoded_in_every_way(&(0..70_000).map(|_| below(&mut random, 256) as u8).collect::<Vec<_>>());
    encoded_in_every_way(&vec![255; 1_000_000]);
    encoded_in_every_way(&(0..500_000_u32).map(|i| (i / 65_535) as u8).collect::<Vec<_>>());
}

#[test]
fn a_full_dictionary_stays_in_use_where_that_pays() {
    let row = texture(3_000, 256, 3);
    let indices = row.repeat(40);
    let widths = Widths::new(8);
    let plan = plan(&indices, &widths, Effort::Balanced.settings().lzw);
    let full = usize::from(MAX_CODES - widths.first_free());
    assert!(plan.bits < regular(&indices, &widths, full).bits);
    encoded_in_every_way(&indices);
}

#[test]
fn what_a_plan_says_is_what_is_written() {
    let indices = texture(60_000, 100, 5);
    for effort in Effort::ALL {
        let widths = Widths::new(7);
        let plan = plan(&indices, &widths, effort.settings().lzw);
        let packed = encode(&indices, None, effort.settings().lzw);
        assert_eq!(packed.len() as u64 - 1, plan.bits.div_ceil(8), "{effort:?}");
    }
}

#[test]
fn more_effort_is_smaller() {
    for colors in [256, 64, 16] {
        let indices = texture(200_000, colors, 7);
        let [fast, balanced, best] =
            Effort::ALL.map(|effort| encode(&indices, None, effort.settings().lzw).len());
        assert!(best <= balanced && balanced < fast, "{colors} colours: {fast} {balanced} {best}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_indices_come_back(runs in vec((any::<u8>(), 1..200_usize), 1..400), bits in 1..=8_u32) {
        let indices: Vec<u8> =
            runs.iter().flat_map(|&(index, length)| std::iter::repeat_n(index >> (8 - bits), length)).collect();
        encoded_in_every_way(&indices);
    }

    #[test]
    fn no_stream_is_larger_than_plain_ones(
        length in 1..30_000_usize, colors in 1..=256_u64, seed in any::<u64>()
    ) {
        let indices = texture(length, colors, seed);
        let largest = indices.iter().copied().max().unwrap_or(0);
        let widths = Widths::new((8 - largest.leading_zeros()).max(2) as u8);
        let full = usize::from(MAX_CODES - widths.first_free());
        for effort in Effort::ALL {
            let bytes = encode(&indices, None, effort.settings().lzw).len() as u64 - 1;
            for codes in [full, usize::MAX] {
                prop_assert!(bytes <= regular(&indices, &widths, codes).bits.div_ceil(8));
            }
        }
    }

    #[test]
    fn the_same_indices_give_the_same_bytes(length in 1..20_000_usize, seed in any::<u64>()) {
        let indices = texture(length, 50, seed);
        for effort in Effort::ALL {
            prop_assert!(encode(&indices, None, effort.settings().lzw) == encode(&indices, None, effort.settings().lzw));
        }
    }
}
