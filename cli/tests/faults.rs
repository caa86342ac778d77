//! What happens when the system says no, or the program is killed: the original stays, or the result is whole.
//!
//! Faults are injected by strace, into every system call that concerns files, one after the other.
#![cfg(target_os = "linux")]

mod program;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use program::Folder;

/// A picture that is packed in no time, and gets smaller.
const PICTURE: &str = "transparent.png";

/// The system calls that reading and writing files goes through.
const CALLS: [&str; 23] = [
    "openat",
    "read",
    "write",
    "lseek",
    "close",
    "fcntl",
    "statx",
    "fstat",
    "readlink",
    "llistxattr",
    "flistxattr",
    "lgetxattr",
    "fsetxattr",
    "fchown",
    "fchmod",
    "fsync",
    "renameat2",
    "rename",
    "unlink",
    "mkdir",
    "ftruncate",
    "flock",
    "getdents64",
];

/// What a run under strace left.
struct Outcome {
    status: ExitStatus,
    /// Whether the fault came at all.
    injected: bool,
    said: String,
    file: Vec<u8>,
    names: Vec<String>,
}

/// Whether strace is there and may be used.
fn can_trace() -> bool {
    let can = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).stderr(Stdio::null()).status();
    let can = can.is_ok_and(|status| status.success());
    if !can {
        println!("skipped: faults, which need strace");
    }
    can
}

/// Packs the picture in place in a fresh folder, with the fault that `inject` describes to strace.
fn pack_with(call: &str, inject: &str) -> Outcome {
    pack_in(&Folder::with(&[PICTURE]), &["--in-place", PICTURE], call, inject)
}

/// Runs the program in a folder that holds the picture.
fn pack_in(folder: &Folder, arguments: &[&str], call: &str, inject: &str) -> Outcome {
    // So that attributes are copied, where the file system has any.
    let _ = xattr::set(folder.path(PICTURE), "user.note", b"mine");
    let trace = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    // Who starts the tests in the background may have them ignore signals, and the program would as well.
    let mut strace = Command::new("env");
    strace.args(["--default-signal=INT,TERM,HUP", "strace"]);
    // One thread, so that system calls come in the same order each time.
    strace
        .current_dir(folder.path(""))
        .env("RAYON_NUM_THREADS", "1")
        .args(["-f", "-qq", "-o"])
        .arg(trace.path());
    strace.args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:{inject}")]);
    strace.arg(assert_cmd::cargo::cargo_bin!("huepack")).args(arguments);
    let output = strace.output().expect("strace runs");
    let traced = fs::read_to_string(trace.path()).unwrap_or_default();
    Outcome {
        status: output.status,
        injected: traced.contains("(INJECTED)") || traced.contains("--- SIG"),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
        file: folder.bytes(PICTURE),
        names: folder.names(),
    }
}

/// The picture, and what becomes of it.
fn old_and_new() -> [Vec<u8>; 2] {
    let folder = Folder::with(&[PICTURE]);
    let old = folder.bytes(PICTURE);
    folder.huepack(&["--in-place", PICTURE]).done();
    [old, folder.bytes(PICTURE)]
}

/// Runs `check` on the first, second, third… call, until there is none left; in several threads.
fn for_each_call(check: impl Fn(&str, usize) -> bool + Sync) -> usize {
    let next = std::sync::Mutex::new(CALLS.iter());
    let count = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(call) = next.lock().expect("no thread panicked").next() else { break };
                    let calls = (1..).take_while(|&number| check(call, number)).count();
                    count.fetch_add(calls, std::sync::atomic::Ordering::Relaxed);
                }
            });
        }
    });
    count.into_inner()
}

