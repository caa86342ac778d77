//! `huepack restore`: originals back in their places, as far as nobody has changed them since.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::RestoreArgs;
use super::manifest::{Generation, Manifest, NAME};
use super::stored;
use crate::config::name_of;
use crate::failure::{Failure, shown};
use crate::globs::Globs;
use crate::number::grouped;
use crate::output::{Existing, HardLinks, Original, Writer, content, folder_of, make_folder, put_new};
use crate::plan::Talk;
use crate::signal;
use crate::terminal::{Status, complain, say};

/// A backup that was read, and the tree that it is of.
struct Tree {
    folder: PathBuf,
    root: PathBuf,
    manifest: Manifest,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Restored,
    /// It would be, if this were no dry run.
    Planned,
    /// It is the original.
    Unchanged,
}

/// A file that is to come back.
struct Item<'a> {
    name: PathBuf,
    target: PathBuf,
    stored: PathBuf,
    generation: &'a Generation,
    /// What stands there.
    now: Option<String>,
}

/// Brings originals back; one that fails does not stop the others.
pub(crate) fn run(args: &RestoreArgs) -> Status {
    let tree = match Tree::open(&args.folder) {
        Ok(tree) => tree,
        Err(failure) => {
            complain(&failure.to_string());
            return Status::Failed;
        }
    };
    let wanted = match Wanted::of(args, &tree) {
        Ok(wanted) => wanted,
        Err(usage) => {
            complain(&usage);
            return Status::Usage;
        }
    };
    let talk = Talk::of(args.json, args.quiet);
    let mut status = Status::Done;
    let (mut restored, mut unchanged, mut failed) = (0, 0, 0);
    for (relative, generations) in tree.manifest.files().filter(|(path, _)| wanted.all.hold(path)) {
        let result =
            if signal::received().is_some() { break } else { tree.restore(args, relative, generations) };
        match &result {
            Ok(Became::Unchanged) => unchanged += 1,
            Ok(_) => restored += 1,
            Err(_) => failed += 1,
        }
        status = status.max(tell_of(&tree.root.join(relative), result, talk));
    }
    for failure in wanted.missing(&tree) {
        status = status.max(Status::Failed);
        complain(&failure.to_string());
    }
    if tree.manifest.damaged > 0 {
        let reason = match tree.manifest.damaged {
            1 => "a line of it is damaged".to_owned(),
            lines => format!("{} lines of it are damaged", grouped(lines as u64)),
        };
        let advice = "look for what is missing in the folders below it";
        complain(&Failure::new(&args.folder.join(NAME), reason, advice).to_string());
        status = status.max(Status::Failed);
    }
    if talk == Talk::Lines {
        let verb = if args.dry_run { "would be restored" } else { "restored" };
        let failed = if failed > 0 { format!(", {} failed", grouped(failed)) } else { String::new() };
        say(&format!("{} {verb}, {} unchanged{failed}", grouped(restored), grouped(unchanged)));
    }
    status
}

/// Says how a file went.
fn tell_of(path: &Path, result: Result<Became, Failure>, talk: Talk) -> Status {
    let name = name_of(path);
    match result {
        Ok(became) => {
            let (stable, words) = match became {
                Became::Restored => ("restored", "restored"),
                Became::Planned => ("planned", "would be restored"),
                Became::Unchanged => ("unchanged", "it is the original"),
            };
            match talk {
                Talk::Lines if became != Became::Unchanged => say(&format!("{name}: {words}")),
                Talk::Json => say(&json!({ "path": name, "status": stable }).to_string()),
                Talk::Lines | Talk::Quiet => {}
            }
            Status::Done
        }
        Err(failure) => {
            if talk == Talk::Json {
                let mut object = failure.json();
                object["path"] = name.into();
                say(&object.to_string());
            }
            complain(&failure.to_string());
            Status::Failed
        }
    }
}

impl Tree {
    fn open(folder: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::new(folder, "there is no backup", "name the folder that --backup-dir named")
            }
            _ => Failure::new(folder, format!("the backup cannot be read: {error}"), ""),
        };
        let manifest = Manifest::open(&folder.join(NAME)).map_err(failed)?;
        let path = manifest.root().ok_or_else(|| failed(io::Error::other("its manifest is damaged")))?;
        let root = fs::canonicalize(folder.join(&path)).map_err(|error| {
            let reason = format!("{}, which it is of, cannot be found: {error}", shown(&path));
            Failure::new(folder, reason, "copy the files from the folder originals in it")
        })?;
        Ok(Self { folder: folder.to_owned(), root, manifest })
    }

    fn restore(
        &self,
        args: &RestoreArgs,
        relative: &Path,
        generations: &[Generation],
    ) -> Result<Became, Failure> {
        let wanted = if args.oldest { generations.first() } else { generations.last() };
        let target = self.root.join(relative);
        let name = PathBuf::from(name_of(&target));
        let Some(generation) = wanted else { return Err(Failure::new(&name, "it has no original", "")) };
        let stored = stored(&self.folder, relative, generation.number);
        let now = now(&name, &target, &self.root)?;
        if now.as_ref() == Some(&generation.original.hash) {
            return Ok(Became::Unchanged);
        }
        // What this backup has seen is kept in it, or was made of what is.
        let is_known = now.as_ref().is_some_and(|now| generations.iter().any(|known| known.knows(now)));
        let item = Item { name, target, stored, generation, now };
        if !is_known && !args.force {
            let (reason, advice) = match item.now {
                Some(_) => ("it has changed since it was packed", "--force puts the original in its place"),
                None => ("it was removed since it was packed", "--force brings it back"),
            };
            return Err(Failure::new(&item.name, reason, advice));
        }
        let bytes = item.original()?;
        if args.dry_run {
            return Ok(Became::Planned);
        }
        let hard_links = if args.break_links { HardLinks::Break } else { HardLinks::Refuse };
        item.put(&bytes, hard_links)?;
        Ok(Became::Restored)
    }
}

