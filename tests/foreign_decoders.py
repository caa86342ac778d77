#!/usr/bin/env python3
"""Packs pictures with huepack and lets other people's decoders judge what came out.

    foreign_decoders.py PROGRAM WORK [--quick] [--corpus DIR]   pack, then check every output
    foreign_decoders.py --check FILE... [--source SRC] [--colors N]   only check files that exist
    foreign_decoders.py --self-test WORK                        prove that wrong files are found wrong

Each output must open with equal pixels in Pillow, ImageMagick and ffmpeg, be a real palette file, or one in
greys, by its own bytes, and satisfy pngcheck or giflib. Needs Python 3.10, Pillow and numpy.
"""

import argparse
import concurrent.futures
import csv
import itertools
import os
import pathlib
import subprocess
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from foreign import decoders, selftest, structure  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
PICTURES = {".png", ".jpg", ".jpeg", ".gif"}

# Seconds for one picture; a hang is a failure, a slow machine is not.
PATIENCE = 600

# Exit status of the program when an input was refused.
REFUSED = 3

# Largest mean difference from the source, of 255, at so many colours. Far above what a right result
# shows, far below a picture that is shifted, scrambled or painted with another palette.
UNLIKE = {2: 96, 4: 64, 16: 24}

FIXTURE_CASES = [
    *(("png", f"--colors {colors}") for colors in (2, 4, 16, 64, 256)),
    *(("png", f"--colors 16 --dither {dither}") for dither in ("none", "floyd-steinberg", "ordered")),
    *(("png", f"--colors 32 --space {space}") for space in ("lab", "rgb", "linear")),
    ("png", "--colors 256 --effort fast"),
    ("png", "--colors 64 --effort best"),
    ("gif", "--colors 256"),
    ("gif", "--colors 64 --dither ordered --effort fast"),
    ("gif", "--colors 16 --dither floyd-steinberg"),
    ("gif", "--colors 2 --dither none"),
    ("gif", "--colors 128 --effort best"),
]
QUICK_CASES = [
    ("png", "--colors 256"),
    ("png", "--colors 16 --dither floyd-steinberg --effort fast"),
    ("png", "--colors 4 --dither ordered --effort fast"),
    ("gif", "--colors 64 --effort fast"),
]
CORPUS_CASES = [
    ("png", "--colors 256"),
    ("png", "--colors 64 --dither ordered --effort fast"),
    ("png", "--colors 16 --dither floyd-steinberg --effort fast"),
    ("gif", "--colors 128 --effort fast"),
]


# Animations of the corpus: true colour with and without holes, few colours, and frames that are put back.
ANIMATIONS = ["iss634.apng", "cube.apng", "wall-e.webp", "rotating-squares.gif", "crunch_success.gif"]


class Report:
    """Counts what passed and failed, and remembers what was left out."""

    def __init__(self):
        self.passed = self.failed = 0
        self.skipped = {}

    def add(self, name, problems):
        if problems:
            self.failed += 1
            print(f"FAIL {name}: {'; '.join(problems)}", flush=True)
        else:
            self.passed += 1

    def skip(self, reason):
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def finish(self):
        for reason, times in sorted(self.skipped.items()):
            print(f"skipped: {reason}" + (f" ({times} times)" if times > 1 else ""))
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def check_output(path, tools, source=None, colors=256):
    """All that is wrong with one packed file, in words."""
    try:
        facts = structure.read(path.read_bytes())
    except structure.Wrong as wrong:
        return [str(wrong)]
    problems = []
    if not facts.grey and facts.colors > colors and not (source and source.indexed):
        problems.append(f"{facts.colors} palette entries where {colors} were asked for")
    pictures = {}
    for name, decode in tools.decoders().items():
        try:
            pictures[name] = decode(path, facts)
        except decoders.Refused as refused:
            problems.append(f"{name}: {refused}")
    if facts.grey and "Pillow" in pictures:
        shades = decoders.distinct_colors([pictures["Pillow"]])
        if shades > colors and not (source and source.indexed):
            problems.append(f"{shades} shades where {colors} were asked for")
    for name, judge in tools.judges(facts).items():
        try:
            judge(path, facts)
        except decoders.Refused as refused:
            problems.append(f"{name}: {refused}")
    for (one, left), (other, right) in itertools.pairwise(pictures.items()):
        if not decoders.equal(left, right):
            problems.append(f"{one} and {other} see different pixels")
    if source and "Pillow" in pictures:
        problems += compare_with_source(pictures["Pillow"], facts, source, colors)
    return problems


