//! Originals that are kept before they are replaced, and brought back.

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime};

use program::{Folder, Run};

/// Pictures that get smaller, in two folders.
const PICTURES: [(&str, &str); 3] =
    [("logo.png", "logo.png"), ("icons/a.png", "transparent.png"), ("icons/b.gif", "still.gif")];

fn tree() -> Folder {
    let folder = Folder::with(&[]);
    fs::create_dir(folder.path("icons")).unwrap();
    for (name, fixture) in PICTURES {
        fs::copy(program::fixture(fixture), folder.path(name)).unwrap();
    }
    folder
}

fn originals() -> BTreeMap<String, Vec<u8>> {
    tree().files()
}

/// The files that are not the backup's.
fn files(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    folder
        .files()
        .into_iter()
        .filter(|(name, _)| !name.starts_with('.') && !name.starts_with("kept/"))
        .collect()
}

fn pack(folder: &Folder, more: &[&str]) -> Run {
    folder.huepack(&[&["-i", ".", "--backup-dir", "kept", "--effort", "fast"], more].concat()).succeeds()
}

#[test]
fn a_folder_comes_back_byte_for_byte() {
    let folder = tree();
    pack(&folder, &[]);
    let packed = files(&folder);
    for (name, original) in originals() {
        assert!(packed[&name].len() < original.len(), "{name}");
        assert_eq!(folder.bytes(format!("kept/originals/{name}")), original, "{name}");
    }
    let run = folder.huepack(&["restore", "kept"]).done();
    assert!(run.text().contains("icons/a.png: restored\n"), "{}", run.text());
    assert!(run.text().ends_with("3 restored, 0 unchanged\n"), "{}", run.text());
    assert_eq!(files(&folder), originals());
    let again = folder.huepack(&["restore", "kept"]).done();
    assert_eq!(again.text(), "0 restored, 3 unchanged\n");
    assert_eq!(files(&folder), originals());
}

#[test]
fn the_oldest_original_stays_however_often_a_file_is_packed() {
    let folder = tree();
    for colors in ["128", "32", "8"] {
        pack(&folder, &["--colors", colors, "--min-score", "0", "--requantize", "--mode", "palette"]);
        let kept: Vec<String> =
            folder.files().into_keys().filter(|name| name.starts_with("kept/orig")).collect();
        assert_eq!(kept.len(), 3, "{kept:?}");
    }
    folder.huepack(&["restore", "kept"]).done();
    assert_eq!(files(&folder), originals());
}

#[test]
fn two_runs_at_once_keep_one_original() {
    let folder = Folder::with(&[]);
    for number in 0..8 {
        fs::copy(program::fixture("logo.png"), folder.path(format!("{number}.png"))).unwrap();
    }
    let before = files(&folder);
    std::thread::scope(|scope| {
        for colors in ["64", "8"] {
            let folder = &folder;
            scope.spawn(move || {
                pack(folder, &["--colors", colors, "--min-score", "0", "--requantize", "--mode", "palette"])
            });
        }
    });
    assert!(!folder.path("kept/originals-2").exists());
    folder.huepack(&["restore", "kept"]).done();
    assert_eq!(files(&folder), before);
}

#[test]
fn packing_restoring_and_packing_again_needs_no_second_copy_and_the_cache_stays_true() {
    let folder = tree();
    pack(&folder, &[]);
    let packed = files(&folder);
    let kept = |folder: &Folder| -> Vec<String> {
        folder.files().into_keys().filter(|name| name.starts_with("kept/orig")).collect()
    };
    let before = kept(&folder);
    let manifest = folder.bytes("kept/huepack-backup.jsonl");
    folder.huepack(&["restore", "kept", "-q"]).done();
    let check = folder.huepack(&["check", "."]);
    assert_eq!(check.code, 1, "originals could be smaller again: {}", check.text());
    pack(&folder, &[]);
    assert_eq!((files(&folder), kept(&folder)), (packed, before));
    assert_eq!(folder.bytes("kept/huepack-backup.jsonl"), manifest, "nothing new became of them");
}

#[test]
fn the_walk_passes_a_backup_by_with_and_without_the_option() {
    let folder = tree();
    pack(&folder, &[]);
    let kept = |folder: &Folder| -> BTreeMap<String, Vec<u8>> {
        folder.files().into_iter().filter(|(name, _)| name.starts_with("kept/originals")).collect()
    };
    let before = kept(&folder);
    let run = folder.huepack(&["-i", ".", "--no-cache"]).succeeds();
    assert!(run.text().contains("3 files: "), "{}", run.text());
    assert_eq!(kept(&folder), before);
    folder.huepack(&["-i", "kept"]).fails(2, &["kept keeps originals", "huepack restore kept"]);
}

