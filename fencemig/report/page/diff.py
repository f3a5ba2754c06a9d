# SPDX-License-Identifier: GPL-2.0-only
"""A hunk as lines that stay and pairs of lines that go and come, with the words in which they differ."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from fencemig.report.page.code import visible
from fencemig.report.page.model import Block, Row
from fencemig.sent import Hunk

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_ALIKE = 0.5  # of two lines' words, from where on one is the other one changed
_SAME_START = 0.2  # what it counts for when they begin with the same word: the same call, mostly
_LONG = 400  # columns of a line in which nobody looks for words
_MANY = 900  # pairs that are compared; beyond, nobody looks at words

_Pairs = list[tuple[int, int]]


def blocks(hunk: Hunk) -> tuple[Block, ...]:
    """The lines of a hunk in their order."""
    return tuple(_blocks(hunk))


def _blocks(hunk: Hunk) -> Iterator[Block]:
    old, new = hunk.old, hunk.new
    for kept, lines in groupby(hunk.lines, lambda line: line[:1] == b" "):
        group = [(line[:1], _text(line[1:])) for line in lines]
        if kept:
            yield Block(kept=tuple(Row(" ", old + at, text) for at, (_, text) in enumerate(group)))
            old, new = old + len(group), new + len(group)
        else:
            removed = [text for mark, text in group if mark == b"-"]
            added = [text for mark, text in group if mark == b"+"]
            yield _changed(removed, added, old, new)
            old, new = old + len(removed), new + len(added)


def _text(line: bytes) -> str:
    return visible(line.decode(errors="backslashreplace"))


def _changed(removed: Sequence[str], added: Sequence[str], old: int, new: int) -> Block:
    pairs = _pairs(removed, added)
    words = {pair: _words(removed[pair[0]], added[pair[1]]) for pair in pairs}
    left: list[Row] = []
    right: list[Row] = []
    done = 0, 0
    for pair in [*pairs, (len(removed), len(added))]:
        left += [Row("-", old + at, removed[at]) for at in range(done[0], pair[0])]
        right += [Row("+", new + at, added[at]) for at in range(done[1], pair[1])]
        left += [Row("")] * (len(right) - len(left))
        right += [Row("")] * (len(left) - len(right))
        if pair in words:
            left.append(Row("-", old + pair[0], removed[pair[0]], words[pair][0]))
            right.append(Row("+", new + pair[1], added[pair[1]], words[pair][1]))
        done = pair[0] + 1, pair[1] + 1
    return Block(removed=tuple(left), added=tuple(right))


def _pairs(removed: Sequence[str], added: Sequence[str]) -> _Pairs:
    """Which line became which, in order: the pairs that are the most alike in all."""
    if len(removed) * len(added) > _MANY:
        return []
    best: list[list[tuple[float, _Pairs]]] = [[(0.0, []) for _ in range(len(added) + 1)]]
    for one, before in enumerate(removed):
        row: list[tuple[float, _Pairs]] = [(0.0, [])]
        for other, after in enumerate(added):
            score, pairs = best[one][other]
            likeness = _likeness(before, after)
            paired = (score + likeness, [*pairs, (one, other)]) if likeness else (0.0, [])
            row.append(max(paired, best[one][other + 1], row[other], key=lambda found: found[0]))
        best.append(row)
    return best[-1][-1][1]


def _likeness(before: str, after: str) -> float:
    """From 0, another line, to 1.2, the same."""
    if max(len(before), len(after)) > _LONG:
        return 0.0
    one, other = _WORD.findall(before.strip()), _WORD.findall(after.strip())
    if not one or not other:
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    if ratio < _ALIKE:
        return 0.0
    return ratio + (_SAME_START if one[0] == other[0] else 0.0)


def _words(before: str, after: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The ranges of columns in which two lines differ, in each; white space alone is none."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    found = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    changes = [opcode[1:] for opcode in found if opcode[0] != "equal"]
    return (
        tuple(_columns(one, ((start, end) for start, end, _, _ in changes))),
        tuple(_columns(other, ((start, end) for _, _, start, end in changes))),
    )


def _columns(words: Sequence[str], ranges: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in ranges:
        text = "".join(words[start:end])
        if text.strip():
            at = len("".join(words[:start]))
            yield at, at + len(text)
