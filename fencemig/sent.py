# SPDX-License-Identifier: GPL-2.0-only
"""What an output folder holds: the patches of an earlier series, read back, and the ledger beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fencemig.ledger import Ledger

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


@dataclass(frozen=True)
class Hunk:
    """A hunk: where it begins in the file before and after (1-based), and its lines, each with its mark in front.

    `heading` is what git shows of the function around it.
    """

    old: int
    new: int
    heading: bytes
    lines: tuple[bytes, ...]

    @cached_property
    def before(self) -> bytes:
        """What it finds, with its context."""
        return self._those(b" -")

    @cached_property
    def after(self) -> bytes:
        """What it leaves, with its context."""
        return self._those(b" +")

    @cached_property
    def removed(self) -> bytes:
        """The lines that go."""
        return self._those(b"-")

    @cached_property
    def added(self) -> bytes:
        """The lines that come."""
        return self._those(b"+")

    def _those(self, marks: bytes) -> bytes:
        return b"".join(line[1:] + b"\n" for line in self.lines if line[:1] in marks)


@dataclass(frozen=True)
class FileDiff:
    """What a patch does to one file; a path is relative to the tree."""

    path: str
    hunks: tuple[Hunk, ...]

    @property
    def removed(self) -> bytes:
        """All lines that go."""
        return b"".join(hunk.removed for hunk in self.hunks)

    @property
    def added(self) -> bytes:
        """All lines that come."""
        return b"".join(hunk.added for hunk in self.hunks)


@dataclass(frozen=True)
class SentMail:
    """A mail of an earlier series. `file` is relative to the output folder; `subject` has no prefix.

    `message` is the text above the "---"; `date` is in seconds since 1970, 0 where the mail has none; `people` are
    its From, To and Cc, each as a header has them.
    """

    file: str
    subject: str
    message: str
    date: int
    people: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class SentPatch(SentMail):
    """A patch of an earlier series."""

    diff: bytes
    files: tuple[FileDiff, ...]


@dataclass(frozen=True)
class Sent:
    """An output folder of `fencemig convert`: its version (the N of -v N), and its patches in their order.

    `series` names the folders among which the patches are split, none when they are one series. `letters` are the
    cover letters.
    """

    ledger: Ledger
    version: int
    series: tuple[str, ...]
    patches: tuple[SentPatch, ...]
    letters: tuple[SentMail, ...]


def read_diff(text: bytes) -> tuple[FileDiff, ...]:
    """Read a diff as git writes it. Raises ValueError for one that breaks off or has nothing to apply."""
    lines = iter(text.removesuffix(b"\n").split(b"\n"))
    found: list[tuple[str, list[Hunk]]] = []
    before = b""
    for line in lines:
        if line.startswith(b"--- "):
            before = line[4:]
        elif line.startswith(b"+++ "):
            after = line[4:]
            found.append((_path(before if after == b"/dev/null" else after), []))
        elif head := _HUNK.match(line):
            if not found:
                raise ValueError("a hunk without a file")
            found[-1][1].append(Hunk(int(head[1]), int(head[3]), head[5], tuple(_body(lines, head))))
    if not any(hunks for _, hunks in found):
        raise ValueError("no diff is in it")
    return tuple(FileDiff(path, tuple(hunks)) for path, hunks in found)


def _body(lines: Iterator[bytes], head: re.Match[bytes]) -> Iterator[bytes]:
    """The lines of a hunk, as many as its head promises; the markers for a missing newline are passed over."""
    old, new = (1 if count is None else int(count) for count in head.group(2, 4))
    while old > 0 or new > 0:
        line = next(lines, None)
        if line is None or line[:1] not in (b"", b" ", b"-", b"+", b"\\"):
            raise ValueError("a hunk breaks off")
        if line[:1] != b"\\":
            old -= line[:1] != b"+"
            new -= line[:1] != b"-"
            yield line or b" "


def _path(name: bytes) -> str:
    """The path in a line of a diff: without its a/ or b/, and without git's quotes."""
    name = name.rstrip(b"\t\r")  # git ends a name with spaces in it by a tab
    if name.startswith(b'"'):
        name = _ESCAPE.sub(_unescaped, name.strip(b'"'))
    return name[2:].decode(errors="surrogateescape")


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes([int(text, 8)]) if len(text) == 3 else _ESCAPED.get(text, text)
