//! Palette, grey or true colour: what is written, and what is said of the rest.

mod program;

use program::{Folder, decoded, visible};
use serde_json::Value;

/// A gradient of more colours than a palette has, of which true colour takes next to nothing.
fn gradient() -> Vec<u8> {
    let pixels = (0..160 * 120_u32).flat_map(|i| [i % 160, i / 160 * 2, (i % 160 + i / 160) / 2]);
    [b"P6 160 120 255 ".to_vec(), pixels.map(|channel| channel as u8).collect()].concat()
}

fn with_gradient() -> Folder {
    let folder = Folder::with(&[]);
    folder.write("gradient.ppm", &gradient());
    folder
}

/// The colour type of a PNG.
fn color_type(folder: &Folder, name: &str) -> u8 {
    folder.bytes(name)[25]
}

fn report(folder: &Folder, arguments: &[&str]) -> Value {
    folder.huepack(&[arguments, &["--json", "--force"]].concat()).done().json().remove(0)
}

#[test]
fn true_colour_is_written_where_a_palette_takes_more() {
    let folder = with_gradient();
    let run = folder.huepack(&["gradient.ppm"]).done();
    for part in [" B RGB PNG (", " 19,200 colours, lossless; a palette takes ", " B, 256 colours, "] {
        assert!(run.text().contains(part), "{part:?} is missing in {:?}", run.text());
    }
    assert_eq!(color_type(&folder, "gradient-hue.png"), 2);
    let result = decoded(&folder.bytes("gradient-hue.png"));
    assert!(result == decoded(&gradient()));

    let truecolor = report(&folder, &["gradient.ppm", "--verify"]);
    assert_eq!((&truecolor["color_type"], &truecolor["colors"]), (&"rgb".into(), &19_200.into()));
    assert_eq!((&truecolor["psnr_db"], &truecolor["mean_squared_error"]), (&Value::Null, &0.0.into()));
    assert_eq!(truecolor["bytes"]["file"], folder.bytes("gradient-hue.png").len());
    assert_eq!(
        (&truecolor["bytes"]["indexed"], &truecolor["bytes"]["packed_bits"]),
        (&Value::Null, &Value::Null)
    );
    // What the other form takes is what it takes when it is written.
    let indexed = report(&folder, &["gradient.ppm", "--mode", "palette"]);
    assert_eq!((&indexed["color_type"], &indexed["alternative"]), (&"indexed".into(), &Value::Null));
    let alternative = &truecolor["alternative"];
    assert_eq!((&alternative["color_type"], &alternative["colors"]), (&"indexed".into(), &indexed["colors"]));
    assert_eq!(
        (&alternative["bytes"], &alternative["psnr_db"]),
        (&indexed["bytes"]["file"], &indexed["psnr_db"])
    );
}

#[test]
fn for_an_icon_of_few_bytes_in_true_colour_no_palette_is_looked_for() {
    let folder = Folder::with(&[]);
    let pixels = (0..32 * 32_u32).flat_map(|i| [i % 32 * 8, i / 32 * 8, 99]).map(|channel| channel as u8);
    let icon = [b"P6 32 32 255 ".to_vec(), pixels.collect()].concat();
    folder.write("icon.ppm", &icon);
    let written = report(&folder, &["icon.ppm", "--verify"]);
    assert_eq!(color_type(&folder, "icon-hue.png"), 2);
    assert!(decoded(&folder.bytes("icon-hue.png")) == decoded(&icon));
    assert_eq!((&written["color_type"], &written["alternative"]), (&"rgb".into(), &Value::Null));
    assert_eq!((&written["colors"], &written["source_colors"]), (&1024.into(), &1024.into()));
    assert_eq!(written["bytes"]["file"], folder.bytes("icon-hue.png").len());
    // A wish for a palette is one.
    let indexed = report(&folder, &["icon.ppm", "--mode", "palette"]);
    assert_eq!(indexed["color_type"], "indexed");
    assert!(indexed["bytes"]["file"].as_u64() > written["bytes"]["file"].as_u64());
}

