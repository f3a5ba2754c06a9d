#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measure fencemig beside others on a kernel tree, and say it in docs/benchmarks.md.

`bench.py measure TREE [PART...]` measures parts, prints their tables, and keeps what it measured in build/bench.
`bench.py write` writes all that is there into the document, each table between its markers, and draws the plot.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.commands import series, start
from benchmarks.ground import PROJECT, RESULTS, Ground, prepared
from benchmarks.growth import Growth, growth, huge
from benchmarks.plot import plotted
from benchmarks.programs import profile
from benchmarks.scans import scans
from benchmarks.tables import Plain, Table, machine

_DOCUMENT = PROJECT / "docs/benchmarks.md"
_PLOT = PROJECT / "docs/images/growth.svg"
_RUNS = 5


class Result(Protocol):
    """What a part measured."""

    def as_json(self) -> str: ...
    def markdown(self) -> str: ...


# Name → how it is measured, and how what was kept of it is read.
_Measure = Callable[[Ground, int], Result]
_PARTS: Mapping[str, tuple[_Measure, Callable[[str], Result]]] = {
    "tree": (lambda ground, runs: scans(ground, ".", runs), Table.from_json),
    "gpu": (lambda ground, runs: scans(ground, "drivers/gpu", runs), Table.from_json),
    "series": (series, Table.from_json),
    "start": (start, Table.from_json),
    "profile": (profile, Plain.from_json),
    "growth": (growth, Growth.from_json),
}
_HUGE = "huge"  # takes an hour, and adds to `growth`


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    measuring = commands.add_parser("measure", help="measure parts: all but huge when none is named")
    measuring.add_argument("tree", type=Path)
    measuring.add_argument("parts", nargs="*", metavar="PART", help=", ".join([*_PARTS, _HUGE]))
    measuring.add_argument("--runs", type=int, default=_RUNS, help="how many rounds the medians are of")
    measuring.set_defaults(act=_measure)
    commands.add_parser("write", help="write docs/benchmarks.md").set_defaults(act=_write)
    given = parser.parse_args()
    given.act(given)


def _measure(given: argparse.Namespace) -> None:
    parts = given.parts or list(_PARTS)
    if unknown := set(parts) - {*_PARTS, _HUGE}:
        sys.exit(f"bench.py: no part is called {', '.join(sorted(unknown))}; there are {', '.join([*_PARTS, _HUGE])}")
    with tempfile.TemporaryDirectory(prefix="fencemig-bench-") as scratch:
        ground = prepared(given.tree.resolve(), Path(scratch))
        _keep("machine.md", machine(ground.kernel))
        for name in parts:
            result = _huge(ground) if name == _HUGE else _PARTS[name][0](ground, given.runs)
            _keep(f"{'growth' if name == _HUGE else name}.json", result.as_json())
            print(f"\n{name}\n\n{result.markdown()}", flush=True)


def _huge(ground: Ground) -> Growth:
    kept = RESULTS / "growth.json"
    return huge(ground, Growth.from_json(kept.read_text()) if kept.exists() else Growth(()))


def _keep(name: str, text: str) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / name).write_text(text)


def _write(given: argparse.Namespace) -> None:
    texts = {"machine": (RESULTS / "machine.md").read_text()}
    for name, (_, read) in _PARTS.items():
        if (kept := RESULTS / f"{name}.json").exists():
            texts[name] = read(kept.read_text()).markdown()
    document = _DOCUMENT.read_text()
    for name, text in texts.items():
        document = between_markers(document, name, text)
    _DOCUMENT.write_text(document)
    if (kept := RESULTS / "growth.json").exists():
        _PLOT.write_text(plotted(Growth.from_json(kept.read_text())))


def between_markers(document: str, name: str, text: str) -> str:
    """The document with a text between the markers of that name. Raises ValueError when it has none."""
    markers = re.compile(rf"(<!-- bench: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not markers.search(document):
        raise ValueError(f"no markers for {name}")
    return markers.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", document)


if __name__ == "__main__":
    main()
