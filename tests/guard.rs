//! What the guard finds and what it leaves alone, and that its cure is one.

use huepack::measure::{Finding, Guard};
use huepack::{Dither, Error, Image, ImageRef, Indexed, MapOptions, Packer, Palette, Rgba8};

const RED: Rgba8 = [229, 57, 53, 255];

fn image(width: u32, height: u32, color: impl Fn(u32, u32) -> Rgba8) -> Image {
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| color(x, y));
    Image::new(width, height, pixels.collect()).unwrap()
}

fn mapped(image: &Image, palette: &[Rgba8], dither: Dither) -> Indexed {
    MapOptions::new().dither(dither).map(image.view(), &Palette::new(palette.to_vec()).unwrap())
}

fn found(image: &Image, palette: &[Rgba8], dither: Dither) -> Vec<Finding> {
    Guard::new().inspect(image.view(), &mapped(image, palette, dither))
}

/// Two swatches of a legend on white, beside a ramp that wants all colours for itself.
fn chart() -> Image {
    image(256, 64, |x, y| match (x / 16, y / 16) {
        (1, 1) => [31, 119, 180, 255],
        (1, 3) => [44, 140, 150, 255],
        (4.., _) => [x as u8, x as u8 / 2, 255 - x as u8, 255],
        _ => [255; 4],
    })
}

#[test]
fn two_colours_of_a_legend_that_become_one_are_found() {
    let (blue, teal) = ([31, 119, 180, 255], [44, 140, 150, 255]);
    let between = [38, 130, 165, 255];
    let findings =
        found(&chart(), &[between, [255; 4], [128, 64, 127, 255], [240, 120, 15, 255]], Dither::None);
    let merged = |finding: &&Finding| matches!(finding, Finding::Merged { .. });
    let Some(&Finding::Merged { mut sources, result, areas, delta_e }) = findings.iter().find(merged) else {
        panic!("{findings:?}");
    };
    sources.sort_unstable();
    assert_eq!((sources, result), ([blue, teal], between));
    assert!(areas.iter().all(|area| (area.x, area.width, area.pixels) == (16, 16, 256)), "{areas:?}");
    assert!(delta_e > 10.0, "{delta_e}");
    let findings = found(&chart(), &[blue, teal, [255; 4], [128, 64, 127, 255]], Dither::None);
    assert!(!findings.iter().any(|finding| merged(&finding)), "{findings:?}");
}

#[test]
fn a_pale_selection_that_is_gone_is_found() {
    let list = image(100, 100, |_, y| if y / 20 == 2 { [229, 243, 255, 255] } else { [255; 4] });
    let findings = found(&list, &[[255; 4], [0, 0, 0, 255]], Dither::None);
    let [Finding::Merged { sources, delta_e, .. }] = findings[..] else { panic!("{findings:?}") };
    assert_eq!(sources, [[255; 4], [229, 243, 255, 255]]);
    assert!((7.0..8.0).contains(&delta_e), "{delta_e}");
}

#[cfg(feature = "decode")]
#[test]
fn a_red_dot_on_a_photograph_is_found_where_it_turns_brown_and_put_back_by_the_guard() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/china.jpg")).unwrap();
    let mut photo = huepack::decode::Options::new().decode(&bytes).unwrap().image;
    let (width, center) = (photo.width() as usize, (301_usize, 203_usize));
    for (i, pixel) in photo.pixels_mut().iter_mut().enumerate() {
        let (dx, dy) = ((i % width).abs_diff(center.0), (i / width).abs_diff(center.1));
        if dx * dx + dy * dy <= 25 {
            *pixel = RED;
        }
    }
    let dot = |finding: &&Finding| matches!(finding, Finding::Moved { source: RED, .. });
    let packer = Packer::new().colors(16);
    let packed = packer.clone().pack(photo.view()).unwrap();
    let Some(Finding::Moved { area, delta_e, .. }) = packed.findings.iter().find(dot) else {
        panic!("{:?}", packed.findings);
    };
    assert!((296..=298).contains(&area.x) && (198..=200).contains(&area.y) && *delta_e > 10.0, "{area:?}");
    let guarded = packer.guard(Guard::new()).pack(photo.view()).unwrap();
    assert_eq!(guarded.findings, []);
    assert_eq!(guarded.indexed.pixels().nth(center.1 * width + center.0), Some(RED));
    assert!(guarded.report.guarded.unwrap().colors <= 256);
}

