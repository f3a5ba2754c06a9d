# SPDX-License-Identifier: GPL-2.0-only
"""What became of an earlier series, for people and for programs."""

import json
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fencemig.inert import one_line
from fencemig.model import Site
from fencemig.report.lines import print_hanging
from fencemig.sites import Fate
from fencemig.status import PatchStatus, State, Status

SCHEMA = 1
_COLOURS = {State.APPLIED: "green", State.CHANGED: "magenta", State.OPEN: "cyan"}
_WORDS = {Fate.OPEN: "as it was", Fate.CONVERTED: "converted", Fate.DIFFERS: "differs", Fate.GONE: "gone"}


def as_json(status: Status, notes: Sequence[str], command: str | None) -> str:
    """The status as JSON, ASCII. Readers ignore keys that they do not know.

    - `schema`: 1
    - `version`: the N of the series' -v N; `base`: the commit that it was made for, or null
    - `rev`: the commit to compare with, as it was named; `commit`: its hash; `generation`: that of its API
    - `patches`: `file` (relative to the output folder), `subject`, `parts` (core, sites, final, hand-made: what
      it is for), `state` (applied, changed, open), `commit` (null, or `hash` in 12 digits and `subject` of a
      commit with the same change), `reverted` (that commit is there, and what it did is not), `sites` (how many
      that it rewrote are converted, open, differs, gone), `new_sites` (in the same functions)
    - `new`: the sites that the earlier ledger does not have, by id, path, line, column, function,
      verdict, before; kept and core ones aside
    - `gone`: the sites of the earlier ledger that are no longer there, in the same way
    - `notes`: sentences; `done`: whether all of it is in; `next`: the command to run, or null
    """
    data = {
        "schema": SCHEMA,
        "version": status.sent.version,
        "base": status.sent.ledger.commit,
        "rev": status.now.rev,
        "commit": status.now.commit,
        "generation": status.now.generation,
        "patches": [_patch(one) for one in status.patches],
        "new": [_site(site) for site in status.new],
        "gone": [_site(site) for site in status.gone],
        "notes": list(notes),
        "done": status.done,
        "next": command,
    }
    return json.dumps(data, indent=2) + "\n"


def print_status(console: Console, status: Status, notes: Sequence[str], command: str | None) -> None:
    """Print a table of the patches, then the sites that came and went, then what to send next."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("state")
    table.add_column("patch", overflow="fold", ratio=1)
    table.add_column("sites", overflow="fold")
    for one in status.patches:
        patch = Text(f"{_number(one)} {one.patch.subject}")
        if said := _commit(one):
            patch.append(f"\n{said}")
        table.add_row(Text(one.state, _COLOURS[one.state]), patch, _sites(one))
    console.print(table)
    _print_sites(console, "new since:", status.new)
    _print_sites(console, "gone since:", status.gone)
    for note in notes:
        print_hanging(console, Text(f"note: {note}"), 2)
    console.print(Text(f"next: {_next(status, command)}", "bold"), soft_wrap=True)


def _next(status: Status, command: str | None) -> str:
    if command:
        return command
    return "nothing: all of it is in" if status.done else "nothing: what is not in is gone, or left to people"


def _number(one: PatchStatus) -> str:
    """The number that begins a mail's name, after the folder when there are several, without its version."""
    folder, slash, name = one.patch.file.rpartition("/")
    return folder + slash + next(part for part in name.split("-") if part.isdigit())


def _commit(one: PatchStatus) -> str:
    if one.commit is None:
        return ""
    subject = "" if one.commit.subject == one.patch.subject else f' "{one.commit.subject}"'
    return f"{one.commit.commit}{subject}{', reverted since' if one.reverted else ''}"


def _sites(one: PatchStatus) -> str:
    counted = [f"{one.fates[fate]} {word}" for fate, word in _WORDS.items() if one.fates.get(fate)]
    return ", ".join([*counted, *([f"{one.new} new"] if one.new else [])])


def _print_sites(console: Console, title: str, sites: Sequence[Site]) -> None:
    if sites:
        console.print(Text(title, "bold"))
    for site in sites:
        line = Text(f"  {one_line(site.path)}:{site.line}: {site.function or '-'}: {site.before}  ")
        line.append(site.verdict, f"verdict.{site.verdict}")
        print_hanging(console, line, 4)


def _patch(one: PatchStatus) -> dict[str, Any]:
    commit = None if one.commit is None else {"hash": one.commit.commit, "subject": one.commit.subject}
    return {
        "file": one.patch.file,
        "subject": one.patch.subject,
        "parts": list(one.parts),
        "state": one.state,
        "commit": commit,
        "reverted": one.reverted,
        "sites": {fate.value: one.fates.get(fate, 0) for fate in Fate},
        "new_sites": one.new,
    }


def _site(site: Site) -> dict[str, Any]:
    return {name: getattr(site, name) for name in ("id", "path", "line", "column", "function", "verdict", "before")}
