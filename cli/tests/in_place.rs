//! Replacing files: what is kept, what is refused, and that nothing else is touched.

mod program;

use std::fs;

use program::{Folder, decoded, fixture, visible};

/// A picture that gets smaller, and what it becomes.
const PICTURE: &str = "logo.png";

fn packed() -> Vec<u8> {
    let folder = Folder::with(&[PICTURE]);
    folder.huepack(&["--in-place", PICTURE]).done();
    folder.bytes(PICTURE)
}

#[test]
fn a_picture_is_replaced_by_a_smaller_one_of_its_format() {
    let folder = Folder::with(&[PICTURE, "still.gif"]);
    let (logo, still) = (folder.bytes(PICTURE), folder.bytes("still.gif"));
    let run = folder.huepack(&["--in-place", PICTURE, "still.gif"]).done();
    assert!(run.text().starts_with("logo.png -> in place: 6,289 B source"), "{}", run.text());
    assert!(folder.bytes(PICTURE).len() < logo.len() && folder.bytes(PICTURE).starts_with(b"\x89PNG"));
    assert!(folder.bytes("still.gif").len() < still.len() && folder.bytes("still.gif").starts_with(b"GIF8"));
    assert_eq!(visible(&decoded(&folder.bytes("still.gif"))), visible(&decoded(&still)), "it had a palette");
    assert_eq!(folder.names(), [PICTURE, "still.gif"], "no litter");
}

#[test]
fn a_second_run_changes_no_byte_of_any_fixture() {
    let names = program::whole_fixtures();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for options in [&["--effort", "fast"][..], &["--colors", "16"], &["--space", "rgb", "--dither", "none"]] {
        let folder = Folder::with(&names);
        let run = || folder.huepack(&[&["--in-place"], options, &names].concat());
        run();
        let once: Vec<_> = names.iter().map(|name| folder.bytes(name)).collect();
        let again = run();
        assert!(!again.text().contains(" -> "), "{options:?}: {}", again.text());
        for (name, once) in names.iter().zip(once) {
            assert_eq!(folder.bytes(name), once, "{options:?}: {name}");
        }
    }
}

#[test]
fn a_picture_with_a_palette_keeps_its_colours_unless_told_otherwise() {
    let folder = Folder::with(&["colors-256.png"]);
    let run = folder.huepack(&["colors-256.png", "--colors", "8", "-o", "a.png", "--force"]).succeeds();
    assert!(run.text().contains("8 colours"), "it is truecolour: {}", run.text());
    // Now there is one with a palette of 200 colours or more.
    folder.huepack(&["colors-256.png", "-o", "b.png", "--force", "--mode", "palette"]).done();
    let before = folder.bytes("b.png");
    let run = folder.huepack(&["--in-place", "b.png", "--colors", "8"]).done();
    assert!(
        run.text().contains("not written") && run.text().contains("256 colours, lossless"),
        "{}",
        run.text()
    );
    assert_eq!(folder.bytes("b.png"), before);
    let run =
        folder.huepack(&["b.png", "--colors", "8", "-o", "c.png", "--requantize", "--force"]).succeeds();
    assert!(run.text().contains("8 colours"), "{}", run.text());
}

#[test]
fn a_gif_of_256_colours_and_a_bare_column_is_repacked() {
    // 256 colours in a frame of 16x16 at (1,0) on a canvas of 17x16, so that a column is bare.
    let palette: Vec<u8> = (0..=255).flat_map(|i: u8| [i, i / 2, 255 - i]).collect();
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 17, 16, &palette).unwrap();
    let frame =
        gif::Frame { left: 1, width: 16, height: 16, buffer: (0..=255).collect(), ..gif::Frame::default() };
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let folder = Folder::with(&[]);
    folder.write("a.gif", &bytes);
    let run = folder.huepack(&["--in-place", "a.gif"]).done();
    assert!(run.text().contains("lossless"), "{}", run.text());
    assert!(folder.bytes("a.gif").len() <= bytes.len());
    assert_eq!(visible(&decoded(&folder.bytes("a.gif"))), visible(&decoded(&bytes)));
}

