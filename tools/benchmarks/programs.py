# SPDX-License-Identifier: GPL-2.0-only
"""The part `profile`: which programs take the time of a scan of the whole tree, and how far that is from the floor."""

import json
import shutil
import statistics
import sys
from pathlib import Path

from benchmarks.ground import FENCEMIG, Ground
from benchmarks.measuring import JOBS, Taken, rounds
from benchmarks.tables import Plain

_PROFILED = Path(__file__).with_name("profiled.py")
_Spent = dict[str, tuple[int, float]]  # program → processes, seconds of processors
_COLD, _WARM = "fencemig scan, nothing cached", "fencemig scan, nothing changed"
_SPATCH, _READING = "spatch on the files that must change", "one reading of the tree"


def profile(ground: Ground, runs: int) -> Plain:
    """By program, cold and warm; and the floor."""
    told: dict[str, list[_Spent]] = {_COLD: [], _WARM: []}

    def scan(name: str) -> Taken:
        file = ground.scratch / "profile.json"
        arguments = ("-C", ground.kernel, "scan", "--format", "json", "-j", JOBS, ".")
        taken = ground.run(sys.executable, _PROFILED, file, *arguments)
        told[name].append(json.loads(file.read_text()))
        return taken

    def cold() -> Taken:
        ground.forget()
        return scan(_COLD)

    must = _must_change(ground)
    taken = rounds(
        {
            _COLD: cold,
            _WARM: lambda: scan(_WARM),
            _SPATCH: lambda: ground.run(*ground.spatch(ground.together, "--dir", str(must))),
            _READING: lambda: ground.run("git", "grep", "-lF", ground.migration.symbols.words[0], "--", "*.[ch]"),
            "start": lambda: ground.run(FENCEMIG, "--version"),
        },
        runs,
    )
    programs = dict.fromkeys(program for spent in (*told[_COLD], *told[_WARM]) for program in spent)
    lines = [[name, *_cells(told[_COLD], name), *_cells(told[_WARM], name)] for name in sorted(programs)]
    floor = taken[_SPATCH].cpu / JOBS + taken[_READING].wall
    said = (
        f"The floor is {floor:.1f} s: {_SPATCH} takes {taken[_SPATCH].cpu:.1f} s of {JOBS} processors, {_READING} "
        f"{taken[_READING].wall:.1f} s. With nothing cached the scan takes {taken[_COLD].wall:.1f} s, "
        f"{taken[_COLD].wall / floor:.1f} times as long; with nothing changed {taken[_WARM].wall:.1f} s, "
        f"{taken[_WARM].wall / taken[_READING].wall:.1f} times one reading. "
        f"`fencemig --version` takes {taken['start'].wall:.2f} s."
    )
    head = ("program", "processes, nothing cached", "processor s", "processes, nothing changed", "processor s")
    return Plain(head, lines, said)


def _cells(runs: list[_Spent], program: str) -> tuple[str, str]:
    count, seconds = (statistics.median(run.get(program, (0, 0.0))[part] for run in runs) for part in (0, 1))
    return f"{count:.0f}", f"{seconds:.2f}"


def _must_change(ground: Ground) -> Path:
    """A copy of the files that the conversion rewrites."""
    folder = ground.scratch / "must"
    ground.fencemig("convert", "--no-core", "--force", "--output", ground.scratch / "changed", ".")
    for site in json.loads((ground.scratch / "changed" / "ledger.json").read_text())["sites"]:
        if site["after"] or site["merged_into"]:
            copy = folder / site["path"]
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ground.kernel / site["path"], copy)
    return folder
