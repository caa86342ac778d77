//! `huepack inspect`: its numbers add up and are those of the files that packing writes.

mod program;

use program::{Folder, whole_fixtures};
use serde_json::Value;

fn inspected(folder: &Folder, name: &str) -> Value {
    folder.huepack(&["inspect", name, "--json"]).done().json().remove(0)
}

fn sum(list: &Value, field: &str) -> u64 {
    list.as_array().unwrap().iter().map(|item| item[field].as_u64().unwrap()).sum()
}

#[test]
fn chunks_and_blocks_add_up_to_the_file() {
    for name in whole_fixtures() {
        let folder = Folder::with(&[&name]);
        let report = inspected(&folder, &name);
        let bytes = folder.bytes(&name).len() as u64;
        assert_eq!(report["bytes"], bytes, "{name}");
        let parts = sum(&report["parts"], "bytes") + report["trailing_bytes"].as_u64().unwrap();
        let wanted = if report["format"] == "JPEG" { 0 } else { bytes };
        assert_eq!(parts, wanted, "{name}");
    }
}

#[test]
fn a_page_fits_a_hundred_columns() {
    for name in whole_fixtures() {
        let run = Folder::with(&[&name]).huepack(&["inspect", &name]).done();
        assert!(run.text().starts_with(&format!("{name}\n  format ")), "{}", run.text());
        for line in run.text().lines() {
            assert!(line.chars().count() <= 100 && line == line.trim_end(), "{name}: {line:?}");
        }
    }
}

#[test]
fn a_page_tells_what_the_file_is() {
    let folder = Folder::with(&["screenshot.png"]);
    let run = folder.huepack(&["inspect", "screenshot.png"]).done();
    for part in [
        "  format   PNG, RGB, 8 bits a channel, not interlaced\n",
        "  size     320 x 200 pixels, 17,157 bytes\n",
        "  colours  884\n",
        "  IDAT           1  17,112  99.7 %\n",
    ] {
        assert!(run.text().contains(part), "{part:?} is missing in\n{}", run.text());
    }
    let report = inspected(&folder, "screenshot.png");
    assert_eq!((&report["format"], &report["frames"]), (&"PNG".into(), &1.into()));
    assert_eq!(
        (&report["width"], &report["height"], &report["colors"]),
        (&320.into(), &200.into(), &884.into())
    );
    assert_eq!(report["layout"], serde_json::json!({ "color_type": "rgb", "bits": 8, "interlaced": false }));
}

#[test]
fn the_palette_is_that_of_the_file_and_its_uses_are_all_pixels() {
    for (name, colors) in [("indexed-4bit.png", 16), ("still.gif", 16)] {
        let report = inspected(&Folder::with(&[name]), name);
        let palette = report["palette"].as_array().unwrap();
        assert_eq!(palette.len(), colors, "{name}");
        assert!(palette.iter().enumerate().all(|(i, swatch)| swatch["index"] == i), "{name}");
        let pixels = report["width"].as_u64().unwrap() * report["height"].as_u64().unwrap();
        assert_eq!(sum(&report["palette"], "pixels"), pixels, "{name}");
    }
    let report = inspected(&Folder::with(&["indexed-4bit.png"]), "indexed-4bit.png");
    assert_eq!(report["palette"][0], serde_json::json!({ "index": 0, "color": "#00000000", "pixels": 80 }));
    assert_eq!(report["palette"][7]["color"], "#69b203");
}

#[test]
fn a_long_palette_is_cut_to_its_most_used_colours_unless_all_are_wanted() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.huepack(&["screenshot.png", "--colors", "100", "--effort", "fast", "-o", "small.png"]).done();
    let few = folder.huepack(&["inspect", "small.png"]).done();
    let all = folder.huepack(&["inspect", "small.png", "--all"]).done();
    let listed = |text: &str| text.lines().filter(|line| line.contains("  #")).count();
    assert_eq!((listed(few.text()), listed(all.text())), (16, 100));
    assert!(few.text().contains("  … and 84 more; --all lists them\n"), "{}", few.text());
    assert!(!all.text().contains("more;"));
    assert_eq!(inspected(&folder, "small.png")["palette"].as_array().unwrap().len(), 100);
}

