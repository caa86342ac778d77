//! Where results go and under which name.

mod program;

use program::{Folder, Run, decoded, visible};

#[test]
fn the_command_may_be_left_out() {
    let (bare, named) = (Folder::with(&["pixel-art-12.png"]), Folder::with(&["pixel-art-12.png"]));
    let bare_run = bare.huepack(&["pixel-art-12.png"]).done();
    let named_run = named.huepack(&["pack", "pixel-art-12.png"]).done();
    assert_eq!(bare_run.text(), named_run.text());
    assert_eq!(bare.names(), ["pixel-art-12-hue.png", "pixel-art-12.png"]);
    assert_eq!(bare.bytes("pixel-art-12-hue.png"), named.bytes("pixel-art-12-hue.png"));
}

#[test]
fn the_line_tells_both_names_and_the_sizes_of_both_files() {
    let folder = Folder::with(&["screenshot.png"]);
    let run = folder.huepack(&["screenshot.png"]).done();
    assert_eq!(run.text().lines().count(), 1);
    let bytes = folder.bytes("screenshot-hue.png").len();
    assert!(bytes > 999);
    let packed = format!("{},{:03} B indexed PNG", bytes / 1000, bytes % 1000);
    for part in ["screenshot.png -> screenshot-hue.png", "17,157 B source", "192,000 B raw RGB", &packed] {
        assert!(run.text().contains(part), "{part:?} is missing in {:?}", run.text());
    }
}

#[test]
fn a_kept_colour_is_in_the_file_wherever_it_is_in_the_picture() {
    let folder = Folder::with(&["screenshot.png"]);
    let source = decoded(&folder.bytes("screenshot.png"));
    let kept = source.pixels()[5_000];
    let [r, g, b, _] = kept;
    let kept_css = format!("#{r:02x}{g:02x}{b:02x}");
    let options =
        ["-c", "4", "--dither", "floyd-steinberg", "--keep-color", &kept_css, "--keep-color", "#f0f"];
    let run = folder.huepack(&[&["screenshot.png", "--json"], &options[..]].concat()).done();
    assert!(run.json()[0]["colors"].as_u64().unwrap() <= 4);
    let packed = decoded(&folder.bytes("screenshot-hue.png"));
    let pixels = source.pixels().iter().zip(packed.pixels());
    assert!(pixels.filter(|(before, _)| **before == kept).all(|(before, after)| before == after));
    assert!(source.pixels() != packed.pixels());
    let run = folder.huepack(&[
        "screenshot.png",
        "-c",
        "2",
        "--keep-color",
        "#f00",
        "--keep-color",
        "#0f0",
        "--keep-color",
        "#00f",
        "--force",
    ]);
    run.fails(2, &["3 colours", "--colors allows 2"]);
    assert_eq!(folder.huepack(&["screenshot.png", "--keep-color", "red"]).code, 2);
}

#[test]
fn the_output_may_be_named() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    folder.huepack(&["pixel-art-12.png", "-o", "small.png"]).done();
    assert_eq!(folder.names(), ["pixel-art-12.png", "small.png"]);
}

#[test]
fn standard_output_gets_the_file_and_standard_error_the_line() {
    let folder = Folder::with(&["screenshot.png"]);
    let run = folder.huepack(&["screenshot.png", "-o", "-"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.starts_with("screenshot.png -> standard output: 17,157 B"), "{}", run.stderr);
    folder.huepack(&["screenshot.png"]).done();
    assert_eq!(run.stdout, folder.bytes("screenshot-hue.png"));
}

#[test]
fn standard_input_goes_to_standard_output_unless_told_otherwise() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    folder.huepack(&["pixel-art-12.png"]).done();
    let (source, wanted) = (folder.bytes("pixel-art-12.png"), folder.bytes("pixel-art-12-hue.png"));
    for arguments in [&["-"][..], &["-", "-o", "-"]] {
        let run = folder.huepack_reading(arguments, &source);
        assert_eq!((run.code, &run.stdout), (0, &wanted), "{arguments:?}");
        assert!(run.stderr.starts_with("standard input -> standard output"), "{}", run.stderr);
    }
    folder.huepack_reading(&["-", "-o", "named.png"], &source).done();
    assert_eq!(folder.bytes("named.png"), wanted);
    folder.huepack_reading(&["-", "--out-dir", "."], &source).done();
    assert_eq!(folder.bytes("stdin.png"), wanted);
}

#[test]
fn the_folder_for_outputs_is_made_where_it_is_missing() {
    let folder = Folder::with(&["pixel-art-12.png", "screenshot.png"]);
    folder.huepack(&["pixel-art-12.png", "screenshot.png", "--out-dir", "new/small"]).done();
    assert!(folder.path("new/small/pixel-art-12.png").is_file());
    assert!(folder.path("new/small/screenshot.png").is_file());
}