#[test]
fn every_system_call_that_fails_leaves_the_original_or_does_not_matter() {
    if !can_trace() {
        return;
    }
    let [old, new] = old_and_new();
    for error in ["EIO", "ENOSPC", "EROFS", "EFBIG"] {
        let count = for_each_call(|call, number| {
            let outcome = pack_with(call, &format!("error={error}:when={number}"));
            let Outcome { status, injected, said, file, names } = outcome;
            let what = format!("{error} in {call} {number}: {status}: {said} {names:?}");
            assert!(status.code().is_some(), "{what}");
            assert_eq!(names, [PICTURE], "{what}");
            // A call that does not matter, such as one by which a library looks at the machine, may fail; and the work
            // is done when the report of it cannot be told.
            let done = status.success() || said.contains("standard output: cannot be written");
            assert!(file == if done { &*new } else { &*old }, "{what}");
            injected
        });
        assert!(count > 50, "{count} calls");
        println!("{error}: {count} calls");
    }
}

#[test]
fn killing_at_any_system_call_leaves_the_old_file_or_the_new_one() {
    if !can_trace() {
        return;
    }
    let [old, new] = old_and_new();
    let count = for_each_call(|call, number| {
        let folder = Folder::with(&[PICTURE]);
        let outcome = pack_in(&folder, &["--in-place", PICTURE], call, &format!("signal=KILL:when={number}"));
        let what = format!("{call} {number}: {}", outcome.status);
        assert!(outcome.file == old || outcome.file == new, "{what}");
        let killed = outcome.status.signal() == Some(9);
        assert!(killed || (outcome.status.success() && outcome.file == new), "{what}");
        // A run over the folder does what is left to do, and finds what the other left behind.
        folder.huepack(&["--in-place", ".", "--no-cache", "--min-score", "0", "-q"]).succeeds();
        assert!(folder.bytes(PICTURE) == new, "{what}");
        assert_eq!(folder.names(), [PICTURE], "{what}: {:?}", outcome.names);
        killed
    });
    assert!(count > 50, "{count} calls");
    println!("{count} calls");
}

#[test]
fn with_a_backup_no_fault_loses_the_original_and_a_restore_brings_it_back() {
    if !can_trace() {
        return;
    }
    let [old, new] = old_and_new();
    for fault in ["error=ENOSPC", "error=EIO", "signal=KILL"] {
        let count = for_each_call(|call, number| {
            let folder = Folder::with(&[PICTURE]);
            let arguments = ["--in-place", PICTURE, "--backup-dir", "kept"];
            let outcome = pack_in(&folder, &arguments, call, &format!("{fault}:when={number}"));
            let what = format!("{fault} in {call} {number}: {}: {}", outcome.status, outcome.said);
            let is_done = outcome.status.success() || outcome.said.contains("standard output: cannot be");
            let is_killed = outcome.status.signal() == Some(9);
            assert!(is_done || is_killed || outcome.file == old, "{what}");
            assert!(outcome.file == old || outcome.file == new, "{what}");
            if outcome.file == new {
                assert!(folder.bytes(format!("kept/originals/{PICTURE}")) == old, "{what}");
                folder.huepack(&["restore", "kept"]).done();
                assert!(folder.bytes(PICTURE) == old, "{what}");
            }
            // Whatever was left behind does not keep the next run from its work.
            folder.huepack(&arguments).done();
            folder.huepack(&["restore", "kept"]).done();
            assert!(folder.bytes(PICTURE) == old, "{what}");
            outcome.injected || is_killed
        });
        assert!(count > 50, "{count} calls");
        println!("{fault}: {count} calls");
    }
}

#[test]
fn a_restore_that_is_disturbed_leaves_the_packed_file_or_the_original() {
    if !can_trace() {
        return;
    }
    let [old, new] = old_and_new();
    let packed = Folder::with(&[PICTURE]);
    packed.huepack(&["--in-place", PICTURE, "--backup-dir", "kept"]).done();
    for fault in ["error=ENOSPC", "error=EIO", "signal=KILL"] {
        let count = for_each_call(|call, number| {
            let folder = Folder::with(&[]);
            fs::create_dir_all(folder.path("kept/originals")).expect("the folder can be made");
            for (name, bytes) in packed.files() {
                folder.write(name, &bytes);
            }
            let outcome = pack_in(&folder, &["restore", "kept"], call, &format!("{fault}:when={number}"));
            let what = format!("{fault} in {call} {number}: {}: {}", outcome.status, outcome.said);
            assert!(outcome.file == old || outcome.file == new, "{what}");
            assert!(!outcome.status.success() || outcome.file == old, "{what}");
            folder.huepack(&["restore", "kept"]).done();
            assert!(folder.bytes(PICTURE) == old, "{what}");
            outcome.injected || outcome.status.signal() == Some(9)
        });
        assert!(count > 20, "{count} calls");
        println!("{fault}: {count} calls");
    }
}

