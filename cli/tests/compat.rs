//! pngquant's command line: the exit codes, names and streams that pngquant 2.17 was seen to have.

mod program;

use std::fs;

use program::{Folder, Run, decoded};

/// A folder with a picture, one that cannot get smaller, one that is no PNG, and one that is cut.
fn folder() -> Folder {
    let folder = Folder::with(&["logo.png", "indexed-4bit.png", "flower.jpg", "broken/truncated.png"]);
    fs::rename(folder.path("logo.png"), folder.path("a.png")).unwrap();
    fs::rename(folder.path("indexed-4bit.png"), folder.path("i.png")).unwrap();
    folder
}

fn pngquant(folder: &Folder, line: &str) -> Run {
    let arguments: Vec<&str> = ["compat", "pngquant"].into_iter().chain(line.split_whitespace()).collect();
    folder.huepack(&arguments)
}

/// Command lines in a fresh folder, the exit code of pngquant 2.17, and the files that it makes.
const TABLE: [(&str, i32, &[&str]); 38] = [
    ("a.png", 0, &["a-fs8.png"]),
    ("a.png --force", 0, &["a-fs8.png"]),
    ("16 a.png", 0, &["a-fs8.png"]),
    ("--speed 10 16 -- a.png", 0, &["a-fs8.png"]),
    ("--nofs a.png", 0, &["a-or8.png"]),
    ("--ordered a.png", 0, &["a-or8.png"]),
    ("--floyd=0 a.png", 0, &["a-or8.png"]),
    ("--floyd=0.5 a.png", 0, &["a-fs8.png"]),
    ("--speed 11 a.png", 0, &["a-or8.png"]),
    ("--posterize 4 a.png", 0, &["a-fs8.png"]),
    ("--iebug --transbug --strip a.png", 0, &["a-fs8.png"]),
    ("--map i.png a.png", 0, &["a-fs8.png"]),
    ("--ext -small.png a.png i.png", 0, &["a-small.png", "i-small.png"]),
    ("--output b.png a.png", 0, &["b.png"]),
    ("-fo b.png -s10 a.png", 0, &["b.png"]),
    ("-f --ext .png a.png", 0, &[]),
    ("--version", 0, &[]),
    ("--help", 0, &[]),
    ("", 1, &[]),
    ("nothing.png", 2, &[]),
    ("a.png 16", 2, &["a-fs8.png"]),
    ("nothing.png a.png", 2, &["a-fs8.png"]),
    ("a.png -", 2, &["a-fs8.png"]),
    ("-- a.png -f", 2, &["a-fs8.png"]),
    ("--bogus a.png", 4, &[]),
    ("--s 3 a.png", 4, &[]),
    ("1 a.png", 4, &[]),
    ("257 a.png", 4, &[]),
    ("--quality 80-60 a.png", 4, &[]),
    ("--speed 12 a.png", 4, &[]),
    ("--posterize 5 a.png", 4, &[]),
    ("--map nothing.png a.png", 4, &[]),
    ("-o b.png a.png i.png", 4, &[]),
    ("-o b.png --ext -x.png a.png", 4, &[]),
    ("--ext .png a.png", 15, &[]),
    ("-o nowhere/b.png a.png", 16, &[]),
    ("flower.jpg", 25, &[]),
    ("truncated.png", 25, &[]),
];

#[test]
fn command_lines_end_with_the_codes_and_the_files_of_pngquant() {
    for (line, code, made) in TABLE {
        let folder = folder();
        let before = folder.names();
        let run = pngquant(&folder, line);
        assert_eq!(run.code, code, "{line}: {}", run.stderr);
        let new: Vec<String> = folder.names().into_iter().filter(|name| !before.contains(name)).collect();
        assert_eq!(new, made, "{line}: {}", run.stderr);
        let is_silent = run.stderr.is_empty() || line.contains("bug");
        assert_eq!(is_silent, code == 0, "{line}: {}", run.stderr);
        for name in new {
            assert_eq!(folder.bytes(&name)[25], 3, "{line}: {name} has a palette");
        }
    }
}

/// The table is of pngquant itself, where that is installed.
#[test]
fn pngquant_does_what_the_table_says() {
    let is_there = std::process::Command::new("pngquant").arg("--version").output();
    if !is_there.is_ok_and(|output| output.stdout.starts_with(b"2.17.")) {
        println!("skipped: pngquant 2.17, which is not installed");
        return;
    }
    for (line, code, made) in TABLE {
        let folder = folder();
        let before = folder.names();
        let mut program = std::process::Command::new("pngquant");
        program.current_dir(folder.path("")).args(line.split_whitespace());
        let output = program.stdin(std::process::Stdio::null()).output().expect("it starts");
        assert_eq!(output.status.code(), Some(code), "{line}");
        let new: Vec<String> = folder.names().into_iter().filter(|name| !before.contains(name)).collect();
        assert_eq!(new, made, "{line}");
    }
}

