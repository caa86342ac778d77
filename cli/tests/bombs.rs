//! Files that ask for much are refused, or packed, at a price that their own bytes set.
//!
//! Peaks are those of the program's own process, as the system counts them.
#![cfg(target_os = "linux")]

mod bomb;
mod program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use bomb::{Bomb, Fate};
use nix::sys::resource::{UsageWho, getrusage};
use program::{Folder, Run};

/// What a claim may cost: the program itself, its threads, and little else.
const MAX_PEAK_KB: i64 = 64 << 10;

/// The folder and the file that a process of this test is to pack and to measure.
const MEASURED: &str = "HUEPACK_MEASURED_BOMB";

/// Packs a file in a process of its own that measures, and gives the run and its peak in kilobytes.
///
/// The system counts a new process with the memory of the one that it was split from, and this one makes large files.
fn measured(folder: &Folder, name: &str) -> (Run, i64) {
    let mut process = Command::new(std::env::current_exe().expect("this is a program"));
    process.args(["--exact", "measuring", "--nocapture"]).env(MEASURED, folder.path(name));
    let output = process.output().expect("the test starts");
    let printed = String::from_utf8(output.stdout).expect("it is text");
    let line = printed.lines().find_map(|line| line.split_once("measured "));
    let (code, peak) = line.and_then(|(_, numbers)| numbers.split_once(' ')).expect("it was measured");
    let stderr = std::fs::read_to_string(folder.path("stderr")).expect("it was written");
    let run = Run { code: code.parse().expect("a number"), stdout: Vec::new(), stderr };
    (run, peak.parse().expect("a number"))
}

/// Does nothing, unless [`measured`] has started it.
#[test]
fn measuring() {
    let Some(path) = std::env::var_os(MEASURED).map(PathBuf::from) else { return };
    let (folder, name) =
        (path.parent().expect("it is in a folder"), path.file_name().expect("it has a name"));
    let mut program = Command::new(assert_cmd::cargo::cargo_bin!("huepack"));
    program.current_dir(folder).arg(name).args(["-o", "result.png", "--force"]);
    let output = program.output().expect("the program starts");
    std::fs::write(folder.join("stderr"), output.stderr).expect("it can be written");
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).expect("there is a child").max_rss();
    println!("measured {} {peak}", output.status.code().unwrap_or(-1));
}

/// Runs the program on each, and asserts on all together what became of them.
#[track_caller]
fn set_off(bombs: &[Bomb]) {
    // Some take much to make, so they are made one at a time.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let faults: Vec<String> = bombs.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// How the program's end differs from what it must be.
fn fault(Bomb { name, fate, make }: &Bomb) -> Option<String> {
    let folder = Folder::with(&[]);
    folder.write(name, &make());
    keep(&folder, name);
    let (Run { code, stderr, .. }, peak) = measured(&folder, name);
    let ended_well = match fate {
        Fate::Packed => code == 0 && stderr.is_empty(),
        Fate::Refused(reason) => {
            let parts = [&format!("huepack: {name}: "), *reason, "; "];
            code == 3 && stderr.lines().count() == 1 && parts.iter().all(|part| stderr.contains(part))
        }
    };
    let kept_small = peak < MAX_PEAK_KB;
    (!ended_well || !kept_small).then(|| format!("{name}: exit {code}, {peak} kB, {stderr:?}"))
}

/// Copies a bomb to where `HUEPACK_BOMBS` says, for `tests/sweep.py` and for looking at it.
fn keep(folder: &Folder, name: &str) {
    if let Some(place) = std::env::var_os("HUEPACK_BOMBS") {
        std::fs::copy(folder.path(name), Path::new(&place).join(name)).expect("bombs can be kept");
    }
}

#[test]
fn png_files() {
    set_off(&bomb::png::bombs());
}

#[test]
fn jpeg_files() {
    set_off(&bomb::jpeg::bombs());
}

#[test]
fn gif_files() {
    set_off(&bomb::gif::bombs());
}

#[test]
fn webp_files() {
    set_off(&bomb::webp::bombs());
}

#[test]
fn tiff_files() {
    set_off(&bomb::tiff::bombs());
}

#[test]
fn simple_files() {
    set_off(&bomb::simple::bombs());
}
