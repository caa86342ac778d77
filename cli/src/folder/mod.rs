//! Whole folders: the files in them, what is to become of each, and the totals.

mod args;
mod assess;
mod dry;
mod gallery;
mod item;
mod kind;
mod list;
mod report;
mod settings;
mod shard;
mod walk;
mod work;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use args::FolderArgs;
use args::folders;
pub(crate) use assess::{Assessed, assess};
use gallery::Gallery;
pub(crate) use gallery::{Allowance, Exhibit};
pub(crate) use item::Item;
pub(crate) use kind::Kind;
pub(crate) use report::{Totals, VERSION as REPORT_VERSION};
pub(crate) use settings::{Known, MIN_SCORE, Refusal};
pub(crate) use shard::{Shard, Shards};
pub(crate) use walk::walk;
use walk::{Found, Wanted};
pub(crate) use work::{Became, work};
use work::{Done, Made};

use crate::args::PackArgs;
use crate::backup::{self, Backup};
use crate::batch;
use crate::cache::Cache;
use crate::config::{Config, Finder};
use crate::failure::{Failure, shown};
use crate::findings;
use crate::globs::Globs;
use crate::output::{folder_of, remove_left_over, same_file};
use crate::plan::Talk;
use crate::progress::Progress;
use crate::report::Outcome;
use crate::terminal::{Status, complain, say, tell};

/// Whether the rules for folders hold, instead of those for single pictures; and what configs were found on the way, since
/// what could not be read once must not be there the next time.
pub(crate) fn meant(args: &PackArgs) -> Option<Finder> {
    let mut finder = Finder::default();
    let mut has_config = |input: &PathBuf| !matches!(finder.of(input), Ok(None));
    let is_meant = args.folder.is_given()
        || folders(&args.inputs).next().is_some()
        || args.in_place && args.inputs.iter().any(&mut has_config);
    is_meant.then_some(finder)
}

/// Packs every file of the inputs that is to be packed; one that fails does not stop the others.
pub(crate) fn run(args: &PackArgs, finder: Finder) -> Status {
    let talk = Talk::of(args.json, args.quiet);
    match items(args, finder) {
        Ok(items) if args.folder.dry_run => tell_plan(&items, talk),
        Ok(items) => pack_and_tell(args, &items, talk).unwrap_or_else(refused),
        Err(refusal) => refused(refusal),
    }
}

fn refused(Refusal { status, message }: Refusal) -> Status {
    complain(&message);
    status
}

fn pack_and_tell(args: &PackArgs, items: &[Item], talk: Talk) -> Result<Status, Refusal> {
    let mut gallery = Gallery::of(args, items)?;
    remove_left_over_files(items);
    let mut cache = cache(args);
    let totals = pack(args, items, &mut cache, gallery.as_mut());
    match talk {
        Talk::Lines => say(&totals.line()),
        Talk::Json => say(&totals.json(args.folder.shard).to_string()),
        Talk::Quiet => {}
    }
    cache.close();
    let mut status = if totals.failed > 0 { Status::Failed } else { Status::Done };
    if let Some(Err(failure)) = gallery.map(|gallery| gallery.write(&totals)) {
        complain(&failure.to_string());
        status = Status::Failed;
    }
    Ok(status)
}

/// Removes what runs that were killed have left in the folders that results go to.
pub(crate) fn remove_left_over_files<'a>(items: impl IntoIterator<Item = &'a Item>) {
    let folders: BTreeSet<&Path> = items.into_iter().map(Item::folder).collect();
    for failure in folders.into_iter().flat_map(remove_left_over) {
        complain(&failure.to_string());
    }
}

/// What is to be done.
fn items(args: &PackArgs, mut finder: Finder) -> Result<Vec<Item>, Refusal> {
    check(args)?;
    let listed = match &args.folder.manifest {
        Some(list) => list::read(list, args)?,
        None => Vec::new(),
    };
    let out_dir = args.out_dir.as_deref();
    if let Some(folder) = out_dir.filter(|_| !args.folder.dry_run) {
        fs::create_dir_all(folder)
            .map_err(|error| Refusal::failed(Failure::writing(folder, &error).to_string()))?;
    }
    let is_backed_up = args.backup_dir.is_some() && !args.folder.dry_run;
    let backup = if is_backed_up { Backup::of(&with_inputs(args, &listed), &mut finder) } else { Ok(None) };
    let backup = backup.map_err(|failure| Refusal::failed(failure.to_string()))?;
    let mut known = Known::new(args, finder)?.backed_up(backup);
    let item = |found: Found| {
        let settings = known.of(&found.path).transpose()?;
        Some(Item::of(found, out_dir, settings))
    };
    let mut found = joined(found(args)?, listed);
    let is_mine = |relative: &Path| args.folder.shard.is_none_or(|shard| shard.holds(relative));
    // Only where formats change, or a list says so, may files of two shards meet under one name; else those of others need
    // not be looked at.
    if !args.folder.convert && args.folder.manifest.is_none() {
        found.retain(|found| is_mine(&found.relative));
    }
    let mut items: Vec<Item> = found.into_iter().filter_map(item).collect();
    item::part(&mut items);
    items.retain(|item| is_mine(&item.relative));
    if args.folder.html.is_some() {
        item::show(&mut items);
    }
    Ok(items)
}

