//! What cannot be done is told in one line: the path, the reason, what to try. And it leaves nothing behind.

mod program;

use program::{Folder, Run, decoded};

#[test]
fn a_missing_file_is_named() {
    let folder = Folder::with(&[]);
    folder.huepack(&["photo.jpg"]).fails(3, &["photo.jpg: there is no such file; check the name"]);
    assert!(folder.names().is_empty());
}

#[test]
fn a_folder_is_not_a_picture() {
    let folder = Folder::with(&[]);
    std::fs::create_dir(folder.path("pictures.png")).unwrap();
    folder.huepack(&["pictures.png"]).fails(2, &["pictures.png: say --in-place to replace its files"]);
    folder.huepack(&["inspect", "pictures.png"]).fails(3, &["this is a folder; name the files in it"]);
    assert_eq!(folder.names(), ["pictures.png"]);
}

#[test]
fn every_broken_fixture_is_refused_with_a_reason_and_advice() {
    let reasons = [
        ("crc.png", "damaged PNG: the checksum of the IDAT chunk is wrong"),
        ("empty.png", "there are no bytes to read; export or download it again"),
        ("huge-canvas.gif", "65535x65535 pixels, which is over the limit"),
        ("huge-header.png", "65535x65535 pixels, which is over the limit"),
        ("text.png", "not a PNG, JPEG, GIF, WebP, BMP, TIFF, PNM or QOI picture; check that it is a picture"),
        ("truncated.gif", "damaged GIF: "),
        ("truncated.jpg", "damaged JPEG: "),
        ("truncated.png", "damaged PNG: the file ends within a chunk; export or download it again"),
    ];
    for (name, reason) in reasons {
        let folder = Folder::with(&[&format!("broken/{name}")]);
        // Not even with --force is a broken file packed.
        for arguments in [&[name][..], &[name, "--force"]] {
            let run = folder.huepack(arguments).fails(3, &[&format!("huepack: {name}: "), reason, "; "]);
            assert_eq!(run.text(), "");
        }
        assert_eq!(folder.names(), [name]);
    }
}

#[test]
fn salvage_packs_what_is_there_and_says_what_is_not() {
    for (name, reason) in [
        ("crc.png", "damaged PNG: the checksum of the IDAT chunk is wrong"),
        ("truncated.gif", "damaged GIF: the file ends within the data of the first frame"),
        ("half.jpg", "damaged JPEG: the picture data ends after"),
        ("truncated.png", "damaged PNG: the file ends within a chunk"),
    ] {
        let folder = if name == "half.jpg" {
            let folder = Folder::with(&["china.jpg"]);
            let whole = folder.bytes("china.jpg");
            folder.write(name, &whole[..whole.len() / 2]);
            folder
        } else {
            Folder::with(&[&format!("broken/{name}")])
        };
        let run = folder.huepack(&[name, "--salvage", "--first-frame", "--json", "-o", "part.png"]);
        let run = run.fails(0, &[]);
        assert!(run.stderr.starts_with(&format!("huepack: {name}: {reason}")), "{}", run.stderr);
        assert!(run.stderr.ends_with("; packed what is there\n"), "{}", run.stderr);
        let report = run.json().remove(0);
        assert!(run.stderr.contains(report["damage"].as_str().unwrap()), "{report}");
        let part = decoded(&folder.bytes("part.png"));
        assert!(part.pixels().iter().any(|pixel| pixel[3] > 0), "{name}");
    }
    // The JPEG is cut within its metadata.
    for name in ["empty.png", "huge-canvas.gif", "huge-header.png", "text.png", "truncated.jpg"] {
        let folder = Folder::with(&[&format!("broken/{name}")]);
        folder.huepack(&[name, "--salvage"]).fails(3, &[name]);
        assert_eq!(folder.names(), [name]);
    }
    let folder = Folder::with(&["logo.png"]);
    let run = folder.huepack(&["logo.png", "--salvage", "--json"]).done();
    assert!(run.stderr.is_empty() && run.json()[0]["damage"].is_null());
}