def compare_with_source(picture, facts, source, colors):
    if picture.shape != source.pixels.shape:
        (height, width), (was_high, was_wide) = picture.shape[:2], source.pixels.shape[:2]
        return [f"{width}x{height} came of {was_wide}x{was_high}"]
    # GIF's alpha is on or off, so soft alpha cannot come back from it.
    can_hold = facts.format == "png" or not source.soft_alpha
    wanted = source.pixels if can_hold else hard_edged(source.pixels)
    difference = decoders.mean_difference(picture, wanted)
    if source.exact and can_hold and source.colors <= colors and not decoders.equal(picture, wanted):
        return [f"{source.colors} colours fit in {colors}, and yet the pixels differ"]
    limit = UNLIKE[max(step for step in UNLIKE if step <= colors)]
    if difference > limit:
        return [f"differs from its source by {difference:.1f} of 255 on average"]
    return []


def hard_edged(pixels):
    """What the program makes of soft alpha in a GIF: opaque from 128, else transparent."""
    hard = pixels.copy()
    hard[..., 3] = numpy.where(pixels[..., 3] < 128, 0, 255)
    hard[hard[..., 3] == 0] = 0
    return hard


def run_program(program, source, target, arguments):
    command = [program, "pack", str(source), "-o", str(target), "--quiet", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"no answer within {PATIENCE} s")


def pack_and_check(program, source, name, case, work, tools):
    """Packs one picture in one way; its name and its problems."""
    suffix, options = case
    label = f"{name} {suffix} {options}"
    target = work / (label.replace("/", "_").replace(" ", "_").replace("--", "") + f".{suffix}")
    target.unlink(missing_ok=True)
    done = run_program(program, source.path, target, ["--format", suffix, "--force", *options.split()])
    if done.returncode != 0:
        return label, [f"exit {done.returncode}: {done.stderr.strip()[:300]}"]
    if not target.exists():
        return label, ["exit 0 and no file, in spite of --force"]
    words = options.split()
    colors = int(words[words.index("--colors") + 1])
    problems = check_output(target, tools, source, colors)
    if not problems:
        target.unlink()
    return label, problems


def pack_and_play(program, path, name, suffix, work, tools):
    """Packs an animation; two decoders must show the same frames, and the source's where no colour is lost."""
    label = f"{name} as {suffix}"
    target = work / f"{name}-played.{suffix}"
    target.unlink(missing_ok=True)
    done = run_program(program, path, target, ["--force", "--effort", "fast"])
    if done.returncode != 0:
        return label, [f"exit {done.returncode}: {done.stderr.strip()[:300]}"]
    frames, source = tools.frames(target), tools.frames(path)
    problems = []
    if len(frames) != len(source):
        problems.append(f"{len(frames)} frames came of {len(source)}")
    # ffmpeg 5 draws a part of the canvas wrongly where an index has less than eight bits; with eight it is right.
    is_narrow = suffix == "png" and decoders.png_depth(target) < 8
    try:
        played = frames if is_narrow else tools.played_with_ffmpeg(target)
    except decoders.Refused as refused:
        return label, [*problems, f"ffmpeg: {refused}"]
    same = lambda left, right: len(left) == len(right) and all(map(decoders.equal, left, right))  # noqa: E731
    if not same(frames, played):
        problems.append("Pillow and ffmpeg see different frames")
    soft = any(((frame[..., 3] > 0) & (frame[..., 3] < 255)).any() for frame in source)
    if decoders.distinct_colors(source) < 256 and not (soft and suffix == "gif") and not same(frames, source):
        problems.append("few colours, and yet the frames are not those of the source")
    return label, problems


def check_never_larger(program, source, name, work):
    """Without --force, what is written is smaller than what was there."""
    target = work / (name.replace("/", "_") + "-unforced.png")
    target.unlink(missing_ok=True)
    done = run_program(program, source.path, target, [])
    label = f"{name} without --force"
    if done.returncode != 0:
        return label, [f"exit {done.returncode}: {done.stderr.strip()[:300]}"]
    before = source.path.stat().st_size
    after = target.stat().st_size if target.exists() else None
    if after is not None and after >= before:
        return label, [f"{after} bytes written, and the source has {before}"]
    return label, []


def check_refused(program, path, name, reason, work):
    target = work / (name.replace("/", "_") + "-refused.png")
    target.unlink(missing_ok=True)
    done = run_program(program, path, target, ["--force"])
    problems = []
    if done.returncode != REFUSED:
        problems.append(f"exit {done.returncode} where {REFUSED} was due ({reason})")
    if target.exists():
        problems.append("a file was written")
    if path.name not in done.stderr:
        problems.append(f"the message does not name the file: {done.stderr.strip()[:200]!r}")
    if "panicked" in done.stderr:
        problems.append("the program panicked")
    return f"{name} is refused", problems


