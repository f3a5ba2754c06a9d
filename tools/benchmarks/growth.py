# SPDX-License-Identifier: GPL-2.0-only
"""The parts `growth` and `huge`: the same drivers as many times as wanted, and what each file more takes."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ground import FENCEMIG, PROJECT, Ground
from benchmarks.grown import grow
from benchmarks.measuring import JOBS, Taken, rounds
from benchmarks.tables import markdown

_KERNEL = PROJECT / "kernel_fixtures/tree/void"
_TIMES = (1, 4, 16, 64)
_HUGE = 20_000  # files


@dataclass(frozen=True)
class Growth:
    """What a scan with nothing cached took, by the number of drivers' files."""

    points: Sequence[tuple[int, Taken]]

    def as_json(self) -> str:
        """To be kept."""
        return json.dumps([[files, asdict(taken)] for files, taken in self.points], indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Growth":
        """What was kept."""
        return cls([(files, Taken(**taken)) for files, taken in json.loads(text)])

    def markdown(self) -> str:
        """A table with what each file takes, and each beyond those of the row before."""
        head = ("files", "wall s", "processor s", "processor ms a file", "a further file", "own memory MB", "all MB")
        return markdown(head, [self._line(number) for number in range(len(self.points))])

    def _line(self, number: int) -> Sequence[str]:
        files, taken = self.points[number]
        further = ""
        if number:
            before, less = self.points[number - 1]
            further = f"{1000 * (taken.cpu - less.cpu) / (files - before):.0f}"
        times = (f"{taken.wall:.1f}", f"{taken.cpu:.1f}", f"{1000 * taken.cpu / files:.0f}", further)
        return (str(files), *times, f"{taken.own / 1e6:.0f}", f"{taken.memory / 1e6:.0f}")


def growth(ground: Ground, runs: int) -> Growth:
    """The medians of as many runs as there is time for: the larger, the fewer."""
    return Growth([_scanned(ground, times, None, max(1, runs // times)) for times in _TIMES])


def huge(ground: Ground, smaller: Growth) -> Growth:
    """20,000 files, once, behind what was measured of fewer."""
    point = _scanned(ground, _HUGE, _HUGE, 1)
    return Growth([*(one for one in smaller.points if one[0] != point[0]), point])


def _scanned(ground: Ground, times: int, most: int | None, runs: int) -> tuple[int, Taken]:
    tree = ground.scratch / "grown"
    shutil.rmtree(tree, ignore_errors=True)
    files = grow(_KERNEL, tree, times, most)

    def scan() -> Taken:
        ground.forget()
        return ground.run(FENCEMIG, "-C", tree, "scan", "--format", "json", "-j", JOBS, ".", cwd=Path(tree))

    return files, rounds({f"{files} files": scan}, runs)[f"{files} files"]