/// What a file holds now; none if it is gone. What is no file, or is reached through a link, is no file of the tree.
fn now(name: &Path, target: &Path, root: &Path) -> Result<Option<String>, Failure> {
    let reading = |error: io::Error| Failure::reading(name, &error);
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = target.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(root);
            return if leads_into(root, folder) { Ok(None) } else { Err(led_out(name)) };
        }
        Err(error) => return Err(reading(error)),
        Ok(file) if !file.is_file() => {
            return Err(Failure::new(name, "it is no longer a file", "move away what is there"));
        }
        Ok(_) => {}
    }
    if !leads_into(root, target) {
        return Err(led_out(name));
    }
    content(target).map(|hash| Some(hash.to_hex().to_string())).map_err(reading)
}

/// Whether a path is where it seems to be, and no link leads it out of the tree.
fn leads_into(root: &Path, path: &Path) -> bool {
    fs::canonicalize(path).is_ok_and(|path| path.starts_with(root))
}

fn led_out(name: &Path) -> Failure {
    Failure::new(name, "a link leads out of the tree", "move the link away")
}

impl Item<'_> {
    /// The original, as it was.
    fn original(&self) -> Result<Vec<u8>, Failure> {
        let failed = |reason: String| Failure::new(&self.name, reason, "nothing was written");
        let bytes = fs::read(&self.stored).map_err(|error| {
            failed(format!("its original {} cannot be read: {error}", shown(&self.stored)))
        })?;
        if *blake3::hash(&bytes).to_hex() != *self.generation.original.hash {
            return Err(failed(format!("its original {} is damaged", shown(&self.stored))));
        }
        Ok(bytes)
    }

    /// Puts the original in its place at once, with the mode and the time that it had.
    fn put(&self, bytes: &[u8], hard_links: HardLinks) -> Result<(), Failure> {
        let verify = |written: &[u8]| {
            if written == bytes { Ok(()) } else { Err("what was written is another file".to_owned()) }
        };
        let writer = Writer { existing: Existing::Replace, hard_links, verify: Some(&verify) };
        let stamp = |file: &fs::File| self.generation.original.stamp.apply(file);
        let Some(now) = &self.now else {
            let new = make_folder(folder_of(&self.target))
                .and_then(|()| put_new(&self.target, bytes, writer, stamp));
            return new.map_err(|error| Failure::writing(&self.name, &error));
        };
        let put = Original::of(&self.target, hard_links).and_then(|original| {
            // What was looked at is what is replaced.
            let is_same = content(&self.target).is_ok_and(|hash| *hash.to_hex() == **now);
            Ok(is_same && original.put_back(bytes, writer, stamp)?)
        });
        match put {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::new(&self.name, "it changes while it is being restored", "try again")),
            Err(mut failure) => {
                failure.subject = shown(&self.name);
                Err(failure)
            }
        }
    }
}

/// Which files are to come back.
struct Wanted {
    all: Globs,
    /// The same, each with what was typed.
    each: Vec<(PathBuf, Globs)>,
}

impl Wanted {
    fn of(args: &RestoreArgs, tree: &Tree) -> Result<Self, String> {
        let mut patterns = Vec::new();
        let mut each = Vec::new();
        for path in &args.paths {
            let pattern = pattern(path, tree);
            each.push((path.clone(), Globs::of(&[&pattern])?));
            patterns.push(pattern);
        }
        if patterns.is_empty() {
            patterns.push("**".into());
        }
        Ok(Self { all: Globs::of(&patterns)?, each })
    }

    /// What stands for nothing.
    fn missing(&self, tree: &Tree) -> Vec<Failure> {
        let holds_none = |globs: &Globs| !tree.manifest.files().any(|(path, _)| globs.hold(path));
        let missing = self.each.iter().filter(|(_, globs)| holds_none(globs));
        let failure = |(path, _): &(PathBuf, Globs)| {
            Failure::new(path, "the backup has no such file", "patterns are seen from the tree that it is of")
        };
        missing.map(failure).collect()
    }
}

/// A file or folder that is there, or was, means just that; anything else is a pattern seen from the root.
fn pattern(path: &Path, tree: &Tree) -> String {
    let place = match fs::canonicalize(path) {
        Ok(place) => Some(place),
        Err(_) => {
            fs::canonicalize(folder_of(path)).ok().and_then(|folder| Some(folder.join(path.file_name()?)))
        }
    };
    let below = place.as_deref().and_then(|place| place.strip_prefix(&tree.root).ok());
    match below {
        Some(below) if below.as_os_str().is_empty() => "**".into(),
        Some(below) if tree.manifest.files().any(|(file, _)| file.starts_with(below)) => {
            format!("/{}", globset::escape(&below.to_string_lossy()))
        }
        _ => path.to_string_lossy().into_owned(),
    }
}
