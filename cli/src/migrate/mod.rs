//! `huepack migrate`: what imagemin, image-actions and imgbot were told, as a `huepack.toml`.

mod document;
mod draft;
mod imagemin;
mod services;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use document::{Node, Wrong};
use draft::Draft;

use crate::config;
use crate::failure::{Failure, shown};
use crate::output::{Existing, HardLinks, Target, Writer};
use crate::terminal::{Status, complain, say, tell};

/// Where settings may be, and where they go.
#[derive(Args, Clone, Debug)]
pub(crate) struct MigrateArgs {
    /// The folder of the project
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Write huepack.toml there, unless there is one
    #[arg(long)]
    write: bool,
}

/// Files that may hold settings, beside those of workflows.
const NAMES: [&str; 8] = [
    "package.json",
    ".imageminrc",
    ".imageminrc.json",
    ".imagemin.json",
    "imagemin.json",
    ".imageminrc.yml",
    ".imageminrc.yaml",
    ".imgbotconfig",
];

/// Files that would have to be run to be understood, and whether they are about nothing else.
const PROGRAMS: [(&str, bool); 15] = [
    ("imagemin.config.js", true),
    ("imagemin.config.cjs", true),
    ("imagemin.config.mjs", true),
    ("imagemin.config.ts", true),
    (".imageminrc.js", true),
    (".imageminrc.cjs", true),
    ("gulpfile.js", false),
    ("gulpfile.mjs", false),
    ("gulpfile.babel.js", false),
    ("Gruntfile.js", false),
    ("webpack.config.js", false),
    ("webpack.config.ts", false),
    ("next.config.js", false),
    ("vite.config.js", false),
    ("vite.config.ts", false),
];

/// Reads what is there; a file that is broken does not stop the others, but nothing is written then.
pub(crate) fn run(args: &MigrateArgs) -> Status {
    if let Err(error) = fs::read_dir(&args.folder) {
        let failure = match error.kind() {
            io::ErrorKind::NotADirectory => {
                Failure::new(&args.folder, "it is no folder", "name that of the project")
            }
            _ => Failure::reading(&args.folder, &error),
        };
        complain(&failure.to_string());
        return Status::Failed;
    }
    let mut draft = Draft::default();
    let mut failures = Vec::new();
    for path in files(&args.folder) {
        if let Err(failure) = read(&args.folder, &path, &mut draft) {
            failures.push(failure);
        }
    }
    failures.extend(programs(&args.folder));
    if draft.is_empty() && failures.is_empty() {
        let reason = "there are no settings of imagemin, image-actions or imgbot";
        failures.push(Failure::new(&args.folder, reason, "name the folder of the project"));
    }
    failures.iter().for_each(|failure| complain(&failure.to_string()));
    let status = if failures.is_empty() { Status::Done } else { Status::Failed };
    if draft.is_empty() {
        return status;
    }
    let text = draft.toml();
    let path = within(&args.folder, config::FILE);
    if let Err(failure) = config::check(&path, &text) {
        complain(&Failure::bug(Path::new(&failure.to_string())).to_string());
        return Status::Failed;
    }
    if !args.write {
        say(text.trim_end());
        return status;
    }
    if !failures.is_empty() {
        let reason = "nothing was written, since not all settings could be read";
        complain(&Failure::new(&path, reason, "without --write, what could be read is printed").to_string());
        return status;
    }
    write(&path, &text, &draft)
}

fn write(path: &Path, text: &str, draft: &Draft) -> Status {
    let writer = Writer { existing: Existing::Keep, hard_links: HardLinks::Refuse, verify: None };
    if path.exists() {
        let advice = "without --write, the config is printed; take from it what is missing";
        complain(&Failure::new(path, "it exists already", advice).to_string());
        return Status::Failed;
    }
    match writer.write(&Target::File(path.to_owned()), text.as_bytes()) {
        Ok(()) => {
            tell(&format!("{}: written, with {} remarks at its end", shown(path), draft.remarks()));
            Status::Done
        }
        Err(failure) => {
            complain(&failure.to_string());
            Status::Failed
        }
    }
}

/// The files of a project that may hold settings, in an order that does not change.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = NAMES.iter().map(|name| within(folder, name)).collect();
    let workflows = fs::read_dir(within(folder, ".github/workflows")).into_iter().flatten().flatten();
    let mut workflows: Vec<PathBuf> = workflows.map(|entry| entry.path()).collect();
    workflows.retain(|path| path.extension().is_some_and(|end| end == "yml" || end == "yaml"));
    workflows.sort();
    files.extend(workflows);
    files.retain(|path| path.is_file());
    files
}

/// A path in a folder; of this one, nobody wants to read at every line that it is this one.
fn within(folder: &Path, name: &str) -> PathBuf {
    if folder == Path::new(".") { name.into() } else { folder.join(name) }
}

fn read(folder: &Path, path: &Path, draft: &mut Draft) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => Failure::new(path, "it is not text in UTF-8", "save it as UTF-8"),
        _ => Failure::reading(path, &error),
    })?;
    let wrong = |Wrong { line, reason }: Wrong| {
        Failure::new(Path::new(&format!("{}:{line}", shown(path))), reason, "mend it, and try again")
    };
    let name = shown(path.strip_prefix(folder).unwrap_or(path)).replace('\\', "/");
    let is_yaml = path.extension().is_some_and(|end| end == "yml" || end == "yaml");
    // Without an extension, it may be either.
    let is_json =
        !is_yaml && (path.extension().is_some_and(|end| end == "json") || text.trim_start().starts_with('{'));
    let node = if is_json { Node::of_json(&text) } else { Node::of_yaml(&text) };
    match &*name {
        "package.json" => package(&name, &node.map_err(wrong)?, draft),
        ".imgbotconfig" => {
            draft.source(&name);
            services::imgbot(&name, &node.map_err(wrong)?, draft);
        }
        _ if name.contains("workflows/") => {
            // A workflow that is about something else may be as broken as it likes.
            if text.contains("image-actions") && services::image_actions(&name, &node.map_err(wrong)?, draft)
            {
                draft.source(&name);
            }
        }
        _ => {
            draft.source(&name);
            imagemin::read(&name, &node.map_err(wrong)?, draft);
        }
    }
    Ok(())
}

/// What a package says of imagemin, and where it runs it.
fn package(file: &str, node: &Node, draft: &mut Draft) {
    for key in ["imagemin", "imagemin-lint-staged"] {
        if let Some(settings) = node.get(key) {
            draft.source(file);
            imagemin::read(file, settings, draft);
        }
    }
    for section in ["lint-staged", "scripts"] {
        for (name, command) in node.get(section).map_or(&[][..], Node::entries) {
            let what = format!("{section} {name}: {}", command.shown());
            if what.contains("imagemin") {
                draft.source(file);
                let place = draft::Place { file, line: command.line };
                draft.remark(place, &what, "run huepack --in-place instead");
            }
        }
    }
}

/// Programs that set imagemin up, which are not run.
fn programs(folder: &Path) -> Vec<Failure> {
    let path = |&(name, is_known): &(&str, bool)| {
        let path = within(folder, name);
        let text = fs::read_to_string(&path).ok()?;
        (is_known || text.contains("imagemin")).then_some(path)
    };
    let failure = |path: PathBuf| {
        let reason = "it is a program, and what it tells imagemin is only known when it runs";
        Failure::new(&path, reason, "carry its settings over by hand; docs/cli.md says which key is which")
    };
    PROGRAMS.iter().filter_map(path).map(failure).collect()
}