/// Files of a list and those that were found, by path. Of one that is both, the list says where its result goes.
fn joined(found: Vec<Found>, listed: Vec<Found>) -> Vec<Found> {
    let paths: HashSet<PathBuf> = listed.iter().map(|found| found.path.clone()).collect();
    let mut all = listed;
    all.extend(found.into_iter().filter(|found| !paths.contains(&found.path)));
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

/// The same as if the files of a list had been typed.
fn with_inputs(args: &PackArgs, listed: &[Found]) -> PackArgs {
    let mut args = args.clone();
    args.inputs.extend(listed.iter().map(|found| found.path.clone()));
    args
}

/// What is remembered: in the folder that was named, else beside the config of the first input, else in that.
pub(crate) fn cache(args: &PackArgs) -> Cache {
    if args.folder.no_cache {
        return Cache::none();
    }
    let beside = |folder: &Path| folder.join(".huepack").join("cache");
    // Paths of a list are seen from here.
    let input = args.inputs.first().map_or(Path::new("."), PathBuf::as_path);
    let root = if input.is_dir() { input } else { folder_of(input) };
    let folder = args.folder.cache_dir.clone().unwrap_or_else(|| {
        let config = fs::canonicalize(root).ok().and_then(|root| Finder::default().of_folder(&root).ok()?);
        beside(config.as_deref().map_or(root, Config::folder))
    });
    let (cache, word) = Cache::open(&folder);
    word.iter().for_each(|word| complain(word));
    cache
}

/// The files that are to be looked at.
pub(crate) fn found(args: &PackArgs) -> Result<Vec<Found>, Refusal> {
    Ok(walk(&args.inputs, &wanted(args)?))
}

fn wanted(args: &PackArgs) -> Result<Wanted, Refusal> {
    Ok(Wanted {
        include: Globs::of(&args.folder.include).map_err(Refusal::usage)?,
        exclude: Globs::of(&args.folder.exclude).map_err(Refusal::usage)?,
        follow_links: args.folder.follow_links,
        out_dir: args.out_dir.clone(),
    })
}

/// What makes no sense for folders.
fn check(args: &PackArgs) -> Result<(), Refusal> {
    let named =
        folders(&args.inputs).next().or(args.inputs.first()).map_or(String::new(), |path| shown(path));
    let refuse = |message: String| Err(Refusal::usage(message));
    if args.inputs.iter().any(|input| input == Path::new("-")) {
        return refuse("standard input does not go together with folders and their options".into());
    }
    check_page(args, &named)?;
    if args.output.is_some() {
        return refuse(format!(
            "-o names one output, and {named} may hold many files; use --out-dir or --in-place"
        ));
    }
    if args.suffix.is_some() {
        return refuse(format!("--suffix is for single files, not for {named}; use --out-dir or --in-place"));
    }
    if !args.inputs.is_empty() && !args.in_place && args.out_dir.is_none() && !args.folder.dry_run {
        return refuse(format!(
            "{named}: say --in-place to replace its files, or --out-dir DIR to write the tree there; \
             --dry-run shows what would be done"
        ));
    }
    if args.fps.is_some() || args.width.is_some() {
        return refuse(format!("--fps and --width are for single files, not for {named}"));
    }
    if args.format.is_some() && !args.folder.convert {
        return refuse("formats stay in folders; --convert with --format changes them".into());
    }
    if let Some(folder) = folders(&args.inputs).find(|folder| folder.join(backup::MANIFEST).exists()) {
        let folder = shown(folder);
        return refuse(format!("{folder} keeps originals; huepack restore {folder} brings them back"));
    }
    match &args.out_dir {
        Some(out_dir) => folders(&args.inputs).try_for_each(|input| check_apart(input, out_dir)),
        None => Ok(()),
    }
}

/// A page tells of a run over folders.
fn check_page(args: &PackArgs, named: &str) -> Result<(), Refusal> {
    let Some(page) = &args.folder.html else { return Ok(()) };
    if folders(&args.inputs).next().is_none() && args.folder.manifest.is_none() {
        return Err(Refusal::usage(format!(
            "--html is for folders, and {named} is none; `huepack compare {named} --html {}` shows one picture",
            shown(page)
        )));
    }
    if page == Path::new("-") {
        return Err(Refusal::usage("--html needs the name of a file, not -"));
    }
    if args.folder.dry_run {
        return Err(Refusal::usage(
            "--html tells what became of files, and --dry-run does nothing to them; leave one of the two out",
        ));
    }
    Ok(())
}

/// Results must not land among what is still to be read.
fn check_apart(input: &Path, out_dir: &Path) -> Result<(), Refusal> {
    if same_file(input, out_dir) {
        return Err(Refusal::usage(format!(
            "--out-dir is {} itself; --in-place replaces its files",
            shown(input)
        )));
    }
    match (fs::canonicalize(input), fs::canonicalize(out_dir)) {
        (Ok(input_path), Ok(out_dir)) if input_path.starts_with(&out_dir) => {
            Err(Refusal::usage(format!("--out-dir holds {}; choose a folder beside it", shown(input))))
        }
        _ => Ok(()),
    }
}

fn tell_plan(items: &[Item], talk: Talk) -> Status {
    let mut status = Status::Done;
    for item in items {
        match dry::line(item) {
            Ok(line) if talk == Talk::Lines => say(&line),
            Ok(_) => {}
            Err(failure) => {
                complain(&failure.to_string());
                status = Status::Failed;
            }
        }
        if talk == Talk::Json {
            say(&dry::json(item).to_string());
        }
    }
    status
}

fn pack(args: &PackArgs, items: &[Item], cache: &mut Cache, mut gallery: Option<&mut Gallery>) -> Totals {
    let talk = Talk::of(args.json, args.quiet);
    let most_memory = args.reading.limits.max_memory;
    let progress = Progress::of_folder(items.len(), talk);
    let mut totals = Totals::default();
    let mut told = HashSet::new();
    for window in items.chunks(batch::WINDOW) {
        let beside = batch::together(window, most_memory, |item, most_memory| {
            let done = batch::unless_more_is_wanted(work(item, cache, most_memory))?;
            progress.done(saved(&done));
            Some(done)
        });
        let mut entries = Vec::new();
        for (item, done) in window.iter().zip(beside) {
            let done = done.unwrap_or_else(|| {
                let done = work(item, cache, u64::MAX);
                progress.done(saved(&done));
                done
            });
            totals.add(&done);
            entries.extend(done.iter().flat_map(|done| &done.entries));
            progress.suspend(|| tell_of(&item.path, &done, talk, &mut told));
            if let Some(gallery) = &mut gallery {
                gallery.add(item, done);
            }
        }
        if let Err(word) = cache.remember(&entries) {
            progress.suspend(|| complain(&word));
        }
    }
    drop(progress);
    totals
}

fn saved(done: &Result<Done, Failure>) -> u64 {
    done.as_ref().map_or(0, |done| done.before.saturating_sub(done.after))
}

/// Says how a file went. What went wrong in the same way for many, as with a broken config, is said once.
fn tell_of(path: &Path, done: &Result<Done, Failure>, talk: Talk, told: &mut HashSet<String>) {
    match done {
        Ok(done) => {
            if talk != Talk::Quiet {
                remark(path, done, talk);
            }
            match talk {
                Talk::Lines => report::line(path, done).iter().for_each(|line| say(line)),
                Talk::Json => say(&report::json(path, done).to_string()),
                Talk::Quiet => {}
            }
        }
        Err(failure) => {
            if talk == Talk::Json {
                let mut object = failure.json();
                object["input"] = shown(path).into();
                say(&object.to_string());
            }
            let line = failure.to_string();
            if told.insert(line.clone()) {
                complain(&line);
            }
        }
    }
}

/// What could not be kept, and what was lost.
fn remark(path: &Path, done: &Done, talk: Talk) {
    let Some(Made::Still(summary)) = &done.made else { return };
    let path = shown(path);
    summary.remarks.iter().for_each(|remark| tell(&format!("{path}: {remark}")));
    if talk == Talk::Lines && summary.outcome == Outcome::Written {
        findings::lines(&summary.findings).iter().for_each(|line| tell(&format!("{path}: {line}")));
    }
}
