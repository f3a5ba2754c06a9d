# SPDX-License-Identifier: GPL-2.0-only
"""What verify finds out, as frozen types, and as verify.json."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from fencemig import __version__
from fencemig.verify.level import Level as Level

SCHEMA = 1


class Outcome(StrEnum):
    """How a check ended. `unproved`: nothing is wrong, but something could not be looked at, and `detail` names it."""

    PASSED = "passed"
    UNPROVED = "unproved"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One check of one patch; of the whole series where `patch` is 0.

    `problems` says what is wrong, `unproved` what could not be looked at, `notes` what a person should know, a line
    each; `looked_at` is how many files, objects or tests were, and `counts` says more of them. `output` is what the
    tool wrote: it goes into a file, whose name is `log`.
    """

    level: Level
    name: str
    patch: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    looked_at: int = 0
    seconds: float = 0.0
    output: bytes = b""
    log: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """Failed with a problem, unproved with something that was not looked at, else passed."""
        if self.problems:
            return Outcome.FAILED
        return Outcome.UNPROVED if self.unproved else Outcome.PASSED


@dataclass(frozen=True)
class Proved:
    """A patch that was looked at: its file, its subject, and the content of what it leaves behind (content.py)."""

    file: str
    subject: str
    content: str = ""


@dataclass(frozen=True)
class Report:
    """All checks of a series, in the order in which they ran."""

    base: str
    level: Level
    patches: tuple[Proved, ...]
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that found something wrong."""
        return tuple(check for check in self.checks if check.problems)

    def reached(self, level: Level) -> bool:
        """Whether a level was looked at."""
        return any(check.level is level for check in self.checks)


def outcome(checks: Iterable[Check]) -> Outcome:
    """The worst outcome of several checks."""
    order = tuple(Outcome)
    return max((check.outcome for check in checks), key=order.index, default=Outcome.PASSED)


def as_json(report: Report) -> str:
    """The report as verify.json. Numbers of patches count from 1 in the order of applying; 0 is the series."""
    levels = [level for level in report.level.upto() if report.reached(level)]
    data = {
        "schema": SCHEMA,
        "tool": {"fencemig": __version__},
        "base": report.base,
        "level": report.level,
        "passed": not report.failed,
        "levels": {level: outcome(check for check in report.checks if check.level is level) for level in levels},
        "patches": [
            {"number": number, "file": patch.file, "subject": patch.subject, "content": patch.content}
            for number, patch in enumerate(report.patches, 1)
        ],
        "checks": [_row(check) for check in report.checks],
    }
    return json.dumps(data, indent=2) + "\n"


def _row(check: Check) -> dict[str, object]:
    row = asdict(check)
    del row["output"]
    return row | {"outcome": check.outcome, "seconds": round(check.seconds, 2)}
