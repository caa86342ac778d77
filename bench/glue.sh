#!/usr/bin/env bash
# What teams put together themselves: pngquant and oxipng for PNG, gifsicle for GIF, each as its manual says, over a folder
# in place. A file that does not get smaller stays.
set -euo pipefail
folder=$1

find "$folder" -type f -name '*.png' -print0 | while IFS= read -r -d '' file; do
    code=0
    pngquant --skip-if-larger --force --output "$file.new" -- "$file" 2>/dev/null || code=$?
    case $code in
        0) mv -- "$file.new" "$file" ;;
        98 | 99) ;; # larger, or not good enough
        *) echo "pngquant: $code: $file" >&2 ;;
    esac
    oxipng --opt 4 --strip safe --threads 1 --quiet -- "$file" || echo "oxipng: $file" >&2
done

find "$folder" -type f -name '*.gif' -print0 | while IFS= read -r -d '' file; do
    gifsicle --no-warnings -O3 --output "$file.new" -- "$file" || { echo "gifsicle: $file" >&2; continue; }
    if [ "$(stat -c %s -- "$file.new")" -lt "$(stat -c %s -- "$file")" ]; then
        mv -- "$file.new" "$file"
    else
        rm -- "$file.new"
    fi
done