def check_manifest_line(line, tools):
    """Width, height and colours of a fixture as a foreign decoder sees them."""
    frames = tools.frames(FIXTURES / line["path"])
    problems = []
    for column, seen in (("width", frames[0].shape[1]), ("height", frames[0].shape[0])):
        if str(seen) != line[column]:
            problems.append(f"{column} is {seen}, the manifest says {line[column]}")
    seen = decoders.distinct_colors(frames)
    if line["colors"] not in ("-", str(seen)):
        problems.append(f"{seen} colours, the manifest says {line['colors']}")
    return f"{line['path']} as its manifest line", problems


def corpus_sample(corpus, quick, report):
    """All of ui and art, every third photo; two of each where it must be quick."""
    if not corpus.is_dir():
        report.skip("the corpus (no such folder)")
        return []
    sample = []
    for folder, step in (("ui", 1), ("art", 1), ("photo", 3)):
        paths = sorted(path for path in (corpus / folder).glob("*") if path.suffix.lower() in PICTURES)
        paths = sorted(paths, key=lambda path: path.stat().st_size)[:2] if quick else paths[::step]
        sample += paths
    return sample


def jobs(options, tools, report):
    """Every check as a function without arguments that gives a name and its problems."""
    with open(FIXTURES / "MANIFEST.tsv", encoding="utf-8") as file:
        manifest = list(csv.DictReader(file, delimiter="\t"))
    program, work = options.program, options.work
    later = lambda function, *arguments: lambda: function(*arguments)  # noqa: E731
    for line in manifest:
        name, path = line["path"], FIXTURES / line["path"]
        if line["width"] != "-" and tools.complete():
            yield later(check_manifest_line, line, tools)
        if line["verdict"] == "plays":
            if tools.complete():
                for suffix in ("gif", "png"):
                    yield later(pack_and_play, program, path, name, suffix, work, tools)
            continue
        if line["verdict"] != "packs":
            yield later(check_refused, program, path, name, line["verdict"], work)
            continue
        source = decoders.Source(path, tools)
        yield later(check_never_larger, program, source, name, work)
        for case in QUICK_CASES if options.quick else FIXTURE_CASES:
            yield later(pack_and_check, program, source, name, case, work, tools)
    for name in ANIMATIONS if options.corpus.is_dir() and tools.complete() else []:
        for suffix in ("gif", "png"):
            yield later(pack_and_play, program, options.corpus / "anim" / name, name, suffix, work, tools)
    for path in corpus_sample(options.corpus, options.quick, report):
        source = decoders.Source(path, tools)
        if not source.exact:
            report.skip("exactness of corpus pictures with a profile, 16 bits or JPEG")
        for case in QUICK_CASES if options.quick else CORPUS_CASES:
            name = f"{path.parent.name}/{path.name}"
            yield later(pack_and_check, program, source, name, case, work, tools)


def pack_everything(options, tools, report):
    options.work.mkdir(parents=True, exist_ok=True)
    options.program = str(pathlib.Path(options.program).resolve())
    queue = jobs(options, tools, report)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        # A few jobs at a time, so that not every source of the corpus lies in memory at once.
        while batch := [pool.submit(job) for job in itertools.islice(queue, 4 * options.jobs)]:
            for future in batch:
                report.add(*future.result())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="the huepack program")
    parser.add_argument("work", nargs="?", type=pathlib.Path, help="folder for the outputs")
    parser.add_argument("--quick", action="store_true", help="fewer options, six pictures of the corpus")
    parser.add_argument("--corpus", type=pathlib.Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--allow-missing", action="store_true", help="skip a tool that is not installed")
    parser.add_argument("--check", nargs="+", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--source", type=pathlib.Path, help="with --check: what the file was made from")
    parser.add_argument("--colors", type=int, default=256, help="with --check: colours asked for")
    parser.add_argument("--self-test", type=pathlib.Path, metavar="WORK")
    options = parser.parse_args()
    if not (options.check or options.self_test or (options.program and options.work)):
        parser.error("PROGRAM and WORK, --check or --self-test is needed")
    return options


def main():
    options, report = arguments(), Report()
    tools = decoders.Tools()
    for missing in tools.missing:
        if options.allow_missing:
            report.skip(f"{missing} (not installed)")
        else:
            report.add(missing, ["not installed (--allow-missing goes on without it)"])
    if options.self_test:
        options.self_test.mkdir(parents=True, exist_ok=True)
        for name, problems in selftest.run(options.self_test, FIXTURES, tools, check_output):
            report.add(name, problems)
    elif options.check:
        source = decoders.Source(options.source, tools) if options.source else None
        for path in options.check:
            report.add(str(path), check_output(path, tools, source, options.colors))
    else:
        pack_everything(options, tools, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
