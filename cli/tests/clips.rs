//! `huepack compare` of animations, as people run it.

mod program;

use program::{Folder, Run, decoded};
use serde_json::Value;

const SIDE: u16 = 32;

/// A GIF of greys, with a tenth of a second for each frame of a slope with a square that moves; `grain` is added to every
/// other pixel, elsewhere in each frame.
fn gif(frames: u16, grain: u8) -> Vec<u8> {
    let palette: Vec<u8> = (0..=255).flat_map(|grey| [grey; 3]).collect();
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, SIDE, SIDE, &palette).unwrap();
    for number in 0..frames {
        let pixel = |i: u16| {
            let (x, y) = (i % SIDE, i / SIDE);
            let is_inside = (3 * number..3 * number + 8).contains(&x) && (8..16).contains(&y);
            let base = if is_inside { 220 } else { 40 + 3 * x as u8 };
            if (x * 7 + y * 5 + number * 3) % 4 < 2 { base + grain } else { base }
        };
        let buffer: Vec<u8> = (0..SIDE * SIDE).map(pixel).collect();
        let frame =
            gif::Frame { delay: 10, width: SIDE, height: SIDE, buffer: buffer.into(), ..Default::default() };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

fn folder() -> Folder {
    let folder = Folder::with(&["still.gif", "animated.gif"]);
    folder.write("source.gif", &gif(6, 0));
    folder.write("<b>grainy.gif", &gif(6, 12));
    folder
}

fn json(run: &Run) -> Value {
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn results_are_rows_and_a_copy_is_perfect() {
    let folder = folder();
    folder.write("copy.gif", &folder.bytes("source.gif"));
    let run = folder.huepack(&["compare", "source.gif", "copy.gif", "<b>grainy.gif"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let table = String::from_utf8(run.stdout).unwrap();
    assert!(table.starts_with("source.gif: 32 x 32 pixels, 6 frames, "), "{table}");
    let row = |name: &str| table.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert_eq!(row("copy.gif").matches("100.00").count(), 3, "score, worst and changes: {table}");
    assert!(row("copy.gif").ends_with("inf") && !row("<b>grainy").contains("100.00"), "{table}");
    assert_eq!(folder.names().len(), 5, "nothing is written unless asked for");
}

#[test]
fn a_still_of_any_format_is_the_source_of_what_was_made_of_it() {
    let folder = Folder::with(&["flower.jpg"]);
    folder.write("flower.ppm", &ppm(&folder.bytes("flower.jpg")));
    for format in ["png", "gif"] {
        let result = format!("small.{format}");
        assert_eq!(folder.huepack(&["flower.jpg", "-o", &result, "--colors", "64"]).code, 0);
        let rows = ["flower.jpg", "flower.ppm"].map(|source| {
            let run = folder.huepack(&["compare", source, &result, "--json"]);
            assert_eq!((run.code, run.stderr.as_str()), (0, ""));
            json(&run)["results"][0]["score"].as_f64().unwrap()
        });
        assert!(rows[0] == rows[1] && (50.0..95.0).contains(&rows[0]), "{rows:?}");
    }
}

/// The same pixels in the plainest format.
fn ppm(bytes: &[u8]) -> Vec<u8> {
    let image = decoded(bytes);
    let pixels = image.pixels().iter().flat_map(|&[r, g, b, _]| [r, g, b]);
    format!("P6 {} {} 255\n", image.width(), image.height()).into_bytes().into_iter().chain(pixels).collect()
}

#[test]
fn grain_that_moves_is_told_as_flicker_in_every_moment() {
    let run = folder().huepack(&["compare", "source.gif", "<b>grainy.gif", "--json"]);
    let result = &json(&run)["results"][0];
    // Half of the pixels that stand still change by twelve steps.
    assert_eq!(result["flicker"], 6.0);
    assert!(
        result["temporal_score"].as_f64().unwrap() < 98.0 && result["score"].as_f64().unwrap() < 97.0,
        "{result}"
    );
    let moments = result["moments"].as_array().unwrap();
    assert_eq!(moments.len(), 6);
    assert!(moments[0]["temporal_score"].is_null() && moments[1]["temporal_score"].is_f64());
    let worst = result["worst_frame"].as_u64().unwrap() as usize;
    assert_eq!(moments[worst - 1]["score"], result["worst_score"]);
}

#[test]
fn the_sheet_and_the_page_show_every_result() {
    let folder = folder();
    let command = ["compare", "source.gif", "<b>grainy.gif", "-q", "-o", "sheet.png", "--html", "page.html"];
    let run = folder.huepack(&command);
    assert_eq!((run.code, run.stdout.len(), run.stderr.as_str()), (0, 0, ""));
    let sheet = decoded(&folder.bytes("sheet.png"));
    // Five frames and the worst, each magnified five times.
    assert!(sheet.width() > 6 * 160 && sheet.height() > 3 * 160, "{}x{}", sheet.width(), sheet.height());
    let page = String::from_utf8(folder.bytes("page.html")).unwrap();
    assert_eq!(page.matches("src=\"data:image/gif;base64,").count(), 2);
    assert_eq!(page.matches("<polyline").count(), 2, "a line in each chart");
    assert!(page.contains("&lt;b&gt;grainy") && !page.contains("<b>grainy"));
    let again = folder.huepack(&command);
    assert_eq!(again.code, 3, "{}", again.stderr);
}

#[test]
fn what_is_no_result_of_the_source_is_refused_with_its_name() {
    let folder = folder();
    folder.write("cut.gif", &gif(6, 0)[..2000]);
    for (result, reason) in [
        ("still.gif", "and the source 32x32; compare files of one size"),
        ("animated.gif", "and the source 32x32; compare files of one size"),
        ("cut.gif", "damaged GIF: "),
        ("none.gif", "there is no such file"),
    ] {
        let run = folder.huepack(&["compare", "source.gif", "source.gif", result]);
        assert_eq!((run.code, run.stdout.len()), (3, 0), "{result}");
        assert!(
            run.stderr.starts_with(&format!("huepack: {result}: ")) && run.stderr.contains(reason),
            "{}",
            run.stderr
        );
    }
    folder.write("one.gif", &gif(1, 0));
    let run = folder.huepack(&["compare", "source.gif", "one.gif"]);
    let wanted =
        "huepack: one.gif: it is a still, and the source an animation; compare animations with animations\n";
    assert_eq!((run.code, run.stderr.as_str()), (3, wanted));
}

#[test]
fn an_animation_alone_and_options_of_palettes_are_refused() {
    let folder = folder();
    let alone = folder.huepack(&["compare", "source.gif"]);
    assert!(alone.code == 3 && alone.stderr.contains("name what was made of it as well"), "{}", alone.stderr);
    assert_eq!(folder.huepack(&["compare", "source.gif", "source.gif", "--colors", "16"]).code, 2);
    let sheet = folder.huepack(&["compare", "source.gif", "animated.gif", "-o", "animated.gif", "--force"]);
    assert!(sheet.code == 3 && sheet.stderr.contains("the output is the input"), "{}", sheet.stderr);
}
