#!/bin/sh
# Measures everything and writes the records and the page anew. Run it from the root of the repository:
#
#     sh bench/record.sh [CORPUS]
#
# CORPUS, or the variable of that name, is the folder with photo/kodim*.png and photo/cq100_*.png; without it what
# needs many pictures is skipped. HUEPACK_BENCH_PYTHON names a Python that has scikit-learn, and a pngquant on the
# path runs along; without them they are left out.
set -eu

CORPUS=${1:-${CORPUS:-}}
# The records name pictures by it, instead of where it lies on this machine.
export CORPUS
day=$(date -u +%F)
target=${CARGO_TARGET_DIR:-target}
bench() { cargo run --release --quiet --manifest-path bench/Cargo.toml -- "$@"; }
has() { for program; do command -v "$program" >/dev/null || return 1; done; }
record() { kind=$1; name=$2; shift 2; bench "$kind" "$@" --out "bench/results/$day-$name.tsv"; }

cargo build --release --quiet -p huepack-cli

record palette palette fixtures/china.jpg --colors 16,64,256 --rounds 5
record bytes bytes fixtures/china.jpg --colors 64,256
record stages stages fixtures/china.jpg --rounds 15

if [ -d "$CORPUS/photo" ]; then
    set -- "$CORPUS"/photo/kodim*.png "$CORPUS"/photo/cq100_*.png
    record palette photos-srgb "$@" --measure srgb --rounds 3 --peers sRGB,imagequant,quantizr,recipe
    record palette photos-oklab "$@" --measure oklab --rounds 3 --peers Oklab,imagequant,quantizr
    record hull hull "$@" --crop 384 --thin --dithers auto --colors 256,64 --threads 2 --peers-cache "$target/peers.tsv"
    record hull defaults "$@" --crop 512 --defaults --threads 2
    record looks looks "$@" --peers Oklab,sRGB,imagequant,quantizr
    if has pngquant oxipng gifsicle && [ -d "$CORPUS/anim" ]; then
        record assets assets "$CORPUS/photo" "$CORPUS/ui" "$CORPUS/art" "$CORPUS/anim" \
            --options= --options="--quality 70" --huepack "$target/release/huepack"
    else
        echo "skipped: assets (no pngquant, oxipng or gifsicle on the path, or no folder anim in the corpus)"
    fi
    record programs programs "$@" --rounds 3 --huepack "$target/release/huepack"
    if command -v gifsicle >/dev/null && [ -d "$CORPUS/anim" ]; then
        record hull gif-hull "$@" --gif --crop 384 --dithers auto --colors 256 --threads 2 --peers-cache "$target/gif-peers.tsv"
        record lzw lzw "$@" "$CORPUS"/anim/*.gif
        record repack repack "$CORPUS"/anim/*.gif --efforts fast,balanced --huepack "$target/release/huepack"
    else
        echo "skipped: lzw (no gifsicle on the path, or no folder anim in the corpus)"
    fi
else
    echo "skipped: everything over many photographs (no folder photo in the corpus \"$CORPUS\")"
fi

set --
for megapixels in 0.3 1.5 6 24; do
    bench make-large "$target/large-$megapixels.png" --megapixels "$megapixels"
    set -- "$@" "$target/large-$megapixels.png"
done
record programs growth "$@" --growth --programs huepack --threads 1 --rounds 3 --huepack "$target/release/huepack"

record tree tree --huepack "$target/release/huepack"

bench make-large "$target/large.jpg" --megapixels 24
bench memory --image "$target/large.jpg" --out "bench/results/$day-memory.tsv" -- \
    "$target/release/huepack" "$target/large.jpg" -o "$target/large.png" --force
bench report bench/results/"$day"-*.tsv --markdown docs/benchmarks.md