#[test]
fn the_limit_on_pixels_is_the_user_s() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    let limit = |pixels| folder.huepack(&["pixel-art-12.png", "--max-pixels", pixels]);
    limit("4095").fails(3, &["64x64 pixels", "4095", "raise --max-pixels"]);
    assert_eq!(folder.names(), ["pixel-art-12.png"]);
    limit("4096").done();
}

#[test]
fn the_limit_on_memory_is_the_user_s() {
    let folder = Folder::with(&["china.jpg"]);
    let limit = |size| folder.huepack(&["china.jpg", "--effort", "fast", "--max-memory", size]);
    limit("30MB")
        .fails(3, &["640x427 pixels need about 44 MB of memory, and the limit is 30 MB; ", "--max-memory"]);
    // Not even read.
    limit("1000").fails(3, &["more than the 1000 bytes that memory is limited to", "raise --max-memory"]);
    let bytes = folder.bytes("china.jpg");
    let piped = folder.huepack_reading(&["-", "-o", "a.png", "--max-memory", "1kB"], &bytes);
    piped.fails(3, &["standard input: there are more than the 1000 bytes"]);
    limit("2 parsecs").says(&["wanted a size such as 500MB"]);
    assert_eq!(folder.names(), ["china.jpg"]);
    limit("100MB").done();
}

#[test]
fn the_content_counts_not_the_extension() {
    let folder = Folder::with(&["png-named.jpg", "logo.png"]);
    let report = folder.huepack(&["png-named.jpg", "--json"]).done().json().remove(0);
    assert_eq!(report["source_format"], "PNG");
    folder.huepack(&["logo.png"]).done();
    assert_eq!(folder.bytes("png-named-hue.png"), folder.bytes("logo-hue.png"));
}

#[test]
fn an_existing_file_is_kept_unless_force_is_used() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    folder.write("pixel-art-12-hue.png", b"mine");
    let refused = folder.huepack(&["pixel-art-12.png"]);
    refused.fails(3, &["pixel-art-12-hue.png: it exists already", "--force"]);
    assert_eq!(folder.bytes("pixel-art-12-hue.png"), b"mine");
    folder.huepack(&["pixel-art-12.png", "--force"]).done();
    assert_eq!(decoded(&folder.bytes("pixel-art-12-hue.png")).width(), 64);
    assert_eq!(folder.names().len(), 2);
}

#[test]
fn an_input_is_never_written_over() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    let before = folder.bytes("pixel-art-12.png");
    for arguments in [
        &["pixel-art-12.png", "-o", "pixel-art-12.png", "--force"][..],
        &["pixel-art-12.png", "-o", "./pixel-art-12.png", "--force"],
        &["pixel-art-12.png", "--suffix", "", "--force"],
        &["./pixel-art-12.png", "--out-dir", ".", "--force"],
    ] {
        folder.huepack(arguments).fails(3, &["would overwrite an input", "-o or --suffix"]);
        assert_eq!(folder.bytes("pixel-art-12.png"), before, "{arguments:?}");
    }
    assert_eq!(folder.names(), ["pixel-art-12.png"]);
}

#[cfg(unix)]
#[test]
fn an_input_is_not_written_over_through_a_link_either() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    let before = folder.bytes("pixel-art-12.png");
    std::os::unix::fs::symlink("pixel-art-12.png", folder.path("link.png")).unwrap();
    let arguments = ["pixel-art-12.png", "-o", "link.png", "--force"];
    folder.huepack(&arguments).fails(3, &["would overwrite an input"]);
    assert_eq!(folder.bytes("pixel-art-12.png"), before);
}

#[test]
fn another_input_of_the_same_run_is_not_written_over() {
    let folder = Folder::with(&["flower.jpg", "pixel-art-12.png"]);
    folder.write("flower.png", &folder.bytes("pixel-art-12.png"));
    let before = folder.bytes("flower.png");
    let run = folder.huepack(&["flower.jpg", "flower.png", "--suffix", "", "--force"]);
    assert_eq!((run.code, run.stderr.lines().count()), (3, 2), "{}", run.stderr);
    assert_eq!(folder.bytes("flower.png"), before);
}

