//! What is in the files that are written, by the eyes of a decoder.

mod program;

use std::collections::BTreeSet;

use huepack::Image;
use program::{Folder, decoded, visible};

const SPACES: [&str; 4] = ["oklab", "lab", "rgb", "linear"];
const DITHERS: [&str; 4] = ["auto", "none", "floyd-steinberg", "ordered"];

/// Packs to standard output whatever its size.
fn packed(folder: &Folder, arguments: &[&str]) -> Image {
    decoded(&folder.huepack(&[arguments, &["-o", "-", "--quiet"]].concat()).done().stdout)
}

fn distinct_colors(image: &Image) -> usize {
    visible(image).iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn pictures_of_few_colours_stay_as_they_are_whatever_the_options() {
    let fixtures = [("pixel-art-12.png", "12"), ("colors-256.png", "256"), ("still.gif", "12")];
    for (name, colors) in fixtures {
        let folder = Folder::with(&[name]);
        let source = visible(&decoded(&folder.bytes(name)));
        for format in ["png", "gif"] {
            for (space, dither) in SPACES.into_iter().flat_map(|space| DITHERS.map(|dither| (space, dither)))
            {
                let options = ["--format", format, "--space", space, "--dither", dither, "--colors", colors];
                let result = packed(&folder, &[&[name], &options[..]].concat());
                assert!(visible(&result) == source, "{name} as {options:?}");
            }
        }
    }
}

#[test]
fn soft_alpha_stays_exact_in_png() {
    for name in ["alpha-levels.png", "indexed-4bit.png", "transparent.png", "keyed.png", "one-pixel.png"] {
        let folder = Folder::with(&[name]);
        let source = visible(&decoded(&folder.bytes(name)));
        assert!(visible(&packed(&folder, &[name])) == source, "{name}");
    }
}

#[test]
fn one_colour_too_many_costs_no_more_than_that_colour() {
    let folder = Folder::with(&["colors-257.png"]);
    let result = packed(&folder, &["colors-257.png", "--colors", "256", "--dither", "none"]);
    let source = decoded(&folder.bytes("colors-257.png"));
    assert!(distinct_colors(&source) == 257 && distinct_colors(&result) <= 256);
    let changed = source.pixels().iter().zip(result.pixels()).filter(|(a, b)| a != b).count();
    // Colours have 16 pixels each, but for the one that has a single pixel.
    assert!((1..=32).contains(&changed), "{changed} pixels changed");
}

#[test]
fn the_number_of_colours_is_respected_and_reported() {
    let folder = Folder::with(&["screenshot.png", "logo.png"]);
    for format in ["png", "gif"] {
        for colors in ["2", "3", "17", "64", "200", "256"] {
            for name in ["screenshot.png", "logo.png"] {
                let run = folder.huepack(&[name, "-c", colors, "-f", format, "--json", "--force"]).succeeds();
                let report = run.json().remove(0);
                let result = folder.bytes(report["output"].as_str().unwrap());
                let used = distinct_colors(&decoded(&result));
                assert!(used <= colors.parse().unwrap(), "{name} as {format}: {used} of {colors}");
                assert_eq!(report["colors"], used, "{name} as {format} with {colors}");
                if format == "png" {
                    // A GIF's palette is filled up to a power of two.
                    assert_eq!(huepack::read_back(&result).unwrap().palette().len(), used);
                }
            }
        }
    }
}

#[test]
fn the_space_and_the_dither_reach_the_packer() {
    let folder = Folder::with(&["logo.png"]);
    let pack = |options: &[&str]| packed(&folder, &[&["logo.png", "--colors", "16"], options].concat());
    let usual = pack(&[]);
    assert_eq!(pack(&["--space", "perceptual", "--dither", "auto"]), usual, "the defaults");
    for options in [["--space", "linear"], ["--dither", "ordered"], ["--dither", "floyd-steinberg"]] {
        assert!(pack(&options) != usual, "{options:?} changed nothing");
    }
    let strong = ["--dither", "floyd-steinberg", "--dither-strength", "1"];
    let weak = ["--space", "oklab", "--dither", "floyd-steinberg", "--dither-strength", "0"];
    assert!(pack(&strong) != pack(&weak), "the strength changed nothing");
    assert_eq!(
        pack(&weak),
        pack(&["--space", "oklab", "--dither", "none"]),
        "no error is spread at a strength of 0"
    );
}

#[test]
fn the_seed_reaches_the_packer() {
    let folder = Folder::with(&["gradient.png"]);
    let pack = |seed| packed(&folder, &["gradient.png", "-c", "16", "--effort", "fast", "--seed", seed]);
    let seeds = ["0", "1", "2", "3"].map(pack);
    assert!(seeds.iter().any(|image| *image != seeds[0]), "no seed changed anything");
    assert_eq!(pack("3"), seeds[3], "the same seed, the same picture");
}

#[test]
fn a_gif_is_transparent_below_the_threshold_and_opaque_from_it_on() {
    let folder = Folder::with(&["logo.png"]);
    let source = decoded(&folder.bytes("logo.png"));
    for threshold in ["0", "1", "128", "200", "255"] {
        let result = packed(&folder, &["logo.png", "-f", "gif", "--alpha-threshold", threshold]);
        let threshold: u8 = threshold.parse().unwrap();
        let mut sides = [0; 2];
        for (before, after) in source.pixels().iter().zip(result.pixels()) {
            // What cannot be seen at all is not made visible by a threshold of 0.
            let opaque = before[3] >= threshold.max(1);
            assert_eq!(after[3], if opaque { 255 } else { 0 }, "{before:?} at {threshold}");
            sides[usize::from(opaque)] += 1;
        }
        assert!(sides.iter().all(|&side| side > 0), "the fixture has pixels on both sides of {threshold}");
    }
}

#[test]
fn a_matte_shows_through_what_is_partly_transparent() {
    let folder = Folder::with(&["alpha-levels.png"]);
    let source = decoded(&folder.bytes("alpha-levels.png"));
    let with = |options: &[&str]| packed(&folder, &[&["alpha-levels.png", "-f", "gif"], options].concat());
    for (matte, [r, g, b]) in [("#ffffff", [255, 255, 255]), ("0a0", [0, 170, 0])] {
        let result = with(&["--matte", matte]);
        for (before, after) in source.pixels().iter().zip(result.pixels()).filter(|(before, _)| before[3] > 0)
        {
            let alpha = f64::from(before[3]) / 255.0;
            let over = |c: u8, m: u8| (f64::from(c) * alpha + f64::from(m) * (1.0 - alpha)).round() as u8;
            assert_eq!(
                *after,
                [over(before[0], r), over(before[1], g), over(before[2], b), 255],
                "{before:?}"
            );
        }
    }
    // Without a matte the colour stays and the alpha goes.
    let without = with(&["--alpha-threshold", "1"]);
    for (before, after) in source.pixels().iter().zip(without.pixels()).filter(|(before, _)| before[3] > 0) {
        assert_eq!((&before[..3], 255), (&after[..3], after[3]));
    }
}

#[test]
fn soft_edges_that_a_gif_cannot_hold_are_told_and_no_loss_is_denied() {
    let folder = Folder::with(&["alpha-levels.png", "logo.png"]);
    let soft = |name: &str| {
        let source = decoded(&folder.bytes(name));
        source.pixels().iter().filter(|pixel| !matches!(pixel[3], 0 | 255)).count()
    };
    for name in ["alpha-levels.png", "logo.png"] {
        let report = |options: &[&str]| {
            let pack = ["pack", name, "-o", "a.gif", "--force", "--json"];
            folder.huepack(&[&pack[..], options].concat()).succeeds().json().remove(0)
        };
        let hard = report(&[]);
        assert!(hard["mean_squared_error"].as_f64().unwrap() > 0.0, "{hard}");
        assert!(hard["psnr_db"].is_number(), "{hard}");
        let remark = hard["remarks"][0].as_str().unwrap().replace(',', "");
        assert!(remark.starts_with(&format!("{} partly transparent pixels are", soft(name))), "{remark}");
        // On its matte it is as it was.
        let blended = report(&["--matte", "#ffffff"]);
        assert_eq!(blended["remarks"].as_array().unwrap().len(), 0, "{blended}");
        assert!(
            blended["mean_squared_error"].as_f64() < hard["mean_squared_error"].as_f64(),
            "{blended} {hard}"
        );
    }
    let pack = ["pack", "alpha-levels.png", "-o", "a.gif", "--force", "--matte", "#ffffff"];
    let blended = folder.huepack(&pack).done();
    assert!(blended.text().contains("lossless"), "{}", blended.text());
}
