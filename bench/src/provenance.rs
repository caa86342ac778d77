//! Where a table comes from: without it a number means nothing.

use std::fs;
use std::process::Command;

/// Crates whose versions stand above every table.
const CRATES: [&str; 7] =
    ["color_quant", "exoquant", "fast-ssim2", "imagequant", "kmeans_colors", "oxipng", "quantette"];

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
fn locked_version(name: &str) -> &'static str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let lock = include_str!("../Cargo.lock");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("unknown", |(version, _)| version)
}

/// Says how to repeat the measurement, from the root of the repository; where it was recorded is left out.
fn command_line() -> String {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(out) = arguments.iter().position(|argument| argument == "--out") {
        arguments.drain(out..arguments.len().min(out + 2));
    }
    format!("cargo run --release --manifest-path bench/Cargo.toml -- {}", arguments.join(" "))
}

/// The last commit that changed the library, and whether it has been changed since.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(ROOT).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match git(&["log", "-1", "--format=%h", "--", "src", "Cargo.toml"]).filter(|commit| !commit.is_empty()) {
        None => "an unknown commit".to_owned(),
        Some(commit) => match git(&["status", "--porcelain", "--", "src", "Cargo.toml"]) {
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
    fn every_crate_named_above_a_table_is_locked() {
        for name in CRATES.iter().chain(&["huepack"]) {
            assert_ne!(locked_version(name), "unknown", "{name}");
        }
    }
}
