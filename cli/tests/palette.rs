//! Palettes of their own: taken from files, and fitted to many pictures.

mod program;

use program::{Folder, decoded, visible};

/// The same five colours in every format that is text.
const GPL: &str = "GIMP Palette\nName: brand\n#\n0 0 0 black\n255 255 255\n0 85 255\n200 30 30\n90 90 90\n";
const HEX: &str = "000000\nffffff\n0055ff\nc81e1e\n5a5a5a\n";
const JSON: &str = r##"{"colors": ["#000", "#fff", "#0055ff", "#c81e1e", "#5a5a5a"]}"##;
const COLORS: [[u8; 4]; 5] =
    [[0, 0, 0, 255], [255; 4], [0, 85, 255, 255], [200, 30, 30, 255], [90, 90, 90, 255]];

#[test]
fn a_picture_gets_the_colours_of_the_file_whatever_its_format() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.write("brand.gpl", GPL.as_bytes());
    folder.write("brand.hex", HEX.as_bytes());
    folder.write("brand.json", JSON.as_bytes());
    let mut act: Vec<u8> = COLORS.iter().flat_map(|color| color[..3].to_vec()).collect();
    act.resize(768, 0);
    folder.write("brand.act", &[&act[..], &[0, 5, 255, 255]].concat());
    let pack = |palette: &str| {
        folder.huepack(&["screenshot.png", "--palette", palette, "-o", "out.png", "--force"]).succeeds();
        folder.bytes("out.png")
    };
    let first = pack("brand.gpl");
    assert!(decoded(&first).pixels().iter().all(|pixel| COLORS.contains(pixel)));
    for palette in ["brand.hex", "brand.json", "brand.act"] {
        assert!(pack(palette) == first, "{palette}");
    }
    // A picture that was made of it lacks none of the colours, so it will do as well; its order is its own.
    folder.write("brand.png", &first);
    assert!(decoded(&pack("brand.png")).pixels().iter().all(|pixel| COLORS.contains(pixel)));
}

#[test]
fn a_picture_that_has_a_palette_is_mapped_to_the_one_that_was_named() {
    let folder = Folder::with(&["indexed-4bit.png"]);
    folder.write("brand.hex", HEX.as_bytes());
    folder.huepack(&["indexed-4bit.png", "--palette", "brand.hex", "--force"]).succeeds();
    let packed = decoded(&folder.bytes("indexed-4bit-hue.png"));
    assert!(visible(&packed).iter().all(|pixel| *pixel == [0; 4] || COLORS.contains(pixel)));
}

#[test]
fn in_place_a_second_run_changes_nothing() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.write("brand.gpl", GPL.as_bytes());
    let run = || {
        folder.huepack(&["-i", "screenshot.png", "--palette", "brand.gpl"]).succeeds();
        folder.bytes("screenshot.png")
    };
    let first = run();
    assert!(decoded(&first).pixels().iter().all(|pixel| COLORS.contains(pixel)));
    assert!(run() == first);
}

#[test]
fn the_frames_of_an_animation_give_one_palette() {
    let folder = Folder::with(&["screenshot.png", "animated.png"]);
    folder.huepack(&["screenshot.png", "--palette", "animated.png", "--force"]).succeeds();
}

#[test]
fn transparent_pixels_stay_so_though_the_palette_has_no_place_for_them() {
    let folder = Folder::with(&["transparent.png"]);
    folder.write("brand.hex", HEX.as_bytes());
    folder.huepack(&["transparent.png", "--palette", "brand.hex", "--force"]).succeeds();
    let (before, after) =
        (decoded(&folder.bytes("transparent.png")), decoded(&folder.bytes("transparent-hue.png")));
    let pairs = before.pixels().iter().zip(after.pixels());
    assert!(pairs.filter(|(before, _)| before[3] == 0).all(|(_, after)| after[3] == 0));
    let full: String = (0..256).map(|i| format!("{i:02x}0000\n")).collect();
    folder.write("full.hex", full.as_bytes());
    let run = folder.huepack(&["transparent.png", "--palette", "full.hex", "-o", "full.png"]);
    run.fails(3, &["transparent.png", "1 to 255", "leave room"]);
}

