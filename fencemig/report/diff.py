# SPDX-License-Identifier: GPL-2.0-only
"""The diff of a dry run on a terminal: by subsystem, coloured, with the words that differ marked."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from fencemig.inert import inert
from fencemig.model import Change, Subsystem
from fencemig.report.lines import link
from fencemig.report.tokens import Span, differing, pairs

_COLOURS = {"+": "diff.added", "-": "diff.removed"}


def in_order(changes: Collection[Change], subsystems: Mapping[str, Subsystem]) -> list[Change]:
    """The changes subsystem by subsystem, in a stable order."""
    return sorted(changes, key=lambda change: (*_key(subsystems[change.path]), change.path))


def print_diff(
    console: Console, diff: bytes, changes: Collection[Change], subsystems: Mapping[str, Subsystem], root: str = ""
) -> None:
    """Print git's diff of changes that are in order, each subsystem under its name.

    `root` is the URL of the tree where the terminal follows links.
    """
    last = None
    for lines, change in zip(_files(diff), changes, strict=True):
        subsystem = subsystems[change.path]
        if subsystem != last:
            console.print(end="" if last is None else "\n")
            console.rule(Text(f"{subsystem.prefix} {inert(subsystem.section)}", "heading"), align="left")
            last = subsystem
        for line in _coloured(lines):
            if line.plain.startswith("+++ "):
                line.stylize(link(root, change.path), 4)
            console.print(line, soft_wrap=True)


def _files(diff: bytes) -> Iterator[list[str]]:
    """The lines of each file of a diff. A line's content has a sign before it: only a header is "diff"."""
    lines: list[str] = []
    for line in inert(diff.decode(errors="replace")).removesuffix("\n").split("\n"):
        if line.startswith("diff --git ") and lines:
            yield lines
            lines = []
        lines.append(line)
    if diff:
        yield lines


def _coloured(lines: Sequence[str]) -> Iterator[Text]:
    """The lines of one file with their colours."""
    first = next((number for number, line in enumerate(lines) if line.startswith("@@")), len(lines))
    yield from (Text(line, "diff.head") for line in lines[:first])
    run: list[str] = []  # removed lines, then those that were added in their place
    for line in lines[first:]:
        if run and (line[:1] not in _COLOURS or (line[:1] == "-" and run[-1][:1] == "+")):
            yield from _run(run)
            run = []
        if line[:1] in _COLOURS:
            run.append(line)
        elif line.startswith("@@"):
            place = line.index("@@", 2) + 2
            yield Text.assemble((line[:place], "diff.hunk"), line[place:])
        else:
            yield Text(line)
    yield from _run(run)


def _run(run: Sequence[str]) -> Iterator[Text]:
    removed = [line for line in run if line[0] == "-"]
    added = run[len(removed) :]
    marks: dict[int, list[Span]] = {}
    for old, new in pairs(removed, added).items():
        marks[old], marks[len(removed) + new] = differing(removed[old][1:], added[new][1:])
    for number, line in enumerate(run):
        text = Text(line, _COLOURS[line[0]])
        for start, end in marks.get(number, ()):
            text.stylize("diff.changed", start + 1, end + 1)
        yield text


def _key(subsystem: Subsystem) -> tuple[str, str]:
    return subsystem.prefix, subsystem.section