#[test]
fn who_asks_for_a_palette_gets_one_and_is_told_what_it_costs() {
    let folder = with_gradient();
    let bytes = report(&folder, &["gradient.ppm"])["bytes"]["file"].as_u64().unwrap();
    folder.write("own.hex", b"000000\nff0000\n00ff00\n0000ff\nffffff\n");
    for asked in [["--colors", "256"], ["--palette", "own.hex"]] {
        let arguments = [&["gradient.ppm", "--force"], &asked[..]].concat();
        let run = folder.huepack(&arguments).succeeds();
        assert!(run.text().contains(" B indexed PNG "), "{}", run.text());
        assert_eq!(color_type(&folder, "gradient-hue.png"), 3, "{asked:?}");
        run.says(&[&format!(
            "gradient.ppm: as RGB PNG it would be {bytes} B, lossless; without --colors or "
        )]);
        let told = report(&folder, &arguments[..1].iter().chain(&asked).copied().collect::<Vec<_>>());
        let wanted =
            serde_json::json!({ "color_type": "rgb", "colors": null, "bytes": bytes, "psnr_db": null });
        assert_eq!(told["alternative"], wanted, "{asked:?}");
        folder.huepack(&[&arguments[..], &["--quiet"]].concat()).done();
    }
}

#[test]
fn nobody_looks_for_true_colour_in_a_hurry_or_for_gif() {
    for arguments in [["--effort", "fast"], ["--format", "gif"], ["--mode", "palette"]] {
        let folder = with_gradient();
        let run = folder.huepack(&[&["gradient.ppm"], &arguments[..]].concat()).succeeds();
        assert!(run.text().contains(" B indexed "), "{}", run.text());
        assert!(!run.stderr.contains("RGB PNG"), "{}", run.stderr);
    }
}

#[test]
fn files_are_replaced_by_true_colour_and_then_left_alone() {
    let folder = with_gradient();
    // Fast, it is larger than it need be, and true colour all the same.
    let image = decoded(&gradient());
    let loose = huepack::encode::png::lossless(image.view(), huepack::Effort::Fast).unwrap();
    folder.write(
        "gradient.png",
        &[&loose[..loose.len() - 12], &padding(), &loose[loose.len() - 12..]].concat(),
    );
    let run = folder.huepack(&["--in-place", "gradient.png"]).done();
    assert!(
        run.text().contains("gradient.png -> in place: ") && run.text().contains(" B RGB PNG"),
        "{}",
        run.text()
    );
    let once = folder.bytes("gradient.png");
    assert!(once.len() < loose.len() && decoded(&once) == image);
    let run = folder.huepack(&["--in-place", "gradient.png"]).done();
    assert!(run.text().contains("not written"), "{}", run.text());
    assert_eq!(folder.bytes("gradient.png"), once);
}

/// A chunk of text that is worth a replacement.
fn padding() -> Vec<u8> {
    let data = [&b"tEXtComment\0"[..], &[b'x'; 500]].concat();
    let length = (data.len() as u32 - 4).to_be_bytes();
    [&length[..], &data, &crc32fast::hash(&data).to_be_bytes()].concat()
}

#[test]
fn true_colour_stays_in_the_space_of_a_profile_that_is_kept() {
    let folder = Folder::with(&[]);
    let image = decoded(&gradient());
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let metadata = huepack::Metadata { icc: Some(profile), ..huepack::Metadata::default() };
    let wide = huepack::Packer::new().metadata(metadata).pack_truecolor(image.view(), usize::MAX).unwrap();
    folder.write("wide.png", &wide.unwrap());
    folder.huepack(&["wide.png", "--keep", "icc", "--verify", "--force", "-o", "kept.png"]).done();
    let file = folder.bytes("kept.png");
    assert!(file[25] == 2 && file.windows(4).any(|name| name == b"iCCP"));
    let read = huepack::decode::Options::new().keep_profile().decode(&file).unwrap();
    assert!(read.image == image);
}

#[test]
fn greys_have_no_palette_unless_one_is_asked_for() {
    let folder = Folder::with(&["grey.png"]);
    let grey = report(&folder, &["grey.png"]);
    assert_eq!((&grey["color_type"], &grey["colors"]), (&"gray".into(), &166.into()));
    assert_eq!(color_type(&folder, "grey-hue.png"), 0);
    let run = folder.huepack(&["grey.png", "--force", "--verify"]).done();
    assert!(run.text().contains(" B grey PNG ("), "{}", run.text());
    assert!(visible(&decoded(&folder.bytes("grey-hue.png"))) == visible(&decoded(&folder.bytes("grey.png"))));
    let indexed = report(&folder, &["grey.png", "--mode", "palette", "-o", "indexed.png"]);
    assert_eq!((&indexed["color_type"], color_type(&folder, "indexed.png")), (&"indexed".into(), 3));
    assert!(grey["bytes"]["file"].as_u64() < indexed["bytes"]["file"].as_u64());
}