#[cfg(feature = "decode")]
#[test]
fn a_photograph_of_256_colours_has_lost_none() {
    for name in ["china.jpg", "flower.jpg"] {
        let bytes = std::fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let photo = huepack::decode::Options::new().decode(&bytes).unwrap().image;
        assert_eq!(Packer::new().pack(photo.view()).unwrap().findings, [], "{name}");
    }
}

#[test]
fn gradients_have_no_colour_to_lose() {
    let grey = image(512, 64, |x, _| [x as u8 / 2, x as u8 / 2, x as u8 / 2, 255]);
    let slow = image(512, 64, |x, y| [(90 + x / 16) as u8, (100 + y / 8) as u8, 200, 255]);
    let sky = image(300, 200, |x, y| [(60 + y / 2) as u8, (120 + y / 2) as u8, (200 + x / 8) as u8, 255]);
    for gradient in [grey, slow, sky] {
        for dither in [Dither::None, Dither::Auto, Dither::FloydSteinberg, Dither::Ordered] {
            let packed = Packer::new().colors(16).dither(dither).pack(gradient.view()).unwrap();
            assert_eq!(packed.findings, [], "{dither:?}");
        }
    }
}

#[test]
fn a_dithered_flat_colour_is_where_it_was() {
    let flat = image(64, 64, |_, _| [188, 188, 188, 255]);
    let (black, white) = ([0, 0, 0, 255], [255; 4]);
    // Half of the light: 188 in sRGB.
    let checkers = (0..64 * 64).map(|i| ((i % 64 + i / 64) % 2) as u8).collect();
    let checkers = Indexed::new(64, 64, Palette::new(vec![black, white]).unwrap(), checkers).unwrap();
    assert_eq!(Guard::new().inspect(flat.view(), &checkers), []);
    assert_ne!(found(&flat, &[black, white], Dither::None), []);
}

#[test]
fn what_transparency_hides_does_not_count_and_what_it_shows_does() {
    let clear = image(64, 64, |x, _| [x as u8 * 4, 0, 0, 0]);
    assert_eq!(found(&clear, &[[0; 4]], Dither::None), []);
    let shadow = image(64, 64, |x, _| if x < 32 { [0, 0, 0, 64] } else { [0; 4] });
    // Black over black is black, but the shadow is gone from white.
    let gone = Indexed::new(64, 64, Palette::new(vec![[0; 4]]).unwrap(), vec![0; 64 * 64]).unwrap();
    let findings = Guard::new().inspect(shadow.view(), &gone);
    let [Finding::Moved { source, result, area, .. }] = findings[..] else { panic!("{findings:?}") };
    assert_eq!((source, result, area.pixels), ([0, 0, 0, 64], [0; 4], 32 * 64));
    assert_eq!(found(&shadow, &[[0; 4], [0, 0, 0, 64]], Dither::None), []);
}

#[test]
fn the_smallest_pictures_have_no_regions() {
    for (width, height) in [(1, 1), (1, 40), (40, 1), (3, 3)] {
        let white = image(width, height, |_, _| [255; 4]);
        assert_eq!(found(&white, &[[0, 0, 0, 255]], Dither::None), [], "{width}x{height}");
    }
    let white = image(5, 5, |_, _| [255; 4]);
    assert_eq!(found(&white, &[[0, 0, 0, 255]], Dither::None).len(), 1);
}

