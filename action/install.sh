#!/usr/bin/env bash
# Installs the program from the archive of a release, whose checksum is known beforehand, or builds it.
#
# Reads INPUT_VERSION, INPUT_CHECKSUM, INPUT_BUILD_FROM_SOURCE and INPUT_RELEASE_URL, and what runners set; without a
# runner, uname says what machine this is. Puts the program on GITHUB_PATH, and `program` and `version` into GITHUB_OUTPUT.
set -euo pipefail

action=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=action/common.sh
. "$action/common.sh"

# SHA-256 of the archives of the release that is installed unless another is asked for, as sha256sum writes them.
pinned=$action/SHA256SUMS
temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}

target() {
    case ${RUNNER_OS:-$(uname -s)}-${RUNNER_ARCH:-$(uname -m)} in
    Linux-X64 | Linux-x86_64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64 | Linux-aarch64) echo aarch64-unknown-linux-musl ;;
    macOS-X64 | Darwin-x86_64) echo x86_64-apple-darwin ;;
    macOS-ARM64 | Darwin-arm64) echo aarch64-apple-darwin ;;
    # Windows on ARM runs it as well.
    Windows-* | MINGW*-* | MSYS*-*) echo x86_64-pc-windows-msvc ;;
    *) fail 2 "there is no archive for ${RUNNER_OS:-$(uname -s)} on ${RUNNER_ARCH:-$(uname -m)}; set build-from-source: true" ;;
    esac
}

# The folder of all releases. Nothing tells a composite action where it came from, but runners unpack it below
# _actions/OWNER/NAME/; used from its own repository, it is that.
releases() {
    local path=${GITHUB_ACTION_PATH:-} repository=${GITHUB_REPOSITORY:-}
    path=${path//\\//}
    case $path in
    */_actions/*/*) repository=$(printf '%s' "${path##*/_actions/}" | cut -d/ -f1,2) ;;
    esac
    if [ -z "$repository" ] || [ -z "${GITHUB_SERVER_URL:-}" ]; then
        fail 2 "nothing says whose release to install; set release-url"
    fi
    echo "$GITHUB_SERVER_URL/$repository/releases/download"
}

fetch() {
    curl --silent --show-error --fail --location --proto '=https,file' --retry 3 --max-time 300 --output "$2" "$1" ||
        fail 3 "$1 could not be fetched; is there such a release, and for this machine?"
}

sum_of() {
    if has sha256sum; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d' ' -f1
}

# The checksum that a list, as sha256sum writes it, has for a name.
listed() {
    awk -v name="$2" '$2 == name || $2 == "*" name { print $1; exit }' "$1"
}

# The version that the pinned checksums are of.
pinned_version() {
    sed -n "s/^.* \*\{0,1\}huepack-\(.*\)-$1\..*$/\1/p" "$pinned" | head -n 1
}

install_archive() {
    local version=$1 target=$2 name url wanted got
    name=huepack-$version-$target
    case $target in *windows*) archive=$name.zip ;; *) archive=$name.tar.gz ;; esac
    url=${INPUT_RELEASE_URL:-}
    if [ -z "$url" ]; then url=$(releases); fi
    url=$url/v$version
    # Relative names, since tar takes what stands before a colon for a host.
    mkdir -p "$home" && cd "$home"
    fetch "$url/$archive" "$archive"
    wanted=${INPUT_CHECKSUM:-}
    if [ -z "$wanted" ] && [ -f "$pinned" ]; then wanted=$(listed "$pinned" "$archive"); fi
    if [ -z "$wanted" ]; then
        say notice "the checksum of $archive comes from the release itself; it tells damage, but not another file in its place. The input checksum does"
        fetch "$url/SHA256SUMS" SHA256SUMS
        wanted=$(listed SHA256SUMS "$archive")
    fi
    got=$(sum_of "$archive")
    if [ "$got" != "$(printf '%s' "$wanted" | tr 'A-F' 'a-f')" ]; then
        rm -f "$archive"
        fail 3 "$archive: wanted SHA-256 ${wanted:-, which nothing says}, got $got; it was not installed"
    fi
    case $archive in
    *.zip) unzip -q -o "$archive" ;;
    *) tar -xzf "$archive" ;;
    esac
    folder=$home/$name
}

build() {
    if ! has cargo; then fail 2 "building from source needs cargo; install Rust in an earlier step"; fi
    CARGO_TARGET_DIR="$home/target" cargo install --path "$action/../cli" --locked --root "$home" --quiet
    folder=$home/bin
}

wanted_version=${INPUT_VERSION:-}
wanted_version=${wanted_version#v}
from_source=${INPUT_BUILD_FROM_SOURCE:-false}
if is_true "$from_source" build-from-source && [ -n "$wanted_version" ]; then
    fail 2 "version does not go with build-from-source: what is built is the source that comes with this action"
fi
home=$temporary/huepack
if ! is_true "$from_source" build-from-source; then
    target=$(target)
    if [ -z "$wanted_version" ] && [ -f "$pinned" ]; then wanted_version=$(pinned_version "$target"); fi
fi
if [ -n "$wanted_version" ]; then
    case $wanted_version in *[!0-9A-Za-z.+-]*) fail 2 "version: wanted one such as 1.2.3, got $wanted_version" ;; esac
    install_archive "$wanted_version" "$target"
else
    if ! is_true "$from_source" build-from-source; then
        say notice "no release is pinned in this version of the action, so its source is built; version names a release"
    fi
    build
fi
program=$folder/huepack
if [ -f "$program.exe" ]; then program=$program.exe; fi
installed=$("$program" --version) || fail 3 "$program does not run on this machine; set build-from-source: true"
echo "$installed: $program"
if [ -n "${GITHUB_PATH:-}" ]; then printf '%s\n' "$folder" >>"$GITHUB_PATH"; fi
output program "$program"
output version "$(printf '%s' "$installed" | cut -d' ' -f2)"