#[test]
fn a_file_that_was_changed_since_is_not_overwritten() {
    let folder = tree();
    pack(&folder, &[]);
    folder.write("icons/a.png", b"edited");
    fs::remove_file(folder.path("icons/b.gif")).unwrap();
    let run = folder.huepack(&["restore", "kept"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.text().ends_with("1 restored, 0 unchanged, 2 failed\n"), "{}", run.text());
    run.says(&["a.png: it has changed since it was packed; --force", "b.gif: it was removed since"]);
    assert_eq!(folder.bytes("icons/a.png"), b"edited");
    assert_eq!(folder.bytes("logo.png"), originals()["logo.png"]);
    folder.huepack(&["restore", "kept", "--force"]).done();
    assert_eq!(files(&folder), originals());
}

#[test]
fn an_edited_file_is_an_original_of_its_own() {
    let folder = tree();
    pack(&folder, &[]);
    let edited = fs::read(program::fixture("screenshot.png")).unwrap();
    folder.write("logo.png", &edited);
    pack(&folder, &[]);
    assert_eq!(folder.bytes("kept/originals/logo.png"), originals()["logo.png"]);
    assert_eq!(folder.bytes("kept/originals-2/logo.png"), edited);
    folder.huepack(&["restore", "kept", "logo.png"]).done();
    assert_eq!(folder.bytes("logo.png"), edited);
    folder.huepack(&["restore", "kept", "logo.png", "--oldest"]).done();
    assert_eq!(folder.bytes("logo.png"), originals()["logo.png"]);
}

#[test]
fn only_what_is_named_comes_back() {
    for pattern in ["icons", "icons/**", "*.gif", "icons/b.gif"] {
        let folder = tree();
        pack(&folder, &[]);
        let packed = files(&folder);
        folder.huepack(&["restore", "kept", pattern]).done();
        let now = files(&folder);
        assert_eq!(now["logo.png"], packed["logo.png"], "{pattern}");
        assert_eq!(now["icons/b.gif"], originals()["icons/b.gif"], "{pattern}");
        let has_a = now["icons/a.png"] == originals()["icons/a.png"];
        assert_eq!(has_a, pattern.starts_with("icons") && !pattern.ends_with("gif"), "{pattern}");
    }
    let folder = tree();
    pack(&folder, &[]);
    folder
        .huepack(&["restore", "kept", "nothing.png"])
        .fails(3, &["nothing.png: the backup has no such file"]);
}

#[test]
fn a_dry_run_says_what_would_come_back_and_does_nothing() {
    let folder = tree();
    folder.huepack(&["-i", ".", "--backup-dir", "kept", "--dry-run"]).done();
    assert!(!folder.path("kept").exists(), "packing is not done, and nothing kept");
    pack(&folder, &[]);
    let before = folder.files();
    let run = folder.huepack(&["restore", "kept", "--dry-run"]).done();
    assert!(run.text().contains("logo.png: would be restored\n"), "{}", run.text());
    assert_eq!(folder.files(), before);
    let lines = folder.huepack(&["restore", "kept", "--dry-run", "--json"]).done().json();
    assert_eq!(lines[2]["path"], "logo.png");
    assert_eq!(lines[2]["status"], "planned");
}

#[test]
fn mode_and_time_come_back() {
    let folder = tree();
    let time = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    let file = fs::File::options().write(true).open(folder.path("logo.png")).unwrap();
    file.set_modified(time).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.path("logo.png"), fs::Permissions::from_mode(0o640)).unwrap();
    }
    folder.huepack(&["-i", "logo.png", "--backup-dir", "kept"]).succeeds();
    assert_ne!(fs::metadata(folder.path("logo.png")).unwrap().modified().unwrap(), time);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.path("logo.png"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    folder.huepack(&["restore", "kept"]).done();
    let restored = fs::metadata(folder.path("logo.png")).unwrap();
    assert_eq!(restored.modified().unwrap(), time);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(restored.permissions().mode() & 0o777, 0o640);
    }
}

#[test]
fn a_damaged_original_is_not_put_back() {
    let folder = tree();
    pack(&folder, &[]);
    let packed = files(&folder);
    folder.write("kept/originals/logo.png", b"half");
    fs::remove_file(folder.path("kept/originals/icons/a.png")).unwrap();
    let run = folder.huepack(&["restore", "kept", "--force"]);
    assert_eq!(run.code, 3);
    run.says(&["logo.png: its original kept/originals/logo.png is damaged", "a.png cannot be read"]);
    assert_eq!(files(&folder)["logo.png"], packed["logo.png"]);
    assert_eq!(files(&folder)["icons/b.gif"], originals()["icons/b.gif"], "the others are done");
}

