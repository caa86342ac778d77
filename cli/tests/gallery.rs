//! The page of a run over a folder: what it says, what it may take, and that it is the same every time.

mod program;

use std::fs;

use program::{Folder, fixture};

/// The name of a file that would be markup.
const WICKED: &str = if cfg!(windows) { "a&'b.png" } else { "<b>\"&'.png" };

fn tree() -> Folder {
    let folder = Folder::with(&[]);
    let wicked = format!("assets/icons/{WICKED}");
    for (name, source) in [
        ("assets/logo.png", "logo.png"),
        ("assets/screenshot.png", "screenshot.png"),
        ("assets/photo/flower.jpg", "flower.jpg"),
        (wicked.as_str(), "pixel-art-12.png"),
        ("assets/icons/still.gif", "still.gif"),
        ("assets/gradient.png", "gradient.png"),
    ] {
        fs::create_dir_all(folder.path(name).parent().unwrap()).unwrap();
        folder.write(name, &fs::read(fixture(source)).unwrap());
    }
    folder.write("assets/cut.png", &fs::read(fixture("logo.png")).unwrap()[..1000]);
    folder
}

fn page(folder: &Folder) -> String {
    String::from_utf8(folder.bytes("report.html")).unwrap()
}

#[test]
fn a_page_tells_of_every_file_and_needs_no_other() {
    let folder = tree();
    let run = folder.huepack(&["assets", "--out-dir", "dist", "--html", "report.html"]);
    run.fails(3, &["assets/cut.png: damaged PNG"]);
    let page = page(&folder);
    assert_eq!(page.matches("class=\"card\"").count(), 5, "each picture that was packed has its own");
    for name in ["assets/logo.png", "assets/screenshot.png", "assets/icons/still.gif", "assets/gradient.png"]
    {
        assert!(page.contains(&format!("<bdi>{}</bdi>", name.replace('/', "&#x2f;"))), "{name}");
    }
    assert!(page.contains("failed: damaged PNG"), "reasons are told");
    assert!(page.contains("7 files: 5 packed, 0 kept, 1 left alone (1 JPEG), 1 failed"), "so are totals");
    assert!(page.contains("href=\"assets/logo.png\">source</a>, <a href=\"dist/logo.png\">result</a>"));
    assert!(!page.contains("http:") && !page.contains("https:"), "it asks for nothing elsewhere");
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("data-name=\"Difference\"") && page.contains("data-colors=\""));
}

#[test]
fn names_are_only_text() {
    let folder = tree();
    folder.huepack(&["assets/icons", "--in-place", "--html", "report.html"]).succeeds();
    let page = page(&folder);
    assert!(!page.contains(WICKED), "a name is escaped wherever it stands");
    let link = if cfg!(windows) { "a%26%27b.png" } else { "%3Cb%3E%22%26%27.png" };
    assert!(page.contains(&format!("href=\"assets/icons/{link}\">file</a>")));
    assert!(!page.contains(">source<"), "in place there is no source any more");
}

#[test]
fn a_page_is_the_same_on_any_number_of_threads() {
    let pages = ["1", "7"].map(|threads| {
        let folder = tree();
        let arguments = ["--in-place", "assets", "--html", "report.html", "--exclude", "cut.png"];
        let run = folder.program(&arguments).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert!(run.status.success(), "{run:?}");
        page(&folder)
    });
    assert!(pages[0] == pages[1], "pages differ");
    assert!(pages[0].len() < 500_000, "{} bytes for five small pictures", pages[0].len());
}

#[test]
fn what_was_done_before_has_rows_and_no_pictures() {
    let folder = tree();
    let arguments = ["--in-place", "assets", "--exclude", "cut.png", "--html", "report.html"];
    folder.huepack(&arguments).succeeds();
    assert!(page(&folder).contains("class=\"card\""));
    folder.huepack(&arguments).done();
    let page = page(&folder);
    assert!(page.contains("What was done in an earlier run is not done again"), "said in words");
    assert!(page.contains("logo.png") && !page.contains("class=\"card\""));
}

#[test]
fn a_page_that_makes_no_sense_is_refused_before_the_work() {
    let folder = tree();
    let dry = folder.huepack(&["assets", "--out-dir", "dist", "--dry-run", "--html", "report.html"]);
    dry.fails(2, &["--dry-run does nothing to them; leave one of the two out"]);
    let single = folder.huepack(&["assets/logo.png", "--html", "report.html"]);
    single.fails(2, &["--html is for folders", "huepack compare assets/logo.png --html report.html"]);
    folder.huepack(&["--in-place", "assets", "--html", "-"]).fails(2, &["needs the name of a file"]);
    let over = folder.huepack(&["--in-place", "assets", "--html", "assets/logo.png"]);
    over.fails(2, &["the page would overwrite assets/logo.png"]);
    folder.write("notes.html", b"<p>Of ours.");
    let before = folder.files();
    let other = folder.huepack(&["--in-place", "assets", "--html", "notes.html"]);
    other.fails(
        3,
        &["notes.html: it exists already, and is no page of a run; choose another name for --html"],
    );
    folder.huepack(&["--in-place", "assets", "--html", "none/a.html"]).fails(3, &["the folder to write to"]);
    assert!(folder.files() == before, "nothing was done");
}