#[test]
fn greys_with_soft_edges_have_two_channels_and_stay_as_they_are() {
    let folder = Folder::with(&[]);
    let grey = |i: u32| 2 * (i % 64) as u8;
    let pixels = (0..4096).map(|i| [grey(i), grey(i), grey(i), (i / 16) as u8]).collect();
    let source = huepack::Image::new(64, 64, pixels).unwrap();
    folder.write("soft.png", &huepack::encode::png::lossless(source.view(), huepack::Effort::Fast).unwrap());
    let soft = report(&folder, &["soft.png"]);
    assert_eq!((&soft["color_type"], color_type(&folder, "soft-hue.png")), (&"gray-alpha".into(), 4));
    let once = folder.bytes("soft-hue.png");
    assert!(visible(&decoded(&once)) == visible(&source));
    folder.huepack(&["--in-place", "soft-hue.png"]).done();
    assert_eq!(folder.bytes("soft-hue.png"), once);
}

#[test]
fn what_has_a_palette_keeps_one_unless_a_new_one_is_asked_for() {
    let folder = Folder::with(&["grey.png"]);
    folder.huepack(&["grey.png", "--mode", "palette", "-o", "indexed.png", "--force"]).done();
    let before = folder.bytes("indexed.png");
    let run = folder.huepack(&["--in-place", "indexed.png"]).done();
    assert!(run.text().contains("not written") && run.text().contains("indexed PNG"), "{}", run.text());
    assert_eq!(folder.bytes("indexed.png"), before);
    let requantized = report(&folder, &["indexed.png", "--requantize"]);
    assert_eq!(requantized["color_type"], "gray");
    // So it is told by looking into the file as well.
    let inspected = |name| folder.huepack(&["inspect", name, "--json"]).done().json().remove(0);
    let forms = |report: &Value| report["repacks"].as_array().unwrap().len();
    assert_eq!((forms(&inspected("indexed.png")), forms(&inspected("grey.png"))), (1, 2));
    assert!(inspected("grey.png")["palette"].as_array().unwrap().is_empty());
    let page = folder.huepack(&["inspect", "grey.png"]).done();
    assert!(page.text().contains("  grey PNG "), "{}", page.text());
}

#[test]
fn a_palette_of_black_and_white_is_written_as_one() {
    let folder = Folder::with(&["grey.png"]);
    folder.huepack(&["palette", "fit", "grey.png", "--colors", "2", "-o", "two.png"]).done();
    assert_eq!(color_type(&folder, "two.png"), 3);
    folder.write("two.hex", b"000000\nffffff\n");
    folder.huepack(&["grey.png", "--palette", "two.hex", "--dither", "none", "--force"]).succeeds();
    assert_eq!(color_type(&folder, "grey-hue.png"), 3);
}

#[test]
fn a_jpeg_that_is_smaller_is_kept_and_the_score_of_the_other_is_told() {
    let folder = Folder::with(&["../fuzz/seeds/decode_jpeg/1b304ddcc6d5bdb3392b46c946e8f9949b7055d4"]);
    let name = "1b304ddcc6d5bdb3392b46c946e8f9949b7055d4";
    let run = folder.huepack(&[name]).done();
    let kept = folder.huepack(&[name, "--json"]).done().json().remove(0);
    assert_eq!((&kept["status"], &kept["source_format"]), (&"kept".into(), &"JPEG".into()));
    let score = kept["score"].as_f64().unwrap();
    assert!(
        run.text().contains(&format!(" dB, SSIMULACRA2 {score:.1}); --force writes it")),
        "{}",
        run.text()
    );
    // It is that of the file that --force writes, by the same measure.
    folder.huepack(&[name, "--force", "-o", "forced.png"]).done();
    let (source, forced) =
        (decoded(&folder.bytes(name)), huepack::read_back(&folder.bytes("forced.png")).unwrap());
    let measured = huepack::measure::ssimulacra2(source.view(), &forced).unwrap();
    // Read from JSON, the last bit may be another.
    assert!((score - measured).abs() < 1e-9, "{score} {measured}");
    for arguments in [&["--effort", "fast"][..], &["--force"]] {
        let report = folder.huepack(&[&[name, "--json"], arguments].concat()).done().json().remove(0);
        assert!(report["score"].is_null(), "{arguments:?}");
    }
}
