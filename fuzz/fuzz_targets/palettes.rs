//! Any palette and any indices are reduced without a change that can be seen, and come back from every encoder.
#![no_main]

use huepack::{Effort, Indexed, encode, read_back, reduce};
use huepack_fuzz::{AnyIndexed, fail_on_our_panics, visible};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fail_on_our_panics(), |any: (u8, AnyIndexed)| {
    let (chance, AnyIndexed(indexed)) = any;
    let trimmed = reduce::trim(&indexed).unwrap_or_else(|| indexed.clone());
    assert!(looks_like(&trimmed, &indexed));
    assert!(trimmed.uses().iter().all(|&uses| uses > 0));
    assert_eq!(reduce::trim(&trimmed), None);
    check_encoders(&indexed, &[Effort::Fast]);
    // The best effort takes many times as long as the rest: for small pictures, and once in a while.
    if chance == 9 && indexed.indices().len() < 64 {
        check_encoders(&trimmed, &[Effort::Best]);
    }
    for order in reduce::Order::ALL {
        let ordered = reduce::order(&trimmed, order).unwrap_or_else(|| trimmed.clone());
        assert!(ordered.pixels().eq(trimmed.pixels()));
        assert!(ordered.palette().colors().is_sorted_by_key(|color| match color[3] {
            0 => 0,
            255 => 2,
            _ => 1,
        }));
        check_encoders(&ordered, &[Effort::Balanced]);
        // Colours that repeat or are not used are in nobody's way.
        assert!(reduce::order(&indexed, order).is_none_or(|ordered| looks_like(&ordered, &indexed)));
    }
});

fn looks_like(a: &Indexed, b: &Indexed) -> bool {
    a.pixels().map(visible).eq(b.pixels().map(visible))
}

fn check_encoders(indexed: &Indexed, efforts: &[Effort]) {
    for &effort in efforts {
        let bytes =
            encode::png::Options::new().effort(effort).encode(indexed).expect("PNG holds any palette");
        assert_eq!(&read_back(&bytes).expect("what was written can be read"), indexed);
    }
    let alphas = || indexed.palette().colors().iter().map(|color| color[3]);
    let fits =
        alphas().all(|alpha| matches!(alpha, 0 | 255)) && alphas().filter(|&alpha| alpha == 0).count() < 2;
    match encode::gif::Options::new().encode(indexed) {
        Ok(bytes) => {
            assert!(fits);
            let read = read_back(&bytes).expect("what was written can be read");
            assert_eq!(read.indices(), indexed.indices());
            // GIF fills the palette up to a power of two.
            assert_eq!(&read.palette().colors()[..indexed.palette().len()], indexed.palette().colors());
        }
        Err(error) => assert!(!fits, "{error}"),
    }
}
