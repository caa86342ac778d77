#!/usr/bin/env python3
"""Opens the page of a run over a folder in Chromium, and uses it as somebody would.

    browser.py PROGRAM WORK [--corpus DIR]   pack a folder with --html, and try the page that comes of it
    browser.py --page FILE WORK              try a page that exists
    browser.py --self-test PROGRAM WORK      prove that broken pages are found broken

The divider moves by keys and by pointer, the table sorts, pictures zoom, names are only text, and the page asks for
no other file: in light and dark, narrow and wide, with scripts and without. Screenshots stay in WORK. Needs Python 3.10
and Chromium, and nothing else: the two talk through a pair of pipes.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from browser.chromium import Chromium  # noqa: E402
from browser.checks import Broken, check  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"

# A name that becomes markup if it is not escaped, and ends attributes.
WICKED = "<b>\"&'.png"

# What is wrong with each of these must be found.
BREAKAGES = {
    "the divider does not move the edge": ('slider.addEventListener("input", split)', ""),
    "the table does not sort": (".sort(compare(column, ascending ? 1 : -1))", ""),
    "sorting is not told": ('head.setAttribute("aria-sort"', 'head.setAttribute("data-sort"'),
    "pictures do not zoom": ("scale = base * 2 ** doublings;", "scale = base;"),
    "a script throws": ('"use strict";', '"use strict"; queueMicrotask(() => { throw new Error("boom"); });'),
    "something is asked for elsewhere": ("<main>", '<main><img alt="" src="https://example.invalid/a.png">'),
    "a name is markup": ("&lt;b&gt;", "<b>"),
    "the page is wider than the window": ("main {", "main { min-inline-size: 900px;"),
}


def tree(folder, corpus):
    """A folder of pictures to pack."""
    assets = folder / "assets"
    (assets / "icons").mkdir(parents=True)
    for name in ("logo", "screenshot", "gradient", "transparent", "colors-257", "alpha-levels", "grey"):
        shutil.copyfile(FIXTURES / f"{name}.png", assets / f"{name}.png")
    for name in ("still.gif", "animated.gif"):
        shutil.copyfile(FIXTURES / name, assets / "icons" / name)
    shutil.copyfile(FIXTURES / "logo.png", assets / "icons" / WICKED)
    (assets / "broken.png").write_bytes((FIXTURES / "logo.png").read_bytes()[:1000])
    if corpus:
        pictures = sorted((corpus / "photo").glob("**/*.png"), key=lambda path: (path.stat().st_size, path.name))
        # Small ones, since only the page is looked at.
        for path in pictures[:6]:
            shutil.copyfile(path, assets / path.name)
    return assets


def page_of(program, work, corpus):
    folder = work / "tree"
    shutil.rmtree(folder, ignore_errors=True)
    assets = tree(folder, corpus)
    page = folder / "report.html"
    run = subprocess.run(
        [program, assets, "--out-dir", folder / "dist", "--html", page, "--min-score", "40", "--no-cache"],
        capture_output=True, text=True, check=False,
    )
    # 3, since one picture is broken.
    if run.returncode != 3 or not page.is_file():
        sys.exit(f"FAIL no page: status {run.returncode}\n{run.stderr}")
    return page


def self_test(page, work):
    """Each broken page has to be found broken, and the whole one whole."""
    missed = []
    text = page.read_text(encoding="utf-8")
    for what, (old, new) in BREAKAGES.items():
        if old not in text:
            sys.exit(f"FAIL the page has no {old!r} to break")
        broken = work / "broken.html"
        broken.write_text(text.replace(old, new), encoding="utf-8")
        try:
            with Chromium(work / "profile") as chromium:
                check(chromium, broken, None)
            missed.append(what)
        except Broken as found:
            print(f"found: {what}: {found}")
    for what in missed:
        print(f"FAIL not found: {what}")
    return not missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=pathlib.Path)
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="PROGRAM WORK")
    arguments = parser.parse_args()
    *program, work = (path.resolve() for path in arguments.paths)
    work.mkdir(parents=True, exist_ok=True)
    corpus = arguments.corpus if arguments.corpus and arguments.corpus.is_dir() else None
    page = arguments.page.resolve() if arguments.page else page_of(program[0], work, corpus)
    if arguments.self_test and not self_test(page, work):
        return 1
    try:
        with Chromium(work / "profile") as chromium:
            print(f"{page.name}: {page.stat().st_size:,} B, {check(chromium, page, work)}")
    except Broken as broken:
        print(f"FAIL {page}: {broken}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
