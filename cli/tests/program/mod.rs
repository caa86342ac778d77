//! The real program in a fresh folder.

#![allow(dead_code, reason = "every file of tests uses a part of this")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use huepack::{Image, decode};
use serde_json::Value;

/// A new folder, removed at the end.
pub(crate) struct Folder(tempfile::TempDir);

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// The fixture's path.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name)
}

/// The pictures among the fixtures that are whole, animations included.
pub(crate) fn whole_fixtures() -> Vec<String> {
    let manifest = fs::read_to_string(fixture("MANIFEST.tsv")).expect("the manifest is there");
    let names = manifest.lines().skip(1).map(|line| line.split('\t').next().expect("a line has columns"));
    names.filter(|name| !name.starts_with("broken/")).map(str::to_owned).collect()
}

/// A picture, or the first frame of an animation.
pub(crate) fn decoded(bytes: &[u8]) -> Image {
    decode::Options::new().first_frame().decode(bytes).expect("the picture can be read").image
}

/// Pixels with the hidden colour of transparent ones taken away.
pub(crate) fn visible(image: &Image) -> Vec<[u8; 4]> {
    image.pixels().iter().map(|&pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect()
}

impl Folder {
    /// A folder with copies of these fixtures, those of `broken/` without that part of their name.
    pub(crate) fn with(fixtures: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder can be made"));
        for name in fixtures {
            let source = fixture(name);
            let copy = folder.path(source.file_name().expect("a fixture has a name"));
            fs::copy(&source, copy).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        folder
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn bytes(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.path(&name)).unwrap_or_else(|error| panic!("{}: {error}", name.as_ref().display()))
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("the test's own file can be written");
    }

    /// All names in the folder, sorted; hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder can be listed");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().to_string_lossy().into();
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// All files in the folder and those below, by their paths from here.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder can be listed") {
                let path = entry.unwrap().path();
                if path.is_symlink() {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(self.0.path()).unwrap().to_string_lossy().replace('\\', "/");
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// The program, about to run in this folder.
    pub(crate) fn program<A: AsRef<OsStr>>(&self, arguments: &[A]) -> assert_cmd::Command {
        let mut program = assert_cmd::cargo::cargo_bin_cmd!("huepack");
        program.current_dir(self.0.path()).args(arguments);
        program
    }

    /// Runs the program in this folder.
    pub(crate) fn huepack<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Run {
        Run::of(&mut self.program(arguments))
    }

    /// Runs the program with this on standard input.
    pub(crate) fn huepack_reading(&self, arguments: &[&str], input: &[u8]) -> Run {
        Run::of(self.program(arguments).write_stdin(input))
    }
}

impl Run {
    pub(crate) fn of(program: &mut assert_cmd::Command) -> Self {
        let output = program.output().expect("the program starts");
        Self {
            code: output.status.code().expect("the program ends by itself"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("talk is UTF-8"),
        }
    }

    /// Asserts that all went well, without a word on standard error.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!((self.code, &*self.stderr), (0, ""));
        self
    }

    /// Asserts that all went well, whatever colours were lost.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// Asserts the exit code, and a single line of error that holds each of these.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!((self.code, self.stderr.lines().count()), (code, 1), "{}", self.stderr);
        self.says(parts)
    }

    /// Asserts what is on standard error.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is missing in {:?}", self.stderr);
        }
        self
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("the report is UTF-8")
    }

    /// Standard output as one object a line.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
    }
}
