# What the steps of the action share. Works with bash 3.2, as macOS has it.
# shellcheck shell=bash

has() { command -v "$1" >/dev/null 2>&1; }

on_github() { [ -n "${GITHUB_ACTIONS:-}" ]; }

# What a workflow command may say: one line.
escaped() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    printf '%s' "${text//$'\n'/%0A}"
}

# Says a line of a kind: error, warning or notice. On standard error, where runners read commands as well.
say() {
    if on_github; then
        printf '::%s title=huepack::%s\n' "$1" "$(escaped "$2")" >&2
    else
        printf '%s: %s\n' "$1" "$2" >&2
    fi
}

fail() {
    say error "$2"
    exit "$1"
}

# Hands a value to later steps.
output() {
    if [ -n "${GITHUB_OUTPUT:-}" ]; then
        printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
    fi
}

is_true() {
    case $1 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) fail 2 "$2: wanted true or false, got $1" ;;
    esac
}

# The lines of a text that are not empty, in the array `lines`.
split_lines() {
    local line
    lines=()
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        if [ -n "$line" ]; then lines+=("$line"); fi
    done <<<"$1"
}