#[test]
fn a_file_system_that_cannot_exchange_names_gets_a_plain_rename() {
    if !can_trace() {
        return;
    }
    let [_, new] = old_and_new();
    for error in ["EINVAL", "ENOSYS", "EOPNOTSUPP"] {
        let Outcome { status, injected, said, file, names } =
            pack_with("renameat2", &format!("error={error}"));
        assert!(injected && status.success() && said.is_empty(), "{error}: {status}: {said}");
        assert!(file == new, "{error}");
        assert_eq!(names, [PICTURE], "{error}");
    }
}

/// Without anybody ignoring the signal that the system sends.
#[test]
fn a_limit_on_the_size_of_files_is_an_error_like_others() {
    let folder = Folder::with(&["logo.png"]);
    let old = folder.bytes("logo.png");
    let mut shell = Command::new("bash");
    shell.current_dir(folder.path("")).args(["-c", "ulimit -f 1; exec \"$0\" -i logo.png"]);
    let output = shell.arg(assert_cmd::cargo::cargo_bin!("huepack")).output().expect("bash runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("logo.png: cannot be written: "), "{said}");
    assert_eq!((folder.bytes("logo.png"), folder.names()), (old, vec!["logo.png".to_owned()]));
}

#[test]
fn being_told_to_stop_leaves_the_original_and_no_litter() {
    if !can_trace() {
        return;
    }
    let [old, _] = old_and_new();
    // These come before the file has got its name. With the last it is too late to stop, and the work is done.
    for call in ["llistxattr", "fchmod", "fsync", "write", "renameat2"] {
        for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
            let outcome = pack_with(call, &format!("signal={name}:when=1"));
            let what = format!("SIG{name} in {call}: {}: {}", outcome.status, outcome.said);
            assert!(outcome.injected, "{what}");
            assert_eq!(outcome.status.code(), Some(128 + number), "{what}");
            assert_eq!(outcome.names, [PICTURE], "{what}");
            assert!(call == "renameat2" || outcome.file == old, "{what}");
        }
    }
}

/// Whether a process has got so far that it will see SIGTERM itself.
fn catches_termination(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process is there");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("the line is there");
    u64::from_str_radix(mask.trim(), 16).expect("a mask") & 1 << 14 != 0
}

#[test]
fn being_told_to_stop_in_the_middle_of_long_work_ends_it() {
    let folder = Folder::with(&["china.jpg"]);
    let mut program = Command::new(assert_cmd::cargo::cargo_bin!("huepack"));
    program.current_dir(folder.path("")).args(["china.jpg", "--effort", "best"]);
    let mut process = program.stderr(Stdio::null()).spawn().expect("the program starts");
    while !catches_termination(process.id()) {
        thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").arg(process.id().to_string()).status().expect("kill runs").success());
    assert_eq!(process.wait().expect("it ends").code(), Some(143));
    assert_eq!(folder.names(), ["china.jpg"]);
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let folder = Folder::with(&["logo.png"]);
    // The program inherits what the shell ignores, as under nohup.
    let script = "trap '' HUP; \"$0\" logo.png --effort best & sleep 0.05; kill -HUP $!; wait $!";
    let mut shell = Command::new("bash");
    shell.current_dir(folder.path("")).args(["-c", script]).arg(assert_cmd::cargo::cargo_bin!("huepack"));
    assert_eq!(shell.output().expect("bash runs").status.code(), Some(0));
    assert_eq!(folder.names(), ["logo-hue.png", "logo.png"]);
}