#[test]
fn one_region_is_one_whatever_its_shape() {
    // The teeth of a comb meet in its last rows only.
    let comb = image(64, 64, |x, y| if y >= 56 || x / 4 % 2 == 0 { RED } else { [255; 4] });
    let findings = found(&comb, &[[255; 4], [0, 0, 0, 255]], Dither::None);
    let moved =
        findings.iter().find(|finding| matches!(finding, Finding::Moved { source: RED, .. })).unwrap();
    let Finding::Moved { area, .. } = moved else { unreachable!() };
    assert_eq!((area.regions, area.width, area.height), (1, 64, 64));
    assert_eq!(area.pixels, 64 * 8 + 8 * 4 * 56);
}

#[test]
fn the_limits_are_those_asked_for() {
    let flat = image(32, 32, |_, _| RED);
    let result = mapped(&flat, &[[200, 80, 60, 255]], Dither::None);
    let [finding] = Guard::new().moved(0.0).inspect(flat.view(), &result)[..] else { panic!() };
    let moved = |limit| Guard::new().moved(limit).inspect(flat.view(), &result).len();
    assert_eq!((moved(finding.delta_e() - 0.01), moved(finding.delta_e() + 0.01)), (1, 0));
}

#[test]
fn the_guard_keeps_lost_colours_rather_than_many_more() {
    let packed = Packer::new().colors(4).guard(Guard::new()).pack(chart().view()).unwrap();
    let guarded = packed.report.guarded.unwrap();
    assert_eq!(packed.findings, []);
    assert!(guarded.colors <= 32 && guarded.restored >= 2 && guarded.rounds > 1, "{guarded:?}");
    assert!(packed.indexed.palette().colors().contains(&[31, 119, 180, 255]));
}

#[test]
fn without_need_the_guard_changes_nothing() {
    let chart = chart();
    let plain = Packer::new().pack(chart.view()).unwrap();
    let guarded = Packer::new().guard(Guard::new()).pack(chart.view()).unwrap();
    assert_eq!(plain.bytes, guarded.bytes);
    assert_eq!(guarded.report.guarded.unwrap().rounds, 1);
    assert_eq!(plain.report.guarded, None);
}

#[test]
fn a_guard_that_cannot_be_satisfied_says_what_is_worst() {
    let palette = Palette::new(vec![[255; 4], [0, 0, 0, 255]]).unwrap();
    let chart = chart();
    let failed = Packer::new().palette(palette).guard(Guard::new()).pack(chart.view()).unwrap_err();
    let Error::ColorsLost { colors, findings, delta_e, .. } = failed else { panic!("{failed}") };
    assert!(colors == 2 && findings > 1 && delta_e > 10.0, "{failed}");
    assert!(failed.to_string().starts_with("2 colours do not satisfy the guard: #"), "{failed}");
}

#[test]
fn a_region_counts_the_same_in_another_place() {
    let shifted = |by: u32| {
        image(96, 96, move |x, y| {
            if (x.wrapping_sub(20 + by)) < 24 && (y.wrapping_sub(30 + by)) < 24 {
                RED
            } else {
                [240, 240, 240, 255]
            }
        })
    };
    let palette = [[240, 240, 240, 255], [128, 100, 90, 255]];
    let (a, b) = (found(&shifted(0), &palette, Dither::None), found(&shifted(2), &palette, Dither::None));
    assert_eq!(a.len(), 1);
    assert_eq!(a[0].delta_e(), b[0].delta_e());
}

#[test]
#[should_panic(expected = "sizes differ")]
fn pictures_of_different_sizes_are_not_compared() {
    let pixels = [[255; 4]; 4];
    let result = Indexed::new(1, 4, Palette::new(vec![[255; 4]]).unwrap(), vec![0; 4]).unwrap();
    let _ = Guard::new().inspect(ImageRef::new(2, 2, &pixels).unwrap(), &result);
}
