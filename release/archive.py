#!/usr/bin/env python3
"""Makes the archive of a release: release/archive.py TARGET FOLDER [--program FILE]

Builds the program for TARGET, statically where the platform knows that, unless one that was built is given.
Writes FOLDER/huepack-VERSION-TARGET.tar.gz, for Windows .zip, with completions, manual page and licences, and prints
its path; FOLDER/SHA256SUMS lists all archives that are there. The same program gives the same archive: names are sorted, owners are 0, and times are SOURCE_DATE_EPOCH,
or that of the last commit.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

import third_party

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]
# Names are those under which each shell looks for completions.
COMPLETIONS = {
    "bash": "huepack.bash",
    "elvish": "huepack.elv",
    "fish": "huepack.fish",
    "powershell": "_huepack.ps1",
    "zsh": "_huepack",
}
# The first time that a zip file can hold, 1980-01-01.
ZIP_EPOCH = 315_532_800


def output(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, **options).stdout


def version():
    metadata = json.loads(output("cargo", "metadata", "--format-version=1", "--no-deps"))
    return next(package["version"] for package in metadata["packages"] if package["name"] == "huepack-cli")


def modified():
    return int(os.environ.get("SOURCE_DATE_EPOCH") or output("git", "log", "-1", "--format=%ct"))


def flags(target):
    """No path of the machine that builds goes into the program, and no library has to be there to run it."""
    home = os.environ.get("CARGO_HOME") or Path.home() / ".cargo"
    flags = [f"--remap-path-prefix={ROOT}=/huepack", f"--remap-path-prefix={home}=/cargo"]
    if "musl" in target or "windows-msvc" in target:
        flags.append("-Ctarget-feature=+crt-static")
    return flags


def build(target):
    environment = dict(
        os.environ,
        CARGO_ENCODED_RUSTFLAGS="\x1f".join(flags(target)),
        CARGO_PROFILE_RELEASE_STRIP="symbols",
    )
    command = ["cargo", "build", "--release", "-p", "huepack-cli", "--locked", "--target", target]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=sys.stderr)
    folder = Path(os.environ.get("CARGO_TARGET_DIR") or "target")
    return ROOT / folder / target / "release" / name_of_program(target)


def name_of_program(target):
    return "huepack.exe" if "windows" in target else "huepack"


def entries(program, target):
    """What goes into the archive: name to bytes."""
    files = {name: (ROOT / name).read_bytes() for name in TEXTS}
    files["THIRD-PARTY.txt"] = third_party.notices(target).encode()
    files[name_of_program(target)] = program.read_bytes()
    with tempfile.TemporaryDirectory() as empty:
        # Elsewhere, so that no config of this folder is read.
        def run(*arguments):
            text = subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, cwd=empty).stdout
            return text.replace(b"\r\n", b"\n")

        for shell, name in COMPLETIONS.items():
            files[f"completions/{name}"] = run("completions", shell)
        files["man/huepack.1"] = run("man")
    return dict(sorted(files.items()))


def mode(name, target):
    return 0o755 if name == name_of_program(target) else 0o644


def tar_gz(folder, files, target, time_of_all):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime, entry.mode = len(content), time_of_all, mode(name, target)
            entry.uname = entry.gname = "root"
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)


def zip_file(folder, files, target, time_of_all):
    bytes_out = io.BytesIO()
    moment = time.gmtime(max(time_of_all, ZIP_EPOCH))[:6]
    with zipfile.ZipFile(bytes_out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", moment)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = (stat.S_IFREG | mode(name, target)) << 16
            archive.writestr(entry, content)
    return bytes_out.getvalue()


def list_checksums(folder):
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.glob("huepack-*"))]
    (folder / "SHA256SUMS").write_bytes("".join(lines).encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", help="as rustc calls it, x86_64-unknown-linux-musl")
    parser.add_argument("folder", type=Path, help="where the archive is to be; made if missing")
    parser.add_argument("--program", type=Path, help="take this instead of building one")
    arguments = parser.parse_args()
    program = (arguments.program or build(arguments.target)).resolve()
    name = f"huepack-{version()}-{arguments.target}"
    files = entries(program, arguments.target)
    is_windows = "windows" in arguments.target
    content = (zip_file if is_windows else tar_gz)(name, files, arguments.target, modified())
    arguments.folder.mkdir(parents=True, exist_ok=True)
    path = arguments.folder / (name + (".zip" if is_windows else ".tar.gz"))
    path.write_bytes(content)
    list_checksums(arguments.folder)
    print(path.as_posix())


if __name__ == "__main__":
    main()
