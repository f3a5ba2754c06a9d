# SPDX-License-Identifier: GPL-2.0-only
"""decisions.toml: what people decided of single sites, their own patches, and what they wrote of a version."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import tomlkit

from fencemig.errors import UserError

NAME = "decisions.toml"
NEW_FILE = """\
# Decisions of people for fencemig: they survive when a series is made again. An example:
#
#   [[site]]                      # a site of the ledger
#   id = "drivers/gpu/host1x/fence.c:do_fence_timeout:dma_fence_signal#1"
#   decision = "accept"           # right, though marked for review; "skip": leave the code as it is; "hold": for now
#   reason = "tested"             # needed for skip and hold; goes into the ledger and the patch
#   before = "…"                  # the call that was decided about, and what was accepted in its place. Where others
#   after = "…"                   # are now, the decision does not count, and a note says so. Both may be left out.
#
#   [[patch]]                     # a change by hand, on top of the generated ones of its subsystem
#   subsystem = "drm/amdgpu"      # the prefix of the subject
#   file = "fixups/amdgpu.patch"  # as git format-patch writes it; relative to this file
#
#   [changelog]                   # what is new in a version, for the cover letter
#   v2 = "- …"
"""
_HEADER = re.compile(r"[ \t]*\[")
_LIKE_A_PATCH = re.compile(r"^(?:---|diff -|Index: |-- $)", re.MULTILINE)


class Choice(StrEnum):
    """What a person can decide of a site."""

    ACCEPT = "accept"
    SKIP = "skip"
    HOLD = "hold"


@dataclass(frozen=True)
class Decision:
    """What a person decided of the site with this id.

    `before` and `after` are the code that it was decided about, as in the ledger, where that is known.
    """

    id: str
    choice: Choice
    reason: str = ""
    before: str | None = None
    after: str | None = None

    @property
    def keeps(self) -> bool:
        """Whether the code stays as it is."""
        return self.choice is not Choice.ACCEPT


@dataclass(frozen=True)
class HandmadePatch:
    """A patch that follows the generated one of a subsystem. `prefix` has its colon, as in "drm/amdgpu:"."""

    prefix: str
    file: Path


@dataclass(frozen=True)
class Decisions:
    """All of a decisions.toml: sites by id, patches in their order, the changelog by version."""

    sites: Mapping[str, Decision] = field(default_factory=dict)
    patches: tuple[HandmadePatch, ...] = ()
    changelog: Mapping[int, str] = field(default_factory=dict)


def default_file(output: Path) -> Path:
    """Where the decisions for an output folder are when nobody names another file: beside it."""
    return output.parent / NAME


def load_decisions(file: Path, required: bool) -> Decisions:
    """Read a decisions.toml. Where none is there, nothing is decided, unless it is `required`.

    Raises UserError that names the file, the entry and what is allowed there.
    """
    if not required and not file.exists():
        return Decisions()
    try:
        return parse_decisions(file.read_bytes().decode(), file)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file}: is not UTF-8: {error}") from error


def parse_decisions(text: str, file: Path) -> Decisions:
    """The decisions in the text of `file`. Raises UserError."""
    try:
        data = tomllib.loads(text)
        _refuse_unknown(data, ("site", "patch", "changelog"), "top level")
        sites: dict[str, Decision] = {}
        for where, table in _entries(data, "site"):
            decision = _decision(where, table)
            if sites.setdefault(decision.id, decision) is not decision:
                raise ValueError(f"{where} ({decision.id}): this site is decided twice")
        patches = tuple(_patch(where, table, file.parent) for where, table in _entries(data, "patch"))
        return Decisions(sites, patches, _changelog(data.get("changelog", {})))
    except (ValueError, RecursionError) as error:  # and tomllib's own
        raise UserError(f"{file}: {error}") from error


def checked_reason(reason: str) -> str:
    """A reason on one line. Raises ValueError where it has characters that a terminal would obey."""
    folded = " ".join(reason.split())
    if not folded.isprintable():
        raise ValueError(f"the reason has a control character: {folded!a}")
    return folded


def with_decision(text: str, decision: Decision, file: Path) -> str:
    """The text of `file` with one decision more, or changed; all else in it stays as it is. Raises UserError."""
    known = parse_decisions(text, file)
    if decision.id in known.sites:
        changed = "".join(_changed(chunk, decision) for chunk in _chunks(text))
    else:
        newline = "\r\n" if "\r\n" in text else "\n"
        entry = tomlkit.dumps({"site": [_as_toml(decision)]}).replace("\n", newline)
        changed = text + ("" if text.endswith("\n") or not text else newline) + newline + entry
    wanted = Decisions({**known.sites, decision.id: decision}, known.patches, known.changelog)
    try:
        written = parse_decisions(changed, file)
    except UserError:
        written = Decisions()
    if written != wanted:
        raise UserError(f"{file}: {decision.id} cannot be written into it: give every site a [[site]] of its own")
    return changed


def for_page(text: str, file: Path) -> dict[str, Any]:
    """The text of `file` as JSON for the review page, which puts it together again with other decisions.

    "rest" is the text without its [[site]] tables. "sites" has these by id: their keys, and as "text" what a person
    wrote, with the comment above the header. Raises UserError.
    """
    decisions = parse_decisions(text, file)
    rest, sites, above = "", {}, ""
    for chunk in _chunks(text):
        body, tail = _without_tail(above + chunk)
        gap, above = _last_paragraph(tail)
        entries = tuple(parse_decisions(body, file).sites.values())
        if entries and _HEADER.match(chunk):
            sites[entries[0].id] = _as_toml(entries[0]) | {"text": body}
            body, gap = "", gap.lstrip("\r\n")
        rest += body + gap
    rest += above
    if sites.keys() != decisions.sites.keys():
        raise UserError(f"{file}: the review page cannot take it apart: give every site a [[site]] of its own")
    return {"rest": rest, "sites": sites}


def _without_tail(chunk: str) -> tuple[str, str]:
    """A chunk without the blank lines and comments at its end, and these."""
    at = end = len(chunk)
    for line in reversed(re.findall(r"[^\n]*\n|[^\n]+", chunk)):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        end -= len(line)
        if _is_toml(chunk[:end]):  # or the line is one of a string
            at = end
    return chunk[:at], chunk[at:]


def _last_paragraph(lines: str) -> tuple[str, str]:
    """Comments up to the last blank line, and those after it: they are about the table that follows."""
    end = max((found.end() for found in re.finditer(r"^[ \t]*\r?\n", lines, re.MULTILINE)), default=0)
    return lines[:end], lines[end:]


def _chunks(text: str) -> Iterator[str]:
    """The text in pieces that are TOML, each with one table at most: tomlkit would bring tables into an order."""
    chunk = ""
    for line in text.splitlines(keepends=True):
        if _HEADER.match(line) and _is_toml(chunk):  # not in a string or a list of several lines
            yield chunk
            chunk = ""
        chunk += line
    yield chunk


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _changed(chunk: str, decision: Decision) -> str:
    document = tomlkit.parse(chunk)
    for entry in cast(list[dict[str, Any]], document.get("site", [])):
        if entry["id"] == decision.id:
            wanted = _as_toml(decision)
            for name in set(entry) - set(wanted):
                del entry[name]
            entry.update({name: value for name, value in wanted.items() if entry.get(name) != value})
    return tomlkit.dumps(document)


def _as_toml(decision: Decision) -> dict[str, str]:
    entry = {"id": decision.id, "decision": decision.choice.value, "reason": decision.reason}
    entry |= {"before": decision.before or "", "after": decision.after or ""}
    return {name: value for name, value in entry.items() if value}


def _entries(data: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of a name, each with what to call it in a message."""
    tables = data.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError(f"{name!r} must be tables [[{name}]]")
    yield from ((f"[[{name}]] {number}", table) for number, table in enumerate(tables, 1))


