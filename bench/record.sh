#!/bin/sh
# Measures everything and writes the records and the page anew. Run it from the root of the repository.
set -eu

day=$(date -u +%F)
bench() { cargo run --release --quiet --manifest-path bench/Cargo.toml -- "$@"; }

bench palette fixtures/china.jpg --colors 16,64,256 --rounds 5 --out "bench/results/$day-palette.tsv"
bench bytes fixtures/china.jpg --colors 64,256 --out "bench/results/$day-bytes.tsv"
target=${CARGO_TARGET_DIR:-target}
cargo build --release --quiet -p huepack-cli
bench make-large "$target/large.jpg" --megapixels 24
bench memory --image "$target/large.jpg" --out "bench/results/$day-memory.tsv" -- \
    "$target/release/huepack" "$target/large.jpg" -o "$target/large.png" --force
bench report bench/results/"$day"-*.tsv --markdown docs/benchmarks.md
