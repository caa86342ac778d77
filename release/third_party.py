"""The notices of what is linked into the program: release/third_party.py TARGET prints them.

Exits 1 if a package may be used only under a licence that is not permissive.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each asks for no more than its notice.
PERMISSIVE = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0",
    "ISC", "MIT", "MIT-0", "Unicode-3.0", "Unlicense", "Zlib",
}  # fmt: skip
NOTICE = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
# Sources under a folder of such a name are not linked.
UNUSED = {"tests", "test", "benches", "examples", "fuzz"}


def output(*command):
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    return run.stdout.decode()


def linked(target):
    """Names and versions of all packages that are linked for a target, ours left out."""
    arguments = ["--edges", "normal,no-proc-macro", "--target", target, "--prefix", "none", "--format", "{p}", "--locked"]
    lines = output("cargo", "tree", "-p", "huepack-cli", *arguments).splitlines()
    pairs = {tuple(line.split()[:2]) for line in lines if line}
    return sorted((name, version[1:]) for name, version in pairs if not name.startswith("huepack"))


def is_permissive(expression):
    """Whether one of the choices of a licence expression (SPDX) asks for notices only; all must, where it nests."""
    names = re.split(r" AND | OR |/", re.sub(r"[()]", "", expression or ""))
    if "(" in (expression or ""):
        return all(name in PERMISSIVE for name in names)
    choices = re.split(r" OR |/", expression or "")
    return any(all(name in PERMISSIVE for name in choice.split(" AND ")) for choice in choices)


def texts(folder):
    """What a package says about its licence, by file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and NOTICE.match(path.name) and not UNUSED & set(inner.parts):
            if path.suffix.lower() in ("", ".md", ".txt") or path.stem.upper() == path.stem:
                text = path.read_text(encoding="utf-8", errors="replace")
                found[inner.as_posix()] = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    return found


def notices(target):
    metadata = json.loads(output("cargo", "metadata", "--format-version=1", "--locked"))
    packages = {(package["name"], package["version"]): package for package in metadata["packages"]}
    parts, where = [], {}
    for name, version in linked(target):
        package = packages[(name, version)]
        if not is_permissive(package["license"]):
            raise SystemExit(f"{name} {version}: {package['license']!r} is not permissive")
        lines = [f"{name} {version}", f"Licence: {package['license']}"]
        if package["authors"]:
            lines.append(f"Authors: {', '.join(package['authors'])}")
        found = texts(Path(package["manifest_path"]).parent)
        if not found:
            lines.append("The package holds no text of it.")
        for path, text in found.items():
            first = where.setdefault(text, f"{path} of {name} {version}")
            lines += ["", f"{path}:", text] if first == f"{path} of {name} {version}" else ["", f"{path}: as {first}"]
        parts.append("\n".join(lines))
    head = (
        "huepack is linked from the packages below, each under its own licence, and from the standard library\n"
        "of Rust (MIT OR Apache-2.0). Programs for Linux hold the C library musl as well (MIT).\n"
    )
    return head + "".join(f"\n{'=' * 80}\n{part}\n" for part in parts)


if __name__ == "__main__":
    print(notices(sys.argv[1]), end="")