#[test]
fn the_suffix_replaces_the_usual_one() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    folder.huepack(&["pixel-art-12.png", "--suffix", ".min"]).done();
    folder.huepack(&["pixel-art-12.png", "--suffix", "-x", "--out-dir", "."]).done();
    assert_eq!(folder.names(), ["pixel-art-12-x.png", "pixel-art-12.min.png", "pixel-art-12.png"]);
}

#[test]
fn the_output_s_name_or_the_option_chooses_the_format() {
    let folder = Folder::with(&["screenshot.png"]);
    folder.huepack(&["screenshot.png", "-o", "a.gif"]).done();
    folder.huepack(&["screenshot.png", "--format", "gif"]).done();
    folder.huepack(&["screenshot.png", "-f", "gif", "-o", "b.GIF"]).done();
    folder.huepack(&["screenshot.png", "-f", "gif", "-o", "without-extension"]).done();
    let gif = folder.bytes("a.gif");
    assert!(gif.starts_with(b"GIF89a"));
    for same in ["screenshot-hue.gif", "b.GIF", "without-extension"] {
        assert_eq!(folder.bytes(same), gif, "{same}");
    }
    folder.huepack(&["screenshot.png", "-o", "c.PNG"]).done();
    assert!(folder.bytes("c.PNG").starts_with(b"\x89PNG"));
}

#[test]
fn contradictions_are_errors_of_usage_and_nothing_is_done() {
    let folder = Folder::with(&["grey.png", "logo.png"]);
    folder.huepack(&["logo.png", "--format", "png", "-o", "a.gif"]).fails(2, &["--format png", ".gif"]);
    folder.huepack(&["logo.png", "-o", "a.webp"]).fails(2, &[".webp", "--format"]);
    folder.huepack(&["logo.png", "grey.png", "-o", "a.png"]).fails(2, &["-o", "--out-dir"]);
    for arguments in [["-o", "a.png", "--suffix", "x"], ["-o", "a.png", "--out-dir", "x"]] {
        let run = folder.huepack(&[&["logo.png"], &arguments[..]].concat());
        assert_eq!(run.code, 2, "{arguments:?}");
    }
    assert_eq!(folder.huepack(&["logo.png", "--json", "--quiet"]).code, 2);
    assert_eq!(folder.names(), ["grey.png", "logo.png"]);
}

#[test]
fn a_number_of_colours_out_of_range_is_an_error_of_usage() {
    let folder = Folder::with(&["logo.png"]);
    for colors in ["0", "1", "257", "many", "-3"] {
        let run = folder.huepack(&["logo.png", &format!("--colors={colors}")]);
        assert_eq!(run.code, 2, "{colors}");
        let run = run.says(&["--colors", colors]);
        assert!(colors.parse::<i32>().is_err() || run.stderr.contains("2..=256"), "{}", run.stderr);
    }
    for option in ["--matte=red", "--dither-strength=1.5", "--alpha-threshold=256", "--effort=more"] {
        assert_eq!(folder.huepack(&["logo.png", option]).code, 2, "{option}");
    }
    assert_eq!(folder.names(), ["logo.png"]);
}

#[test]
fn one_bad_input_does_not_stop_the_others() {
    let folder = Folder::with(&["pixel-art-12.png", "broken/truncated.png", "screenshot.png"]);
    let inputs = ["pixel-art-12.png", "missing.png", "truncated.png", "screenshot.png"];
    let run = folder.huepack(&inputs);
    assert_eq!(run.code, 3);
    let lines: Vec<&str> = run.text().lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("pixel-art-12.png -> ") && lines[1].starts_with("screenshot.png -> "));
    let errors: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(errors.len(), 2, "{}", run.stderr);
    assert!(errors[0].contains("missing.png: there is no such file; "), "{}", errors[0]);
    assert!(errors[1].contains("truncated.png: damaged PNG: "), "{}", errors[1]);
    assert_eq!(folder.names().len(), 5, "two results beside three inputs: {:?}", folder.names());
}

#[test]
fn the_worst_of_a_batch_decides_even_if_it_was_not_the_last() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    assert_eq!(folder.huepack(&["missing.png", "pixel-art-12.png"]).code, 3);
}

#[test]
fn names_that_begin_with_a_hyphen_can_be_packed() {
    let folder = Folder::with(&["pixel-art-12.png"]);
    folder.write("-x.png", &folder.bytes("pixel-art-12.png"));
    folder.huepack(&["--", "-x.png"]).done();
    folder.huepack(&["./-x.png", "--suffix", "2"]).done();
    assert_eq!(folder.bytes("-x-hue.png"), folder.bytes("-x2.png"));
}

