//! The README shows what the program says.

mod program;

use program::Folder;

#[test]
fn the_first_line_of_the_readme_is_what_comes_out() {
    let readme = include_str!("../../README.md");
    let (_, shown) = readme.split_once("fixtures/china.jpg -> ").expect("it shows a photograph packed");
    let shown = shown.lines().next().unwrap_or_default();
    let said = Folder::with(&["china.jpg"]).huepack(&["china.jpg"]).done();
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim_end(), format!("china.jpg -> {shown}"));
}