#[test]
fn existing_files_stay_without_force() {
    let folder = folder();
    folder.write("a-fs8.png", b"mine");
    let run = pngquant(&folder, "-s 10 a.png");
    assert_eq!((run.code, folder.bytes("a-fs8.png")), (15, b"mine".to_vec()), "{}", run.stderr);
    assert_eq!(pngquant(&folder, "-s 10 -f a.png").code, 0);
    assert_ne!(folder.bytes("a-fs8.png"), b"mine");
}

#[test]
fn of_several_failures_the_last_one_counts() {
    let folder = folder();
    folder.write("i-fs8.png", b"mine");
    assert_eq!(pngquant(&folder, "-s 10 nothing.png i.png").code, 15);
    assert_eq!(pngquant(&folder, "-s 10 i.png nothing.png").code, 2);
}

#[test]
fn a_result_below_the_least_quality_is_not_written_and_the_code_is_99() {
    let folder = folder();
    for line in ["--quality 99-100 2 a.png", "--quality 99 2 a.png", "-Q 99- 2 a.png -o b.png"] {
        let run = pngquant(&folder, line);
        assert_eq!(run.code, 99, "{line}: {}", run.stderr);
    }
    assert_eq!(pngquant(&folder, "--quality -50 -s 10 16 a.png").code, 0);
    assert!(folder.path("a-fs8.png").exists() && !folder.path("b.png").exists());
}

#[test]
fn a_lower_quality_takes_fewer_bytes() {
    let folder = Folder::with(&["screenshot.png"]);
    let mut bytes = Vec::new();
    for quality in ["0-40", "0-95"] {
        assert_eq!(pngquant(&folder, &format!("-f --quality {quality} screenshot.png")).code, 0);
        bytes.push(folder.bytes("screenshot-fs8.png").len());
    }
    assert!(bytes[0] < bytes[1], "{bytes:?}");
}

#[test]
fn a_larger_result_is_not_written_if_that_is_wished_and_the_code_is_98() {
    let folder = Folder::with(&["screenshot.png"]);
    assert_eq!(pngquant(&folder, "screenshot.png -o a.png").code, 0);
    let run = pngquant(&folder, "--skip-if-larger a.png");
    assert_eq!(run.code, 98, "{}", run.stderr);
    assert_eq!(folder.names(), ["a.png", "screenshot.png"]);
    assert_eq!(pngquant(&folder, "a.png").code, 0, "without the option it is written");
}

#[test]
fn standard_output_gets_the_source_where_the_result_is_refused() {
    let folder = Folder::with(&["screenshot.png"]);
    let source = folder.bytes("screenshot.png");
    let run = folder.huepack_reading(&["compat", "pngquant", "-Q", "99-100", "2", "-"], &source);
    assert_eq!((run.code, run.stdout == source), (99, true), "{}", run.stderr);
    let run = folder.huepack_reading(&["compat", "pngquant", "-s", "10", "16", "-"], &source);
    assert_eq!((run.code, run.stdout.len() < source.len()), (0, true), "{}", run.stderr);
    let run = pngquant(&folder, "-s 10 screenshot.png -o -");
    assert_eq!((run.code, run.stdout.starts_with(b"\x89PNG")), (0, true), "{}", run.stderr);
    let run = folder.huepack_reading(&["compat", "pngquant", "-"], b"no picture");
    assert_eq!((run.code, run.stdout.len()), (25, 0), "{}", run.stderr);
}

#[test]
fn posterized_colours_have_no_low_bits() {
    let folder = Folder::with(&["logo.png"]);
    assert_eq!(pngquant(&folder, "--posterize 4 --speed 10 logo.png").code, 0);
    let image = decoded(&folder.bytes("logo-fs8.png"));
    // What is transparent has no colour.
    let mut seen = image.pixels().iter().filter(|pixel| pixel[3] > 0);
    assert!(seen.all(|pixel| pixel.iter().all(|channel| channel >> 4 == channel & 15)));
}

#[test]
fn colours_of_a_map_are_the_only_ones() {
    let folder = Folder::with(&["indexed-4bit.png", "screenshot.png"]);
    assert_eq!(pngquant(&folder, "--map indexed-4bit.png screenshot.png").code, 0);
    let map = decoded(&folder.bytes("indexed-4bit.png"));
    let image = decoded(&folder.bytes("screenshot-fs8.png"));
    assert!(image.pixels().iter().all(|pixel| map.pixels().contains(pixel)));
}

#[cfg(unix)]
#[test]
fn a_link_of_that_name_is_pngquant() {
    let folder = Folder::with(&["logo.png"]);
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin!("huepack"), folder.path("pngquant")).unwrap();
    let run = |arguments: &[&str]| {
        let mut program = std::process::Command::new(folder.path("pngquant"));
        program.current_dir(folder.path("")).args(arguments).output().expect("it starts")
    };
    assert!(run(&["--version"]).stdout.starts_with(b"2.17.0 (huepack "));
    assert_eq!(run(&["--speed", "10", "logo.png"]).status.code(), Some(0));
    assert_eq!(run(&["--speed", "10", "logo.png"]).status.code(), Some(15));
    assert_eq!(folder.names(), ["logo-fs8.png", "logo.png", "pngquant"]);
}
