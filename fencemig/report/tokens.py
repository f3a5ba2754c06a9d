# SPDX-License-Identifier: GPL-2.0-only
"""What differs between lines of C before and after: by tokens, so that a name is never marked in its middle."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

Span = tuple[int, int]

_TOKEN = re.compile(r"\w+|->|[^\w\s]")
_WORD = re.compile(r"\w+")
_ALIKE = 0.55  # of their words; what lines with less in common differ in is nearly all of them
_MOST = 4000  # pairs of lines to compare in one place of a diff


def differing(before: str, after: str) -> tuple[list[Span], list[Span]]:
    """The parts of each line that the other one has not, as offsets; white space at their edges is no part."""
    old, new = list(_TOKEN.finditer(before)), list(_TOKEN.finditer(after))
    matcher = SequenceMatcher(None, [one[0] for one in old], [one[0] for one in new], autojunk=False)
    removed, added = [], []
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal" and end > start:
            removed.append((old[start].start(), old[end - 1].end()))
        if tag != "equal" and last > first:
            added.append((new[first].start(), new[last - 1].end()))
    return removed, added


def pairs(removed: Sequence[str], added: Sequence[str]) -> dict[int, int]:
    """Which removed line became which added one: those most alike, in order; many lines have no counterpart."""
    if len(removed) * len(added) > _MOST:
        return {}
    old, new = [Counter(_WORD.findall(line)) for line in removed], [Counter(_WORD.findall(line)) for line in added]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]  # the most that the lines from here on can share
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], _alike(old[i], new[j]) + best[i + 1][j + 1])
    found, i, j = {}, 0, 0
    while i < len(old) and j < len(new):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found[i] = j
            i, j = i + 1, j + 1
    return found


def _alike(old: Counter[str], new: Counter[str]) -> float:
    """How much of two lines is the same words, from 0 to 1; 0 when it is too little."""
    total = old.total() + new.total()
    share = 2 * (old & new).total() / total if total else 0.0
    return share if share >= _ALIKE else 0.0
