//! Colours that are lost are told, or kept.

mod program;

use program::{Folder, decoded};

const BLUE: [u8; 3] = [31, 119, 180];
const TEAL: [u8; 3] = [44, 140, 150];

/// A true-colour picture in the plainest of formats.
fn ppm(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| color(x, y));
    format!("P6 {width} {height} 255\n").into_bytes().into_iter().chain(pixels).collect()
}

/// Two swatches of a legend on white, beside a ramp that wants all colours for itself.
fn chart() -> Vec<u8> {
    ppm(256, 64, |x, y| match (x / 16, y / 16) {
        (1, 1) => BLUE,
        (1, 3) => TEAL,
        (4.., _) => [x as u8, x as u8 / 2, 255 - x as u8],
        _ => [255; 3],
    })
}

/// A thousand flat colours, which no palette holds.
fn swatches() -> Vec<u8> {
    ppm(400, 160, |x, y| {
        let swatch = x / 8 + 50 * (y / 8);
        [swatch % 10, swatch / 10 % 10, swatch / 100].map(|step| (28 * step) as u8)
    })
}

#[test]
fn lost_colours_are_told_with_their_place_and_the_file_is_written() {
    let folder = Folder::with(&[]);
    folder.write("chart.ppm", &chart());
    let run = folder.huepack(&["chart.ppm", "-c", "4"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.says(&["chart.ppm: ", "#1f77b4 at 16,16 (16x16)", "ΔE"]);
    assert!(folder.path("chart-hue.png").is_file());
    folder.huepack(&["chart.ppm", "-c", "4", "--quiet", "--force"]).done();
    folder.huepack(&["chart.ppm", "-o", "many.png"]).done();
}

#[test]
fn json_lists_what_was_lost() {
    let folder = Folder::with(&[]);
    folder.write("chart.ppm", &chart());
    let summary = folder.huepack(&["chart.ppm", "-c", "4", "--json"]).done().json().remove(0);
    let findings = summary["findings"].as_array().unwrap();
    let moved = findings.iter().find(|finding| finding["source"] == "#1f77b4").unwrap();
    assert_eq!(moved["kind"], "moved");
    assert_eq!(
        (&moved["area"]["x"], &moved["area"]["y"], &moved["area"]["pixels"]),
        (&16.into(), &16.into(), &256.into())
    );
    assert!(moved["delta_e"].as_f64().unwrap() > 10.0);
    assert!(summary["guard"].is_null());
}

#[test]
fn many_lost_colours_are_counted() {
    let folder = Folder::with(&[]);
    folder.write("swatches.ppm", &swatches());
    let run = folder.huepack(&["swatches.ppm", "-c", "16", "--mode", "palette"]).says(&["more such changes"]);
    assert_eq!((run.code, run.stderr.lines().count()), (0, 4), "{}", run.stderr);
}

#[test]
fn the_guard_allows_more_colours_until_none_is_lost() {
    let folder = Folder::with(&[]);
    folder.write("chart.ppm", &chart());
    let run = folder.huepack(&["chart.ppm", "-c", "4", "--guard"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.says(&["chart.ppm: the guard allowed ", " colours"]);
    let image = decoded(&folder.bytes("chart-hue.png"));
    assert_eq!(image.pixels()[20 * 256 + 20][..3], BLUE);
    let summary =
        folder.huepack(&["chart.ppm", "-c", "4", "--guard", "--json", "--force"]).done().json().remove(0);
    assert_eq!(summary["findings"], serde_json::json!([]));
    let colors = summary["guard"]["colors"].as_u64().unwrap();
    assert!((5..=32).contains(&colors), "{summary}");
}

#[test]
fn the_guard_fails_where_no_palette_is_enough_and_nothing_is_written() {
    let folder = Folder::with(&[]);
    folder.write("swatches.ppm", &swatches());
    let parts =
        ["swatches.ppm: 256 colours do not satisfy the guard: #", "becomes #", "ΔE", "without --guard"];
    folder.huepack(&["swatches.ppm", "--dither", "none", "--guard"]).fails(3, &parts);
    assert_eq!(folder.names(), ["swatches.ppm"]);
}

#[test]
fn the_guard_fails_where_the_palette_is_given_and_not_enough() {
    let folder = Folder::with(&[]);
    folder.write("chart.ppm", &chart());
    folder.write("two.hex", b"ffffff\n000000\n");
    let run = folder.huepack(&["chart.ppm", "--palette", "two.hex", "--guard"]);
    run.fails(3, &["chart.ppm: 2 colours do not satisfy the guard: #"]);
    assert_eq!(folder.names(), ["chart.ppm", "two.hex"]);
}
