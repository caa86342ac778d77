#!/usr/bin/env python3
"""Run the program over every file of a folder and hold it to its bounds.

    tests/sweep.py PROGRAM FOLDER... [--seconds 20] [--table]

A file may be packed (exit 0) or refused (exit 3, one line of error); anything else fails the sweep: a
signal, another exit code, more time than it may take, or more memory than 64 MB and 40 bytes a pixel.
The picture's size is known where the file was packed; a refused file counts as one without pixels, unless
--refused-mb says how much reading may cost before the refusal.

Time is the processor's, since on a busy machine the clock tells nothing of the program; what hangs is stopped
after six times as long. One process a file, as many at a time as there are cores. Only the standard library
is needed.
"""

import argparse
import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

BASE_MB = 64
BYTES_A_PIXEL = 40
HANGS_AFTER = 6


class Run(NamedTuple):
    """How the program ended on a file."""

    path: Path
    code: int
    seconds: float
    peak_mb: float
    pixels: int
    said: str
    timed_out: bool

    def fault(self, refused_mb):
        """What is wrong with this ending, or nothing."""
        if self.timed_out:
            return "too slow"
        if self.code < 0:
            return f"signal {signal.Signals(-self.code).name}"
        if self.code not in (0, 3):
            return f"exit code {self.code}"
        if self.code == 3 and self.said.count("\n") != 1:
            return f"{self.said.count(chr(10))} lines of error"
        if "this is a bug" in self.said:
            return "broke down: " + self.said.strip()
        bound = BASE_MB + self.pixels * BYTES_A_PIXEL / 1e6 if self.code == 0 else refused_mb
        if self.peak_mb > bound:
            return f"{self.peak_mb:.0f} MB, over {bound:.0f}"
        return None


def run(program, path, options, seconds):
    """Runs the program on a file; its own peak, not that of all children."""
    # The picture goes to standard output, and what is said about it beside it.
    with tempfile.TemporaryFile() as err:
        command = [program, str(path), "-o", "-", "--json", *options]
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err
        )
        late = threading.Event()

        def stop():
            late.set()
            child.kill()

        timer = threading.Timer(HANGS_AFTER * seconds, stop)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        said = err.read().decode(errors="replace")
    pixels = 0
    if child.returncode == 0:
        report = json.loads(said)
        pixels = report["width"] * report["height"]
    # Linux counts in kilobytes, macOS in bytes.
    peak_mb = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    elapsed = usage.ru_utime + usage.ru_stime
    timed_out = late.is_set() or elapsed > seconds
    return Run(path, child.returncode, elapsed, peak_mb, pixels, said, timed_out)


def files(folders):
    """Every file below the folders, sorted."""
    found = (path for folder in folders for path in sorted(Path(folder).rglob("*")))
    return [path for path in found if path.is_file()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--seconds", type=float, default=20, help="most processor time for a file")
    parser.add_argument("--refused-mb", type=float, default=BASE_MB, help="most memory for a refused file")
    parser.add_argument("--effort", default="fast", help="effort of packing; bounds are the same for all")
    parser.add_argument("--table", action="store_true", help="print a line for each file")
    arguments = parser.parse_args()

    paths = files(arguments.folders)
    options = ["--first-frame", "--effort", arguments.effort]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = lambda path: run(arguments.program, path, options, arguments.seconds)
        runs = list(pool.map(work, paths))
    if arguments.table:
        for one in runs:
            said = f"packed, {one.pixels} pixels" if one.code == 0 else one.said.strip()
            print(f"{one.path.name}\t{one.peak_mb:.1f} MB\t{one.seconds:.2f} s\t{said[:150]}")
    faults = [(one, fault) for one in runs if (fault := one.fault(arguments.refused_mb))]
    for one, fault in faults:
        print(f"FAIL {one.path}: {fault}")
    packed = sum(one.code == 0 for one in runs)
    largest, slowest = max(runs, key=lambda one: one.peak_mb), max(runs, key=lambda one: one.seconds)
    print(f"{len(runs)} files: {packed} packed, {len(runs) - packed} refused, {len(faults)} out of bounds")
    print(f"most memory: {largest.peak_mb:.0f} MB, {largest.path.name}; most time: {slowest.seconds:.1f} s, {slowest.path.name}")
    return 1 if faults or not runs else 0


if __name__ == "__main__":
    sys.exit(main())
