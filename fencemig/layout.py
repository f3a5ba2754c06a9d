# SPDX-License-Identifier: GPL-2.0-only
"""C text as lines and tokens, for what cares about layout: what each line is, and which was there before."""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from functools import cached_property, lru_cache

LIMIT = 100  # columns: above, checkpatch complains
TAB = 8

_TOKEN = re.compile(
    rb"""
      (?P<comment> /\*.*?(?:\*/|\Z) | //(?:\\\r?\n|[^\n])* )
    | (?P<directive> ^[ \t]*\#(?:\\\r?\n|/\*.*?(?:\*/|\Z)|[^\n])* )
    | (?P<blank> \n | [^\S\n]+ | \\\r?\n )
    | (?P<code> "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'? | \w+ | && | \|\| | . )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class Kind(IntEnum):
    """What a token is, and a line: the greatest of what it holds. A directive includes its continuations."""

    BLANK = 0
    COMMENT = 1
    DIRECTIVE = 2
    CODE = 3


@dataclass(frozen=True)
class Token:
    """A token and its offset in bytes."""

    kind: Kind
    text: bytes
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)


def tokens(text: bytes) -> Iterator[Token]:
    """All tokens of a text, white space included: joined, they are the text, whatever the bytes are."""
    for found in _TOKEN.finditer(text):
        yield Token(Kind[str(found.lastgroup).upper()], found[0], found.start())


@dataclass(frozen=True)
class Line:
    """A line with its line feed. A comment or a directive of several lines, and what is beside it, is one."""

    text: bytes
    start: int
    kind: Kind

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)

    @property
    def indent(self) -> bytes:
        """The white space that it begins with."""
        return self.text[: len(self.text) - len(self.text.lstrip(b" \t"))]


@lru_cache(maxsize=8)  # every step asks for those of the same few texts
def lines(text: bytes) -> tuple[Line, ...]:
    """The lines of a text; joined, they are the text."""
    found: list[Line] = []
    start, kind = 0, Kind.BLANK
    for token in tokens(text):
        kind = max(kind, token.kind)
        if token.text == b"\n":
            found.append(Line(text[start : token.end], start, kind))
            start, kind = token.end, Kind.BLANK
    if start < len(text):
        found.append(Line(text[start:], start, kind))
    return tuple(found)


def line_at(parts: Sequence[Line], offset: int) -> int:
    """The number of the line that an offset is in."""
    return bisect(parts, offset, key=lambda line: line.start) - 1


def width(text: bytes, column: int = 0) -> int:
    """The column behind a text that begins at a column, both 0-based, with a tab at every eighth."""
    for byte in text:
        column = column + TAB - column % TAB if byte == ord("\t") else column + 1
    return column


def to_column(column: int) -> bytes:
    """The white space that reaches a column: tabs as far as they go."""
    return b"\t" * (column // TAB) + b" " * (column % TAB)


@dataclass(frozen=True)
class Revision:
    """A text and what it was before: what is decided about layout is decided from both."""

    before: bytes
    after: bytes

    @cached_property
    def old(self) -> tuple[Line, ...]:
        """The lines before."""
        return lines(self.before)

    @cached_property
    def new(self) -> tuple[Line, ...]:
        """The lines after."""
        return lines(self.after)

    @cached_property
    def origin(self) -> list[int | None]:
        """For each new line its number before, or None where it was not there: then it is ours to lay out."""
        return _origin([line.text for line in self.old], [line.text for line in self.new])


def _origin(old: Sequence[bytes], new: Sequence[bytes]) -> list[int | None]:
    shorter = min(len(old), len(new))
    head = next((number for number in range(shorter) if old[number] != new[number]), shorter)
    rest = shorter - head
    tail = next((number for number in range(rest) if old[-1 - number] != new[-1 - number]), rest)
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    origin: list[int | None] = [*range(head), *[None] * (len(new) - head - tail)]
    origin += range(len(old) - tail, len(old))
    for was, now, size in middle.get_matching_blocks():
        origin[head + now : head + now + size] = range(head + was, head + was + size)
    return origin
