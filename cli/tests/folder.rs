//! Whole folders: what is packed, what is left alone, and that nothing stops the rest.

mod program;

use std::fs;

use program::{Folder, decoded, fixture, visible};

/// A tree with pictures to pack, others, and files that are none.
fn tree() -> Folder {
    let folder = Folder::with(&[]);
    for (name, source) in [
        ("assets/logo.png", "logo.png"),
        ("assets/photo/flower.jpg", "flower.jpg"),
        ("assets/icons/a.png", "pixel-art-12.png"),
        ("assets/icons/b.png", "logo.png"),
        ("assets/icons/still.gif", "still.gif"),
        ("assets/icons/spin.gif", "animated.gif"),
        ("assets/icons/turn.png", "animated.png"),
    ] {
        put(&folder, name, &fs::read(fixture(source)).unwrap());
    }
    put(&folder, "assets/readme.txt", b"Pictures of ours.\n");
    put(&folder, "assets/icons/line.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    put(&folder, "assets/.gitignore", b"build\n");
    put(&folder, "assets/build/c.png", &fs::read(fixture("logo.png")).unwrap());
    folder
}

fn put(folder: &Folder, name: &str, bytes: &[u8]) {
    fs::create_dir_all(folder.path(name).parent().unwrap()).unwrap();
    folder.write(name, bytes);
}

#[test]
fn pictures_are_packed_in_place_and_the_others_counted() {
    let folder = tree();
    let before = folder.files();
    let run = folder.huepack(&["--in-place", "assets", "--no-cache"]).succeeds();
    let lines: Vec<&str> = run.text().lines().collect();
    let firsts: Vec<&str> = lines.iter().map(|line| line.split(':').next().unwrap()).collect();
    let packed = [
        "assets/icons/a.png",
        "assets/icons/b.png",
        "assets/icons/spin.gif",
        "assets/icons/still.gif",
        "assets/logo.png",
    ];
    assert_eq!(firsts[..5], packed, "sorted: {}", run.text());
    let totals = "9 files: 5 packed, 0 kept, 4 left alone (1 JPEG, 1 SVG, 1 animated, 1 other); ";
    assert!(lines[5].starts_with(totals), "{}", run.text());
    let after = folder.files();
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no litter");
    for (name, bytes) in &before {
        let is_packed = packed.contains(&name.as_str());
        assert_eq!(after[name].len() < bytes.len(), is_packed, "{name}");
        assert_eq!(&after[name] == bytes, !is_packed, "{name}");
    }
}

#[test]
fn a_tree_is_mirrored_whole() {
    let folder = tree();
    let before = folder.files();
    folder.huepack(&["assets", "--out-dir", "dist"]).succeeds();
    let after = folder.files();
    let mirrored: Vec<&str> = after.keys().filter_map(|name| name.strip_prefix("dist/")).collect();
    let wanted: Vec<&str> = before
        .keys()
        .filter_map(|name| name.strip_prefix("assets/"))
        .filter(|name| !name.starts_with("build/") && !name.starts_with('.'))
        .collect();
    assert_eq!(mirrored, wanted);
    assert!(before.iter().all(|(name, bytes)| &after[name] == bytes), "sources stay");
    assert_eq!(after["dist/photo/flower.jpg"], before["assets/photo/flower.jpg"]);
    assert!(after["dist/logo.png"].len() < before["assets/logo.png"].len());
    let run = folder.huepack(&["assets", "--out-dir", "dist"]).succeeds();
    assert!(run.text().starts_with("9 files: 0 packed, 5 unchanged, 0 kept, 4 left alone"), "{}", run.text());
    folder.write("dist/logo.png", b"somebody else's");
    folder
        .huepack(&["assets", "--out-dir", "dist"])
        .fails(3, &["dist/logo.png: it exists already; --force overwrites it"]);
    folder.huepack(&["assets", "--out-dir", "dist", "--force"]).succeeds();
    for (name, bytes) in folder.files() {
        assert!(after[&name] == bytes, "{name}");
    }
}

#[test]
fn formats_change_only_when_that_is_asked_for() {
    let folder = tree();
    let refused = folder.huepack(&["assets", "--out-dir", "dist", "--format", "gif"]);
    refused.fails(2, &["--convert with --format changes them"]);
    put(&folder, "assets/photo/a.bmp", &bitmap());
    folder.huepack(&["assets", "--out-dir", "dist", "--convert"]).succeeds();
    let after = folder.files();
    assert!(after["dist/photo/a.png"].starts_with(b"\x89PNG") && !after.contains_key("dist/photo/a.bmp"));
    assert!(after.contains_key("dist/photo/flower.png") && !after.contains_key("dist/photo/flower.jpg"));
    assert!(after.contains_key("dist/icons/spin.gif"));
    // Without loss it is larger than the JPEG, which then stays one.
    folder.huepack(&["assets/photo", "--out-dir", "good", "--convert", "--min-score", "100"]).succeeds();
    assert_eq!(folder.bytes("good/flower.jpg"), fs::read(fixture("flower.jpg")).unwrap());
}

/// A bitmap of 2x2 pixels.
fn bitmap() -> Vec<u8> {
    let mut bytes = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0".to_vec();
    bytes.extend([0; 24]);
    bytes.extend([255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 9, 9, 9, 0, 0]);
    bytes
}

#[test]
fn a_palette_is_written_only_where_it_is_good_enough() {
    let folder = Folder::with(&[]);
    put(&folder, "a/photo.png", &photograph());
    let run = folder.huepack(&["--in-place", "a", "--min-score", "100", "--json"]).succeeds();
    let object = &run.json()[0];
    assert_eq!((&object["status"], &object["lossless"]), (&"packed".into(), &true.into()), "{object}");
    assert!(object["score"].as_f64().unwrap() < 100.0, "{object}");
    assert_eq!(visible(&decoded(&folder.bytes("a/photo.png"))), visible(&decoded(&photograph())));
    let run = folder.huepack(&["--in-place", "a", "--min-score", "100", "--mode", "palette"]).succeeds();
    assert!(run.text().starts_with("1 file: 0 packed, 1 kept"), "{}", run.text());
    let run = folder.huepack(&["--in-place", "a", "--min-score", "20", "--json"]).succeeds();
    let object = &run.json()[0];
    assert_eq!((&object["lossless"], &object["color_type"]), (&false.into(), &"indexed".into()), "{object}");
}

#[test]
fn bits_are_worth_less_where_they_cost_too_much() {
    let scored = |score: &str| {
        let folder = Folder::with(&[]);
        put(&folder, "a/photo.png", &photograph());
        let options = ["--in-place", "a", "--lambda", "4", "--min-score", score, "--json"];
        let object = folder.huepack(&options).succeeds().json()[0].clone();
        assert_eq!(object["color_type"], "indexed", "{object}");
        (object["score"].as_f64().unwrap(), object["bytes"]["after"].as_u64().unwrap())
    };
    let (low, few) = scored("1");
    let wanted = low + 2.0;
    let (high, more) = scored(&wanted.to_string());
    assert!(high >= wanted && more > few, "{low} {few}, {high} {more}");
}

/// A true-colour PNG that can be written smaller without loss.
fn photograph() -> Vec<u8> {
    let image = decoded(&fs::read(fixture("flower.jpg")).unwrap());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width(), image.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::NoCompression);
    let data: Vec<u8> = image.pixels().iter().flatten().copied().collect();
    encoder.write_header().unwrap().write_image_data(&data).unwrap();
    bytes
}

