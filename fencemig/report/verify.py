# SPDX-License-Identifier: GPL-2.0-only
"""What was proved of a series, as a table for people."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fencemig.report.lines import print_hanging
from fencemig.verify.model import Check, Level, Outcome, Report, outcome

_SHOWN = 5  # problems of one check; its log has all
_WORDS = {
    Outcome.PASSED: ("ok", "green"),
    Outcome.UNPROVED: ("in part", "magenta"),
    Outcome.FAILED: ("FAILED", "bold red"),
}


def print_report(console: Console, report: Report, folder: Path) -> None:
    """Print a line for each patch with the time that each level took, then what is wrong, and what was not looked at.

    `folder` is that of the series, below which the logs are.
    """
    levels = [level for level in report.level.upto() if report.reached(level)]
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("patch", overflow="fold")
    for level in levels:
        table.add_column(level, justify="right", no_wrap=True)
    for number, patch in enumerate(report.patches, 1):
        table.add_row(Text(f"{number:>2} {patch.subject}"), *(_cell(report.checks, level, number) for level in levels))
    table.add_row("the series as a whole", *(_cell(report.checks, level, 0) for level in levels))
    console.print(table)
    for check in report.failed:
        _print_problems(console, report, check, folder)
    for line in dict.fromkeys(line for check in report.checks for line in check.unproved):
        print_hanging(console, Text(f"not proved: {line}"), 2)
    for line in dict.fromkeys(line for check in report.checks for line in check.notes):
        print_hanging(console, Text(f"note: {line}"), 2)
    print_hanging(console, _summary(report, levels), 2)


def _cell(checks: Sequence[Check], level: Level, patch: int) -> Text:
    own = [check for check in checks if check.level is level and check.patch == patch]
    if not own:
        return Text("-")
    word, colour = _WORDS[outcome(own)]
    return Text(f"{word} {_seconds(own)}", colour)


def _seconds(checks: Iterable[Check]) -> str:
    return f"{sum(check.seconds for check in checks):.1f} s"


def _print_problems(console: Console, report: Report, check: Check, folder: Path) -> None:
    where = report.patches[check.patch - 1].file if check.patch else "the series"
    log = f": see {folder / check.log}" if check.log else ""
    console.print(Text(f"{where}: {check.level}, {check.name}{log}", "bold red"), soft_wrap=True)
    for line in check.problems[:_SHOWN]:
        print_hanging(console, Text(f"  {line}"), 4)
    if len(check.problems) > _SHOWN:
        console.print(Text(f"  and {len(check.problems) - _SHOWN} more"), soft_wrap=True)


def _summary(report: Report, levels: Sequence[Level]) -> Text:
    parts = []
    for level in levels:
        own = [check for check in report.checks if check.level is level]
        parts.append(f"{level} {_WORDS[outcome(own)][0]} ({_seconds(own)})")
    parts += [f"{level} not reached" for level in report.level.upto() if level not in levels]
    count = len(report.patches)
    patches = f"{count} patch{'es' * (count != 1)}"
    return Text(f"{patches} on {report.base[:12]}: {', '.join(parts)}", "bold")