#[test]
fn repacks_are_what_packing_writes() {
    for (name, formats) in [
        ("screenshot.png", &["png", "png"][..]),
        ("pixel-art-12.png", &["png", "png"]),
        ("indexed-4bit.png", &["png"]),
        ("still.gif", &["gif", "png"]),
        ("flower.jpg", &["png"]),
    ] {
        let folder = Folder::with(&[name]);
        let report = inspected(&folder, name);
        let repacks = report["repacks"].as_array().unwrap();
        assert!(repacks.iter().map(|repack| repack["format"].as_str().unwrap()).eq(formats.iter().copied()));
        for repack in repacks.iter().filter(|repack| !repack["colors"].is_null()) {
            let format = repack["format"].as_str().unwrap();
            let packed = folder.huepack(&[name, "-f", format, "--json", "--force"]).done().json().remove(0);
            assert_eq!(repack["bytes"], packed["bytes"]["file"], "{name} as {format}");
            assert_eq!(repack["psnr_db"], packed["psnr_db"], "{name} as {format}");
            assert_eq!(repack["lossless"], packed["psnr_db"].is_null(), "{name} as {format}");
        }
    }
}

#[test]
fn a_truecolour_picture_is_repacked_without_loss_as_well() {
    let report = inspected(&Folder::with(&["screenshot.png"]), "screenshot.png");
    let repack = &report["repacks"][0];
    assert_eq!((&repack["colors"], &repack["lossless"]), (&Value::Null, &true.into()));
    // 11,288 bytes when this was written.
    assert!((5_000..17_157).contains(&repack["bytes"].as_u64().unwrap()), "{repack}");
}

#[test]
fn an_animation_is_counted_and_its_first_frame_looked_at() {
    for name in ["animated.gif", "animated.png"] {
        let folder = Folder::with(&[name]);
        assert_eq!(inspected(&folder, name)["frames"], 2, "{name}");
        let run = folder.huepack(&["inspect", name]).done();
        assert!(run.text().contains("  2; colours and repacks are those of the first\n"), "{}", run.text());
        let repacked = run.text().split("  repacked").nth(1).unwrap();
        assert!(!repacked.contains('%'), "one frame is not held against two: {repacked}");
    }
}

#[test]
fn bytes_behind_the_end_are_told() {
    for name in ["screenshot.png", "still.gif"] {
        let folder = Folder::with(&[name]);
        folder.write(name, &[folder.bytes(name), b"more than that".to_vec()].concat());
        assert_eq!(inspected(&folder, name)["trailing_bytes"], 14, "{name}");
        let run = folder.huepack(&["inspect", name]).done();
        assert!(run.text().lines().any(|line| line.starts_with("  behind the end  ")), "{}", run.text());
    }
}

#[test]
fn standard_input_is_inspected_like_a_file() {
    let folder = Folder::with(&["still.gif"]);
    let run = folder.huepack_reading(&["inspect", "-"], &folder.bytes("still.gif")).done();
    let of_file = folder.huepack(&["inspect", "still.gif"]).done();
    assert_eq!(run.text().replace("standard input", "still.gif"), of_file.text());
    assert_eq!(folder.names(), ["still.gif"], "nothing is written");
}

#[test]
fn what_is_no_picture_is_refused() {
    let folder = Folder::with(&["broken/text.png", "broken/huge-header.png", "broken/truncated.gif"]);
    let inspect = |name| folder.huepack(&["inspect", name]);
    inspect("text.png").fails(3, &["text.png: not a PNG, JPEG, GIF"]);
    inspect("huge-header.png").fails(3, &["huge-header.png: ", "65535x65535", "--max-pixels"]);
    inspect("truncated.gif").fails(3, &["truncated.gif: damaged GIF"]);
    inspect("missing.png").fails(3, &["missing.png: there is no such file"]);
    inspect(".").fails(3, &["this is a folder"]);
    let run = folder.huepack(&["inspect", "text.png", "--json"]).fails(3, &["text.png"]);
    assert_eq!(run.json()[0]["status"], "failed");
    assert_eq!(folder.huepack(&["inspect"]).code, 2);
    assert_eq!(folder.huepack(&["inspect", "a.png", "b.png"]).code, 2);
}
