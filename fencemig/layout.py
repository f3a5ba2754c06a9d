# SPDX-License-Identifier: GPL-2.0-only
"""C text as lines and tokens, for what cares about layout: which line is what, and which line was there before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from functools import cached_property

LIMIT = 100  # columns: above, checkpatch complains
TAB = 8

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_TOKEN = re.compile(
    rb"""
      (?P<comment> /\*.*?(?:\*/|\Z) | //(?:\\\r?\n|[^\n])* )
    | (?P<directive> ^[ \t]*\#(?:\\\r?\n|/\*.*?\*/|[^\n])* )
    | (?P<space> (?:\s|\\\r?\n)+ )
    | (?P<code> "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'? | \w+ | && | \|\| | . )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class Kind(IntEnum):
    """What a line or token is; a line that holds several kinds is the greatest of them."""

    BLANK = 0
    COMMENT = 1
    DIRECTIVE = 2
    CODE = 3


@dataclass(frozen=True)
class Token:
    """A comment, a preprocessor line with its continuations, or a token of code; offsets in bytes."""

    kind: Kind
    text: bytes
    start: int

    @property
    def end(self) -> int:
        """The offset behind the token."""
        return self.start + len(self.text)


def tokens(text: bytes) -> Iterator[Token]:
    """All tokens of a text but white space; total, whatever the bytes are."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "space":
            yield Token(Kind[str(found.lastgroup).upper()], found[0], found.start())


def split(text: bytes) -> list[bytes]:
    """The lines of a text, each with its line feed."""
    return _LINE.findall(text)


def indent(line: bytes) -> bytes:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip(b" \t"))]


def width(line: bytes, column: int = 0) -> int:
    """The column behind a line without its end, 0-based, tabs to multiples of 8."""
    for byte in line.rstrip():
        column = column + TAB - column % TAB if byte == ord("\t") else column + 1
    return column


@dataclass(frozen=True)
class Text:
    """A text and what it was before: what layout decisions are made from."""

    before: bytes
    text: bytes

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines, each with its line feed."""
        return split(self.text)

    @cached_property
    def old(self) -> list[bytes]:
        """The lines of the text before."""
        return split(self.before)

    @cached_property
    def origin(self) -> list[int | None]:
        """For each line its number before, or None where it was not there: then it is ours to lay out."""
        return _origin(self.old, self.lines)

    @cached_property
    def kinds(self) -> list[Kind]:
        """What each line is."""
        starts = self.starts
        kinds = [Kind.BLANK] * len(self.lines)
        line = 0
        for token in tokens(self.text):
            while line + 1 < len(starts) and starts[line + 1] <= token.start:
                line += 1
            last = line + token.text.count(b"\n")
            kinds[line : last + 1] = [max(kind, token.kind) for kind in kinds[line : last + 1]]
        return kinds

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts[:-1]

    @property
    def end_of_line(self) -> bytes:
        """How its lines end."""
        return b"\r\n" if self.lines and self.lines[0].endswith(b"\r\n") else b"\n"

    def hunks(self) -> list[tuple[int, int]]:
        """The runs of lines that were not there before, as ranges."""
        hunks: list[tuple[int, int]] = []
        for number, origin in enumerate(self.origin):
            if origin is None:
                if hunks and hunks[-1][1] == number:
                    hunks[-1] = (hunks[-1][0], number + 1)
                else:
                    hunks.append((number, number + 1))
        return hunks


def _origin(old: Sequence[bytes], new: Sequence[bytes]) -> list[int | None]:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    origin: list[int | None] = [None] * len(new)
    origin[:head] = range(head)
    origin[len(new) - tail :] = range(len(old) - tail, len(old))
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for was, now, size in middle.get_matching_blocks():
        origin[head + now : head + now + size] = range(head + was, head + was + size)
    return origin
