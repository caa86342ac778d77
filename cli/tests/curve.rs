//! `huepack curve` as people run it.

mod program;

use huepack::{Effort, Image, Rgba8, encode};
use program::{Folder, Run, fixture};
use serde_json::Value;

/// A small picture of more than 256 colours: slopes of light with some grain, as photographs have.
fn photo() -> Vec<u8> {
    let grain = |x: u32, y: u32| ((x * 7919) ^ (y * 104_729)).wrapping_mul(2_654_435_761) >> 29;
    let pixel = |i: u32| -> Rgba8 {
        let (x, y) = (i % 48, i / 48);
        [(x * 4 + grain(x, y)) as u8, (y * 5 + grain(y, x)) as u8, ((x + y) * 2) as u8, 255]
    };
    let image = Image::new(48, 40, (0..48 * 40).map(pixel).collect()).unwrap();
    encode::png::lossless(image.view(), Effort::Fast).unwrap()
}

fn folder() -> Folder {
    let folder = Folder::with(&[]);
    folder.write("photo.png", &photo());
    std::fs::create_dir(folder.path("empty")).unwrap();
    folder
}

/// Runs it where there is no pngquant, whatever is installed.
fn curve(folder: &Folder, arguments: &[&str]) -> Run {
    let mut program = folder.program(&[&["curve"], arguments].concat());
    Run::of(program.env("PATH", folder.path("empty")))
}

/// The points of a curve.
fn points<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    let curves = json["curves"].as_array().unwrap();
    let curve = curves.iter().find(|curve| curve["name"] == name);
    curve.unwrap_or_else(|| panic!("{name} is missing in {json}"))["points"].as_array().unwrap()
}

/// The command that was told, run in the folder to write a file of this name.
fn follow(folder: &Folder, command: &Value, output: &str) -> Vec<u8> {
    let words: Vec<&str> = command.as_str().unwrap().split(' ').skip(1).collect();
    folder.huepack(&[&words[..], &["-o", output, "--force"]].concat()).succeeds();
    folder.bytes(output)
}