#[test]
fn a_palette_that_cannot_be_read_is_told_with_its_place_and_nothing_is_packed() {
    let folder = Folder::with(&["screenshot.png", "china.jpg", "broken/truncated.png"]);
    folder.write("line.gpl", b"GIMP Palette\n0 0 0\n0 0 900\n");
    folder.write("line.hex", b"000000\nred\n");
    folder.write("entry.json", b"[\"#000\", 5]");
    folder.write("short.act", b"abc");
    folder.write("empty.hex", b"\n");
    folder.write("many.hex", (0..300).map(|i| format!("{i:06x}\n")).collect::<String>().as_bytes());
    folder.write("what.txt", b"000000\n");
    std::fs::copy(folder.path("china.jpg"), folder.path("china.png")).unwrap();
    for (file, part) in [
        ("line.gpl", "line 3"),
        ("line.hex", "line 2"),
        ("entry.json", "colour 2"),
        ("short.act", "768 or 772"),
        ("empty.hex", "no colour"),
        ("many.hex", "300 colours"),
        ("what.txt", ".gpl, .hex"),
        ("absent.gpl", "no such file"),
        ("china.png", "at most 256"),
        ("truncated.png", "damaged PNG"),
    ] {
        folder.huepack(&["screenshot.png", "--palette", file]).fails(3, &[file, part, "; "]);
    }
    assert!(!folder.path("screenshot-hue.png").exists());
    for option in ["--colors=4", "--keep-color=#fff"] {
        assert_eq!(folder.huepack(&["screenshot.png", "--palette", "line.gpl", option]).code, 2);
    }
}

#[test]
fn a_fitted_palette_is_the_same_in_every_format_and_packs_pictures() {
    let folder = Folder::with(&["screenshot.png", "china.jpg"]);
    let inputs =
        ["palette", "fit", "screenshot.png", "china.jpg", "-c", "16", "--keep-color", "#0055ff", "-o"];
    let mut packed = Vec::new();
    for output in ["all.gpl", "all.hex", "all.act", "all.json", "all.png"] {
        let run = folder.huepack(&[&inputs[..], &[output]].concat()).done();
        assert_eq!(run.text(), format!("2 pictures -> {output}: 16 colours\n"));
        folder.huepack(&["screenshot.png", "--palette", output, "-o", "out.png", "--force"]).succeeds();
        packed.push(folder.bytes("out.png"));
    }
    assert!(packed.iter().all(|bytes| *bytes == packed[0]));
    let hex = String::from_utf8(folder.bytes("all.hex")).unwrap();
    assert!(hex.lines().any(|line| line == "0055ff") && hex.lines().count() == 16);
    // The order of the pictures does not matter.
    folder
        .huepack(&[
            "palette",
            "fit",
            "china.jpg",
            "screenshot.png",
            "-c",
            "16",
            "--keep-color",
            "#05f",
            "-o",
            "turned.hex",
        ])
        .done();
    assert_eq!(folder.bytes("turned.hex"), folder.bytes("all.hex"));
}

#[test]
fn alpha_that_a_format_cannot_state_is_told() {
    let folder = Folder::with(&["alpha-levels.png"]);
    let fit = |output| folder.huepack(&["palette", "fit", "alpha-levels.png", "-c", "8", "-o", output]);
    let run = fit("a.hex").says(&["a.hex: its format has no place for alpha"]);
    assert_eq!(run.code, 0);
    fit("a.json").done();
}

#[test]
fn a_palette_is_fitted_to_all_pictures_or_not_at_all() {
    let folder = Folder::with(&["screenshot.png", "broken/truncated.png"]);
    let run =
        folder.huepack(&["palette", "fit", "screenshot.png", "truncated.png", "absent.png", "-o", "a.gpl"]);
    assert_eq!((run.code, run.stderr.lines().count()), (3, 2), "{}", run.stderr);
    run.says(&["truncated.png: damaged PNG", "absent.png: there is no such file"]);
    assert!(!folder.path("a.gpl").exists());
}

#[test]
fn a_palette_overwrites_nothing_unasked_and_never_an_input() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.write("a.gpl", b"mine");
    folder.huepack(&["palette", "fit", "screenshot.png", "-o", "a.gpl"]).fails(3, &["a.gpl", "--force"]);
    assert_eq!(folder.bytes("a.gpl"), b"mine");
    folder.huepack(&["palette", "fit", "screenshot.png", "-o", "a.gpl", "--force", "--quiet"]).done();
    assert!(folder.bytes("a.gpl").starts_with(b"GIMP Palette\n"));
    folder
        .huepack(&["palette", "fit", "screenshot.png", "-o", "screenshot.png", "--force"])
        .fails(3, &["the output is an input"]);
    folder.huepack(&["palette", "fit", "screenshot.png", "-o", "a.txt"]).fails(2, &[".gpl, .hex"]);
}
