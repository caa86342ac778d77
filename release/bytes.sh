#!/usr/bin/env bash
# Prints the SHA-256 of what a program makes of some fixtures: release/bytes.sh PROGRAM [| diff release/bytes.txt -]
#
# The same bytes come out everywhere, so these are those of release/bytes.txt on every machine. Where output is meant to
# change, and the version of the output with it, this writes that file anew.
set -euo pipefail

program=$1
cd "$(dirname "$0")/../fixtures"
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/huepack-bytes.XXXXXX")
trap 'rm -rf "$folder"' EXIT

sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1; }

for input in china.jpg logo.png screenshot.png animated.png; do
    for format in png gif; do
        "$program" pack "$input" -o "$folder/result" --format "$format" --colors 64 --force --quiet
        printf '%s  %s as %s\n' "$(sum <"$folder/result")" "$input" "$format"
    done
done