#[test]
fn a_run_makes_a_table_and_a_page_and_a_missing_pngquant_is_no_error() {
    let folder = folder();
    let run = curve(&folder, &["photo.png", "--effort", "fast"]).succeeds();
    assert_eq!(run.stderr, "photo.png: pngquant is not installed, so it is not compared with\n");
    let text = run.text();
    assert!(text.starts_with("photo.png: 48 x 40 pixels, "), "{text}");
    let starting = |name: &str| text.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!(starting("huepack   "), 8, "{text}");
    assert_eq!(starting("huepack, lambda 0 "), 5, "{text}");
    assert_eq!((starting("the file you gave"), starting("pngquant")), (1, 0), "{text}");
    assert_eq!(text.lines().filter(|line| line.ends_with("  knee")).count(), 1, "{text}");
    assert!(text.contains("\n  huepack photo.png "), "{text}");
    assert!(text.ends_with("\nchart: photo-curve.html\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");

    let page = String::from_utf8(folder.bytes("photo-curve.html")).unwrap();
    assert_eq!(page.matches("<svg ").count(), 1);
    for key in ["huepack", "huepack-plain"] {
        assert_eq!(page.matches(&format!("<polyline class=\"curve {key}\"")).count(), 1, "{key}");
    }
    assert_eq!(page.matches("<use class=\"dot\" href=\"#mark-huepack\"").count(), 8 + 1, "points and legend");
    assert_eq!(page.matches("id=\"knee\"").count(), 1);
    assert!(page.contains("SSIMULACRA2") && page.contains("kB"));
    for absent in ["http://", "https://", "<script", "url(http"] {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[test]
fn json_has_every_number_and_the_knee_is_one_of_the_points() {
    let folder = folder();
    let arguments = ["photo.png", "--effort", "fast", "--space", "rgb", "--json", "--no-pngquant"];
    let run = curve(&folder, &arguments).done();
    let json = &run.json()[0];
    assert_eq!((&json["source"]["width"], &json["source"]["name"]), (&48.into(), &"photo.png".into()));
    assert_eq!(json["source"]["bytes"], folder.bytes("photo.png").len());
    assert_eq!((&json["lossless"], &json["pngquant"]), (&false.into(), &Value::Null));
    let (traded, plain) = (points(json, "huepack"), points(json, "huepack-plain"));
    let numbers = |points: &[Value], key: &str| -> Vec<f64> {
        points.iter().map(|point| point[key].as_f64().unwrap()).collect()
    };
    assert_eq!(numbers(traded, "lambda"), [0.0, 0.06, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0]);
    assert_eq!(numbers(plain, "colors"), [16.0, 32.0, 64.0, 128.0, 256.0]);
    for key in ["colors_used", "bytes", "ssimulacra2", "psnr_db"] {
        assert!(numbers(&[traded, plain].concat(), key).iter().all(|value| value.is_finite()), "{key}");
    }
    assert!(plain[0]["ssimulacra2"].as_f64() < plain[4]["ssimulacra2"].as_f64());
    assert_eq!(traded[0], plain[4]);
    assert!([traded, plain].concat().contains(&json["knee"]), "{json}");
    let made = follow(&folder, &json["command"], "knee.png");
    assert_eq!(json["knee"]["bytes"], made.len(), "{}", json["command"]);
}

#[test]
fn fewer_colours_are_the_most_where_that_was_asked_for() {
    let folder = folder();
    let arguments = ["photo.png", "--effort", "fast", "--json", "-c", "40", "-o", "a.html", "--no-pngquant"];
    let run = curve(&folder, &arguments).done();
    let json = &run.json()[0];
    let colors = |name| -> Vec<u64> {
        points(json, name).iter().map(|point| point["colors"].as_u64().unwrap()).collect()
    };
    assert_eq!(colors("huepack"), [40; 8]);
    assert_eq!(colors("huepack-plain"), [16, 32, 40]);
    assert_eq!(folder.names(), ["a.html", "empty", "photo.png"]);
}

#[test]
fn a_picture_of_few_colours_is_one_point_without_loss() {
    let folder = folder();
    std::fs::copy(fixture("pixel-art-12.png"), folder.path("it's 12.png")).unwrap();
    let run = curve(&folder, &["it's 12.png", "--no-pngquant"]).done();
    let text = run.text();
    assert!(text.contains("\nwithout loss: 12 colours, "), "{text}");
    assert!(text.contains("\n  huepack 'it'\\''s 12.png'\n"), "{text}");
    let page = String::from_utf8(folder.bytes("it's 12-curve.html")).unwrap();
    assert!(page.contains("<bdi>it&#x27;s 12.png</bdi>") && page.contains("without loss"), "{page}");
    let run =
        curve(&folder, &["it's 12.png", "-c", "8", "--effort", "fast", "--force", "--no-pngquant", "--json"]);
    let json = &run.done().json()[0];
    assert_eq!((&json["lossless"], points(json, "huepack").len()), (&false.into(), 8));
    // It has a palette, which would be repacked as it is.
    assert!(json["command"].as_str().unwrap().contains(" --colors 8 "), "{json}");
}

#[test]
fn the_command_says_what_else_it_takes_to_get_the_same_file() {
    let folder = Folder::with(&["indexed-4bit.png", "animated.gif"]);
    for (name, options) in [
        ("indexed-4bit.png", &["-c", "4", "--space", "lab"][..]),
        ("animated.gif", &["-c", "2", "--first-frame"]),
    ] {
        let arguments = [&["curve", name, "--json", "--no-pngquant"], options].concat();
        let run = folder.huepack(&arguments).done();
        let json = &run.json()[0];
        let command = json["command"].as_str().unwrap();
        let wanted = if json["lossless"] == true { options } else { &[options, &["--requantize"]].concat() };
        let last = wanted.last().unwrap();
        assert!(command.contains(last), "{command}");
        assert_eq!(json["knee"]["bytes"], follow(&folder, &json["command"], "knee.png").len(), "{command}");
    }
}

#[cfg(unix)]
#[test]
fn the_files_of_pngquant_are_measured_as_they_come() {
    let folder = folder();
    // A stand-in that answers with files of ours, so that the test needs no pngquant.
    for (name, options) in
        [("dithered.png", &["-c", "32"][..]), ("plain.png", &["-c", "16", "--lambda", "0"])]
    {
        folder.huepack(&[&["photo.png", "-o", name, "--force"], options].concat()).succeeds();
    }
    let path = |name: &str| folder.path(name).display().to_string();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n--version) echo '9.8.7 (May 2031)';;\n\"--speed 3 --nofs 256 -\") exit 99;;\n\
         *--nofs*) /bin/cat >/dev/null; /bin/cat '{}';;\n\"--speed 3 \"*\" -\") /bin/cat '{}';;\nesac\n",
        path("plain.png"),
        path("dithered.png")
    );
    stand_in(&folder, &script);
    let run = curve(&folder, &["photo.png", "--effort", "fast", "--json"]).succeeds();
    let remark = "pngquant failed at 256 colours, dither none: exit status: 99";
    assert_eq!(run.stderr, format!("photo.png: {remark}\n"));
    let json = &run.json()[0];
    assert_eq!((&json["pngquant"], &json["remarks"][0]), (&"9.8.7".into(), &remark.into()));
    let (dithered, plain) = (points(json, "pngquant"), points(json, "pngquant-nofs"));
    assert_eq!((dithered.len(), plain.len()), (5, 4));
    assert!(dithered.iter().all(|point| point["bytes"] == folder.bytes("dithered.png").len()));
    assert!(plain.iter().all(|point| point["bytes"] == folder.bytes("plain.png").len()));
    assert_eq!((&dithered[0]["lambda"], &plain[0]["dither"]), (&Value::Null, &"none".into()));
    let page = String::from_utf8(folder.bytes("photo-curve.html")).unwrap();
    assert!(page.contains("pngquant 9.8.7 --nofs") && page.contains("taken as they come"));
}

#[cfg(unix)]
#[test]
fn a_pngquant_that_is_none_is_told_in_a_line() {
    let folder = folder();
    for (script, reason) in [
        ("#!/bin/sh\nprintf '\\033[31mred'\n", "pngquant does not tell its version"),
        (
            "#!/bin/sh\n[ $1 = --version ] && echo 1.0 || echo what >&2\n",
            "pngquant failed at 16 colours, dither floyd-steinberg: ",
        ),
    ] {
        stand_in(&folder, script);
        let run = curve(&folder, &["photo.png", "--effort", "fast", "--force"]);
        assert_eq!((run.code, run.stderr.lines().count()), (0, 1), "{}", run.stderr);
        run.says(&["photo.png: ", reason]);
    }
}

/// Puts a program named pngquant where it is looked for.
#[cfg(unix)]
fn stand_in(folder: &Folder, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    folder.write("empty/pngquant", script.as_bytes());
    std::fs::set_permissions(folder.path("empty/pngquant"), std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_cannot_be_done_is_told_and_nothing_is_written() {
    let folder = folder();
    let missing = curve(&folder, &["none.png"]);
    missing.fails(3, &["none.png: there is no such file; check the name"]);
    std::fs::copy(fixture("broken/truncated.png"), folder.path("cut.png")).unwrap();
    let cut = curve(&folder, &["cut.png", "--json"]);
    let cut = cut.fails(3, &["cut.png: damaged PNG: ", "; export or download it again"]);
    assert_eq!(cut.json()[0]["status"], "failed");
    curve(&folder, &["photo.png", "--max-pixels", "100"]).fails(3, &["48x40 pixels", "--max-pixels"]);
    // Scores take more than packing does.
    curve(&folder, &["photo.png", "--max-memory", "25MB"]).fails(3, &["MB of memory", "--max-memory"]);
    curve(&folder, &["photo.png", "-o", "none/a.html"]).fails(3, &["none/a.html: the folder to write to"]);
    curve(&folder, &["photo.png", "-o", "photo.png", "--force"]).fails(3, &["the output is the input"]);
    folder.write("photo-curve.html", b"mine");
    curve(&folder, &["photo.png"]).fails(3, &["photo-curve.html: it exists already", "--force"]);
    assert_eq!(folder.bytes("photo-curve.html"), b"mine");
    assert_eq!(curve(&folder, &["photo.png", "--colors", "1"]).code, 2);
    assert_eq!(folder.names(), ["cut.png", "empty", "photo-curve.html", "photo.png"]);
    assert_eq!(folder.bytes("photo.png"), photo());
}

#[test]
fn a_page_on_standard_output_leaves_the_table_beside_it() {
    let folder = folder();
    let mut program = folder.program(&["curve", "-", "-o", "-", "--effort", "fast", "--no-pngquant"]);
    let run = Run::of(program.write_stdin(photo())).succeeds();
    assert!(run.text().starts_with("<!doctype html>") && run.text().trim_end().ends_with("</html>"));
    run.says(&["stdin: 48 x 40 pixels, ", "\n  huepack - "]);
    assert_eq!(folder.names(), ["empty", "photo.png"]);
}