#[test]
fn a_dry_run_tells_the_plan_and_does_nothing() {
    let folder = tree();
    let before = folder.files();
    let run = folder.huepack(&["assets", "--out-dir", "dist", "--dry-run", "--exclude", "icons"]).done();
    let wanted = "assets/logo.png -> dist/logo.png: pack as PNG, to a score of 80 or without loss\n\
                  assets/photo/flower.jpg -> dist/photo/flower.jpg: copy (JPEG)\n\
                  assets/readme.txt -> dist/readme.txt: copy (other)\n";
    assert_eq!(run.text(), wanted);
    let run = folder.huepack(&["assets", "--dry-run", "--include", "*.svg", "--json"]).done();
    assert_eq!((run.json().len(), &run.json()[0]["plan"]), (1, &"leave-alone".into()));
    assert_eq!(folder.files(), before);
}

#[test]
fn bad_files_are_named_and_the_rest_is_done() {
    let folder = tree();
    put(&folder, "assets/icons/broken.png", &fs::read(fixture("broken/truncated.png")).unwrap());
    put(&folder, "assets/empty.png", b"");
    let run = folder.huepack(&["--in-place", "assets", "nothing"]);
    assert_eq!(run.code, 3);
    let run = run.says(&[
        "huepack: assets/icons/broken.png: ",
        "huepack: assets/empty.png: ",
        "huepack: nothing: ",
    ]);
    assert!(run.text().contains("12 files: 5 packed, 0 kept, 4 left alone"), "{}", run.text());
    assert!(run.text().contains("3 failed"), "{}", run.text());
}

