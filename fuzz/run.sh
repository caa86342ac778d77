#!/usr/bin/env bash
# Runs every fuzz target, or those named, one after the other: fuzz/run.sh SECONDS [TARGET...]
#
# Needs nightly Rust and cargo-fuzz. CARGO_TARGET_DIR is where to build, and CORPUS the folder of conformance files,
# which the repository does not hold. SANITIZER=none is faster and sees no broken memory. FLAGS=--no-trace-compares is
# four times as fast for `palettes`, `pack` and `stages`, which have no magic numbers to find.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

SECONDS_EACH=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
TARGETS=("${@:2}")
TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/fuzz/target}
CORPUS=${CORPUS:-../shared/corpus/conformance}
SANITIZER=${SANITIZER:-address}
# Enough for every kind of block, and small enough that a mutation is likely to hit something.
MAX_LENGTH=8192
FUZZ=(--fuzz-dir fuzz --target-dir "$TARGET_DIR" --sanitizer "$SANITIZER" ${FLAGS:-})

# extensions_of TARGET: what the names of its files end with.
extensions_of() {
    case $1 in
        decode_jpeg) echo jpg jpeg ;;
        decode_tiff) echo tif tiff ;;
        decode_animation) echo gif png apng webp ;;
        repack_gif) echo gif ;;
        decode_simple) echo bmp pbm pgm ppm pnm pam qoi ;;
        decode_*) echo "${1#decode_}" ;;
    esac
}

# collect_seeds TARGET FOLDER: copies small files of its format into one flat folder, named by their content.
collect_seeds() {
    local extension file
    mkdir -p "$2"
    for extension in $(extensions_of "$1"); do
        find fixtures "$CORPUS" -type f -iname "*.$extension" -size -"$((MAX_LENGTH / 1024 + 1))"k 2>/dev/null || true
    done | while read -r file; do
        cp "$file" "$2/$(sha1sum "$file" | cut -c1-40)"
    done
}

[[ ${#TARGETS[@]} -gt 0 ]] || mapfile -t TARGETS < <(cargo +nightly fuzz list --fuzz-dir fuzz)
cargo +nightly fuzz build "${FUZZ[@]}"
FAILED=()
for target in "${TARGETS[@]}"; do
    grown=fuzz/corpus/$target
    collected=$TARGET_DIR/seeds/$target
    dictionary=fuzz/dictionaries/${target#decode_}.dict
    mkdir -p "$grown"
    collect_seeds "$target" "$collected"
    folders=("$grown" "$collected")
    [[ ! -d fuzz/seeds/$target ]] || folders+=("fuzz/seeds/$target")
    options=(-max_total_time="$SECONDS_EACH" -max_len="$MAX_LENGTH" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1)
    [[ ! -f $dictionary ]] || options+=(-dict="$dictionary")
    # Files grow from small ones; what pictures are built of had better be long from the beginning.
    [[ $target == decode_* ]] || options+=(-len_control=0)
    printf '\n=== %s\n' "$target"
    cargo +nightly fuzz run "${FUZZ[@]}" "$target" "${folders[@]}" -- "${options[@]}" || FAILED+=("$target")
done
if [[ ${#FAILED[@]} -gt 0 ]]; then
    printf '\nfinds, in fuzz/artifacts: %s\n' "${FAILED[*]}"
    exit 1
fi