#[cfg(unix)]
#[test]
fn names_that_are_no_utf8_stay_as_they_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with(&["pixel-art-12.png"]);
    let name = OsStr::from_bytes(b"caf\xe9.png");
    folder.write(name, &folder.bytes("pixel-art-12.png"));
    let run = folder.huepack(&[name]).done();
    assert!(run.text().starts_with("caf\u{fffd}.png -> caf\u{fffd}-hue.png"), "{}", run.text());
    assert!(folder.path(OsStr::from_bytes(b"caf\xe9-hue.png")).is_file());
}

#[cfg(unix)]
#[test]
fn a_line_break_in_a_name_does_not_break_the_line() {
    let folder = Folder::with(&["pixel-art-12.png", "broken/text.png"]);
    folder.write("a\nb.png", &folder.bytes("pixel-art-12.png"));
    folder.write("c\nd\u{1b}[1m.png", &folder.bytes("text.png"));
    let run = folder.huepack(&["a\nb.png"]).done();
    assert_eq!(run.text().lines().count(), 1);
    assert!(run.text().starts_with("a\\nb.png -> a\\nb-hue.png"), "{}", run.text());
    assert!(folder.path("a\nb-hue.png").is_file());
    folder.huepack(&["c\nd\u{1b}[1m.png"]).fails(3, &["c\\nd\\u{1b}[1m.png: "]);
}

#[test]
fn quiet_means_not_a_word_unless_something_failed() {
    let folder = Folder::with(&["pixel-art-12.png", "colors-256.png"]);
    // The second is not written, and that goes without saying as well.
    let run = folder.huepack(&["--quiet", "--mode", "palette", "pixel-art-12.png", "colors-256.png"]).done();
    assert_eq!(run.text(), "");
    assert!(folder.path("pixel-art-12-hue.png").is_file());
    let run = folder.huepack(&["-q", "missing.png"]).fails(3, &["missing.png"]);
    assert_eq!(run.text(), "");
}

#[test]
fn the_same_bytes_come_from_any_number_of_threads() {
    let folder = Folder::with(&["china.jpg", "logo.png"]);
    let packed = |threads: &str, format: &str, input: &str| {
        let arguments = [input, "--colors", "64", "--format", format, "-o", "-", "--quiet"];
        Run::of(folder.program(&arguments).env("RAYON_NUM_THREADS", threads)).done().stdout
    };
    for (input, format) in [("china.jpg", "png"), ("logo.png", "png"), ("logo.png", "gif")] {
        let wanted = packed("1", format, input);
        assert!(!wanted.is_empty());
        for threads in ["2", "7"] {
            assert!(packed(threads, format, input) == wanted, "{input} as {format}, {threads} threads");
        }
    }
}

#[test]
fn a_photograph_keeps_its_size_and_stays_close() {
    let folder = Folder::with(&["china.jpg"]);
    let run = folder.huepack(&["china.jpg", "--json"]).done();
    let report = &run.json()[0];
    // 34.5 dB when this was written.
    assert!(report["psnr_db"].as_f64().unwrap() > 34.2, "{report}");
    let (before, after) = (decoded(&folder.bytes("china.jpg")), decoded(&folder.bytes("china-hue.png")));
    assert_eq!((after.width(), after.height()), (before.width(), before.height()));
    let squares = before.pixels().iter().flatten().zip(after.pixels().iter().flatten());
    let sum: f64 = squares.map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
    let measured = report["mean_squared_error"].as_f64().unwrap();
    let own = sum / before.pixels().len() as f64;
    assert!((own - measured).abs() < 1e-3 * own, "{own} here, {measured} in the report");
    assert!(visible(&after).iter().collect::<std::collections::HashSet<_>>().len() <= 256);
}

#[test]
fn lambda_makes_smaller_files_and_is_never_negative() {
    let folder = Folder::with(&["flower.jpg"]);
    let bytes = |lambda| {
        let arguments = ["flower.jpg", "-o", "-", "--quiet", "--effort", "fast", "--lambda", lambda];
        folder.huepack(&arguments).succeeds().stdout.len()
    };
    assert!(bytes("1") < bytes("0"));
    for lambda in ["-1", "inf", "much"] {
        let run = folder.huepack(&["flower.jpg", "--lambda", lambda]);
        assert_eq!(run.code, 2);
        run.says(&["lambda must be 0 or more"]);
    }
    assert_eq!(folder.names(), ["flower.jpg"]);
}
