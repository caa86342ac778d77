//! Animations from the library: what is packed is what is shown, with its times.
#![cfg(feature = "decode")]

use huepack::{
    Clip, Delay, Dither, Effort, Error, Format, Image, ImageRef, Loops, PackedClip, Packer, Palette, Result,
    Rgba8, decode,
};
use proptest::prelude::*;

/// Frames in memory.
struct Frames {
    width: u32,
    frames: Vec<(Vec<Rgba8>, Delay)>,
    loops: Loops,
}

impl Clip for Frames {
    fn size(&self) -> (u32, u32) {
        (self.width, self.frames.first().map_or(1, |(pixels, _)| pixels.len() as u32 / self.width))
    }

    fn loops(&self) -> Loops {
        self.loops
    }

    fn play(&mut self, show: &mut dyn FnMut(ImageRef<'_>, Delay) -> Result<()>) -> Result<()> {
        let (width, height) = self.size();
        self.frames.iter().try_for_each(|(pixels, delay)| show(ImageRef::new(width, height, pixels)?, *delay))
    }
}

impl Frames {
    fn of(width: u32, frames: impl IntoIterator<Item = Vec<Rgba8>>) -> Self {
        let frames = frames.into_iter().map(|pixels| (pixels, Delay::new(1, 25))).collect();
        Self { width, frames, loops: Loops::Forever }
    }
}

/// What a file shows: canvases, fully transparent pixels alike, and times.
fn shown(file: &[u8]) -> (Vec<(Image, Delay)>, Loops) {
    let options = decode::Options::new();
    let mut frames = options.frames(file).unwrap();
    let mut all = Vec::new();
    while let Some(shown) = frames.next_frame().unwrap() {
        let visible = |&pixel: &Rgba8| if pixel[3] == 0 { [0; 4] } else { pixel };
        let pixels = shown.canvas.pixels().iter().map(visible).collect();
        all.push((Image::new(shown.canvas.width(), shown.canvas.height(), pixels).unwrap(), shown.delay));
    }
    (all, frames.loops())
}

fn packed(format: Format, clip: &mut Frames) -> PackedClip {
    Packer::new().format(format).pack_clip(clip).unwrap()
}

#[test]
fn few_colours_are_kept_whatever_appears_and_vanishes() {
    // A square wanders over nothing, over grey, and over nothing again.
    let frame = |at: usize, ground: Rgba8| -> Vec<Rgba8> {
        let inside = |x: usize, y: usize| (at..at + 4).contains(&x) && (2..6).contains(&y);
        (0..16 * 8).map(|i| if inside(i % 16, i / 16) { [250, 20, 9, 255] } else { ground }).collect()
    };
    let grounds = [[0; 4], [0; 4], [77, 77, 77, 255], [77, 77, 77, 255], [0; 4], [0; 4]];
    let source: Vec<_> = grounds.iter().enumerate().map(|(at, &ground)| frame(at, ground)).collect();
    for format in [Format::Gif, Format::Png] {
        let packed = packed(format, &mut Frames::of(16, source.clone()));
        assert_eq!(packed.report.mean_squared_error, 0.0);
        let (frames, loops) = shown(&packed.bytes);
        assert_eq!(loops, Loops::Forever);
        let pixels: Vec<_> = frames.iter().map(|(image, _)| image.pixels().to_vec()).collect();
        assert_eq!(pixels, source, "{format:?}");
    }
}

#[test]
fn the_least_change_of_few_colours_is_kept() {
    let frame = |turn: usize| -> Vec<Rgba8> {
        (0..40 * 30)
            .map(|i| [100 + (i % 40) as u8, 90, (i / 40) as u8 + u8::from(i % 7 == turn), 255])
            .collect()
    };
    let source: Vec<_> = (0..4).map(frame).collect();
    let few =
        |pixels: Vec<Rgba8>| pixels.into_iter().map(|[r, g, b, a]| [r / 4, g, b / 4, a]).collect::<Vec<_>>();
    let source: Vec<_> = source.into_iter().map(few).collect();
    for format in [Format::Gif, Format::Png] {
        let packed = packed(format, &mut Frames::of(40, source.clone()));
        assert_eq!(packed.report.mean_squared_error, 0.0, "{format:?}");
        let (frames, _) = shown(&packed.bytes);
        assert!(frames.iter().map(|(image, _)| image.pixels()).eq(&source));
    }
}

#[test]
fn times_and_loops_are_kept() {
    let mut clip = Frames::of(2, [vec![[1, 2, 3, 255]; 4], vec![[9, 2, 3, 255]; 4], vec![[1, 2, 3, 255]; 4]]);
    let delays = [Delay::new(7, 100), Delay::ZERO, Delay::new(3, 1)];
    clip.frames.iter_mut().zip(delays).for_each(|(frame, delay)| frame.1 = delay);
    for loops in [Loops::Forever, Loops::Times(1), Loops::Times(2), Loops::Times(65_536)] {
        clip.loops = loops;
        for format in [Format::Gif, Format::Png] {
            let (frames, read) = shown(&packed(format, &mut clip).bytes);
            assert_eq!(read, loops, "{format:?}");
            assert_eq!(frames.iter().map(|(_, delay)| *delay).collect::<Vec<_>>(), delays);
        }
    }
    clip.loops = Loops::Times(65_537);
    let refused = Packer::new().format(Format::Gif).pack_clip(&mut clip);
    assert!(matches!(refused, Err(Error::Unsupported { format: "GIF", .. })));
}

#[test]
fn a_clip_without_frames_is_an_error() {
    for format in [Format::Gif, Format::Png] {
        let refused = Packer::new().format(format).pack_clip(&mut Frames::of(3, []));
        assert!(matches!(refused, Err(Error::EmptyImage { .. })));
    }
}

#[test]
fn what_stands_still_is_stored_once() {
    let noise = |seed: u32| -> Vec<Rgba8> {
        (0..64 * 64_u32)
            .map(|i| (i ^ seed).wrapping_mul(2_654_435_761).to_be_bytes())
            .map(|[r, g, b, _]| [r, g, b, 255])
            .collect()
    };
    let still = noise(1);
    for format in [Format::Gif, Format::Png] {
        let once = packed(format, &mut Frames::of(64, [still.clone(), noise(2)])).bytes.len();
        let frames = [still.clone(), noise(2), noise(2), noise(2)];
        let thrice = packed(format, &mut Frames::of(64, frames)).bytes.len();
        // Two frames that say nothing; and errors of the second count more where it is seen for longer.
        assert!(thrice < once + 400, "{format:?}: {once} and {thrice}");
    }
}

#[cfg(feature = "score")]
#[test]
fn targets_are_reached_or_refused() {
    use huepack::Target;
    // A slope that turns, with grain.
    let frame = |turn: u32| -> Vec<Rgba8> {
        let grain = |i: u32| (i.wrapping_mul(2_654_435_761) >> 28) as u8;
        (0..96 * 64_u32)
            .map(|i| {
                [
                    (i % 96 * 2) as u8 + grain(i),
                    (i / 96 * 3) as u8 + grain(i),
                    (turn * 20) as u8 + grain(i),
                    255,
                ]
            })
            .collect()
    };
    let mut clip = Frames::of(96, (0..4).map(frame));
    let mut pack = |target| Packer::new().format(Format::Gif).target(target).pack_clip(&mut clip);
    let good = pack(Target::MinScore(70.0)).unwrap().report;
    let fair = pack(Target::Quality(50.0)).unwrap().report;
    assert!(good.score >= Some(70.0) && fair.score >= Some(50.0), "{good:?} {fair:?}");
    assert!(fair.file_bytes < good.file_bytes);
    let small = pack(Target::MaxBytes(good.file_bytes / 2)).unwrap();
    assert!(small.bytes.len() as u64 <= good.file_bytes / 2);
    assert!(small.report.reached.is_some_and(|reached| reached.tries > 1));
    assert!(matches!(pack(Target::MinScore(99.9)), Err(Error::ScoreTooLow { .. })));
    assert!(matches!(pack(Target::MaxBytes(500)), Err(Error::TooManyBytes { .. })));
    assert!(pack(Target::Quality(99.9)).is_ok(), "the best there is");
}

#[test]
fn palettes_without_room_for_a_hole_do_without() {
    let frame = |turn: u8| -> Vec<Rgba8> { (0..64).map(|x: u8| [x * 4, turn * 60, 255 - x, 255]).collect() };
    let clip = || Frames::of(8, (0..3).map(frame));
    let greys = Palette::new((0..=255).map(|shade| [shade, shade, shade, 255]).collect()).unwrap();
    for format in [Format::Gif, Format::Png] {
        let packer = Packer::new().format(format);
        assert_eq!(packer.clone().colors(2).pack_clip(&mut clip()).unwrap().report.colors, 2);
        assert_eq!(packer.palette(greys.clone()).pack_clip(&mut clip()).unwrap().report.colors, 256);
    }
}

#[test]
fn a_small_change_brings_no_palette_of_its_own() {
    // A light that wanders over more colours than a palette holds.
    let frame = |at: usize| -> Vec<Rgba8> {
        let color = |x: usize, y: usize| [x as u8 * 4, y as u8 * 4, (x * y % 256) as u8, 255];
        let light = |x: usize, y: usize| if (at..at + 3).contains(&x) && y < 3 { 9 } else { 0 };
        (0..64 * 64).map(|i| color(i % 64, i / 64).map(|c| c.saturating_add(light(i % 64, i / 64)))).collect()
    };
    for effort in [Effort::Fast, Effort::Balanced] {
        let packer = Packer::new().format(Format::Gif).effort(effort);
        let report = packer.pack_clip(&mut Frames::of(64, (0..6).map(frame))).unwrap().report;
        assert_eq!(report.local_palettes, 0, "{effort:?}");
    }
}

#[cfg(feature = "score")]
#[test]
fn a_wish_for_bytes_makes_a_clip_of_few_colours_lossy() {
    use huepack::Target;
    let grain = |i: u32, turn: u32| ((i ^ (turn * 7919)).wrapping_mul(2_654_435_761) >> 26) as u8;
    let frame = |turn: u32| -> Vec<Rgba8> {
        (0..64 * 48_u32).map(|i| grain(i, turn)).map(|shade| [shade * 4, 120, 255 - shade, 255]).collect()
    };
    let mut clip = Frames::of(64, (0..3).map(frame));
    let lossless = packed(Format::Gif, &mut clip).report;
    assert_eq!(lossless.mean_squared_error, 0.0);
    let packer = Packer::new().format(Format::Gif);
    let half = packer.target(Target::MaxBytes(lossless.file_bytes / 2)).pack_clip(&mut clip).unwrap().report;
    assert!(half.file_bytes <= lossless.file_bytes / 2 && half.mean_squared_error > 0.0);
    // Where nothing has to be lost for it, nothing is.
    for target in [Target::MaxBytes(lossless.file_bytes), Target::MinScore(99.9), Target::Quality(100.0)] {
        let packer = Packer::new().format(Format::Gif).target(target);
        let reached = packer.pack_clip(&mut clip).unwrap().report;
        assert!(reached.file_bytes <= lossless.file_bytes, "{target:?}");
        assert!(reached.score >= Some(99.9), "{target:?}");
    }
}

#[test]
fn a_wish_for_bytes_makes_no_drawing_larger() {
    // Discs of many shades over a ruled ground, of which two move.
    let frame = |time: usize| -> Vec<Rgba8> {
        let pixel = |i: usize| {
            let (x, y) = (i % 120, i / 120);
            let disc = (0..12).find(|&n| {
                let moved = if n < 2 { 3 * time } else { 0 };
                let (dx, dy) = (x as i32 - (9 * n + moved) as i32, y as i32 - (37 * n % 80) as i32);
                dx * dx + dy * dy < 60
            });
            match disc {
                Some(n) => [20 * n as u8, 255 - 13 * n as u8, (4 * (x / 8)) as u8, 255],
                None if y.is_multiple_of(9) => [200, 200, 255, 255],
                None => [250, 250, 250, 255],
            }
        };
        (0..120 * 80).map(pixel).collect()
    };
    let mut clip = Frames::of(120, (0..8).map(frame));
    let exact = packed(Format::Gif, &mut clip);
    assert_eq!(exact.report.mean_squared_error, 0.0);
    for lambda in [0.1, 0.4, 2.0] {
        let squeezed = Packer::new().format(Format::Gif).lambda(lambda).pack_clip(&mut clip).unwrap();
        assert!(squeezed.bytes.len() <= exact.bytes.len(), "{lambda}");
    }
}

#[test]
fn partly_transparent_pixels_become_what_the_format_knows() {
    let glass = |alpha: u8| -> Vec<Rgba8> { (0..64).map(|x: u8| [x * 4, 255 - x, 128, alpha]).collect() };
    let clip = || Frames::of(8, [glass(255), glass(200), glass(90), glass(0)]);
    let png = packed(Format::Png, &mut clip());
    assert!(png.report.psnr_db() > 30.0, "{}", png.report.psnr_db());
    assert_eq!(png.report.hardened, 0);
    let gif = packed(Format::Gif, &mut clip());
    assert_eq!(gif.report.hardened, 128);
    assert!(gif.report.mean_squared_error > 0.0, "what was made hard is lost");
    let (frames, _) = shown(&gif.bytes);
    let opaque: Vec<usize> = frames
        .iter()
        .map(|(image, _)| image.pixels().iter().filter(|pixel| pixel[3] == 255).count())
        .collect();
    assert_eq!(opaque, [64, 64, 0, 0]);
    // On its matte it is nothing but what it was meant to be.
    let on_white = Packer::new().format(Format::Gif).matte([255; 3]);
    let (few, glass) = ([[9, 99, 200, 255], [9, 99, 200, 40]], [[9, 99, 200, 40], [0; 4]]);
    let on_white = on_white.pack_clip(&mut Frames::of(2, [few, glass].map(Vec::from))).unwrap();
    assert_eq!((on_white.report.mean_squared_error, on_white.report.hardened), (0.0, 0));
    let (frames, _) = shown(&on_white.bytes);
    assert_eq!(frames[0].0.pixels()[1], [216, 231, 246, 255]);
    assert_eq!(frames[1].0.pixels(), [[216, 231, 246, 255], [0; 4]]);
}

proptest! {
    /// The packer compares what the file shows with what it measured, so that any frame drawn wrongly is an error here.
    #[test]
    fn any_clip_is_shown_as_it_was_measured(
        frames in prop::collection::vec(prop::collection::vec(0_usize..7, 30), 1..7),
        colors in 2_usize..8,
    ) {
        let paint = [[0; 4], [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [9, 9, 9, 255], [200, 200, 0, 130], [0, 90, 90, 40]];
        let source: Vec<Vec<Rgba8>> = frames.iter().map(|frame| frame.iter().map(|&i| paint[i]).collect()).collect();
        for format in [Format::Gif, Format::Png] {
            for dither in [Dither::Auto, Dither::None] {
                let packer = Packer::new().format(format).colors(colors).dither(dither);
                let packed = packer.pack_clip(&mut Frames::of(6, source.clone()));
                prop_assert!(packed.is_ok(), "{format:?}: {:?}", packed.err());
            }
        }
    }
}
