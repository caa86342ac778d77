//! Where the system has little memory to give, the program packs the picture or says so in one line.
#![cfg(target_os = "linux")]

mod program;

use program::{Folder, Run};

/// Runs the program in a shell that may take so many megabytes of addresses.
fn huepack_within(folder: &Folder, megabytes: u32, arguments: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_huepack");
    let script = format!("ulimit -v {} && exec '{program}' {arguments}", megabytes << 10);
    Run::of(assert_cmd::Command::new("sh").current_dir(folder.path("")).args(["-c", &script]))
}

#[test]
fn whatever_the_system_gives_there_is_a_picture_or_a_reason() {
    let folder = Folder::with(&["china.jpg", "screenshot.png", "still.gif"]);
    let mut packed = 0;
    // The threads and their stacks come and go with the limit, so steps are small where that happens.
    for megabytes in (20..200).step_by(6).chain([300, 400, 800]) {
        for arguments in
            ["china.jpg", "china.jpg --format gif", "screenshot.png", "still.gif", "- < china.jpg"]
        {
            let run = huepack_within(&folder, megabytes, &format!("--quiet --effort fast -o - {arguments}"));
            match run.code {
                0 => packed += 1,
                3 => assert_eq!(run.stderr.lines().count(), 1, "{megabytes} MB, {arguments}: {}", run.stderr),
                code => panic!("{megabytes} MB, {arguments}: exit code {code}: {}", run.stderr),
            }
        }
    }
    assert!(packed > 15, "only {packed} runs packed anything");
}

#[test]
fn memory_that_is_not_there_is_named() {
    let folder = Folder::with(&["china.jpg"]);
    huepack_within(&folder, 40, "china.jpg").fails(3, &["china.jpg: no memory for a buffer of ", "; "]);
}