#[cfg(unix)]
#[test]
fn pipes_loops_and_closed_folders_are_named_and_the_rest_is_done() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tree();
    let made = std::process::Command::new("mkfifo").arg(folder.path("assets/pipe.png")).status().unwrap();
    assert!(made.success());
    symlink("..", folder.path("assets/icons/up")).unwrap();
    symlink("nowhere.png", folder.path("assets/lost.png")).unwrap();
    let run = folder.huepack(&["--in-place", "assets"]);
    assert_eq!(run.code, 3);
    let run = run.says(&["assets/pipe.png: skipped, since it is not a regular file"]);
    assert!(run.text().contains("5 packed") && run.text().contains("1 failed"), "{}", run.text());
    let run = folder.huepack(&["--in-place", "assets", "--follow-links"]);
    let run = run
        .says(&["assets/icons/up: it is a link to assets, which it is in", "assets/lost.png: it is a link"]);
    assert!(run.text().contains("3 failed"), "{}", run.text());
    let closed = folder.path("assets/icons");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let is_closed = fs::read_dir(&closed).is_err();
    let run = folder.huepack(&["--in-place", "assets"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    // Root reads everything.
    if is_closed {
        run.says(&["assets/icons: no permission to read it"]);
    }
}

#[test]
fn what_makes_no_sense_for_folders_is_an_error_of_usage() {
    let folder = tree();
    folder.huepack(&["assets"]).fails(2, &["assets: say --in-place", "--out-dir DIR", "--dry-run"]);
    folder.huepack(&["assets", "-o", "a.png"]).fails(2, &["-o names one output"]);
    folder.huepack(&["assets", "--suffix", "-a"]).fails(2, &["--suffix is for single files"]);
    folder.huepack(&["assets", "-", "--in-place"]).fails(2, &["standard input does not go together"]);
    folder.huepack(&["assets", "--out-dir", "assets"]).fails(2, &["--in-place replaces its files"]);
    folder.huepack(&["assets/icons", "--out-dir", "assets"]).fails(2, &["--out-dir holds assets/icons"]);
    folder
        .huepack(&["assets", "--in-place", "--include", "a["])
        .fails(2, &["the pattern \"a[\" makes no sense"]);
}

#[test]
fn the_tree_is_the_same_on_any_number_of_threads() {
    let trees = ["1", "2", "7"].map(|threads| {
        let folder = tree();
        let mut program = folder.program(&["--in-place", "assets", "-q"]);
        program::Run::of(program.env("RAYON_NUM_THREADS", threads)).succeeds();
        folder.files()
    });
    assert!(trees[0] == trees[1] && trees[1] == trees[2]);
}

#[test]
fn samples_of_16_bits_are_not_cut() {
    let folder = Folder::with(&[]);
    let deep = fs::read(fixture("rgb16.png")).unwrap();
    put(&folder, "assets/deep.png", &deep);
    let run = folder.huepack(&["--in-place", "assets", "--no-cache"]).succeeds();
    assert!(run.text().contains("1 left alone (1 16-bit PNG)"), "{}", run.text());
    assert_eq!(folder.files()["assets/deep.png"], deep);
    folder.huepack(&["assets", "--out-dir", "out", "--convert", "--no-cache"]).succeeds();
    assert_eq!(folder.files()["out/deep.png"][24], 8, "who converts pictures is told nothing new");
}