def _decision(where: str, table: dict[str, Any]) -> Decision:
    _refuse_unknown(table, ("id", "decision", "reason", "before", "after"), where)
    found = {name: _text(table, name, where) for name in table}
    if not found.get("id"):
        raise ValueError(f"{where}: 'id' is missing: the id of a site in the ledger")
    where = f"{where} ({found['id']})"
    if found.get("decision") not in list(Choice):
        raise ValueError(f"{where}: 'decision' must be one of {', '.join(Choice)}")
    choice = Choice(found["decision"])
    try:
        reason = checked_reason(found.get("reason", ""))
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if choice is not Choice.ACCEPT and not reason:
        raise ValueError(f"{where}: 'reason' is missing: {choice} needs one")
    if choice is not Choice.ACCEPT and "after" in found:
        raise ValueError(f"{where}: 'after' goes with accept only: nothing comes out of {choice}")
    return Decision(found["id"], choice, reason, found.get("before"), found.get("after"))


def _patch(where: str, table: dict[str, Any], folder: Path) -> HandmadePatch:
    _refuse_unknown(table, ("subsystem", "file"), where)
    found = {name: _text(table, name, where).strip() for name in ("subsystem", "file")}
    for name, value in found.items():
        if not value or not value.isprintable():
            raise ValueError(f"{where}: {name!r} must be text on one line")
    file = Path(found["file"])
    if file.is_absolute() or ".." in file.parts:  # what others decided must not name what is yours
        raise ValueError(f"{where}: 'file' must be below the folder of this file")
    return HandmadePatch(found["subsystem"].rstrip(":") + ":", folder / file)


def _changelog(table: object) -> dict[int, str]:
    where = "[changelog]"
    if not isinstance(table, dict):
        raise ValueError(f"{where} must be a table with a text for each version, as v2 = ...")
    texts = {}
    for name in table:
        if not re.fullmatch(r"v[1-9][0-9]*", name):
            raise ValueError(f"{where}: unknown key {name!r}; allowed: v1, v2 and so on")
        text = _text(table, name, where).strip("\n")
        if not all(character.isprintable() or character in "\n\t" for character in text):
            raise ValueError(f"{where}: {name} has a control character")
        if found := _LIKE_A_PATCH.search(text):
            raise ValueError(f"{where}: {name} has a line with {found[0]!r}: git would take a patch to begin there")
        texts[int(name[1:])] = text
    return texts


def _text(table: dict[str, Any], name: str, where: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{where}: {name!r} must be a text between quotes")
    return value


def _refuse_unknown(table: dict[str, Any], allowed: Sequence[str], where: str) -> None:
    if unknown := sorted(set(table) - set(allowed)):
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; allowed: {', '.join(allowed)}")
