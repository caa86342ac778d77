//! Where a table comes from: without it a number means nothing.

use std::fs;
use std::process::Command;

/// Crates whose versions stand above every table.
const CRATES: [&str; 10] = [
    "butteraugli",
    "color_quant",
    "dssim-core",
    "exoquant",
    "fast-ssim2",
    "imagequant",
    "kmeans_colors",
    "oxipng",
    "quantette",
    "quantizr",
];

/// Options whose values are matters of the machine.
const NOT_REPEATED: [&str; 6] = ["--gifski", "--out", "--peers-cache", "--points", "--python", "--svg"];

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The notes of a table: date, code, compiler, machine and the command that made it.
pub(crate) fn notes(table: &str) -> Vec<(String, String)> {
    let versions: Vec<String> =
        CRATES.iter().map(|name| format!("{name} {}", locked_version(name))).collect();
    [
        ("table", table.to_owned()),
        ("date", time::OffsetDateTime::now_utc().date().to_string()),
        ("command", command_line()),
        ("huepack", format!("{} at {}, features default and score", locked_version("huepack"), commit())),
        ("beside", versions.join(", ")),
        ("rustc", format!("{}, {}", env!("BENCH_RUSTC"), build())),
        ("cpu", cpu_model()),
        ("cpu features", cpu_features().join(" ")),
        ("load before", load()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

/// The version that this program was built with.
pub(crate) fn locked_version(name: &str) -> &'static str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let lock = include_str!("../Cargo.lock");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("unknown", |(version, _)| version)
}

/// Says how to repeat the measurement, from the root of the repository. Where it was recorded and which Python it
/// used is left out, and files of the corpus are named as such: these are matters of the machine.
fn command_line() -> String {
    let corpus = std::env::var("CORPUS").ok().filter(|corpus| !corpus.is_empty());
    repeatable(std::env::args().skip(1), corpus.as_deref())
}

fn repeatable(mut arguments: impl Iterator<Item = String>, corpus: Option<&str>) -> String {
    let mut command = "cargo run --release --manifest-path bench/Cargo.toml --".to_owned();
    while let Some(argument) = arguments.next() {
        if NOT_REPEATED.contains(&argument.as_str()) {
            arguments.next();
            continue;
        }
        command.push(' ');
        match corpus.and_then(|corpus| argument.strip_prefix(corpus)) {
            Some(rest) => command = command + "$CORPUS/" + rest.trim_start_matches('/'),
            None => command += &argument,
        }
    }
    command
}

/// The last commit that changed the library or the program, and whether they have been changed since.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let shipped = ["--", "src", "cli/src", "Cargo.toml", "Cargo.lock"];
        let output = Command::new("git").arg("-C").arg(ROOT).args(arguments).args(shipped).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match git(&["log", "-1", "--format=%h"]).filter(|commit| !commit.is_empty()) {
        None => "an unknown commit".to_owned(),
        Some(commit) => match git(&["status", "--porcelain"]) {
            Some(changes) if changes.is_empty() => commit,
            _ => format!("{commit} with changes"),
        },
    }
}

/// What the code was built for: peers differ in how much they gain from wider instructions.
fn build() -> String {
    let wide = if cfg!(target_feature = "avx2") { "with AVX2" } else { "no target-cpu" };
    let debug = if cfg!(debug_assertions) { ", DEBUG BUILD: TIMES MEAN NOTHING" } else { "" };
    format!("{} {wide}{debug}", env!("BENCH_TARGET"))
}

fn cpu_model() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or("unknown", |(_, model)| model).to_owned()
}

fn cpu_features() -> Vec<&'static str> {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = info.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    let has = |name: &&str| flags.split_whitespace().any(|flag| flag == *name);
    ["sse4_1", "avx2", "fma", "avx512f"].into_iter().filter(has).collect()
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} on {cores} cores", load.split(' ').next().unwrap_or("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_nothing_of_the_machine() {
        let arguments =
            ["palette", "/here/a.png", "--out", "/there/b.tsv", "--python", "/p", "--colors", "4"];
        let command = repeatable(arguments.map(String::from).into_iter(), Some("/here"));
        assert!(command.ends_with("-- palette $CORPUS/a.png --colors 4"), "{command}");
    }

    #[test]
    fn every_crate_named_above_a_table_is_locked() {
        for name in CRATES.iter().chain(&["huepack"]) {
            assert_ne!(locked_version(name), "unknown", "{name}");
        }
    }
}
