# SPDX-License-Identifier: GPL-2.0-only
"""What was measured, kept as JSON and shown as tables in Markdown, with the machine and the versions."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measuring import LIMIT, Taken
from fencemig import __version__
from fencemig.system.spatch import find_spatch

_MODEL = re.compile(r"^model name\s*: (.*)$", re.MULTILINE)
_MEMORY = re.compile(r"^MemTotal:\s*(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A command and what it took. Its ratios are to the row `base`; "" for none."""

    name: str
    taken: Taken
    base: str = ""


@dataclass(frozen=True)
class Table:
    """Rows, and a sentence below them."""

    rows: Sequence[Row]
    said: str = ""

    def as_json(self) -> str:
        """To be kept."""
        return json.dumps({"rows": [asdict(row) for row in self.rows], "said": self.said}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Table":
        """What was kept."""
        data = json.loads(text)
        rows = [Row(row["name"], Taken(**row["taken"]), row["base"]) for row in data["rows"]]
        return cls(rows, data["said"])

    def markdown(self) -> str:
        """The table, with seconds, ratios and megabytes."""
        by_name = {row.name: row.taken for row in self.rows}
        lines = [_line(row, by_name.get(row.base)) for row in self.rows]
        head = ("", "wall s", "ratio", "processor s", "ratio", "memory MB")
        return f"{markdown(head, lines)}\n{self.said}\n" if self.said else markdown(head, lines)


@dataclass(frozen=True)
class Plain:
    """A table that is all words, and a sentence below it."""

    head: Sequence[str]
    lines: Sequence[Sequence[str]]
    said: str

    def as_json(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Plain":
        """What was kept."""
        return cls(**json.loads(text))

    def markdown(self) -> str:
        """The table and the sentence."""
        return f"{markdown(self.head, self.lines)}\n{self.said}\n"


def _line(row: Row, base: Taken | None) -> Sequence[str]:
    taken = row.taken
    memory = f"{taken.memory / 1e6:.0f}"
    if taken.late:  # the time of processes that were killed is not told
        ratio = f"> {LIMIT / base.wall:.1f}" if base else ""
        return row.name, f"> {LIMIT:.0f}", ratio, "", "", memory
    ratios = (_ratio(taken.wall, base.wall), _ratio(taken.cpu, base.cpu)) if base else ("", "")
    return row.name, _seconds(taken.wall), ratios[0], _seconds(taken.cpu), ratios[1], memory


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2f}"


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else ""


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table whose first column is words and whose others are numbers."""
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *lines))


def machine(kernel: Path) -> str:
    """What all of this ran on, and with."""
    model = _MODEL.search(Path("/proc/cpuinfo").read_text())
    memory = _MEMORY.search(Path("/proc/meminfo").read_text())
    assert memory is not None
    count = len(os.sched_getaffinity(0))
    git = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout.split()[2]
    commit = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short=12", "HEAD"],
        check=False, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    on = f"{model[1] if model else platform.machine()}, {count} processor{'s' * (count > 1)}"
    used = f"Coccinelle {find_spatch().version}, git {git}, Python {platform.python_version()}"
    return (
        f"{on}, {int(memory[1]) / 2**20:.0f} GiB, Linux {platform.release()}; "
        f"fencemig {__version__} ({commit or 'no commit'}), {used}; on {kernel.name}.\n"
    )