#[test]
fn two_inputs_do_not_share_an_output_however_it_is_spelled() {
    let folder = Folder::with(&["pixel-art-12.png", "screenshot.png"]);
    folder.write("a.png", &folder.bytes("pixel-art-12.png"));
    folder.write("a.jpg", &folder.bytes("screenshot.png"));
    let reason = "./a.jpg: its output would be that of a.png";
    folder.huepack(&["a.png", "./a.jpg", "--force"]).fails(3, &[reason, "-o"]);
    assert_eq!(decoded(&folder.bytes("a-hue.png")).width(), 64, "that of the first");
}

#[test]
fn a_larger_result_is_not_written_unless_force_is_used() {
    let folder = Folder::with(&["colors-256.png"]);
    let run = folder.huepack(&["colors-256.png", "--mode", "palette"]).done();
    assert!(
        run.text().starts_with("colors-256.png: not written, 172 B as PNG is no more than "),
        "{}",
        run.text()
    );
    assert!(run.text().contains("--force"));
    assert_eq!(folder.names(), ["colors-256.png"]);
    let report = folder.huepack(&["colors-256.png", "--mode", "palette", "--json"]).done().json().remove(0);
    assert_eq!((&report["status"], &report["output"]), (&"kept".into(), &serde_json::Value::Null));
    folder.huepack(&["colors-256.png", "--mode", "palette", "--force"]).done();
    assert!(folder.bytes("colors-256-hue.png").len() > 172);
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.huepack(&["screenshot.png"]).done();
    let run = folder.huepack(&["screenshot-hue.png"]).done();
    assert!(run.text().contains("screenshot-hue.png: not written"), "{}", run.text());
    assert_eq!(folder.names(), ["screenshot-hue.png", "screenshot.png"]);
}

#[test]
fn a_folder_that_is_missing_or_no_folder_is_told_before_the_work() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    let to = |output| folder.huepack(&["pixel-art-12.png", "-o", output]);
    to("none/a.png").fails(3, &["none/a.png: the folder to write to does not exist; make it first"]);
    let run = folder.huepack(&["pixel-art-12.png", "--out-dir", "pixel-art-12.png/x"]);
    run.fails(3, &["pixel-art-12.png/x: "]);
    let run = folder.huepack(&["pixel-art-12.png", "--out-dir", "pixel-art-12.png"]);
    run.fails(3, &["pixel-art-12.png: "]);
    std::fs::create_dir(folder.path("sub.png")).unwrap();
    let run = folder.huepack(&["pixel-art-12.png", "-o", "sub.png", "--force"]);
    run.fails(3, &["sub.png: ", "it is a folder"]);
    assert_eq!(folder.names(), ["pixel-art-12.png", "sub.png"]);
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_told_as_such() {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&["pixel-art-12.png"]);
    let locked = folder.path("locked");
    std::fs::create_dir(&locked).unwrap();
    set_permissions(&locked, Permissions::from_mode(0o555)).unwrap();
    // Root may write anywhere, so there is nothing to see.
    if write(locked.join("probe"), b"").is_err() {
        let run = folder.huepack(&["pixel-art-12.png", "--out-dir", "locked"]);
        run.fails(3, &["locked/pixel-art-12.png: no permission to write there; choose another folder"]);
        assert_eq!(std::fs::read_dir(&locked).unwrap().count(), 0);
    }
}

/// A write that fails half-way, by a limit on the size of files of 512 or 1,024 bytes.
#[cfg(unix)]
#[test]
fn a_write_that_fails_half_way_leaves_the_old_file_and_no_other() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.write("out.png", b"mine");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" screenshot.png -o out.png --force";
    let mut shell = assert_cmd::Command::new("sh");
    let program = assert_cmd::cargo::cargo_bin!("huepack");
    shell.current_dir(folder.path("")).args(["-c", script]).arg(program);
    Run::of(&mut shell).fails(3, &["out.png: cannot be written: ", "nothing was written"]);
    assert_eq!(folder.bytes("out.png"), b"mine");
    assert_eq!(folder.names(), ["out.png", "screenshot.png"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_as_such() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    let run = folder.huepack(&["pixel-art-12.png", "-o", "/dev/full", "--force"]);
    run.fails(3, &["/dev/full: the disk is full; make room"]);
}
