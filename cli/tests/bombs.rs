//! Files that ask for much are refused, or packed, at a price that their own bytes set.
//!
//! Peaks are those of the program's own process, as the system counts them.
#![cfg(target_os = "linux")]

mod bomb;
mod program;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bomb::{Bomb, Fate};
use nix::sys::resource::{UsageWho, getrusage};
use program::{Folder, Run};

/// What a claim may cost: the program itself, its threads, and little else.
const MAX_PEAK_KB: i64 = 64 << 10;

/// The largest peak of any run so far, in kilobytes. The system keeps no more than that.
fn peak_kb() -> i64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).expect("there are children").max_rss()
}

/// Runs the program on each, and asserts on all together what became of them.
#[track_caller]
fn set_off(bombs: &[Bomb]) {
    // A new process is counted with the memory of this one, so one bomb is made at a time.
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
    let Run { code, stderr, .. } = folder.huepack(&[name, "-o", "result.png", "--force"]);
    let peak = peak_kb();
    let ended_well = match fate {
        Fate::Packed => code == 0 && stderr.is_empty(),
        Fate::Refused(reason) => {
            let parts = [&format!("huepack: {name}: "), *reason, "; "];
            code == 3 && stderr.lines().count() == 1 && parts.iter().all(|part| stderr.contains(part))
        }
    };
    let kept_small = peak < MAX_PEAK_KB;
    (!ended_well || !kept_small).then(|| format!("{name}: exit {code}, at most {peak} kB, {stderr:?}"))
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