#[test]
fn a_manifest_leads_nowhere_but_into_its_tree() {
    let folder = tree();
    pack(&folder, &[]);
    let manifest = String::from_utf8(folder.bytes("kept/huepack-backup.jsonl")).unwrap();
    for wrong in ["../logo.png", "/tmp/logo.png", "icons/../../logo.png"] {
        folder.write(
            "kept/huepack-backup.jsonl",
            manifest.replace("\"logo.png\"", &format!("{wrong:?}")).as_bytes(),
        );
        let packed = folder.bytes("logo.png");
        let run = folder.huepack(&["restore", "kept", "--force", "--dry-run"]);
        assert_eq!(run.code, 3, "{}", run.text());
        run.says(&["a line of it is damaged"]);
        assert_eq!(folder.bytes("logo.png"), packed);
    }
    folder.write("kept/huepack-backup.jsonl", b"{\"huepack_backup\":2,\"root\":\"..\"}\n");
    folder
        .huepack(&["restore", "kept"])
        .fails(3, &["kept: the backup cannot be read: it is of a newer huepack"]);
    folder.huepack(&["-i", "logo.png", "--backup-dir", "kept"]).fails(3, &["it is of a newer huepack"]);
}

#[test]
fn a_line_that_a_killed_run_has_left_unfinished_is_written_over() {
    let folder = tree();
    folder.huepack(&["-i", "logo.png", "--backup-dir", "kept"]).succeeds();
    let mut manifest = folder.bytes("kept/huepack-backup.jsonl");
    manifest.extend(br#"{"path":"icons/a.png","gener"#);
    folder.write("kept/huepack-backup.jsonl", &manifest);
    pack(&folder, &[]);
    folder.huepack(&["restore", "kept"]).done();
    assert_eq!(files(&folder), originals());
}

#[test]
fn what_cannot_be_kept_is_not_replaced() {
    let folder = tree();
    folder.write("file", b"");
    fs::create_dir(folder.path("full")).unwrap();
    folder.write("full/notes.txt", b"mine");
    for (backup, said) in
        [("file/kept", "no originals can be kept there"), ("full", "it is not empty, and holds no backup")]
    {
        folder.huepack(&["-i", ".", "--backup-dir", backup]).fails(3, &[said, "choose another --backup-dir"]);
        assert_eq!(folder.bytes("logo.png"), originals()["logo.png"]);
    }
    folder.huepack(&["-i", "icons", "--backup-dir", "."]).fails(3, &["it is not empty"]);
    folder.huepack(&["logo.png", "--backup-dir", "kept"]).says(&["--in-place"]);
    folder.huepack(&["restore", "nowhere"]).fails(3, &["nowhere: there is no backup"]);
}

#[test]
fn a_file_outside_of_the_tree_is_told_and_stays() {
    let folder = tree();
    let other = Folder::with(&["logo.png"]);
    pack(&folder, &[]);
    let path = other.path("logo.png");
    let run = folder.huepack(&["-i", path.to_str().unwrap(), "--backup-dir", "kept"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    run.says(&["whose originals kept keeps", "choose another --backup-dir"]);
    assert_eq!(other.bytes("logo.png"), originals()["logo.png"]);
}

#[test]
fn a_backup_beside_its_config_has_the_shape_of_the_tree() {
    let folder = tree();
    folder.write("huepack.toml", b"effort = \"fast\"\n");
    folder.huepack(&["-i", "icons", "--backup-dir", ".huepack/backup"]).succeeds();
    folder.huepack(&["-i", "logo.png", "--backup-dir", ".huepack/backup"]).succeeds();
    for (name, original) in originals() {
        assert_eq!(folder.bytes(format!(".huepack/backup/originals/{name}")), original, "{name}");
    }
    folder.huepack(&["restore", ".huepack/backup"]).done();
    for (name, original) in originals() {
        assert_eq!(folder.bytes(&name), original, "{name}");
    }
}

#[test]
fn a_tree_that_was_moved_with_its_backup_can_be_restored() {
    let folder = Folder::with(&[]);
    fs::create_dir(folder.path("old")).unwrap();
    fs::copy(program::fixture("logo.png"), folder.path("old/logo.png")).unwrap();
    folder.huepack(&["-i", "old", "--backup-dir", "old/.huepack/backup"]).succeeds();
    fs::rename(folder.path("old"), folder.path("new")).unwrap();
    folder.huepack(&["restore", "new/.huepack/backup"]).done();
    assert_eq!(folder.bytes("new/logo.png"), originals()["logo.png"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_the_tree_and_not_replaced() {
    use std::os::unix::fs::symlink;
    let (folder, other) = (tree(), Folder::with(&["logo.png", "transparent.png"]));
    pack(&folder, &[]);
    fs::remove_file(folder.path("logo.png")).unwrap();
    symlink(other.path("logo.png"), folder.path("logo.png")).unwrap();
    fs::rename(folder.path("icons"), folder.path("icons-old")).unwrap();
    fs::rename(other.path("transparent.png"), other.path("a.png")).unwrap();
    symlink(other.path(""), folder.path("icons")).unwrap();
    let before = other.files();
    let run = folder.huepack(&["restore", "kept", "--force"]);
    assert_eq!(run.code, 3, "{}", run.text());
    run.says(&["logo.png: it is no longer a file", "a.png: a link leads out of the tree"]);
    assert_eq!(other.files(), before);
}
