# SPDX-License-Identifier: GPL-2.0-only
"""The diff of a dry run: by subsystem, coloured on a terminal, plain and appliable in a pipe."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text
from unidiff.patch import PatchSet

from fencemig.model import Change, Subsystem

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def in_order(changes: Sequence[Change], subsystems: Mapping[str, Subsystem]) -> list[Change]:
    """The changes subsystem by subsystem, in a stable order."""
    return sorted(changes, key=lambda change: (*_key(subsystems[change.path]), change.path))


def print_coloured(console: Console, diff: bytes, subsystems: Mapping[str, Subsystem]) -> None:
    """Print git's diff with colours, each subsystem under its name."""
    last = None
    for file in PatchSet(diff.decode(errors="replace")):
        subsystem = subsystems[file.path]
        if subsystem != last:
            last = subsystem
            console.rule(Text(f"{subsystem.prefix} {subsystem.section}", "bold"), align="left")
        for line in str(file).splitlines():
            header = line.startswith(("---", "+++", "diff ", "index "))
            console.print(Text(line, "bold" if header else _COLOURS.get(line[:1], "")), soft_wrap=True)


def _key(subsystem: Subsystem) -> tuple[str, str]:
    return subsystem.prefix, subsystem.section
