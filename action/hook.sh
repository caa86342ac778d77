#!/usr/bin/env bash
# The program as a hook of pre-commit: hook.sh check [ARGUMENT...]. Built at first use, in the clone that pre-commit keeps
# of this repository for each version; its own way to install Rust programs wants the program in the root package.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
# There, so that no toolchain or config of the repository that is checked counts.
(cd "$root" && cargo build --release --locked --quiet -p huepack-cli --target-dir target)
command=$1
shift
# Within .git, where nobody sees it.
exec "$root/target/release/huepack" "$command" --cache-dir "$(git rev-parse --git-path huepack)" "$@"
