#!/usr/bin/env bash
# Checks, and fixes or comments where that is asked for. Ends as `huepack check` does: 1 for findings, 3 for failures.
#
# Reads HUEPACK_PROGRAM, INPUT_MODE, INPUT_PATHS, INPUT_ARGS, INPUT_MIN_SAVINGS, INPUT_SARIF_FILE, INPUT_JUNIT_FILE,
# INPUT_CACHE_DIR, INPUT_FAIL_ON_FINDINGS, for comments what comment.sh reads, and what runners set.
set -euo pipefail

action=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=action/common.sh
. "$action/common.sh"

program=${HUEPACK_PROGRAM:-huepack}
mode=${INPUT_MODE:-check}
temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}
fail_on_findings=${INPUT_FAIL_ON_FINDINGS:-true}

arguments=()
case $mode in
# A summary of a job may have 1 MiB, with what else the job writes there.
check) limit=1000KiB ;;
fix)
    limit=1000KiB
    arguments+=(--fix)
    ;;
# A comment may have 65,536 characters, with the line that it is found by.
comment) limit=65000 ;;
*) fail 2 "mode: wanted check, fix or comment, got $mode" ;;
esac
is_true "$fail_on_findings" fail-on-findings || fail_on_findings=false

reports=$(mktemp -d "$temporary/huepack-report.XXXXXX")
json=$reports/report.json
markdown=$reports/report.md
sarif=${INPUT_SARIF_FILE:-$reports/huepack.sarif}
junit=${INPUT_JUNIT_FILE:-$reports/huepack.xml}
arguments+=(--json --markdown "$markdown" --markdown-limit "$limit" --sarif "$sarif" --junit "$junit")
# Not in the working tree, of which nothing is to change.
arguments+=(--cache-dir "${INPUT_CACHE_DIR:-$temporary/huepack-cache}")
split_lines "${INPUT_MIN_SAVINGS:-}"
for line in ${lines[@]+"${lines[@]}"}; do arguments+=(--min-savings "$line"); done
split_lines "${INPUT_ARGS:-}"
arguments+=(${lines[@]+"${lines[@]}"})
split_lines "${INPUT_PATHS:-.}"
arguments+=(-- ${lines[@]+"${lines[@]}"})

# Names of files are told as they are, so nothing between is a command to the runner.
quiet_token=huepack-$$-$RANDOM$RANDOM
if on_github; then echo "::stop-commands::$quiet_token"; fi
status=0
"$program" check "${arguments[@]}" >"$json" || status=$?
if [ -f "$markdown" ]; then cat "$markdown"; fi
if on_github; then echo "::$quiet_token::"; fi
case $status in
0 | 1 | 3) ;;
*) fail "$status" "huepack check ended with $status" ;;
esac
if [ ! -s "$json" ] || [ ! -f "$markdown" ]; then fail 3 "huepack check could not begin; the lines above say why"; fi

# A number of the report's totals. Quotes in names are escaped, so nothing else looks like this.
total() {
    sed -n 's/.*"totals":{\([^}]*\)}.*/\1/p' "$json" | tr ',' '\n' | sed -n "s/^\"$1\":\([0-9]*\)$/\1/p"
}

for name in findings failures savings fixed saved; do
    number=$(total "$name")
    if [ -z "$number" ]; then fail 3 "the report has no $name; is this huepack as old as the action?"; fi
    output "$name" "$number"
done
if [ "$(total fixed)" -gt 0 ]; then output changed true; else output changed false; fi
output json-file "$json"
output markdown-file "$markdown"
output sarif-file "$sarif"
output junit-file "$junit"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$markdown" >>"$GITHUB_STEP_SUMMARY"; fi

if [ "$mode" = comment ]; then
    findings=$(($(total findings) + $(total failures))) bash "$action/comment.sh" "$markdown" || status=3
fi
if [ "$status" -eq 1 ]; then
    message=$(sed -n 3p "$markdown")
    if [ "$fail_on_findings" = true ]; then fail 1 "$message"; fi
    say warning "$message"
    status=0
elif [ "$status" -ne 0 ]; then
    say error "not all could be done; the lines above say why"
fi
exit "$status"