#[test]
fn what_cannot_be_kept_is_left_as_it_is() {
    let names = ["flower.jpg", "broken/truncated.png"];
    let folder = Folder::with(&names);
    for name in folder.names() {
        let before = folder.bytes(&name);
        let run = folder.huepack(&["--in-place", &name, "--requantize", "--colors", "2"]);
        assert_eq!((run.code, run.text()), (3, ""), "{name}: {}", run.stderr);
        assert_eq!(folder.bytes(&name), before, "{name}");
    }
    folder.huepack(&["-i", "flower.jpg"]).fails(3, &["a JPEG stays a JPEG", "-o or --out-dir"]);
    assert_eq!(folder.names().len(), names.len(), "no litter");
}

#[test]
fn options_that_do_not_go_with_it_are_errors_of_usage() {
    let folder = Folder::with(&[PICTURE]);
    for more in
        [&["-o", "a.png"][..], &["--out-dir", "a"], &["--suffix", "-a"], &["--force"], &["--first-frame"]]
    {
        let run = folder.huepack(&[&["--in-place", PICTURE], more].concat());
        assert_eq!(run.code, 2, "{more:?}: {}", run.stderr);
    }
    folder.huepack(&["--in-place", "-"]).fails(2, &["standard input cannot be replaced in place"]);
    assert_eq!(folder.bytes(PICTURE), fs::read(fixture(PICTURE)).unwrap());
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = Folder::with(&["broken/truncated.png", PICTURE, "still.gif"]);
    let run = folder.huepack(&["-i", "truncated.png", PICTURE, "nothing.png", "still.gif"]);
    assert_eq!((run.code, run.stderr.lines().count()), (3, 2), "{}", run.stderr);
    assert!(run.stderr.contains("huepack: truncated.png: ") && run.stderr.contains("huepack: nothing.png: "));
    assert_eq!(folder.bytes(PICTURE), packed());
    assert!(run.text().contains("still.gif -> in place"));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    fn set_mode(folder: &Folder, name: &str, mode: u32) {
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_link_stays_and_its_target_is_rewritten() {
        let folder = Folder::with(&[PICTURE]);
        fs::create_dir(folder.path("sub")).unwrap();
        symlink(format!("../{PICTURE}"), folder.path("sub/link.png")).unwrap();
        folder.huepack(&["--in-place", "sub/link.png"]).done();
        assert!(fs::symlink_metadata(folder.path("sub/link.png")).unwrap().is_symlink());
        assert_eq!(folder.bytes(PICTURE), packed());
        assert_eq!(fs::read_dir(folder.path("sub")).unwrap().count(), 1, "no litter");
    }

    #[test]
    fn a_link_to_nowhere_is_neither_packed_nor_written_through() {
        let folder = Folder::with(&[PICTURE]);
        symlink("nowhere.png", folder.path("link.png")).unwrap();
        folder.huepack(&["--in-place", "link.png"]).fails(3, &["link.png: there is no such file"]);
        folder
            .huepack(&[PICTURE, "-o", "link.png"])
            .fails(3, &["link.png: ", "a link to a file that does not exist"]);
        assert_eq!(folder.names(), ["link.png", PICTURE]);
    }

    #[test]
    fn a_file_of_several_names_is_refused_unless_the_others_may_keep_the_old_one() {
        let folder = Folder::with(&[PICTURE, "still.gif"]);
        let before = folder.bytes(PICTURE);
        fs::hard_link(folder.path(PICTURE), folder.path("other.png")).unwrap();
        folder.huepack(&["-i", PICTURE]).fails(3, &["one of 2 names of the same file; --break-links"]);
        folder.huepack(&["still.gif", "-o", PICTURE, "--force"]).fails(3, &["it has 2 names; --break-links"]);
        assert_eq!(folder.bytes(PICTURE), before);
        folder.huepack(&["-i", PICTURE, "--break-links"]).done();
        assert_eq!((folder.bytes(PICTURE), folder.bytes("other.png")), (packed(), before));
    }

    #[test]
    fn mode_and_attributes_are_kept() {
        let folder = Folder::with(&[PICTURE]);
        set_mode(&folder, PICTURE, 0o4604);
        let attributes = xattr::set(folder.path(PICTURE), "user.note", b"mine").is_ok();
        folder.huepack(&["-i", PICTURE]).done();
        assert_eq!(folder.bytes(PICTURE), packed());
        assert_eq!(fs::metadata(folder.path(PICTURE)).unwrap().mode() & 0o7777, 0o4604);
        if attributes {
            let note = xattr::get(folder.path(PICTURE), "user.note").unwrap();
            assert_eq!(note.as_deref(), Some(&b"mine"[..]));
        } else {
            println!("skipped: attributes, which this file system does not have");
        }
    }

    /// Only root can give files away.
    #[test]
    fn the_owner_is_kept_where_that_is_allowed() {
        let folder = Folder::with(&[PICTURE]);
        if std::os::unix::fs::chown(folder.path(PICTURE), Some(12_345), Some(23_456)).is_err() {
            println!("skipped: not root");
            return;
        }
        set_mode(&folder, PICTURE, 0o6754);
        folder.huepack(&["-i", PICTURE]).done();
        let now = fs::metadata(folder.path(PICTURE)).unwrap();
        assert_eq!((now.uid(), now.gid(), now.mode() & 0o7777), (12_345, 23_456, 0o6754));
    }

    #[test]
    fn a_write_protected_file_is_refused() {
        let folder = Folder::with(&[PICTURE]);
        set_mode(&folder, PICTURE, 0o444);
        folder
            .huepack(&["-i", PICTURE])
            .fails(3, &["logo.png: it is write-protected; allow writing to it first"]);
        assert_eq!(folder.bytes(PICTURE), fs::read(fixture(PICTURE)).unwrap());
    }

    #[test]
    fn pipes_sockets_and_devices_are_skipped_with_a_word() {
        let folder = Folder::with(&[PICTURE]);
        assert!(Command::new("mkfifo").arg(folder.path("fifo")).status().unwrap().success());
        let _listener = UnixListener::bind(folder.path("socket")).unwrap();
        for mode in [&["--in-place"][..], &[]] {
            for name in ["fifo", "socket", "/dev/zero", "/dev/null"] {
                let run = folder.huepack(&[mode, &[name]].concat());
                run.fails(3, &[&format!("{name}: skipped, since it is not a regular file")]);
            }
        }
        let run = folder.huepack(&["--in-place", "fifo", PICTURE]);
        assert_eq!((run.code, run.stderr.lines().count()), (3, 1), "{}", run.stderr);
        assert_eq!(folder.bytes(PICTURE), packed());
        let run = folder.huepack(&["--in-place", "."]);
        assert_eq!((run.code, run.stderr.lines().count()), (3, 2), "{}", run.stderr);
    }

    #[test]
    fn a_pipe_that_nobody_reads_is_no_output() {
        let folder = Folder::with(&[PICTURE]);
        assert!(Command::new("mkfifo").arg(folder.path("fifo.png")).status().unwrap().success());
        folder.huepack(&[PICTURE, "-o", "fifo.png"]).fails(3, &["fifo.png: cannot be written: nobody reads"]);
        let program = assert_cmd::cargo::cargo_bin!("huepack");
        let mut shell = Command::new("bash");
        shell.current_dir(folder.path("")).args([
            "-c",
            "cat fifo.png > out.png & exec 3<>fifo.png; \"$0\" logo.png -o fifo.png; exec 3>&-; wait",
        ]);
        assert!(shell.arg(program).output().expect("bash runs").status.success());
        assert_eq!(folder.bytes("out.png"), packed());
    }

    #[test]
    fn a_name_that_gets_too_long_is_told_as_such() {
        let folder = Folder::with(&[]);
        let name = format!("{}.png", "l".repeat(251));
        folder.write(&name, &fs::read(fixture(PICTURE)).unwrap());
        folder.huepack(&[&name]).fails(3, &["the name is too long for the system; choose another with -o"]);
    }

    #[test]
    fn any_name_that_the_system_allows_works() {
        let long = format!("{}.png", "l".repeat(251));
        let names: [&[u8]; 7] = [
            b"\xff\xfe.png",
            b"new\nline.png",
            b"-leading.png",
            b" ",
            "\u{e9}\u{1f600}".as_bytes(),
            b"*?[.png",
            long.as_bytes(),
        ];
        let picture = fs::read(fixture(PICTURE)).unwrap();
        let packed = packed();
        for name in names.map(OsStr::from_bytes) {
            let folder = Folder::with(&[]);
            folder.write(name, &picture);
            let run = folder.huepack(&[OsStr::new("--in-place"), OsStr::new("--"), name]).done();
            assert_eq!(run.text().lines().count(), 1, "{name:?}");
            assert_eq!(folder.bytes(name), packed, "{name:?}");
            assert_eq!(folder.names().len(), 1, "{name:?}");
        }
    }

    #[test]
    fn the_users_own_files_beside_it_stay_as_they_are() {
        let folder = Folder::with(&[PICTURE]);
        let neighbours = [
            "logo.png.tmp",
            "logo.tmp",
            ".logo.png.tmp",
            "logo.png~",
            "logo.png.bak",
            "logo-hue.png",
            ".huepack-.tmp",
        ];
        for name in neighbours {
            folder.write(name, b"mine");
        }
        folder.huepack(&["-i", PICTURE]).done();
        assert!(neighbours.iter().all(|name| folder.bytes(name) == b"mine"));
        assert_eq!(folder.names().len(), neighbours.len() + 1);
    }

    #[test]
    fn several_processes_in_one_folder_lose_nothing() {
        let folder = Folder::with(&[]);
        let names: Vec<String> = (0..12).map(|i| format!("{i}.png")).collect();
        for name in &names {
            folder.write(name, &fs::read(fixture(PICTURE)).unwrap());
        }
        let start = || {
            let mut program = Command::new(assert_cmd::cargo::cargo_bin!("huepack"));
            program.current_dir(folder.path("")).args(["--in-place", "--quiet"]).args(&names);
            program.stderr(std::process::Stdio::piped()).spawn().unwrap()
        };
        for process in [start(), start(), start()] {
            let output = process.wait_with_output().unwrap();
            assert_eq!(
                (output.status.code(), String::from_utf8(output.stderr).unwrap()),
                (Some(0), String::new())
            );
        }
        let packed = packed();
        assert!(names.iter().all(|name| folder.bytes(name) == packed));
        assert_eq!(folder.names().len(), names.len(), "no litter");
    }

    #[test]
    fn a_report_that_cannot_be_written_is_an_error_and_a_reader_that_left_is_none() {
        let folder = Folder::with(&[PICTURE]);
        let program = assert_cmd::cargo::cargo_bin!("huepack");
        let run = |script: &str| {
            let mut shell = Command::new("bash");
            shell.current_dir(folder.path("")).args(["-o", "pipefail", "-c", script]).arg(program);
            let output = shell.output().expect("bash runs");
            (output.status.code(), String::from_utf8(output.stderr).expect("talk is UTF-8"))
        };
        assert_eq!(run("\"$0\" logo.png --force | true"), (Some(0), String::new()));
        assert_eq!(run("\"$0\" logo.png -o - 2>/dev/null | true"), (Some(0), String::new()));
        if cfg!(target_os = "linux") {
            let (code, said) = run("\"$0\" logo.png --force > /dev/full");
            assert!(
                code == Some(3) && said.contains("standard output: cannot be written"),
                "{code:?}: {said}"
            );
            let (code, said) = run("\"$0\" logo.png -o - > /dev/full");
            assert!(
                code == Some(3) && said.contains("standard output: the disk is full"),
                "{code:?}: {said}"
            );
        }
        // A picture that cannot be read leaves nothing on standard output.
        let (code, said) = run("echo no picture | \"$0\" - -o - | (! grep .)");
        assert!(code == Some(3) && said.lines().count() == 1, "{code:?}: {said}");
    }

    #[test]
    fn what_a_shell_hands_over_as_a_file_is_read() {
        let folder = Folder::with(&[PICTURE]);
        let program = assert_cmd::cargo::cargo_bin!("huepack");
        let mut shell = Command::new("bash");
        shell.current_dir(folder.path("")).args(["-c", "\"$0\" <(cat logo.png) -o out.png"]).arg(program);
        assert!(shell.output().expect("bash runs").status.success());
        assert_eq!(folder.bytes("out.png"), packed());
    }
}
