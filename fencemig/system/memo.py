# SPDX-License-Identifier: GPL-2.0-only
"""Finished results, each kept with all that it rests on, and taken again only when all of that is as it was.

What the program is, and what it was asked, makes the key; what the tree answered is held against the tree as it is now.
Several results live under one key, so that a tree that goes to another branch and back finds both.
"""

import json
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from fencemig import digests
from fencemig.system.cache import Kind, user_cache
from fencemig.system.witness import Seen, Watched

_PACKAGE = Path(__file__).parent.parent
_PARSERS = ("tree_sitter", "tree_sitter_c")
_RESULTS = 8  # of one key: trees are seldom switched between more branches


class Memo:
    """The results of one question about a tree. `about` is all that they depend on beside the tree and the program."""

    def __init__(self, about: Iterable[str]) -> None:
        self._cache = user_cache()
        self._key = digests.of_parts([*program(), *about])

    def __eq__(self, other: object) -> bool:
        """Whether it is the same question."""
        return isinstance(other, Memo) and self._key == other._key

    def find(self, tree: Watched) -> bytes | None:
        """The result that was kept when all of the tree that it rests on was as it is now; None without one."""
        if self._cache is None:
            return None
        asked: Seen = {}
        for seen in self._kept():
            if tree.agrees(seen, asked):
                return self._cache.get(Kind.LEDGERS, self._place(seen))
        return None

    def keep(self, tree: Watched, result: bytes) -> None:
        """Keep what was made from a tree that was not asked anything else."""
        if self._cache is None or not tree.stood_still:
            return
        others = [seen for seen in self._kept() if seen != tree.seen]
        self._cache.put(Kind.LEDGERS, self._place(tree.seen), result)
        self._cache.put(Kind.LEDGERS, self._key, json.dumps([tree.seen, *others[: _RESULTS - 1]]).encode())

    def _kept(self) -> list[Seen]:
        kept = None if self._cache is None else self._cache.get(Kind.LEDGERS, self._key)
        found: list[Seen] = [] if kept is None else json.loads(kept)
        return found

    def _place(self, seen: Seen) -> str:
        return digests.of_parts([self._key, *(part for answered in seen.items() for part in answered)])


def program() -> list[str]:
    """What tells this program from any other that may have been here, or will be: also while it is being written."""
    parsers = [Path(spec.origin) for name in _PARSERS if (spec := find_spec(name)) and spec.origin]
    return [sys.version, *map(_state, (*sorted(_PACKAGE.rglob("*.py")), *parsers))]


def _state(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:  # somebody replaces it
        return f"{path} -"
    return f"{path} {state.st_size} {state.st_mtime_ns}"
