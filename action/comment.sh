#!/usr/bin/env bash
# Puts a report under a pull request: comment.sh FILE. Where there is a comment from an earlier run, that is edited.
#
# Reads INPUT_TOKEN, INPUT_PULL_REQUEST, INPUT_COMMENT_NAME and INPUT_COMMENT_AUTHOR, `findings`, and what runners set.
# Without findings and an earlier comment there is nothing to say.
set -euo pipefail

action=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=action/common.sh
. "$action/common.sh"

report=$1
author=${INPUT_COMMENT_AUTHOR:-github-actions[bot]}
marker="<!-- huepack check: ${INPUT_COMMENT_NAME:-huepack} -->"

for tool in curl jq; do
    if ! has "$tool"; then fail 2 "comments need $tool; install it in an earlier step"; fi
done
if [ -z "${INPUT_TOKEN:-}" ]; then fail 2 "comments need a token"; fi
number=${INPUT_PULL_REQUEST:-}
if [ -z "$number" ] && [ -f "${GITHUB_EVENT_PATH:-}" ]; then
    number=$(jq -r '.pull_request.number // .issue.number // empty' "$GITHUB_EVENT_PATH" | tr -d '\r')
fi
if [ -z "$number" ]; then
    say notice "this run belongs to no pull request, so there is no comment; the summary has the report"
    exit 0
fi
case $number in *[!0-9]*) fail 2 "pull-request: wanted a number, got $number" ;; esac

temporary=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/huepack-comment.XXXXXX")
trap 'rm -rf "$temporary"' EXIT
answer=$temporary/answer.json
# In a file, since every user sees the arguments of programs.
(umask 077 && printf 'header = "authorization: Bearer %s"\n' "$INPUT_TOKEN" >"$temporary/token")

# Calls the API; prints the status of HTTP.
call() {
    local method=$1 path=$2
    shift 2
    curl --silent --show-error --max-time 60 --config "$temporary/token" --request "$method" \
        --header 'accept: application/vnd.github+json' --header 'x-github-api-version: 2022-11-28' \
        --output "$answer" --write-out '%{http_code}' "$@" "${GITHUB_API_URL:?}/repos/${GITHUB_REPOSITORY:?}/$path" ||
        fail 3 "the API of GitHub could not be reached"
}

# Whether a call went well. Where the token may not do this, the check still counts.
expect() {
    case $1 in
    20[01]) ;;
    401 | 403 | 404)
        say warning "the comment could not be $2 (HTTP $1): the job needs the permission pull-requests: write, which runs for pull requests from forks do not get. The summary has the report"
        exit 0
        ;;
    *) fail 3 "the comment could not be $2 (HTTP $1)" ;;
    esac
}

# Finds the comment of an earlier run. One that somebody else wrote is not ours to edit, whatever it says.
find_earlier() {
    local page=1 status
    while :; do
        status=$(call GET "issues/$number/comments?per_page=100&page=$page" --retry 3)
        expect "$status" "looked for"
        id=$(jq -r --arg marker "$marker" --arg author "$author" \
            '[.[] | select(.user.login == $author and (.body | startswith($marker)))][0].id // empty' \
            "$answer" | tr -d '\r')
        if [ -n "$id" ] || [ "$(jq length "$answer" | tr -d '\r')" -lt 100 ]; then break; fi
        page=$((page + 1))
    done
}

jq -Rs --arg marker "$marker" '{body: ($marker + "\n" + .)}' "$report" >"$temporary/body.json"
body=(--header 'content-type: application/json' --data-binary "@$temporary/body.json")
find_earlier
if [ -n "$id" ]; then
    status=$(call PATCH "issues/comments/$id" --retry 3 "${body[@]}")
    expect "$status" edited
elif [ "${findings:-0}" -gt 0 ]; then
    status=$(call POST "issues/$number/comments" "${body[@]}")
    expect "$status" written
else
    echo "nothing to comment on"
    exit 0
fi
output comment-url "$(jq -r '.html_url // empty' "$answer" | tr -d '\r')"
