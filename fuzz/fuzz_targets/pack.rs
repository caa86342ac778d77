//! Any small picture packs under any options, and the report says what is in the file.
#![no_main]

use huepack::{ColorSpace, Dither, Effort, Format, Image, Packed, Packer, measure, read_back, reduce};
use huepack_fuzz::{AnyPicture, any_space, decode_unlimited, fail_on_our_panics, visible};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Choices {
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| u.int_in_range(2..=256))]
    colors: usize,
    #[arbitrary(with = any_space)]
    space: ColorSpace,
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| u.choose(
        &[Dither::Auto, Dither::None, Dither::FloydSteinberg, Dither::Ordered]
    ).copied())]
    dither: Dither,
    strength: Option<f32>,
    #[arbitrary(with = any_effort)]
    effort: Effort,
    gif: bool,
    seed: u64,
    alpha_threshold: u8,
    matte: Option<[u8; 3]>,
}

/// Seldom the best, which takes a hundred times as long as the rest.
fn any_effort(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Effort> {
    Ok(match u.arbitrary()? {
        9_u8 => Effort::Best,
        64..=127 => Effort::Balanced,
        _ => Effort::Fast,
    })
}

impl Choices {
    fn packer(&self, image: &Image) -> Packer {
        let slow = self.effort == Effort::Best && image.pixels().len() > 24;
        let mut packer = Packer::new()
            .colors(self.colors)
            .space(self.space)
            .dither(self.dither)
            .effort(if slow { Effort::Balanced } else { self.effort })
            .format(if self.gif { Format::Gif } else { Format::Png })
            .seed(self.seed)
            .alpha_threshold(self.alpha_threshold);
        if let Some(strength) = self.strength {
            packer = packer.dither_strength(strength);
        }
        if let Some(matte) = self.matte {
            packer = packer.matte(matte);
        }
        packer
    }
}

fuzz_target!(init: fail_on_our_panics(), |any: (Choices, AnyPicture)| {
    let (choices, AnyPicture(image)) = any;
    let packer = choices.packer(&image);
    let packed = packer.pack(image.view()).expect("any small picture can be packed");
    check_report(&choices, &image, &packed);
    check_pixels(&choices, &image, &packed);
    assert!(packer.pack(image.view()).expect("packs again").bytes == packed.bytes, "other bytes the second time");
});

fn check_report(choices: &Choices, image: &Image, packed: &Packed) {
    let Packed { bytes, indexed, report, .. } = packed;
    assert_eq!((report.width, report.height), (image.width(), image.height()));
    assert_eq!(report.bytes.file, bytes.len() as u64);
    assert_eq!(report.colors, indexed.palette().len());
    assert!(report.colors <= choices.colors, "{} of {} colours", report.colors, choices.colors);
    let read = read_back(bytes).expect("what was written can be read");
    assert_eq!(&reduce::trim(&read).unwrap_or(read), indexed);
    assert!(decode_unlimited(bytes).pixels().iter().copied().map(visible).eq(indexed.pixels().map(visible)));
    let error = report.mean_squared_error;
    assert!(error.is_finite() && error >= 0.0);
    // Few colours cost nothing.
    let source_colors = report.source_colors.expect("a small histogram is exact");
    assert!(source_colors > choices.colors || error == 0.0, "{source_colors} colours, error {error}");
}

fn check_pixels(choices: &Choices, image: &Image, packed: &Packed) {
    let after = || packed.indexed.pixels();
    if choices.gif {
        // Opaque from the threshold on, and never at alpha 0.
        let opaque = |alpha: u8| alpha >= choices.alpha_threshold.max(1);
        let binary = image.pixels().iter().map(|pixel| if opaque(pixel[3]) { 255 } else { 0 });
        assert!(binary.eq(after().map(|pixel| pixel[3])));
        return;
    }
    assert_eq!(packed.report.mean_squared_error, measure::mean_squared_error(image.view(), &packed.indexed));
    for (before, after) in image.pixels().iter().zip(after()) {
        assert!(before[3] > 0 || after == [0; 4], "a transparent pixel became {after:?}");
        assert!(before[3] < 255 || after[3] > 0, "an opaque pixel became transparent");
    }
    if packed.report.mean_squared_error == 0.0 {
        assert!(image.pixels().iter().copied().map(visible).eq(after().map(visible)));
    }
}
